// SPDX-License-Identifier: GPL-2.0
/*
 * The inner loop: entry, exit, handle, entry. Interrupts are off from its first line to its last;
 * it takes no lock, allocates nothing and reads a VMCS field only where a handler needs it.
 */
#include <linux/nospec.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/vmx.h>

#include "exit.h"
#include "vmh_compat.h"
#include "vmh_trace.h"
#include "vmx_pretend.h"

int vmx_enter(struct vmx_vcpu *v);

/**
 * struct vmx_exit_row - one basic exit reason
 * @handle: settles the exit, or says what the caller has to do.
 * @in_delivery: the exit can come while an event is being delivered through the IDT.
 */
struct vmx_exit_row {
	enum vmx_result (*handle)(struct vmx_vcpu *v);
	bool in_delivery;
};

/*
 * The handler of a reason that does not come: its control is off, it needs a monitor in SMM, or it
 * tells of a failed entry, which is seen to before. One that comes nonetheless ends the VM's run.
 */
#define VMX_EXIT_NEVER	NULL

/* Where the exit has acknowledged the interrupt, it is handled when the turn has ended. */
static enum vmx_result vmx_exit_host_irq(struct vmx_vcpu *v)
{
	if (v->apicv.acknowledges)
		v->host_interrupt = vmcs_read32(VM_EXIT_INTR_INFO);
	return VMX_HOST_IRQ;
}

static enum vmx_result vmx_exit_timer(struct vmx_vcpu *v)
{
	return VMX_HOST_IRQ;
}

static enum vmx_result vmx_exit_triple_fault(struct vmx_vcpu *v)
{
	return VMX_TRIPLE_FAULT;
}

static enum vmx_result vmx_exit_init_sipi(struct vmx_vcpu *v)
{
	return VMX_INIT_SIPI;
}

static enum vmx_result vmx_exit_intr_window(struct vmx_vcpu *v)
{
	vmx_intr_window(v, false);
	return VMX_INTR_WINDOW;
}

static enum vmx_result vmx_exit_nmi_window(struct vmx_vcpu *v)
{
	vmx_nmi_window(v, false);
	return VMX_TAKES_EVENT;
}

static enum vmx_result vmx_exit_hlt(struct vmx_vcpu *v)
{
	vmx_skip_instruction(v);
	return VMX_HLT;
}

static enum vmx_result vmx_exit_vmcall(struct vmx_vcpu *v)
{
	vmx_skip_instruction(v);
	return VMX_HYPERCALL;
}

static enum vmx_result vmx_exit_pause(struct vmx_vcpu *v)
{
	vmx_skip_instruction(v);
	return VMX_PAUSE;
}

/*
 * SDM, appendix "VMX Basic Exit Reasons", all of it: tests/checks/exits. Instructions of features
 * that guests do not have are #UD, as they are where no control makes them exit.
 */
