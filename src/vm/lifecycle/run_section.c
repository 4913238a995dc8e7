// SPDX-License-Identifier: GPL-2.0
/*
 * Leaving the run section, in which a vCPU's thread may enter guest mode: see state.c. Entering it
 * is vmh_vcpu_try_run_section(), and where that fails vmh_vcpu_enter_run_section().
 */
#include "irq.h"
#include "lifecycle.h"
#include "vcpu.h"

/**
 * vmh_vcpu_tell_ended() - VMH_REQ_ENDED: signal the resamplefds of ended interrupts
 * @vcpu: the vCPU.
 *
 * Context: its thread, interrupts on.
 */
void vmh_vcpu_tell_ended(struct vmh_vcpu *vcpu)
{
	if (test_and_clear_bit(VMH_REQ_ENDED, &vcpu->requests))
		vmh_irq_tell_ended(vcpu->vm->irqchip);
}

/**
 * vmh_vcpu_leave_run_section() - this thread will not enter guest mode
 * @vcpu: the vCPU.
 */
void vmh_vcpu_leave_run_section(struct vmh_vcpu *vcpu)
{
	/* What the guest did so far shows before anybody takes it for stopped. */
	if (unlikely(test_bit(VMH_REQ_ENDED, &vcpu->requests)))
		vmh_vcpu_tell_ended(vcpu);
	/* Pairs with the acquire in vmh_vm_has_stopped(). */
	smp_store_release(&vcpu->running, false);
	/*
	 * Pairs with the barrier in vm_change_state(), which changes the state before it looks at
	 * this thread: either it sees the store, or this thread sees the new state.
	 */
	smp_mb();
	if (READ_ONCE(vcpu->vm->state) != VMH_STATE_RUNNING)
		wake_up_all(&vcpu->vm->state_changed);
}
