// SPDX-License-Identifier: GPL-2.0
/*
 * Following the VMM's address space: when the kernel unmaps, moves, write-protects or swaps out a
 * page, the EPT loses its translation first. Nothing is ever pinned.
 */
#include <linux/mmu_notifier.h>

#include "fail_point.h"
#include "vm.h"

static struct vm_handler_ctx *notifier_vm(struct mmu_notifier *notifier)
{
	return container_of(notifier, struct vm_handler_ctx, mem_ctx.notifier);
}

static void vmh_unmap_hva(struct vm_handler_ctx *vm, u64 start_hva, u64 end_hva)
{
	struct mem_gfn_range range;
	u32 pos = 0;

	while (mem_slots_next_hva(vm->mem_ctx.slots, start_hva, end_hva, &pos, &range))
		vmh_ept_unmap(vm, range.start_gfn, range.end_gfn);
}

/* From here to the matching end, no fault may map what lies in the range. */
static int vmh_invalidate_start(struct mmu_notifier *notifier,
				const struct mmu_notifier_range *range)
{
	struct vm_handler_ctx *vm = notifier_vm(notifier);
	struct memory_context *mem = &vm->mem_ctx;

	spin_lock(&mem->lock);
	if (!mem->invalidations++) {
		mem->invalid_start = range->start;
		mem->invalid_end = range->end;
	} else {
		mem->invalid_start = min_t(u64, mem->invalid_start, range->start);
		mem->invalid_end = max_t(u64, mem->invalid_end, range->end);
	}
	vmh_unmap_hva(vm, range->start, range->end);
	vmh_ept_flush(vm);
	spin_unlock(&mem->lock);
	return 0;
}

static void vmh_invalidate_end(struct mmu_notifier *notifier,
			       const struct mmu_notifier_range *range)
{
	struct memory_context *mem = &notifier_vm(notifier)->mem_ctx;

	spin_lock(&mem->lock);
	mem->seq++;
	mem->invalidations--;
	spin_unlock(&mem->lock);
}

/* Reclaim asks which pages the guest used. Called with mem->lock held. */
static bool vmh_age_locked(struct memory_context *mem, u64 start_hva, u64 end_hva, bool clear)
{
	struct mem_gfn_range range;
	bool young = false;
	u32 pos = 0;

	while (mem_slots_next_hva(mem->slots, start_hva, end_hva, &pos, &range))
		young |= ept_test_accessed(&mem->ept, range.start_gfn << PAGE_SHIFT,
					   range.end_gfn << PAGE_SHIFT, clear);
	return young;
}

static int vmh_age(struct mmu_notifier *notifier, u64 start_hva, u64 end_hva, bool clear)
{
	struct memory_context *mem = &notifier_vm(notifier)->mem_ctx;
	bool young;

	spin_lock(&mem->lock);
	young = vmh_age_locked(mem, start_hva, end_hva, clear);
	spin_unlock(&mem->lock);
	return young;
}

/* A page that is in use all the time must show it, and not only when it drops out of a TLB. */
static int vmh_clear_flush_young(struct mmu_notifier *notifier, struct mm_struct *mm,
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
static int vmh_clear_young(struct mmu_notifier *notifier, struct mm_struct *mm,
			   unsigned long start, unsigned long end)
{
	return vmh_age(notifier, start, end, true);
}

static int vmh_test_young(struct mmu_notifier *notifier, struct mm_struct *mm,
			  unsigned long address)
{
	return vmh_age(notifier, address, address + PAGE_SIZE, false);
}

/* The creator's address space is going: with it, the VM's memory, and so the VM. */
static void vmh_mm_gone(struct mmu_notifier *notifier, struct mm_struct *mm)
{
	vmh_vm_event(notifier_vm(notifier), VMH_EVENT_TERMINATE, VMH_REASON_CREATOR_EXIT, NULL);
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
