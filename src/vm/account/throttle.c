// SPDX-License-Identifier: GPL-2.0
/*
 * Limits on running counts. What a turn has used is a debt of the VM; a vCPU whose VM is in debt
 * sleeps before its next turn. A VM without such limits does not come here.
 */
#include <linux/hrtimer.h>
#include <linux/ktime.h>
#include <linux/sched/signal.h>

#include "account.h"
#include "ticks.h"
#include "vcpu.h"
#include "vm.h"

/* The log hears of a throttled VM no oftener. */
#define SAY_AGAIN_NS	NSEC_PER_SEC

static void vmh_throttle_set(struct vm_handler_ctx *vm)
{
	struct vmh_throttle *throttle = &vm->throttle;
	u64 exits, run_ns, now_ns = ktime_get_ns();

	vmh_rate_limits(vm, &exits, &run_ns);
	rate_set(&throttle->exits, exits, now_ns);
	rate_set(&throttle->run_ns, run_ns, now_ns);
	WRITE_ONCE(throttle->on, rate_is_set(&throttle->exits) || rate_is_set(&throttle->run_ns));
	WRITE_ONCE(throttle->epoch, throttle->epoch + 1);
}

/**
 * vmh_throttle_init() - the rates of a new VM
 * @vm: the VM, with its resource map.
 */
void vmh_throttle_init(struct vm_handler_ctx *vm)
{
	spin_lock_init(&vm->throttle.lock);
	vmh_throttle_set(vm);
}

/**
 * vmh_throttle_changed() - take over limits that were set
 * @vm: the VM.
 *
 * A wait that the old limits asked for ends.
 *
 * Context: may sleep.
 */
void vmh_throttle_changed(struct vm_handler_ctx *vm)
{
	spin_lock(&vm->throttle.lock);
	vmh_throttle_set(vm);
	spin_unlock(&vm->throttle.lock);
	wake_up_all(&vm->state_changed);
}

static void vmh_throttle_say(struct vm_handler_ctx *vm, const struct rate *rate, u32 resource,
			     u64 now_ns)
{
	struct vmh_error error = { .size = sizeof(error) };

	if (vm->throttle.said_ns && now_ns - vm->throttle.said_ns < SAY_AGAIN_NS)
		return;
	vm->throttle.said_ns = now_ns;
	error.error = -vm_error_field(&error, VMH_E_LIMIT_REACHED, VM_ERROR_NO_OFFSET,
				      resource_name(resource), rate->debt, rate->per_second);
	vmh_log_error(vm, VMH_LOG_THROTTLED, &error);
}

/* How long to wait for one rate; a new wait counts as a denial. */
static u64 vmh_throttle_rate(struct vmh_vcpu *vcpu, struct rate *rate, u32 resource, u64 units,
			     u64 now_ns)
{
	u64 wait_ns = rate_use(rate, units, now_ns);

	if (!wait_ns)
		return 0;
	vmh_deny_rate(vcpu->vm, resource);
	vmh_throttle_say(vcpu->vm, rate, resource, now_ns);
	return wait_ns;
}

/**
 * vmh_throttle_used() - count what a turn has used
 * @vcpu: the vCPU, after a turn; vcpu->throttle_until_ns becomes the end of its wait.
 * @exits: exits in that turn.
 *
 * Context: its thread, interrupts on.
 */
void vmh_throttle_used(struct vmh_vcpu *vcpu, u32 exits)
{
	struct vmh_throttle *throttle = &vcpu->vm->throttle;
	u64 run_ns = 0;
	u64 now_ns = ktime_get_ns();
	u64 wait_ns;

	/* What was used before the limits were set does not count. */
	if (vcpu->throttle_epoch == READ_ONCE(throttle->epoch))
		run_ns = vmh_cycles_to_ns(vcpu->vmx.guest_cycles - vcpu->cycles_seen);
	vcpu->cycles_seen = vcpu->vmx.guest_cycles;
	spin_lock(&throttle->lock);
	wait_ns = vmh_throttle_rate(vcpu, &throttle->exits, VMH_RES_EXITS, exits, now_ns);
	wait_ns = max(wait_ns, vmh_throttle_rate(vcpu, &throttle->run_ns, VMH_RES_RUN_NS, run_ns,
						 now_ns));
	vcpu->throttle_epoch = throttle->epoch;
	spin_unlock(&throttle->lock);
	vcpu->throttle_until_ns = wait_ns ? now_ns + wait_ns : 0;
}

static bool vmh_throttle_is_over(const struct vmh_vcpu *vcpu)
{
	return READ_ONCE(vcpu->vm->throttle.epoch) != vcpu->throttle_epoch ||
	       READ_ONCE(vcpu->vm->state) != VMH_STATE_RUNNING;
}

/**
 * vmh_throttle_wait() - sleep until the VM's debt is paid
 * @vcpu: the vCPU, out of its run section, so that PAUSE need not wait for it.
 *
 * A change of the limits or of the VM's state ends the sleep.
 *
 * Context: its thread, may sleep.
 *
 * Return: 0, to be followed by another look at the VM's state; -EINTR for a signal.
 */
int vmh_throttle_wait(struct vmh_vcpu *vcpu)
{
	u64 now_ns = ktime_get_ns(), until_ns = vcpu->throttle_until_ns;
	int ret;

	vcpu->throttle_until_ns = 0;
	if (until_ns <= now_ns)
		return 0;
	ret = wait_event_interruptible_hrtimeout(vcpu->vm->state_changed,
						 vmh_throttle_is_over(vcpu),
						 ns_to_ktime(until_ns - now_ns));
	vcpu->times.throttled += guest_tsc_ticks(ktime_get_ns() - now_ns, tsc_khz);
	if (ret == -ETIME)
		return 0;
	if (ret)
		/* The rest is waited for at the next RUN. */
		vcpu->throttle_until_ns = until_ns;
	return ret ? -EINTR : 0;
}