static const struct vmx_exit_row vmx_exits[] = {
	[EXIT_REASON_EXCEPTION_NMI] = { vmx_exit_exception_nmi, true },
	[EXIT_REASON_EXTERNAL_INTERRUPT] = { vmx_exit_host_irq },
	[EXIT_REASON_TRIPLE_FAULT] = { vmx_exit_triple_fault },
	[EXIT_REASON_INIT_SIGNAL] = { vmx_exit_init_sipi },
	[EXIT_REASON_SIPI_SIGNAL] = { vmx_exit_init_sipi },
	[VMX_REASON_IO_SMI] = { VMX_EXIT_NEVER },
	[VMX_REASON_OTHER_SMI] = { VMX_EXIT_NEVER },
	[EXIT_REASON_INTERRUPT_WINDOW] = { vmx_exit_intr_window },
	[EXIT_REASON_NMI_WINDOW] = { vmx_exit_nmi_window },
	[EXIT_REASON_TASK_SWITCH] = { vmx_exit_task_switch, true },
	[EXIT_REASON_CPUID] = { vmx_exit_cpuid },
	[VMX_REASON_GETSEC] = { vmx_fault_ud },
	[EXIT_REASON_HLT] = { vmx_exit_hlt },
	[EXIT_REASON_INVD] = { vmx_complete },
	[EXIT_REASON_INVLPG] = { VMX_EXIT_NEVER },
	[EXIT_REASON_RDPMC] = { vmx_fault_gp },
	[EXIT_REASON_RDTSC] = { VMX_EXIT_NEVER },
	[VMX_REASON_RSM] = { vmx_fault_ud },
	[EXIT_REASON_VMCALL] = { vmx_exit_vmcall },
	[EXIT_REASON_VMCLEAR] = { vmx_fault_ud },
	[EXIT_REASON_VMLAUNCH] = { vmx_fault_ud },
	[EXIT_REASON_VMPTRLD] = { vmx_fault_ud },
	[EXIT_REASON_VMPTRST] = { vmx_fault_ud },
	[EXIT_REASON_VMREAD] = { vmx_fault_ud },
	[EXIT_REASON_VMRESUME] = { vmx_fault_ud },
	[EXIT_REASON_VMWRITE] = { vmx_fault_ud },
	[EXIT_REASON_VMOFF] = { vmx_fault_ud },
	[EXIT_REASON_VMON] = { vmx_fault_ud },
	[EXIT_REASON_CR_ACCESS] = { vmx_exit_cr },
	[EXIT_REASON_DR_ACCESS] = { vmx_exit_dr },
	[EXIT_REASON_IO_INSTRUCTION] = { vmx_exit_io },
	[EXIT_REASON_MSR_READ] = { vmx_exit_rdmsr },
	[EXIT_REASON_MSR_WRITE] = { vmx_exit_wrmsr },
	[EXIT_REASON_INVALID_STATE] = { VMX_EXIT_NEVER },
	[EXIT_REASON_MSR_LOAD_FAIL] = { VMX_EXIT_NEVER },
	[EXIT_REASON_MWAIT_INSTRUCTION] = { vmx_fault_ud },
	[EXIT_REASON_MONITOR_TRAP_FLAG] = { VMX_EXIT_NEVER },
	[EXIT_REASON_MONITOR_INSTRUCTION] = { vmx_fault_ud },
	[EXIT_REASON_PAUSE_INSTRUCTION] = { vmx_exit_pause },
	[EXIT_REASON_MCE_DURING_VMENTRY] = { VMX_EXIT_NEVER },
	[EXIT_REASON_TPR_BELOW_THRESHOLD] = { vmx_exit_tpr_lowered },
	[EXIT_REASON_APIC_ACCESS] = { VMX_EXIT_NEVER },
	[EXIT_REASON_EOI_INDUCED] = { vmx_exit_eoi_induced },
	[EXIT_REASON_GDTR_IDTR] = { vmx_exit_descriptor },
	[EXIT_REASON_LDTR_TR] = { vmx_exit_descriptor },
	[EXIT_REASON_EPT_VIOLATION] = { vmx_exit_ept_violation, true },
	[EXIT_REASON_EPT_MISCONFIG] = { VMX_EXIT_NEVER, true },
	[EXIT_REASON_INVEPT] = { vmx_fault_ud },
	[EXIT_REASON_RDTSCP] = { VMX_EXIT_NEVER },
	[EXIT_REASON_PREEMPTION_TIMER] = { vmx_exit_timer },
	[EXIT_REASON_INVVPID] = { vmx_fault_ud },
	[EXIT_REASON_WBINVD] = { vmx_complete },
	[EXIT_REASON_XSETBV] = { vmx_exit_xsetbv },
	[EXIT_REASON_APIC_WRITE] = { vmx_exit_apic_write },
	[EXIT_REASON_RDRAND] = { VMX_EXIT_NEVER },
	[EXIT_REASON_INVPCID] = { VMX_EXIT_NEVER },
	[EXIT_REASON_VMFUNC] = { vmx_fault_ud },
	[EXIT_REASON_ENCLS] = { vmx_fault_ud },
	[EXIT_REASON_RDSEED] = { VMX_EXIT_NEVER },
	[EXIT_REASON_PML_FULL] = { vmx_exit_pml_full, true },
	[EXIT_REASON_XSAVES] = { vmx_exit_xsaves },
	[EXIT_REASON_XRSTORS] = { vmx_exit_xsaves },
	[VMX_REASON_PCONFIG] = { vmx_fault_ud },
	[VMX_REASON_SPP] = { VMX_EXIT_NEVER },
	[EXIT_REASON_UMWAIT] = { vmx_fault_ud },
	[EXIT_REASON_TPAUSE] = { vmx_fault_ud },
	[VMX_REASON_LOADIWKEY] = { vmx_fault_ud },
	[VMX_REASON_ENCLV] = { vmx_fault_ud },
	[VMX_REASON_ENQCMD] = { vmx_fault_ud },
	[VMX_REASON_ENQCMDS] = { vmx_fault_ud },
	[EXIT_REASON_BUS_LOCK] = { VMX_EXIT_NEVER },
	[EXIT_REASON_NOTIFY] = { VMX_EXIT_NEVER },
	[VMX_REASON_SEAMCALL] = { vmx_fault_ud },
	[VMX_REASON_TDCALL] = { vmx_fault_ud },
	[VMX_REASON_RDMSRLIST] = { vmx_fault_ud },
	[VMX_REASON_WRMSRLIST] = { vmx_fault_ud },
	[VMX_REASON_URDMSR] = { vmx_fault_ud },
	[VMX_REASON_UWRMSR] = { vmx_fault_ud },
	[VMX_REASON_RDMSR_IMM] = { vmx_fault_ud },
	[VMX_REASON_WRMSRNS_IMM] = { vmx_fault_ud },
};

