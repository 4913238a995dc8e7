// SPDX-License-Identifier: GPL-2.0
/* The instruction that made the guest exit. */
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/debugreg.h>

#include "vmx.h"

/**
 * vmx_skip_instruction() - move RIP past the instruction that exited
 * @v: the vCPU, in an instruction exit.
 *
 * Also ends a STI or MOV SS shadow, and leaves the debug trap of TF pending, as the end of any
 * instruction does.
 */
void vmx_skip_instruction(struct vmx_vcpu *v)
{
	u64 rip = vmcs_read(GUEST_RIP);
	u64 next = rip + vmcs_read32(VM_EXIT_INSTRUCTION_LEN);
	u32 blocking = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO);

	/* Only 64-bit code goes on past 4 GiB. */
	if (unlikely((rip ^ next) >> 32) && !(vmcs_read32(GUEST_CS_AR_BYTES) & VMX_AR_L_MASK))
		next = (u32)next;
	vmcs_write(GUEST_RIP, next);

	if (unlikely(blocking & (GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS)))
		vmcs_write(GUEST_INTERRUPTIBILITY_INFO,
			   blocking & ~(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS));
	if (unlikely(vmcs_read(GUEST_RFLAGS) & X86_EFLAGS_TF))
		vmcs_set_bits(GUEST_PENDING_DBG_EXCEPTIONS, DR_STEP);
}
