// SPDX-License-Identifier: GPL-2.0
/* A debugger outside the guest: VMH_SET_GUEST_DEBUG, and the exits that it gets. */
#include "state.h"
#include "vcpu.h"
#include "vm_insn.h"

#define DEBUG_INJECT	(KVM_GUESTDBG_INJECT_DB | KVM_GUESTDBG_INJECT_BP)

/**
 * vmh_vcpu_set_guest_debug() - VMH_SET_GUEST_DEBUG
 * @vcpu: the vCPU, loaded.
 * @debug: what the debugger asks for.
 * @err: why it cannot have it.
 *
 * Return: 0; -EINVAL for what there is not; -EBUSY to inject beside an event that waits.
 */
int vmh_vcpu_set_guest_debug(struct vmh_vcpu *vcpu, const struct kvm_guest_debug *debug,
			     struct vmh_error *err)
{
	if (debug->control & ~VMH_GUEST_DEBUG_FLAGS)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct kvm_guest_debug, control,
				      debug->control, VMH_GUEST_DEBUG_FLAGS);
	if ((debug->control & DEBUG_INJECT) && vmx_event_pending(&vcpu->vmx)) {
		VM_ERROR_FIELD(err, VMH_E_EXISTS, struct kvm_guest_debug, control,
			       debug->control, debug->control & ~DEBUG_INJECT);
		return -EBUSY;
	}
	if (debug->control & DEBUG_INJECT)
		vmx_debug_inject(&vcpu->vmx, debug->control);
	vmx_set_guest_debug(&vcpu->vmx, debug);
	return 0;
}

/**
 * vmh_vcpu_exit_debug() - tell the debugger where the guest is, and why
 * @vcpu: the vCPU, loaded.
 * @vector: X86_TRAP_DB or X86_TRAP_BP.
 * @dr6: causes, as in DR6.
 *
 * Return: 0: exit to userspace.
 */
int vmh_vcpu_exit_debug(struct vmh_vcpu *vcpu, u8 vector, u64 dr6)
{
	struct kvm_run *run = vcpu->run;

	if (vmx_single_steps(&vcpu->vmx))
		vmx_debug_next_step(&vcpu->vmx);
	run->exit_reason = KVM_EXIT_DEBUG;
	run->debug.arch = (struct kvm_debug_exit_arch) {
		.exception = vector,
		.pc = vmh_guest_code_linear(vcpu, 0),
		.dr6 = dr6,
		.dr7 = vmx_effective_dr7(&vcpu->vmx),
	};
	return 0;
}
