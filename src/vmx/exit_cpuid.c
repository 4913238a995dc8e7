// SPDX-License-Identifier: GPL-2.0
/* CPUID (SDM, "CPUID—CPU Identification"): a look-up in the vCPU's table. */
#include "exit.h"

enum vmx_result vmx_exit_cpuid(struct vmx_vcpu *v)
{
	u32 regs[4];

	cpuid_table_query(v->cpuid, v->gpr[VMX_RAX], v->gpr[VMX_RCX], regs);
	v->gpr[VMX_RAX] = regs[0];
	v->gpr[VMX_RBX] = regs[1];
	v->gpr[VMX_RCX] = regs[2];
	v->gpr[VMX_RDX] = regs[3];
	return vmx_complete(v);
}
