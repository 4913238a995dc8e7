// SPDX-License-Identifier: GPL-2.0
/* Creating a vCPU and its VMCS; the states after power-up, INIT and SIPI. */
#include <linux/gfp.h>
#include <linux/idr.h>
#include <linux/minmax.h>
#include <linux/moduleparam.h>
#include <asm/desc.h>
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/trapnr.h>

#include "fail_point.h"
#include "page_pool.h"
#include "vmx.h"
#include "vmx_pretend.h"

/* Where exits land: in enter.S. */
extern char vmx_exit_point[];

/* 0 is the host's own. */
static DEFINE_IDA(vmx_vpids);
#define VMX_MAX_VPID	0xffffU

static unsigned int vpids = VMX_MAX_VPID;
module_param(vpids, uint, 0644);
MODULE_PARM_DESC(vpids, "Most VPIDs in use; vCPUs beyond that run without one");

/* SDM, "Processor State After Reset", and PAT's value there. */
#define RESET_PAT	0x0007040600070406ULL
#define RESET_CS	0xf000
#define RESET_CS_BASE	0xffff0000ULL
#define RESET_RIP	0xfff0
#define RESET_RDX	0x600		/* family 6 */
#define SIPI_SHIFT	12

/* SDM, "Pause-Loop Exiting": spins this close together, for so many TSC ticks, are a loop. */
#define PAUSE_LOOP_GAP		128
#define PAUSE_LOOP_WINDOW	4096

/* Lists that are empty, and conditions that are not used: no field has a value of its own. */
static void vmx_write_none(void)
{
	vmcs_write(PAGE_FAULT_ERROR_CODE_MASK, 0);
	vmcs_write(PAGE_FAULT_ERROR_CODE_MATCH, 0);
	if (!vmh_fail_point(VMH_FAIL_vcpu_field))
		vmcs_write(CR3_TARGET_COUNT, 0);
	vmcs_write(VM_EXIT_MSR_STORE_COUNT, 0);
	vmcs_write(VM_EXIT_MSR_LOAD_COUNT, 0);
	vmcs_write(VM_ENTRY_MSR_LOAD_COUNT, 0);
	vmcs_write(VM_ENTRY_INTR_INFO_FIELD, 0);
}

static void vmx_write_controls(struct vmx_vcpu *v, u64 eptp)
{
	u32 procbased2 = vmx_conf.procbased2;

	v->procbased = vmx_conf.procbased;
	if (v->hlt_in_guest)
		v->procbased &= ~VMX_CTL_PROC_HLT;
	if (v->pause_in_guest)
		procbased2 &= ~VMX_CTL_PROC2_PAUSE_LOOP;
	if (!v->vpid)
		procbased2 &= ~VMX_CTL_PROC2_VPID;
	vmcs_write(PIN_BASED_VM_EXEC_CONTROL, vmx_conf.pinbased);
	vmcs_write(CPU_BASED_VM_EXEC_CONTROL, v->procbased);
	vmcs_write(SECONDARY_VM_EXEC_CONTROL, procbased2);
	vmcs_write(VM_EXIT_CONTROLS, vmx_conf.exit_ctls);
	vmcs_write(VM_ENTRY_CONTROLS, vmx_conf.entry_ctls);
	if (vmx_conf.pinbased & VMX_CTL_PIN_PREEMPTION_TIMER)
		vmcs_write(VMX_PREEMPTION_TIMER_VALUE, vmx_conf.timer_value);
	v->timer_value = vmx_conf.timer_value;
	if (procbased2 & VMX_CTL_PROC2_PAUSE_LOOP) {
		vmcs_write(PLE_GAP, PAUSE_LOOP_GAP);
		vmcs_write(PLE_WINDOW, PAUSE_LOOP_WINDOW);
	}
	if (vmx_conf.procbased2 & VMX_CTL_PROC2_ENCLS)
		vmcs_write(ENCLS_EXITING_BITMAP, ~0ULL);
	vmx_xss_changed(v);
	vmx_perf_create(v);
	vmcs_write(EXCEPTION_BITMAP, VMX_EXCEPTIONS);
	vmx_write_none();
	vmx_set_msr_filter(v, NULL, NULL);
	if (vmx_conf.procbased2 & VMX_CTL_PROC2_VPID)
		vmcs_write(VIRTUAL_PROCESSOR_ID, v->vpid);
	vmcs_write(EPT_POINTER, eptp);
	vmcs_write(VMCS_LINK_POINTER, ~0ULL);
	vmx_write_tsc(v);
	vmcs_write(CR0_GUEST_HOST_MASK, VMX_CR0_HOST_OWNED);
	/* Until the guest's CPUID says which bits are its own. */
	vmcs_write(CR4_GUEST_HOST_MASK, ~0ULL);
}

