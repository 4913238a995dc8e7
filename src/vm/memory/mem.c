// SPDX-License-Identifier: GPL-2.0
/* The memory of a VM: creation, slots, release. */
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>

#include "account.h"
#include "fail_point.h"
#include "guest_memory.h"
#include "vm.h"
#include "vmx.h"

static struct mem_slots *vmh_alloc_slots(u32 capacity)
{
	struct mem_slots *slots;

	slots = vmh_fail_null(slots_memory, kvmalloc(mem_slots_bytes(capacity),
						     GFP_KERNEL_ACCOUNT));
	if (slots)
		mem_slots_init(slots, capacity);
	return slots;
}

static int vmh_mem_error(int ret, const struct resource_denial *denial, struct vmh_error *err)
{
	if (ret == -EDQUOT)
		return resource_denial_error(denial, err);
	if (ret == -ENOMEM)
		return vm_error_set(err, VMH_E_NO_MEMORY);
	return ret;
}

/**
 * vmh_mem_create() - the memory of a new VM: none yet
 * @vm: the VM; nobody else knows it yet.
 * @err: why not.
 *
 * Context: may sleep. The calling process becomes the VMM.
 *
 * Return: 0, -ENOMEM, -EDQUOT or -EINTR.
 */
int vmh_mem_create(struct vm_handler_ctx *vm, struct vmh_error *err)
{
	struct memory_context *mem = &vm->mem_ctx;
	struct resource_denial denial;
	int ret = -ENOMEM;

	spin_lock_init(&mem->lock);
	INIT_LIST_HEAD(&mem->freed);
	vmh_nx_init(mem);
	if (!vmh_fail_false(vm_cpumask, zalloc_cpumask_var(&mem->cpus, GFP_KERNEL_ACCOUNT)))
		return vmh_mem_error(ret, NULL, err);
	mem->slots = vmh_alloc_slots(0);
	if (!mem->slots)
		goto free_cpus;
	ret = vmh_ept_create(vm, &denial);
	if (ret)
		goto free_slots;
	mem->mm = current->mm;
	mmgrab(mem->mm);
	ret = vmh_notifier_register(vm);
	if (ret)
		goto drop_mm;
	return 0;

drop_mm:
	mmdrop(mem->mm);
	vmh_ept_destroy(vm);
free_slots:
	kvfree(mem->slots);
free_cpus:
	free_cpumask_var(mem->cpus);
	return vmh_mem_error(ret, &denial, err);
}

/* Addresses that were found in another table count no more. Called with mem->lock held. */
static void vmh_slots_changed(struct memory_context *mem)
{
	WRITE_ONCE(mem->slots_seq, mem->slots_seq + 1);
}

/**
 * vmh_mem_release() - return all guest memory, EPT pages and their charges
 * @vm: the VM; none of its vCPUs will enter the guest any more.
 *
 * Context: may sleep. May be called again.
 */
void vmh_mem_release(struct vm_handler_ctx *vm)
{
	struct memory_context *mem = &vm->mem_ctx;
	u64 pages;
	u32 nr, i;

	/* The slots first: the MMU notifier takes it that there is an EPT where there is a slot. */
	spin_lock(&mem->lock);
	pages = mem->slots->total_pages;
	nr = mem->slots->nr;
	mem_slots_init(mem->slots, mem->slots->capacity);
	mem->nr_logs = 0;
	mem->seq++;
	vmh_slots_changed(mem);
	spin_unlock(&mem->lock);
	vmh_ept_destroy(vm);
	/* Nobody finds them any more, but they are still there. */
	for (i = 0; i < nr; i++)
		vmh_dirty_destroy(vm, &mem->slots->slot[i]);
	vmh_uncharge(vm, (struct resource_charge[]) {
		{ VMH_RES_SLOT_BYTES, pages << PAGE_SHIFT },
		{ VMH_RES_SLOTS, nr },
	}, 2);
}

/**
 * vmh_mem_destroy() - undo vmh_mem_create()
 * @vm: the VM, which nobody uses any more.
 *
 * Context: may sleep.
 */
void vmh_mem_destroy(struct vm_handler_ctx *vm)
{
	struct memory_context *mem = &vm->mem_ctx;

	vmh_notifier_unregister(vm);
	vmh_mem_release(vm);
	vmh_nx_stop(mem);
	mmdrop(mem->mm);
	kvfree(mem->slots);
	free_cpumask_var(mem->cpus);
}

/* A change of slots as a charge (sign 1) or its opposite (sign -1); how many rows. */
static u32 vmh_slot_charges(const struct mem_slots_change *change, struct resource_charge *charges)
{
	const struct mem_slot *slot = change->op == MEM_SLOTS_CREATE ? &change->after :
								       &change->before;

	if (change->op != MEM_SLOTS_CREATE && change->op != MEM_SLOTS_DELETE)
		return 0;
	charges[0] = (struct resource_charge) { VMH_RES_SLOT_BYTES, slot->npages << PAGE_SHIFT };
	charges[1] = (struct resource_charge) { VMH_RES_SLOTS, 1 };
	return 2;
}

/* What is mapped can stay when a log begins: it is told to show writes later. */
static bool vmh_slot_stays_mapped(const struct mem_slots_change *change)
{
	return change->op == MEM_SLOTS_CREATE ||
	       (change->op == MEM_SLOTS_FLAGS && change->after.log);
}

/*
 * What the old slot mapped goes before the slot does: as long as something is mapped, the MMU
 * notifier finds it through the slot. Faults wait, and see a new sequence when the slot has gone.
 * After a log, pages that were split for it can come back as large ones.
 */
