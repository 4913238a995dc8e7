// SPDX-License-Identifier: GPL-2.0
/* The calls on a vCPU's fd that read and write its state, in KVM's structures. */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/processor-flags.h>

#include "create.h"
#include "fail_point.h"
#include "ioctl.h"
#include "irq.h"
#include "irqchip.h"
#include "run.h"
#include "state.h"
#include "ticks.h"
#include "vcpu.h"
#include "vm_insn.h"
#include "vmx_guest.h"

static long vmh_get_regs(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;

	vmx_get_regs(&vcpu->vmx, call->data);
	return 0;
}

static long vmh_set_regs(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;

	vmx_set_regs(&vcpu->vmx, call->data);
	vmh_vcpu_regs_changed(vcpu);
	return 0;
}

static long vmh_get_sregs(struct vmh_call *call)
{
	vmh_vcpu_get_sregs(call->object, call->data);
	return 0;
}

static long vmh_set_sregs(struct vmh_call *call)
{
	return vmh_vcpu_set_sregs(call->object, call->data, NULL, call->err);
}

/* struct kvm_sregs2 is struct kvm_sregs with PDPTEs in place of the bitmap. */
static long vmh_get_sregs2(struct vmh_call *call)
{
	struct kvm_sregs2 *sregs2 = call->data;
	struct kvm_sregs sregs;

	vmh_vcpu_get_sregs(call->object, &sregs);
	memcpy(sregs2, &sregs, offsetof(struct kvm_sregs2, flags));
	if (vmx_get_pdptrs(&((struct vmh_vcpu *)call->object)->vmx, sregs2->pdptrs))
		sregs2->flags = KVM_SREGS2_FLAGS_PDPTRS_VALID;
	return 0;
}

static_assert(offsetof(struct kvm_sregs2, flags) == offsetof(struct kvm_sregs, interrupt_bitmap));

static long vmh_set_sregs2(struct vmh_call *call)
{
	const struct kvm_sregs2 *sregs2 = call->data;
	bool with_pdptrs = sregs2->flags & KVM_SREGS2_FLAGS_PDPTRS_VALID;
	struct vmh_vcpu *vcpu = call->object;
	struct kvm_sregs sregs = {};

	if (sregs2->flags & ~(u64)KVM_SREGS2_FLAGS_PDPTRS_VALID)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_sregs2, flags,
				      sregs2->flags, KVM_SREGS2_FLAGS_PDPTRS_VALID);
	memcpy(&sregs, sregs2, offsetof(struct kvm_sregs2, flags));
	/* Values of four registers that there are not in other modes. */
	if (with_pdptrs && !vmh_sregs_use_pdptrs(&sregs))
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_sregs2, flags,
				      sregs2->flags, 0);
	/* What waits for the guest is not in this structure, so it stays. */
	if (!vmh_has_apic(vcpu) && vcpu->user_irq >= 0)
		sregs.interrupt_bitmap[vcpu->user_irq / 64] |= BIT_ULL(vcpu->user_irq % 64);
	return vmh_vcpu_set_sregs(vcpu, &sregs, with_pdptrs ? sregs2->pdptrs : NULL, call->err);
}

static long vmh_interrupt(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	const struct kvm_interrupt *interrupt = call->data;

	if (vmh_whole_irqchip(vcpu->vm))
		return vm_error_set(call->err, VMH_E_HAS_IRQCHIP);
	if (interrupt->irq > 255)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_interrupt, irq,
				      interrupt->irq, 255);
	if (vcpu->user_irq >= 0)
		return vm_error_set(call->err, VMH_E_EXISTS);
	vcpu->user_irq = interrupt->irq;
	return 0;
}

/**
 * vmh_get_count() - the count that an array starts with
 * @call: the call.
 * @name: of the field.
 * @max: the most.
 * @nr: where to.
 *
 * Return: 0; -E2BIG; -EFAULT.
 */
int vmh_get_count(struct vmh_call *call, const char *name, u32 max, u32 *nr)
{
	if (get_user(*nr, (u32 __user *)call->arg))
		return -EFAULT;
	if (*nr > max)
		return vm_error_field(call->err, VMH_E_COUNT, 0, name, *nr, max);
	return 0;
}

static long vmh_set_cpuid2(struct vmh_call *call)
{
	struct kvm_cpuid_entry2 *entries;
	u32 nr;
	int ret = vmh_get_count(call, "nent", CPUID_TABLE_MAX, &nr);

	if (ret)
		return ret;
	entries = vmh_copy_entries(call, offsetof(struct kvm_cpuid2, entries), nr,
				   sizeof(*entries));
	if (IS_ERR(entries))
		return PTR_ERR(entries);
	ret = vmh_vcpu_set_cpuid(call->object, entries, nr, call->err);
	kvfree(entries);
	return ret;
}