/* What of the host is the same on every processor and for ever; the rest is vmx_load.c's. */
static void vmx_write_host_state(void)
{
	struct desc_ptr idt;
	u64 value;

	store_idt(&idt);
	vmcs_write(HOST_IDTR_BASE, idt.address);
	vmcs_write(HOST_CR0, read_cr0() & ~X86_CR0_TS);
	vmcs_write(HOST_CS_SELECTOR, __KERNEL_CS);
	vmcs_write(HOST_SS_SELECTOR, __KERNEL_DS);
	vmcs_write(HOST_DS_SELECTOR, 0);
	vmcs_write(HOST_ES_SELECTOR, 0);
	vmcs_write(HOST_FS_SELECTOR, 0);
	vmcs_write(HOST_GS_SELECTOR, 0);
	vmcs_write(HOST_TR_SELECTOR, GDT_ENTRY_TSS * 8);
	vmcs_write(HOST_FS_BASE, 0);
	vmcs_write(HOST_RIP, (unsigned long)vmx_exit_point);
	rdmsrl(MSR_IA32_SYSENTER_CS, value);
	vmcs_write(HOST_IA32_SYSENTER_CS, value);
	rdmsrl(MSR_IA32_SYSENTER_EIP, value);
	vmcs_write(HOST_IA32_SYSENTER_EIP, value);
	rdmsrl(MSR_IA32_CR_PAT, value);
	if (vmx_conf.loads_pat)
		vmcs_write(HOST_IA32_PAT, value);
	rdmsrl(MSR_EFER, value);
	vmcs_write(HOST_IA32_EFER, value);
}

static void vmx_reset_segments(void)
{
	const struct kvm_segment data = {
		.limit = 0xffff, .type = 3, .present = 1, .s = 1,
	};
	struct kvm_segment cs = data, ldtr = data, tr = data;
	unsigned int which;

	for (which = VMX_ES; which <= VMX_GS; which++)
		vmx_set_segment(&data, which);
	cs.selector = RESET_CS;
	cs.base = RESET_CS_BASE;
	cs.type = 11;
	vmx_set_segment(&cs, VMX_CS);
	ldtr.s = 0;
	ldtr.type = 2;
	vmx_set_segment(&ldtr, VMX_LDTR);
	tr.s = 0;
	tr.type = 11;
	vmx_set_segment(&tr, VMX_TR);
	vmcs_write(GUEST_GDTR_BASE, 0);
	vmcs_write(GUEST_GDTR_LIMIT, 0xffff);
	vmcs_write(GUEST_IDTR_BASE, 0);
	vmcs_write(GUEST_IDTR_LIMIT, 0xffff);
}

static void vmx_reset_control_registers(struct vmx_vcpu *v)
{
	vmcs_write(GUEST_CR0, X86_CR0_NE | X86_CR0_ET);
	vmcs_write(CR0_READ_SHADOW, X86_CR0_CD | X86_CR0_NW | X86_CR0_ET);
	vmcs_write(GUEST_CR3, 0);
	vmcs_write(GUEST_CR4, vmx_conf.cr4_always);
	vmx_set_cr4_host_owned(v, 0);
	vmx_set_efer(v, 0);
	v->cr2 = 0;
	memset(v->dr, 0, sizeof(v->dr));
	v->dr6 = DR6_RESERVED;
	vmx_set_dr7(v, 0);
}

/* MSRs that power-up sets and INIT leaves alone. */
static void vmx_power_up_msrs(struct vmx_vcpu *v)
{
	v->msrs = (struct vmx_msrs) {
		.misc_enable = MSR_IA32_MISC_ENABLE_FAST_STRING |
			       MSR_IA32_MISC_ENABLE_BTS_UNAVAIL |
			       MSR_IA32_MISC_ENABLE_PEBS_UNAVAIL,
		.ucode_rev = 1ULL << 32,
		.pat = RESET_PAT,
		.arch_caps = spec_arch_caps(&vmx_conf.spec),
	};
	v->xcr0 = XFEATURE_MASK_FP;
	v->pkru = 0;
	if (vmx_conf.loads_pat)
		vmcs_write(GUEST_IA32_PAT, RESET_PAT);
	vmcs_write(GUEST_SYSENTER_CS, 0);
	vmcs_write(GUEST_SYSENTER_ESP, 0);
	vmcs_write(GUEST_SYSENTER_EIP, 0);
	vmcs_write(GUEST_IA32_DEBUGCTL, 0);
}

/**
 * vmx_vcpu_init() - the state after INIT
 * @v: the vCPU, loaded.
 *
 * SDM, "Processor State After Reset": registers as after power-up, but FPU state and MSRs stay. As
 * on KVM IA32_SPEC_CTRL does not.
 */
void vmx_vcpu_init(struct vmx_vcpu *v)
{
	v->msrs.spec_ctrl = 0;
	memset(v->gpr, 0, sizeof(v->gpr));
	v->gpr[VMX_RDX] = RESET_RDX;
	vmcs_write(GUEST_RSP, 0);
	vmcs_write(GUEST_RIP, RESET_RIP);
	vmcs_write(GUEST_RFLAGS, X86_EFLAGS_FIXED);
	vmcs_write(GUEST_ACTIVITY_STATE, GUEST_ACTIVITY_ACTIVE);
	vmcs_write(GUEST_INTERRUPTIBILITY_INFO, 0);
	vmcs_write(GUEST_PENDING_DBG_EXCEPTIONS, 0);
	vmx_reset_segments();
	vmx_reset_control_registers(v);
	vmx_flush_guest(v);
	vmx_cancel_event(v);
}

