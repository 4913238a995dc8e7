// SPDX-License-Identifier: GPL-2.0
/*
 * Dirty logs: which pages of a slot were written since the VMM asked last.
 *
 * A log is a bitmap, and all that touches it holds mem->lock. The guest's writes show in one of two
 * ways. Without PML a page is mapped for reading until a write faults, which sets the bit and makes
 * it writable. With PML it is mapped writable and clean; the processor logs the page when it sets
 * the dirty bit, in a buffer of the vCPU's that its thread empties after each turn. Either way a
 * slot with a log is mapped by 4 KiB, and clearing a bit makes the page's next write show.
 *
 * Writes of the kernel's own set the bit after they are done. So a VMM that reads the page after
 * the bit finds what was written.
 */
#include <linux/bitmap.h>
#include <linux/mm.h>
#include <linux/smp.h>
#include <linux/uaccess.h>
#include <linux/wait_bit.h>

#include "account.h"
#include "fail_point.h"
#include "guest_memory.h"
#include "kick.h"
#include "vcpu.h"
#include "vm.h"

/* What is done at a time while faults wait: words whose pages are looked at, words alone, pages. */
#define LOG_WORDS	16
#define LOG_BARE_WORDS	16384
#define LOG_PAGES	(VMH_MEM_PIECE / PAGE_SIZE)

static u64 vmh_dirty_words(u64 npages)
{
	return DIV_ROUND_UP_ULL(npages, BITS_PER_LONG);
}

static u64 vmh_dirty_bytes(u64 npages)
{
	return vmh_dirty_words(npages) * sizeof(long);
}

static bool vmh_dirty_starts_full(const struct memory_context *mem)
{
	return mem->log_flags & KVM_DIRTY_LOG_INITIALLY_SET;
}

/* There are no bits beyond the slot's pages. */
static void vmh_dirty_fill(unsigned long *log, u64 npages)
{
	u64 words = vmh_dirty_words(npages);

	memset(log, 0xff, words * sizeof(*log));
	log[words - 1] = BITMAP_LAST_WORD_MASK(npages);
}

/**
 * vmh_dirty_create() - a dirty log for a slot
 * @vm: the VM, its lock held.
 * @slot: the slot, not in use yet; gets the log.
 * @denial: filled on -EDQUOT.
 *
 * Context: may sleep.
 *
 * Return: 0; -EDQUOT; -ENOMEM.
 */
int vmh_dirty_create(struct vm_handler_ctx *vm, struct mem_slot *slot,
		     struct resource_denial *denial)
{
	u64 bytes = vmh_dirty_bytes(slot->npages);
	int ret = vmh_charge_one(vm, VMH_RES_KERNEL_BYTES, bytes, denial);

	if (ret)
		return ret;
	slot->log = vmh_fail_null(log_memory, kvzalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN));
	if (!slot->log) {
		vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, bytes);
		return -ENOMEM;
	}
	if (vmh_dirty_starts_full(&vm->mem_ctx))
		vmh_dirty_fill(slot->log, slot->npages);
	return 0;
}

/**
 * vmh_dirty_destroy() - undo vmh_dirty_create()
 * @vm: the VM, its lock held.
 * @slot: copy of a slot that is in no table any more, or has no log there.
 *
 * Context: may sleep.
 */
void vmh_dirty_destroy(struct vm_handler_ctx *vm, const struct mem_slot *slot)
{
	if (!slot->log)
		return;
	kvfree(slot->log);
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, vmh_dirty_bytes(slot->npages));
}

static void vmh_dirty_leave_guest(void *unused)
{
}

/**
 * vmh_dirty_switch() - let processors log, or not, as there are logs or none
 * @vm: the VM, its lock held.
 *
 * When this returns no vCPU is in guest mode as before: the interrupt ends its turn, and before the
 * next one it sees the request.
 *
 * Context: may sleep.
 */
void vmh_dirty_switch(struct vm_handler_ctx *vm)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;

	if (!(vm->mem_ctx.ept.features & EPT_FEATURE_PML))
		return;
	vmh_for_each_vcpu(vm, id, vcpu)
		vmh_vcpu_request(vcpu, VMH_REQ_LOG);
	on_each_cpu_mask(vm->mem_ctx.cpus, vmh_dirty_leave_guest, NULL, true);
}

static void vmh_dirty_flush(struct vm_handler_ctx *vm)
{
	struct memory_context *mem = &vm->mem_ctx;

	spin_lock(&mem->lock);
	vmh_ept_unlock(vm);
}

/**
 * vmh_dirty_start() - make what is mapped show the next write
 * @vm: the VM, its lock held.
 * @slot: copy of the slot, which is in the table with its log.
 *
 * A log that starts full needs nothing: every page has its bit.
 *
 * Context: may sleep.
 */