static long vmh_get_cpuid2(struct vmh_call *call)
{
	const struct cpuid_table *table = ((struct vmh_vcpu *)call->object)->cpuid;
	struct kvm_cpuid2 __user *user = (void __user *)call->arg;
	u32 nr;

	if (get_user(nr, &user->nent))
		return -EFAULT;
	if (nr < table->nr) {
		vm_error_field(call->err, VMH_E_COUNT, 0, "nent", nr, table->nr);
		return -E2BIG;
	}
	if (put_user(table->nr, &user->nent) ||
	    copy_to_user(user->entries, table->entry, table->nr * sizeof(table->entry[0])))
		return -EFAULT;
	return 0;
}

static long vmh_get_lapic(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;

	if (!vmh_has_apic(vcpu))
		return vm_error_set(call->err, VMH_E_NO_IRQCHIP);
	if (vmh_apic_has_posted(vcpu))
		vmh_apic_collect(vcpu);
	vmh_apic_set_features(vcpu);
	lapic_get_state(&vcpu->apic.lapic, vmh_now_ns(), call->data);
	return 0;
}

static long vmh_set_lapic(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;

	if (!vmh_has_apic(vcpu))
		return vm_error_set(call->err, VMH_E_NO_IRQCHIP);
	vmh_apic_set_features(vcpu);
	if (vmh_fail_errno(set_lapic, lapic_set_state(&vcpu->apic.lapic, vmh_now_ns(),
						      call->data)))
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_lapic_state, regs, 0, 0);
	vmh_apic_publish(vcpu);
	vmh_apic_rearm(vcpu);
	return 0;
}

static long vmh_get_mp_state(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;

	/* As in KVM: there is no other place for a kick that has come, and HLT not ended yet. */
	((struct kvm_mp_state *)call->data)->mp_state =
		vcpu->mp_state == KVM_MP_STATE_HALTED &&
		(vcpu->unhalted || test_bit(VMH_REQ_UNHALT, &vcpu->requests)) ?
		KVM_MP_STATE_RUNNABLE : vcpu->mp_state;
	return 0;
}

static long vmh_set_mp_state(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	u32 state = ((const struct kvm_mp_state *)call->data)->mp_state;

	/* Without an in-kernel APIC nothing could end any other state. */
	if (state > KVM_MP_STATE_HALTED ||
	    (!vmh_has_apic(vcpu) && state != KVM_MP_STATE_RUNNABLE))
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_mp_state, mp_state, state,
				      KVM_MP_STATE_HALTED);
	vcpu->mp_state = state;
	vcpu->halted_with_if = vmx_guest_rflags() & X86_EFLAGS_IF;
	return 0;
}

/* Where the task priority shall be kept for guests that patch their code to find it: for none. */
static long vmh_set_vapic_addr(struct vmh_call *call)
{
	const struct kvm_vapic_addr *va = call->data;
	struct vmh_vcpu *vcpu = call->object;

	if (!vmh_has_apic(vcpu))
		return vm_error_set(call->err, VMH_E_NO_IRQCHIP);
	return va->vapic_addr ? VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_vapic_addr,
					       vapic_addr, va->vapic_addr, 0) : 0;
}

static long vmh_explain_entry(struct vmh_call *call)
{
	struct vmh_explain *explain = call->data;
	u32 flags = explain->flags;

	if (flags & ~VMH_EXPLAIN_LAST)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct vmh_explain, flags,
				      flags, VMH_EXPLAIN_LAST);
	memset(explain, 0, sizeof(*explain));
	explain->flags = flags;
	vmh_vcpu_explain(call->object, flags & VMH_EXPLAIN_LAST, explain);
	return 0;
}

static long vmh_set_signal_mask(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	struct kvm_signal_mask __user *user = (void __user *)call->arg;
	sigset_t mask;
	u32 len;

	if (!user) {
		vcpu->has_sigmask = false;
		return 0;
	}
	if (get_user(len, &user->len))
		return -EFAULT;
	if (len != sizeof(vcpu->sigmask))
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_signal_mask, len, len,
				      sizeof(vcpu->sigmask));
	if (copy_from_user(&mask, user->sigset, sizeof(mask)))
		return -EFAULT;
	/* As in KVM: these two cannot be blocked. */
	sigdelsetmask(&mask, sigmask(SIGKILL) | sigmask(SIGSTOP));
	vcpu->sigmask = mask;
	vcpu->has_sigmask = true;
	return 0;
}

