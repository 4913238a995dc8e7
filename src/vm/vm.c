// SPDX-License-Identifier: GPL-2.0
/*
 * Creating and destroying a VM: validate (done by the caller), allocate, memory, CPUs, initial
 * state; and backwards.
 */
#include <linux/mm.h>
#include <linux/preempt.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <asm/tsc.h>

#include "irqchip.h"
#include "vcpu.h"
#include "vm.h"
#include "vmx.h"

/* Every VM by its id, which is not given again before all others were. */
static DEFINE_XARRAY_ALLOC1(vmh_vms);
static u32 vmh_last_id;
static atomic_t vmh_vm_nr = ATOMIC_INIT(0);

/**
 * vmh_vm_count() - how many VMs there are
 */
unsigned int vmh_vm_count(void)
{
	return atomic_read(&vmh_vm_nr);
}

static int vmh_vm_enlist(struct vm_handler_ctx *vm)
{
	int ret;

	if (atomic_inc_return(&vmh_vm_nr) > VMH_MAX_VMS) {
		ret = -ENOSPC;
		goto out;
	}
	ret = xa_alloc_cyclic(&vmh_vms, &vm->vm_id, vm, XA_LIMIT(1, INT_MAX), &vmh_last_id,
			      GFP_KERNEL);
	if (ret >= 0)
		return 0;
out:
	atomic_dec(&vmh_vm_nr);
	return ret;
}

static void vmh_vm_delist(struct vm_handler_ctx *vm)
{
	xa_erase(&vmh_vms, vm->vm_id);
	atomic_dec(&vmh_vm_nr);
}

/* The VM with the next id from @id on, with a reference; NULL after the last. */
static struct vm_handler_ctx *vmh_vm_next(unsigned long *id)
{
	struct vm_handler_ctx *vm;

	xa_lock(&vmh_vms);
	vm = xa_find(&vmh_vms, id, ULONG_MAX, XA_PRESENT);
	while (vm && !kref_get_unless_zero(&vm->refs))
		vm = xa_find_after(&vmh_vms, id, ULONG_MAX, XA_PRESENT);
	xa_unlock(&vmh_vms);
	return vm;
}

/**
 * vmh_vms_shutdown() - terminate all VMs before the machine goes down
 *
 * When it returns, no vCPU is loaded, and none will be.
 *
 * Context: may sleep.
 */
void vmh_vms_shutdown(void)
{
	struct vm_handler_ctx *vm;
	struct vmh_vcpu *vcpu;
	unsigned long id, vcpu_id;

	for (id = 0; (vm = vmh_vm_next(&id)); id++) {
		vmh_vm_event(vm, VMH_EVENT_TERMINATE, VMH_REASON_HOST_SHUTDOWN, NULL);
		/* Calls that were under way have ended when their locks are free. */
		vmh_for_each_vcpu(vm, vcpu_id, vcpu) {
			mutex_lock(&vcpu->lock);
			mutex_unlock(&vcpu->lock);
		}
		vmh_vm_put(vm);
	}
}

static struct vm_handler_ctx *vmh_vm_alloc(const struct vm_config *config)
{
	struct vm_handler_ctx *vm = kzalloc(sizeof(*vm), GFP_KERNEL_ACCOUNT);

	if (!vm)
		return NULL;
	vm->config = *config;
	vm->state = VMH_STATE_CREATED;
	vm->previous = VMH_STATE_CREATED;
	vm->reason = VMH_REASON_CREATED;
	vm->tsc_offset = -rdtsc();
	mutex_init(&vm->lock);
	kref_init(&vm->refs);
	init_waitqueue_head(&vm->state_changed);
	xa_init(&vm->cpu_ctx.vcpus);
	vmh_clock_init(vm);
	vmh_resources_init(vm);
	return vm;
}

