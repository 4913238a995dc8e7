// SPDX-License-Identifier: GPL-2.0
/*
 * The lifecycle of a VM. vm_change_state() is the one gate: nothing else writes vm->state.
 *
 * A vCPU thread is in its run section when it may enter guest mode. The thread sets vcpu->running,
 * and then reads the state. An event changes the state, and then reads each vcpu->running. So
 * either the thread sees the new state and turns back, or the event sees the thread, kicks it and
 * waits for it.
 */
#include <linux/poll.h>

#include "account.h"
#include "guest_memory.h"
#include "guest_time.h"
#include "irq.h"
#include "kick.h"
#include "lifecycle.h"
#include "vcpu.h"
#include "vm.h"
#include "vmh_trace.h"

/* Called with vm->lock held. */
static int vm_change_state(struct vm_handler_ctx *vm, enum vmh_event event,
			   enum vmh_state_reason reason, struct vmh_error *err)
{
	int next = vm_state_next(vm->state, event);

	lockdep_assert_held(&vm->lock);
	if (next < 0)
		return vm_error_event(err, vm->state, event);
	vm->previous = vm->state;
	vm->last_event = event;
	vm->reason = reason;
	vm->generation++;
	/* Pairs with the barrier in vmh_vcpu_try_run_section(). */
	smp_store_mb(vm->state, next);
	vmh_log_state(vm);
	trace_vm_state(vm->vm_id, vm->previous, next, event, reason);
	wake_up_all(&vm->state_changed);
	wake_up_poll(&vm->pollers,
		     next == VMH_STATE_TERMINATED ? EPOLLPRI | EPOLLHUP : EPOLLPRI);
	return 0;
}

static bool vmh_vm_has_stopped(struct vm_handler_ctx *vm)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;

	vmh_for_each_vcpu(vm, id, vcpu) {
		/* Pairs with the release in vmh_vcpu_leave_run_section(). */
		if (smp_load_acquire(&vcpu->running))
			return false;
	}
	return true;
}

/*
 * Wait until no vCPU can be in guest mode. One that waits for a page of the VMM's (userfaultfd) is
 * called back, and not waited for. A signal that kills the caller ends the wait, and so does the
 * timeout, in jiffies; the state has changed by then.
 */
static int vmh_vm_stop_vcpus(struct vm_handler_ctx *vm, long timeout)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;
	long left;

	vmh_for_each_vcpu(vm, id, vcpu) {
		vmh_vcpu_kick(vcpu);
		vmh_vcpu_interrupt_fault(vcpu);
	}
	left = wait_event_killable_timeout(vm->state_changed, vmh_vm_has_stopped(vm), timeout);
	return left > 0 ? 0 : left ?: -ETIMEDOUT;
}

/* vCPUs that are still on their way out may look at them until they are gone. */
static void vmh_vm_release_eventfds(struct vm_handler_ctx *vm)
{
	vmh_irqfds_release(vm);
	vmh_ioeventfds_release(vm);
	vmh_coalesce_release(vm);
}

/* A VM that starts by itself may have no memory yet, as in KVM: its guest finds none. */
static int vmh_vm_check_complete(struct vm_handler_ctx *vm, enum vmh_state_reason reason,
				 struct vmh_error *err)
{
	if (reason != VMH_REASON_FIRST_RUN && !vmh_mem_has_slots(vm))
		return vm_error_set(err, VMH_E_NO_SLOT);
	if (!vm->cpu_ctx.nr)
		return vm_error_set(err, VMH_E_NO_VCPU);
	return 0;
}

static int vmh_vm_event_locked(struct vm_handler_ctx *vm, enum vmh_event event,
			       enum vmh_state_reason reason, long timeout, struct vmh_error *err)
{
	int ret;

	if (event == VMH_EVENT_TERMINATE && vm->state == VMH_STATE_TERMINATED)
		return 0;
	if (event == VMH_EVENT_INIT && vm->state == VMH_STATE_CREATED) {
		ret = vmh_vm_check_complete(vm, reason, err);
		if (ret)
			return ret;
	}
	ret = vm_change_state(vm, event, reason, err);
	if (ret)
		return ret;
	if (event == VMH_EVENT_PAUSE) {
		ret = vmh_vm_stop_vcpus(vm, timeout);
		vmh_clock_paused(vm);
		return ret;
	}
	if (event == VMH_EVENT_TERMINATE) {
		vmh_vm_release_eventfds(vm);
		if (!vmh_vm_stop_vcpus(vm, timeout))
			vmh_mem_release(vm);
	}
	return 0;
}

