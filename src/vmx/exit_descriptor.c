// SPDX-License-Identifier: GPL-2.0
/*
 * UMIP, user-mode instruction prevention, for guests on processors without it: while CR4.UMIP is
 * set in the guest's eyes, each access to GDTR, IDTR, LDTR and TR exits. SDM, "Secondary
 * Processor-Based VM-Execution Controls", "descriptor-table exiting". SMSW does not exit, and gives
 * a program the lower half of CR0 as ever.
 */
#include "exit.h"

/**
 * vmx_choose_umip() - find out whether guests can have UMIP, and how
 *
 * Context: at module load.
 */
void vmx_choose_umip(void)
{
	u64 may_be_1 = vmx_conf.caps.ctls[VMX_CTL_WORD_PROC2] >> 32;

	if ((vmx_conf.caps.cr4_fixed1 & X86_CR4_UMIP) && boot_cpu_has(X86_FEATURE_UMIP))
		return;
	if (may_be_1 & VMX_CTL_PROC2_DESCRIPTOR)
		vmx_conf.cr4_emulated = X86_CR4_UMIP;
}

/**
 * vmx_emulate_cr4() - have those instructions exit that behave otherwise with the guest's CR4
 * @cr4: as the guest wants it.
 *
 * Context: the vCPU loaded.
 */
void vmx_emulate_cr4(u64 cr4)
{
	u32 controls;

	if (!vmx_conf.cr4_emulated)
		return;
	controls = vmcs_read32(SECONDARY_VM_EXEC_CONTROL) & ~VMX_CTL_PROC2_DESCRIPTOR;
	if (cr4 & vmx_conf.cr4_emulated)
		controls |= VMX_CTL_PROC2_DESCRIPTOR;
	vmcs_write(SECONDARY_VM_EXEC_CONTROL, controls);
}

/* A program that loads one gets the same #GP, and before the exit. */
enum vmx_result vmx_exit_descriptor(struct vmx_vcpu *v)
{
	return vmx_guest_cpl() ? vmx_fault_gp(v) : VMX_DESCRIPTOR;
}
