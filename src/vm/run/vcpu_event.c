// SPDX-License-Identifier: GPL-2.0
/* What arrives at a vCPU from outside: requests, and interrupts to inject before an entry. */
#include "guest_time.h"
#include "irq.h"
#include "lifecycle.h"
#include "run.h"
#include "state.h"
#include "vcpu.h"

static void vmh_vcpu_take_init(struct vmh_vcpu *vcpu)
{
	vmx_vcpu_init(&vcpu->vmx);
	vmh_apic_init_signal(vcpu);
	vmh_clock_reset(vcpu);
	vmh_steal_reset(vcpu);
	vmh_pv_eoi_reset(vcpu);
	vcpu->unhalted = false;
	vcpu->completion = VMH_COMPLETE_NOTHING;
	vcpu->mp_state = vcpu->apic.lapic.bsp ? KVM_MP_STATE_RUNNABLE :
						KVM_MP_STATE_INIT_RECEIVED;
}

/* SDM, "MP Initialization Protocol": a SIPI counts only while waiting for one. */
static void vmh_vcpu_take_sipi(struct vmh_vcpu *vcpu)
{
	if (vcpu->mp_state != KVM_MP_STATE_INIT_RECEIVED)
		return;
	vmx_vcpu_sipi(&vcpu->vmx, READ_ONCE(vcpu->sipi_vector));
	vcpu->mp_state = KVM_MP_STATE_RUNNABLE;
}

/* What is reckoned in guest TSC is reckoned anew. */
static void vmh_vcpu_take_tsc(struct vmh_vcpu *vcpu)
{
	vcpu->vmx.tsc_moved = false;
	vmh_clock_tsc_moved(vcpu);
	if (vmh_has_apic(vcpu))
		vmh_apic_rearm(vcpu);
}

/**
 * vmh_vcpu_take_requests() - do what others asked for
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread, interrupts on.
 */
void vmh_vcpu_take_requests(struct vmh_vcpu *vcpu)
{
	if (unlikely(vcpu->vmx.tsc_moved))
		vmh_vcpu_take_tsc(vcpu);
	if (vmx_deadline_is_due(&vcpu->vmx))
		vmh_apic_timer_expired(vcpu);
	if (likely(!READ_ONCE(vcpu->requests)))
		return;
	if (test_and_clear_bit(VMH_REQ_TIMER, &vcpu->requests))
		vmh_apic_timer_expired(vcpu);
	if (test_and_clear_bit(VMH_REQ_NMI, &vcpu->requests))
		vmh_vcpu_take_nmis(vcpu);
	if (test_and_clear_bit(VMH_REQ_INIT, &vcpu->requests))
		vmh_vcpu_take_init(vcpu);
	if (test_and_clear_bit(VMH_REQ_SIPI, &vcpu->requests))
		vmh_vcpu_take_sipi(vcpu);
	if (test_and_clear_bit(VMH_REQ_UNHALT, &vcpu->requests))
		vcpu->unhalted = true;
	if (test_and_clear_bit(VMH_REQ_CLOCK, &vcpu->requests))
		vmh_clock_update(vcpu);
	if (test_and_clear_bit(VMH_REQ_WALL_CLOCK, &vcpu->requests))
		vmh_clock_update_wall(vcpu);
	if (test_and_clear_bit(VMH_REQ_LOG, &vcpu->requests) && vcpu->vmx.pml)
		vmx_pml_set(&vcpu->vmx, READ_ONCE(vcpu->vm->mem_ctx.nr_logs));
	if (test_and_clear_bit(VMH_REQ_STEAL, &vcpu->requests))
		vmh_steal_update(vcpu);
	if (test_and_clear_bit(VMH_REQ_PV_EOI, &vcpu->requests))
		vmh_pv_eoi_find(vcpu);
	if (test_and_clear_bit(VMH_REQ_MSR_FILTER, &vcpu->requests))
		vmh_msr_filter_take(vcpu);
	vmh_vcpu_tell_ended(vcpu);
	/* The state is looked at on the way into the run section, which comes next. */
	clear_bit(VMH_REQ_STATE, &vcpu->requests);
}

/* Does the 8259 pair ask this vCPU for an interrupt? */
static bool vmh_vcpu_has_pic_irq(struct vmh_vcpu *vcpu)
{
	if (unlikely(vcpu->user_irq >= 0))
		return vmh_split_accepts_pic(vcpu);
	return vmh_irq_pic_pending(vcpu->vm) && lapic_accept_pic(&vcpu->apic.lapic);
}

static bool vmh_vcpu_has_irq(struct vmh_vcpu *vcpu)
{
	if (!vmh_has_apic(vcpu))
		return vcpu->user_irq >= 0;
	return lapic_highest_pending(&vcpu->apic.lapic) >= 0 || vmh_vcpu_has_pic_irq(vcpu);
}

