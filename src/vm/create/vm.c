// SPDX-License-Identifier: GPL-2.0
/*
 * Creating and destroying a VM: validate (done by the caller), allocate, memory, CPUs, initial
 * state; and backwards.
 */
#include <linux/cred.h>
#include <linux/pid.h>
#include <linux/preempt.h>
#include <linux/slab.h>
#include <asm/tsc.h>

#include "account.h"
#include "create.h"
#include "fail_point.h"
#include "guest_memory.h"
#include "guest_time.h"
#include "irq.h"
#include "lapic.h"
#include "lifecycle.h"
#include "state.h"
#include "vm.h"
#include "vmx.h"

static u64 vmh_vm_kernel_bytes(void)
{
	return sizeof(struct vm_handler_ctx) + PAGE_SIZE + vmh_log_bytes();
}

static struct vm_handler_ctx *vmh_vm_alloc(const struct vm_config *config)
{
	struct vm_handler_ctx *vm;

	vm = vmh_fail_null(vm_memory, kzalloc(sizeof(*vm), GFP_KERNEL_ACCOUNT));
	if (!vm)
		return NULL;
	if (vmh_io_create(&vm->io))
		goto free_vm;
	if (vmh_log_create(vm))
		goto destroy_io;
	vm->config = *config;
	vm->state = VMH_STATE_CREATED;
	vm->previous = VMH_STATE_CREATED;
	vm->reason = VMH_REASON_CREATED;
	vm->creator_uid = current_euid();
	vm->creator_pid = get_pid(task_tgid(current));
	mutex_init(&vm->lock);
	kref_init(&vm->refs);
	init_waitqueue_head(&vm->state_changed);
	init_waitqueue_head(&vm->pollers);
	xa_init(&vm->cpu_ctx.vcpus);
	vm->cpu_ctx.id_end = config->vcpu_count;
	vm->cpu_ctx.apic_bus_ns = LAPIC_BUS_PERIOD_NS;
	vm->halt_poll_max_ns = VMH_HALT_POLL_DEFAULT;
	/* First the TSC: system time begins at a value of it that is not negative. */
	vmh_tsc_init(vm);
	vmh_clock_init(vm);
	vmh_resources_init(vm);
	vmh_throttle_init(vm);
	return vm;

destroy_io:
	vmh_io_destroy(&vm->io);
free_vm:
	kfree(vm);
	return NULL;
}

static void vmh_vm_free(struct vm_handler_ctx *vm)
{
	xa_destroy(&vm->cpu_ctx.vcpus);
	vmh_resources_fini(vm);
	vmh_log_destroy(vm);
	vmh_io_destroy(&vm->io);
	put_pid(vm->creator_pid);
	kfree(vm);
}

static int vmh_vm_hw_error(int ret, enum vmh_unusable why, struct vmh_error *err)
{
	if (ret == -ENOMEM)
		return vm_error_set(err, VMH_E_NO_MEMORY);
	ret = vm_error_field(err, VMH_E_UNUSABLE, VM_ERROR_NO_OFFSET, "unusable", why, VMH_USABLE);
	vmx_unusable_text(why, &vmx_conf.caps, err->text, sizeof(err->text));
	return ret;
}

/*
 * Before a reboot the VMs are ended that are in the table, after vmx_hw_close(). So one that comes
 * in too late for that finds VMX operation closed.
 */
static int vmh_vm_check_open(struct vmh_error *err)
{
	enum vmh_unusable why = READ_ONCE(vmx_conf.unusable);

	return why == VMH_USABLE ? 0 : vmh_vm_hw_error(-EOPNOTSUPP, why, err);
}

static int vmh_vm_enlist_error(int ret, struct vmh_error *err)
{
	if (ret == -ENOMEM)
		return vm_error_set(err, VMH_E_NO_MEMORY);
	return vm_error_field(err, VMH_E_MODULE_LIMIT, VM_ERROR_NO_OFFSET, "vms", VMH_MAX_VMS + 1,
			      VMH_MAX_VMS);
}

/* Without guest memory there is no VM. */
static void vmh_vm_memory_gone(struct vm_handler_ctx *vm)
{
	vmh_vm_event(vm, VMH_EVENT_TERMINATE, VMH_REASON_CREATOR_EXIT, NULL);
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
	ret = vmh_charge_one(vm, VMH_RES_KERNEL_BYTES, vmh_vm_kernel_bytes(), &denial);
	if (ret) {
		resource_denial_error(&denial, err);
		goto free_vm;
	}
	vm->mem_ctx.gone = vmh_vm_memory_gone;
	ret = vmh_mem_create(vm, err);
	if (ret)
		goto uncharge;
	ret = vmh_vm_enlist(vm);
	if (ret) {
		ret = vmh_vm_enlist_error(ret, err);
		goto destroy_mem;
	}
	ret = vmh_vm_check_open(err);
	if (ret)
		goto delist;
	preempt_notifier_inc();
	*out = vm;
	return 0;

delist:
	vmh_vm_delist(vm);
destroy_mem:
	vmh_mem_destroy(vm);
uncharge:
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, vmh_vm_kernel_bytes());
free_vm:
	vmh_vm_free(vm);
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
	vmh_msr_filter_destroy(vm);
	vmh_irqchip_destroy(vm);
	vmh_mem_destroy(vm);
	vmh_thresholds_destroy(vm);
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, vmh_vm_kernel_bytes());
	vmh_ended_keep(vm);
	vmh_vm_free(vm);
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

/**
 * vmh_vms_each() - do something with each VM that there is, by rising id
 * @what: it may sleep.
 * @context: for @what.
 */
void vmh_vms_each(void (*what)(struct vm_handler_ctx *vm, const void *context), const void *context)
{
	struct vm_handler_ctx *vm;
	unsigned long id;

	for (id = 0; (vm = vmh_vm_next(&id)); id++) {
		what(vm, context);
		vmh_vm_put(vm);
	}
}
