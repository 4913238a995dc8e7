// SPDX-License-Identifier: GPL-2.0
/* System registers of a vCPU: segments, descriptor tables, control registers, EFER. */
#include <asm/msr-index.h>
#include <asm/processor-flags.h>

#include "vm_error.h"
#include "vmx.h"
#include "vmx_guest.h"

/* struct kvm_sregs names the segments; the VMCS numbers them. */
static struct kvm_segment *sregs_segment(struct kvm_sregs *sregs, unsigned int which)
{
	struct kvm_segment *const segment[] = {
		[VMX_ES] = &sregs->es, [VMX_CS] = &sregs->cs, [VMX_SS] = &sregs->ss,
		[VMX_DS] = &sregs->ds, [VMX_FS] = &sregs->fs, [VMX_GS] = &sregs->gs,
		[VMX_LDTR] = &sregs->ldt, [VMX_TR] = &sregs->tr,
	};

	return segment[which];
}

/* A register that is part the guest's, part a shadow: what the guest reads. */
static u64 vmx_shadowed(unsigned long real, unsigned long mask, unsigned long shadow)
{
	u64 host_owned = vmcs_read(mask);

	return (vmcs_read(real) & ~host_owned) | (vmcs_read(shadow) & host_owned);
}

/**
 * vmx_guest_cr0() - CR0 as the guest reads it
 *
 * Context: the vCPU loaded.
 */
u64 vmx_guest_cr0(void)
{
	return vmx_shadowed(GUEST_CR0, CR0_GUEST_HOST_MASK, CR0_READ_SHADOW);
}

/**
 * vmx_guest_cr4() - CR4 as the guest reads it
 *
 * Context: the vCPU loaded.
 */
u64 vmx_guest_cr4(void)
{
	return vmx_shadowed(GUEST_CR4, CR4_GUEST_HOST_MASK, CR4_READ_SHADOW);
}

/**
 * vmx_get_sregs() - read the system registers
 * @v: the vCPU, loaded.
 * @sregs: where to; cr8, apic_base and interrupt_bitmap are the caller's to fill.
 */
void vmx_get_sregs(const struct vmx_vcpu *v, struct kvm_sregs *sregs)
{
	unsigned int which;

	memset(sregs, 0, sizeof(*sregs));
	for (which = VMX_ES; which <= VMX_TR; which++)
		vmx_get_segment(sregs_segment(sregs, which), which);
	sregs->gdt.base = vmcs_read(GUEST_GDTR_BASE);
	sregs->gdt.limit = vmcs_read32(GUEST_GDTR_LIMIT);
	sregs->idt.base = vmcs_read(GUEST_IDTR_BASE);
	sregs->idt.limit = vmcs_read32(GUEST_IDTR_LIMIT);
	sregs->cr0 = vmx_guest_cr0();
	sregs->cr2 = v->cr2;
	sregs->cr3 = vmcs_read(GUEST_CR3);
	sregs->cr4 = vmx_guest_cr4();
	sregs->efer = vmx_guest_efer(v);
}

#define SREGS_ERROR(member, expected) \
	VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_sregs, member, s->member, expected)

static int sregs_check_cr0(const struct kvm_sregs *s, struct vmh_error *err)
{
	if (s->cr0 >> 32)
		return SREGS_ERROR(cr0, U32_MAX);
	if ((s->cr0 & X86_CR0_PG) && !(s->cr0 & X86_CR0_PE))
		return SREGS_ERROR(cr0, s->cr0 | X86_CR0_PE);
	if ((s->cr0 & X86_CR0_NW) && !(s->cr0 & X86_CR0_CD))
		return SREGS_ERROR(cr0, s->cr0 | X86_CR0_CD);
	return 0;
}

static int sregs_check_long_mode(const struct kvm_sregs *s, struct vmh_error *err)
{
	u64 lma = (s->efer & EFER_LME) && (s->cr0 & X86_CR0_PG) ? EFER_LMA : 0;

	if ((s->efer & EFER_LMA) != lma)
		return SREGS_ERROR(efer, (s->efer & ~(u64)EFER_LMA) | lma);
	if (lma && !(s->cr4 & X86_CR4_PAE))
		return SREGS_ERROR(cr4, s->cr4 | X86_CR4_PAE);
	return 0;
}

static void vmx_set_cr0(u64 cr0)
{
	vmcs_write(GUEST_CR0, (cr0 & ~(u64)VMX_CR0_HOST_OWNED) | X86_CR0_NE | X86_CR0_ET);
	vmcs_write(CR0_READ_SHADOW, (cr0 & VMX_CR0_HOST_OWNED) | X86_CR0_ET);
}

