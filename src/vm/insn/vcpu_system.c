// SPDX-License-Identifier: GPL-2.0
/*
 * System registers, for instructions whose operand lies in device memory, and for those of
 * descriptor tables where UMIP is emulated. The processor has checked the guest's right to such an
 * instruction; but another processor of the guest's may have changed its bytes since, so all is
 * checked again.
 */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "guest_desc.h"
#include "guest_walk.h"
#include "insn.h"
#include "vcpu.h"
#include "vm_insn.h"
#include "vmx_guest.h"

static_assert(INSN_SYS_ES == (int)VMX_ES && INSN_SYS_GS == (int)VMX_GS);
static_assert(INSN_SYS_LDTR == (int)VMX_LDTR && INSN_SYS_TR == (int)VMX_TR);

/* A data segment of virtual-8086 mode. */
#define VMH_VM86_RIGHTS		0xf3

static int vmh_system_gp(struct guest_fault *fault)
{
	*fault = (struct guest_fault) {
		.vector = GUEST_VECTOR_GP, .has_error = vmx_real_cr0() & X86_CR0_PE,
	};
	return -EFAULT;
}

/**
 * vmh_guest_sys_get() - read a system register
 * @ctx: the vCPU, loaded.
 * @which: enum insn_sys.
 * @value: where to, as struct emul_ops wants it.
 *
 * Return: 0.
 */
int vmh_guest_sys_get(void *ctx, unsigned int which, u64 value[2])
{
	value[1] = 0;
	switch (which) {
	case INSN_SYS_GDTR:
		value[0] = vmx_guest_gdt_limit();
		value[1] = vmx_guest_gdt_base();
		break;
	case INSN_SYS_IDTR:
		value[0] = vmx_guest_idt_limit();
		value[1] = vmx_guest_idt_base();
		break;
	case INSN_SYS_MSW:
		value[0] = vmx_guest_cr0() & U16_MAX;
		break;
	case INSN_SYS_CPL:
		value[0] = vmx_guest_cpl();
		break;
	case INSN_SYS_FCW:
		value[0] = vmx_get_fcw();
		break;
	case INSN_SYS_FSW:
		value[0] = vmx_get_fsw();
		break;
	case INSN_SYS_MXCSR:
		value[0] = vmx_get_mxcsr();
		break;
	default:
		value[0] = vmx_get_selector(which);
	}
	return 0;
}

static int vmh_desc_read(void *ctx, u64 linear, void *buf, unsigned int len,
			 struct guest_fault *fault)
{
	return vmh_guest_copy_implicit(ctx, linear, buf, len, false, fault);
}

static int vmh_desc_write(void *ctx, u64 linear, const void *buf, unsigned int len,
			  struct guest_fault *fault)
{
	return vmh_guest_copy_implicit(ctx, linear, (void *)buf, len, true, fault);
}

static const struct guest_desc_ops vmh_desc_ops = {
	.read = vmh_desc_read,
	.write = vmh_desc_write,
};

/* Real mode keeps limit and rights; virtual-8086 mode has its own. */
static void vmh_load_real_segment(const struct vmh_vcpu *vcpu, unsigned int which, u16 selector)
{
	struct guest_seg seg;

	vmx_get_hidden_segment(&seg, which);
	seg.base = (u32)selector << 4;
	if (vmx_real_cr0() & X86_CR0_PE) {
		seg.limit = U16_MAX;
		seg.access_rights = VMH_VM86_RIGHTS;
	}
	vmx_set_hidden_segment(which, selector, &seg);
}

/* The processor reads descriptors: not in real mode, nor in virtual-8086 mode. */
static bool vmh_has_descriptors(void)
{
	return (vmx_real_cr0() & X86_CR0_PE) && !(vmx_guest_rflags() & X86_EFLAGS_VM);
}

