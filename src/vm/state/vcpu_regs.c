// SPDX-License-Identifier: GPL-2.0
/* State of a vCPU that is part VT-x's and part its own: system registers, events. */
#include <linux/bitops.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "fail_point.h"
#include "irq.h"
#include "state.h"
#include "vcpu.h"
#include "vm_insn.h"
#include "vmx_guest.h"

/**
 * vmh_vcpu_get_sregs() - read the system registers
 * @vcpu: the vCPU, loaded.
 * @sregs: where to.
 */
void vmh_vcpu_get_sregs(struct vmh_vcpu *vcpu, struct kvm_sregs *sregs)
{
	int vector = vmx_waiting_interrupt(&vcpu->vmx);

	vmx_get_sregs(&vcpu->vmx, sregs);
	sregs->cr8 = vmh_has_apic(vcpu) ? lapic_get_cr8(&vcpu->apic.lapic) : vcpu->cr8;
	sregs->apic_base = vmh_apic_base(vcpu);
	if (vector < 0 && !vmh_has_apic(vcpu))
		vector = vcpu->user_irq;
	if (vector >= 0)
		sregs->interrupt_bitmap[vector / 64] |= BIT_ULL(vector % 64);
}

/* The highest vector in the bitmap, or -1. */
static int vmh_bitmap_vector(const u64 *bitmap)
{
	int i;

	for (i = 3; i >= 0; i--)
		if (bitmap[i])
			return 64 * i + fls64(bitmap[i]) - 1;
	return -1;
}

/*
 * Without in-kernel APIC the bitmap is the VMM's whole say. With one, a vector in it was taken
 * from the APIC already and is on its way; none says nothing.
 */
static void vmh_restore_interrupt(struct vmh_vcpu *vcpu, int vector)
{
	if (!vmh_has_apic(vcpu)) {
		vcpu->user_irq = vector;
		if (vmx_waiting_interrupt(&vcpu->vmx) >= 0)
			vmx_cancel_event(&vcpu->vmx);
	} else if (vector >= 0 && !vmx_event_pending(&vcpu->vmx)) {
		vmx_inject_interrupt(&vcpu->vmx, vector);
	}
}

/* As in KVM: a VMM that resets the boot processor this way does not end its halt by itself. */
static void vmh_restart_boot_cpu(struct vmh_vcpu *vcpu, const struct kvm_sregs *sregs)
{
	if (vcpu->id == vcpu->vm->cpu_ctx.boot_id && !(sregs->cr0 & X86_CR0_PE) &&
	    sregs->cs.selector == 0xf000 && sregs->cs.base == 0xffff0000 &&
	    vmx_guest_rip() == 0xfff0)
		vcpu->mp_state = KVM_MP_STATE_RUNNABLE;
}

/**
 * vmh_vcpu_set_sregs() - write the system registers
 * @vcpu: the vCPU, loaded.
 * @sregs: the values.
 * @given: the PDPTEs, when userspace has them; NULL to read them from where CR3 says.
 * @err: which value cannot be.
 *
 * Context: may sleep.
 *
 * Return: 0, or -EINVAL with nothing changed.
 */
int vmh_vcpu_set_sregs(struct vmh_vcpu *vcpu, const struct kvm_sregs *sregs, const u64 *given,
		       struct vmh_error *err)
{
	u64 pdptr[4];
	int pae = 0, ret;

	if (sregs->cr8 > 15)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_sregs, cr8, sregs->cr8, 15);
	ret = vmx_check_sregs(&vcpu->vmx, sregs, err);
	if (ret)
		return ret;
	if (!given)
		pae = vmh_guest_read_pdptrs(vcpu, sregs, pdptr);
	if (pae < 0)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_sregs, cr3, sregs->cr3, 0);
	/* The last that can be refused, for it changes something already. */
	if (vmh_fail_errno(set_sregs, 0) ||
	    vmh_vcpu_set_msr(vcpu, MSR_IA32_APICBASE, sregs->apic_base))
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_sregs, apic_base,
				      sregs->apic_base, 0);
	vmx_set_sregs(&vcpu->vmx, sregs);
	if (given)
		vmx_set_pdptrs(given);
	else if (pae)
		vmx_set_pdptrs(pdptr);
	vmh_vcpu_set_cr8(vcpu, sregs->cr8);
	vmh_restart_boot_cpu(vcpu, sregs);
	vmh_restore_interrupt(vcpu, vmh_bitmap_vector(sregs->interrupt_bitmap));
	return 0;
}

/**
 * vmh_vcpu_get_events() - read what is on its way into the guest
 * @vcpu: the vCPU, loaded.
 * @events: where to.
 *
 * An exception has taken effect on CR2, DR6 and RIP when it waits here, so it is always one that
 * is injected already, in KVM's terms, and never one that is pending.
 */
void vmh_vcpu_get_events(struct vmh_vcpu *vcpu, struct kvm_vcpu_events *events)
{
	memset(events, 0, sizeof(*events));
	vmx_get_events(&vcpu->vmx, events);
	/* A vector that the VMM queued is as good as injected: it cannot take it back. */
	if (!vmh_has_apic(vcpu) && vcpu->user_irq >= 0 && !events->interrupt.injected) {
		events->interrupt.injected = 1;
		events->interrupt.nr = vcpu->user_irq;
	}
	events->nmi.pending = vmh_vcpu_waiting_nmis(vcpu);
	events->smi.latched_init = test_bit(VMH_REQ_INIT, &vcpu->requests);
	events->flags = KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SHADOW |
			KVM_VCPUEVENT_VALID_SMM;
	if (READ_ONCE(vcpu->vm->exception_payload))
		events->flags |= KVM_VCPUEVENT_VALID_PAYLOAD;
}

