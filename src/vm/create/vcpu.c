// SPDX-License-Identifier: GPL-2.0
/* Creating and destroying vCPUs. A vCPU lives as long as its VM; its fd comes and goes. */
#include <linux/slab.h>
#include <linux/vmalloc.h>
#include <asm/apicdef.h>
#include <asm/msr-index.h>

#include "account.h"
#include "create.h"
#include "fail_point.h"
#include "guest_memory.h"
#include "guest_time.h"
#include "irq.h"
#include "state.h"
#include "vcpu.h"

#define VMH_CPUID_CAPACITY	CPUID_TABLE_MAX

/* 48 bits linear, 36 physical: what every guest can have. */
#define CPUID_WIDTHS_USUAL	0x3024

/* All kernel memory of a vCPU; its EPT stock counts as full. */
static u64 vmh_vcpu_kernel_bytes(const struct vm_handler_ctx *vm)
{
	return sizeof(struct vmh_vcpu) + vmx_vcpu_kernel_bytes() +
	       cpuid_table_bytes(VMH_CPUID_CAPACITY) +
	       (VMH_RUN_PAGES + EPT_MAP_MAX_TABLES + (vm->irqchip ? 1 : 0)) * PAGE_SIZE;
}

static int vmh_vcpu_charge(struct vm_handler_ctx *vm, struct resource_denial *denial)
{
	return vmh_charge(vm, (struct resource_charge[]) {
		{ VMH_RES_VCPUS, 1 },
		{ VMH_RES_KERNEL_BYTES, vmh_vcpu_kernel_bytes(vm) },
	}, 2, denial);
}

static void vmh_vcpu_uncharge(struct vm_handler_ctx *vm)
{
	vmh_uncharge(vm, (struct resource_charge[]) {
		{ VMH_RES_VCPUS, 1 },
		{ VMH_RES_KERNEL_BYTES, vmh_vcpu_kernel_bytes(vm) },
	}, 2);
}

static void vmh_vcpu_free(struct vmh_vcpu *vcpu)
{
	vmh_ept_stock_drain(&vcpu->ept_stock);
	vmx_vcpu_destroy(&vcpu->vmx);
	vmh_apic_destroy(vcpu);
	vmh_msr_filter_vcpu_destroy(vcpu);
	kvfree(vcpu->cpuid);
	vfree(vcpu->run);
	kfree(vcpu);
}

static int vmh_vcpu_build(struct vmh_vcpu *vcpu)
{
	struct cpuid_caps caps;
	int ret = -ENOMEM;

	/* Its user can provoke a failure: charged to him, and not worth a trace in the log. */
	vcpu->run = vmh_fail_null(vcpu_run_page, __vmalloc(VMH_RUN_PAGES * PAGE_SIZE,
							   GFP_KERNEL_ACCOUNT | __GFP_ZERO |
							   __GFP_NOWARN));
	if (!vcpu->run)
		return ret;
	vcpu->cpuid = vmh_fail_null(vcpu_cpuid, kvzalloc(cpuid_table_bytes(VMH_CPUID_CAPACITY),
							 GFP_KERNEL_ACCOUNT));
	if (!vcpu->cpuid)
		goto free_run;
	vmx_guest_caps(&caps);
	cpuid_table_init(vcpu->cpuid, VMH_CPUID_CAPACITY, &caps);
	if (vcpu->vm->irqchip) {
		ret = vmh_apic_create(vcpu);
		if (ret)
			goto free_cpuid;
	}
	ret = vmx_vcpu_create(&vcpu->vmx, vcpu->cpuid, vcpu->vm->mem_ctx.eptp);
	if (ret)
		goto destroy_apic;
	if (vmh_has_apic(vcpu))
		vmx_apicv_create(&vcpu->vmx, vcpu->apic.page);
	return 0;

destroy_apic:
	vmh_apic_destroy(vcpu);
free_cpuid:
	kvfree(vcpu->cpuid);
free_run:
	vfree(vcpu->run);
	return ret;
}

