// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's model-specific registers: one row each, or one for a run of them. An exit finds its
 * row by the index. An MSR without a row is the caller's (local APIC) or does not exist.
 * SDM volume 4, "Model-Specific Registers (MSRs)".
 */
#include <linux/build_bug.h>
#include <linux/cache.h>
#include <linux/nospec.h>
#include <asm/msr-index.h>
#include <asm/mtrr.h>
#include <asm/tsc.h>

#include "vmx.h"
#include "vmx_guest.h"

/* IA32_MTRRCAP: eight variable ranges, fixed ranges, write-combining. */
#define MTRR_VARIABLE_RANGES	8
#define MTRR_CAP		(MTRR_VARIABLE_RANGES | BIT(8) | BIT(10))
#define MTRR_DEF_TYPE_VALID	0xcffULL
#define MTRR_MASK_VALID		BIT(11)

/**
 * struct vmx_msr_limits - what an MSR needs to be there, if it is not always
 * @host: SPEC_HOST_* features that it needs.
 * @guest: has a guest with this CPUID got it? Userspace always has.
 * @write_only: it cannot be read.
 */
struct vmx_msr_limits {
	u32 host;
	bool (*guest)(const struct cpuid_table *cpuid);
	bool write_only;
};

/**
 * struct vmx_msr_row - one MSR, or a run of them
 * @first: index.
 * @last: index of the last of the run.
 * @get: read; NULL for one that lives in struct vmx_msrs or a VMCS field.
 * @set: write; NULL for a register that ignores what is written if it is what it reads as.
 * @offset: in struct vmx_msrs.
 * @field: VMCS field, when not 0.
 * @limits: NULL: everybody has it.
 * @unlisted: not to be saved and restored by index list.
 */
struct vmx_msr_row {
	u32 first;
	u32 last;
	u64 (*get)(struct vmx_vcpu *v, u32 index);
	int (*set)(struct vmx_vcpu *v, u32 index, u64 value, bool by_host);
	u16 offset;
	u16 field;
	const struct vmx_msr_limits *limits;
	bool unlisted;
};

static u64 *vmx_msr_place(struct vmx_vcpu *v, const struct vmx_msr_row *row, u32 index)
{
	return (u64 *)((char *)&v->msrs + row->offset) + (index - row->first);
}

static const struct vmx_msr_row *vmx_find_msr(u32 index);

/* For rows with no more to check than the caller of this does. */
static int msr_store(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	const struct vmx_msr_row *row = vmx_find_msr(index);

	if (row->field)
		vmcs_write(row->field, value);
	else
		*vmx_msr_place(v, row, index) = value;
	return 0;
}

/*
 * Guests write most of these without an exit, so they hold what the processor takes: addresses of
 * 57 bits where it knows such, whatever paging a guest can use. SDM, "WRMSR-Write to Model Specific
 * Register": its width is CPUID's, not that of the paging mode.
 */
static bool msr_is_canonical(u64 value)
{
	return guest_canonical(value, boot_cpu_data.x86_virt_bits) == value;
}

static int msr_store_canonical(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if (!msr_is_canonical(value))
		return -EINVAL;
	return msr_store(v, index, value, by_host);
}

static int msr_store_32bit(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if (value >> 32)
		return -EINVAL;
	return msr_store(v, index, value, by_host);
}

static int msr_ignore(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	return 0;
}

static u64 msr_get_zero(struct vmx_vcpu *v, u32 index)
{
	return 0;
}

static u64 msr_get_tsc(struct vmx_vcpu *v, u32 index)
{
	return vmx_guest_tsc(v, rdtsc());
}

/* SDM, "IA32_TSC_ADJUST Register Support": writing one of the two moves the other. */
static int msr_set_tsc(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	u64 offset = value - guest_tsc_scale(rdtsc(), v->tsc_ratio);

	if (!by_host)
		v->msrs.tsc_adjust += offset - v->tsc_offset;
	vmx_set_tsc(v, offset, v->tsc_ratio);
	return 0;
}

