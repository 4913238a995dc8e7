// SPDX-License-Identifier: GPL-2.0
/*
 * A guest's speculation control. enter.S gives the processor the guest's IA32_SPEC_CTRL and the
 * host's back, where they differ. Once a guest has written something there it may go on without an
 * exit, and then each exit reads what it has left. SDM volume 4, "IA32_SPEC_CTRL" and so on.
 */
#include <linux/irqflags.h>
#include <asm/msr.h>

#include "vmh_compat.h"
#include "vmx.h"
#include "vmx_pretend.h"

/* Does the processor take this value? Its microcode may know fewer bits than CPUID says. */
static bool vmx_spec_takes(u64 value)
{
	unsigned long flags;
	u64 host;
	int ret;

	if (vmx_pretends_spec())
		return true;
	local_irq_save(flags);
	ret = vmh_rdmsr_safe(MSR_IA32_SPEC_CTRL, &host);
	ret = ret ?: vmh_wrmsr_safe(MSR_IA32_SPEC_CTRL, value);
	if (!ret)
		wrmsrl(MSR_IA32_SPEC_CTRL, host);
	local_irq_restore(flags);
	return !ret;
}

/**
 * vmx_spec_update() - the guest's CPUID or MSR filter is another one, or it uses SPEC_CTRL
 * @v: the vCPU, loaded.
 *
 * Writes that only command something need no exit where the guest has them. A guest that never
 * writes SPEC_CTRL costs no reading of it; one with a filter exits for all of these.
 */
void vmx_spec_update(struct vmx_vcpu *v)
{
	v->direct = VMX_DIRECT_PLAIN;
	if ((vmx_conf.spec.features & SPEC_HOST_IBPB) && spec_guest_has_pred_cmd(v->cpuid))
		v->direct = VMX_DIRECT_IBPB;
	if (v->direct && v->spec_used && spec_guest_has_ctrl(v->cpuid))
		v->direct = VMX_DIRECT_SPEC;
	v->spec_direct = v->direct == VMX_DIRECT_SPEC && !v->msr_filter;
	vmx_use_msr_bitmaps(v);
}

/**
 * vmx_set_spec_ctrl() - write IA32_SPEC_CTRL
 * @v: the vCPU, loaded.
 * @index: MSR_IA32_SPEC_CTRL.
 * @value: the value.
 * @by_host: not by the guest.
 *
 * The next entry has it on the processor. Return: 0; -EINVAL for a value that faults.
 */
int vmx_set_spec_ctrl(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if ((value & ~spec_ctrl_valid(&vmx_conf.spec)) || !vmx_spec_takes(value))
		return -EINVAL;
	if (!by_host && vmx_pretend_direct_write(v, value))
		return 0;
	v->msrs.spec_ctrl = value;
	if (value && !v->spec_used) {
		v->spec_used = true;
		vmx_spec_update(v);
	}
	return 0;
}

static int vmx_command(u32 index, u64 value)
{
	if (value & ~SPEC_CMD_BIT)
		return -EINVAL;
	if (value && !vmx_pretend_command(index))
		wrmsrl(index, value);
	return 0;
}

/**
 * vmx_set_pred_cmd() - write IA32_PRED_CMD: an IBPB
 * @v: the vCPU.
 * @index: MSR_IA32_PRED_CMD.
 * @value: the value.
 * @by_host: not by the guest.
 *
 * Return: 0; -EINVAL for a value that faults.
 */
int vmx_set_pred_cmd(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	return vmx_command(MSR_IA32_PRED_CMD, value);
}

/**
 * vmx_set_flush_cmd() - write IA32_FLUSH_CMD: empty the L1 data cache
 * @v: the vCPU.
 * @index: MSR_IA32_FLUSH_CMD.
 * @value: the value.
 * @by_host: not by the guest.
 *
 * Return: 0; -EINVAL for a value that faults.
 */
int vmx_set_flush_cmd(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	return vmx_command(MSR_IA32_FLUSH_CMD, value);
}

/**
 * vmx_set_arch_caps() - write IA32_ARCH_CAPABILITIES: a VMM's business
 * @v: the vCPU.
 * @index: MSR_IA32_ARCH_CAPABILITIES.
 * @value: the value.
 * @by_host: not by the guest.
 *
 * Return: 0; -EINVAL for the guest, and for a claim that does not hold here.
 */
int vmx_set_arch_caps(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if (!by_host || !spec_arch_caps_ok(&vmx_conf.spec, value))
		return -EINVAL;
	v->msrs.arch_caps = value;
	return 0;
}