static struct vmh_vcpu *vmh_vcpu_alloc(struct vm_handler_ctx *vm, u32 id)
{
	struct vmh_vcpu *vcpu;

	vcpu = vmh_fail_null(vcpu_memory, kzalloc(sizeof(*vcpu), GFP_KERNEL_ACCOUNT));
	if (!vcpu)
		return NULL;
	vcpu->vm = vm;
	vcpu->id = id;
	vcpu->user_irq = -1;
	vcpu->vmx.apic_base = APIC_DEFAULT_PHYS_BASE | MSR_IA32_APICBASE_ENABLE |
			      (id == vm->cpu_ctx.boot_id ? MSR_IA32_APICBASE_BSP : 0);
	/* As in KVM, until VMH_X86_SETUP_MCE. */
	vcpu->mce.cap = GUEST_MCE_MAX_BANKS;
	vmh_tsc_vcpu_init(vcpu);
	vcpu->vmx.hlt_in_guest = vm->exits_off & KVM_X86_DISABLE_EXITS_HLT;
	vcpu->vmx.pause_in_guest = vm->exits_off & KVM_X86_DISABLE_EXITS_PAUSE;
	vcpu->vmx.vm_id = vm->vm_id;
	vcpu->vmx.vcpu_id = id;
	/* With in-kernel APICs, all but one wait for INIT and SIPI. */
	vcpu->mp_state = vm->irqchip && id != vm->cpu_ctx.boot_id ? KVM_MP_STATE_UNINITIALIZED :
								    KVM_MP_STATE_RUNNABLE;
	/* What has begun before it was there. */
	vcpu->requests = vm->mem_ctx.nr_logs ? BIT(VMH_REQ_LOG) : 0;
	mutex_init(&vcpu->lock);
	rcuwait_init(&vcpu->wait);
	vcpu->halt.control = VMH_POLL_CONTROL_HOST;
	vmh_vcpu_load_init(vcpu);
	if (vmh_vcpu_build(vcpu)) {
		kfree(vcpu);
		return NULL;
	}
	vmh_msr_filter_vcpu_init(vcpu);
	return vcpu;
}

static int vmh_vcpu_check(struct vm_handler_ctx *vm, u32 id, struct vmh_error *err)
{
	const u32 allowed = BIT(VMH_STATE_CREATED);

	if (!(allowed & BIT(vm->state)) &&
	    !((vm->config.flags & VMH_VM_AUTO_START) && vm->state != VMH_STATE_TERMINATED))
		return vm_error_state(err, vm->state, allowed);
	if (id >= vm->cpu_ctx.id_end)
		return vm_error_field(err, VMH_E_VCPU_ID, VM_ERROR_NO_OFFSET, "id", id,
				      vm->cpu_ctx.id_end - 1);
	if (xa_load(&vm->cpu_ctx.vcpus, id))
		return vm_error_field(err, VMH_E_VCPU_EXISTS, VM_ERROR_NO_OFFSET, "id", id, 0);
	return 0;
}

/**
 * vmh_vcpu_create() - add a vCPU to a VM
 * @vm: the VM, its lock held.
 * @id: below vm_config.vcpu_count, and new.
 * @out: the vCPU.
 * @err: why not.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL; -EEXIST; -EBUSY after INIT; -EDQUOT; -ENOMEM.
 */
int vmh_vcpu_create(struct vm_handler_ctx *vm, u32 id, struct vmh_vcpu **out,
		    struct vmh_error *err)
{
	struct resource_denial denial;
	struct vmh_vcpu *vcpu;
	int ret = vmh_vcpu_check(vm, id, err);

