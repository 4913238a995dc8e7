// SPDX-License-Identifier: GPL-2.0
/*
 * Events into the guest: interrupts, NMIs, exceptions, and those whose delivery an exit cut short.
 * SDM, "Event Injection", "Information for VM Exits That Occur During Event Delivery", and the
 * double-fault table of "Interrupt and Exception Handling".
 */
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/irq_vectors.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "vmx.h"

#define EVENT_TYPE(info)	((info) & INTR_INFO_INTR_TYPE_MASK)
#define EVENT_VECTOR(info)	((info) & INTR_INFO_VECTOR_MASK)

static void vmx_set_event(struct vmx_vcpu *v, u32 info, u32 error_code, u32 insn_len)
{
	v->event = (struct vmx_event) {
		.info = info, .error_code = error_code, .insn_len = insn_len,
	};
	vmcs_write(VM_ENTRY_INTR_INFO_FIELD, info);
	if (info & INTR_INFO_DELIVER_CODE_MASK)
		vmcs_write(VM_ENTRY_EXCEPTION_ERROR_CODE, error_code);
	if (insn_len)
		vmcs_write(VM_ENTRY_INSTRUCTION_LEN, insn_len);
}

/**
 * vmx_event_pending() - is an event waiting for the next entry?
 * @v: the vCPU.
 */
bool vmx_event_pending(const struct vmx_vcpu *v)
{
	return v->event.info & INTR_INFO_VALID_MASK;
}

/**
 * vmx_cancel_event() - drop the event that waits for the next entry
 * @v: the vCPU, loaded.
 */
void vmx_cancel_event(struct vmx_vcpu *v)
{
	vmx_set_event(v, 0, 0, 0);
}

/* SDM, "Guest Non-Register State": a breakpoint that was enabled, and the end of a step. */
#define PENDING_DEBUG	(BIT(12) | DR_STEP)

/*
 * Without single steps and breakpoints there is none, and its field, which no outer hypervisor
 * shadows, is not read.
 */
static __always_inline bool vmx_debug_pending_now(const struct vmx_vcpu *v, u64 rflags)
{
	if (likely(!(rflags & X86_EFLAGS_TF) && !v->breakpoints && !v->owns_debugregs))
		return false;
	return vmcs_read(GUEST_PENDING_DBG_EXCEPTIONS) & PENDING_DEBUG;
}

/**
 * vmx_debug_pending() - is a debug exception due before the next instruction?
 * @v: the vCPU, loaded.
 *
 * It comes before interrupts and NMIs, and an entry that injects one of these drops it.
 */
bool vmx_debug_pending(const struct vmx_vcpu *v)
{
	return vmx_debug_pending_now(v, vmcs_read(GUEST_RFLAGS));
}

/**
 * vmx_interrupt_allowed() - can an external interrupt be injected at the next entry?
 * @v: the vCPU, loaded.
 */
bool vmx_interrupt_allowed(const struct vmx_vcpu *v)
{
	u64 rflags;

	if (vmx_event_pending(v))
		return false;
	rflags = vmcs_read(GUEST_RFLAGS);
	if (!(rflags & X86_EFLAGS_IF))
		return false;
	return !(vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) &
		 (GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS)) &&
	       !vmx_debug_pending_now(v, rflags);
}

/**
 * vmx_inject_interrupt() - deliver an external interrupt at the next entry
 * @v: the vCPU, loaded; vmx_interrupt_allowed() is true.
 * @vector: 0 to 255.
 */
void vmx_inject_interrupt(struct vmx_vcpu *v, u8 vector)
{
	vmx_set_event(v, INTR_INFO_VALID_MASK | INTR_TYPE_EXT_INTR | vector, 0, 0);
}

/**
 * vmx_nmi_allowed() - can an NMI be injected at the next entry?
 * @v: the vCPU, loaded.
 */
bool vmx_nmi_allowed(const struct vmx_vcpu *v)
{
	return !vmx_event_pending(v) &&
	       !(vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) &
		 (GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS | GUEST_INTR_STATE_NMI)) &&
	       !vmx_debug_pending(v);
}

/**
 * vmx_inject_nmi() - deliver an NMI at the next entry
 * @v: the vCPU, loaded; vmx_nmi_allowed() is true.
 */
void vmx_inject_nmi(struct vmx_vcpu *v)
{
	vmx_set_event(v, INTR_INFO_VALID_MASK | INTR_TYPE_NMI_INTR | NMI_VECTOR, 0, 0);
}

/* Divide error, the segment faults: a second one of these on top makes a double fault. */
static bool exception_is_contributory(u32 vector)
{
	switch (vector) {
	case X86_TRAP_DE:
	case X86_TRAP_TS:
	case X86_TRAP_NP:
	case X86_TRAP_SS:
	case X86_TRAP_GP:
		return true;
	}
	return false;
}

