// SPDX-License-Identifier: GPL-2.0
/* The calls on MSRs, and on the machine-check registers, which are MSRs too. */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/processor-flags.h>
#include <asm/trapnr.h>

#include "fail_point.h"
#include "ioctl.h"
#include "state.h"
#include "vcpu.h"

/* KVM's bound for one GET_MSRS or SET_MSRS. */
#define VMH_MAX_MSRS	256

/* Room for both lists of MSRs. */
#define VMH_MAX_LISTED	128

static long vmh_copy_index_list(struct vmh_call *call, const u32 *indices, u32 nr)
{
	struct kvm_msr_list __user *user = (void __user *)call->arg;
	u32 max;

	if (WARN_ON_ONCE(nr > VMH_MAX_LISTED))
		nr = VMH_MAX_LISTED;
	if (get_user(max, &user->nmsrs) || put_user(nr, &user->nmsrs))
		return -EFAULT;
	if (max < nr) {
		vm_error_field(call->err, VMH_E_COUNT, 0, "nmsrs", max, nr);
		return -E2BIG;
	}
	return copy_to_user(user->indices, indices, nr * sizeof(indices[0])) ? -EFAULT : 0;
}

long vmh_get_msr_index_list(struct vmh_call *call)
{
	u32 indices[VMH_MAX_LISTED];

	return vmh_copy_index_list(call, indices, vmh_msr_list(indices, VMH_MAX_LISTED));
}

long vmh_get_msr_feature_index_list(struct vmh_call *call)
{
	u32 indices[VMH_MAX_LISTED];

	return vmh_copy_index_list(call, indices, vmh_feature_msr_list(indices, VMH_MAX_LISTED));
}

static int vmh_write_msr(struct vmh_vcpu *vcpu, struct kvm_msr_entry *entry)
{
	return vmh_fail_errno(set_msr, vmh_vcpu_set_msr(vcpu, entry->index, entry->data));
}

static int vmh_read_msr(struct vmh_vcpu *vcpu, struct kvm_msr_entry *entry)
{
	return vmh_vcpu_get_msr(vcpu, entry->index, &entry->data);
}

static int vmh_read_feature_msr(struct vmh_vcpu *vcpu, struct kvm_msr_entry *entry)
{
	return vmh_feature_msr(entry->index, &entry->data);
}

/* Stops at the first that does not exist, and returns how many were done, as KVM does. */
static long vmh_access_msrs(struct vmh_call *call,
			    int (*access)(struct vmh_vcpu *vcpu, struct kvm_msr_entry *entry))
{
	const size_t header = offsetof(struct kvm_msrs, entries);
	struct kvm_msr_entry *entry;
	u32 i, nr;
	int ret = vmh_get_count(call, "nmsrs", VMH_MAX_MSRS, &nr);

	if (ret)
		return ret;
	entry = vmh_copy_entries(call, header, nr, sizeof(*entry));
	if (IS_ERR(entry))
		return PTR_ERR(entry);
	for (i = 0; i < nr && !access(call->object, &entry[i]); i++)
		;
	if (access != vmh_write_msr &&
	    copy_to_user((void __user *)call->arg + header, entry, nr * sizeof(*entry)))
		ret = -EFAULT;
	kvfree(entry);
	return ret ?: i;
}

long vmh_get_msrs(struct vmh_call *call)
{
	return vmh_access_msrs(call, vmh_read_msr);
}

long vmh_set_msrs(struct vmh_call *call)
{
	return vmh_access_msrs(call, vmh_write_msr);
}

/* On the device: of no vCPU. */
long vmh_get_feature_msrs(struct vmh_call *call)
{
	return vmh_access_msrs(call, vmh_read_feature_msr);
}

long vmh_get_mce_cap_supported(struct vmh_call *call)
{
	*(u64 *)call->data = GUEST_MCE_CAP_SUPPORTED;
	return 0;
}

long vmh_setup_mce(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	u64 cap = *(const u64 *)call->data;

	if (guest_mce_setup(&vcpu->mce, cap))
		return vm_error_field(call->err, VMH_E_VALUE, 0, "mcg_cap", cap,
				      GUEST_MCE_CAP_SUPPORTED | GUEST_MCE_MAX_BANKS);
	return 0;
}

long vmh_set_mce(struct vmh_call *call)
{
	struct vmh_vcpu *vcpu = call->object;
	const struct kvm_x86_mce *event = call->data;

	switch (guest_mce_report(&vcpu->mce, event, vmx_guest_cr4() & X86_CR4_MCE)) {
	case GUEST_MCE_LOGGED:
		return 0;
	case GUEST_MCE_EXCEPTION:
		vmx_inject_exception(&vcpu->vmx, X86_TRAP_MC, false, 0);
		return 0;
	case GUEST_MCE_SHUTDOWN:
		vcpu->vmx.triple_fault = true;
		return 0;
	}
	return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_x86_mce, bank, event->bank,
			      vcpu->mce.cap & 0xff);
}