/**
 * vmh_vm_event() - ask for a transition
 * @vm: the VM.
 * @event: what is asked for.
 * @reason: what asks for it.
 * @err: why it was refused.
 *
 * PAUSE returns when no vCPU is in guest mode and every vCPU's state can be read. TERMINATE returns
 * when guest memory, EPT and their charges are returned.
 *
 * Context: may sleep; takes vm->lock.
 *
 * Return: 0; -EBUSY when the state does not allow it; -ESTALE on a terminated VM; -EINVAL when
 * there is no such event; -EINTR when the caller was killed while it waited: the state has changed.
 */
int vmh_vm_event(struct vm_handler_ctx *vm, enum vmh_event event, enum vmh_state_reason reason,
		 struct vmh_error *err)
{
	int ret;

	mutex_lock(&vm->lock);
	ret = vmh_vm_event_locked(vm, event, reason, MAX_SCHEDULE_TIMEOUT, err);
	mutex_unlock(&vm->lock);
	return ret;
}

/**
 * vmh_vm_shutdown_locked() - terminate a VM before the machine goes down
 * @vm: the VM, its lock held.
 * @timeout: how long to wait for its vCPUs, in jiffies. What of the VM one of them may still use is
 *	then kept.
 *
 * Context: may sleep.
 */
void vmh_vm_shutdown_locked(struct vm_handler_ctx *vm, long timeout)
{
	vmh_vm_event_locked(vm, VMH_EVENT_TERMINATE, VMH_REASON_HOST_SHUTDOWN, timeout, NULL);
}

/* RUN of a VM that was configured to start by itself. Called with no lock held. */
static int vmh_vm_auto_start(struct vm_handler_ctx *vm, struct vmh_error *err)
{
	int ret = 0;

	mutex_lock(&vm->lock);
	if (vm->state == VMH_STATE_CREATED)
		ret = vmh_vm_event_locked(vm, VMH_EVENT_INIT, VMH_REASON_FIRST_RUN,
					  MAX_SCHEDULE_TIMEOUT, err);
	if (!ret && vm->state == VMH_STATE_INITIALIZED)
		ret = vmh_vm_event_locked(vm, VMH_EVENT_START, VMH_REASON_FIRST_RUN,
					  MAX_SCHEDULE_TIMEOUT, err);
	mutex_unlock(&vm->lock);
	return ret;
}

/**
 * vmh_vm_admit_run() - may a vCPU be run at all?
 * @vm: the VM.
 * @err: why not.
 *
 * Context: may sleep; takes vm->lock.
 *
 * Return: 0 when the VM is RUNNING or PAUSED, after starting it if it is to start by itself;
 * -EBUSY before START; -ESTALE after TERMINATE.
 */
int vmh_vm_admit_run(struct vm_handler_ctx *vm, struct vmh_error *err)
{
	const u32 runnable = BIT(VMH_STATE_RUNNING) | BIT(VMH_STATE_PAUSED);
	enum vmh_state state = READ_ONCE(vm->state);
	int ret;

	if (likely(state == VMH_STATE_RUNNING))
		return 0;
	if ((vm->config.flags & VMH_VM_AUTO_START) && state <= VMH_STATE_INITIALIZED) {
		ret = vmh_vm_auto_start(vm, err);
		if (ret)
			return ret;
		state = READ_ONCE(vm->state);
	}
	if (runnable & BIT(state))
		return 0;
	return vm_error_state(err, state, runnable);
}

/**
 * vmh_vm_get_state() - the state and how it came about
 * @vm: the VM.
 * @info: where to; size and flags are the caller's.
 *
 * Context: may sleep; takes vm->lock, so a transition under way is waited for.
 */
void vmh_vm_get_state(struct vm_handler_ctx *vm, struct vmh_state_info *info)
{
	mutex_lock(&vm->lock);
	info->state = vm->state;
	info->previous = vm->previous;
	info->generation = vm->generation;
	info->last_event = vm->last_event;
	info->reason = vm->reason;
	mutex_unlock(&vm->lock);
}
