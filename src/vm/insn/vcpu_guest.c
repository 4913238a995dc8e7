// SPDX-License-Identifier: GPL-2.0
/* The guest's linear address space, for instructions that vmh executes in its place. */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "guest_memory.h"
#include "vcpu.h"
#include "vm_insn.h"
#include "vmx_guest.h"

static int vmh_walk_read(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	return vmh_mem_read(ctx, gpa, buf, len);
}

static int vmh_walk_cmpxchg(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	return vmh_mem_cmpxchg(ctx, gpa, old, new, len);
}

static const struct guest_walk_ops vmh_walk_ops = {
	.read_phys = vmh_walk_read,
	.cmpxchg_phys = vmh_walk_cmpxchg,
};

/**
 * vmh_guest_translate() - where a linear address leads
 * @vcpu: the vCPU, loaded.
 * @linear: the address.
 * @access: enum guest_access; the privilege level is added.
 * @gpa: the guest-physical address.
 * @fault: filled on -EFAULT.
 *
 * Context: its thread, may sleep.
 *
 * Return: 0; -EFAULT for a page fault to inject; -EIO when the tables cannot be read.
 */
int vmh_guest_translate(struct vmh_vcpu *vcpu, u64 linear, unsigned int access, u64 *gpa,
			struct guest_fault *fault)
{
	struct guest_translation translation;
	struct guest_paging paging;
	int ret;

	vmx_get_paging(&vcpu->vmx, &paging);
	if (vmx_guest_cpl() == 3 && !(access & GUEST_ACCESS_IMPLICIT))
		access |= GUEST_ACCESS_USER;
	ret = guest_walk(&paging, linear, access, &vmh_walk_ops, vcpu->vm, &translation, fault);
	if (!ret)
		*gpa = translation.gpa;
	return ret;
}

/**
 * vmh_guest_copy_implicit() - read or write a structure of the processor's
 * @vcpu: the vCPU, loaded.
 * @linear: where it is.
 * @buf: what to write, or where to put what is read.
 * @len: how long it is.
 * @write: which of the two.
 * @fault: filled on -EFAULT.
 *
 * Goes up to the end of each page, and on.
 *
 * Context: its thread, may sleep.
 *
 * Return: 0; -EFAULT for a fault to inject; another errno when memory is out of reach.
 */
int vmh_guest_copy_implicit(struct vmh_vcpu *vcpu, u64 linear, void *buf, unsigned int len,
			    bool write, struct guest_fault *fault)
{
	unsigned int access = GUEST_ACCESS_IMPLICIT | (write ? GUEST_ACCESS_WRITE : 0);
	bool is_long = vmx_guest_efer(&vcpu->vmx) & EFER_LMA;
	unsigned int piece;
	u64 gpa, at;
	int ret = 0;

	for (; !ret && len; len -= piece, linear += piece, buf += piece) {
		piece = min_t(unsigned int, len, PAGE_SIZE - offset_in_page(linear));
		at = is_long ? linear : (u32)linear;
		ret = vmh_guest_translate(vcpu, at, access, &gpa, fault);
		if (ret)
			return ret;
		ret = write ? vmh_mem_write(vcpu->vm, gpa, buf, piece) :
			      vmh_mem_read(vcpu->vm, gpa, buf, piece);
		/* That is not a fault of the guest's. */
		if (ret == -EFAULT)
			ret = -EIO;
	}
	return ret;
}

/**
 * vmh_guest_in_64bit_code() - does the guest execute 64-bit code?
 * @vcpu: the vCPU, loaded.
 */
bool vmh_guest_in_64bit_code(const struct vmh_vcpu *vcpu)
{
	return (vmx_guest_efer(&vcpu->vmx) & EFER_LMA) &&
	       (vmx_guest_cs_rights() & VMX_AR_L_MASK);
}

static enum guest_seg_mode vmh_guest_seg_mode(const struct vmh_vcpu *vcpu)
{
	if (vmh_guest_in_64bit_code(vcpu))
		return GUEST_SEG_LONG;
	return vmx_real_cr0() & X86_CR0_PE ? GUEST_SEG_PROTECTED : GUEST_SEG_REAL;
}

/**
 * vmh_guest_seg_linear() - make a linear address of a segment and an offset
 * @vcpu: the vCPU, loaded.
 * @seg: enum guest_seg_id.
 * @offset: offset, of the instruction's address size.
 * @len: bytes accessed.
 * @access: enum guest_access.
 * @linear: the linear address.
 * @fault: filled on -EFAULT.
 *
 * Return: 0, or -EFAULT for a fault to inject.
 */
int vmh_guest_seg_linear(struct vmh_vcpu *vcpu, unsigned int seg, u64 offset, unsigned int len,
			 unsigned int access, u64 *linear, struct guest_fault *fault)
{
	enum guest_seg_mode mode = vmh_guest_seg_mode(vcpu);
	struct guest_seg hidden = {};

	/* In 64-bit code the others have no part in it. */
	if (mode != GUEST_SEG_LONG || seg == GUEST_SEG_FS || seg == GUEST_SEG_GS)
		vmx_get_hidden_segment(&hidden, seg);
	return guest_linear(&hidden, seg, mode, offset, len, access, linear, fault);
}

