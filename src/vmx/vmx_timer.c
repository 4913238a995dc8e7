// SPDX-License-Identifier: GPL-2.0
/*
 * The preemption timer: it bounds each stay in the guest, and ends one when the guest's own timer
 * is due. SDM, "VMX-Preemption Timer": it counts from its value in the VMCS at each entry.
 */
#include "vmx.h"

static void vmx_write_timer(struct vmx_vcpu *v, u32 value)
{
	if (value == v->timer_value)
		return;
	v->timer_value = value;
	vmcs_write(VMX_PREEMPTION_TIMER_VALUE, value);
}

/**
 * vmx_set_deadline() - leave the guest when the TSC gets there
 * @v: the vCPU, loaded; vmx_has_timer() is true.
 * @tsc: the processor's TSC; 0 for no deadline.
 */
void vmx_set_deadline(struct vmx_vcpu *v, u64 tsc)
{
	v->deadline = tsc;
	if (!tsc)
		vmx_write_timer(v, vmx_conf.timer_value);
}

/**
 * vmx_arm_timer() - set the timer for the entry that comes next
 * @v: the vCPU, loaded, with a deadline.
 *
 * It counts in larger steps than the TSC, and had better be late than early, which would be two
 * exits.
 */
void vmx_arm_timer(struct vmx_vcpu *v)
{
	s64 left = v->deadline - rdtsc();
	u64 value = left <= 0 ? 0 : (left >> vmx_conf.timer_shift) + 1;

	vmx_write_timer(v, min_t(u64, value, vmx_conf.timer_value));
}
