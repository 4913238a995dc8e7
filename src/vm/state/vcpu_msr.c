// SPDX-License-Identifier: GPL-2.0
/* MSRs that are not the VT-x side's: the local APIC's, the clock's … No other exists: #GP. */
#include <asm/msr-index.h>
#include <uapi/asm/kvm_para.h>

#include "guest_time.h"
#include "irq.h"
#include "state.h"
#include "ticks.h"
#include "vcpu.h"

#define X2APIC_FIRST	0x800
#define X2APIC_LAST	0x8ff

static bool is_x2apic_msr(u32 index)
{
	return index >= X2APIC_FIRST && index <= X2APIC_LAST;
}

/**
 * struct vmh_msr_row - MSRs of one kind
 * @first: index.
 * @last: index of the last of them.
 * @get: read. Return: 0, or -EINVAL for a fault.
 * @set: write. The same.
 * @pv: bits of KVM's feature leaf: the guest has it with any of them.
 * @unlisted: not to be saved and restored by index list.
 */
struct vmh_msr_row {
	u32 first;
	u32 last;
	u32 pv;
	int (*get)(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host);
	int (*set)(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host);
	bool unlisted;
};

static int vmh_mce_get_msr(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	return guest_mce_get(&vcpu->mce, index, value, by_host);
}

static int vmh_mce_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	return guest_mce_set(&vcpu->mce, index, value, by_host);
}

static int vmh_get_platform_info(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	if (!by_host && READ_ONCE(vcpu->vm->platform_info_hidden))
		return -EINVAL;
	*value = vcpu->platform_info;
	return 0;
}

static int vmh_set_platform_info(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	/* CPUID does not fault for a guest's programs. */
	if (!by_host || (value & MSR_PLATFORM_INFO_CPUID_FAULT))
		return -EINVAL;
	vcpu->platform_info = value;
	return 0;
}

static int vmh_get_clock_msr(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	return vmh_clock_get_msr(vcpu, index, value);
}

static int vmh_set_clock_msr(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	return vmh_clock_set_msr(vcpu, index, value);
}

static int vmh_get_tsc_deadline(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	*value = vmh_has_apic(vcpu) ? lapic_tsc_deadline(&vcpu->apic.lapic) : 0;
	return 0;
}

/* Without an in-kernel APIC it is the VMM's, whose list has it nonetheless. */
static int vmh_set_tsc_deadline(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	if (vmh_has_apic(vcpu)) {
		lapic_set_tsc_deadline(&vcpu->apic.lapic, value);
		vmh_apic_rearm(vcpu);
	}
	return 0;
}

static int vmh_get_steal(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	*value = vcpu->steal.msr;
	return 0;
}

static int vmh_set_steal(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	return vmh_steal_set_msr(vcpu, value);
}

static int vmh_get_pv_eoi(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	*value = vcpu->pv_eoi.msr;
	return 0;
}

static int vmh_set_pv_eoi(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	return vmh_pv_eoi_set_msr(vcpu, value);
}

static int vmh_get_poll_control(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	*value = vcpu->halt.control;
	return 0;
}

static int vmh_set_poll_control(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	return vmh_halt_set_control(vcpu, value);
}

