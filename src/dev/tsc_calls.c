// SPDX-License-Identifier: GPL-2.0
/* The calls on the guest's TSC. */
#include <linux/uaccess.h>

#include "guest_time.h"
#include "ioctl.h"
#include "vcpu.h"
#include "vm.h"

long vmh_vm_get_tsc_khz(struct vmh_call *call)
{
	return ((struct vm_handler_ctx *)call->object)->clock.tsc_khz;
}

long vmh_vm_set_tsc_khz(struct vmh_call *call)
{
	return vmh_tsc_set_default_khz(call->object, call->arg, call->err);
}

long vmh_vcpu_get_tsc_khz(struct vmh_call *call)
{
	return ((struct vmh_vcpu *)call->object)->clock.tsc_khz;
}

long vmh_vcpu_set_tsc_khz(struct vmh_call *call)
{
	return vmh_tsc_set_khz(call->object, call->arg, call->err);
}

/* There is one attribute. */
static int vmh_check_attr(struct vmh_call *call)
{
	const struct kvm_device_attr *attr = call->data;

	if (attr->group != KVM_VCPU_TSC_CTRL)
		return VM_ERROR_FIELD(call->err, VMH_E_NO_ATTRIBUTE, struct kvm_device_attr, group,
				      attr->group, KVM_VCPU_TSC_CTRL);
	if (attr->attr != KVM_VCPU_TSC_OFFSET)
		return VM_ERROR_FIELD(call->err, VMH_E_NO_ATTRIBUTE, struct kvm_device_attr, attr,
				      attr->attr, KVM_VCPU_TSC_OFFSET);
	return 0;
}

long vmh_vcpu_has_attr(struct vmh_call *call)
{
	return vmh_check_attr(call);
}

long vmh_vcpu_get_attr(struct vmh_call *call)
{
	const struct kvm_device_attr *attr = call->data;
	struct vmh_vcpu *vcpu = call->object;
	int ret = vmh_check_attr(call);

	return ret ?: put_user(vcpu->vmx.tsc_offset, (u64 __user *)u64_to_user_ptr(attr->addr));
}

long vmh_vcpu_set_attr(struct vmh_call *call)
{
	const struct kvm_device_attr *attr = call->data;
	int ret = vmh_check_attr(call);
	u64 offset;

	if (ret)
		return ret;
	if (get_user(offset, (u64 __user *)u64_to_user_ptr(attr->addr)))
		return -EFAULT;
	vmh_tsc_set_offset(call->object, offset);
	return 0;
}