static int msr_set_tsc_adjust(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	/* A TSC that moves has clocks reckoned anew; guests also write what is there already. */
	if (!by_host && value != v->msrs.tsc_adjust)
		vmx_set_tsc(v, v->tsc_offset + value - v->msrs.tsc_adjust, v->tsc_ratio);
	v->msrs.tsc_adjust = value;
	return 0;
}

/* A guest writes 0, executes CPUID and reads the revision. */
static int msr_set_ucode_rev(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if (by_host)
		v->msrs.ucode_rev = value;
	return 0;
}

static u64 msr_get_mtrr_cap(struct vmx_vcpu *v, u32 index)
{
	return MTRR_CAP;
}

static bool is_memory_type(u8 type)
{
	return type == 0 || type == 1 || (type >= 4 && type <= 6);
}

static int msr_set_mtrr_def_type(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if (value & ~MTRR_DEF_TYPE_VALID || !is_memory_type(value & 0xff))
		return -EINVAL;
	return msr_store(v, index, value, by_host);
}

/* Base and mask of a range take turns. */
static int msr_set_mtrr_var(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	u64 address = ~0ULL << PAGE_SHIFT & GENMASK_ULL(cpuid_phys_bits(v->cpuid) - 1, 0);
	bool is_mask = index & 1;

	if (value & ~(address | (is_mask ? MTRR_MASK_VALID : 0xffULL)))
		return -EINVAL;
	if (!is_mask && !is_memory_type(value & 0xff))
		return -EINVAL;
	return msr_store(v, index, value, by_host);
}

static int msr_set_memory_types(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	unsigned int i;

	for (i = 0; i < 64; i += 8)
		if (!is_memory_type(value >> i))
			return -EINVAL;
	return msr_store(v, index, value, by_host);
}

/* PAT also knows type 7, "uncached minus". */
static int msr_set_pat(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	unsigned int i;

	for (i = 0; i < 64; i += 8) {
		u8 type = value >> i;

		if (!is_memory_type(type) && type != 7)
			return -EINVAL;
	}
	if (vmx_conf.loads_pat)
		vmcs_write(GUEST_IA32_PAT, value);
	return msr_store(v, index, value, by_host);
}

static int msr_set_misc_enable(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	const u64 fixed = MSR_IA32_MISC_ENABLE_BTS_UNAVAIL | MSR_IA32_MISC_ENABLE_PEBS_UNAVAIL;

	v->msrs.misc_enable = value | fixed;
	return 0;
}

static int msr_set_xss(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if (value & ~cpuid_xss_valid(v->cpuid))
		return -EINVAL;
	vmx_msrs_changed(v);
	v->msrs.xss = value;
	vmx_xss_changed(v);
	vmx_cpuid_changed(v);
	return 0;
}

static u64 msr_get_efer(struct vmx_vcpu *v, u32 index)
{
	return vmx_guest_efer(v);
}

/* SDM, "IA-32e Mode Operation": LME cannot change under paging; LMA follows by itself. */
static int msr_set_efer(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	u64 old = vmx_guest_efer(v);

	if (value & ~(cpuid_efer_valid(v->cpuid) | EFER_LMA))
		return -EINVAL;
	if (!by_host && ((old ^ value) & EFER_LME) && (vmcs_read(GUEST_CR0) & X86_CR0_PG))
		return -EINVAL;
	vmx_set_efer(v, (value & ~EFER_LMA) | (old & EFER_LMA));
	/* NX is how page tables are read. */
	if ((old ^ value) & (EFER_NX | EFER_LME))
		vmx_flush_guest(v);
	return 0;
}

static int msr_set_syscall(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if ((index == MSR_LSTAR || index == MSR_CSTAR) && !msr_is_canonical(value))
		return -EINVAL;
	/* The upper half of IA32_FMASK is reserved. */
	if (index == MSR_SYSCALL_MASK && value >> 32)
		return -EINVAL;
	vmx_msrs_changed(v);
	return msr_store(v, index, value, by_host);
}

static u64 msr_get_kernel_gs_base(struct vmx_vcpu *v, u32 index)
{
	vmx_msrs_changed(v);
	return v->msrs.kernel_gs_base;
}

static int msr_set_kernel_gs_base(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	vmx_msrs_changed(v);
	return msr_store_canonical(v, index, value, by_host);
}

