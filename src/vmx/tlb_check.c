// SPDX-License-Identifier: GPL-2.0
/*
 * The translation checker: what happens to EPTs, vCPUs and processors, told to the model. What it
 * finds is a WARN, one of each kind, and counted in /sys/kernel/debug/vmh/translations. "expect"
 * written there has it only count, for tests that leave flushes out; "warn" takes that back.
 *
 * One clock for all. Processors' flushes are their own, written with interrupts off; an EPT's
 * changes come under its VM's lock and are read without. More EPTs than the model has room for
 * are not watched.
 */
#include <linux/atomic.h>
#include <linux/bug.h>
#include <linux/debugfs.h>
#include <linux/errno.h>
#include <linux/module.h>
#include <linux/percpu.h>
#include <linux/seq_file.h>
#include <linux/smp.h>
#include <linux/spinlock.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "tlb_check.h"
#include "vmx.h"

#define TLB_COMMAND_LEN	16

static const struct {
	const char *name;
	const char *text;
} tlb_kinds[TLB_STALE_NR] = {
	[TLB_STALE_ROOT] = { "root", "no flush since the EPT has this root" },
	[TLB_STALE_EPT] = { "ept", "no flush since the EPT lost a translation" },
	[TLB_STALE_VPID] = { "vpid", "no flush since the vCPU has this VPID" },
	[TLB_STALE_MOVED] = { "moved", "no flush since the vCPU ran on another processor" },
	[TLB_STALE_ASKED] = { "asked", "no flush since the guest asked for one" },
	[TLB_STALE_PAGING] = { "paging", "no flush since this was changed from outside:" },
};

/**
 * struct tlb_ept - an EPT that is watched
 * @eptp: its pointer; 0: the place is free.
 * @space: in the model.
 */
struct tlb_ept {
	u64 eptp;
	struct tlb_space space;
};

/* Covers which places are taken. */
static DEFINE_SPINLOCK(tlb_lock);
static struct tlb_ept tlb_epts[TLB_SPACES];
static unsigned int tlb_next_slot;

static atomic64_t tlb_clock = ATOMIC64_INIT(1);
static DEFINE_PER_CPU(struct tlb_cpu, tlb_cpus);

static atomic_t tlb_found[TLB_STALE_NR];
static atomic_t tlb_unwatched;
static unsigned long tlb_warned;
static bool tlb_expected;

/* A flush has the time from before it. */
static u64 tlb_time(void)
{
	/* After what the caller did before: a change that this time covers has been made. */
	smp_mb();
	return atomic64_read(&tlb_clock);
}

/* A change has the time from after it. */
static u64 tlb_tick(void)
{
	return atomic64_inc_return(&tlb_clock);
}

/* Asked for each table that is freed: most likely it is the same again. */
static struct tlb_ept *tlb_find_ept(u64 eptp)
{
	static struct tlb_ept *last = tlb_epts;
	struct tlb_ept *ept = READ_ONCE(last);

	if (READ_ONCE(ept->eptp) == eptp)
		return eptp ? ept : NULL;
	for (ept = tlb_epts; eptp && ept < tlb_epts + TLB_SPACES; ept++) {
		if (READ_ONCE(ept->eptp) == eptp) {
			WRITE_ONCE(last, ept);
			return ept;
		}
	}
	return NULL;
}

/**
 * vmx_tlb_ept_created() - a VM has an EPT
 * @eptp: its pointer.
 *
 * Context: process; no vCPU of the VM exists.
 */
void vmx_tlb_ept_created(u64 eptp)
{
	struct tlb_ept *ept = NULL;
	unsigned int i;

	spin_lock(&tlb_lock);
	for (i = 0; i < TLB_SPACES && !ept; i++) {
		ept = &tlb_epts[tlb_next_slot++ % TLB_SPACES];
		if (ept->eptp)
			ept = NULL;
	}
	if (ept) {
		tlb_space_init(&ept->space, ept - tlb_epts, tlb_tick());
		WRITE_ONCE(ept->eptp, eptp);
	} else {
		atomic_inc(&tlb_unwatched);
	}
	spin_unlock(&tlb_lock);
}

