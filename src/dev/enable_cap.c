// SPDX-License-Identifier: GPL-2.0
/* VMH_ENABLE_CAP: what a VMM switches on for a VM or a vCPU. One row a capability. */
#include "ioctl.h"
#include "irq.h"
#include "vcpu.h"
#include "vm.h"

/**
 * struct vmh_enable - a capability that can be enabled
 * @cap: KVM_CAP_*.
 * @enable: does it; no flags are set. Return: 0 or an errno, with the call's err filled.
 */
struct vmh_enable {
	u32 cap;
	long (*enable)(struct vmh_call *call, const struct kvm_enable_cap *cap);
};

/*
 * The limit is set once and cannot change afterwards. As in KVM the bootstrap processor's id may
 * equal it; then no vCPU is the bootstrap processor.
 */
static long vmh_enable_max_vcpu_id(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;
	struct cpu_context *cpus = &vm->cpu_ctx;

	if (cap->args[0] == cpus->id_end)
		return 0;
	if (!cap->args[0] || cap->args[0] < cpus->boot_id || cap->args[0] > cpus->id_end ||
	    cpus->id_end_set)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_enable_cap, args,
				      cap->args[0], cpus->id_end);
	if (cpus->nr)
		return vm_error_set(call->err, VMH_E_HAS_VCPUS);
	cpus->id_end = cap->args[0];
	cpus->id_end_set = true;
	return 0;
}

/* How the bits of dirty logs are cleared, and whether they are all set at first. */
static long vmh_enable_manual_log(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;
	u64 allowed = KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE;

	if (cap->args[0] & KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE)
		allowed |= KVM_DIRTY_LOG_INITIALLY_SET;
	if (cap->args[0] & ~allowed)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_enable_cap, args,
				      cap->args[0], allowed);
	vm->mem_ctx.log_flags = cap->args[0];
	return 0;
}

/* A capability whose argument is bits. */
static int vmh_check_cap_bits(struct vmh_call *call, const struct kvm_enable_cap *cap, u64 known)
{
	if (!(cap->args[0] & ~known))
		return 0;
	return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_enable_cap, args,
			      cap->args[0], known);
}

static long vmh_enable_user_space_msr(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	const u64 known = KVM_MSR_EXIT_REASON_INVAL | KVM_MSR_EXIT_REASON_UNKNOWN |
			  KVM_MSR_EXIT_REASON_FILTER;
	struct vm_handler_ctx *vm = call->object;
	int ret = vmh_check_cap_bits(call, cap, known);

	if (!ret)
		WRITE_ONCE(vm->msr_exits, cap->args[0]);
	return ret;
}

/* It is on at first. */
static long vmh_enable_platform_info(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;

	WRITE_ONCE(vm->platform_info_hidden, !cap->args[0]);
	return 0;
}

static long vmh_enable_disable_exits(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;
	int ret = vmh_check_cap_bits(call, cap, VMH_EXITS_TO_DISABLE);

	if (!ret)
		WRITE_ONCE(vm->exits_off, vm->exits_off | cap->args[0]);
	return ret;
}

static long vmh_enable_disable_quirks(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;
	int ret = vmh_check_cap_bits(call, cap, VMH_QUIRKS);

	if (!ret)
		WRITE_ONCE(vm->quirks_off, cap->args[0]);
	return ret;
}

/* At any time; vCPUs take it up when they halt the next time. */
static long vmh_enable_halt_poll(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;

	if (cap->args[0] > U32_MAX)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_enable_cap, args,
				      cap->args[0], U32_MAX);
	WRITE_ONCE(vm->halt_poll_max_ns, cap->args[0]);
	return 0;
}

static long vmh_enable_enforce_pv(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vmh_vcpu *vcpu = call->object;

	vcpu->pv_enforced = cap->args[0];
	return 0;
}

/* Ids of APICs beyond 8 bits. Nothing is taken back. */
static long vmh_enable_x2apic_api(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;
	struct cpu_context *cpus = &vm->cpu_ctx;
	int ret = vmh_check_cap_bits(call, cap, VMH_X2APIC_API);

	if (ret)
		return ret;
	if (cap->args[0] & KVM_X2APIC_API_USE_32BIT_IDS)
		WRITE_ONCE(cpus->apic_ids_32bit, true);
	if (cap->args[0] & KVM_X2APIC_API_DISABLE_BROADCAST_QUIRK)
		WRITE_ONCE(cpus->apic_exact, true);
	return 0;
}

