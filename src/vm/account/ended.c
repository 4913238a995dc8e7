// SPDX-License-Identifier: GPL-2.0
/*
 * Refusals that outlive their VMs. A VMM that was refused something often exits at once, and with
 * it goes the VM's log. So the latest refusals of a VM are kept here when it goes.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/spinlock.h>
#include <linux/user_namespace.h>

#include "account.h"
#include "vm.h"

/**
 * struct vmh_ended_record - a refusal
 * @entry: as userspace gets it, but for uid and pid.
 * @uid: user that created the VM.
 * @pid: the process that was refused; a reference is held.
 */
struct vmh_ended_record {
	struct vmh_ended_entry entry;
	kuid_t uid;
	struct pid *pid;
};

/* Record n is at n modulo VMH_ENDED_KEPT; the newest is vmh_ended_last, 0 while there is none. */
static DEFINE_SPINLOCK(vmh_ended_lock);
static u64 vmh_ended_last;
static struct vmh_ended_record vmh_ended_records[VMH_ENDED_KEPT];

static struct vmh_ended_record *vmh_ended_at(u64 n)
{
	return &vmh_ended_records[n % VMH_ENDED_KEPT];
}

static void vmh_ended_add(const struct vm_handler_ctx *vm, const struct vmh_log_record *refusal)
{
	struct vmh_ended_record *record = vmh_ended_at(++vmh_ended_last);

	put_pid(record->pid);
	record->pid = get_pid(refusal->pid);
	record->uid = vm->creator_uid;
	record->entry = (struct vmh_ended_entry){
		.serial = vm->serial,
		.vm_id = vm->vm_id,
		.entry = refusal->entry,
	};
	record->entry.entry.sequence = vmh_ended_last;
	memcpy(record->entry.name, vm->config.name, sizeof(record->entry.name));
}

/**
 * vmh_ended_keep() - keep a VM's latest refusals
 * @vm: the VM, which nobody uses any more.
 */
void vmh_ended_keep(struct vm_handler_ctx *vm)
{
	const struct vmh_log_record *refusals[VMH_ENDED_OF_ONE];
	unsigned int nr = vmh_log_refusals(vm, refusals, VMH_ENDED_OF_ONE);

	spin_lock(&vmh_ended_lock);
	while (nr)
		vmh_ended_add(vm, refusals[--nr]);
	spin_unlock(&vmh_ended_lock);
}

/**
 * vmh_ended_read() - copy refusals
 * @after: only those with a higher sequence number.
 * @all: those of every VM; else of VMs of one user.
 * @uid: that user.
 * @entries: where to.
 * @room: how many fit there.
 * @last: sequence number of the newest of them.
 *
 * Return: how many were copied, oldest first.
 */
u32 vmh_ended_read(u64 after, bool all, kuid_t uid, struct vmh_ended_entry *entries, u32 room,
		   u64 *last)
{
	struct user_namespace *ns = current_user_ns();
	u32 nr = 0;
	u64 n;

	*last = 0;
	spin_lock(&vmh_ended_lock);
	n = vmh_ended_last > VMH_ENDED_KEPT ? vmh_ended_last - VMH_ENDED_KEPT : 0;
	while (n++ < vmh_ended_last) {
		const struct vmh_ended_record *record = vmh_ended_at(n);

		if (!all && !uid_eq(record->uid, uid))
			continue;
		*last = n;
		if (n <= after || nr == room)
			continue;
		entries[nr] = record->entry;
		entries[nr].uid = from_kuid_munged(ns, record->uid);
		entries[nr++].entry.pid = pid_vnr(record->pid);
	}
	spin_unlock(&vmh_ended_lock);
	return nr;
}

/**
 * vmh_ended_exit() - forget everything
 *
 * Context: the module goes; there are no VMs any more.
 */
void vmh_ended_exit(void)
{
	unsigned int i;

	for (i = 0; i < VMH_ENDED_KEPT; i++)
		put_pid(vmh_ended_records[i].pid);
}
