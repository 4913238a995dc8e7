/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a guest is and how its code runs, of the vCPU that is loaded. Where vmh is itself in a VM,
 * an outer hypervisor shadows most of these fields; a VMREAD of any other is an exit.
 */
#ifndef VMH_VMX_GUEST_H
#define VMH_VMX_GUEST_H

#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/processor-flags.h>

#include "vmcs.h"
#include "vmx.h"

static inline u64 vmx_guest_rip(void)
{
	return vmcs_read(GUEST_RIP);
}

static inline void vmx_set_guest_rip(u64 rip)
{
	vmcs_write(GUEST_RIP, rip);
}

static inline u64 vmx_guest_rsp(void)
{
	return vmcs_read(GUEST_RSP);
}

static inline void vmx_set_guest_rsp(u64 rsp)
{
	vmcs_write(GUEST_RSP, rsp);
}

static inline u64 vmx_guest_rflags(void)
{
	return vmcs_read(GUEST_RFLAGS);
}

static inline void vmx_set_guest_rflags(u64 rflags)
{
	vmcs_write(GUEST_RFLAGS, rflags);
}

/* Control registers as the processor has them; what the guest reads is vmx_guest_cr0() … */
static inline u64 vmx_real_cr0(void)
{
	return vmcs_read(GUEST_CR0);
}

static inline u64 vmx_real_cr3(void)
{
	return vmcs_read(GUEST_CR3);
}

static inline u64 vmx_real_cr4(void)
{
	return vmcs_read(GUEST_CR4);
}

/* A task switch has set it: the guest's own bit. */
static inline void vmx_set_guest_ts(void)
{
	vmcs_set_bits(GUEST_CR0, X86_CR0_TS);
}

/* Rights as VMX has them: VMX_AR_*. */
static inline u32 vmx_guest_cs_rights(void)
{
	return vmcs_read32(GUEST_CS_AR_BYTES);
}

static inline u32 vmx_guest_ss_rights(void)
{
	return vmcs_read32(GUEST_SS_AR_BYTES);
}

static inline u64 vmx_guest_cs_base(void)
{
	return vmcs_read(GUEST_CS_BASE);
}

static inline u64 vmx_guest_gdt_base(void)
{
	return vmcs_read(GUEST_GDTR_BASE);
}

static inline u32 vmx_guest_gdt_limit(void)
{
	return vmcs_read32(GUEST_GDTR_LIMIT);
}

static inline u64 vmx_guest_idt_base(void)
{
	return vmcs_read(GUEST_IDTR_BASE);
}

static inline u32 vmx_guest_idt_limit(void)
{
	return vmcs_read32(GUEST_IDTR_LIMIT);
}

/* A canonical base: VM entry checks that. */
static inline void vmx_set_guest_gdt(u64 base, u16 limit)
{
	vmcs_write(GUEST_GDTR_BASE, base);
	vmcs_write(GUEST_GDTR_LIMIT, limit);
}

static inline void vmx_set_guest_idt(u64 base, u16 limit)
{
	vmcs_write(GUEST_IDTR_BASE, base);
	vmcs_write(GUEST_IDTR_LIMIT, limit);
}

/* As LMSW does it, which cannot clear PE: the guest's own bits all. */
static inline void vmx_set_guest_msw(u16 msw)
{
	u64 cr0 = vmcs_read(GUEST_CR0) & ~(X86_CR0_MP | X86_CR0_EM | X86_CR0_TS);

	vmcs_write(GUEST_CR0, cr0 | (msw & (X86_CR0_PE | X86_CR0_MP | X86_CR0_EM | X86_CR0_TS)));
}

/* An instruction has been executed: what STI or MOV SS held back comes. */
static inline void vmx_end_guest_shadow(void)
{
	vmcs_clear_bits(GUEST_INTERRUPTIBILITY_INFO,
			GUEST_INTR_STATE_STI | GUEST_INTR_STATE_MOV_SS);
}

/* SDM, "Guest Non-Register State": blocking by MOV SS. */
static inline void vmx_begin_guest_mov_ss_shadow(void)
{
	vmcs_set_bits(GUEST_INTERRUPTIBILITY_INFO, GUEST_INTR_STATE_MOV_SS);
}

/* A single step of the guest's own is due. */
static inline void vmx_guest_step_is_due(void)
{
	vmcs_set_bits(GUEST_PENDING_DBG_EXCEPTIONS, DR_STEP);
}

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