/**
 * vmh_guest_code_linear() - the linear address of a byte of the instruction at RIP
 * @vcpu: the vCPU, loaded.
 * @byte: which.
 *
 * Return: the address.
 */
u64 vmh_guest_code_linear(const struct vmh_vcpu *vcpu, unsigned int byte)
{
	u64 rip = vmx_guest_rip() + byte;

	if (vmh_guest_in_64bit_code(vcpu))
		return rip;
	return (u32)(rip + vmx_guest_cs_base());
}

/*
 * Bytes up to the end of a page; -ENXIO when the code is not in memory. Only the translation ends
 * in a fault of the guest's: that the VMM's page cannot be read is none of the guest's business.
 */
static int vmh_guest_fetch_piece(struct vmh_vcpu *vcpu, u64 linear, u8 *bytes, unsigned int len,
				 struct guest_fault *fault)
{
	u64 gpa;
	int ret = vmh_guest_translate(vcpu, linear, GUEST_ACCESS_FETCH, &gpa, fault);

	if (ret)
		return ret;
	ret = vmh_mem_read(vcpu->vm, gpa, bytes, len);
	return ret == -EFAULT ? -EIO : ret;
}

/**
 * vmh_guest_fetch() - the bytes at RIP
 * @vcpu: the vCPU, loaded.
 * @bytes: INSN_MAX_BYTES of room.
 * @len: how many were read: fewer only when the next page cannot be fetched from.
 * @fault: filled on -EFAULT.
 *
 * Context: its thread, may sleep.
 *
 * Return: 0; -EFAULT for a fault to inject; another errno when the code is out of reach.
 */
int vmh_guest_fetch(struct vmh_vcpu *vcpu, u8 *bytes, unsigned int *len,
		    struct guest_fault *fault)
{
	u64 linear = vmh_guest_code_linear(vcpu, 0);
	unsigned int first;
	int ret;

	first = min_t(unsigned int, INSN_MAX_BYTES, PAGE_SIZE - offset_in_page(linear));
	ret = vmh_guest_fetch_piece(vcpu, linear, bytes, first, fault);
	if (ret)
		return ret;
	*len = first;
	if (first < INSN_MAX_BYTES &&
	    !vmh_guest_fetch_piece(vcpu, linear + first, bytes + first, INSN_MAX_BYTES - first,
				   fault))
		*len = INSN_MAX_BYTES;
	return 0;
}

/**
 * vmh_guest_insn_mode() - how the guest's instructions are to be read
 * @vcpu: the vCPU, loaded.
 * @mode: where to.
 */
void vmh_guest_insn_mode(struct vmh_vcpu *vcpu, struct insn_mode *mode)
{
	if (vmh_guest_in_64bit_code(vcpu)) {
		*mode = (struct insn_mode) { .code_bytes = 8, .stack_bytes = 8 };
		return;
	}
	mode->code_bytes = vmx_guest_cs_rights() & VMX_AR_DB_MASK ? 4 : 2;
	mode->stack_bytes = vmx_guest_ss_rights() & VMX_AR_DB_MASK ? 4 : 2;
}

/**
 * vmh_guest_inject_fault() - deliver what an emulated instruction ran into
 * @vcpu: the vCPU, loaded.
 * @fault: the exception.
 */
void vmh_guest_inject_fault(struct vmh_vcpu *vcpu, const struct guest_fault *fault)
{
	if (fault->vector == GUEST_VECTOR_PF)
		vmx_inject_page_fault(&vcpu->vmx, fault->cr2, fault->error_code);
	else
		vmx_inject_exception(&vcpu->vmx, fault->vector, fault->has_error,
				     fault->error_code);
}

/* Are the PDPTE registers in use with these system registers? */
bool vmh_sregs_use_pdptrs(const struct kvm_sregs *sregs)
{
	return (sregs->cr0 & X86_CR0_PG) && (sregs->cr4 & X86_CR4_PAE) &&
	       !(sregs->efer & EFER_LMA);
}

/**
 * vmh_guest_read_pdptrs() - the PDPTEs that system registers from userspace lead to
 * @vcpu: the vCPU.
 * @sregs: the registers.
 * @pdptr: where to; left alone without PAE paging.
 *
 * SDM, "PDPTE Registers": a MOV to CR3 by the guest loads them by itself.
 *
 * Context: may sleep.
 *
 * Return: 1; 0 when they are not used; -EINVAL when they are not in guest memory.
 */
int vmh_guest_read_pdptrs(struct vmh_vcpu *vcpu, const struct kvm_sregs *sregs, u64 pdptr[4])
{
	if (!vmh_sregs_use_pdptrs(sregs))
		return 0;
	if (vmh_mem_read(vcpu->vm, sregs->cr3 & 0xffffffe0, pdptr, 4 * sizeof(*pdptr)))
		return -EINVAL;
	return 1;
}