	if (ret)
		return ret;
	if (vmh_vcpu_charge(vm, &denial))
		return resource_denial_error(&denial, err);
	vcpu = vmh_vcpu_alloc(vm, id);
	if (!vcpu)
		goto uncharge;
	if (vmh_fail_errno(vcpu_entry, xa_err(xa_store(&vm->cpu_ctx.vcpus, id, vcpu,
						       GFP_KERNEL_ACCOUNT))))
		goto free_vcpu;
	vm->cpu_ctx.nr++;
	*out = vcpu;
	return 0;

free_vcpu:
	vmh_vcpu_free(vcpu);
uncharge:
	vmh_vcpu_uncharge(vm);
	return vm_error_set(err, VMH_E_NO_MEMORY);
}

/**
 * vmh_vcpu_remove() - take back a vCPU that nobody has used yet
 * @vcpu: the vCPU; its VM's lock held.
 */
void vmh_vcpu_remove(struct vmh_vcpu *vcpu)
{
	struct vm_handler_ctx *vm = vcpu->vm;

	xa_erase(&vm->cpu_ctx.vcpus, vcpu->id);
	vm->cpu_ctx.nr--;
	synchronize_rcu();
	vmh_vcpu_free(vcpu);
	vmh_vcpu_uncharge(vm);
}

/**
 * vmh_vcpus_destroy() - destroy all vCPUs of a VM
 * @vm: the VM, which nobody uses any more.
 *
 * Context: may sleep.
 */
void vmh_vcpus_destroy(struct vm_handler_ctx *vm)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;

	vmh_for_each_vcpu(vm, id, vcpu) {
		xa_erase(&vm->cpu_ctx.vcpus, id);
		vmh_vcpu_free(vcpu);
		vmh_vcpu_uncharge(vm);
	}
	vm->cpu_ctx.nr = 0;
}

/* Widths of addresses are all that a VMM's table can have wrong. */
static u32 vmh_cpuid_widths(const struct kvm_cpuid_entry2 *entries, u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++)
		if (entries[i].function == CPUID_LEAF_ADDRESSES)
			return entries[i].eax;
	return 0;
}

/**
 * vmh_vcpu_set_cpuid() - VMH_SET_CPUID2
 * @vcpu: the vCPU, loaded, its lock held.
 * @entries: the table, copied from userspace.
 * @nr: entries in it.
 * @err: why not.
 *
 * Return: 0, -E2BIG or -EINVAL.
 */
int vmh_vcpu_set_cpuid(struct vmh_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries, u32 nr,
		       struct vmh_error *err)
{
	int ret;

	/* As in KVM: once it has run, a processor does not become another one. */
	if (vcpu->times.ended) {
		if (cpuid_table_same(vcpu->cpuid, entries, nr))
			return 0;
		return vm_error_field(err, VMH_E_VALUE, VM_ERROR_NO_OFFSET, "entries", nr,
				      vcpu->cpuid->nr);
	}
	ret = vmh_fail_errno(set_cpuid, cpuid_table_set(vcpu->cpuid, entries, nr));
	if (ret == -E2BIG)
		return VM_ERROR_FIELD(err, VMH_E_COUNT, struct kvm_cpuid2, nent, nr,
				      VMH_CPUID_CAPACITY);
	if (ret)
		return vm_error_field(err, VMH_E_VALUE, VM_ERROR_NO_OFFSET,
				      "entries[0x80000008].eax",
				      vmh_cpuid_widths(entries, nr), CPUID_WIDTHS_USUAL);
	/* A vCPU that waits in HLT without an exit cannot be kicked. */
	if (vcpu->vm->exits_off & KVM_X86_DISABLE_EXITS_HLT)
		cpuid_table_hide(vcpu->cpuid, CPUID_LEAF_KVM_FEATURES, CPUID_REG_EAX,
				 CPUID_BIT_PV_UNHALT);
	if (vmh_has_apic(vcpu))
		vmh_apic_set_features(vcpu);
	vmx_cpuid_changed(&vcpu->vmx);
	vmx_spec_update(&vcpu->vmx);
	return 0;
}
