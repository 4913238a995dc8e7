// SPDX-License-Identifier: GPL-2.0
/* General registers and segments of a vCPU, in the shape that KVM's API gives them. */
#include <asm/processor-flags.h>

#include "vmx.h"

/* VMCS fields of a segment, by enum vmx_segment: each kind is a row of fields, 2 apart. */
#define SEG_SELECTOR(which)	(GUEST_ES_SELECTOR + 2 * (which))
#define SEG_LIMIT(which)	(GUEST_ES_LIMIT + 2 * (which))
#define SEG_AR(which)		(GUEST_ES_AR_BYTES + 2 * (which))
#define SEG_BASE(which)		(GUEST_ES_BASE + 2 * (which))

static_assert(SEG_SELECTOR(VMX_TR) == GUEST_TR_SELECTOR);
static_assert(SEG_LIMIT(VMX_LDTR) == GUEST_LDTR_LIMIT);
static_assert(SEG_AR(VMX_GS) == GUEST_GS_AR_BYTES);
static_assert(SEG_BASE(VMX_TR) == GUEST_TR_BASE);

/* SDM, "Guest Register State": access rights. */
#define SEG_AR_TYPE_ACCESSED	BIT(0)		/* code and data segments */
#define SEG_AR_TYPE_BUSY		BIT(1)		/* TSS */
#define SEG_AR_TYPE(ar)		((ar) & 15)
#define SEG_AR_S			BIT(4)
#define SEG_AR_DPL(ar)		((ar) >> 5 & 3)
#define SEG_AR_DPL_SHIFT		5
#define SEG_AR_P			BIT(7)
#define SEG_AR_AVL			BIT(12)
#define SEG_AR_L			BIT(13)
#define SEG_AR_DB			BIT(14)
#define SEG_AR_G			BIT(15)
#define SEG_AR_UNUSABLE		BIT(16)

/**
 * vmx_get_regs() - read the general registers
 * @v: the vCPU, loaded.
 * @regs: where to.
 */
void vmx_get_regs(const struct vmx_vcpu *v, struct kvm_regs *regs)
{
	*regs = (struct kvm_regs) {
		.rax = v->gpr[VMX_RAX], .rbx = v->gpr[VMX_RBX],
		.rcx = v->gpr[VMX_RCX], .rdx = v->gpr[VMX_RDX],
		.rsi = v->gpr[VMX_RSI], .rdi = v->gpr[VMX_RDI],
		.rsp = vmcs_read(GUEST_RSP), .rbp = v->gpr[VMX_RBP],
		.r8 = v->gpr[VMX_R8], .r9 = v->gpr[VMX_R9],
		.r10 = v->gpr[VMX_R10], .r11 = v->gpr[VMX_R11],
		.r12 = v->gpr[VMX_R12], .r13 = v->gpr[VMX_R13],
		.r14 = v->gpr[VMX_R14], .r15 = v->gpr[VMX_R15],
		.rip = vmcs_read(GUEST_RIP), .rflags = vmcs_read(GUEST_RFLAGS),
	};
	/* A debugger's TF is none of the guest's. */
	if (vmx_single_steps(v) && !v->debugger.guest_tf)
		regs->rflags &= ~(u64)X86_EFLAGS_TF;
}

/**
 * vmx_set_regs() - write the general registers
 * @v: the vCPU, loaded.
 * @regs: the values; the fixed bits of RFLAGS are corrected.
 *
 * An exception that waits for the next entry belongs to the old RIP and is dropped.
 */
void vmx_set_regs(struct vmx_vcpu *v, const struct kvm_regs *regs)
{
	v->gpr[VMX_RAX] = regs->rax;
	v->gpr[VMX_RBX] = regs->rbx;
	v->gpr[VMX_RCX] = regs->rcx;
	v->gpr[VMX_RDX] = regs->rdx;
	v->gpr[VMX_RSI] = regs->rsi;
	v->gpr[VMX_RDI] = regs->rdi;
	v->gpr[VMX_RBP] = regs->rbp;
	v->gpr[VMX_R8] = regs->r8;
	v->gpr[VMX_R9] = regs->r9;
	v->gpr[VMX_R10] = regs->r10;
	v->gpr[VMX_R11] = regs->r11;
	v->gpr[VMX_R12] = regs->r12;
	v->gpr[VMX_R13] = regs->r13;
	v->gpr[VMX_R14] = regs->r14;
	v->gpr[VMX_R15] = regs->r15;
	/* A VMM that sends a halted vCPU elsewhere wants it to run there. */
	if (v->hlt_in_guest && regs->rip != vmcs_read(GUEST_RIP))
		vmcs_write(GUEST_ACTIVITY_STATE, GUEST_ACTIVITY_ACTIVE);
	vmcs_write(GUEST_RSP, regs->rsp);
	vmcs_write(GUEST_RIP, regs->rip);
	vmcs_write(GUEST_RFLAGS, regs->rflags | X86_EFLAGS_FIXED);
	if (vmx_single_steps(v)) {
		v->debugger.guest_tf = regs->rflags & X86_EFLAGS_TF;
		vmx_debug_next_step(v);
	}
	if ((v->event.info & INTR_INFO_INTR_TYPE_MASK) == INTR_TYPE_HARD_EXCEPTION)
		vmx_cancel_event(v);
}

