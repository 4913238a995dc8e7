// SPDX-License-Identifier: GPL-2.0
/*
 * Large pages that the guest executes from, where large ones must not be executable. A split page
 * is marked, so that a later fault does not map it large again: else each write would merge it, and
 * the next fetch split it. But what is executed once, while the guest boots, would stay split. So
 * from time to time a share of the marked places is unmapped. Each comes back large, unless the
 * guest executes from it again.
 */
#include <linux/moduleparam.h>
#include <linux/sched.h>

#include "guest_memory.h"
#include "nx_pages.h"
#include "vm.h"

/* Places that are unmapped, or tables looked through, before others get the lock. */
#define RECOVER_BATCH	16

/* On a real-time kernel nothing is done behind the guest's back, unless it is asked for. */
static uint nx_huge_pages_recovery_ratio = IS_ENABLED(CONFIG_PREEMPT_RT) ? 0 : 60;
module_param(nx_huge_pages_recovery_ratio, uint, 0444);
MODULE_PARM_DESC(nx_huge_pages_recovery_ratio, "One of so many split pages is given back at a time; 0: none");

static uint nx_huge_pages_recovery_period_ms;
module_param(nx_huge_pages_recovery_period_ms, uint, 0444);
MODULE_PARM_DESC(nx_huge_pages_recovery_period_ms, "How often that is done; 0: so that all are within an hour");

/* Called with mem->lock held. */
static void vmh_nx_schedule(struct memory_context *mem)
{
	u32 ms = nx_pages_period_ms(nx_huge_pages_recovery_ratio, nx_huge_pages_recovery_period_ms);

	if (ms && mem->ept.split_tables)
		queue_delayed_work(system_unbound_wq, &mem->nx_work, msecs_to_jiffies(ms));
}

/*
 * Unmaps the place at the cursor, and moves on. Pages whose writes are logged stay: they would come
 * back as small ones. Returns how many split pages that gave back.
 */
static u64 vmh_nx_recover_place(struct vm_handler_ctx *vm, enum ept_level level, s64 *budget)
{
	struct memory_context *mem = &vm->mem_ctx;
	u64 gfn = mem->nx_cursor_gpa >> PAGE_SHIFT, pages = ept_level_bytes(level) >> PAGE_SHIFT;
	const struct mem_slot *slot = mem_slots_find(mem->slots, gfn, NULL);
	u64 before = mem->ept.split_tables;

	mem->nx_cursor_gpa += ept_level_bytes(level);
	if (slot && slot->log)
		return 0;
	vmh_ept_unmap_some(vm, gfn, gfn + pages, budget);
	return before - mem->ept.split_tables;
}

/* Called with mem->lock held. Returns how many are left to do of @share. */
static u64 vmh_nx_recover_some(struct vm_handler_ctx *vm, u64 share)
{
	struct memory_context *mem = &vm->mem_ctx;
	enum ept_level level;
	s64 budget = VMH_EPT_BUDGET;
	u64 recovered = 0;
	int i;

	for (i = 0; i < RECOVER_BATCH && budget > 0 && recovered < share; i++) {
		if (mem->nx_cursor_gpa >= EPT_GPA_END || !mem->ept.split_tables)
			break;
		if (ept_next_split(&mem->ept, &mem->nx_cursor_gpa, &level))
			recovered += vmh_nx_recover_place(vm, level, &budget);
	}
	WRITE_ONCE(mem->nx_recovered, mem->nx_recovered + recovered);
	if ((i < RECOVER_BATCH && budget > 0) || recovered >= share)
		return 0;
	return share - recovered;
}

static void vmh_nx_work(struct work_struct *work)
{
	struct memory_context *mem = container_of(to_delayed_work(work), struct memory_context,
						  nx_work);
	struct vm_handler_ctx *vm = container_of(mem, struct vm_handler_ctx, mem_ctx);
	u64 share;

	spin_lock(&mem->lock);
	share = nx_pages_share(mem->ept.split_tables, nx_huge_pages_recovery_ratio);
	while (share) {
		share = vmh_nx_recover_some(vm, share);
		vmh_ept_unlock(vm);
		cond_resched();
		spin_lock(&mem->lock);
	}
	if (mem->nx_cursor_gpa >= EPT_GPA_END)
		mem->nx_cursor_gpa = 0;
	vmh_nx_schedule(mem);
	spin_unlock(&mem->lock);
}

/**
 * vmh_nx_init() - nothing is split yet
 * @mem: of a new VM.
 */
void vmh_nx_init(struct memory_context *mem)
{
	INIT_DELAYED_WORK(&mem->nx_work, vmh_nx_work);
}

/**
 * vmh_nx_stop() - give nothing back any more
 * @mem: of a VM that has no tables any more.
 *
 * Context: may sleep.
 */
void vmh_nx_stop(struct memory_context *mem)
{
	cancel_delayed_work_sync(&mem->nx_work);
}

/**
 * vmh_nx_keep_split() - the guest executes from a page that could have been part of a large one
 * @mem: the VM's memory.
 * @gpa: the page, which is mapped.
 * @level: size of the large one.
 *
 * Context: mem->lock held.
 */
void vmh_nx_keep_split(struct memory_context *mem, u64 gpa, enum ept_level level)
{
	u32 splits = ept_keep_split(&mem->ept, gpa, level);

	if (!splits)
		return;
	WRITE_ONCE(mem->nx_splits, mem->nx_splits + splits);
	vmh_nx_schedule(mem);
}

/**
 * vmh_nx_split_now() - how many large pages are split at the moment
 * @mem: the VM's memory.
 */
u64 vmh_nx_split_now(struct memory_context *mem)
{
	return READ_ONCE(mem->ept.split_tables);
}
