// SPDX-License-Identifier: GPL-2.0
/*
 * Around a turn, the stretch of entries and exits with interrupts off: what of the host's may have
 * changed since the last one, what only the guest is to see, and what an exit leaves undone. SDM,
 * "Loading Host Control Registers, Debug Registers, MSRs".
 */
#include <linux/sched.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/fpu/xcr.h>
#include <asm/msr.h>
#include <asm/special_insns.h>
#include <asm/thread_info.h>

#include "exit.h"
#include "vmh_compat.h"

/* Inline in a turn; a call of its own for others. */
static __always_inline void vmx_host_state_refresh(struct vmx_vcpu *v)
{
	unsigned long cr3 = __native_read_cr3();
	unsigned long cr4 = native_read_cr4();

	if (unlikely(cr3 != v->host.cr3)) {
		vmcs_write(HOST_CR3, cr3);
		v->host.cr3 = cr3;
	}
	if (unlikely(cr4 != v->host.cr4)) {
		vmcs_write(HOST_CR4, cr4);
		v->host.cr4 = cr4;
	}
}

/**
 * vmx_refresh_host_state() - bring up to date what may change while the vCPU is loaded
 * @v: the vCPU, loaded.
 */
void vmx_refresh_host_state(struct vmx_vcpu *v)
{
	vmx_host_state_refresh(v);
}

/*
 * What XSAVE and its kin apply to. For a turn only: with interrupts on the kernel may move FPU
 * state, the guest's too, and needs its own values.
 *
 * Nearly all guests do with the host's IA32_XSS: state that the host has there and the guest has
 * not is out of reach, as XSAVES and XRSTORS exit when they ask for it. What the guest could find
 * out is that XRSTORS takes a header that names such state, although its operand does not.
 */
static void vmx_load_xstate_masks(struct vmx_vcpu *v)
{
	if (v->xcr0 != vmx_conf.host_xcr0) {
		xsetbv(XCR_XFEATURE_ENABLED_MASK, v->xcr0);
		v->turn.xcr0_loaded = true;
		v->turn.undo = true;
	}
	if (unlikely(v->own_xss && v->msrs.xss != vmx_conf.host_xss)) {
		wrmsrl(MSR_IA32_XSS, v->msrs.xss);
		v->turn.xss_loaded = true;
		v->turn.undo = true;
	}
}

/* The kernel's accesses to userspace are under the task's. */
static void vmx_load_pkru(struct vmx_vcpu *v)
{
	if (v->pkru != v->host.pkru)
		wrpkru(v->pkru);
	v->turn.pkru_loaded = true;
	v->turn.undo = true;
}

static void vmx_restore_pkru(struct vmx_vcpu *v)
{
	if (!v->turn.pkru_loaded)
		return;
	v->pkru = rdpkru();
	if (v->pkru != v->host.pkru)
		wrpkru(v->host.pkru);
}

static void vmx_restore_xstate_masks(struct vmx_vcpu *v)
{
	if (v->turn.xcr0_loaded)
		xsetbv(XCR_XFEATURE_ENABLED_MASK, vmx_conf.host_xcr0);
	if (v->turn.xss_loaded)
		wrmsrl(MSR_IA32_XSS, vmx_conf.host_xss);
}

/**
 * vmx_xss_changed() - which state XSAVES and XRSTORS exit for
 * @v: the vCPU, loaded: what the host's IA32_XSS has and the guest's has not.
 */
void vmx_xss_changed(const struct vmx_vcpu *v)
{
	if (vmx_conf.procbased2 & VMX_CTL_PROC2_XSAVES)
		vmcs_write(XSS_EXIT_BITMAP, vmx_conf.host_xss & ~v->msrs.xss);
}

/*
 * The guest asks for state that it has not, most often by asking for all that there is. It executes
 * the instruction again in the next turn, with its own IA32_XSS, where this exit does not come.
 */
enum vmx_result vmx_exit_xsaves(struct vmx_vcpu *v)
{
	v->own_xss = true;
	return VMX_HOST_IRQ;
}

/*
 * An exit clears the host's IA32_DEBUGCTL, and with it branch records and the detection of bus
 * locks. What changes it meanwhile is perf in an interrupt or NMI, or another task: while none came
 * since it was read, it is what it was. Where there is no perf for it, only the task's own stepping
 * from branch to branch is not the same all the time.
 */
static void vmx_read_debugctl(struct vmx_vcpu *v)
{
	struct vmx_host_state *host = &v->host;

	host->nmis = vmx_host_nmis();
	host->debugctl_known = true;
	if (vmx_conf.debugctl_varies)
		host->debugctl = get_debugctlmsr();
	else
		host->debugctl = this_cpu_read(vmx_cpu_msrs.debugctl) |
				 (test_thread_flag(TIF_BLOCKSTEP) ? DEBUGCTLMSR_BTF : 0);
}

/* Something else than this vCPU has had the processor. */
static noinline void vmx_after_others(struct vmx_vcpu *v)
{
	v->l1d_dirty = true;
	vmx_read_debugctl(v);
	if (static_branch_unlikely(&vmx_has_counters))
		vmx_perf_refresh(v);
}

/**
 * vmx_turn_nmi() - if the exit is for an NMI, have the host handle it, as it wants to find things
 * @v: the vCPU, after an exit for an exception or NMI.
 *
 * NMIs are blocked from such an exit until the next IRET. A breakpoint that tracing puts into code
 * ends in one, and would let another NMI in too soon: so nothing from the exit to here is traced.
 *
 * Context: interrupts off, right after the exit.
 */