/**
 * vmx_get_segment() - read a segment register
 * @seg: where to.
 * @which: enum vmx_segment.
 *
 * Context: the vCPU loaded.
 */
void vmx_get_segment(struct kvm_segment *seg, unsigned int which)
{
	u32 ar = vmcs_read32(SEG_AR(which));

	*seg = (struct kvm_segment) {
		.base = vmcs_read(SEG_BASE(which)),
		.limit = vmcs_read32(SEG_LIMIT(which)),
		.selector = vmcs_read32(SEG_SELECTOR(which)),
		.type = SEG_AR_TYPE(ar),
		.present = !!(ar & SEG_AR_P) && !(ar & SEG_AR_UNUSABLE),
		.dpl = SEG_AR_DPL(ar),
		.db = !!(ar & SEG_AR_DB),
		.s = !!(ar & SEG_AR_S),
		.l = !!(ar & SEG_AR_L),
		.g = !!(ar & SEG_AR_G),
		.avl = !!(ar & SEG_AR_AVL),
		.unusable = !!(ar & SEG_AR_UNUSABLE),
	};
}

static u32 segment_access_rights(const struct kvm_segment *seg)
{
	if (seg->unusable || !seg->present)
		return SEG_AR_UNUSABLE;
	return SEG_AR_TYPE(seg->type) | SEG_AR_P | (seg->dpl & 3) << SEG_AR_DPL_SHIFT |
	       (seg->s ? SEG_AR_S : 0) | (seg->avl ? SEG_AR_AVL : 0) | (seg->l ? SEG_AR_L : 0) |
	       (seg->db ? SEG_AR_DB : 0) | (seg->g ? SEG_AR_G : 0);
}

/**
 * vmx_set_segment() - write a segment register
 * @seg: the values, of userspace: VM entry checks them.
 * @which: enum vmx_segment.
 *
 * Context: the vCPU loaded.
 */
void vmx_set_segment(const struct kvm_segment *seg, unsigned int which)
{
	u32 ar = segment_access_rights(seg);

	/*
	 * Descriptors are marked accessed, and TR busy, when they are loaded; callers often give
	 * the values from before. SDM, "Checks on Guest Segment Registers".
	 */
	if (!(ar & SEG_AR_UNUSABLE)) {
		if (ar & SEG_AR_S)
			ar |= SEG_AR_TYPE_ACCESSED;
		else if (which == VMX_TR)
			ar |= SEG_AR_TYPE_BUSY;
	}
	vmcs_write(SEG_BASE(which), seg->base);
	vmcs_write(SEG_LIMIT(which), seg->limit);
	vmcs_write(SEG_SELECTOR(which), seg->selector);
	vmcs_write(SEG_AR(which), ar);
}

/**
 * vmx_get_hidden_segment() - what segmentation needs of a segment register
 * @seg: where to.
 * @which: enum vmx_segment.
 *
 * Context: the vCPU loaded.
 */
void vmx_get_hidden_segment(struct guest_seg *seg, unsigned int which)
{
	seg->base = vmcs_read(SEG_BASE(which));
	seg->limit = vmcs_read32(SEG_LIMIT(which));
	seg->access_rights = vmcs_read32(SEG_AR(which));
}

/**
 * vmx_get_selector() - the visible part of a segment register
 * @which: enum vmx_segment.
 *
 * Context: the vCPU loaded.
 */
u16 vmx_get_selector(unsigned int which)
{
	return vmcs_read32(SEG_SELECTOR(which));
}

/**
 * vmx_set_hidden_segment() - write a segment register as segmentation sees it
 * @which: enum vmx_segment.
 * @selector: its visible part.
 * @seg: the rest.
 *
 * Context: the vCPU loaded.
 */
void vmx_set_hidden_segment(unsigned int which, u16 selector, const struct guest_seg *seg)
{
	vmcs_write(SEG_SELECTOR(which), selector);
	vmcs_write(SEG_BASE(which), seg->base);
	vmcs_write(SEG_LIMIT(which), seg->limit);
	vmcs_write(SEG_AR(which), seg->access_rights);
}
