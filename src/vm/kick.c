// SPDX-License-Identifier: GPL-2.0
/* Getting the attention of a vCPU's thread. */
#include <linux/sched/signal.h>
#include <linux/smp.h>

#include "kick.h"
#include "vcpu.h"
#include "vmh_compat.h"

/**
 * vmh_vcpu_kick() - make the thread look at its requests and the VM's state
 * @vcpu: the vCPU.
 *
 * Context: any, interrupts off too.
 */
void vmh_vcpu_kick(struct vmh_vcpu *vcpu)
{
	int cpu;

	/* What it is to see was written before. Pairs with the barrier in vmh_vcpu_any_turn(). */
	smp_mb();
	rcuwait_wake_up(&vcpu->wait);
	if (READ_ONCE(vcpu->mode) == VMH_OUTSIDE)
		return;
	/* Read once: -1 comes in between when the thread has left and is on its way elsewhere. */
	preempt_disable();
	cpu = READ_ONCE(vcpu->vmx.cpu);
	if (cpu >= 0 && cpu != smp_processor_id())
		smp_send_reschedule(cpu);
	preempt_enable();
}

/**
 * vmh_vcpu_notify() - make a vCPU take the interrupts in its posted-interrupt descriptor
 * @vcpu: the vCPU.
 *
 * In guest mode, a processor with posted interrupts takes them without an exit. A notification that
 * comes too late for that does nothing: the thread looks at the descriptor before it enters again,
 * and before it sleeps.
 *
 * Context: any, interrupts off too.
 */
void vmh_vcpu_notify(struct vmh_vcpu *vcpu)
{
	int cpu;

	if (!vcpu->vmx.apicv.posted) {
		vmh_vcpu_kick(vcpu);
		return;
	}
	/* The descriptor was written before. Pairs with the barrier in vmh_vcpu_any_turn(). */
	smp_mb();
	if (READ_ONCE(vcpu->mode) != VMH_IN_GUEST) {
		vmh_vcpu_kick(vcpu);
		return;
	}
	preempt_disable();
	cpu = READ_ONCE(vcpu->vmx.cpu);
	if (cpu >= 0 && cpu != smp_processor_id())
		vmx_posted_notify(cpu);
	preempt_enable();
}

/**
 * vmh_vcpu_interrupt_fault() - call back the thread from waiting for a page of the VMM's
 * @vcpu: the vCPU; the VM's state has changed.
 *
 * As by a signal, but RUN begins again by itself. A thread that has come back just now finds the
 * flag on its next way to userspace, and makes nothing of it.
 *
 * Context: process.
 */
void vmh_vcpu_interrupt_fault(struct vmh_vcpu *vcpu)
{
	struct task_struct *task;

	rcu_read_lock();
	task = READ_ONCE(vcpu->fault_task);
	if (task) {
		set_tsk_thread_flag(task, TIF_NOTIFY_SIGNAL);
		if (READ_ONCE(task->__state) & TASK_INTERRUPTIBLE)
			wake_up_process(task);
	}
	rcu_read_unlock();
}

/**
 * vmh_vcpu_request() - leave a request for the thread
 * @vcpu: the vCPU.
 * @request: what to do.
 *
 * Context: any, interrupts off too.
 */
void vmh_vcpu_request(struct vmh_vcpu *vcpu, enum vmh_request request)
{
	set_bit(request, &vcpu->requests);
	vmh_vcpu_kick(vcpu);
}

/**
 * vmh_vcpu_must_leave() - has something come up that needs interrupts on?
 * @vcpu: the vCPU.
 *
 * Context: its thread, interrupts off, mode is VMH_IN_GUEST.
 */
bool vmh_vcpu_must_leave(struct vmh_vcpu *vcpu)
{
	const unsigned long work = VMH_TIF_RESCHED | _TIF_SIGPENDING | _TIF_NOTIFY_SIGNAL;

	return READ_ONCE(vcpu->requests) || (read_thread_flags() & work) ||
	       READ_ONCE(vcpu->vm->state) != VMH_STATE_RUNNING;
}
