// SPDX-License-Identifier: GPL-2.0
/*
 * RDMSR and WRMSR that the MSR bitmap does not let through. MSRs of the VT-x side are settled here;
 * the rest (local APIC, paravirtual), and all that fails, is the caller's.
 */
#include "exit.h"

static __always_inline bool vmx_msr_is_denied(const struct vmx_vcpu *v, u32 index, u32 access)
{
	return unlikely(v->msr_filter) && !msr_filter_allows(v->msr_filter, index, access);
}

enum vmx_result vmx_exit_rdmsr(struct vmx_vcpu *v)
{
	u32 index = v->gpr[VMX_RCX];
	u64 value;
	int ret = vmx_msr_is_denied(v, index, KVM_MSR_FILTER_READ) ? -EPERM :
		  vmx_get_msr(v, index, &value, false);

	if (likely(!ret)) {
		vmx_msr_finish_read(v, value);
		return VMX_RESUME;
	}
	v->msr_index = index;
	v->msr_error = ret;
	return VMX_RDMSR;
}

/**
 * vmx_msr_finish_read() - give RDMSR its result and step over it
 * @v: the vCPU, loaded, with RIP at the RDMSR.
 * @value: the MSR's value.
 */
void vmx_msr_finish_read(struct vmx_vcpu *v, u64 value)
{
	v->gpr[VMX_RAX] = (u32)value;
	v->gpr[VMX_RDX] = value >> 32;
	vmx_skip_instruction(v);
}

enum vmx_result vmx_exit_wrmsr(struct vmx_vcpu *v)
{
	u32 index = v->gpr[VMX_RCX];
	u64 value = (u32)v->gpr[VMX_RAX] | v->gpr[VMX_RDX] << 32;
	int ret = vmx_msr_is_denied(v, index, KVM_MSR_FILTER_WRITE) ? -EPERM :
		  vmx_set_msr(v, index, value, false);

	if (likely(!ret)) {
		vmx_skip_instruction(v);
		/*
		 * An MSR that guest and host share has changed: the next turn loads it. Or the TSC
		 * has, and the guest's clock is written before it goes on.
		 */
		return likely(v->state_on_cpu && !v->tsc_moved) ? VMX_RESUME : VMX_HOST_IRQ;
	}
	v->msr_index = index;
	v->msr_value = value;
	v->msr_error = ret;
	return VMX_WRMSR;
}
