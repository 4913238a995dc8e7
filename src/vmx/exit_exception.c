// SPDX-License-Identifier: GPL-2.0
/*
 * Exceptions that exit, NMIs and machine checks of the host, and VM entries that fail.
 *
 * #DB and #AC always exit and are injected again: a guest can arrange for either to recur for ever
 * inside its own delivery, where the processor takes no interrupt.
 */
#include <linux/panic.h>
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/trapnr.h>

#include "exit.h"
#include "fail_point.h"
#include "vmh_compat.h"

static bool vmx_guest_checks_alignment(void)
{
	return vmx_guest_cpl() == 3 && (vmcs_read(GUEST_CR0) & X86_CR0_AM) &&
	       (vmcs_read(GUEST_RFLAGS) & X86_EFLAGS_AC);
}

static enum vmx_result vmx_exit_alignment(struct vmx_vcpu *v)
{
	if (!vmx_guest_checks_alignment())
		return VMX_SPLIT_LOCK;
	vmx_inject_exception(v, X86_TRAP_AC, true, vmcs_read32(VM_EXIT_INTR_ERROR_CODE));
	return VMX_RESUME;
}

/* INT1 is an instruction that raises #DB and leaves DR6 alone; the rest are traps and faults. */
static enum vmx_result vmx_exit_debug(struct vmx_vcpu *v, u32 info)
{
	const u32 shadow = GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS;
	u64 causes;

	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_PRIV_SW_EXCEPTION) {
		vmx_inject_int1(v);
		return VMX_RESUME;
	}
	/* The causes go to DR6, and DR7.GD is cleared. */
	if (unlikely(v->turn.debugregs_loaded))
		vmx_take_debugregs(v);
	causes = vmcs_read(EXIT_QUALIFICATION) & VMX_DR6_CAUSES;
	if (unlikely(vmx_debugger_takes_db(v, causes) == VMX_DEBUG))
		return VMX_DEBUG;
	/* SDM, "Checks on Guest Non-Register State": a step in a shadow has to be pending. */
	if ((vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) & shadow) &&
	    (vmcs_read(GUEST_RFLAGS) & X86_EFLAGS_TF))
		vmcs_set_bits(GUEST_PENDING_DBG_EXCEPTIONS, DR_STEP);
	vmx_inject_db(v, causes);
	return VMX_RESUME;
}

static enum vmx_result vmx_machine_check(void)
{
	vmx_host_machine_check();
	vmh_fail_machine_check_end();
	return VMX_MACHINE_CHECK;
}

/*
 * Tests have an exception taken for a machine check, which no emulated processor raises; and as a
 * processor does, it stops where CR4.MCE is clear.
 */
static unsigned int vmx_exit_vector(u32 info)
{
	if (likely(!vmh_fail_machine_check()))
		return info & INTR_INFO_VECTOR_MASK;
	if (!(vmcs_read(GUEST_CR4) & X86_CR4_MCE))
		panic("vmh: a machine check in a guest without CR4.MCE");
	return X86_TRAP_MC;
}

enum vmx_result vmx_exit_exception_nmi(struct vmx_vcpu *v)
{
	u32 info = vmcs_read32(VM_EXIT_INTR_INFO);

	if ((info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_NMI_INTR)
		return vmx_turn_after_nmi(v);
	/* An IRET that faulted here had already lifted the blocking of NMIs. */
	if ((info & INTR_INFO_UNBLOCK_NMI) && !vmx_event_pending(v))
		vmcs_set_bits(GUEST_INTERRUPTIBILITY_INFO, GUEST_INTR_STATE_NMI);

	switch (vmx_exit_vector(info)) {
	case X86_TRAP_MC:
		return vmx_machine_check();
	case X86_TRAP_DB:
		return vmx_exit_debug(v, info);
	case X86_TRAP_BP:
		return vmx_exit_int3(v);
	case X86_TRAP_AC:
		return vmx_exit_alignment(v);
	case X86_TRAP_UD:
		return VMX_UNDEFINED;
	}
	return VMX_UNKNOWN;
}

/**
 * vmx_entry_failed() - a VM entry did not reach the guest
 * @v: the vCPU.
 * @insn_failed: VMLAUNCH or VMRESUME itself failed; otherwise the guest state was refused.
 *
 * Return: VMX_ENTRY_FAILED, with the exit reason (guest state refused) or 0 and the VM-instruction
 * error in @v; VMX_MACHINE_CHECK if one came in between.
 */
enum vmx_result vmx_entry_failed(struct vmx_vcpu *v, bool insn_failed)
{
	if (insn_failed) {
		v->exit_reason = 0;
		v->instruction_error = vmcs_read32(VM_INSTRUCTION_ERROR);
		return VMX_ENTRY_FAILED;
	}
	if ((u16)v->exit_reason == EXIT_REASON_MCE_DURING_VMENTRY)
		return vmx_machine_check();
	v->instruction_error = 0;
	return VMX_ENTRY_FAILED;
}
