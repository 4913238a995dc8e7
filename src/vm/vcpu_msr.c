// SPDX-License-Identifier: GPL-2.0
/* MSRs that are not the VT-x side's: the local APIC's, the clock's. No other exists: #GP. */
#include <asm/msr-index.h>

#include "vcpu.h"

#define X2APIC_FIRST	0x800
#define X2APIC_LAST	0x8ff

static bool is_x2apic_msr(u32 index)
{
	return index >= X2APIC_FIRST && index <= X2APIC_LAST;
}

static int vmh_apic_get_msr(struct vmh_vcpu *vcpu, u32 index, u64 *value)
{
	struct lapic *lapic = &vcpu->apic.lapic;

	if (is_x2apic_msr(index))
		return lapic_msr_read(lapic, index, vmh_now_ns(), value);
	switch (index) {
	case MSR_IA32_APICBASE:
		*value = lapic_base(lapic);
		return 0;
	case MSR_IA32_TSC_DEADLINE:
		*value = lapic_tsc_deadline(lapic);
		return 0;
	}
	return vmh_clock_get_msr(vcpu, index, value);
}

static int vmh_apic_set_base(struct vmh_vcpu *vcpu, u64 value, bool by_host)
{
	int ret = lapic_set_base(&vcpu->apic.lapic, value, by_host);

	if (ret)
		return ret;
	vmh_apic_publish(vcpu);
	vmx_cpuid_changed(&vcpu->vmx);
	return 0;
}

static int vmh_apic_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	struct lapic *lapic = &vcpu->apic.lapic;
	struct lapic_effect fx = {};
	int ret;

	if (is_x2apic_msr(index)) {
		ret = lapic_msr_write(lapic, index, value, vmh_now_ns(), &fx);
		vmh_apic_effect(vcpu, &fx);
		return ret;
	}
	switch (index) {
	case MSR_IA32_APICBASE:
		return vmh_apic_set_base(vcpu, value, by_host);
	case MSR_IA32_TSC_DEADLINE:
		lapic_set_tsc_deadline(lapic, value);
		vmh_apic_rearm(vcpu);
		return 0;
	}
	return vmh_clock_set_msr(vcpu, index, value);
}

/**
 * vmh_apic_base() - IA32_APIC_BASE
 * @vcpu: the vCPU.
 *
 * Return: its value; a constant without an in-kernel APIC.
 */
u64 vmh_apic_base(const struct vmh_vcpu *vcpu)
{
	if (vmh_has_apic(vcpu))
		return lapic_base(&vcpu->apic.lapic);
	return APIC_DEFAULT_PHYS_BASE | MSR_IA32_APICBASE_ENABLE |
	       (vcpu->id ? 0 : MSR_IA32_APICBASE_BSP);
}

/**
 * vmh_vcpu_get_msr() - read an MSR
 * @vcpu: the vCPU, loaded.
 * @index: the MSR.
 * @value: where to.
 *
 * Return: 0, or -EINVAL when there is no such MSR.
 */
int vmh_vcpu_get_msr(struct vmh_vcpu *vcpu, u32 index, u64 *value)
{
	int ret = vmx_get_msr(&vcpu->vmx, index, value);

	if (ret != -ENOENT)
		return ret;
	if (vmh_has_apic(vcpu))
		return vmh_apic_get_msr(vcpu, index, value);
	if (index != MSR_IA32_APICBASE)
		return vmh_clock_get_msr(vcpu, index, value);
	*value = vmh_apic_base(vcpu);
	return 0;
}

/**
 * vmh_vcpu_set_msr() - write an MSR
 * @vcpu: the vCPU, loaded.
 * @index: the MSR.
 * @value: the value.
 * @by_host: userspace writes it, to restore a state; otherwise the guest does.
 *
 * Return: 0, or -EINVAL when there is no such MSR or the value faults.
 */
int vmh_vcpu_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	int ret = vmx_set_msr(&vcpu->vmx, index, value, by_host);

	if (ret != -ENOENT)
		return ret;
	if (vmh_has_apic(vcpu))
		return vmh_apic_set_msr(vcpu, index, value, by_host);
	if (index != MSR_IA32_APICBASE)
		return vmh_clock_set_msr(vcpu, index, value);
	return value == vmh_apic_base(vcpu) ? 0 : -EINVAL;
}

/**
 * vmh_msr_list() - the MSRs that make up a vCPU's state
 * @indices: where to.
 * @max: room there.
 *
 * Return: how many there are, which may be more than @max.
 */
unsigned int vmh_msr_list(u32 *indices, unsigned int max)
{
	unsigned int nr = vmx_msr_list(indices, max);

	if (nr < max)
		indices[nr] = MSR_IA32_TSC_DEADLINE;
	nr++;
	return nr + vmh_clock_msr_list(indices + min(nr, max), max - min(nr, max));
}

/**
 * vmh_vcpu_rdmsr() - settle the exit VMX_RDMSR
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread; interrupts may be off.
 */
void vmh_vcpu_rdmsr(struct vmh_vcpu *vcpu)
{
	u64 value;

	if (vmh_vcpu_get_msr(vcpu, vcpu->vmx.msr_index, &value))
		vmx_inject_gp(&vcpu->vmx);
	else
		vmx_msr_finish_read(&vcpu->vmx, value);
}

/**
 * vmh_vcpu_wrmsr() - settle the exit VMX_WRMSR
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread; interrupts may be off.
 */
void vmh_vcpu_wrmsr(struct vmh_vcpu *vcpu)
{
	if (vmh_vcpu_set_msr(vcpu, vcpu->vmx.msr_index, vcpu->vmx.msr_value, false))
		vmx_inject_gp(&vcpu->vmx);
	else
		vmx_skip_instruction(&vcpu->vmx);
}
