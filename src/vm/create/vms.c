// SPDX-License-Identifier: GPL-2.0
/*
 * The table of all VMs: entering and leaving it, finding one, looking at all.
 *
 * It holds no references. A VM whose last reference has gone stays in the table until
 * vmh_vm_delist(), which waits for the table's lock. Under that lock such a VM may be looked at,
 * but gives no new reference.
 */
#include "create.h"
#include "fail_point.h"
#include "vm.h"

/* How many VMs are looked at while the table is locked. */
#define VISIT_PIECE	256

/* Every VM by its id, which is not given again before all others were. */
static DEFINE_XARRAY_ALLOC1(vmh_vms);
static u32 vmh_last_id;
static atomic_t vmh_vm_nr = ATOMIC_INIT(0);
static atomic64_t vmh_last_serial = ATOMIC64_INIT(0);

/**
 * vmh_vm_count() - how many VMs there are
 */
unsigned int vmh_vm_count(void)
{
	return atomic_read(&vmh_vm_nr);
}

/**
 * vmh_vm_enlist() - let others find a new VM
 * @vm: the VM, complete; it gets its id and serial number.
 *
 * Context: may sleep.
 *
 * Return: 0; -ENOSPC when there are too many; -ENOMEM.
 */
int vmh_vm_enlist(struct vm_handler_ctx *vm)
{
	int ret;

	if (atomic_inc_return(&vmh_vm_nr) > VMH_MAX_VMS) {
		ret = -ENOSPC;
		goto out;
	}
	vm->serial = atomic64_inc_return(&vmh_last_serial);
	ret = vmh_fail_errno(vm_id, xa_alloc_cyclic(&vmh_vms, &vm->vm_id, vm,
						    XA_LIMIT(1, INT_MAX), &vmh_last_id,
						    GFP_KERNEL));
	if (ret >= 0)
		return 0;
out:
	atomic_dec(&vmh_vm_nr);
	return ret;
}

/**
 * vmh_vm_delist() - undo vmh_vm_enlist()
 * @vm: the VM; when it returns, nobody looks at it through the table any more.
 */
void vmh_vm_delist(struct vm_handler_ctx *vm)
{
	xa_erase(&vmh_vms, vm->vm_id);
	atomic_dec(&vmh_vm_nr);
}

/**
 * vmh_vm_find() - the VM with an id
 * @id: vm_handler_ctx.vm_id.
 *
 * Return: the VM, with a reference; NULL when there is none, or none any more.
 */
struct vm_handler_ctx *vmh_vm_find(u32 id)
{
	struct vm_handler_ctx *vm;

	xa_lock(&vmh_vms);
	vm = xa_load(&vmh_vms, id);
	if (vm && !kref_get_unless_zero(&vm->refs))
		vm = NULL;
	xa_unlock(&vmh_vms);
	return vm;
}

/**
 * vmh_vms_visit() - look at all VMs, by rising id
 * @after: but only at those with an id above this one.
 * @look: called for each, with a spinlock held that keeps it from being freed.
 * @context: for @look.
 *
 * There may be many, so the lock is released now and then: VMs may come and go meanwhile.
 *
 * Context: may sleep.
 */
void vmh_vms_visit(u32 after, void (*look)(const struct vm_handler_ctx *vm, void *context),
		   void *context)
{
	unsigned long id = (unsigned long)after + 1;
	struct vm_handler_ctx *vm;
	unsigned int nr;

	do {
		xa_lock(&vmh_vms);
		vm = xa_find(&vmh_vms, &id, ULONG_MAX, XA_PRESENT);
		for (nr = 0; vm && nr < VISIT_PIECE; nr++) {
			if (kref_read(&vm->refs))
				look(vm, context);
			vm = xa_find_after(&vmh_vms, &id, ULONG_MAX, XA_PRESENT);
		}
		xa_unlock(&vmh_vms);
		cond_resched();
	} while (vm);
}

/**
 * vmh_vm_next() - the VM with the next id
 * @id: from which on; changed to what it is.
 *
 * Return: the VM, with a reference; NULL after the last.
 */
struct vm_handler_ctx *vmh_vm_next(unsigned long *id)
{
	struct vm_handler_ctx *vm;

	xa_lock(&vmh_vms);
	vm = xa_find(&vmh_vms, id, ULONG_MAX, XA_PRESENT);
	while (vm && !kref_get_unless_zero(&vm->refs))
		vm = xa_find_after(&vmh_vms, id, ULONG_MAX, XA_PRESENT);
	xa_unlock(&vmh_vms);
	return vm;
}
