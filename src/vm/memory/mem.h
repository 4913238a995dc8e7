/* SPDX-License-Identifier: GPL-2.0 */
/* Guest memory: slots in the VMM's address space, and the EPT that follows it. */
#ifndef VMH_MEM_H
#define VMH_MEM_H

#include <linux/cpumask.h>
#include <linux/list.h>
#include <linux/mmu_notifier.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/workqueue.h>

#include "ept.h"
#include "mem_slots.h"
#include "resource_map.h"

struct vm_handler_ctx;

#define VMH_MAX_SLOTS	512

/* What is done at a time while mem->lock is held, and so with preemption off. */
#define VMH_EPT_BUDGET	(4 * EPT_UNMAP_MIN)	/* EPT entries of a range that is unmapped */
#define VMH_MEM_PIECE	SZ_32M			/* memory whose pages are looked at one by one */

/**
 * struct vmh_ept_stock - EPT pages set aside, so that a fault needs none under a spinlock
 * @nr: how many.
 * @page: them, zeroed.
 */
struct vmh_ept_stock {
	unsigned int nr;
	void *page[EPT_MAP_MAX_TABLES];
};

/**
 * struct memory_context - the memory of a VM
 * @lock: see vm.h; covers what follows but @mm, @eptp and @notifier.
 * @slots: the current table.
 * @ept: the tables that the processor walks.
 * @stock: where @ept gets pages from at the moment.
 * @denial: why @ept got none, the last time.
 * @freed: tables that were removed since the lock was taken; processors may still walk them.
 * @nx_splits: large pages that were split so far because the guest executes from them …
 * @nx_recovered: … and how many of them were given back; both written under @lock, read anywhere.
 * @nx_cursor_gpa: where mem_nx.c goes on to give them back.
 * @nx_work: does that.
 * @log_flags: KVM_DIRTY_LOG_*, as the VMM enabled them; under the VM's lock.
 * @nr_logs: slots with a dirty log; written under @lock, read anywhere.
 * @seq: grows when addresses of the VMM, or slots, have become others.
 * @slots_seq: grows when slots have; written under @lock, read anywhere.
 * @invalidations: how many invalidations are under way …
 * @invalid_start: … and the range of addresses that they cover together.
 * @invalid_end: its end.
 * @cpus: processors on which a vCPU of this VM is loaded; atomic.
 * @flush_gen: grows when EPT translations were taken away; atomic, never 0.
 * @mm: the VMM's address space, kept by mmgrab().
 * @eptp: for the VMCS.
 * @notifier: tells of changes in @mm.
 * @gone: called when @mm is going, and with it guest memory; may sleep.
 */
struct memory_context {
	spinlock_t lock;
	struct mem_slots *slots;
	struct ept ept;
	struct vmh_ept_stock *stock;
	struct resource_denial denial;
	struct list_head freed;
	u64 nx_splits;
	u64 nx_recovered;
	u64 nx_cursor_gpa;
	struct delayed_work nx_work;
	u64 log_flags;
	u32 nr_logs;
	u64 seq;
	u64 slots_seq;
	unsigned int invalidations;
	u64 invalid_start;
	u64 invalid_end;
	cpumask_var_t cpus;
	atomic64_t flush_gen;
	struct mm_struct *mm;
	u64 eptp;
	struct mmu_notifier notifier;
	void (*gone)(struct vm_handler_ctx *vm);
};

#endif /* VMH_MEM_H */