/*
 * A second exception while delivering the first: SDM, "Interrupt 8—Double Fault Exception (#DF)".
 * Says true when the pair makes a double fault.
 */
static bool exceptions_make_double_fault(u32 first, u32 second)
{
	if (exception_is_contributory(first))
		return exception_is_contributory(second);
	if (first == X86_TRAP_PF)
		return second == X86_TRAP_PF || exception_is_contributory(second);
	return false;
}

/**
 * vmx_inject_exception() - deliver an exception at the next entry
 * @v: the vCPU, loaded.
 * @vector: 0 to 31.
 * @has_error: the exception has an error code; ignored in real mode, where none is pushed.
 * @error_code: that code.
 *
 * When another exception waits already, the two become a double fault, or a triple fault, as the
 * SDM's table says. An interrupt that waits is lost to its controller's view only if the caller
 * does not requeue it; exceptions take its place, as on a processor.
 */
void vmx_inject_exception(struct vmx_vcpu *v, u8 vector, bool has_error, u32 error_code)
{
	u32 info = INTR_INFO_VALID_MASK | INTR_TYPE_HARD_EXCEPTION | vector;
	u32 waiting = v->event.info;

	if ((waiting & INTR_INFO_VALID_MASK) &&
	    EVENT_TYPE(waiting) == INTR_TYPE_HARD_EXCEPTION) {
		if (EVENT_VECTOR(waiting) == X86_TRAP_DF) {
			v->triple_fault = true;
			return;
		}
		if (exceptions_make_double_fault(EVENT_VECTOR(waiting), vector)) {
			info = INTR_INFO_VALID_MASK | INTR_TYPE_HARD_EXCEPTION | X86_TRAP_DF;
			has_error = true;
			error_code = 0;
		}
	}
	if (has_error && (vmcs_read(GUEST_CR0) & X86_CR0_PE))
		info |= INTR_INFO_DELIVER_CODE_MASK;
	/* A fault sets RF, so that the instruction is restarted without its breakpoint. */
	if (vector != X86_TRAP_DB)
		vmcs_set_bits(GUEST_RFLAGS, X86_EFLAGS_RF);
	vmx_set_event(v, info, error_code, 0);
}

/**
 * vmx_restore_event() - queue an exception for the next entry as it is
 * @v: the vCPU, loaded.
 * @what: type and vector, as in VM-entry interruption information.
 * @has_error: an error code goes with it, in protected mode.
 * @error_code: it.
 *
 * It has taken effect on the registers before.
 */
void vmx_restore_event(struct vmx_vcpu *v, u32 what, bool has_error, u32 error_code)
{
	u32 info = INTR_INFO_VALID_MASK | what;

	if (has_error && (vmcs_read(GUEST_CR0) & X86_CR0_PE))
		info |= INTR_INFO_DELIVER_CODE_MASK;
	vmx_set_event(v, info, error_code, 0);
}

/**
 * vmx_restore_soft_event() - queue the exception of an instruction for the next entry
 * @v: the vCPU, loaded, at the instruction.
 * @vector: of INT3 or INTO.
 * @insn_len: bytes of it.
 */
void vmx_restore_soft_event(struct vmx_vcpu *v, u8 vector, u8 insn_len)
{
	vmx_set_event(v, INTR_INFO_VALID_MASK | INTR_TYPE_SOFT_EXCEPTION | vector, 0, insn_len);
}

/**
 * vmx_inject_page_fault() - deliver #PF at the next entry
 * @v: the vCPU, loaded.
 * @linear: the faulting address, for CR2.
 * @error_code: page-fault error code.
 */
void vmx_inject_page_fault(struct vmx_vcpu *v, u64 linear, u32 error_code)
{
	v->cr2 = linear;
	vmx_inject_exception(v, X86_TRAP_PF, true, error_code);
}

/**
 * vmx_inject_gp() - deliver #GP(0) at the next entry
 * @v: the vCPU, loaded.
 */
void vmx_inject_gp(struct vmx_vcpu *v)
{
	vmx_inject_exception(v, X86_TRAP_GP, true, 0);
}

/**
 * vmx_inject_ud() - deliver #UD at the next entry
 * @v: the vCPU, loaded.
 */
void vmx_inject_ud(struct vmx_vcpu *v)
{
	vmx_inject_exception(v, X86_TRAP_UD, false, 0);
}

/**
 * vmx_inject_int1() - execute the guest's INT1
 * @v: the vCPU, in the exit that INT1 caused.
 */
void vmx_inject_int1(struct vmx_vcpu *v)
{
	vmx_set_event(v, INTR_INFO_VALID_MASK | INTR_TYPE_PRIV_SW_EXCEPTION | X86_TRAP_DB, 0,
		      vmcs_read32(VM_EXIT_INSTRUCTION_LEN));
}