static_assert(ARRAY_SIZE(vmx_exits) < VMX_EXIT_COUNTS);

static enum vmx_result vmx_handle_exit(struct vmx_vcpu *v)
{
	const struct vmx_exit_row *row;
	u32 reason = v->exit_reason;

	if (unlikely(reason >= ARRAY_SIZE(vmx_exits))) {
		v->exits[VMX_EXIT_COUNTS - 1]++;
		return VMX_UNKNOWN;
	}
	reason = array_index_nospec(reason, ARRAY_SIZE(vmx_exits));
	v->exits[reason]++;
	row = &vmx_exits[reason];
	if (unlikely(row->in_delivery))
		vmx_requeue_interrupted_event(v);
	if (unlikely(!row->handle))
		return VMX_UNKNOWN;
	return row->handle(v);
}

/* Not inline: the registers that it needs would be saved for every exit. */
static noinline void vmx_trace_exit(const struct vmx_vcpu *v)
{
	trace_vcpu_exit(v->vm_id, v->vcpu_id, v->exit_reason, vmcs_read(GUEST_RIP));
}

static enum vmx_result vmx_enter_once(struct vmx_vcpu *v)
{
	enum vmx_result result;

	if (v->deadline)
		vmx_arm_timer(v);
	/* An NMI since the turn began may have been of the counters. */
	if (static_branch_unlikely(&vmx_has_counters) && unlikely(v->host.nmis != vmx_host_nmis()))
		vmx_perf_refresh(v);
	vmx_tlb_enter(v);
	if (unlikely(vmx_enter(v)))
		return vmx_entry_failed(v, true);
	v->exit_reason = vmcs_read32(VM_EXIT_REASON);
	if (unlikely(v->exit_reason == EXIT_REASON_EXCEPTION_NMI))
		vmx_turn_nmi(v);
	vmx_pretend_check();
	if (static_branch_unlikely(&vmx_efer_unsaved))
		vmx_save_efer(v);
	/* SDM, "VM-Entry Failures": nothing is launched then, and the event still waits. */
	if (unlikely(v->exit_reason & VMX_EXIT_REASONS_FAILED_VMENTRY))
		return vmx_entry_failed(v, false);
	vmx_tlb_exit(v);
	v->launched = true;
	v->injected = v->event.info;
	v->event.info = 0;
	if (trace_vcpu_exit_enabled())
		vmx_trace_exit(v);
	result = vmx_handle_exit(v);
	if (unlikely(v->triple_fault)) {
		v->triple_fault = false;
		return VMX_TRIPLE_FAULT;
	}
	return result;
}

/**
 * vmx_run() - run the guest until its caller is needed
 * @v: the vCPU, in a turn; its budget is not 0.
 *
 * After VMX_HOST_IRQ the turn must end: what an exit has changed may be loaded by the next only.
 *
 * Context: interrupts off, before, during and after.
 *
 * Return: why; never VMX_RESUME.
 */
enum vmx_result vmx_run(struct vmx_vcpu *v)
{
	enum vmx_result result;

	/* What was to be injected ended in one already, or an error of the machine did. */
	if (unlikely(v->triple_fault)) {
		v->triple_fault = false;
		return VMX_TRIPLE_FAULT;
	}
	do {
		result = vmx_enter_once(v);
	} while (--v->budget && result == VMX_RESUME);
	return result == VMX_RESUME ? VMX_HOST_IRQ : result;
}