static int msr_set_tsc_aux(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	if (!vmx_conf.rdtscp)
		return by_host && !value ? 0 : -EINVAL;
	vmx_msrs_changed(v);
	return msr_store_32bit(v, index, value, by_host);
}

#define STORED(msr, member, setter) { \
	.first = (msr), .last = (msr), .set = (setter), \
	.offset = offsetof(struct vmx_msrs, member), \
}

#define STORED_RUN(from, count, member, at, setter) { \
	.first = (from), .last = (from) + (count) - 1, .set = (setter), \
	.offset = offsetof(struct vmx_msrs, member[at]), \
}

#define IN_VMCS(msr, vmcs_field, setter) { \
	.first = (msr), .last = (msr), .set = (setter), .field = (vmcs_field), \
}

#define COMPUTED(msr, getter, setter) { \
	.first = (msr), .last = (msr), .get = (getter), .set = (setter), \
}

#define CONSTANT(msr, getter, setter) { \
	.first = (msr), .last = (msr), .get = (getter), .set = (setter), .unlisted = true, \
}

#define LIMITED(msr, member, setter, whom) { \
	.first = (msr), .last = (msr), .set = (setter), .limits = (whom), \
	.offset = offsetof(struct vmx_msrs, member), \
}

#define COMMAND(msr, setter, whom) { \
	.first = (msr), .last = (msr), .set = (setter), .limits = (whom), .unlisted = true, \
}

static const struct vmx_msr_limits msr_limits_spec_ctrl = {
	.host = SPEC_HOST_MSR, .guest = spec_guest_has_ctrl,
};

static const struct vmx_msr_limits msr_limits_arch_caps = {
	.guest = spec_guest_has_arch_caps,
};

static const struct vmx_msr_limits msr_limits_pred_cmd = {
	.host = SPEC_HOST_IBPB, .guest = spec_guest_has_pred_cmd, .write_only = true,
};

static const struct vmx_msr_limits msr_limits_flush_cmd = {
	.host = SPEC_HOST_L1D_FLUSH, .guest = spec_guest_has_flush_cmd, .write_only = true,
};

static const struct vmx_msr_row vmx_msr_rows[] = {
	COMPUTED(MSR_IA32_TSC, msr_get_tsc, msr_set_tsc),
	CONSTANT(MSR_IA32_PLATFORM_ID, msr_get_zero, NULL),
	STORED(MSR_IA32_TSC_ADJUST, tsc_adjust, msr_set_tsc_adjust),
	CONSTANT(MSR_IA32_UCODE_WRITE, msr_get_zero, msr_ignore),
	STORED(MSR_IA32_UCODE_REV, ucode_rev, msr_set_ucode_rev),
	CONSTANT(MSR_MTRRcap, msr_get_mtrr_cap, NULL),
	IN_VMCS(MSR_IA32_SYSENTER_CS, GUEST_SYSENTER_CS, msr_store_32bit),
	IN_VMCS(MSR_IA32_SYSENTER_ESP, GUEST_SYSENTER_ESP, msr_store_canonical),
	IN_VMCS(MSR_IA32_SYSENTER_EIP, GUEST_SYSENTER_EIP, msr_store_canonical),
	STORED(MSR_IA32_MISC_ENABLE, misc_enable, msr_set_misc_enable),
	CONSTANT(MSR_IA32_DEBUGCTLMSR, msr_get_zero, NULL),
	STORED(MSR_IA32_POWER_CTL, power_ctl, msr_store),
	STORED_RUN(MTRRphysBase_MSR(0), 2 * MTRR_VARIABLE_RANGES, mtrr_var, 0, msr_set_mtrr_var),
	STORED_RUN(MSR_MTRRfix64K_00000, 1, mtrr_fixed, 0, msr_set_memory_types),
	STORED_RUN(MSR_MTRRfix16K_80000, 2, mtrr_fixed, 1, msr_set_memory_types),
	STORED_RUN(MSR_MTRRfix4K_C0000, 8, mtrr_fixed, 3, msr_set_memory_types),
	STORED(MSR_IA32_CR_PAT, pat, msr_set_pat),
	STORED(MSR_MTRRdefType, mtrr_def_type, msr_set_mtrr_def_type),
	STORED(MSR_IA32_XSS, xss, msr_set_xss),
	COMPUTED(MSR_EFER, msr_get_efer, msr_set_efer),
	STORED(MSR_STAR, star, msr_set_syscall),
	STORED(MSR_LSTAR, lstar, msr_set_syscall),
	STORED(MSR_CSTAR, cstar, msr_set_syscall),
	STORED(MSR_SYSCALL_MASK, fmask, msr_set_syscall),
	IN_VMCS(MSR_FS_BASE, GUEST_FS_BASE, msr_store_canonical),
	IN_VMCS(MSR_GS_BASE, GUEST_GS_BASE, msr_store_canonical),
	{
		.first = MSR_KERNEL_GS_BASE, .last = MSR_KERNEL_GS_BASE,
		.get = msr_get_kernel_gs_base, .set = msr_set_kernel_gs_base,
		.offset = offsetof(struct vmx_msrs, kernel_gs_base),
	},
	STORED(MSR_TSC_AUX, tsc_aux, msr_set_tsc_aux),
	LIMITED(MSR_IA32_SPEC_CTRL, spec_ctrl, vmx_set_spec_ctrl, &msr_limits_spec_ctrl),
	LIMITED(MSR_IA32_ARCH_CAPABILITIES, arch_caps, vmx_set_arch_caps, &msr_limits_arch_caps),
	COMMAND(MSR_IA32_PRED_CMD, vmx_set_pred_cmd, &msr_limits_pred_cmd),
	COMMAND(MSR_IA32_FLUSH_CMD, vmx_set_flush_cmd, &msr_limits_flush_cmd),
};

