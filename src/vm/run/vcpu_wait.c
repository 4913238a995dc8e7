// SPDX-License-Identifier: GPL-2.0
/* The places where a vCPU's thread sleeps: PAUSED, HLT, before SIPI. */
#include <linux/sched/signal.h>

#include "irq.h"
#include "lifecycle.h"
#include "run.h"
#include "state.h"
#include "ticks.h"
#include "vcpu.h"

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
