// SPDX-License-Identifier: GPL-2.0
/*
 * Debug registers, and debugging a guest from outside. SDM, "Debug Registers" and "Single-Step
 * Exception Condition". The guest's own values live in struct vmx_vcpu. It reaches the processor's
 * from its first MOV DR, which exits, to the end of the turn after it; and these are in use only
 * then, and while DR7 enables any. So a debugger's breakpoints can take their place without the
 * guest seeing it: as long as they do, each MOV DR exits. Its single steps use RFLAGS.TF, which a
 * PUSHF of the guest's does see, as on KVM: few processors' emulations have the monitor trap flag.
 */
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/cpufeature.h>
#include <asm/debugreg.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "exit.h"

static bool vmx_debugger_breaks(const struct vmx_vcpu *v)
{
	return v->debugger.control & KVM_GUESTDBG_USE_HW_BP;
}

/**
 * vmx_effective_dr7() - DR7 as the processor has it while the guest runs
 * @v: the vCPU.
 *
 * Return: the debugger's, if it uses breakpoints; the guest's otherwise.
 */
u64 vmx_effective_dr7(const struct vmx_vcpu *v)
{
	return vmx_debugger_breaks(v) ? v->debugger.dr7 : v->dr7;
}

static void vmx_apply_dr7(struct vmx_vcpu *v)
{
	u64 dr7 = vmx_effective_dr7(v);

	vmcs_write(GUEST_DR7, dr7);
	v->breakpoints = dr7 & VMX_DR7_ENABLES;
}

static void vmx_save_host_breakpoints(struct vmx_vcpu *v)
{
	get_debugreg(v->host.breakpoints[0], 0);
	get_debugreg(v->host.breakpoints[1], 1);
	get_debugreg(v->host.breakpoints[2], 2);
	get_debugreg(v->host.breakpoints[3], 3);
	v->host.breakpoints_aside = true;
}

/**
 * vmx_restore_breakpoints() - put the host's breakpoints back
 * @v: the vCPU; the host has some, which an exit leaves disabled.
 *
 * The kernel's own function for it is for KVM alone from 6.19 on.
 *
 * Context: interrupts off since before vmx_load_debugregs().
 */
void vmx_restore_breakpoints(struct vmx_vcpu *v)
{
	if (v->host.breakpoints_aside) {
		v->host.breakpoints_aside = false;
		set_debugreg(v->host.breakpoints[0], 0);
		set_debugreg(v->host.breakpoints[1], 1);
		set_debugreg(v->host.breakpoints[2], 2);
		set_debugreg(v->host.breakpoints[3], 3);
	}
	set_debugreg(DR6_RESERVED, 6);
	set_debugreg(this_cpu_read(cpu_dr7), 7);
}

/**
 * vmx_load_debugregs() - put the guest's debug registers, or a debugger's, on the processor
 * @v: the vCPU, with breakpoints enabled, or debug registers of its own.
 *
 * The host's own are off before, for otherwise it would stop where the guest says. After an exit
 * they are off anyway. The end of the turn puts them back.
 *
 * Context: interrupts off.
 */
void vmx_load_debugregs(struct vmx_vcpu *v)
{
	const u64 *dr = vmx_debugger_breaks(v) ? v->debugger.dr : v->dr;

	if (unlikely(hw_breakpoint_active()))
		vmx_save_host_breakpoints(v);
	set_debugreg(0, 7);
	set_debugreg(dr[0], 0);
	set_debugreg(dr[1], 1);
	set_debugreg(dr[2], 2);
	set_debugreg(dr[3], 3);
	if (!v->owns_debugregs) {
		set_debugreg(DR6_RESERVED, 6);
		return;
	}
	set_debugreg(v->dr6, 6);
	v->turn.debugregs_loaded = true;
	v->turn.undo = true;
}

/**
 * vmx_may_own_debugregs() - can the guest have the processor's debug registers?
 * @v: the vCPU, in the exit of a MOV DR.
 *
 * A debugger's breakpoints must not be seen. Nor is the MOV executed again in a single step:
 * processors have been seen to call the step done then, see vmx_debug_retry().
 */
bool vmx_may_own_debugregs(const struct vmx_vcpu *v)
{
	return !vmx_debugger_breaks(v) && !(vmcs_read(GUEST_RFLAGS) & X86_EFLAGS_TF);
}

/**
 * vmx_own_debugregs() - let the guest have the processor's debug registers, from the next turn on
 * @v: the vCPU, loaded.
 */
