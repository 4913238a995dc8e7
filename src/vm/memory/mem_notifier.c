// SPDX-License-Identifier: GPL-2.0
/*
 * Following the VMM's address space: when the kernel unmaps, moves, write-protects or swaps out a
 * page, the EPT loses its translation first. Nothing is ever pinned.
 */
#include <linux/mmu_notifier.h>

#include "fail_point.h"
#include "guest_memory.h"
#include "vm.h"
#include "vmh_compat.h"

static struct vm_handler_ctx *notifier_vm(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct vm_handler_ctx, mem_ctx.notifier);
}

/**
 * vmh_invalidation_begin() - from now on, no fault maps what lies in a range
 * @mem: the VM's memory, its lock held.
 * @start_hva: first address of the VMM's.
 * @end_hva: first address beyond.
 *
 * Faults there start over until vmh_invalidation_end(). The lock may be released in between.
 */
void vmh_invalidation_begin(struct memory_context *mem, u64 start_hva, u64 end_hva)
{
	if (!mem->invalidations++) {
		mem->invalid_start = start_hva;
		mem->invalid_end = end_hva;
	} else {
		mem->invalid_start = min(mem->invalid_start, start_hva);
		mem->invalid_end = max(mem->invalid_end, end_hva);
	}
}

/**
 * vmh_invalidation_end() - undo vmh_invalidation_begin()
 * @mem: the VM's memory, its lock held.
 */
void vmh_invalidation_end(struct memory_context *mem)
{
	mem->seq++;
	mem->invalidations--;
}

/*
 * Unmaps a piece of what a range of addresses backs, from @gfn on. Returns the page to go on from,
 * U64_MAX for none. Slots may have changed since the last piece: one that is new or was moved has
 * nothing mapped in the range, since faults do not get there.
 */
static u64 vmh_unmap_hva_some(struct vm_handler_ctx *vm, u64 start_hva, u64 end_hva, u64 gfn)
{
	struct mem_gfn_range range;
	s64 budget = VMH_EPT_BUDGET;
	u32 pos = 0;

	while (mem_slots_next_hva(vm->mem_ctx.slots, start_hva, end_hva, &pos, &range)) {
		if (range.end_gfn <= gfn)
			continue;
		gfn = vmh_ept_unmap_some(vm, max(gfn, range.start_gfn), range.end_gfn, &budget);
		if (gfn != range.end_gfn)
			return gfn;
	}
	return U64_MAX;
}

/*
 * From here to the matching end, no fault may map what lies in the range. The lock is given up
 * between pieces even if the caller must not sleep: others may run where the kernel is preemptible.
 */
static int vmh_invalidate_start(struct mmu_notifier *notifier,
				const struct mmu_notifier_range *range)
{
	struct vm_handler_ctx *vm = notifier_vm(notifier);
	struct memory_context *mem = &vm->mem_ctx;
	u64 gfn = 0;

	spin_lock(&mem->lock);
	vmh_invalidation_begin(mem, range->start, range->end);
	for (;;) {
		gfn = vmh_unmap_hva_some(vm, range->start, range->end, gfn);
		vmh_ept_unlock(vm);
		if (likely(gfn == U64_MAX))
			return 0;
		if (mmu_notifier_range_blockable(range))
			cond_resched();
		spin_lock(&mem->lock);
	}
}

static void vmh_invalidate_end(struct mmu_notifier *notifier,
			       const struct mmu_notifier_range *range)
{
	struct memory_context *mem = &notifier_vm(notifier)->mem_ctx;

	spin_lock(&mem->lock);
	vmh_invalidation_end(mem);
	spin_unlock(&mem->lock);
}

/*
 * Reclaim asks which pages the guest used. It may hold spinlocks of its own, so this is done in one
 * go, and not for all of a range without an end: what is not looked at counts as used. Called with
 * mem->lock held.
 */
static bool vmh_age_locked(struct memory_context *mem, u64 start_hva, u64 end_hva, bool clear)
{
	u64 nr, left = VMH_MEM_PIECE >> PAGE_SHIFT;
	struct mem_gfn_range range;
	bool young = false;
	u32 pos = 0;

	while (mem_slots_next_hva(mem->slots, start_hva, end_hva, &pos, &range)) {
		nr = min(range.end_gfn - range.start_gfn, left);
		left -= nr;
		young |= ept_test_accessed(&mem->ept, range.start_gfn << PAGE_SHIFT,
					   (range.start_gfn + nr) << PAGE_SHIFT, clear);
		young |= !left;
	}
	return young;
}

static bool vmh_age(struct mmu_notifier *notifier, u64 start_hva, u64 end_hva, bool clear)
{
	struct memory_context *mem = &notifier_vm(notifier)->mem_ctx;
	bool young;

	spin_lock(&mem->lock);
	young = vmh_age_locked(mem, start_hva, end_hva, clear);
	spin_unlock(&mem->lock);
	return young;
}

/* A page that is in use all the time must show it, and not only when it drops out of a TLB. */
static vmh_young_t vmh_clear_flush_young(struct mmu_notifier *notifier, struct mm_struct *mm,
					 unsigned long start, unsigned long end)
{
	struct vm_handler_ctx *vm = notifier_vm(notifier);
	struct memory_context *ctx = &vm->mem_ctx;
	bool young;

	spin_lock(&ctx->lock);
	young = vmh_age_locked(ctx, start, end, true);
	if (young) {
		ctx->ept.flush = true;
		vmh_ept_flush(vm);
	}
	spin_unlock(&ctx->lock);
	return young;
}

/* The kernel does without the flush here. */
static vmh_young_t vmh_clear_young(struct mmu_notifier *notifier, struct mm_struct *mm,
				   unsigned long start, unsigned long end)
{
	return vmh_age(notifier, start, end, true);
}

static vmh_young_t vmh_test_young(struct mmu_notifier *notifier, struct mm_struct *mm,
				  unsigned long address)
{
	return vmh_age(notifier, address, address + PAGE_SIZE, false);
}

/* The creator's address space is going: with it, the VM's memory. */
static void vmh_mm_gone(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	struct vm_handler_ctx *vm = notifier_vm(notifier);

	vm->mem_ctx.gone(vm);
}

static const struct mmu_notifier_ops vmh_notifier_ops = {
	.invalidate_range_start = vmh_invalidate_start,
	.invalidate_range_end = vmh_invalidate_end,
	.clear_flush_young = vmh_clear_flush_young,
	.clear_young = vmh_clear_young,
	.test_young = vmh_test_young,
	.release = vmh_mm_gone,
};

/**
 * vmh_notifier_register() - follow the address space of the calling process
 * @vm: the VM.
 *
 * Context: may sleep; takes mmap_lock.
 *
 * Return: 0, -ENOMEM or -EINTR.
 */
int vmh_notifier_register(struct vm_handler_ctx *vm)
{
	vm->mem_ctx.notifier.ops = &vmh_notifier_ops;
	return vmh_fail_point(VMH_FAIL_vm_notifier) ?:
	       vmh_fail_point(VMH_FAIL_vm_notifier_signal) ?:
	       mmu_notifier_register(&vm->mem_ctx.notifier, vm->mem_ctx.mm);
}

/**
 * vmh_notifier_unregister() - stop following
 * @vm: the VM.
 *
 * Context: may sleep; waits for callbacks that run, so the VM's lock must not be held.
 */
void vmh_notifier_unregister(struct vm_handler_ctx *vm)
{
	mmu_notifier_unregister(&vm->mem_ctx.notifier, vm->mem_ctx.mm);
}
