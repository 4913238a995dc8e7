// SPDX-License-Identifier: GPL-2.0
/* The calls on events of a vCPU, and those of debuggers. */
#include "guest_time.h"
#include "ioctl.h"
#include "irq.h"
#include "state.h"

long vmh_get_vcpu_events(struct vmh_call *call)
{
	vmh_vcpu_get_events(call->object, call->data);
	return 0;
}

long vmh_set_vcpu_events(struct vmh_call *call)
{
	return vmh_vcpu_set_events(call->object, call->data, call->err);
}

/* KVM_NMI: straight to the processor, past the local APIC's LINT1. */
long vmh_nmi(struct vmh_call *call)
{
	int ret = vmh_no_argument(call->arg, call->err);

	if (!ret)
		vmh_vcpu_send_nmi(call->object);
	return ret;
}

/* KVM_KVMCLOCK_CTRL: the guest shall not take the time that it was stopped for a lockup. */
long vmh_kvmclock_ctrl(struct vmh_call *call)
{
	int ret = vmh_no_argument(call->arg, call->err);

	if (!ret && !vmh_clock_stopped(call->object))
		ret = vm_error_field(call->err, VMH_E_VALUE, VM_ERROR_NO_OFFSET, "kvmclock", 0, 1);
	return ret;
}

long vmh_set_guest_debug(struct vmh_call *call)
{
	return vmh_vcpu_set_guest_debug(call->object, call->data, call->err);
}

/* As in KVM, what may be done with the page is not told. */
long vmh_translate(struct vmh_call *call)
{
	struct kvm_translation *translation = call->data;
	u64 gpa = ~0ULL;
	int ret = vmh_guest_look_up(call->object, translation->linear_address, &gpa, call->err);

	if (ret < 0)
		return ret;
	translation->valid = ret;
	translation->physical_address = gpa;
	translation->writeable = 1;
	translation->usermode = 0;
	return 0;
}