/**
 * vmx_set_efer() - change the guest's EFER
 * @v: the vCPU, loaded.
 * @efer: the new value; LMA as CR0.PG makes it.
 *
 * The caller flushes what was cached with the old one.
 */
void vmx_set_efer(struct vmx_vcpu *v, u64 efer)
{
	vmx_msrs_changed(v);
	v->efer = efer & ~EFER_LMA;
	vmcs_write(GUEST_IA32_EFER, efer);
	if (efer & EFER_LMA)
		vmcs_set_bits(VM_ENTRY_CONTROLS, VM_ENTRY_IA32E_MODE);
	else
		vmcs_clear_bits(VM_ENTRY_CONTROLS, VM_ENTRY_IA32E_MODE);
}

/* Set at module load where exits do not save IA32_EFER. */
DEFINE_STATIC_KEY_FALSE(vmx_efer_unsaved);

/**
 * vmx_save_efer() - what an exit would have saved of IA32_EFER
 * @v: the vCPU, after an exit.
 *
 * Its LMA is all that a guest can change without an exit, by CR0.PG; and that is in the entry
 * controls. SDM, "Saving Control Registers, Debug Registers, and MSRs".
 */
void vmx_save_efer(const struct vmx_vcpu *v)
{
	u64 lma = vmcs_read32(VM_ENTRY_CONTROLS) & VM_ENTRY_IA32E_MODE ? EFER_LMA : 0;

	if ((vmcs_read(GUEST_IA32_EFER) & EFER_LMA) != lma)
		vmcs_write(GUEST_IA32_EFER, v->efer | lma);
}

/**
 * vmx_check_sregs() - can these system registers be set?
 * @v: the vCPU.
 * @s: the values; cr8, apic_base and interrupt_bitmap are the caller's.
 * @err: which of them cannot be, when control registers and EFER contradict each other or the
 *	guest's CPUID.
 *
 * Return: 0 or -EINVAL.
 */
int vmx_check_sregs(const struct vmx_vcpu *v, const struct kvm_sregs *s, struct vmh_error *err)
{
	/* Before it has a table, a guest's CPUID forbids nothing that there is. */
	u64 cr4 = v->cpuid->nr ? cpuid_cr4_valid(v->cpuid) : cpuid_cr4_offered(v->cpuid);
	u64 efer = v->cpuid->nr ? cpuid_efer_valid(v->cpuid) : cpuid_efer_offered();
	u64 cr3 = GENMASK_ULL(cpuid_phys_bits(v->cpuid) - 1, 0);
	int ret = sregs_check_cr0(s, err);

	if (ret)
		return ret;
	if (s->cr4 & ~cr4)
		return SREGS_ERROR(cr4, cr4);
	/* Where long mode is not, LMA is out of place and nothing more: said below. */
	if (s->efer & ~(efer | EFER_LMA))
		return SREGS_ERROR(efer, efer);
	if (s->cr3 & ~cr3)
		return SREGS_ERROR(cr3, cr3);
	return sregs_check_long_mode(s, err);
}

/**
 * vmx_set_sregs() - write the system registers
 * @v: the vCPU, loaded.
 * @sregs: the values, which vmx_check_sregs() has passed.
 */
void vmx_set_sregs(struct vmx_vcpu *v, const struct kvm_sregs *sregs)
{
	struct kvm_sregs copy = *sregs;
	unsigned int which;

	for (which = VMX_ES; which <= VMX_TR; which++)
		vmx_set_segment(sregs_segment(&copy, which), which);
	vmcs_write(GUEST_GDTR_BASE, sregs->gdt.base);
	vmcs_write(GUEST_GDTR_LIMIT, sregs->gdt.limit);
	vmcs_write(GUEST_IDTR_BASE, sregs->idt.base);
	vmcs_write(GUEST_IDTR_LIMIT, sregs->idt.limit);
	vmx_set_cr0(sregs->cr0);
	v->cr2 = sregs->cr2;
	vmcs_write(GUEST_CR3, sregs->cr3);
	vmcs_write(GUEST_CR4, sregs->cr4 | vmx_conf.cr4_always);
	vmx_set_cr4_host_owned(v, sregs->cr4);
	vmx_set_efer(v, sregs->efer);
	vmx_flush_guest(v);
}

/**
 * vmx_set_cr3() - load the guest's CR3 in its stead
 * @v: the vCPU, loaded.
 * @cr3: the new value.
 */
void vmx_set_cr3(struct vmx_vcpu *v, u64 cr3)
{
	vmcs_write(GUEST_CR3, cr3);
	vmx_flush_guest(v);
}