noinstr void vmx_turn_nmi(struct vmx_vcpu *v)
{
	u64 info;

	if (!vmcs_try_read(VM_EXIT_INTR_INFO, &info) ||
	    (info & INTR_INFO_INTR_TYPE_MASK) != INTR_TYPE_NMI_INTR)
		return;
	if (unlikely(v->host.debugctl))
		vmh_native_wrmsr(MSR_IA32_DEBUGCTLMSR, v->host.debugctl);
	vmx_host_nmi();
}

/**
 * vmx_turn_after_nmi() - go on after vmx_turn_nmi()
 * @v: the vCPU, in a turn.
 *
 * Its handler may have changed counters, and has left data of the host's in the L1 data cache.
 *
 * Context: interrupts off.
 *
 * Return: whether the turn can go on.
 */
enum vmx_result vmx_turn_after_nmi(struct vmx_vcpu *v)
{
	vmx_read_debugctl(v);
	if (static_branch_unlikely(&vmx_has_counters))
		vmx_perf_refresh(v);
	if (!static_branch_unlikely(&vmx_l1d_flush))
		return VMX_RESUME;
	v->l1d_dirty = true;
	return VMX_HOST_IRQ;
}

/* Something has to be seen to before each entry: this turn has no more than one. */
static void vmx_limit_turn(struct vmx_vcpu *v)
{
	v->turn.budget_kept += v->budget - 1;
	v->budget = 1;
	v->turn.undo = true;
}

/* Records of precise events that are under way need a while to be written; then comes the entry. */
static noinline void vmx_stop_pebs(struct vmx_vcpu *v)
{
	wrmsrl(MSR_IA32_PEBS_ENABLE, 0);
	v->turn.pebs_stopped = true;
	vmx_limit_turn(v);
}

/*
 * A guest must not find the host's data in the L1 data cache: not of what ran here before this
 * turn. If it is to be emptied for every entry (l1tf=full), a turn has no more than one. Otherwise
 * it is emptied if the turn before ended for work with interrupts on, or if an interrupt or an NMI
 * has come since.
 */
static noinline void vmx_flush_l1d(struct vmx_vcpu *v)
{
	bool dirty = v->l1d_dirty;

	v->l1d_dirty = false;
	if (vmx_conf.l1d_flush_always) {
		vmx_limit_turn(v);
		dirty = true;
	}
	if (dirty)
		vmx_l1d_empty();
}

/**
 * vmx_turn_begin() - bring up to date what may have changed while interrupts were on
 * @v: the vCPU, loaded, with its FPU state, or with TIF_NEED_FPU_LOAD.
 *
 * Context: interrupts off, until vmx_turn_end().
 */
void vmx_turn_begin(struct vmx_vcpu *v)
{
	vmx_host_state_refresh(v);
	vmx_state_load(v);
	if (vmx_host_handled_interrupt() || !v->host.debugctl_known ||
	    v->host.nmis != vmx_host_nmis())
		vmx_after_others(v);
	if (unlikely(test_thread_flag(TIF_NEED_FPU_LOAD)))
		switch_fpu_return();
	/* The guest cannot tell while its CR4.OSXSAVE is clear. */
	if (v->osxsave)
		vmx_load_xstate_masks(v);
	if (v->uses_pkru)
		vmx_load_pkru(v);
	if (unlikely(v->breakpoints || v->owns_debugregs))
		vmx_load_debugregs(v);
	if (v->cr2 != native_read_cr2())
		native_write_cr2(v->cr2);
	if (unlikely(v->perf.pebs_off))
		vmx_stop_pebs(v);
	if (static_branch_unlikely(&vmx_l1d_flush))
		vmx_flush_l1d(v);
	v->turn_start = rdtsc();
}

static noinline void vmx_turn_undo(struct vmx_vcpu *v)
{
	vmx_restore_pkru(v);
	vmx_restore_xstate_masks(v);
	if (v->turn.debugregs_loaded)
		vmx_take_debugregs(v);
	if (v->turn.pebs_stopped) {
		/* An NMI may have ended the event meanwhile. */
		if (v->host.nmis != vmx_host_nmis())
			vmx_perf_refresh(v);
		wrmsrl(MSR_IA32_PEBS_ENABLE, v->perf.pebs_host);
	}
	v->budget += v->turn.budget_kept;
	v->turn = (struct vmx_turn) { };
}

/**
 * vmx_turn_end() - undo vmx_turn_begin()
 * @v: the vCPU.
 * @result: what vmx_run() said last.
 */
void vmx_turn_end(struct vmx_vcpu *v, enum vmx_result result)
{
	v->guest_cycles += rdtsc() - v->turn_start;
	v->cr2 = native_read_cr2();
	if (v->turn.undo)
		vmx_turn_undo(v);
	if (unlikely(v->host.debugctl))
		update_debugctlmsr(v->host.debugctl);
	/* An exit leaves DR7 with nothing enabled. */
	if (unlikely(hw_breakpoint_active()))
		vmx_restore_breakpoints(v);
	vmx_host_ibpb_before_user();
	if (static_branch_unlikely(&vmx_l1d_flush))
		v->l1d_dirty |= result != VMX_HOST_IRQ;
}