static void vmh_slot_unmap(struct vm_handler_ctx *vm, const struct mem_slot *slot)
{
	struct memory_context *mem = &vm->mem_ctx;

	spin_lock(&mem->lock);
	vmh_invalidation_begin(mem, slot->hva, slot->hva + (slot->npages << PAGE_SHIFT));
	spin_unlock(&mem->lock);
	vmh_ept_unmap(vm, slot->base_gfn, slot->base_gfn + slot->npages);
}

/* A new table; a fault under way sees the new sequence and tries again. */
static struct mem_slots *vmh_mem_install(struct vm_handler_ctx *vm, struct mem_slots *slots,
					 const struct mem_slots_change *change)
{
	bool stays = vmh_slot_stays_mapped(change);
	struct memory_context *mem = &vm->mem_ctx;
	struct mem_slots *old;

	if (!stays)
		vmh_slot_unmap(vm, &change->before);
	spin_lock(&mem->lock);
	old = mem->slots;
	mem->slots = slots;
	vmh_slots_changed(mem);
	WRITE_ONCE(mem->nr_logs, mem->nr_logs + !!change->after.log - !!change->before.log);
	if (stays)
		mem->seq++;
	else
		vmh_invalidation_end(mem);
	spin_unlock(&mem->lock);
	return old;
}

/* Charges, then what @change needs besides a table. */
static int vmh_slot_prepare(struct vm_handler_ctx *vm, struct mem_slots_change *change,
			    struct resource_denial *denial)
{
	bool logs = change->op != MEM_SLOTS_DELETE &&
		    (change->after.flags & KVM_MEM_LOG_DIRTY_PAGES);
	struct resource_charge charges[2];
	u32 nr = vmh_slot_charges(change, charges);
	int ret = 0;

	if (change->op == MEM_SLOTS_CREATE)
		ret = vmh_charge(vm, charges, nr, denial);
	if (ret)
		return ret;
	if (!logs)
		change->after.log = NULL;
	else if (!change->after.log)
		ret = vmh_dirty_create(vm, &change->after, denial);
	if (ret && change->op == MEM_SLOTS_CREATE)
		vmh_uncharge(vm, charges, nr);
	return ret;
}

/* What is left to do when the new table is in place. */
static void vmh_slot_finish(struct vm_handler_ctx *vm, const struct mem_slots_change *change)
{
	struct resource_charge charges[2];
	u32 nr = vmh_slot_charges(change, charges);

	if (!change->before.log != !change->after.log)
		vmh_dirty_switch(vm);
	if (change->after.log && !change->before.log)
		vmh_dirty_start(vm, &change->after);
	if (change->before.log && !change->after.log)
		vmh_dirty_destroy(vm, &change->before);
	if (change->op == MEM_SLOTS_DELETE)
		vmh_uncharge(vm, charges, nr);
}

/**
 * vmh_mem_set_region() - create, delete, move or re-flag a memory slot
 * @vm: the VM, its lock held.
 * @region: what VMH_SET_USER_MEMORY_REGION was given.
 * @err: why not.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL; -EEXIST; -EDQUOT; -ENOMEM.
 */
int vmh_mem_set_region(struct vm_handler_ctx *vm, const struct kvm_userspace_memory_region *region,
		       struct vmh_error *err)
{
	const struct mem_slots_bounds bounds = {
		.max_slots = VMH_MAX_SLOTS,
		.phys_bits = min_t(u32, EPT_GPA_BITS, boot_cpu_data.x86_phys_bits),
		.hva_end = TASK_SIZE_MAX,
		.flags = KVM_MEM_READONLY | KVM_MEM_LOG_DIRTY_PAGES,
	};
	struct memory_context *mem = &vm->mem_ctx;
	struct mem_slots_change change;
	struct resource_denial denial;
	struct mem_slots *slots;
	int ret;

	ret = mem_slots_plan(mem->slots, region, &bounds, &change, err);
	if (ret || change.op == MEM_SLOTS_NOTHING)
		return ret;
	slots = vmh_alloc_slots(mem_slots_nr_after(mem->slots, &change));
	if (!slots)
		return vm_error_set(err, VMH_E_NO_MEMORY);
	ret = vmh_slot_prepare(vm, &change, &denial);
	if (ret) {
		kvfree(slots);
		return vmh_mem_error(ret, &denial, err);
	}
	mem_slots_apply(mem->slots, &change, slots);
	kvfree(vmh_mem_install(vm, slots, &change));
	vmh_slot_finish(vm, &change);
	return 0;
}

/**
 * vmh_mem_take_census() - count what the EPT of a VM maps
 * @vm: the VM.
 * @start_gpa: first address.
 * @end_gpa: first address beyond.
 * @census: the counts; all 0 when the VM has ended. Others may change the tables meanwhile.
 *
 * Context: may sleep.
 */
void vmh_mem_take_census(struct vm_handler_ctx *vm, u64 start_gpa, u64 end_gpa,
			 struct ept_census *census)
{
	struct memory_context *mem = &vm->mem_ctx;
	struct ept_census piece;
	u64 next_gpa;

	*census = (struct ept_census) { 0 };
	for (; start_gpa < end_gpa; start_gpa = next_gpa) {
		next_gpa = min(start_gpa + VMH_MEM_PIECE, end_gpa);
		spin_lock(&mem->lock);
		ept_take_census(&mem->ept, start_gpa, next_gpa, &piece);
		spin_unlock(&mem->lock);
		ept_census_add(census, &piece);
		cond_resched();
	}
}

/**
 * vmh_mem_has_slots() - does the VM have any memory?
 * @vm: the VM.
 */
bool vmh_mem_has_slots(struct vm_handler_ctx *vm)
{
	struct memory_context *mem = &vm->mem_ctx;
	bool has;

	spin_lock(&mem->lock);
	has = mem->slots->nr;
	spin_unlock(&mem->lock);
	return has;
}
