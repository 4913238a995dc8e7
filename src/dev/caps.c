// SPDX-License-Identifier: GPL-2.0
/* What userspace and guests are told that vmh has: KVM capabilities, CPUID. */
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <asm/processor.h>

#include "cpuid_policy.h"
#include "fail_point.h"
#include "guest_time.h"
#include "ioctl.h"
#include "irq_routing.h"
#include "state.h"
#include "vm.h"
#include "vmx_cpu.h"

/**
 * struct vmh_cap - a capability that there is
 * @cap: KVM_CAP_*.
 * @value: what it answers, when @get is NULL.
 * @get: reckons it. The VM is NULL on the device.
 */
struct vmh_cap {
	u32 cap;
	u32 value;
	u32 (*get)(const struct vm_handler_ctx *vm);
};

static u32 vmh_cap_tsc_control(const struct vm_handler_ctx *vm)
{
	return vmh_tsc_scaling();
}

static u32 vmh_cap_steal_time(const struct vm_handler_ctx *vm)
{
	return vmh_steal_is_counted();
}

static u32 vmh_cap_nr_vcpus(const struct vm_handler_ctx *vm)
{
	return min_t(u32, num_online_cpus(), VMH_MAX_VCPUS);
}

static u32 vmh_cap_max_vcpus(const struct vm_handler_ctx *vm)
{
	return vm ? vm->config.vcpu_count : VMH_MAX_VCPUS;
}

static u32 vmh_cap_max_vcpu_id(const struct vm_handler_ctx *vm)
{
	return vm ? vm->cpu_ctx.id_end : VMH_MAX_VCPUS;
}

static u32 vmh_cap_xcrs(const struct vm_handler_ctx *vm)
{
	return !!vmx_conf.host_xcr0;
}

/* Each is true, and has a test. */
static const struct vmh_cap vmh_caps[] = {
	{ KVM_CAP_IRQCHIP, 1 },
	{ KVM_CAP_HLT, 1 },
	{ KVM_CAP_USER_MEMORY, 1 },
	{ KVM_CAP_SET_TSS_ADDR, 1 },
	{ KVM_CAP_EXT_CPUID, 1 },
	{ KVM_CAP_NR_VCPUS, .get = vmh_cap_nr_vcpus },
	{ KVM_CAP_NR_MEMSLOTS, VMH_MAX_SLOTS },
	{ KVM_CAP_MP_STATE, 1 },
	{ KVM_CAP_COALESCED_MMIO, KVM_COALESCED_MMIO_PAGE_OFFSET },
	{ KVM_CAP_USER_NMI, 1 },
	{ KVM_CAP_SET_GUEST_DEBUG, 1 },
	{ KVM_CAP_VCPU_EVENTS, 1 },
	{ KVM_CAP_DEBUGREGS, 1 },
	{ KVM_CAP_XSAVE, 1 },
	{ KVM_CAP_XCRS, .get = vmh_cap_xcrs },
	{ KVM_CAP_SYNC_REGS, KVM_SYNC_X86_VALID_FIELDS },
	{ KVM_CAP_KVMCLOCK_CTRL, 1 },
	{ KVM_CAP_EXCEPTION_PAYLOAD, 1 },
	{ KVM_CAP_SET_GUEST_DEBUG2, VMH_GUEST_DEBUG_FLAGS },
	{ KVM_CAP_SREGS2, 1 },
	{ KVM_CAP_XSAVE2, sizeof(struct kvm_xsave) },
	{ KVM_CAP_SYNC_MMU, 1 },
	{ KVM_CAP_DESTROY_MEMORY_REGION_WORKS, 1 },
	{ KVM_CAP_IRQ_ROUTING, IRQ_GSIS_MAX },
	{ KVM_CAP_IRQ_INJECT_STATUS, 1 },
	{ KVM_CAP_JOIN_MEMORY_REGIONS_WORKS, 1 },
	{ KVM_CAP_SET_BOOT_CPU_ID, 1 },
	{ KVM_CAP_IOEVENTFD, 1 },
	{ KVM_CAP_SET_IDENTITY_MAP_ADDR, 1 },
	{ KVM_CAP_IRQFD, 1 },
	{ KVM_CAP_PIT2, 1 },
	{ KVM_CAP_PIT_STATE2, 1 },
	{ KVM_CAP_ADJUST_CLOCK, VMH_CLOCK_FLAGS },
	{ KVM_CAP_MAX_VCPUS, .get = vmh_cap_max_vcpus },
	{ KVM_CAP_TSC_DEADLINE_TIMER, 1 },
	{ KVM_CAP_SIGNAL_MSI, 1 },
	{ KVM_CAP_READONLY_MEM, 1 },
	{ KVM_CAP_IRQFD_RESAMPLE, 1 },
	{ KVM_CAP_ENABLE_CAP_VM, 1 },
	{ KVM_CAP_IOEVENTFD_NO_LENGTH, 1 },
	{ KVM_CAP_CHECK_EXTENSION_VM, 1 },
	{ KVM_CAP_IOEVENTFD_ANY_LENGTH, 1 },
	{ KVM_CAP_MAX_VCPU_ID, .get = vmh_cap_max_vcpu_id },
	{ KVM_CAP_SPLIT_IRQCHIP, 1 },
	{ KVM_CAP_X2APIC_API, VMH_X2APIC_API },
	{ KVM_CAP_IMMEDIATE_EXIT, 1 },
	{ KVM_CAP_MANUAL_DIRTY_LOG_PROTECT2,
	  KVM_DIRTY_LOG_MANUAL_PROTECT_ENABLE | KVM_DIRTY_LOG_INITIALLY_SET },
	{ KVM_CAP_USER_MEMORY2, 1 },
	{ KVM_CAP_MEMORY_FAULT_INFO, 1 },
	{ KVM_CAP_COALESCED_PIO, 1 },
	{ KVM_CAP_GET_TSC_KHZ, 1 },
	{ KVM_CAP_TSC_CONTROL, .get = vmh_cap_tsc_control },
	{ KVM_CAP_VM_TSC_CONTROL, .get = vmh_cap_tsc_control },
	{ KVM_CAP_VCPU_ATTRIBUTES, 1 },
	{ KVM_CAP_GET_MSR_FEATURES, 1 },
	{ KVM_CAP_MCE, GUEST_MCE_MAX_BANKS },
	{ KVM_CAP_X86_MSR_FILTER, 1 },
	{ KVM_CAP_X86_USER_SPACE_MSR, 1 },
	{ KVM_CAP_MSR_PLATFORM_INFO, 1 },
	{ KVM_CAP_X86_DISABLE_EXITS, VMH_EXITS_TO_DISABLE },
	{ KVM_CAP_DISABLE_QUIRKS2, VMH_QUIRKS },
	{ KVM_CAP_ENABLE_CAP, 1 },
	{ KVM_CAP_ENFORCE_PV_FEATURE_CPUID, 1 },
	{ KVM_CAP_STEAL_TIME, .get = vmh_cap_steal_time },
	{ KVM_CAP_EXIT_ON_EMULATION_FAILURE, 1 },
	{ KVM_CAP_HALT_POLL, 1 },
	{ KVM_CAP_X86_APIC_BUS_CYCLES_NS, LAPIC_BUS_PERIOD_NS },
};

