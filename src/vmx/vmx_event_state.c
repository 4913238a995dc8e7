// SPDX-License-Identifier: GPL-2.0
/*
 * Events as userspace saves and restores them: the one that waits for the next entry, interrupt
 * shadow, blocking by NMI. SDM, "Event Injection" and "Guest Non-Register State".
 */
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "vmx.h"

#define EVENT_TYPE(info)	((info) & INTR_INFO_INTR_TYPE_MASK)
#define EVENT_VECTOR(info)	((info) & INTR_INFO_VECTOR_MASK)

#define VMX_SHADOW	(GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS)

static bool vmx_event_waits(const struct vmx_vcpu *v, u32 type)
{
	return vmx_event_pending(v) && EVENT_TYPE(v->event.info) == type;
}

/**
 * vmx_waiting_interrupt() - vector of the interrupt that waits for the next entry
 * @v: the vCPU.
 *
 * Return: it, or -1 when there is none.
 */
int vmx_waiting_interrupt(const struct vmx_vcpu *v)
{
	return vmx_event_waits(v, INTR_TYPE_EXT_INTR) ? EVENT_VECTOR(v->event.info) : -1;
}

/**
 * vmx_get_events() - read the event that waits, and what blocks others
 * @v: the vCPU, loaded.
 * @events: zeroed; what VT-x knows of is filled in.
 *
 * A software interrupt or exception is not told: RIP is still at its instruction, which the guest
 * executes again.
 */
void vmx_get_events(const struct vmx_vcpu *v, struct kvm_vcpu_events *events)
{
	u32 blocking = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO);
	int vector = vmx_waiting_interrupt(v);

	if (vmx_event_waits(v, INTR_TYPE_HARD_EXCEPTION)) {
		events->exception.injected = 1;
		events->exception.nr = EVENT_VECTOR(v->event.info);
		if (v->event.info & INTR_INFO_DELIVER_CODE_MASK) {
			events->exception.has_error_code = 1;
			events->exception.error_code = v->event.error_code;
		}
	}
	if (vector >= 0) {
		events->interrupt.injected = 1;
		events->interrupt.nr = vector;
	}
	if (blocking & GUEST_INTR_STATE_STI)
		events->interrupt.shadow |= KVM_X86_SHADOW_INT_STI;
	if (blocking & GUEST_INTR_STATE_MOV_SS)
		events->interrupt.shadow |= KVM_X86_SHADOW_INT_MOV_SS;
	events->nmi.injected = vmx_event_waits(v, INTR_TYPE_NMI_INTR);
	events->nmi.masked = !!(blocking & GUEST_INTR_STATE_NMI);
}

/**
 * vmx_set_shadow() - put the guest behind STI or MOV SS, or behind neither
 * @shadow: KVM_X86_SHADOW_INT_*; the processor knows one at a time.
 *
 * Context: the vCPU loaded.
 */
void vmx_set_shadow(u8 shadow)
{
	u32 blocking = vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) & ~VMX_SHADOW;

	if (shadow & KVM_X86_SHADOW_INT_MOV_SS)
		blocking |= GUEST_INTR_STATE_MOV_SS;
	else if (shadow & KVM_X86_SHADOW_INT_STI)
		blocking |= GUEST_INTR_STATE_STI;
	vmcs_write(GUEST_INTERRUPTIBILITY_INFO, blocking);
}

/**
 * vmx_mask_nmi() - put the guest into its NMI handler, as far as other NMIs go, or out of it
 * @v: the vCPU, loaded.
 * @masked: whether NMIs are blocked until an IRET.
 *
 * An NMI that waits for the next entry blocks others by its delivery, and not before.
 */
void vmx_mask_nmi(struct vmx_vcpu *v, bool masked)
{
	if (masked && !vmx_event_waits(v, INTR_TYPE_NMI_INTR))
		vmcs_set_bits(GUEST_INTERRUPTIBILITY_INFO, GUEST_INTR_STATE_NMI);
	else
		vmcs_clear_bits(GUEST_INTERRUPTIBILITY_INFO, GUEST_INTR_STATE_NMI);
}

/**
 * vmx_nmi_in_service() - is an NMI on its way into the guest, or in its handler?
 * @v: the vCPU, loaded.
 */
bool vmx_nmi_in_service(const struct vmx_vcpu *v)
{
	return vmx_event_waits(v, INTR_TYPE_NMI_INTR) ||
	       (vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) & GUEST_INTR_STATE_NMI);
}

/* SDM, "Error Code": which exceptions push one. */
static bool exception_has_error_code(u8 vector)
{
	switch (vector) {
	case X86_TRAP_DF:
	case X86_TRAP_TS:
	case X86_TRAP_NP:
	case X86_TRAP_SS:
	case X86_TRAP_GP:
	case X86_TRAP_PF:
	case X86_TRAP_AC:
		return true;
	}
	return false;
}

/**
 * vmx_restore_exception() - deliver at the next entry what was on its way when it was saved
 * @v: the vCPU, loaded, with no event waiting.
 * @vector: below 32, no NMI; an entry asks for an error code by what the vector is.
 * @error_code: for those that have one.
 */
void vmx_restore_exception(struct vmx_vcpu *v, u8 vector, u32 error_code)
{
	/* INT3 and INTO are of one byte. */
	if (vector == X86_TRAP_BP || vector == X86_TRAP_OF)
		vmx_restore_soft_event(v, vector, 1);
	else
		vmx_restore_event(v, INTR_TYPE_HARD_EXCEPTION | vector,
				  exception_has_error_code(vector), error_code);
}

/**
 * vmx_deliver_exception() - raise an exception
 * @v: the vCPU, loaded, with no event waiting.
 * @vector: below 32, no NMI.
 * @error_code: for those that have one.
 * @has_payload: @payload is valid.
 * @payload: the address for CR2 of a page fault, the causes for DR6 of a debug exception.
 */
void vmx_deliver_exception(struct vmx_vcpu *v, u8 vector, u32 error_code, bool has_payload,
			   u64 payload)
{
	if (vector == X86_TRAP_BP || vector == X86_TRAP_OF) {
		vmx_restore_exception(v, vector, 0);
	} else if (vector == X86_TRAP_DB) {
		vmx_inject_db(v, has_payload ? payload & VMX_DR6_CAUSES : 0);
	} else {
		if (vector == X86_TRAP_PF && has_payload)
			v->cr2 = payload;
		vmx_inject_exception(v, vector, exception_has_error_code(vector), error_code);
	}
}