void vmx_own_debugregs(struct vmx_vcpu *v)
{
	v->owns_debugregs = true;
	vmx_set_procbased(v, v->procbased & ~VMX_CTL_PROC_MOV_DR);
}

static void vmx_disown_debugregs(struct vmx_vcpu *v)
{
	v->owns_debugregs = false;
	vmx_set_procbased(v, v->procbased | VMX_CTL_PROC_MOV_DR);
}

/**
 * vmx_take_debugregs() - take back the processor's debug registers from the guest
 * @v: the vCPU, loaded, in the turn that it had them in.
 *
 * What enables breakpoints is in the VMCS since the exit, and addresses of those that are enabled
 * stay where they are for the rest of the turn. The host's handler of debug exceptions wants to
 * find nothing in DR6 that is not of its own.
 *
 * Context: interrupts off.
 */
void vmx_take_debugregs(struct vmx_vcpu *v)
{
	unsigned long dr6;

	get_debugreg(v->dr[0], 0);
	get_debugreg(v->dr[1], 1);
	get_debugreg(v->dr[2], 2);
	get_debugreg(v->dr[3], 3);
	get_debugreg(dr6, 6);
	set_debugreg(DR6_RESERVED, 6);
	v->dr6 = (dr6 & VMX_DR6_WRITABLE) | DR6_RESERVED;
	v->dr7 = (vmcs_read(GUEST_DR7) & VMX_DR7_WRITABLE) | VMX_DR7_FIXED;
	v->breakpoints = v->dr7 & VMX_DR7_ENABLES;
	v->turn.debugregs_loaded = false;
	vmx_disown_debugregs(v);
}

/**
 * vmx_set_dr7() - change the guest's DR7
 * @v: the vCPU, loaded.
 * @value: the new value; fixed bits are corrected.
 */
void vmx_set_dr7(struct vmx_vcpu *v, u64 value)
{
	v->dr7 = (value & VMX_DR7_WRITABLE) | VMX_DR7_FIXED;
	vmx_apply_dr7(v);
}

/**
 * vmx_get_debugregs() - read the guest's debug registers
 * @v: the vCPU.
 * @regs: where to.
 */
void vmx_get_debugregs(const struct vmx_vcpu *v, struct kvm_debugregs *regs)
{
	memset(regs, 0, sizeof(*regs));
	memcpy(regs->db, v->dr, sizeof(regs->db));
	regs->dr6 = v->dr6;
	regs->dr7 = v->dr7;
}

/**
 * vmx_set_debugregs() - write the guest's debug registers
 * @v: the vCPU, loaded.
 * @regs: the values; fixed bits are corrected.
 */
void vmx_set_debugregs(struct vmx_vcpu *v, const struct kvm_debugregs *regs)
{
	memcpy(v->dr, regs->db, sizeof(v->dr));
	v->dr6 = (regs->dr6 & VMX_DR6_WRITABLE) | DR6_RESERVED;
	vmx_set_dr7(v, regs->dr7);
}

/**
 * vmx_debug_next_step() - the debugger has seen the last step: prepare the next
 * @v: the vCPU, loaded, with KVM_GUESTDBG_SINGLESTEP.
 *
 * The instruction may have cleared TF. In a shadow VM entry would insist on a trap that is due
 * (SDM, "Checks on Guest Non-Register State"), but that one is done.
 */
void vmx_debug_next_step(struct vmx_vcpu *v)
{
	vmcs_set_bits(GUEST_RFLAGS, X86_EFLAGS_TF);
	vmcs_clear_bits(GUEST_INTERRUPTIBILITY_INFO,
			GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS);
	vmcs_clear_bits(GUEST_PENDING_DBG_EXCEPTIONS, DR_STEP);
}

/**
 * vmx_debug_retry() - an instruction in a single step starts over
 *
 * Processors have been seen to call the step done when it exits in the middle: Bochs does. In a
 * shadow VM entry wants it so.
 *
 * Context: the vCPU loaded.
 */
void vmx_debug_retry(void)
{
	const u32 shadow = GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS;

	if (!(vmcs_read32(GUEST_INTERRUPTIBILITY_INFO) & shadow))
		vmcs_clear_bits(GUEST_PENDING_DBG_EXCEPTIONS, DR_STEP);
}

