// SPDX-License-Identifier: GPL-2.0
/*
 * HLT: the thread watches for a while whether something comes, and then sleeps. How long it watches
 * follows the guest (src/core/halt_poll.c). A guest that does this by itself switches it off, with
 * MSR_KVM_POLL_CONTROL.
 */
#include <linux/moduleparam.h>
#include <linux/sched/signal.h>
#include <linux/sched/stat.h>

#include "irq.h"
#include "run.h"
#include "ticks.h"
#include "vcpu.h"

static unsigned int halt_poll_ns = 200000;
module_param(halt_poll_ns, uint, 0644);
MODULE_PARM_DESC(halt_poll_ns, "Longest that a halted vCPU is watched before its thread sleeps; 0: not at all");

static unsigned int halt_poll_ns_grow = 2;
module_param(halt_poll_ns_grow, uint, 0644);
MODULE_PARM_DESC(halt_poll_ns_grow, "What that time is multiplied by after a short halt; 0: it does not grow");

static unsigned int halt_poll_ns_grow_start = 10000;
module_param(halt_poll_ns_grow_start, uint, 0644);
MODULE_PARM_DESC(halt_poll_ns_grow_start, "What it begins with");

static unsigned int halt_poll_ns_shrink = 2;
module_param(halt_poll_ns_shrink, uint, 0644);
MODULE_PARM_DESC(halt_poll_ns_shrink, "What it is divided by after a long halt; 0: it begins anew");

/* The requests that come from the guest's own devices and processors. */
#define VMH_REQS_OF_GUEST	(BIT(VMH_REQ_TIMER) | BIT(VMH_REQ_NMI) | BIT(VMH_REQ_INIT) | \
				 BIT(VMH_REQ_SIPI) | BIT(VMH_REQ_UNHALT))

static void vmh_halt_rules(const struct vmh_vcpu *vcpu, struct halt_poll_rules *rules)
{
	u64 of_vm = READ_ONCE(vcpu->vm->halt_poll_max_ns);

	rules->max_ns = of_vm == VMH_HALT_POLL_DEFAULT ? READ_ONCE(halt_poll_ns) : of_vm;
	rules->grow = READ_ONCE(halt_poll_ns_grow);
	rules->grow_start_ns = READ_ONCE(halt_poll_ns_grow_start);
	rules->shrink = READ_ONCE(halt_poll_ns_shrink);
}

static bool vmh_halt_is_over(struct vmh_vcpu *vcpu)
{
	return vmh_vcpu_should_wake(vcpu) || vmh_apic_deadline_passed(vcpu);
}

/* Has the guest waited for what has come? Otherwise it halts again. */
static bool vmh_halt_was_useful(struct vmh_vcpu *vcpu)
{
	return vmh_vcpu_has_event(vcpu) || vmx_deadline_is_due(&vcpu->vmx) ||
	       (READ_ONCE(vcpu->requests) & VMH_REQS_OF_GUEST);
}

/* Nobody else wants the processor, nor this thread. */
static bool vmh_halt_may_poll(void)
{
	return !need_resched() && !signal_pending(current) && single_task_running();
}

/* Says whether something has come. */
static bool vmh_halt_poll(struct vmh_vcpu *vcpu, u64 began)
{
	struct vmh_halt *halt = &vcpu->halt;
	u64 ticks = vmh_ns_to_cycles(halt->poll_ns);
	bool over;

	do {
		over = vmh_halt_is_over(vcpu);
		if (over)
			break;
		cpu_relax();
	} while (rdtsc() - began < ticks && vmh_halt_may_poll());
	halt->attempted++;
	if (!over) {
		halt->fail_cycles += vmh_ticks_since(began);
		return false;
	}
	/* Pairs with the barrier in vmh_add_halts(). */
	smp_wmb();
	halt->successful++;
	halt->success_cycles += vmh_ticks_since(began);
	if (!vmh_halt_was_useful(vcpu))
		halt->invalid++;
	return true;
}

/**
 * vmh_halt_wait() - wait until there is something to do for a halted vCPU
 * @vcpu: the vCPU.
 *
 * Context: its thread, may sleep.
 *
 * Return: 0 or -EINTR.
 */
int vmh_halt_wait(struct vmh_vcpu *vcpu)
{
	struct vmh_halt *halt = &vcpu->halt;
	struct halt_poll_rules rules;
	u64 began = rdtsc();
	int ret = 0;

	vmh_halt_rules(vcpu, &rules);
	halt->poll_ns = min(halt->poll_ns, rules.max_ns);
	if (!(halt->control & VMH_POLL_CONTROL_HOST) || !halt->poll_ns ||
	    !vmh_halt_poll(vcpu, began)) {
		ret = vmh_vcpu_block(vcpu);
		halt->wakeups += !ret;
	}
	halt->poll_ns = halt_poll_next(halt->poll_ns, &rules,
				       vmh_cycles_to_ns(vmh_ticks_since(began)),
				       !ret && vmh_halt_was_useful(vcpu));
	return ret;
}