/**
 * vmh_check_extension() - VMH_CHECK_EXTENSION
 * @call: its argument is KVM_CAP_*.
 *
 * Return: what KVM's API gives for a capability that is there; 0 for any other.
 */
long vmh_check_extension(struct vmh_call *call)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmh_caps); i++)
		if (vmh_caps[i].cap == call->arg)
			return vmh_caps[i].get ? vmh_caps[i].get(call->object) : vmh_caps[i].value;
	return 0;
}

static void vmh_read_cpuid(void *ctx, u32 leaf, u32 subleaf, u32 regs[CPUID_NR_REGS])
{
	cpuid_count(leaf, subleaf, &regs[CPUID_REG_EAX], &regs[CPUID_REG_EBX],
		    &regs[CPUID_REG_ECX], &regs[CPUID_REG_EDX]);
}

static u32 vmh_cpuid_options(void)
{
	u32 options = CPUID_OPTION_KVM_LEAVES | CPUID_OPTION_KVM_CLOCK;

	options |= spec_cpuid_options(&vmx_conf.spec);
	if (vmh_steal_is_counted())
		options |= CPUID_OPTION_KVM_STEAL;
	/* A processor that delivers interrupts ends them too. */
	if (!vmx_conf.apicv)
		options |= CPUID_OPTION_KVM_PV_EOI;
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
	struct cpuid_kernel_word words[VMX_KERNEL_WORDS];
	struct cpuid_source source = {
		.read = vmh_read_cpuid,
		.kernel = words,
		.kernel_nr = VMX_KERNEL_WORDS,
		.options = vmh_cpuid_options(),
	};
	struct cpuid_caps caps;
	struct kvm_cpuid_entry2 *entries;
	int ret;

	vmx_kernel_cpuid(words);
	vmx_guest_caps(&caps);
	if (caps.cr4 & X86_CR4_UMIP)
		source.options |= CPUID_OPTION_UMIP;
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