const struct vmh_ioctl vmh_vcpu_ioctls[] = {
	VMH_ROW(DEBUG, VMH_GET_REGS, OUT, struct kvm_regs, vmh_get_regs),
	VMH_ROW(OWNER, VMH_SET_REGS, IN, struct kvm_regs, vmh_set_regs),
	VMH_ROW(DEBUG, VMH_GET_SREGS, OUT, struct kvm_sregs, vmh_get_sregs),
	VMH_ROW(OWNER, VMH_SET_SREGS, IN, struct kvm_sregs, vmh_set_sregs),
	VMH_ROW(DEBUG, VMH_GET_SREGS2, OUT, struct kvm_sregs2, vmh_get_sregs2),
	VMH_ROW(OWNER, VMH_SET_SREGS2, IN, struct kvm_sregs2, vmh_set_sregs2),
	VMH_ROW(OWNER, VMH_INTERRUPT, IN, struct kvm_interrupt, vmh_interrupt),
	VMH_ROW_RAW(DEBUG, VMH_GET_MSRS, vmh_get_msrs),
	VMH_ROW_RAW(OWNER, VMH_SET_MSRS, vmh_set_msrs),
	VMH_ROW_RAW(OWNER, VMH_SET_SIGNAL_MASK, vmh_set_signal_mask),
	VMH_ROW(DEBUG, VMH_GET_FPU, OUT, struct kvm_fpu, vmh_get_fpu),
	VMH_ROW(OWNER, VMH_SET_FPU, IN, struct kvm_fpu, vmh_set_fpu),
	VMH_ROW(DEBUG, VMH_GET_XSAVE, OUT, struct kvm_xsave, vmh_get_xsave),
	VMH_ROW(DEBUG, VMH_GET_XSAVE2, OUT, struct kvm_xsave, vmh_get_xsave),
	VMH_ROW(OWNER, VMH_SET_XSAVE, IN, struct kvm_xsave, vmh_set_xsave),
	VMH_ROW(DEBUG, VMH_GET_XCRS, OUT, struct kvm_xcrs, vmh_get_xcrs),
	VMH_ROW(OWNER, VMH_SET_XCRS, IN, struct kvm_xcrs, vmh_set_xcrs),
	VMH_ROW(DEBUG, VMH_GET_DEBUGREGS, OUT, struct kvm_debugregs, vmh_get_debugregs),
	VMH_ROW(OWNER, VMH_SET_DEBUGREGS, IN, struct kvm_debugregs, vmh_set_debugregs),
	VMH_ROW_VALUE(OWNER, VMH_NMI, vmh_nmi),
	VMH_ROW_VALUE(OWNER, VMH_KVMCLOCK_CTRL, vmh_kvmclock_ctrl),
	VMH_ROW(OWNER, VMH_SET_GUEST_DEBUG, IN, struct kvm_guest_debug, vmh_set_guest_debug),
	VMH_ROW(DEBUG, VMH_GET_VCPU_EVENTS, OUT, struct kvm_vcpu_events, vmh_get_vcpu_events),
	VMH_ROW(OWNER, VMH_SET_VCPU_EVENTS, IN, struct kvm_vcpu_events, vmh_set_vcpu_events),
	VMH_ROW(DEBUG, VMH_GET_LAPIC, OUT, struct kvm_lapic_state, vmh_get_lapic),
	VMH_ROW(OWNER, VMH_SET_LAPIC, IN, struct kvm_lapic_state, vmh_set_lapic),
	VMH_ROW_RAW(OWNER, VMH_SET_CPUID2, vmh_set_cpuid2),
	VMH_ROW_RAW(DEBUG, VMH_GET_CPUID2, vmh_get_cpuid2),
	VMH_ROW(OWNER, VMH_SET_VAPIC_ADDR, IN, struct kvm_vapic_addr, vmh_set_vapic_addr),
	VMH_ROW(DEBUG, VMH_GET_MP_STATE, OUT, struct kvm_mp_state, vmh_get_mp_state),
	VMH_ROW(OWNER, VMH_SET_MP_STATE, IN, struct kvm_mp_state, vmh_set_mp_state),
	VMH_ROW(OWNER, VMH_ENABLE_CAP, IN, struct kvm_enable_cap, vmh_vcpu_enable_cap),
	VMH_ROW(OWNER, VMH_X86_SETUP_MCE, IN, u64, vmh_setup_mce),
	VMH_ROW(OWNER, VMH_X86_SET_MCE, IN, struct kvm_x86_mce, vmh_set_mce),
	VMH_ROW_VALUE(DEBUG, VMH_GET_TSC_KHZ, vmh_vcpu_get_tsc_khz),
	VMH_ROW_VALUE(OWNER, VMH_SET_TSC_KHZ, vmh_vcpu_set_tsc_khz),
	VMH_ROW(OWNER, VMH_SET_DEVICE_ATTR, IN, struct kvm_device_attr, vmh_vcpu_set_attr),
	VMH_ROW(DEBUG, VMH_GET_DEVICE_ATTR, IN, struct kvm_device_attr, vmh_vcpu_get_attr),
	VMH_ROW(DEBUG, VMH_HAS_DEVICE_ATTR, IN, struct kvm_device_attr, vmh_vcpu_has_attr),
	VMH_ROW(DEBUG, VMH_EXPLAIN, SIZED_INOUT, struct vmh_explain, vmh_explain_entry),
};

const unsigned int vmh_nr_vcpu_ioctls = ARRAY_SIZE(vmh_vcpu_ioctls);