#define EVENTS_FLAGS	(KVM_VCPUEVENT_VALID_NMI_PENDING | KVM_VCPUEVENT_VALID_SIPI_VECTOR | \
			 KVM_VCPUEVENT_VALID_SHADOW | KVM_VCPUEVENT_VALID_SMM)

#define EVENTS_ERROR(member, expected) \
	VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_vcpu_events, member, events->member, expected)

static bool vmh_events_exception_pending(const struct kvm_vcpu_events *events)
{
	return (events->flags & KVM_VCPUEVENT_VALID_PAYLOAD) && events->exception.pending;
}

static bool vmh_events_have_exception(const struct kvm_vcpu_events *events)
{
	return events->exception.injected || vmh_events_exception_pending(events);
}

/*
 * Exceptions have vectors below 32, and 2 is the NMI. One event goes with an entry, and an
 * interrupt that the APIC gave away has nowhere to wait for the next.
 */
static int vmh_check_event(const struct vmh_vcpu *vcpu, const struct kvm_vcpu_events *events,
			   struct vmh_error *err)
{
	bool exception = vmh_events_have_exception(events);

	if (exception && (events->exception.nr > 31 || events->exception.nr == X86_TRAP_NMI))
		return EVENTS_ERROR(exception.nr, 31);
	if (events->interrupt.injected && vmh_has_apic(vcpu) &&
	    (exception || events->nmi.injected))
		return EVENTS_ERROR(interrupt.injected, 0);
	return 0;
}

static int vmh_check_smi(const struct kvm_vcpu_events *events, struct vmh_error *err)
{
	if (!(events->flags & KVM_VCPUEVENT_VALID_SMM))
		return 0;
	if (events->smi.smm)
		return EVENTS_ERROR(smi.smm, 0);
	if (events->smi.pending)
		return EVENTS_ERROR(smi.pending, 0);
	if (events->smi.smm_inside_nmi)
		return EVENTS_ERROR(smi.smm_inside_nmi, 0);
	return 0;
}

static int vmh_check_events(const struct vmh_vcpu *vcpu, const struct kvm_vcpu_events *events,
			    struct vmh_error *err)
{
	u32 flags = EVENTS_FLAGS;
	int ret;

	if (READ_ONCE(vcpu->vm->exception_payload))
		flags |= KVM_VCPUEVENT_VALID_PAYLOAD;
	if (events->flags & ~flags)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct kvm_vcpu_events, flags,
				      events->flags, flags);
	ret = vmh_check_event(vcpu, events, err);
	return ret ?: vmh_check_smi(events, err);
}

/* The one event that goes with the next entry; what else there is waits. */
static void vmh_restore_event(struct vmh_vcpu *vcpu, const struct kvm_vcpu_events *events)
{
	struct vmx_vcpu *v = &vcpu->vmx;
	int vector = events->interrupt.injected && !events->interrupt.soft ?
		     events->interrupt.nr : -1;
	bool exception = vmh_events_have_exception(events);

	vmx_cancel_event(v);
	if (!vmh_has_apic(vcpu))
		vcpu->user_irq = vector;
	if (vmh_events_exception_pending(events))
		vmx_deliver_exception(v, events->exception.nr, events->exception.error_code,
				      events->exception_has_payload, events->exception_payload);
	else if (exception)
		vmx_restore_exception(v, events->exception.nr, events->exception.error_code);
	else if (events->nmi.injected)
		vmx_inject_nmi(v);
	else if (vector >= 0 && vmh_has_apic(vcpu))
		vmx_inject_interrupt(v, vector);
}

/* One that has begun, and gives way to an exception, waits again. */
static void vmh_restore_nmis(struct vmh_vcpu *vcpu, const struct kvm_vcpu_events *events)
{
	bool waits_again = events->nmi.injected && vmh_events_have_exception(events);

	vmx_mask_nmi(&vcpu->vmx, events->nmi.masked);
	if (events->flags & KVM_VCPUEVENT_VALID_NMI_PENDING) {
		vmh_vcpu_set_nmis(vcpu, events->nmi.pending + waits_again);
		return;
	}
	if (waits_again)
		vmh_vcpu_send_nmi(vcpu);
	/* How many can wait depends on whether they are masked. */
	vmh_vcpu_take_nmis(vcpu);
}

/**
 * vmh_vcpu_set_events() - write what is on its way into the guest
 * @vcpu: the vCPU, loaded.
 * @events: the values.
 * @err: which of them cannot be.
 *
 * Return: 0, or -EINVAL with nothing changed.
 */
int vmh_vcpu_set_events(struct vmh_vcpu *vcpu, const struct kvm_vcpu_events *events,
			struct vmh_error *err)
{
	int ret = vmh_check_events(vcpu, events, err);

	if (ret)
		return ret;
	if (events->flags & KVM_VCPUEVENT_VALID_SIPI_VECTOR)
		WRITE_ONCE(vcpu->sipi_vector, events->sipi_vector);
	if (events->flags & KVM_VCPUEVENT_VALID_SHADOW)
		vmx_set_shadow(events->interrupt.shadow);
	if (events->flags & KVM_VCPUEVENT_VALID_SMM)
		assign_bit(VMH_REQ_INIT, &vcpu->requests, events->smi.latched_init);
	vmh_restore_event(vcpu, events);
	vmh_restore_nmis(vcpu, events);
	return 0;
}