void vmh_dirty_start(struct vm_handler_ctx *vm, const struct mem_slot *slot)
{
	struct memory_context *mem = &vm->mem_ctx;
	u64 gfn, end_gfn = slot->base_gfn + slot->npages;

	if (vmh_dirty_starts_full(mem))
		return;
	for (gfn = slot->base_gfn; gfn < end_gfn; gfn += LOG_PAGES) {
		spin_lock(&mem->lock);
		ept_watch_writes(&mem->ept, gfn << PAGE_SHIFT,
				 min(gfn + LOG_PAGES, end_gfn) << PAGE_SHIFT);
		spin_unlock(&mem->lock);
		cond_resched();
	}
	vmh_dirty_flush(vm);
}

/* Called with mem->lock held. */
static void vmh_dirty_set(struct memory_context *mem, u64 gfn, u32 *hint)
{
	const struct mem_slot *slot = mem_slots_find(mem->slots, gfn, hint);

	if (slot && slot->log)
		__set_bit(gfn - slot->base_gfn, slot->log);
}

/**
 * vmh_dirty_mark() - the kernel has written to a guest page by itself
 * @vm: the VM.
 * @gfn: the page.
 *
 * Context: any but interrupt.
 */
void vmh_dirty_mark(struct vm_handler_ctx *vm, u64 gfn)
{
	struct memory_context *mem = &vm->mem_ctx;

	if (likely(!READ_ONCE(mem->nr_logs)))
		return;
	spin_lock(&mem->lock);
	vmh_dirty_set(mem, gfn, NULL);
	spin_unlock(&mem->lock);
}

/**
 * vmh_dirty_drain() - take over what the processor has logged
 * @vcpu: the vCPU, loaded, after a turn.
 *
 * Context: its thread, interrupts on.
 */
void vmh_dirty_drain(struct vmh_vcpu *vcpu)
{
	struct memory_context *mem = &vcpu->vm->mem_ctx;
	const u64 *entries;
	unsigned int nr = vmx_pml_take(&vcpu->vmx, &entries);
	u32 hint = 0;

	if (nr) {
		spin_lock(&mem->lock);
		while (nr--)
			vmh_dirty_set(mem, entries[nr] >> PAGE_SHIFT, &hint);
		spin_unlock(&mem->lock);
	}
	WRITE_ONCE(vcpu->log_drains, vcpu->log_drains + 1);
	WRITE_ONCE(vcpu->log_pending, false);
	/* A waiter has gone to sleep before this, or sees what was written above. */
	smp_mb();
	wake_up_var(&vcpu->log_drains);
}

static void vmh_dirty_collect_vcpu(struct vmh_vcpu *vcpu)
{
	u64 drains = READ_ONCE(vcpu->log_drains);

	/* Written where mem->lock could not be taken: vmh_steal_off_cpu(). */
	if (READ_ONCE(vcpu->steal.told))
		vmh_dirty_mark(vcpu->vm, READ_ONCE(vcpu->steal.msr) >> PAGE_SHIFT);
	if (!READ_ONCE(vcpu->log_pending))
		return;
	vmh_vcpu_kick(vcpu);
	wait_var_event(&vcpu->log_drains, READ_ONCE(vcpu->log_drains) != drains ||
		       !READ_ONCE(vcpu->log_pending));
}

/* What guests wrote before this is called is in the logs when it returns. */
static void vmh_dirty_collect(struct vm_handler_ctx *vm)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;

	/* Pairs with the barrier in vmh_vcpu_any_turn(). */
	smp_mb();
	vmh_for_each_vcpu(vm, id, vcpu)
		vmh_dirty_collect_vcpu(vcpu);
}

/* The pages of one word of a log whose bits were cleared. Called with mem->lock held. */
static void vmh_dirty_watch_word(struct memory_context *mem, const struct mem_slot *slot, u64 word,
				 unsigned long bits)
{
	u64 gfn = slot->base_gfn + word * BITS_PER_LONG;
	unsigned int start, end;

	for (start = 0; bits >> start; start = end) {
		start += __ffs(bits >> start);
		end = ~(bits >> start) ? start + __ffs(~(bits >> start)) : BITS_PER_LONG;
		ept_watch_writes(&mem->ept, (gfn + start) << PAGE_SHIFT, (gfn + end) << PAGE_SHIFT);
		if (end == BITS_PER_LONG)
			break;
	}
}

/*
 * Clears the bits of @mask in words of a log, from @first on, and leaves in @mask those that were
 * set. The caller flushes.
 */
static void vmh_dirty_take(struct vm_handler_ctx *vm, const struct mem_slot *slot, u64 first,
			   unsigned long *mask, u64 nr)
{
	struct memory_context *mem = &vm->mem_ctx;
	u64 i, end;

	for (i = 0; i < nr; i = end) {
		end = min(i + LOG_WORDS, nr);
		spin_lock(&mem->lock);
		for (; i < end; i++) {
			mask[i] &= slot->log[first + i];
			slot->log[first + i] &= ~mask[i];
			vmh_dirty_watch_word(mem, slot, first + i, mask[i]);
		}
		spin_unlock(&mem->lock);
		cond_resched();
	}
	vmh_dirty_flush(vm);
}

