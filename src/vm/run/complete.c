// SPDX-License-Identifier: GPL-2.0
/* Userspace's answer to the last exit. */
#include "pio.h"
#include "run.h"
#include "state.h"
#include "vcpu.h"
#include "vm_insn.h"

/**
 * vmh_vcpu_complete_io() - take userspace's answer to the last exit
 * @vcpu: the vCPU, loaded.
 * @err: why it failed.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on, 0 to exit to userspace again, or a negative errno.
 */
int vmh_vcpu_complete_io(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	enum vmh_completion completion = vcpu->completion;
	u32 value = 0;

	vcpu->completion = VMH_COMPLETE_NOTHING;
	/* Userspace has sent the vCPU elsewhere: the instruction was given up. */
	if (vmx_linear_rip(&vcpu->vmx) != vcpu->completion_rip)
		return 1;
	switch (completion) {
	case VMH_COMPLETE_IN:
		memcpy(&value, vmh_pio_data(vcpu), vcpu->vmx.io.size);
		vmh_io_set_accumulator(vcpu, value, vcpu->vmx.io.size);
		vmx_skip_instruction(&vcpu->vmx);
		return 1;
	case VMH_COMPLETE_OUT:
		vmx_skip_instruction(&vcpu->vmx);
		return 1;
	case VMH_COMPLETE_STRING:
		return vmh_vcpu_string_complete(vcpu);
	case VMH_COMPLETE_MMIO:
	case VMH_COMPLETE_PORT:
		return vmh_vcpu_emulate_on(vcpu, completion);
	case VMH_COMPLETE_RDMSR:
	case VMH_COMPLETE_WRMSR:
		vmh_msr_complete(vcpu, completion == VMH_COMPLETE_WRMSR);
		return 1;
	default:
		return 1;
	}
}
