// SPDX-License-Identifier: GPL-2.0
/* Hypercalls, as KVM has them: Linux, Documentation/virt/kvm/x86/hypercalls.rst. */
#include <linux/rcupdate.h>
#include <uapi/asm/kvm_para.h>
#include <uapi/linux/kvm_para.h>

#include "guest_memory.h"
#include "irq.h"
#include "kick.h"
#include "pv_ipi.h"
#include "run.h"
#include "state.h"
#include "vcpu.h"
#include "vm_insn.h"

/* 0f 01 c1 is VMCALL, 0f 01 d9 is AMD's VMMCALL. */
#define VMCALL_BYTES	3
#define VMCALL_LAST	0xc1

static const u8 vmh_vmmcall[VMCALL_BYTES] = { 0x0f, 0x01, 0xd9 };

/* An argument: its upper half counts in 64-bit mode only. */
static u64 vmh_hypercall_arg(const struct vmh_vcpu *vcpu, unsigned int reg, bool wide)
{
	u64 value = vcpu->vmx.gpr[reg];

	return wide ? value : (u32)value;
}

static s64 vmh_hypercall_send_ipi(struct vmh_vcpu *vcpu)
{
	const bool wide = vmh_guest_in_64bit_code(vcpu);
	struct pv_ipi ipi = {
		.map = { vmh_hypercall_arg(vcpu, VMX_RBX, wide),
			 vmh_hypercall_arg(vcpu, VMX_RCX, wide) },
		.bits = wide ? 64 : 32,
		.first = vcpu->vmx.gpr[VMX_RDX],
	};
	s64 nr = 0;

	if (!vmh_has_apic(vcpu))
		return -KVM_EOPNOTSUPP;
	if (pv_ipi_parse(vmh_hypercall_arg(vcpu, VMX_RSI, wide), &ipi))
		return -KVM_EINVAL;
	while (pv_ipi_next(&ipi))
		nr += vmh_irq_send(vcpu->vm->irqchip, vcpu, &ipi.msg);
	return nr;
}

/* The processor of an APIC id leaves HLT, now or the next time. An APIC's id is its vCPU's. */
static s64 vmh_hypercall_kick(struct vmh_vcpu *vcpu)
{
	struct vmh_vcpu *other;

	rcu_read_lock();
	other = xa_load(&vcpu->vm->cpu_ctx.vcpus, (u32)vcpu->vmx.gpr[VMX_RCX]);
	if (other)
		vmh_vcpu_request(other, VMH_REQ_UNHALT);
	rcu_read_unlock();
	return 0;
}

static u64 vmh_hypercall_yield_target(const struct vmh_vcpu *vcpu)
{
	return vmh_hypercall_arg(vcpu, VMX_RBX, vmh_guest_in_64bit_code(vcpu));
}

static s64 vmh_hypercall_result(struct vmh_vcpu *vcpu)
{
	if (vmx_guest_cpl())
		return -KVM_EPERM;
	switch ((u32)vcpu->vmx.gpr[VMX_RAX]) {
	case KVM_HC_VAPIC_POLL_IRQ:
		return 0;
	case KVM_HC_KICK_CPU:
		return vmh_pv_has(vcpu, BIT(KVM_FEATURE_PV_UNHALT)) ? vmh_hypercall_kick(vcpu) :
								      -KVM_ENOSYS;
	case KVM_HC_SEND_IPI:
		return vmh_pv_has(vcpu, BIT(KVM_FEATURE_PV_SEND_IPI)) ?
		       vmh_hypercall_send_ipi(vcpu) : -KVM_ENOSYS;
	case KVM_HC_SCHED_YIELD:
		/* What is left to do needs interrupts: vmh_vcpu_hypercall_yield(). */
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
 *
 * Return: whether it is settled; otherwise vmh_vcpu_hypercall_yield() is to be called.
 */
bool vmh_vcpu_hypercall(struct vmh_vcpu *vcpu)
{
	const bool yields = (u32)vcpu->vmx.gpr[VMX_RAX] == KVM_HC_SCHED_YIELD;
	const s64 result = vmh_hypercall_result(vcpu);

	vcpu->vmx.gpr[VMX_RAX] = result;
	return likely(!yields) || result ||
	       !vmh_vcpu_waits(vcpu, vmh_hypercall_yield_target(vcpu));
}

/**
 * vmh_vcpu_hypercall_yield() - the rest of KVM_HC_SCHED_YIELD
 * @vcpu: the vCPU, loaded.
 *
 * An APIC's id is its vCPU's.
 *
 * Context: its thread, may sleep.
 */
void vmh_vcpu_hypercall_yield(struct vmh_vcpu *vcpu)
{
	vmh_vcpu_yield_to(vcpu, vmh_hypercall_yield_target(vcpu));
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
