/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which MSRs a guest may read and write: VMH_X86_SET_MSR_FILTER. And the MSR bitmap that goes with
 * it: SDM, "MSR-Bitmap Address".
 */
#ifndef VMH_MSR_FILTER_H
#define VMH_MSR_FILTER_H

#include <linux/kvm.h>
#include <linux/types.h>

/* Bytes of a range's bitmap, at most: KVM's bound. */
#define MSR_FILTER_MAX_BITMAP	0x600
#define MSR_FILTER_RANGE_FLAGS	(KVM_MSR_FILTER_READ | KVM_MSR_FILTER_WRITE)

/* The processor's bitmap: reads of low and of high MSRs, then writes; a set bit is an exit. */
#define MSR_BITMAP_BYTES	4096

/**
 * struct msr_filter_range - MSRs that a bitmap decides about
 * @base: the first.
 * @nr: how many.
 * @flags: KVM_MSR_FILTER_READ, KVM_MSR_FILTER_WRITE: which accesses.
 * @bitmap: a bit each: allowed.
 */
struct msr_filter_range {
	u32 base;
	u32 nr;
	u32 flags;
	const u8 *bitmap;
};

/**
 * struct msr_filter - a filter
 * @deny: what becomes of MSRs in no range.
 * @nr: ranges.
 * @range: of several that have an MSR, the first counts.
 */
struct msr_filter {
	bool deny;
	u32 nr;
	struct msr_filter_range range[KVM_MSR_FILTER_MAX_RANGES];
};

/**
 * msr_filter_bitmap_bytes() - the size of a range's bitmap, in whole words of 64 bits
 * @range: as userspace gave it.
 *
 * Return: bytes; 0 for an empty range.
 */
u32 msr_filter_bitmap_bytes(const struct kvm_msr_filter_range *range);

/**
 * msr_filter_check() - is this a filter?
 * @user: as userspace gave it, but for its bitmaps.
 *
 * Return: 0; -EINVAL for unknown flags, a range that is too long, or a filter that denies all.
 */
int msr_filter_check(const struct kvm_msr_filter *user);

/**
 * msr_filter_fill() - make a filter of one that was checked
 * @filter: where to.
 * @user: it.
 * @bitmaps: the bitmaps of its ranges, one after the other, which stay as long as @filter.
 */
void msr_filter_fill(struct msr_filter *filter, const struct kvm_msr_filter *user,
		     const u8 *bitmaps);

/**
 * msr_filter_allows() - may the guest make this access?
 * @filter: the filter.
 * @index: the MSR; those of the x2APIC are always allowed, as in KVM.
 * @access: KVM_MSR_FILTER_READ or KVM_MSR_FILTER_WRITE.
 *
 * Return: whether it may.
 */
bool msr_filter_allows(const struct msr_filter *filter, u32 index, u32 access);

/**
 * msr_filter_apply() - make what is denied exit
 * @filter: the filter.
 * @bitmap: the processor's MSR bitmap, of MSR_BITMAP_BYTES.
 */
void msr_filter_apply(const struct msr_filter *filter, u8 *bitmap);

#endif /* VMH_MSR_FILTER_H */
