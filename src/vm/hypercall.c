// SPDX-License-Identifier: GPL-2.0
/* Hypercalls, as KVM has them: Linux, Documentation/virt/kvm/x86/hypercalls.rst. */
#include <uapi/asm/kvm_para.h>
#include <uapi/linux/kvm_para.h>

#include "vcpu.h"
#include "vm.h"

/* 0f 01 c1 is VMCALL, 0f 01 d9 is AMD's VMMCALL. */
#define VMCALL_BYTES	3
#define VMCALL_LAST	0xc1

static const u8 vmh_vmmcall[VMCALL_BYTES] = { 0x0f, 0x01, 0xd9 };

/**
 * vmh_pv_has() - does the guest have this part of KVM's interface?
 * @vcpu: the vCPU.
 * @features: KVM_FEATURE_* bits, any of which gives it; 0 for what needs none.
 *
 * Return: true also when the VMM does not care (KVM_CAP_ENFORCE_PV_FEATURE_CPUID).
 */
bool vmh_pv_has(const struct vmh_vcpu *vcpu, u32 features)
{
	const struct kvm_cpuid_entry2 *leaf;

	if (!vcpu->pv_enforced || !features)
		return true;
	leaf = cpuid_table_find(vcpu->cpuid, CPUID_LEAF_KVM_FEATURES, 0);
	return leaf && (leaf->eax & features);
}

static s64 vmh_hypercall_result(const struct vmh_vcpu *vcpu)
{
	if (vmx_guest_cpl())
		return -KVM_EPERM;
	switch ((u32)vcpu->vmx.gpr[VMX_RAX]) {
	case KVM_HC_VAPIC_POLL_IRQ:
		return 0;
	case KVM_HC_SCHED_YIELD:
		/* Nothing is offered that would need it; who asks all the same has yielded. */
		return vmh_pv_has(vcpu, BIT(KVM_FEATURE_PV_SCHED_YIELD)) ? 0 : -KVM_ENOSYS;
	default:
		return -KVM_ENOSYS;
	}
}

/**
 * vmh_vcpu_hypercall() - settle the exit VMX_HYPERCALL
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread; interrupts may be off.
 */
void vmh_vcpu_hypercall(struct vmh_vcpu *vcpu)
{
	vcpu->vmx.gpr[VMX_RAX] = vmh_hypercall_result(vcpu);
}

/* Makes VMCALL of VMMCALL in guest memory. Return: 0; -EFAULT with @fault; another errno. */
static int vmh_patch_vmmcall(struct vmh_vcpu *vcpu, struct guest_fault *fault)
{
	u8 bytes[INSN_MAX_BYTES], last = VMCALL_LAST;
	unsigned int len;
	u64 gpa;
	int ret = vmh_guest_fetch(vcpu, bytes, &len, fault);

	if (ret)
		return ret;
	if (len < VMCALL_BYTES || memcmp(bytes, vmh_vmmcall, VMCALL_BYTES))
		return -ENOENT;
	ret = vmh_guest_translate(vcpu, vmh_guest_code_linear(vcpu, VMCALL_BYTES - 1),
				  GUEST_ACCESS_WRITE, &gpa, fault);
	return ret ?: vmh_mem_write(vcpu->vm, gpa, &last, sizeof(last));
}

/**
 * vmh_vcpu_undefined() - settle the exit VMX_UNDEFINED
 * @vcpu: the vCPU, loaded, with RIP at the instruction.
 *
 * A guest made for AMD's hypercalls has them replaced by Intel's, as KVM does, and tries again.
 *
 * Context: its thread, may sleep.
 */
void vmh_vcpu_undefined(struct vmh_vcpu *vcpu)
{
	struct guest_fault fault;
	int ret = -ENOENT;

	if (!(READ_ONCE(vcpu->vm->quirks_off) & KVM_X86_QUIRK_FIX_HYPERCALL_INSN))
		ret = vmh_patch_vmmcall(vcpu, &fault);
	if (ret == -EFAULT)
		vmh_guest_inject_fault(vcpu, &fault);
	else if (ret)
		vmx_inject_ud(&vcpu->vmx);
}
