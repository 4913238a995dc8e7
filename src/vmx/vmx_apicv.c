// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC's register page on the processor. A TPR shadow: CR8 is the task priority there.
 * Virtual-interrupt delivery: the processor takes interrupts from the local APIC's register page
 * when the guest is ready for them, and ends them, without an exit. SDM, "APIC Virtualization and
 * Virtual Interrupts". The page and what is in it are the caller's.
 *
 * Posted interrupts are not needed for that: where there are none, what other processors send is
 * brought into the page by the vCPU's own thread before an entry.
 */
#include <asm/processor.h>

#include "exit.h"
#include "vmx_pretend.h"

static void vmx_apicv_write_eoi_exits(const u64 bitmap[4])
{
	vmcs_write(EOI_EXIT_BITMAP0, bitmap[0]);
	vmcs_write(EOI_EXIT_BITMAP1, bitmap[1]);
	vmcs_write(EOI_EXIT_BITMAP2, bitmap[2]);
	vmcs_write(EOI_EXIT_BITMAP3, bitmap[3]);
}

static void vmx_apicv_start(struct vmx_vcpu *v)
{
	v->apicv.on = true;
	vmcs_set_bits(SECONDARY_VM_EXEC_CONTROL, VMX_CTL_PROC2_VIRT_INTR);
	vmcs_write(GUEST_INTR_STATUS, 0);
	vmx_apicv_write_eoi_exits(v->apicv.eoi_exits);
	vmx_posted_create(v);
}

/**
 * vmx_apicv_create() - give a new vCPU's processor the register page of its APIC
 * @v: the vCPU.
 * @page: the page; it lives as long as the vCPU.
 *
 * With a TPR shadow the guest's CR8 is the page's task priority, without an exit; with
 * virtual-interrupt delivery the processor takes interrupts from the page. Without either, or with
 * it turned off, nothing happens.
 *
 * Context: may sleep; nobody else knows the vCPU yet.
 */
void vmx_apicv_create(struct vmx_vcpu *v, void *page)
{
	if (!vmx_conf.tpr_shadow)
		return;
	v->tpr_shadow = true;
	v->procbased = (v->procbased & ~(VMX_CTL_PROC_CR8_LOAD | VMX_CTL_PROC_CR8_STORE)) |
		       VMX_CTL_PROC_TPR_SHADOW;
	preempt_disable();
	vmx_vcpu_load(v);
	vmcs_write(CPU_BASED_VM_EXEC_CONTROL, v->procbased);
	vmcs_write(VIRTUAL_APIC_PAGE_ADDR, __pa(page));
	vmcs_write(TPR_THRESHOLD, 0);
	if (vmx_conf.apicv)
		vmx_apicv_start(v);
	WARN_ON_ONCE(!vmcs_check_written());
	vmx_vcpu_put(v);
	preempt_enable();
}

/**
 * vmx_set_tpr_threshold() - exit, or not, when the guest lowers its task priority
 * @v: the vCPU, loaded, with a TPR shadow.
 * @threshold: to a class below this one, which is not above the present class; 0 for not.
 *
 * SDM, "TPR Virtualization".
 */
void vmx_set_tpr_threshold(struct vmx_vcpu *v, u8 threshold)
{
	if (likely(threshold == v->tpr_threshold))
		return;
	v->tpr_threshold = threshold;
	vmcs_write(TPR_THRESHOLD, threshold);
}

/* RIP is past the MOV to CR8. */
enum vmx_result vmx_exit_tpr_lowered(struct vmx_vcpu *v)
{
	return VMX_TAKES_EVENT;
}

/**
 * vmx_apicv_set_x2apic() - whether the guest's APIC is an x2APIC now
 * @v: the vCPU, loaded, with virtual-interrupt delivery.
 * @on: it is; its MSRs are the processor's business then.
 */
void vmx_apicv_set_x2apic(struct vmx_vcpu *v, bool on)
{
	const u32 x2apic = VMX_CTL_PROC2_X2APIC | VMX_CTL_PROC2_APIC_REGISTERS;

	if (on == v->apicv.x2apic)
		return;
	v->apicv.x2apic = on;
	/* Other controls come and go too: the log of dirty pages, TSC scaling. */
	if (on)
		vmcs_set_bits(SECONDARY_VM_EXEC_CONTROL, x2apic);
	else
		vmcs_clear_bits(SECONDARY_VM_EXEC_CONTROL, x2apic);
	vmx_use_msr_bitmaps(v);
}

/**
 * vmx_apicv_set_eoi_exits() - which EOIs shall exit
 * @v: the vCPU, loaded, with virtual-interrupt delivery.
 * @bitmap: by vector.
 */
void vmx_apicv_set_eoi_exits(struct vmx_vcpu *v, const u64 bitmap[4])
{
	if (!memcmp(v->apicv.eoi_exits, bitmap, sizeof(v->apicv.eoi_exits)))
		return;
	memcpy(v->apicv.eoi_exits, bitmap, sizeof(v->apicv.eoi_exits));
	vmx_apicv_write_eoi_exits(bitmap);
}

/* An EOI that was asked to exit: it is done, and RIP past it. */
enum vmx_result vmx_exit_eoi_induced(struct vmx_vcpu *v)
{
	v->apic_vector = vmcs_read(EXIT_QUALIFICATION);
	return VMX_EOI;
}

/* The page is written, and RIP past it. */
enum vmx_result vmx_exit_apic_write(struct vmx_vcpu *v)
{
	v->apic_offset = vmcs_read(EXIT_QUALIFICATION) & 0xfff;
	return VMX_APIC_WRITE;
}