#define PAIR(index, what) \
	{ .first = (index), .last = (index), .get = vmh_get_##what, .set = vmh_set_##what }
#define PV_PAIR(index, feature, what) \
	{ .first = (index), .last = (index), .pv = BIT(KVM_FEATURE_##feature), \
	  .get = vmh_get_##what, .set = vmh_set_##what }
#define RUN(from, to, what, hidden) \
	{ .first = (from), .last = (to), .get = vmh_##what##_get_msr, \
	  .set = vmh_##what##_set_msr, .unlisted = (hidden) }

static const struct vmh_msr_row vmh_msr_rows[] = {
	PAIR(MSR_IA32_TSC_DEADLINE, tsc_deadline),
	PV_PAIR(MSR_KVM_WALL_CLOCK, CLOCKSOURCE, clock_msr),
	PV_PAIR(MSR_KVM_SYSTEM_TIME, CLOCKSOURCE, clock_msr),
	PV_PAIR(MSR_KVM_WALL_CLOCK_NEW, CLOCKSOURCE2, clock_msr),
	PV_PAIR(MSR_KVM_SYSTEM_TIME_NEW, CLOCKSOURCE2, clock_msr),
	PV_PAIR(MSR_KVM_STEAL_TIME, STEAL_TIME, steal),
	PV_PAIR(MSR_KVM_PV_EOI_EN, PV_EOI, pv_eoi),
	PV_PAIR(MSR_KVM_POLL_CONTROL, POLL_CONTROL, poll_control),
	PAIR(MSR_PLATFORM_INFO, platform_info),
	RUN(MSR_IA32_MCG_STATUS, MSR_IA32_MCG_CTL, mce, false),
	RUN(MSR_IA32_MCG_CAP, MSR_IA32_MCG_CAP, mce, true),
	RUN(MSR_IA32_MC0_CTL, MSR_IA32_MCx_MISC(GUEST_MCE_MAX_BANKS - 1), mce, true),
};

/* The row of an MSR that the guest, or userspace, has. */
static const struct vmh_msr_row *vmh_find_msr(const struct vmh_vcpu *vcpu, u32 index, bool by_host)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmh_msr_rows); i++) {
		const struct vmh_msr_row *row = &vmh_msr_rows[i];

		if (index >= row->first && index <= row->last)
			return by_host || vmh_pv_has(vcpu, row->pv) ? row : NULL;
	}
	return NULL;
}

/* The APIC is the VMM's: what is written has to be a value that an APIC takes, and is kept. */
static int vmh_apic_keep_base(struct vmh_vcpu *vcpu, u64 value, bool by_host)
{
	int ret = lapic_check_base(vcpu->vmx.apic_base, value, vmh_has_x2apic(vcpu),
				   cpuid_phys_bits(vcpu->cpuid), by_host);

	if (ret)
		return ret;
	vcpu->vmx.apic_base = value;
	vmx_cpuid_changed(&vcpu->vmx);
	return 0;
}

static int vmh_apic_set_base(struct vmh_vcpu *vcpu, u64 value, bool by_host)
{
	int ret;

	if (!vmh_has_apic(vcpu))
		return vmh_apic_keep_base(vcpu, value, by_host);
	ret = lapic_set_base(&vcpu->apic.lapic, value, by_host);
	if (ret)
		return ret;
	vmh_apic_publish(vcpu);
	vmx_cpuid_changed(&vcpu->vmx);
	return 0;
}

static int vmh_apic_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value)
{
	const u64 now = lapic_needs_time((index - LAPIC_MSR_FIRST) * 16) ? vmh_now_ns() : 0;
	struct lapic_effect fx;
	int ret;

	ret = lapic_msr_write(&vcpu->apic.lapic, index, value, now, &fx);
	vmh_apic_effect(vcpu, &fx);
	return ret;
}

/* One that is not the VT-x side's. */
static int vmh_get_other_msr(struct vmh_vcpu *vcpu, u32 index, u64 *value, bool by_host)
{
	const struct vmh_msr_row *row;

	if (is_x2apic_msr(index) && vmh_has_apic(vcpu))
		return lapic_msr_read(&vcpu->apic.lapic, index, vmh_now_ns(), value);
	if (index == MSR_IA32_APICBASE) {
		*value = vmh_apic_base(vcpu);
		return 0;
	}
	row = vmh_find_msr(vcpu, index, by_host);
	return row ? row->get(vcpu, index, value, by_host) : -ENOENT;
}

static int vmh_set_other_msr(struct vmh_vcpu *vcpu, u32 index, u64 value, bool by_host)
{
	const struct vmh_msr_row *row;

	if (is_x2apic_msr(index) && vmh_has_apic(vcpu))
		return vmh_apic_set_msr(vcpu, index, value);
	if (index == MSR_IA32_APICBASE)
		return vmh_apic_set_base(vcpu, value, by_host);
	row = vmh_find_msr(vcpu, index, by_host);
	return row ? row->set(vcpu, index, value, by_host) : -ENOENT;
}

/**
 * vmh_vcpu_get_msr() - userspace reads an MSR
 * @vcpu: the vCPU, loaded.
 * @index: the MSR.
 * @value: where to.
 *
 * Return: 0; -ENOENT when there is no such MSR; -EINVAL when it cannot be read.
 */
int vmh_vcpu_get_msr(struct vmh_vcpu *vcpu, u32 index, u64 *value)
{
	int ret = vmx_get_msr(&vcpu->vmx, index, value, true);

	return ret == -ENOENT ? vmh_get_other_msr(vcpu, index, value, true) : ret;
}

/**
 * vmh_vcpu_set_msr() - userspace writes an MSR, to restore a state
 * @vcpu: the vCPU, loaded.
 * @index: the MSR.
 * @value: the value.
 *
 * Return: 0; -ENOENT when there is no such MSR; -EINVAL for a value that it cannot have.
 */