/* TF is lent to the debugger from the first step to the last. */
static void vmx_apply_single_step(struct vmx_vcpu *v, bool stepped)
{
	if (!stepped)
		v->debugger.guest_tf = vmcs_read(GUEST_RFLAGS) & X86_EFLAGS_TF;
	if (vmx_single_steps(v))
		vmx_debug_next_step(v);
	else if (stepped && !v->debugger.guest_tf)
		vmcs_clear_bits(GUEST_RFLAGS, X86_EFLAGS_TF);
}

/**
 * vmx_set_guest_debug() - do what a debugger asks for
 * @v: the vCPU, loaded.
 * @debug: what; only with flags that there are. Without KVM_GUESTDBG_ENABLE the debugger goes.
 */
void vmx_set_guest_debug(struct vmx_vcpu *v, const struct kvm_guest_debug *debug)
{
	u32 control = debug->control & KVM_GUESTDBG_ENABLE ? debug->control : 0;
	bool stepped = vmx_single_steps(v);

	v->debugger.control = control & ~(KVM_GUESTDBG_INJECT_DB | KVM_GUESTDBG_INJECT_BP);
	memcpy(v->debugger.dr, debug->arch.debugreg, sizeof(v->debugger.dr));
	v->debugger.dr7 = (debug->arch.debugreg[7] & VMX_DR7_WRITABLE) | VMX_DR7_FIXED;
	vmx_apply_dr7(v);
	if (vmx_debugger_breaks(v))
		vmx_disown_debugregs(v);
	/* What stopped at the instruction at RIP before is not what is asked for now. */
	if (vmx_debugger_breaks(v))
		vmcs_clear_bits(GUEST_RFLAGS, X86_EFLAGS_RF);
	vmcs_write(EXCEPTION_BITMAP, VMX_EXCEPTIONS |
		   (control & KVM_GUESTDBG_USE_SW_BP ? BIT(X86_TRAP_BP) : 0));
	vmx_apply_single_step(v, stepped);
}

/**
 * vmx_debug_inject() - let the guest have a debug event that was not the debugger's
 * @v: the vCPU, loaded, with no event waiting.
 * @control: KVM_GUESTDBG_INJECT_DB or KVM_GUESTDBG_INJECT_BP.
 */
void vmx_debug_inject(struct vmx_vcpu *v, u32 control)
{
	/* With DR6 as it is: userspace has written the causes there. */
	if (control & KVM_GUESTDBG_INJECT_DB)
		vmx_restore_event(v, INTR_TYPE_HARD_EXCEPTION | X86_TRAP_DB, false, 0);
	else
		vmx_restore_soft_event(v, X86_TRAP_BP, v->debugger.bp_len ?: 1);
}

static enum vmx_result vmx_debug_exit(struct vmx_vcpu *v, u8 vector, u64 dr6_causes)
{
	v->debug_vector = vector;
	v->debug_dr6 = DR6_RESERVED | dr6_causes;
	return VMX_DEBUG;
}

/**
 * vmx_debugger_takes_db() - give a debug exception to the debugger, if it is his
 * @v: the vCPU, in the exit.
 * @causes: bits of DR6.
 *
 * Return: VMX_DEBUG if so, VMX_RESUME if it is the guest's.
 */
enum vmx_result vmx_debugger_takes_db(struct vmx_vcpu *v, u64 causes)
{
	u64 his = 0;

	if (vmx_debugger_breaks(v))
		his |= causes & ~(u64)DR_STEP;
	if (vmx_single_steps(v))
		his |= causes & DR_STEP;
	if (!his)
		return VMX_RESUME;
	/* A step that is the guest's own comes after the breakpoint. */
	if (causes & ~his & DR_STEP)
		vmcs_set_bits(GUEST_PENDING_DBG_EXCEPTIONS, DR_STEP);
	return vmx_debug_exit(v, X86_TRAP_DB, his);
}

/* INT3, while the debugger uses it. RIP is still at it. */
enum vmx_result vmx_exit_int3(struct vmx_vcpu *v)
{
	v->debugger.bp_len = vmcs_read32(VM_EXIT_INSTRUCTION_LEN);
	return vmx_debug_exit(v, X86_TRAP_BP, 0);
}

/* #DB: the causes go to DR6; DR7.GD is cleared on delivery, as the processor does. */
void vmx_inject_db(struct vmx_vcpu *v, u64 dr6_causes)
{
	v->dr6 = (v->dr6 & ~(u64)DR_TRAP_BITS) | dr6_causes | DR6_RESERVED;
	vmx_set_dr7(v, v->dr7 & ~VMX_DR7_GD);
	vmx_inject_exception(v, X86_TRAP_DB, false, 0);
}
