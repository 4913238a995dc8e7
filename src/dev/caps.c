// SPDX-License-Identifier: GPL-2.0
/* What userspace and guests are told that vmh has: KVM capabilities, CPUID, MSR list. */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/processor.h>

#include "cpuid_policy.h"
#include "fail_point.h"
#include "ioctl.h"
#include "vcpu.h"
#include "vm.h"
#include "vmx_cpu.h"

/**
 * vmh_check_extension() - VMH_CHECK_EXTENSION
 * @call: its argument is KVM_CAP_*.
 *
 * Return: what KVM's API gives for a capability that is there; 0 for any other.
 */
long vmh_check_extension(struct vmh_call *call)
{
	switch (call->arg) {
	case KVM_CAP_IRQCHIP:
	case KVM_CAP_HLT:
	case KVM_CAP_USER_MEMORY:
	case KVM_CAP_SET_TSS_ADDR:
	case KVM_CAP_EXT_CPUID:
	case KVM_CAP_MP_STATE:
	case KVM_CAP_SYNC_MMU:
	case KVM_CAP_DESTROY_MEMORY_REGION_WORKS:
	case KVM_CAP_JOIN_MEMORY_REGIONS_WORKS:
	case KVM_CAP_SET_IDENTITY_MAP_ADDR:
	case KVM_CAP_PIT2:
	case KVM_CAP_PIT_STATE2:
	case KVM_CAP_TSC_DEADLINE_TIMER:
	case KVM_CAP_READONLY_MEM:
	case KVM_CAP_IMMEDIATE_EXIT:
		return 1;
	case KVM_CAP_ADJUST_CLOCK:
		return VMH_CLOCK_FLAGS;
	case KVM_CAP_NR_VCPUS:
		return min_t(unsigned int, num_online_cpus(), VMH_MAX_VCPUS);
	case KVM_CAP_MAX_VCPUS:
	case KVM_CAP_MAX_VCPU_ID:
		return VMH_MAX_VCPUS;
	case KVM_CAP_NR_MEMSLOTS:
		return VMH_MAX_SLOTS;
	default:
		return 0;
	}
}

static void vmh_read_cpuid(void *ctx, u32 leaf, u32 subleaf, u32 regs[CPUID_NR_REGS])
{
	cpuid_count(leaf, subleaf, &regs[CPUID_REG_EAX], &regs[CPUID_REG_EBX],
		    &regs[CPUID_REG_ECX], &regs[CPUID_REG_EDX]);
}

static u32 vmh_cpuid_options(void)
{
	u32 options = CPUID_OPTION_KVM_LEAVES | CPUID_OPTION_KVM_CLOCK;

	if (vmh_clock_is_stable())
		options |= CPUID_OPTION_KVM_CLOCK_STABLE;
	if (vmx_conf.host_xcr0)
		options |= CPUID_OPTION_XSAVE;
	if (vmx_conf.procbased2 & VMX_CTL_PROC2_XSAVES)
		options |= CPUID_OPTION_XSAVES;
	if (vmx_conf.procbased2 & VMX_CTL_PROC2_INVPCID)
		options |= CPUID_OPTION_INVPCID;
	if (vmx_conf.rdtscp)
		options |= CPUID_OPTION_RDTSCP;
	return options;
}

static int vmh_copy_cpuid(struct vmh_call *call, const struct kvm_cpuid_entry2 *entries, u32 nr)
{
	struct kvm_cpuid2 __user *user = (void __user *)call->arg;
	u32 max;

	if (get_user(max, &user->nent))
		return -EFAULT;
	if (max < nr) {
		vm_error_field(call->err, VMH_E_COUNT, 0, "nent", max, nr);
		return -E2BIG;
	}
	if (put_user(nr, &user->nent) ||
	    copy_to_user(user->entries, entries, nr * sizeof(*entries)))
		return -EFAULT;
	return 0;
}

long vmh_get_supported_cpuid(struct vmh_call *call)
{
	struct cpuid_source source = {
		.read = vmh_read_cpuid,
		.options = vmh_cpuid_options(),
	};
	struct cpuid_caps caps;
	struct kvm_cpuid_entry2 *entries;
	int ret;

	vmx_guest_caps(&caps);
	source.phys_bits = caps.phys_bits;
	source.xcr0 = caps.xcr0;
	entries = vmh_fail_null(entries_memory, kvcalloc(CPUID_POLICY_MAX, sizeof(*entries),
							 GFP_KERNEL_ACCOUNT));
	if (!entries)
		return -ENOMEM;
	ret = cpuid_policy_supported(&source, entries, CPUID_POLICY_MAX);
	if (ret >= 0)
		ret = vmh_copy_cpuid(call, entries, ret);
	kvfree(entries);
	return ret;
}

long vmh_get_msr_index_list(struct vmh_call *call)
{
	struct kvm_msr_list __user *user = (void __user *)call->arg;
	u32 indices[64];
	u32 nr = vmh_msr_list(indices, ARRAY_SIZE(indices));
	u32 max;

	if (WARN_ON_ONCE(nr > ARRAY_SIZE(indices)))
		nr = ARRAY_SIZE(indices);
	if (get_user(max, &user->nmsrs) || put_user(nr, &user->nmsrs))
		return -EFAULT;
	if (max < nr) {
		vm_error_field(call->err, VMH_E_COUNT, 0, "nmsrs", max, nr);
		return -E2BIG;
	}
	return copy_to_user(user->indices, indices, nr * sizeof(indices[0])) ? -EFAULT : 0;
}
