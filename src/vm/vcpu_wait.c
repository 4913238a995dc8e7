// SPDX-License-Identifier: GPL-2.0
/*
 * Getting a vCPU thread's attention, and the places where it sleeps: PAUSED, HLT, before SIPI.
 */
#include <linux/sched/signal.h>
#include <linux/smp.h>

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

static void vmh_times_sleep(struct vmh_vcpu_times *times)
{
	WRITE_ONCE(times->asleep, rdtsc());
}

static void vmh_times_wake(struct vmh_vcpu_times *times)
{
	u64 slept = vmh_ticks_since(times->asleep);

	WRITE_ONCE(times->asleep, 0);
	times->idle += slept;
}

/* While it waits here, others may read and write the vCPU's registers. The VM may end meanwhile. */
static int vmh_vcpu_wait_paused(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	struct vm_handler_ctx *vm = vcpu->vm;
	int ret, lost;

	vmh_times_sleep(&vcpu->times);
	vmx_fpu_put(&vcpu->vmx);
	vmh_vcpu_put(vcpu);
	mutex_unlock(&vcpu->lock);
	ret = wait_event_interruptible(vm->state_changed,
				       READ_ONCE(vm->state) != VMH_STATE_PAUSED);
	mutex_lock(&vcpu->lock);
	vmh_times_wake(&vcpu->times);
	lost = vmh_vcpu_load(vcpu, err);
	if (lost)
		return lost;
	vmx_fpu_load(&vcpu->vmx);
	return ret ? -EINTR : 0;
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
	 * Pairs with the barrier in vm_change_state(): who waits for this thread has changed the
	 * state before it looked, so either it sees the store or this thread sees the new state.
	 */
	smp_mb();
	if (READ_ONCE(vcpu->vm->state) != VMH_STATE_RUNNING)
		wake_up_all(&vcpu->vm->state_changed);
}

/**
 * vmh_vcpu_enter_run_section() - wait until the VM is RUNNING
 * @vcpu: the vCPU, loaded, with its FPU state; its lock is dropped while waiting.
 * @err: why not.
 *
 * Context: the vCPU's thread, may sleep.
 *
 * Return: 0; -EINTR for a signal while PAUSED; -ESTALE when the VM has ended: if it did while the
 * thread waited, the vCPU is not loaded any more.
 */
int vmh_vcpu_enter_run_section(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	struct vm_handler_ctx *vm = vcpu->vm;
	enum vmh_state state;
	int ret;

	for (;;) {
		if (likely(vmh_vcpu_try_run_section(vcpu)))
			return 0;
		vmh_vcpu_leave_run_section(vcpu);
		state = READ_ONCE(vm->state);
		if (state == VMH_STATE_TERMINATED)
			return vm_error_set(err, VMH_E_TERMINATED);
		ret = vmh_vcpu_wait_paused(vcpu, err);
		if (ret)
			return ret;
	}
}

/**
 * vmh_vcpu_should_wake() - is there something to do for a vCPU that does nothing?
 * @vcpu: the vCPU: halted, or not started yet.
 *
 * Context: its thread.
 */
bool vmh_vcpu_should_wake(struct vmh_vcpu *vcpu)
{
	return READ_ONCE(vcpu->requests) || vmh_vcpu_has_event(vcpu) ||
	       READ_ONCE(vcpu->vm->state) != VMH_STATE_RUNNING;
}

/**
 * vmh_vcpu_block() - sleep until there is something to do
 * @vcpu: the vCPU: halted, or not started yet.
 *
 * Context: its thread, may sleep.
 *
 * Return: 0 or -EINTR.
 */
int vmh_vcpu_block(struct vmh_vcpu *vcpu)
{
	bool timed = vmh_apic_timer_wakes(vcpu);
	int ret;

	vmh_times_sleep(&vcpu->times);
	ret = rcuwait_wait_event(&vcpu->wait, vmh_vcpu_should_wake(vcpu), TASK_INTERRUPTIBLE);
	vmh_times_wake(&vcpu->times);
	if (timed)
		vmh_apic_timer_stop(vcpu);
	return ret;
}