static void vmh_get_desc_tables(const struct vmh_vcpu *vcpu, struct guest_desc_tables *tables)
{
	*tables = (struct guest_desc_tables) {
		.gdt_base = vmx_guest_gdt_base(),
		.gdt_limit = vmx_guest_gdt_limit(),
		.cpl = vmx_guest_cpl(),
		.long_mode = vmh_guest_in_64bit_code(vcpu),
	};
	vmx_get_hidden_segment(&tables->ldt, VMX_LDTR);
}

static int vmh_load_segment(struct vmh_vcpu *vcpu, unsigned int which, u16 selector,
			    struct guest_fault *fault)
{
	struct guest_desc_tables tables;
	struct guest_seg seg;
	int ret;

	if (!vmh_has_descriptors()) {
		vmh_load_real_segment(vcpu, which, selector);
		return 0;
	}
	vmh_get_desc_tables(vcpu, &tables);
	ret = guest_desc_load(&tables, which, selector, &vmh_desc_ops, vcpu, &seg, fault);
	if (!ret)
		vmx_set_hidden_segment(which, selector, &seg);
	return ret;
}

/* LLDT and LTR. */
static int vmh_load_system_segment(struct vmh_vcpu *vcpu, unsigned int which, u16 selector,
				   struct guest_fault *fault)
{
	struct guest_desc_tables tables;
	struct guest_seg seg;
	int ret;

	if (!vmh_has_descriptors()) {
		*fault = (struct guest_fault) { .vector = X86_TRAP_UD };
		return -EFAULT;
	}
	if (vmx_guest_cpl())
		return vmh_system_gp(fault);
	vmh_get_desc_tables(vcpu, &tables);
	ret = guest_desc_load_system(&tables, which == INSN_SYS_TR, selector, &vmh_desc_ops, vcpu,
				     &seg, fault);
	if (!ret)
		vmx_set_hidden_segment(which, selector, &seg);
	return ret;
}

static int vmh_load_table(unsigned int which, u16 limit, u64 base, struct guest_fault *fault)
{
	if (vmx_guest_cpl() || !guest_is_canonical(base))
		return vmh_system_gp(fault);
	if (which == INSN_SYS_GDTR)
		vmx_set_guest_gdt(base, limit);
	else
		vmx_set_guest_idt(base, limit);
	return 0;
}

static int vmh_load_msw(u16 msw, struct guest_fault *fault)
{
	if (vmx_guest_cpl())
		return vmh_system_gp(fault);
	vmx_set_guest_msw(msw);
	return 0;
}

/**
 * vmh_guest_sys_set() - load a system register
 * @ctx: the vCPU, loaded.
 * @which: enum insn_sys.
 * @value: what, as struct emul_ops has it.
 * @fault: filled on -EFAULT.
 *
 * Context: its thread, may sleep.
 *
 * Return: 0; -EFAULT for a fault to inject; -EIO when a descriptor cannot be reached; -EAGAIN to
 * have the guest try again; -EOPNOTSUPP.
 */
int vmh_guest_sys_set(void *ctx, unsigned int which, const u64 value[2], struct guest_fault *fault)
{
	switch (which) {
	case INSN_SYS_GDTR:
	case INSN_SYS_IDTR:
		return vmh_load_table(which, value[0], value[1], fault);
	case INSN_SYS_MSW:
		return vmh_load_msw(value[0], fault);
	case INSN_SYS_FCW:
		return vmx_set_fcw(value[0]);
	case INSN_SYS_MXCSR:
		return vmx_set_mxcsr(value[0]) ? vmh_system_gp(fault) : 0;
	case INSN_SYS_LDTR:
	case INSN_SYS_TR:
		return vmh_load_system_segment(ctx, which, value[0], fault);
	case INSN_SYS_ES:
	case INSN_SYS_SS:
	case INSN_SYS_DS:
	case INSN_SYS_FS:
	case INSN_SYS_GS:
		return vmh_load_segment(ctx, which, value[0], fault);
	}
	return -EOPNOTSUPP;
}
