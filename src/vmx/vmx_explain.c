// SPDX-License-Identifier: GPL-2.0
/* Explaining why the processor does not enter a guest: the entry checks on the current VMCS. */
#include <asm/cpufeature.h>
#include <asm/msr-index.h>
#include <asm/processor.h>

#include "vmx.h"
#include "vmx_entry_check.h"
#include "vmx_fields.h"

/* SDM, "IA32_DEBUGCTL MSR": LBR, BTF, and bits 15:6. */
#define DEBUGCTL_KNOWN		0xffc3ULL
#define DEBUGCTL_BUS_LOCK	BIT_ULL(2)

/* The kernel's names and ours for one of each kind of field. */
static_assert((int)VMX_F_VPID == VIRTUAL_PROCESSOR_ID);
static_assert((int)VMX_F_TR_SELECTOR == GUEST_TR_SELECTOR);
static_assert((int)VMX_F_HOST_TR_SELECTOR == HOST_TR_SELECTOR);
static_assert((int)VMX_F_ENTRY_MSR_LOAD == VM_ENTRY_MSR_LOAD_ADDR);
static_assert((int)VMX_F_POSTED_DESCRIPTOR == POSTED_INTR_DESC_ADDR);
static_assert((int)VMX_F_EPTP == EPT_POINTER);
static_assert((int)VMX_F_TSC_MULTIPLIER == TSC_MULTIPLIER);
static_assert((int)VMX_F_PDPTE3 == GUEST_PDPTR3);
static_assert((int)VMX_F_BNDCFGS == GUEST_BNDCFGS);
static_assert((int)VMX_F_HOST_EFER == HOST_IA32_EFER);
static_assert((int)VMX_F_CR3_TARGETS == CR3_TARGET_COUNT);
static_assert((int)VMX_F_PROC2_CONTROLS == SECONDARY_VM_EXEC_CONTROL);
static_assert((int)VMX_F_EVENT_INSN_LEN == VM_ENTRY_INSTRUCTION_LEN);
static_assert((int)VMX_F_IDTR_LIMIT == GUEST_IDTR_LIMIT);
static_assert((int)VMX_F_TR_RIGHTS == GUEST_TR_AR_BYTES);
static_assert((int)VMX_F_ACTIVITY == GUEST_ACTIVITY_STATE);
static_assert((int)VMX_F_SYSENTER_EIP == GUEST_SYSENTER_EIP);
static_assert((int)VMX_F_HOST_RIP == HOST_RIP);

static u64 vmx_explain_read(void *ctx, u32 field)
{
	u64 value;

	return vmcs_try_read(field, &value) ? value : 0;
}

/**
 * vmx_explain() - make the checks that the processor makes before it enters the guest
 * @v: the vCPU, loaded.
 * @result: where to.
 *
 * Changes nothing that an entry would not change.
 */
void vmx_explain(struct vmx_vcpu *v, struct vmx_entry_result *result)
{
	const struct vmx_entry_view view = {
		.read = vmx_explain_read,
		.caps = &vmx_conf.caps,
		.phys_bits = boot_cpu_data.x86_phys_bits,
		.linear_bits = boot_cpu_data.x86_virt_bits,
		.host_long_mode = true,
		.debugctl = DEBUGCTL_KNOWN |
			    (boot_cpu_has(X86_FEATURE_BUS_LOCK_DETECT) ? DEBUGCTL_BUS_LOCK : 0),
		.efer = EFER_SCE | EFER_LME | EFER_LMA |
			(boot_cpu_has(X86_FEATURE_NX) ? EFER_NX : 0),
	};

	vmx_refresh_host_state(v);
	vmx_entry_checks_run(&view, result);
}