static int vmh_vm_hw_error(int ret, enum vmh_unusable why, struct vmh_error *err)
{
	if (ret == -ENOMEM)
		return vm_error_set(err, VMH_E_NO_MEMORY);
	return vm_error_field(err, VMH_E_UNUSABLE, VM_ERROR_NO_OFFSET, "unusable", why, VMH_USABLE);
}

/**
 * vmh_vm_create() - make a VM
 * @config: a configuration that vm_config_check() has passed.
 * @out: the VM, in state CREATED, with one reference.
 * @err: why not.
 *
 * Context: may sleep. The calling process becomes the VMM.
 *
 * Return: 0; -EOPNOTSUPP; -ENOMEM; -EDQUOT; -ENOSPC.
 */
int vmh_vm_create(const struct vm_config *config, struct vm_handler_ctx **out,
		  struct vmh_error *err)
{
	struct resource_denial denial;
	struct vm_handler_ctx *vm;
	enum vmh_unusable why;
	int ret = vmx_hw_get(&why);

	if (ret)
		return vmh_vm_hw_error(ret, why, err);
	vm = vmh_vm_alloc(config);
	if (!vm) {
		ret = vm_error_set(err, VMH_E_NO_MEMORY);
		goto put_hw;
	}
	ret = vmh_charge_one(vm, VMH_RES_KERNEL_BYTES, sizeof(*vm), &denial);
	if (ret) {
		resource_denial_error(&denial, err);
		goto free_vm;
	}
	ret = vmh_mem_create(vm, err);
	if (ret)
		goto uncharge;
	ret = vmh_vm_enlist(vm);
	if (ret) {
		ret = vm_error_set(err, ret == -ENOMEM ? VMH_E_NO_MEMORY : VMH_E_MODULE_LIMIT);
		goto destroy_mem;
	}
	preempt_notifier_inc();
	*out = vm;
	return 0;

destroy_mem:
	vmh_mem_destroy(vm);
uncharge:
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, sizeof(*vm));
free_vm:
	kfree(vm);
put_hw:
	vmx_hw_put();
	return ret;
}

static void vmh_vm_destroy(struct kref *refs)
{
	struct vm_handler_ctx *vm = container_of(refs, struct vm_handler_ctx, refs);

	vmh_vm_event(vm, VMH_EVENT_TERMINATE, VMH_REASON_CREATOR_EXIT, NULL);
	vmh_vm_delist(vm);
	vmh_irqchip_stop(vm);
	vmh_vcpus_destroy(vm);
	vmh_irqchip_destroy(vm);
	vmh_mem_destroy(vm);
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, sizeof(*vm));
	WARN_ON_ONCE(!vmh_resources_returned(vm));
	xa_destroy(&vm->cpu_ctx.vcpus);
	kfree(vm);
	preempt_notifier_dec();
	vmx_hw_put();
}

void vmh_vm_get(struct vm_handler_ctx *vm)
{
	kref_get(&vm->refs);
}

/**
 * vmh_vm_put() - one reference less; with the last, the VM goes
 * @vm: the VM.
 *
 * Context: may sleep.
 */
void vmh_vm_put(struct vm_handler_ctx *vm)
{
	kref_put(&vm->refs, vmh_vm_destroy);
}

/**
 * vmh_vm_add_owner() - one more fd of the creator
 * @vm: the VM, of which the caller has a reference.
 */
void vmh_vm_add_owner(struct vm_handler_ctx *vm)
{
	atomic_inc(&vm->owners);
}

/**
 * vmh_vm_remove_owner() - one fd of the creator less; with the last, the VM ends
 * @vm: the VM, of which the caller has a reference. It stays for others to look at.
 *
 * Context: may sleep; takes vm->lock.
 */
void vmh_vm_remove_owner(struct vm_handler_ctx *vm)
{
	if (atomic_dec_and_test(&vm->owners))
		vmh_vm_event(vm, VMH_EVENT_TERMINATE, VMH_REASON_CREATOR_EXIT, NULL);
}