int vmh_vcpu_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value)
{
	int ret;

	/* It may be meant for more vCPUs than this. */
	if (index == MSR_IA32_TSC) {
		vmh_tsc_write(vcpu, value);
		return 0;
	}
	ret = vmx_set_msr(&vcpu->vmx, index, value, true);
	return ret == -ENOENT ? vmh_set_other_msr(vcpu, index, value, true) : ret;
}

/**
 * vmh_msr_list() - the MSRs that make up a vCPU's state
 * @indices: where to.
 * @max: room there.
 *
 * Return: how many there are, which may be more than @max.
 */
unsigned int vmh_msr_list(u32 *indices, unsigned int max)
{
	unsigned int i, nr = vmx_msr_list(indices, max);
	u32 index;

	for (i = 0; i < ARRAY_SIZE(vmh_msr_rows); i++) {
		if (vmh_msr_rows[i].unlisted)
			continue;
		for (index = vmh_msr_rows[i].first; index <= vmh_msr_rows[i].last; index++) {
			if (nr < max)
				indices[nr] = index;
			nr++;
		}
	}
	return nr;
}

static u64 vmh_host_ucode_rev(void)
{
	return (u64)boot_cpu_data.microcode << 32;
}

static u64 vmh_host_arch_caps(void)
{
	return spec_arch_caps(&vmx_conf.spec);
}

/* MSRs that tell what a vCPU can have, before there is any. */
static const struct {
	u32 index;
	u64 (*get)(void);
} vmh_feature_msrs[] = {
	{ MSR_IA32_UCODE_REV, vmh_host_ucode_rev },
	{ MSR_IA32_ARCH_CAPABILITIES, vmh_host_arch_caps },
};

/**
 * vmh_feature_msr() - read an MSR that tells of a feature
 * @index: the MSR.
 * @value: where to.
 *
 * Return: 0, or -ENOENT when it is none.
 */
int vmh_feature_msr(u32 index, u64 *value)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmh_feature_msrs); i++) {
		if (vmh_feature_msrs[i].index == index) {
			*value = vmh_feature_msrs[i].get();
			return 0;
		}
	}
	return -ENOENT;
}

/**
 * vmh_feature_msr_list() - the MSRs that tell of features
 * @indices: where to.
 * @max: room there.
 *
 * Return: how many there are, which may be more than @max.
 */
unsigned int vmh_feature_msr_list(u32 *indices, unsigned int max)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmh_feature_msrs) && i < max; i++)
		indices[i] = vmh_feature_msrs[i].index;
	return ARRAY_SIZE(vmh_feature_msrs);
}

/**
 * vmh_vcpu_rdmsr() - settle the exit VMX_RDMSR
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread; interrupts may be off.
 *
 * Return: whether it is settled; otherwise it is userspace's.
 */
bool vmh_vcpu_rdmsr(struct vmh_vcpu *vcpu)
{
	int ret = vcpu->vmx.msr_error;
	u64 value;

	if (likely(ret == -ENOENT))
		ret = vmh_get_other_msr(vcpu, vcpu->vmx.msr_index, &value, false);
	if (unlikely(ret))
		return vmh_msr_refused(vcpu, ret);
	vmx_msr_finish_read(&vcpu->vmx, value);
	return true;
}

/**
 * vmh_vcpu_wrmsr() - settle the exit VMX_WRMSR
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread; interrupts may be off.
 *
 * Return: whether it is settled; otherwise it is userspace's.
 */
bool vmh_vcpu_wrmsr(struct vmh_vcpu *vcpu)
{
	int ret = vcpu->vmx.msr_error;

	if (likely(ret == -ENOENT))
		ret = vmh_set_other_msr(vcpu, vcpu->vmx.msr_index, vcpu->vmx.msr_value, false);
	if (unlikely(ret))
		return vmh_msr_refused(vcpu, ret);
	vmx_skip_instruction(&vcpu->vmx);
	return true;
}

/**
 * vmh_halt_set_control() - write MSR_KVM_POLL_CONTROL
 * @vcpu: the vCPU.
 * @value: the value.
 *
 * Return: 0, or -EINVAL when the value faults.
 */
int vmh_halt_set_control(struct vmh_vcpu *vcpu, u64 value)
{
	if (value & ~VMH_POLL_CONTROL_HOST)
		return -EINVAL;
	vcpu->halt.control = value;
	return 0;
}

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