/* By index, in the two ranges where MSRs are: number of the row and 1; 0 where there is none. */
#define MSR_LOW_NR	0xe00
#define MSR_HIGH_FIRST	MSR_EFER
#define MSR_HIGH_NR	0x100

static u8 vmx_msr_low[MSR_LOW_NR] __ro_after_init;
static u8 vmx_msr_high[MSR_HIGH_NR] __ro_after_init;

static_assert(ARRAY_SIZE(vmx_msr_rows) < U8_MAX);

static u8 *vmx_msr_slot(u32 index)
{
	u32 high = index - MSR_HIGH_FIRST;

	if (index < MSR_LOW_NR)
		return &vmx_msr_low[array_index_nospec(index, MSR_LOW_NR)];
	if (high < MSR_HIGH_NR)
		return &vmx_msr_high[array_index_nospec(high, MSR_HIGH_NR)];
	return NULL;
}

static const struct vmx_msr_row *vmx_find_msr(u32 index)
{
	const u8 *slot = vmx_msr_slot(index);

	return slot && *slot ? &vmx_msr_rows[*slot - 1] : NULL;
}

/**
 * vmx_msr_init() - make the rows of MSRs known by their indices
 *
 * Context: at module load. A row that is in neither range is a bug, and is found here.
 */
void vmx_msr_init(void)
{
	unsigned int i;
	u32 index;

	for (i = 0; i < ARRAY_SIZE(vmx_msr_rows); i++) {
		for (index = vmx_msr_rows[i].first; index <= vmx_msr_rows[i].last; index++) {
			u8 *slot = vmx_msr_slot(index);

			if (WARN_ON(!slot || *slot))
				continue;
			*slot = i + 1;
		}
	}
}

static u64 vmx_read_row(struct vmx_vcpu *v, const struct vmx_msr_row *row, u32 index)
{
	if (row->get)
		return row->get(v, index);
	if (row->field)
		return vmcs_read(row->field);
	return *vmx_msr_place(v, row, index);
}

static bool vmx_msr_is_there(const struct vmx_msr_row *row)
{
	return !row->limits || !(row->limits->host & ~vmx_conf.spec.features);
}

