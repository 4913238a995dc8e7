/* SPDX-License-Identifier: GPL-2.0 */
/* Exit handlers: one file an exit family, one row each in the table of vmx_run.c. */
#ifndef VMH_EXIT_H
#define VMH_EXIT_H

#include "vmx.h"

/* Basic exit reasons that <asm/vmx.h> lacks, in some of the kernels that vmh builds for. */
#define VMX_REASON_IO_SMI	5
#define VMX_REASON_OTHER_SMI	6
#define VMX_REASON_GETSEC	11
#define VMX_REASON_RSM		17
#define VMX_REASON_PCONFIG	65
#define VMX_REASON_SPP		66
#define VMX_REASON_LOADIWKEY	69
#define VMX_REASON_ENCLV	70
#define VMX_REASON_ENQCMD	72
#define VMX_REASON_ENQCMDS	73
#define VMX_REASON_SEAMCALL	76
#define VMX_REASON_TDCALL	77
#define VMX_REASON_RDMSRLIST	78
#define VMX_REASON_WRMSRLIST	79
#define VMX_REASON_URDMSR	80
#define VMX_REASON_UWRMSR	81
#define VMX_REASON_RDMSR_IMM	84
#define VMX_REASON_WRMSRNS_IMM	85

/* vmx_apicv.c */
enum vmx_result vmx_exit_eoi_induced(struct vmx_vcpu *v);
enum vmx_result vmx_exit_apic_write(struct vmx_vcpu *v);
enum vmx_result vmx_exit_tpr_lowered(struct vmx_vcpu *v);

/* exit_cpuid.c */
enum vmx_result vmx_exit_cpuid(struct vmx_vcpu *v);

/* exit_cr.c */
enum vmx_result vmx_exit_cr(struct vmx_vcpu *v);
enum vmx_result vmx_exit_dr(struct vmx_vcpu *v);
enum vmx_result vmx_exit_xsetbv(struct vmx_vcpu *v);

/* vmx_debug.c */
void vmx_load_debugregs(struct vmx_vcpu *v);
bool vmx_may_own_debugregs(const struct vmx_vcpu *v);
void vmx_own_debugregs(struct vmx_vcpu *v);
void vmx_take_debugregs(struct vmx_vcpu *v);
void vmx_restore_breakpoints(struct vmx_vcpu *v);
enum vmx_result vmx_debugger_takes_db(struct vmx_vcpu *v, u64 causes);
enum vmx_result vmx_exit_int3(struct vmx_vcpu *v);

/* exit_task.c */
enum vmx_result vmx_exit_task_switch(struct vmx_vcpu *v);

/* exit_descriptor.c */
enum vmx_result vmx_exit_descriptor(struct vmx_vcpu *v);

/* exit_exception.c */
enum vmx_result vmx_exit_exception_nmi(struct vmx_vcpu *v);
enum vmx_result vmx_entry_failed(struct vmx_vcpu *v, bool insn_failed);

/* exit_io.c */
enum vmx_result vmx_exit_io(struct vmx_vcpu *v);
enum vmx_result vmx_exit_ept_violation(struct vmx_vcpu *v);

/* exit_msr.c */
enum vmx_result vmx_exit_rdmsr(struct vmx_vcpu *v);
enum vmx_result vmx_exit_wrmsr(struct vmx_vcpu *v);

/* vmx_turn.c */
void vmx_turn_nmi(struct vmx_vcpu *v);
enum vmx_result vmx_turn_after_nmi(struct vmx_vcpu *v);
enum vmx_result vmx_exit_xsaves(struct vmx_vcpu *v);

/* vmx_pml.c */
enum vmx_result vmx_exit_pml_full(struct vmx_vcpu *v);

/**
 * vmx_complete() - the exit's instruction is done
 * @v: the vCPU.
 *
 * Return: VMX_RESUME, for handlers to end with.
 */
static inline enum vmx_result vmx_complete(struct vmx_vcpu *v)
{
	vmx_skip_instruction(v);
	return VMX_RESUME;
}

static inline enum vmx_result vmx_fault_gp(struct vmx_vcpu *v)
{
	vmx_inject_gp(v);
	return VMX_RESUME;
}

static inline enum vmx_result vmx_fault_ud(struct vmx_vcpu *v)
{
	vmx_inject_ud(v);
	return VMX_RESUME;
}

#endif /* VMH_EXIT_H */