/**
 * vmx_tlb_ept_destroyed() - a VM has no EPT any more
 * @eptp: its pointer.
 *
 * Context: none of the VM's vCPUs will be entered any more.
 */
void vmx_tlb_ept_destroyed(u64 eptp)
{
	struct tlb_ept *ept;

	spin_lock(&tlb_lock);
	ept = tlb_find_ept(eptp);
	if (ept)
		WRITE_ONCE(ept->eptp, 0);
	spin_unlock(&tlb_lock);
}

/**
 * vmx_tlb_ept_changed() - something that processors may have cached was taken out of an EPT
 * @eptp: its pointer.
 *
 * Context: the VM's lock of memory held, after the change, before the flush.
 */
void vmx_tlb_ept_changed(u64 eptp)
{
	struct tlb_ept *ept = tlb_find_ept(eptp);

	if (ept)
		ept->space.changed = tlb_tick();
}

/**
 * vmx_tlb_ept_settled() - what was taken out of an EPT is given away
 * @eptp: its pointer.
 *
 * Context: as vmx_tlb_ept_changed(), after the flush.
 */
void vmx_tlb_ept_settled(u64 eptp)
{
	struct tlb_ept *ept = tlb_find_ept(eptp);

	if (ept)
		tlb_space_settle(&ept->space);
}

/**
 * vmx_tlb_vcpu_created() - a vCPU has its VPID, or none
 * @v: the vCPU.
 * @eptp: of its VM.
 */
void vmx_tlb_vcpu_created(struct vmx_vcpu *v, u64 eptp)
{
	struct tlb_ept *ept = tlb_find_ept(eptp);

	v->tlb.slot = ept ? ept - tlb_epts : -1;
	tlb_guest_init(&v->tlb.guest, v->vpid, tlb_tick());
}

/**
 * vmx_tlb_invept() - this processor is about to execute INVEPT for one EPT
 * @eptp: its pointer.
 *
 * Context: preemption off, also in interrupts.
 */
void vmx_tlb_invept(u64 eptp)
{
	u64 now = tlb_time();
	struct tlb_ept *ept = tlb_find_ept(eptp);

	if (ept)
		this_cpu_write(tlb_cpus.invept[ept - tlb_epts], now);
}

/**
 * vmx_tlb_invept_all() - for all of them
 *
 * Context: preemption off, also in interrupts.
 */
void vmx_tlb_invept_all(void)
{
	this_cpu_write(tlb_cpus.invept_all, tlb_time());
}

/**
 * vmx_tlb_asked() - a guest wants one of its vCPUs flushed
 * @v: the vCPU, loaded.
 */
void vmx_tlb_asked(struct vmx_vcpu *v)
{
	tlb_guest_ask(&v->tlb.guest, tlb_tick());
}

/**
 * vmx_tlb_invvpid() - this processor is about to execute INVVPID for one VPID
 * @v: whose.
 *
 * Context: preemption off; the vCPU loaded.
 */
void vmx_tlb_invvpid(struct vmx_vcpu *v)
{
	tlb_guest_flush(&v->tlb.guest, smp_processor_id(), tlb_time());
}

/**
 * vmx_tlb_invvpid_all() - for all of them
 *
 * Context: preemption off.
 */
void vmx_tlb_invvpid_all(void)
{
	this_cpu_write(tlb_cpus.invvpid_all, tlb_time());
}

