// SPDX-License-Identifier: GPL-2.0
/* VMH_ENABLE_CAP: what a VMM switches on for a VM. One row a capability. */
#include "ioctl.h"
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

/* Once, so that whoever sets up the VM can rely on it. */
static long vmh_enable_max_vcpu_id(struct vmh_call *call, const struct kvm_enable_cap *cap)
{
	struct vm_handler_ctx *vm = call->object;
	struct cpu_context *cpus = &vm->cpu_ctx;

	if (cap->args[0] == cpus->id_end)
		return 0;
	if (!cap->args[0] || cap->args[0] > cpus->id_end || cpus->id_end_set)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_enable_cap, args,
				      cap->args[0], cpus->id_end);
	if (cpus->nr)
		return vm_error_set(call->err, VMH_E_HAS_VCPUS);
	cpus->id_end = cap->args[0];
	cpus->id_end_set = true;
	return 0;
}

/* Who clears the bits of dirty logs, and whether they are all set at first. */
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

static const struct vmh_enable vmh_vm_caps[] = {
	{ KVM_CAP_MAX_VCPU_ID, vmh_enable_max_vcpu_id },
	{ KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2, vmh_enable_manual_log },
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
