// SPDX-License-Identifier: GPL-2.0
/*
 * Page-modification logging. SDM, "Page-Modification Logging": when the processor sets the dirty
 * bit of an EPT leaf, it writes the page's address to a page of the vCPU's, from the last entry
 * down to the first, and exits when that is full.
 */
#include <linux/module.h>
#include <asm/vmx.h>

#include "ept.h"
#include "exit.h"
#include "vmx_pretend.h"

#define PML_LAST	(VMX_PML_ENTRIES - 1)

static bool pml = true;
module_param(pml, bool, 0444);
MODULE_PARM_DESC(pml, "Let the processor log the pages that a guest writes, where it can");

/**
 * vmx_pml_choose() - shall dirty pages be logged by the processor?
 */
void vmx_pml_choose(void)
{
	vmx_conf.pml = pml && (vmx_conf.features & VMH_CPU_PML) &&
		       (vmx_conf.ept_features & EPT_FEATURE_AD);
}

/**
 * vmx_pml_set() - begin or end logging
 * @v: the vCPU, loaded, with its buffer taken.
 * @on: which.
 */
void vmx_pml_set(struct vmx_vcpu *v, bool on)
{
	if (v->pml_on == on)
		return;
	v->pml_on = on;
	if (!on) {
		vmcs_clear_bits(SECONDARY_VM_EXEC_CONTROL, VMX_CTL_PROC2_PML);
		return;
	}
	vmcs_write(PML_ADDRESS, __pa(v->pml));
	vmcs_write(GUEST_PML_INDEX, PML_LAST);
	vmcs_set_bits(SECONDARY_VM_EXEC_CONTROL, VMX_CTL_PROC2_PML);
	WARN_ON_ONCE(!vmcs_check_written());
}

/**
 * vmx_pml_take() - empty the buffer
 * @v: the vCPU, loaded, and not to be entered before the entries have been read.
 * @entries: guest-physical addresses.
 *
 * Return: how many.
 */
unsigned int vmx_pml_take(struct vmx_vcpu *v, const u64 **entries)
{
	u16 index = vmcs_read(GUEST_PML_INDEX);
	unsigned int first;

	if (index == PML_LAST)
		return 0;
	/* It is that of the next entry; below the first one it wraps. */
	first = index > PML_LAST ? 0 : index + 1;
	*entries = v->pml + first;
	vmcs_write(GUEST_PML_INDEX, PML_LAST);
	return VMX_PML_ENTRIES - first;
}

/* The caller empties the buffer after every turn. */
enum vmx_result vmx_exit_pml_full(struct vmx_vcpu *v)
{
	/* An IRET whose frame was being written had already lifted the blocking of NMIs. */
	if ((vmcs_read(EXIT_QUALIFICATION) & INTR_INFO_UNBLOCK_NMI) && !vmx_event_pending(v))
		vmcs_set_bits(GUEST_INTERRUPTIBILITY_INFO, GUEST_INTR_STATE_NMI);
	return VMX_HOST_IRQ;
}
