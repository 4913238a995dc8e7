// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/nospec.h>
#include <linux/string.h>
#include "msr_filter.h"

#define X2APIC_FIRST	0x800
#define X2APIC_LAST	0x8ff

/* The processor's bitmap has four tables of bits, for 8192 MSRs each. */
#define TABLE_BYTES	(MSR_BITMAP_BYTES / 4)
#define TABLE_MSRS	(TABLE_BYTES * 8)
#define HIGH_MSRS	0xc0000000U

u32 msr_filter_bitmap_bytes(const struct kvm_msr_filter_range *range)
{
	return ((u64)range->nmsrs + 63) / 64 * 8;
}

int msr_filter_check(const struct kvm_msr_filter *user)
{
	bool empty = true;
	unsigned int i;

	if (user->flags & ~KVM_MSR_FILTER_DEFAULT_DENY)
		return -EINVAL;
	for (i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		const struct kvm_msr_filter_range *range = &user->ranges[i];

		if (!range->nmsrs)
			continue;
		empty = false;
		if (range->flags & ~MSR_FILTER_RANGE_FLAGS)
			return -EINVAL;
		if (msr_filter_bitmap_bytes(range) > MSR_FILTER_MAX_BITMAP)
			return -EINVAL;
	}
	return empty && (user->flags & KVM_MSR_FILTER_DEFAULT_DENY) ? -EINVAL : 0;
}

void msr_filter_fill(struct msr_filter *filter, const struct kvm_msr_filter *user,
		     const u8 *bitmaps)
{
	unsigned int i;

	memset(filter, 0, sizeof(*filter));
	filter->deny = user->flags & KVM_MSR_FILTER_DEFAULT_DENY;
	for (i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		const struct kvm_msr_filter_range *range = &user->ranges[i];

		if (!range->nmsrs)
			continue;
		filter->range[filter->nr++] = (struct msr_filter_range) {
			.base = range->base,
			.nr = range->nmsrs,
			.flags = range->flags,
			.bitmap = bitmaps,
		};
		bitmaps += msr_filter_bitmap_bytes(range);
	}
}

bool msr_filter_allows(const struct msr_filter *filter, u32 index, u32 access)
{
	unsigned int i;

	if (index >= X2APIC_FIRST && index <= X2APIC_LAST)
		return true;
	for (i = 0; i < filter->nr; i++) {
		const struct msr_filter_range *range = &filter->range[i];
		u32 bit = index - range->base;

		if (index < range->base || bit >= range->nr || !(range->flags & access))
			continue;
		bit = array_index_nospec(bit, range->nr);
		return range->bitmap[bit / 8] & BIT(bit % 8);
	}
	return !filter->deny;
}

static void msr_filter_apply_table(const struct msr_filter *filter, u8 *table, u32 first,
				   u32 access)
{
	u32 bit;

	for (bit = 0; bit < TABLE_MSRS; bit++)
		if (!(table[bit / 8] & BIT(bit % 8)) &&
		    !msr_filter_allows(filter, first + bit, access))
			table[bit / 8] |= BIT(bit % 8);
}

void msr_filter_apply(const struct msr_filter *filter, u8 *bitmap)
{
	msr_filter_apply_table(filter, bitmap, 0, KVM_MSR_FILTER_READ);
	msr_filter_apply_table(filter, bitmap + TABLE_BYTES, HIGH_MSRS, KVM_MSR_FILTER_READ);
	msr_filter_apply_table(filter, bitmap + 2 * TABLE_BYTES, 0, KVM_MSR_FILTER_WRITE);
	msr_filter_apply_table(filter, bitmap + 3 * TABLE_BYTES, HIGH_MSRS, KVM_MSR_FILTER_WRITE);
}