/* May it be accessed? */
static int vmx_msr_limit(const struct vmx_vcpu *v, const struct vmx_msr_row *row, bool write,
			 bool by_host)
{
	const struct vmx_msr_limits *limits = row->limits;

	if (!vmx_msr_is_there(row))
		return -ENOENT;
	if (limits->write_only && !write)
		return -EINVAL;
	return by_host || limits->guest(v->cpuid) ? 0 : -EINVAL;
}

/* Most MSRs are everybody's. So these are out of line, and the last thing that their callers do. */
static noinline int vmx_get_limited_msr(struct vmx_vcpu *v, const struct vmx_msr_row *row,
					u32 index, u64 *value, bool by_host)
{
	int ret = vmx_msr_limit(v, row, false, by_host);

	if (!ret)
		*value = vmx_read_row(v, row, index);
	return ret;
}

static noinline int vmx_set_limited_msr(struct vmx_vcpu *v, const struct vmx_msr_row *row,
					u32 index, u64 value, bool by_host)
{
	int ret = vmx_msr_limit(v, row, true, by_host);

	return ret ?: row->set(v, index, value, by_host);
}

/* One that ignores what is written if it is what it reads as. */
static noinline int vmx_set_ignored_msr(struct vmx_vcpu *v, const struct vmx_msr_row *row,
					u32 index, u64 value)
{
	return value == vmx_read_row(v, row, index) ? 0 : -EINVAL;
}

/**
 * vmx_get_msr() - read an MSR of the VT-x side
 * @v: the vCPU, loaded.
 * @index: the MSR.
 * @value: where to.
 * @by_host: userspace reads it; otherwise the guest does.
 *
 * Return: 0; -ENOENT when it is not the VT-x side's; -EINVAL when the read faults.
 */
int vmx_get_msr(struct vmx_vcpu *v, u32 index, u64 *value, bool by_host)
{
	const struct vmx_msr_row *row = vmx_find_msr(index);

	if (!row)
		return -ENOENT;
	if (unlikely(row->limits))
		return vmx_get_limited_msr(v, row, index, value, by_host);
	*value = vmx_read_row(v, row, index);
	return 0;
}

/**
 * vmx_set_msr() - write an MSR of the VT-x side
 * @v: the vCPU, loaded.
 * @index: the MSR.
 * @value: the value.
 * @by_host: userspace writes it, to restore a state; otherwise the guest does.
 *
 * Return: 0; -ENOENT when it is not the VT-x side's; -EINVAL for a value that faults.
 */
int vmx_set_msr(struct vmx_vcpu *v, u32 index, u64 value, bool by_host)
{
	const struct vmx_msr_row *row = vmx_find_msr(index);

	if (!row)
		return -ENOENT;
	if (unlikely(row->limits))
		return vmx_set_limited_msr(v, row, index, value, by_host);
	if (likely(row->set))
		return row->set(v, index, value, by_host);
	return vmx_set_ignored_msr(v, row, index, value);
}

/**
 * vmx_msr_list() - the MSRs that make up a vCPU's state on the VT-x side
 * @indices: where to.
 * @max: room there.
 *
 * Return: how many there are, which may be more than @max.
 */
unsigned int vmx_msr_list(u32 *indices, unsigned int max)
{
	unsigned int i, nr = 0;
	u32 index;

	for (i = 0; i < ARRAY_SIZE(vmx_msr_rows); i++) {
		if (vmx_msr_rows[i].unlisted || !vmx_msr_is_there(&vmx_msr_rows[i]))
			continue;
		for (index = vmx_msr_rows[i].first; index <= vmx_msr_rows[i].last; index++) {
			if (nr < max)
				indices[nr] = index;
			nr++;
		}
	}
	return nr;
}

/**
 * vmx_set_msr_filter() - which MSRs the guest may access
 * @v: the vCPU, loaded.
 * @filter: the filter, which stays until there is another; NULL for none.
 * @bitmaps: what vmx_filtered_msr_bitmaps() made for it.
 */
void vmx_set_msr_filter(struct vmx_vcpu *v, const struct msr_filter *filter,
			const void *const bitmaps[2])
{
	v->msr_filter = filter;
	if (filter)
		memcpy(v->filter_bitmaps, bitmaps, sizeof(v->filter_bitmaps));
	vmx_spec_update(v);
}