/* Exceptions after which the interrupted instruction starts over: RF is set in what is saved. */
static bool exception_is_fault(u32 vector)
{
	return vector != X86_TRAP_DB && vector != X86_TRAP_DF && vector != X86_TRAP_MC;
}

/*
 * Is what the processor says was being delivered outdated? Bochs leaves the event before there when
 * it takes an interrupt from the APIC's page. Then it is an interrupt or NMI that the entry did not
 * inject, or a fault without RF, which the SDM rules out ("Saving RIP, RSP, RFLAGS, and SSP").
 */
static bool vmx_vectoring_is_stale(const struct vmx_vcpu *v, u32 info)
{
	switch (EVENT_TYPE(info)) {
	case INTR_TYPE_EXT_INTR:
	case INTR_TYPE_NMI_INTR:
		return (info ^ v->injected) & (INTR_INFO_INTR_TYPE_MASK | INTR_INFO_VECTOR_MASK |
					       INTR_INFO_VALID_MASK);
	case INTR_TYPE_HARD_EXCEPTION:
		return exception_is_fault(EVENT_VECTOR(info)) &&
		       !(vmcs_read(GUEST_RFLAGS) & X86_EFLAGS_RF);
	}
	return false;
}

/* The event that was being delivered; one from the APIC's page is in service already. */
static u32 vmx_interrupted_event(const struct vmx_vcpu *v)
{
	u32 info = vmcs_read32(IDT_VECTORING_INFO_FIELD);
	u8 in_service;

	if (likely(!(info & VECTORING_INFO_VALID_MASK)) || !v->apicv.on ||
	    !vmx_vectoring_is_stale(v, info))
		return info;
	in_service = vmcs_read32(GUEST_INTR_STATUS) >> 8;
	return in_service ? INTR_INFO_VALID_MASK | INTR_TYPE_EXT_INTR | in_service : info;
}

/*
 * After an exit that can come in the middle of an event's delivery: if it did, queue the event
 * again. Blocking by NMI is lifted for an NMI that is to be delivered again.
 */
void vmx_requeue_interrupted_event(struct vmx_vcpu *v)
{
	u32 info = vmx_interrupted_event(v);
	u32 error_code = 0, insn_len = 0;

	if (likely(!(info & VECTORING_INFO_VALID_MASK)))
		return;
	switch (EVENT_TYPE(info)) {
	case INTR_TYPE_NMI_INTR:
		vmcs_clear_bits(GUEST_INTERRUPTIBILITY_INFO, GUEST_INTR_STATE_NMI);
		break;
	case INTR_TYPE_SOFT_INTR:
	case INTR_TYPE_SOFT_EXCEPTION:
	case INTR_TYPE_PRIV_SW_EXCEPTION:
		insn_len = vmcs_read32(VM_EXIT_INSTRUCTION_LEN);
		break;
	}
	/* Real mode pushes no error codes, and an entry must not ask for one. */
	if (!(vmcs_read(GUEST_CR0) & X86_CR0_PE))
		info &= ~VECTORING_INFO_DELIVER_CODE_MASK;
	if (info & VECTORING_INFO_DELIVER_CODE_MASK)
		error_code = vmcs_read32(IDT_VECTORING_ERROR_CODE);
	/* Bit 12 is undefined in what was read and reserved in what is written. */
	vmx_set_event(v, info & ~INTR_INFO_UNBLOCK_NMI, error_code, insn_len);
}

/**
 * vmx_set_procbased() - change the primary processor-based controls
 * @v: the vCPU, loaded.
 * @procbased: the new ones.
 */
void vmx_set_procbased(struct vmx_vcpu *v, u32 procbased)
{
	if (procbased == v->procbased)
		return;
	v->procbased = procbased;
	vmcs_write(CPU_BASED_VM_EXEC_CONTROL, procbased);
}

/**
 * vmx_intr_window() - exit, or not, as soon as the guest can take an interrupt
 * @v: the vCPU, loaded.
 * @on: whether to.
 */
void vmx_intr_window(struct vmx_vcpu *v, bool on)
{
	vmx_set_procbased(v, on ? v->procbased | VMX_CTL_PROC_INTR_WINDOW :
				  v->procbased & ~VMX_CTL_PROC_INTR_WINDOW);
}

/**
 * vmx_nmi_window() - exit, or not, as soon as the guest can take an NMI
 * @v: the vCPU, loaded.
 * @on: whether to.
 */
void vmx_nmi_window(struct vmx_vcpu *v, bool on)
{
	vmx_set_procbased(v, on ? v->procbased | VMX_CTL_PROC_NMI_WINDOW :
				  v->procbased & ~VMX_CTL_PROC_NMI_WINDOW);
}
