// SPDX-License-Identifier: GPL-2.0
/*
 * Registers in the run page: what the VMM changed there goes into the vCPU when RUN begins, and
 * what it wants to see is there when RUN ends. The VMM can write the page at any time, so that
 * everything is copied once, then checked, then used.
 */
#include "state.h"
#include "vcpu.h"
#include "vm_insn.h"

static int vmh_sync_check(u64 got, size_t offset, const char *name, struct vmh_error *err)
{
	if (!(got & ~(u64)KVM_SYNC_X86_VALID_FIELDS))
		return 0;
	return vm_error_field(err, VMH_E_UNKNOWN_FLAGS, offset, name, got,
			      KVM_SYNC_X86_VALID_FIELDS);
}

/* The registers of a whole row would be much for one stack frame. */
static noinline_for_stack void vmh_sync_in_regs(struct vmh_vcpu *vcpu)
{
	struct kvm_regs regs = vcpu->run->s.regs.regs;

	vmx_set_regs(&vcpu->vmx, &regs);
	vmh_vcpu_regs_changed(vcpu);
}

static noinline_for_stack int vmh_sync_in_sregs(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	struct kvm_sregs sregs = vcpu->run->s.regs.sregs;

	barrier();
	return vmh_vcpu_set_sregs(vcpu, &sregs, NULL, err);
}

static noinline_for_stack int vmh_sync_in_events(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	struct kvm_vcpu_events events = vcpu->run->s.regs.events;

	barrier();
	return vmh_vcpu_set_events(vcpu, &events, err);
}

/* As KVM, a part at a time: what is refused leaves those before it done. */
static int vmh_sync_in_dirty(struct vmh_vcpu *vcpu, u64 dirty, struct vmh_error *err)
{
	int ret = 0;

	if (dirty & KVM_SYNC_X86_REGS)
		vmh_sync_in_regs(vcpu);
	if (dirty & KVM_SYNC_X86_SREGS)
		ret = vmh_sync_in_sregs(vcpu, err);
	if (!ret && (dirty & KVM_SYNC_X86_EVENTS))
		ret = vmh_sync_in_events(vcpu, err);
	return ret;
}

/**
 * vmh_vcpu_sync_in() - take the registers that the VMM changed in the run page
 * @vcpu: the vCPU, loaded.
 * @wanted: what it wants to see at the end: KVM_SYNC_X86_*.
 * @err: what cannot be.
 *
 * Context: may sleep.
 *
 * Return: 0 or -EINVAL.
 */
int vmh_vcpu_sync_in(struct vmh_vcpu *vcpu, u64 *wanted, struct vmh_error *err)
{
	struct kvm_run *run = vcpu->run;
	u64 valid = READ_ONCE(run->kvm_valid_regs);
	u64 dirty = READ_ONCE(run->kvm_dirty_regs);
	int ret;

	ret = vmh_sync_check(valid, offsetof(struct kvm_run, kvm_valid_regs), "kvm_valid_regs",
			     err);
	if (!ret)
		ret = vmh_sync_check(dirty, offsetof(struct kvm_run, kvm_dirty_regs),
				     "kvm_dirty_regs", err);
	if (ret)
		return ret;
	*wanted = valid;
	if (!dirty)
		return 0;
	ret = vmh_sync_in_dirty(vcpu, dirty, err);
	if (!ret)
		WRITE_ONCE(run->kvm_dirty_regs, 0);
	return ret;
}

/**
 * vmh_vcpu_sync_out() - show the VMM the registers that it wants to see
 * @vcpu: the vCPU, loaded.
 * @wanted: KVM_SYNC_X86_*.
 */
void vmh_vcpu_sync_out(struct vmh_vcpu *vcpu, u64 wanted)
{
	struct kvm_sync_regs *regs = &vcpu->run->s.regs;

	if (wanted & KVM_SYNC_X86_REGS)
		vmx_get_regs(&vcpu->vmx, &regs->regs);
	if (wanted & KVM_SYNC_X86_SREGS)
		vmh_vcpu_get_sregs(vcpu, &regs->sregs);
	if (wanted & KVM_SYNC_X86_EVENTS)
		vmh_vcpu_get_events(vcpu, &regs->events);
}