/* PAE paging, where entries load the PDPTEs? */
static bool vmx_uses_pdptrs(const struct vmx_vcpu *v)
{
	return (vmcs_read(GUEST_CR0) & X86_CR0_PG) && (vmcs_read(GUEST_CR4) & X86_CR4_PAE) &&
	       !(vmx_guest_efer(v) & EFER_LMA);
}

/**
 * vmx_set_pdptrs() - give the processor the PDPTEs of a guest in PAE paging
 * @pdptr: their four values.
 *
 * Needed only when userspace set CR3: a guest's own MOV loads them. Context: the vCPU loaded.
 */
void vmx_set_pdptrs(const u64 pdptr[4])
{
	vmcs_write(GUEST_PDPTR0, pdptr[0]);
	vmcs_write(GUEST_PDPTR1, pdptr[1]);
	vmcs_write(GUEST_PDPTR2, pdptr[2]);
	vmcs_write(GUEST_PDPTR3, pdptr[3]);
}

/**
 * vmx_get_pdptrs() - read the PDPTE registers
 * @v: the vCPU, loaded.
 * @pdptr: where to; left alone when they are not in use.
 *
 * Return: whether they are in use: PAE paging without long mode.
 */
bool vmx_get_pdptrs(const struct vmx_vcpu *v, u64 pdptr[4])
{
	if (!vmx_uses_pdptrs(v))
		return false;
	pdptr[0] = vmcs_read(GUEST_PDPTR0);
	pdptr[1] = vmcs_read(GUEST_PDPTR1);
	pdptr[2] = vmcs_read(GUEST_PDPTR2);
	pdptr[3] = vmcs_read(GUEST_PDPTR3);
	return true;
}

/**
 * vmx_get_paging() - what a software walk of the guest's page tables needs to know
 * @v: the vCPU, loaded.
 * @paging: where to.
 */
void vmx_get_paging(const struct vmx_vcpu *v, struct guest_paging *paging)
{
	*paging = (struct guest_paging) {
		.cr0 = vmcs_read(GUEST_CR0),
		.cr3 = vmcs_read(GUEST_CR3),
		.cr4 = vmcs_read(GUEST_CR4),
		.efer = vmx_guest_efer(v),
		.rflags = vmcs_read(GUEST_RFLAGS),
		.pkru = v->pkru,
		.phys_bits = cpuid_phys_bits(v->cpuid),
	};
	vmx_get_pdptrs(v, paging->pdptr);
}

/**
 * vmx_cpuid_changed() - the guest's CPUID, CR4 or XCR0 is another one
 * @v: the vCPU, loaded.
 *
 * CR4 bits that the guest has by its CPUID become its own; CPUID shows what CR4 and XCR0 are.
 */
void vmx_cpuid_changed(struct vmx_vcpu *v)
{
	u64 host = VMX_CR4_HOST_OWNED | vmx_conf.cr4_emulated;
	u64 owned = cpuid_cr4_valid(v->cpuid) & ~host;
	struct cpuid_dynamic now = {
		.cr4 = vmx_guest_cr4(),
		.xcr0 = v->xcr0,
		.xss = v->msrs.xss,
		.apic_base = v->apic_base,
	};

	vmcs_write(CR4_GUEST_HOST_MASK, ~owned);
	vmcs_write(CR4_READ_SHADOW, now.cr4 & ~owned);
	v->uses_pkru = (now.cr4 & X86_CR4_PKE) ||
		       ((now.cr4 & X86_CR4_OSXSAVE) && (now.xcr0 & XFEATURE_MASK_PKRU));
	cpuid_table_update(v->cpuid, &now);
}

/**
 * vmx_set_cr4_host_owned() - bring the CR4 bits that the guest does not own to a value
 * @v: the vCPU, loaded.
 * @value: CR4 as the guest wants it; bits that the guest owns are left as they are.
 */
void vmx_set_cr4_host_owned(struct vmx_vcpu *v, u64 value)
{
	u64 host_owned = vmcs_read(CR4_GUEST_HOST_MASK);
	u64 cr4 = vmcs_read(GUEST_CR4);

	cr4 = (cr4 & ~host_owned) | (value & host_owned) | vmx_conf.cr4_always;
	vmcs_write(GUEST_CR4, cr4 & ~vmx_conf.cr4_emulated);
	vmcs_write(CR4_READ_SHADOW, value & host_owned);
	vmx_emulate_cr4(value);
	v->osxsave = value & X86_CR4_OSXSAVE;
	vmx_cpuid_changed(v);
}
