// SPDX-License-Identifier: GPL-2.0
/* Tells enter.S where the members of struct vmx_vcpu are; built to assembly, never linked. */
#define COMPILE_OFFSETS
#include <linux/kbuild.h>

#include "vmx.h"

static void __used vmx_offsets(void)
{
	OFFSET(VMX_GPR_RAX, vmx_vcpu, gpr[VMX_RAX]);
	OFFSET(VMX_GPR_RCX, vmx_vcpu, gpr[VMX_RCX]);
	OFFSET(VMX_GPR_RDX, vmx_vcpu, gpr[VMX_RDX]);
	OFFSET(VMX_GPR_RBX, vmx_vcpu, gpr[VMX_RBX]);
	OFFSET(VMX_GPR_RBP, vmx_vcpu, gpr[VMX_RBP]);
	OFFSET(VMX_GPR_RSI, vmx_vcpu, gpr[VMX_RSI]);
	OFFSET(VMX_GPR_RDI, vmx_vcpu, gpr[VMX_RDI]);
	OFFSET(VMX_GPR_R8, vmx_vcpu, gpr[VMX_R8]);
	OFFSET(VMX_GPR_R9, vmx_vcpu, gpr[VMX_R9]);
	OFFSET(VMX_GPR_R10, vmx_vcpu, gpr[VMX_R10]);
	OFFSET(VMX_GPR_R11, vmx_vcpu, gpr[VMX_R11]);
	OFFSET(VMX_GPR_R12, vmx_vcpu, gpr[VMX_R12]);
	OFFSET(VMX_GPR_R13, vmx_vcpu, gpr[VMX_R13]);
	OFFSET(VMX_GPR_R14, vmx_vcpu, gpr[VMX_R14]);
	OFFSET(VMX_GPR_R15, vmx_vcpu, gpr[VMX_R15]);
	OFFSET(VMX_HOST_RSP, vmx_vcpu, host_rsp);
	OFFSET(VMX_LAUNCHED, vmx_vcpu, launched);
	OFFSET(VMX_SPEC_CTRL, vmx_vcpu, msrs.spec_ctrl);
	OFFSET(VMX_SPEC_DIRECT, vmx_vcpu, spec_direct);
	OFFSET(VMX_SPEC_WRITTEN_BY, vmx_vcpu, spec_written);
}