static void vmh_dirty_put_back(struct memory_context *mem, const struct mem_slot *slot,
			       const unsigned long *bits)
{
	u64 i, end, words = vmh_dirty_words(slot->npages);

	for (i = 0; i < words; i = end) {
		end = min(i + LOG_BARE_WORDS, words);
		spin_lock(&mem->lock);
		for (; i < end; i++)
			slot->log[i] |= bits[i];
		spin_unlock(&mem->lock);
		cond_resched();
	}
}

/* The slot whose log is meant. The VM's lock, which the caller holds, keeps the table. */
static int vmh_dirty_slot(struct vm_handler_ctx *vm, u32 id, const struct mem_slot **slot,
			  struct vmh_error *err)
{
	/* Both structures begin with it. */
	if (id >= VMH_MAX_SLOTS)
		return VM_ERROR_FIELD(err, VMH_E_SLOT_ID, struct kvm_dirty_log, slot, id,
				      VMH_MAX_SLOTS - 1);
	*slot = mem_slots_find_id(vm->mem_ctx.slots, id);
	if (!*slot || !(*slot)->log)
		return VM_ERROR_FIELD(err, VMH_E_NO_LOG, struct kvm_dirty_log, slot, id, 0);
	return 0;
}

static unsigned long *vmh_dirty_buffer(u64 bytes)
{
	return vmh_fail_null(log_copy, kvmalloc(bytes, GFP_KERNEL_ACCOUNT | __GFP_NOWARN));
}

/* Bits that userspace did not get are as if they had never been taken. */
static int vmh_dirty_get_and_clear(struct vm_handler_ctx *vm, const struct mem_slot *slot,
				   void __user *to)
{
	u64 bytes = vmh_dirty_bytes(slot->npages);
	unsigned long *bits = vmh_dirty_buffer(bytes);
	int ret = 0;

	if (!bits)
		return -ENOMEM;
	memset(bits, 0xff, bytes);
	vmh_dirty_take(vm, slot, 0, bits, vmh_dirty_words(slot->npages));
	if (vmh_fail_errno(copy_out, copy_to_user(to, bits, bytes) ? -EFAULT : 0)) {
		vmh_dirty_put_back(&vm->mem_ctx, slot, bits);
		ret = -EFAULT;
	}
	kvfree(bits);
	return ret;
}

/**
 * vmh_dirty_get() - VMH_GET_DIRTY_LOG
 * @vm: the VM, its lock held.
 * @args: which slot, and where to.
 * @err: why not.
 *
 * Pages that are told begin anew, unless the VMM has said that it will clear them by itself.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL; -ENOENT; -EFAULT; -ENOMEM.
 */
int vmh_dirty_get(struct vm_handler_ctx *vm, const struct kvm_dirty_log *args,
		  struct vmh_error *err)
{
	const struct mem_slot *slot;
	int ret = vmh_dirty_slot(vm, args->slot, &slot, err);

	if (ret)
		return ret;
	vmh_dirty_collect(vm);
	if (!(vm->mem_ctx.log_flags & KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE))
		return vmh_dirty_get_and_clear(vm, slot, args->dirty_bitmap);
	return vmh_fail_errno(copy_out, copy_to_user(args->dirty_bitmap, slot->log,
						     vmh_dirty_bytes(slot->npages)) ? -EFAULT : 0);
}

/* Whole words, except at the end of the slot. */
static int vmh_dirty_check_range(const struct mem_slot *slot,
				 const struct kvm_clear_dirty_log *args,
				 struct vmh_error *err)
{
	u64 rest;

	if (args->first_page % BITS_PER_LONG || args->first_page > slot->npages)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_clear_dirty_log, first_page,
				      args->first_page, slot->npages);
	rest = slot->npages - args->first_page;
	if (args->num_pages > rest || (args->num_pages < rest && args->num_pages % BITS_PER_LONG))
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_clear_dirty_log, num_pages,
				      args->num_pages, rest);
	return 0;
}

/**
 * vmh_dirty_clear() - VMH_CLEAR_DIRTY_LOG
 * @vm: the VM, its lock held.
 * @args: pages of a slot that begin anew.
 * @err: why not.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL; -ENOENT; -EFAULT; -ENOMEM.
 */
int vmh_dirty_clear(struct vm_handler_ctx *vm, const struct kvm_clear_dirty_log *args,
		    struct vmh_error *err)
{
	const struct mem_slot *slot;
	unsigned long *mask;
	u64 words;
	int ret = vmh_dirty_slot(vm, args->slot, &slot, err);

	ret = ret ?: vmh_dirty_check_range(slot, args, err);
	words = vmh_dirty_words(args->num_pages);
	if (ret || !words)
		return ret;
	mask = vmh_dirty_buffer(words * sizeof(*mask));
	if (!mask)
		return -ENOMEM;
	/* Also what is in the processor's buffer: it must not come back when it is cleared now. */
	vmh_dirty_collect(vm);
	ret = vmh_fail_errno(copy_entries, copy_from_user(mask, args->dirty_bitmap,
							  words * sizeof(*mask)) ? -EFAULT : 0);
	if (!ret)
		vmh_dirty_take(vm, slot, args->first_page / BITS_PER_LONG, mask, words);
	kvfree(mask);
	return ret;
}