/**
 * vmx_vcpu_sipi() - start where a SIPI says
 * @v: the vCPU, loaded, after INIT.
 * @vector: number of the 4 KiB page.
 */
void vmx_vcpu_sipi(struct vmx_vcpu *v, u8 vector)
{
	struct kvm_segment cs;

	vmx_get_segment(&cs, VMX_CS);
	cs.selector = vector << 8;
	cs.base = (u64)vector << SIPI_SHIFT;
	vmx_set_segment(&cs, VMX_CS);
	vmcs_write(GUEST_RIP, 0);
}

/* Returns 0 when all are taken: each exit then costs the guest its cached translations. */
static int vmx_alloc_vpid(void)
{
	unsigned int last = min(READ_ONCE(vpids), VMX_MAX_VPID);
	int vpid = -ENOSPC;

	if (last && (vmx_conf.procbased2 & VMX_CTL_PROC2_VPID))
		vpid = vmh_fail_errno(vcpu_vpid, ida_alloc_range(&vmx_vpids, 1, last, GFP_KERNEL));
	return vpid == -ENOSPC ? 0 : vpid;
}

static void vmx_free_vpid(u16 vpid)
{
	if (vpid)
		ida_free(&vmx_vpids, vpid);
}

static int vmx_alloc_vcpu(struct vmx_vcpu *v)
{
	int vpid = vmx_alloc_vpid();

	if (vpid < 0)
		return vpid;
	v->vpid = vpid;
	v->vmcs = vmh_fail_null(vcpu_vmcs, page_pool_get());
	if (!v->vmcs)
		goto free_vpid;
	if (vmx_conf.pml) {
		v->pml = vmh_fail_null(vcpu_pml, page_pool_get());
		if (!v->pml)
			goto free_vmcs;
	}
	if (!vmh_fail_false(vcpu_fpu, fpu_alloc_guest_fpstate(&v->fpu)))
		goto free_pml;
	v->vmcs->revision = vmx_conf.caps.basic & GENMASK(30, 0);
	v->vmcs_hpa = __pa(v->vmcs);
	return 0;

free_pml:
	page_pool_put(v->pml);
free_vmcs:
	page_pool_put(v->vmcs);
free_vpid:
	vmx_free_vpid(v->vpid);
	return -ENOMEM;
}

/**
 * vmx_vcpu_create() - make a vCPU in the state after power-up
 * @v: memory for it, zeroed but for the TSC.
 * @cpuid: its CPUID table, kept by the caller as long as @v.
 * @eptp: EPT pointer of its VM.
 *
 * The TSC's offset and multiplier are in @v already.
 *
 * Context: may sleep; VMX is on.
 *
 * Return: 0; -ENOMEM, also for a VMCS that was not written as a whole, where that is looked at.
 */
int vmx_vcpu_create(struct vmx_vcpu *v, struct cpuid_table *cpuid, u64 eptp)
{
	int ret = vmx_alloc_vcpu(v);
	bool written;

	if (ret)
		return ret;
	v->cpuid = cpuid;
	v->cpu = -1;
	vmx_tlb_vcpu_created(v, eptp);
	vmcs_spoil(v->vmcs);
	preempt_disable();
	vmcs_clear(v->vmcs_hpa);
	vmx_vcpu_load(v);
	vmx_write_controls(v, eptp);
	vmx_write_host_state();
	vmx_power_up_msrs(v);
	vmx_vcpu_init(v);
	vmx_refresh_host_state(v);
	written = vmcs_check_written();
	vmx_vcpu_put(v);
	preempt_enable();
	if (!written) {
		vmx_vcpu_destroy(v);
		return -ENOMEM;
	}
	return 0;
}

/**
 * vmx_vcpu_destroy() - free what vmx_vcpu_create() made
 * @v: the vCPU, not loaded.
 *
 * Context: may sleep; VMX is on.
 */
void vmx_vcpu_destroy(struct vmx_vcpu *v)
{
	preempt_disable();
	vmx_vcpu_unbind(v);
	preempt_enable();
	fpu_free_guest_fpstate(&v->fpu);
	page_pool_put(v->pml);
	page_pool_put(v->vmcs);
	vmx_free_vpid(v->vpid);
}

/**
 * vmx_vcpu_kernel_bytes() - kernel memory that vmx_vcpu_create() takes beside the structure
 *
 * Return: bytes: the VMCS, room for the FPU state, and the log of dirty pages.
 */
unsigned int vmx_vcpu_kernel_bytes(void)
{
	return PAGE_SIZE + vmx_conf.fpu_bytes + (vmx_conf.pml ? PAGE_SIZE : 0);
}
