// SPDX-License-Identifier: GPL-2.0
/*
 * Control, debug and extended control registers. SDM, "Changes to Instruction Behavior in VMX
 * Non-Root Operation" and exit qualifications for control-register accesses and MOV DR.
 *
 * The guest owns nearly all bits of CR0 and CR4: the processor checks and applies them without an
 * exit. A MOV that changes one of the few others exits. The handler brings just those bits, real
 * and shadow, to the value asked for, and lets the guest execute the MOV again: now no foreign bit
 * differs, and the processor does the rest with all its checks.
 */
#include <linux/percpu.h>
#include <asm/processor.h>
#include <asm/debugreg.h>
#include <asm/fpu/xcr.h>

#include "exit.h"

#define CR_NUMBER(qual)		((qual) & 15)
#define CR_ACCESS(qual)		(((qual) >> 4) & 3)
#define CR_GPR(qual)		(((qual) >> 8) & 15)

enum cr_access {
	CR_MOV_TO,
	CR_MOV_FROM,
	CR_CLTS,
	CR_LMSW,
};

#define DR_NUMBER(qual)		((qual) & 7)
#define DR_FROM			BIT(4)
#define DR_GPR(qual)		(((qual) >> 8) & 15)

#define XCR0_AVX512		(XFEATURE_MASK_OPMASK | XFEATURE_MASK_ZMM_Hi256 | \
				 XFEATURE_MASK_Hi16_ZMM)

static u64 vmx_gpr_value(const struct vmx_vcpu *v, unsigned int gpr)
{
	return gpr == VMX_RSP ? vmcs_read(GUEST_RSP) : v->gpr[gpr];
}

static void vmx_set_gpr(struct vmx_vcpu *v, unsigned int gpr, u64 value)
{
	if (gpr == VMX_RSP)
		vmcs_write(GUEST_RSP, value);
	else
		v->gpr[gpr] = value;
}

/* What a MOV changes without more ado; other bits than these and those of the mode are reserved. */
#define CR0_PLAIN		(X86_CR0_MP | X86_CR0_EM | X86_CR0_TS | X86_CR0_WP | X86_CR0_AM)

/*
 * ET is always 1, which a hypervisor around this one may not show to a guest that owns the bit. A
 * MOV that clears it would exit for ever, so it is not executed again: what it changes is changed
 * here. Only where it also changes the mode does the guest get the bit, and keeps it.
 */
static enum vmx_result vmx_guest_clears_et(struct vmx_vcpu *v, u64 changed)
{
	if (changed & (X86_CR0_PE | X86_CR0_PG)) {
		vmcs_write(CR0_GUEST_HOST_MASK, VMX_CR0_HOST_OWNED & ~X86_CR0_ET);
		return VMX_RESUME;
	}
	vmcs_write(GUEST_CR0, vmcs_read(GUEST_CR0) ^ (changed & CR0_PLAIN));
	vmx_flush_guest(v);
	return vmx_complete(v);
}

/* Only CD, NW, NE, ET and the reserved bits are ours; the first two have no effect on a guest. */
static enum vmx_result vmx_guest_sets_cr0(struct vmx_vcpu *v, u64 value)
{
	bool bad_cache = (value & X86_CR0_NW) && !(value & X86_CR0_CD);
	bool bad_paging = (value & X86_CR0_PG) && !(value & X86_CR0_PE);
	u64 changed;

	if (value >> 32 || bad_cache || bad_paging)
		return vmx_fault_gp(v);
	vmcs_write(CR0_READ_SHADOW, (value & VMX_CR0_HOST_OWNED) | X86_CR0_ET);
	changed = (vmcs_read(GUEST_CR0) ^ value) & ~VMX_CR0_HOST_OWNED;
	if (!changed)
		return vmx_complete(v);
	return value & X86_CR0_ET ? VMX_RESUME : vmx_guest_clears_et(v, changed);
}

/* Ends the turn: the next one starts with the XCR0 that CR4.OSXSAVE asks for. */
static enum vmx_result vmx_guest_sets_cr4(struct vmx_vcpu *v, u64 value)
{
	if (value & ~cpuid_cr4_valid(v->cpuid))
		return vmx_fault_gp(v);
	vmx_set_cr4_host_owned(v, value);
	return VMX_HOST_IRQ;
}

static enum vmx_result vmx_mov_to_cr(struct vmx_vcpu *v, unsigned int cr, u64 value)
{
	switch (cr) {
	case 0:
		return vmx_guest_sets_cr0(v, value);
	case 4:
		return vmx_guest_sets_cr4(v, value);
	case 8:
		if (value & ~15ULL)
			return vmx_fault_gp(v);
		v->cr8 = value;
		vmx_skip_instruction(v);
		return VMX_CR8_WRITE;
	}
	return VMX_UNKNOWN;
}

enum vmx_result vmx_exit_cr(struct vmx_vcpu *v)
{
	u64 qual = vmcs_read(EXIT_QUALIFICATION);
	unsigned int cr = CR_NUMBER(qual), gpr = CR_GPR(qual);

