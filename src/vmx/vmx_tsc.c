// SPDX-License-Identifier: GPL-2.0
/* The guest's TSC, by the processor's. */
#include "vmx.h"

/**
 * vmx_write_tsc() - tell the processor what the guest's TSC is
 * @v: the vCPU, loaded.
 *
 * SDM, "Time-Stamp Counter Scaling": a guest with the host's frequency does without.
 */
void vmx_write_tsc(const struct vmx_vcpu *v)
{
	vmcs_write(TSC_OFFSET, v->tsc_offset);
	if (!(vmx_conf.features & VMH_CPU_TSC_SCALING))
		return;
	vmcs_write(TSC_MULTIPLIER, v->tsc_ratio);
	if (v->tsc_ratio == GUEST_TSC_RATIO_ONE)
		vmcs_clear_bits(SECONDARY_VM_EXEC_CONTROL, VMX_CTL_PROC2_TSC_SCALING);
	else
		vmcs_set_bits(SECONDARY_VM_EXEC_CONTROL, VMX_CTL_PROC2_TSC_SCALING);
}

/**
 * vmx_move_tsc() - the host's TSC is another one: the guest's stays what it is
 * @v: the vCPU, loaded.
 * @offset: ticks that the guest's is ahead of it, scaled; modulo 2^64.
 */
void vmx_move_tsc(struct vmx_vcpu *v, u64 offset)
{
	v->tsc_offset = offset;
	vmcs_write(TSC_OFFSET, offset);
}

/**
 * vmx_set_tsc() - what the guest's TSC is
 * @v: the vCPU, loaded.
 * @offset: ticks that it is ahead of the processor's, scaled; modulo 2^64.
 * @ratio: the multiplier, as guest_tsc_ratio() makes it.
 */
void vmx_set_tsc(struct vmx_vcpu *v, u64 offset, u64 ratio)
{
	v->tsc_offset = offset;
	v->tsc_ratio = ratio;
	v->tsc_moved = true;
	vmx_write_tsc(v);
}