static long vmh_enable_apic_bus(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;

	if (!cap->args[0] || cap->args[0] > LAPIC_BUS_PERIOD_MAX_NS)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_enable_cap, args,
				      cap->args[0], LAPIC_BUS_PERIOD_MAX_NS);
	if (!vm->irqchip)
		return vm_error_set(call->err, VMH_E_NO_IRQCHIP);
	if (vm->cpu_ctx.nr)
		return vm_error_set(call->err, VMH_E_HAS_VCPUS);
	vm->cpu_ctx.apic_bus_ns = cap->args[0];
	return 0;
}

static long vmh_enable_split_irqchip(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	if (cap->args[0] > IRQ_GSIS_MAX)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_enable_cap, args,
				      cap->args[0], IRQ_GSIS_MAX);
	return vmh_irqchip_create_split(call->object, cap->args[0], call->err);
}

static const struct vmh_enable vmh_vcpu_caps[] = {
	{ KVM_CAP_ENFORCE_PV_FEATURE_CPUID, vmh_enable_enforce_pv },
};

static long vmh_enable_emulation_exits(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;
	int ret = vmh_check_cap_bits(call, cap, 1);

	if (!ret)
		WRITE_ONCE(vm->exit_on_emulation_failure, cap->args[0]);
	return ret;
}

/* At any time, as in KVM: it only adds to what VMH_SET_VCPU_EVENTS takes. */
static long vmh_enable_exception_payload(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;

	WRITE_ONCE(vm->exception_payload, !!cap->args[0]);
	return 0;
}

static const struct vmh_enable vmh_vm_caps[] = {
	{ KVM_CAP_EXCEPTION_PAYLOAD, vmh_enable_exception_payload },
	{ KVM_CAP_EXIT_ON_EMULATION_FAILURE, vmh_enable_emulation_exits },
	{ KVM_CAP_MAX_VCPU_ID, vmh_enable_max_vcpu_id },
	{ KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, vmh_enable_manual_log },
	{ KVM_CAP_X86_DISABLE_EXITS, vmh_enable_disable_exits },
	{ KVM_CAP_MSR_PLATFORM_INFO, vmh_enable_platform_info },
	{ KVM_CAP_X86_USER_SPACE_MSR, vmh_enable_user_space_msr },
	{ KVM_CAP_DISABLE_QUIRKS2, vmh_enable_disable_quirks },
	{ KVM_CAP_X2APIC_API, vmh_enable_x2apic_api },
	{ KVM_CAP_SPLIT_IRQCHIP, vmh_enable_split_irqchip },
	{ KVM_CAP_X86_APIC_BUS_CYCLES_NS, vmh_enable_apic_bus },
	{ KVM_CAP_HALT_POLL, vmh_enable_halt_poll },
};

static long vmh_enable(struct vmh_call *call, const struct vmh_enable *table, unsigned int nr)
{
	const struct kvm_enable_cap *cap = call->data;
	unsigned int i;

	for (i = 0; i < nr && table[i].cap != cap->cap; i++)
		;
	if (i == nr)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_enable_cap, cap, cap->cap,
				      0);
	if (cap->flags)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_enable_cap, flags,
				      cap->flags, 0);
	return table[i].enable(call, cap);
}

/**
 * vmh_vm_enable_cap() - VMH_ENABLE_CAP on a VM
 * @call: the call; the VM's lock is held.
 *
 * Return: 0; -EINVAL; what the capability adds.
 */
long vmh_vm_enable_cap(struct vmh_call *call)
{
	return vmh_enable(call, vmh_vm_caps, ARRAY_SIZE(vmh_vm_caps));
}

/**
 * vmh_vcpu_enable_cap() - VMH_ENABLE_CAP on a vCPU
 * @call: the call; the vCPU is loaded.
 *
 * Return: 0; -EINVAL; what the capability adds.
 */
long vmh_vcpu_enable_cap(struct vmh_call *call)
{
	return vmh_enable(call, vmh_vcpu_caps, ARRAY_SIZE(vmh_vcpu_caps));
}