	switch (CR_ACCESS(qual)) {
	case CR_MOV_TO:
		return vmx_mov_to_cr(v, cr, vmx_gpr_value(v, gpr));
	case CR_MOV_FROM:
		if (cr != 8)
			break;
		v->cr8_gpr = gpr;
		vmx_skip_instruction(v);
		return VMX_CR8_READ;
	}
	return VMX_UNKNOWN;
}

static u64 vmx_get_dr(const struct vmx_vcpu *v, unsigned int dr)
{
	switch (dr) {
	case 0 ... 3:
		return v->dr[dr];
	case 6:
		return v->dr6;
	default:
		return v->dr7;
	}
}

static bool vmx_guest_sets_dr(struct vmx_vcpu *v, unsigned int dr, u64 value)
{
	switch (dr) {
	case 0 ... 3:
		v->dr[dr] = value;
		return true;
	case 6:
		if (value >> 32)
			return false;
		v->dr6 = (value & VMX_DR6_WRITABLE) | DR6_RESERVED;
		return true;
	default:
		if (value >> 32)
			return false;
		vmx_set_dr7(v, value);
		return true;
	}
}

/* In the processor's stead. The exit comes before the checks of CR4.DE, CPL and DR7.GD. */
static enum vmx_result vmx_emulate_mov_dr(struct vmx_vcpu *v)
{
	u64 qual = vmcs_read(EXIT_QUALIFICATION);
	unsigned int dr = DR_NUMBER(qual), gpr = DR_GPR(qual);

	if (dr == 4 || dr == 5) {
		if (vmcs_read(GUEST_CR4) & X86_CR4_DE)
			return vmx_fault_ud(v);
		dr += 2;
	}
	if (vmx_guest_cpl())
		return vmx_fault_gp(v);
	if (vmx_effective_dr7(v) & VMX_DR7_GD) {
		if (vmx_debugger_takes_db(v, VMX_DR6_BD) == VMX_DEBUG)
			return VMX_DEBUG;
		vmx_inject_db(v, VMX_DR6_BD);
		return VMX_RESUME;
	}
	if (qual & DR_FROM) {
		vmx_set_gpr(v, gpr, vmx_get_dr(v, dr));
		return vmx_complete(v);
	}
	if (!vmx_guest_sets_dr(v, dr, vmx_gpr_value(v, gpr)))
		return vmx_fault_gp(v);
	vmx_skip_instruction(v);
	/* The next turn loads breakpoints that are enabled now. */
	return v->breakpoints ? VMX_HOST_IRQ : VMX_RESUME;
}

/* The first one. The processor executes it again in the next turn, and those after it. */
enum vmx_result vmx_exit_dr(struct vmx_vcpu *v)
{
	if (unlikely(!vmx_may_own_debugregs(v)))
		return vmx_emulate_mov_dr(v);
	vmx_own_debugregs(v);
	return VMX_HOST_IRQ;
}

/* SDM, "XSETBV—Set Extended Control Register": which combinations fault. */
static bool vmx_xcr0_is_valid(const struct vmx_vcpu *v, u64 xcr0)
{
	/* x87 is what XCR0 has after power-up, whether the guest knows XSAVE or not. */
	if ((xcr0 & ~(cpuid_xcr0_valid(v->cpuid) | XFEATURE_MASK_FP)) || !(xcr0 & XFEATURE_MASK_FP))
		return false;
	if ((xcr0 & XFEATURE_MASK_YMM) && !(xcr0 & XFEATURE_MASK_SSE))
		return false;
	if (!(xcr0 & XCR0_AVX512))
		return true;
	return (xcr0 & XCR0_AVX512) == XCR0_AVX512 && (xcr0 & XFEATURE_MASK_YMM);
}

/**
 * vmx_set_xcr0() - change the guest's XCR0
 * @v: the vCPU.
 * @xcr0: the new value.
 *
 * Return: 0, or -EINVAL when the value is not one that the guest's CPUID allows.
 */
int vmx_set_xcr0(struct vmx_vcpu *v, u64 xcr0)
{
	if (!vmx_xcr0_is_valid(v, xcr0))
		return -EINVAL;
	v->xcr0 = xcr0;
	vmx_cpuid_changed(v);
	return 0;
}

/* Ends the turn: the next one starts with the new XCR0. The exit comes before the CPL's check. */
enum vmx_result vmx_exit_xsetbv(struct vmx_vcpu *v)
{
	u64 value = (u32)v->gpr[VMX_RAX] | v->gpr[VMX_RDX] << 32;

	if (vmx_guest_cpl() || (u32)v->gpr[VMX_RCX] != XCR_XFEATURE_ENABLED_MASK ||
	    vmx_set_xcr0(v, value))
		return vmx_fault_gp(v);
	vmx_skip_instruction(v);
	return VMX_HOST_IRQ;
}
