/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a guest is and how its code runs, of fields that an outer hypervisor shadows: where vmh is
 * itself in a VM, a VMREAD of any other field is an exit.
 */
#ifndef VMH_VMX_GUEST_H
#define VMH_VMX_GUEST_H

#include "vmcs.h"
#include "vmx.h"

/* The guest's EFER. Nested, a VMREAD of it is an exit to the outer hypervisor; CR0 has none. */
static inline u64 vmx_guest_efer(const struct vmx_vcpu *v)
{
	bool lma = (v->efer & EFER_LME) && (vmcs_read(GUEST_CR0) & X86_CR0_PG);

	return lma ? v->efer | EFER_LMA : v->efer;
}

/* Where the guest is, to compare: its next linear address. The base of CS is an exit as well. */
static inline u64 vmx_linear_rip(const struct vmx_vcpu *v)
{
	u64 rip = vmcs_read(GUEST_RIP);

	if ((v->efer & EFER_LME) && (vmcs_read32(GUEST_CS_AR_BYTES) & VMX_AR_L_MASK))
		return rip;
	return vmcs_read(GUEST_CS_BASE) + rip;
}

#endif /* VMH_VMX_GUEST_H */