/* From the VMCS, so that no change goes unnoticed, whatever makes it. */
static void tlb_read_paging(struct tlb_paging *paging)
{
	*paging = (struct tlb_paging) {
		.cr0 = vmcs_read(GUEST_CR0),
		.cr3 = vmcs_read(GUEST_CR3),
		.cr4 = vmcs_read(GUEST_CR4),
		.efer = vmcs_read(GUEST_IA32_EFER),
		.pdptr = {
			vmcs_read(GUEST_PDPTR0), vmcs_read(GUEST_PDPTR1),
			vmcs_read(GUEST_PDPTR2), vmcs_read(GUEST_PDPTR3),
		},
	};
}

/* Not inline: all that is rare. @what: the register, for TLB_STALE_PAGING. */
static noinline void tlb_report(const struct vmx_vcpu *v, unsigned long stale, const char *what)
{
	unsigned int kind;

	for_each_set_bit(kind, &stale, TLB_STALE_NR) {
		atomic_inc(&tlb_found[kind]);
		if (READ_ONCE(tlb_expected) || test_and_set_bit(kind, &tlb_warned))
			continue;
		WARN(1, "vmh: stale translations: EPT %d, VPID %u, of VM %u, vCPU %u: %s %s\n",
		     v->tlb.slot, v->vpid, v->vm_id, v->vcpu_id, tlb_kinds[kind].text,
		     kind == TLB_STALE_PAGING ? what : "");
	}
}

/**
 * vmx_tlb_enter() - a guest is about to be entered
 * @v: the vCPU, loaded.
 *
 * Context: interrupts off.
 */
void vmx_tlb_enter(struct vmx_vcpu *v)
{
	struct vmx_tlb *tlb = &v->tlb;
	struct tlb_paging paging;
	const char *what;
	u32 stale;

	if (tlb->slot < 0)
		return;
	tlb_read_paging(&paging);
	what = tlb_paging_change(&tlb->guest.paging, &paging);
	stale = tlb_guest_enter(&tlb->guest, &tlb_epts[tlb->slot].space, this_cpu_ptr(&tlb_cpus),
				smp_processor_id(), &paging, tlb_time());
	if (unlikely(stale))
		tlb_report(v, stale, what ?: "");
}

/**
 * vmx_tlb_exit() - a guest has run, and has left
 * @v: the vCPU, loaded.
 *
 * Context: interrupts off.
 */
void vmx_tlb_exit(struct vmx_vcpu *v)
{
	struct tlb_paging paging;

	if (v->tlb.slot < 0)
		return;
	tlb_read_paging(&paging);
	tlb_guest_exit(&v->tlb.guest, &paging, tlb_tick());
}

static ssize_t tlb_write(struct file *file, const char __user *user, size_t len, loff_t *pos)
{
	char command[TLB_COMMAND_LEN];

	if (len >= sizeof(command))
		return -EINVAL;
	if (copy_from_user(command, user, len))
		return -EFAULT;
	command[len] = 0;
	if (strcmp(strim(command), "expect") && strcmp(strim(command), "warn"))
		return -EINVAL;
	WRITE_ONCE(tlb_expected, !strcmp(strim(command), "expect"));
	return len;
}

static int tlb_show(struct seq_file *seq, void *unused)
{
	unsigned int kind;

	for (kind = 0; kind < TLB_STALE_NR; kind++)
		seq_printf(seq, "%s %d\n", tlb_kinds[kind].name, atomic_read(&tlb_found[kind]));
	seq_printf(seq, "unwatched %d\n", atomic_read(&tlb_unwatched));
	return 0;
}

static int tlb_open(struct inode *inode, struct file *file)
{
	return single_open(file, tlb_show, NULL);
}

static const struct file_operations tlb_fops = {
	.owner = THIS_MODULE,
	.open = tlb_open,
	.read = seq_read,
	.write = tlb_write,
	.llseek = seq_lseek,
	.release = single_release,
};

/**
 * vmx_tlb_init() - show what was found
 * @dir: where in debugfs; goes with it.
 */
void vmx_tlb_init(struct dentry *dir)
{
	debugfs_create_file("translations", 0600, dir, NULL, &tlb_fops);
}
