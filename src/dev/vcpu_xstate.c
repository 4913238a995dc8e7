// SPDX-License-Identifier: GPL-2.0
/*
 * The calls on FPU, XSAVE and debug state. The guest's extended state lies in the kernel's own
 * format, which the kernel converts to and from the standard one.
 */
#include <asm/fpu/api.h>
#include <asm/fpu/types.h>
#include <asm/fpu/xcr.h>

#include "fail_point.h"
#include "ioctl.h"
#include "vcpu.h"

/* The other bits of MXCSR are reserved. */
#define VMH_MXCSR_MASK	0xffffU

/* struct kvm_fpu is FXSAVE's memory, rearranged. */
long vmh_get_fpu(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	const struct fxregs_state *fx = &vcpu->vmx.fpu.fpstate->regs.fxsave;
	struct kvm_fpu *fpu = call->data;

	memcpy(fpu->fpr, fx->st_space, sizeof(fpu->fpr));
	memcpy(fpu->xmm, fx->xmm_space, sizeof(fpu->xmm));
	fpu->fcw = fx->cwd;
	fpu->fsw = fx->swd;
	fpu->ftwx = fx->twd;
	fpu->last_opcode = fx->fop;
	fpu->last_ip = fx->rip;
	fpu->last_dp = fx->rdp;
	fpu->mxcsr = fx->mxcsr;
	return 0;
}

long vmh_set_fpu(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	union fpregs_state *regs = &vcpu->vmx.fpu.fpstate->regs;
	const struct kvm_fpu *fpu = call->data;

	/* A reserved bit would fault when the state is loaded. */
	if (fpu->mxcsr & ~VMH_MXCSR_MASK)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_fpu, mxcsr, fpu->mxcsr,
				      VMH_MXCSR_MASK);
	memcpy(regs->fxsave.st_space, fpu->fpr, sizeof(fpu->fpr));
	memcpy(regs->fxsave.xmm_space, fpu->xmm, sizeof(fpu->xmm));
	regs->fxsave.cwd = fpu->fcw;
	regs->fxsave.swd = fpu->fsw;
	regs->fxsave.twd = fpu->ftwx;
	regs->fxsave.fop = fpu->last_opcode;
	regs->fxsave.rip = fpu->last_ip;
	regs->fxsave.rdp = fpu->last_dp;
	regs->fxsave.mxcsr = fpu->mxcsr;
	if (boot_cpu_has(X86_FEATURE_XSAVE))
		regs->xsave.header.xfeatures |= XFEATURE_MASK_FPSSE;
	return 0;
}

/* Components that a guest with this CPUID can have, and those that it always has. */
static u64 vmh_guest_xfeatures(const struct vmh_vcpu *vcpu)
{
	return cpuid_xcr0_valid(vcpu->cpuid) | XFEATURE_MASK_FPSSE;
}

/* GET_XSAVE and GET_XSAVE2: what is switched fits into the smaller structure. */
long vmh_get_xsave(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;

	fpu_copy_guest_fpstate_to_uabi(&vcpu->vmx.fpu, call->data, sizeof(struct kvm_xsave),
				       vmh_guest_xfeatures(vcpu), vcpu->vmx.pkru);
	return 0;
}

long vmh_set_xsave(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	const struct xregs_state *xsave = call->data;
	u64 allowed = vmx_conf.host_xcr0 ? vcpu->cpuid->caps.xcr0 : XFEATURE_MASK_FPSSE;
	u32 pkru = vcpu->vmx.pkru;

	if (xsave->header.xfeatures & ~allowed)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct xregs_state, header.xfeatures,
				      xsave->header.xfeatures, allowed);
	if (xsave->i387.mxcsr & ~VMH_MXCSR_MASK)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct xregs_state, i387.mxcsr,
				      xsave->i387.mxcsr, VMH_MXCSR_MASK);
	if (fpu_copy_uabi_to_guest_fpstate(&vcpu->vmx.fpu, xsave, allowed, &pkru))
		return VM_ERROR_FIELD(call->err, VMH_E_RESERVED, struct xregs_state, header, 0, 0);
	/* As in KVM: it stays as it is where the header has it not. */
	vcpu->vmx.pkru = pkru;
	return 0;
}

long vmh_get_xcrs(struct vmh_call *call)
{
	const struct vmh_vcpu *vcpu = call->object;
	struct kvm_xcrs *xcrs = call->data;

	if (!vmx_conf.host_xcr0)
		return 0;
	xcrs->nr_xcrs = 1;
	xcrs->xcrs[0].xcr = XCR_XFEATURE_ENABLED_MASK;
	xcrs->xcrs[0].value = vcpu->vmx.xcr0;
	return 0;
}

long vmh_set_xcrs(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	const struct kvm_xcrs *xcrs = call->data;
	u32 max = vmx_conf.host_xcr0 ? KVM_MAX_XCRS : 0;
	u32 i;

	if (xcrs->flags)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_xcrs, flags,
				      xcrs->flags, 0);
	/* None at all is what GET_XCRS gives without XSAVE. */
	if (xcrs->nr_xcrs > max)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_xcrs, nr_xcrs,
				      xcrs->nr_xcrs, max);
	/* As in KVM: registers that do not exist here are of no interest. */
	for (i = 0; i < xcrs->nr_xcrs; i++)
		if (xcrs->xcrs[i].xcr == XCR_XFEATURE_ENABLED_MASK)
			break;
	if (i < xcrs->nr_xcrs && vmx_set_xcr0(&vcpu->vmx, xcrs->xcrs[i].value))
		return vm_error_field(call->err, VMH_E_VALUE,
				      offsetof(struct kvm_xcrs, xcrs[i].value), "xcrs[].value",
				      xcrs->xcrs[i].value, vmh_guest_xfeatures(vcpu));
	return 0;
}

long vmh_get_debugregs(struct vmh_call *call)
{
	vmx_get_debugregs(&((struct vmh_vcpu *)call->object)->vmx, call->data);
	return 0;
}

long vmh_set_debugregs(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	const struct kvm_debugregs *regs = call->data;

	if (regs->flags)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_debugregs, flags,
				      regs->flags, 0);
	if (regs->dr6 >> 32)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_debugregs, dr6,
				      regs->dr6, U32_MAX);
	if (regs->dr7 >> 32)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_debugregs, dr7,
				      regs->dr7, U32_MAX);
	vmx_set_debugregs(&vcpu->vmx, regs);
	return 0;
}