/**
 * vmh_vcpu_has_event() - is there something that ends the halt of a vCPU?
 * @vcpu: the vCPU, loaded.
 *
 * SDM, "HLT—Halt": an interrupt that is enabled, an NMI, a debug exception. Here an event that
 * has begun too, and a kick from another vCPU.
 *
 * Context: its thread, about to sleep.
 */
bool vmh_vcpu_has_event(struct vmh_vcpu *vcpu)
{
	if (vcpu->mp_state != KVM_MP_STATE_HALTED)
		return false;
	if (vcpu->unhalted || vmx_event_pending(&vcpu->vmx) || vmx_debug_pending(&vcpu->vmx))
		return true;
	if (vcpu->nmis && vmx_nmi_allowed(&vcpu->vmx))
		return true;
	/* HLT with interrupts off waits for an NMI or INIT. */
	return vcpu->halted_with_if &&
	       (vmh_apic_has_posted(vcpu) || vmh_vcpu_has_irq(vcpu));
}

/* Take the vector to inject now from its source; -1 when no source has one any more. */
static int vmh_vcpu_take_irq(struct vmh_vcpu *vcpu)
{
	int vector = vcpu->user_irq;

	if (vector >= 0 && (!vmh_has_apic(vcpu) || vmh_split_accepts_pic(vcpu))) {
		vcpu->user_irq = -1;
		return vector;
	}
	if (!vmh_has_apic(vcpu))
		return -1;
	if (vmh_vcpu_has_pic_irq(vcpu))
		return vmh_irq_pic_ack(vcpu);
	vector = lapic_highest_pending(&vcpu->apic.lapic);
	if (vector >= 0)
		lapic_ack(&vcpu->apic.lapic, vector);
	return vector;
}

/* Is there an interrupt that an entry has to deliver, since the processor does not by itself? */
static bool vmh_vcpu_has_injection(struct vmh_vcpu *vcpu)
{
	return vcpu->vmx.apicv.on ? vmh_vcpu_has_pic_irq(vcpu) : vmh_vcpu_has_irq(vcpu);
}

/* Cheaper: what is requested may still have to wait for what is in service. */
static bool vmh_vcpu_may_have_injection(struct vmh_vcpu *vcpu)
{
	if (!vcpu->vmx.apicv.on && vmh_has_apic(vcpu) &&
	    lapic_highest_irr(&vcpu->apic.lapic) >= 0)
		return true;
	return vmh_vcpu_has_injection(vcpu);
}

static void vmh_vcpu_inject_irq(struct vmh_vcpu *vcpu)
{
	int vector;

	if (vmx_interrupt_allowed(&vcpu->vmx)) {
		vector = vmh_vcpu_take_irq(vcpu);
		if (vector < 0)
			return;
		vmx_inject_interrupt(&vcpu->vmx, vector);
	}
	if (vmh_vcpu_has_injection(vcpu))
		vmx_intr_window(&vcpu->vmx, true);
}

static void vmh_vcpu_inject_nmi(struct vmh_vcpu *vcpu)
{
	if (vmx_nmi_allowed(&vcpu->vmx)) {
		vmx_inject_nmi(&vcpu->vmx);
		vcpu->nmis--;
	}
	vmx_nmi_window(&vcpu->vmx, vcpu->nmis);
}

/* Most often nothing is requested, and nothing was. */
static __always_inline bool vmh_vcpu_may_have_threshold(const struct vmh_vcpu *vcpu)
{
	return vcpu->vmx.tpr_shadow && (unlikely(vcpu->vmx.tpr_threshold) ||
					unlikely(lapic_highest_irr(&vcpu->apic.lapic) >= 0));
}

/**
 * vmh_vcpu_inject() - arrange for what is pending to be delivered
 * @vcpu: the vCPU, loaded.
 *
 * At most one event goes with an entry; for what cannot be delivered yet, an exit is asked for as
 * soon as it can.
 *
 * Context: its thread, interrupts off.
 */
void vmh_vcpu_inject(struct vmh_vcpu *vcpu)
{
	if (vmh_apic_has_posted(vcpu))
		vmh_apic_collect(vcpu);
	if (unlikely(vcpu->nmis))
		vmh_vcpu_inject_nmi(vcpu);
	if (vmh_vcpu_may_have_injection(vcpu))
		vmh_vcpu_inject_irq(vcpu);
	if (vcpu->vmx.apicv.on) {
		vmh_apicv_before_entry(vcpu);
		return;
	}
	if (vmh_vcpu_may_have_threshold(vcpu))
		vmx_set_tpr_threshold(&vcpu->vmx, lapic_tpr_threshold(&vcpu->apic.lapic));
	if (unlikely(vcpu->pv_eoi.on))
		vmh_pv_eoi_before_entry(vcpu);
}
