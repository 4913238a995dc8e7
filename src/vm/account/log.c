// SPDX-License-Identifier: GPL-2.0
/* The operation log of a VM: a ring of the latest entries, written under a leaf lock. */
#include <linux/ktime.h>
#include <linux/pid.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>

#include "account.h"
#include "vm.h"

/**
 * vmh_log_bytes() - kernel memory of a log
 */
u64 vmh_log_bytes(void)
{
	return VMH_LOG_ENTRIES * sizeof(struct vmh_log_record);
}

/**
 * vmh_log_create() - an empty log for a new VM
 * @vm: the VM.
 *
 * Return: 0 or -ENOMEM.
 */
int vmh_log_create(struct vm_handler_ctx *vm)
{
	struct vmh_vm_log *log = &vm->log;

	spin_lock_init(&log->lock);
	log->record = kvmalloc(vmh_log_bytes(), GFP_KERNEL_ACCOUNT);
	return log->record ? 0 : -ENOMEM;
}

static u64 vmh_log_oldest(const struct vmh_vm_log *log)
{
	return log->last > VMH_LOG_ENTRIES ? log->last - VMH_LOG_ENTRIES + 1 : 1;
}

/**
 * vmh_log_destroy() - undo vmh_log_create()
 * @vm: the VM, which nobody uses any more.
 */
void vmh_log_destroy(struct vm_handler_ctx *vm)
{
	struct vmh_vm_log *log = &vm->log;
	u64 n;

	for (n = vmh_log_oldest(log); n <= log->last; n++)
		put_pid(log->record[n % VMH_LOG_ENTRIES].pid);
	kvfree(log->record);
}

/* The place of the next entry, with what all kinds have. Called with the lock held. */
static struct vmh_log_entry *vmh_log_next(struct vmh_vm_log *log, enum vmh_log_kind kind)
{
	struct vmh_log_record *record = &log->record[++log->last % VMH_LOG_ENTRIES];

	if (log->last > VMH_LOG_ENTRIES)
		put_pid(record->pid);
	record->pid = get_pid(task_tgid(current));
	memset(&record->entry, 0, sizeof(record->entry));
	record->entry.sequence = log->last;
	record->entry.time_ns = ktime_get_boottime_ns();
	record->entry.kind = kind;
	return &record->entry;
}

/**
 * vmh_log_state() - log the transition that has just been made
 * @vm: the VM, its lock held.
 */
void vmh_log_state(struct vm_handler_ctx *vm)
{
	struct vmh_log_entry *entry;

	spin_lock(&vm->log.lock);
	entry = vmh_log_next(&vm->log, VMH_LOG_STATE);
	entry->from = vm->previous;
	entry->to = vm->state;
	entry->event = vm->last_event;
	entry->reason = vm->reason;
	entry->generation = vm->generation;
	spin_unlock(&vm->log.lock);
}

/**
 * vmh_log_error() - log a refusal, or something else that an error record tells
 * @vm: the VM.
 * @kind: enum vmh_log_kind, but not VMH_LOG_STATE.
 * @error: what it was.
 *
 * Context: any but interrupt.
 */
void vmh_log_error(struct vm_handler_ctx *vm, enum vmh_log_kind kind,
		   const struct vmh_error *error)
{
	spin_lock(&vm->log.lock);
	vmh_log_next(&vm->log, kind)->error = *error;
	spin_unlock(&vm->log.lock);
}

/**
 * vmh_log_read() - copy entries
 * @vm: the VM.
 * @after: only entries with a higher sequence number.
 * @entries: where to.
 * @room: how many fit there.
 * @last: sequence number of the newest entry.
 *
 * Return: how many were copied, oldest first.
 */
u32 vmh_log_read(struct vm_handler_ctx *vm, u64 after, struct vmh_log_entry *entries, u32 room,
		 u64 *last)
{
	struct vmh_vm_log *log = &vm->log;
	u32 nr = 0;
	u64 n;

	spin_lock(&log->lock);
	*last = log->last;
	after = min(after, log->last);
	for (n = max(after + 1, vmh_log_oldest(log)); n <= log->last && nr < room; n++) {
		const struct vmh_log_record *record = &log->record[n % VMH_LOG_ENTRIES];

		entries[nr] = record->entry;
		entries[nr++].pid = pid_vnr(record->pid);
	}
	spin_unlock(&log->lock);
	return nr;
}

/**
 * vmh_log_refusals() - the latest refusals
 * @vm: the VM, which nobody uses any more.
 * @refusals: receives them, the newest first.
 * @room: how many fit there.
 *
 * Return: how many there are.
 */
unsigned int vmh_log_refusals(const struct vm_handler_ctx *vm,
			      const struct vmh_log_record **refusals, unsigned int room)
{
	const struct vmh_vm_log *log = &vm->log;
	unsigned int nr = 0;
	u64 n;

	for (n = log->last; n >= vmh_log_oldest(log) && nr < room; n--) {
		const struct vmh_log_record *record = &log->record[n % VMH_LOG_ENTRIES];

		if (record->entry.kind == VMH_LOG_ERROR)
			refusals[nr++] = record;
	}
	return nr;
}
