/* SPDX-License-Identifier: GPL-2.0 */
/* MSR filters: which are refused, and what they let through. */
#ifndef VMH_VECTORS_MSR_FILTER_H
#define VMH_VECTORS_MSR_FILTER_H

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <msr_filter.h>

#define MSR_FILTER_RANGES	3

/**
 * struct msr_filter_case - one row
 * @flags: of the filter.
 * @ranges: its first ranges; the first 64 bits of each one's bitmap are in @bits.
 * @error: what checking it returns.
 * @index: an MSR.
 * @reads: it can be read.
 * @writes: it can be written.
 */
struct msr_filter_case {
	const char *name;
	u32 flags;
	struct {
		u32 flags;
		u32 nr;
		u32 base;
		u64 bits;
	} ranges[MSR_FILTER_RANGES];
	int error;
	u32 index;
	bool reads;
	bool writes;
};

#define R	KVM_MSR_FILTER_READ
#define W	KVM_MSR_FILTER_WRITE
#define DENY	KVM_MSR_FILTER_DEFAULT_DENY
#define MOST	(MSR_FILTER_MAX_BITMAP * 8)

static const struct msr_filter_case msr_filter_cases[] = {
	{ "none", 0, {}, 0, 0x10, true, true },
	{ "none denies all", DENY, {}, -EINVAL },
	{ "none but empty ranges denies all", DENY, { { R, 0, 0x10, 1 } }, -EINVAL },
	{ "unknown flag", 2, {}, -EINVAL },
	{ "the highest flag", 1U << 31, { { R, 1, 0, 0 } }, -EINVAL },
	{ "unknown flag of a range", 0, { { 4, 1, 0, 0 } }, -EINVAL },
	{ "an empty range may have any", 0, { { ~0U, 0, 0, 0 } }, 0, 0x10, true, true },
	{ "the longest range", 0, { { R, MOST, 0, 1 } }, 0, 0, true, true },
	{ "too long a range", 0, { { R, MOST + 1, 0, 0 } }, -EINVAL },
	{ "far too long a range", 0, { { R, ~0U, 0, 0 } }, -EINVAL },
	{ "denied reads", 0, { { R, 1, 0xda0, 0 } }, 0, 0xda0, false, true },
	{ "denied writes", 0, { { W, 1, 0xda0, 0 } }, 0, 0xda0, true, false },
	{ "denied", 0, { { R | W, 1, 0xda0, 0 } }, 0, 0xda0, false, false },
	{ "allowed by its bit", 0, { { R | W, 1, 0xda0, 1 } }, 0, 0xda0, true, true },
	{ "just below a range", 0, { { R | W, 2, 0xda0, 0 } }, 0, 0xd9f, true, true },
	{ "just above a range", 0, { { R | W, 2, 0xda0, 0 } }, 0, 0xda2, true, true },
	{ "the last of a range", 0,
	  { { R | W, 64, 0xda0, ~BIT_ULL(63) } }, 0, 0xddf, false, false },
	{ "the first that has it counts", 0,
	  { { R, 1, 0xda0, 1 }, { R | W, 1, 0xda0, 0 } }, 0, 0xda0, true, false },
	{ "all others are denied", DENY, { { R, 1, 0xda0, 1 } }, 0, 0x10, false, false },
	{ "but those in a range", DENY, { { R, 1, 0xda0, 1 } }, 0, 0xda0, true, false },
	{ "a range up to the last MSR", 0, { { R, 2, ~1U, 1 } }, 0, ~0U, false, true },
	{ "a range beyond the last MSR", 0, { { R, 3, ~0U, 0 } }, 0, 1, true, true },
	{ "ranges are as long as their bitmaps, in words", 0,
	  { { R, 65, 0x10, 0 }, { W, 1, 0x20, 1 }, { W, 64, 0x60, 0 } }, 0, 0x60, true, false },
	{ "an empty range between two", DENY,
	  { { R, 1, 0x10, 1 }, { 0, 0, 0, 0 }, { W, 1, 0x10, 1 } }, 0, 0x10, true, true },
	{ "a high MSR", 0, { { R, 1, 0xc0000100, 0 } }, 0, 0xc0000100, false, true },
	{ "x2APIC's are never filtered", DENY, { { R, 1, 0x800, 0 } }, 0, 0x800, true, true },
	{ "x2APIC's last", DENY, { { R, 1, 0x800, 0 } }, 0, 0x8ff, true, true },
	{ "below x2APIC's first", DENY, { { R, 1, 0x800, 0 } }, 0, 0x7ff, false, false },
	{ "beyond x2APIC's last", DENY, { { R, 1, 0x800, 0 } }, 0, 0x900, false, false },
};

#undef R
#undef W
#undef DENY
#undef MOST

/* What the processor's bitmap says: exits need not be denied, but what is denied has to exit. */
static inline bool msr_filter_exits(const u8 *bitmap, u32 index, bool write)
{
	u32 bit = index & 0x1fff;

	if (index >= 0x2000 && (index < 0xc0000000 || index >= 0xc0002000))
		return true;
	bitmap += (write ? 2048 : 0) + (index >= 0xc0000000 ? 1024 : 0);
	return bitmap[bit / 8] & BIT(bit % 8);
}

static inline bool msr_filter_case_ok(const struct msr_filter_case *c, char *why, size_t why_len)
{
	static u8 bitmaps[MSR_FILTER_RANGES * MSR_FILTER_MAX_BITMAP], pass[MSR_BITMAP_BYTES];
	struct kvm_msr_filter user = { .flags = c->flags };
	struct msr_filter filter;
	bool reads, writes;
	u8 *place = bitmaps;
	unsigned int i;
	int ret;

	for (i = 0; i < MSR_FILTER_RANGES; i++) {
		user.ranges[i].flags = c->ranges[i].flags;
		user.ranges[i].nmsrs = c->ranges[i].nr;
		user.ranges[i].base = c->ranges[i].base;
	}
	ret = msr_filter_check(&user);
	snprintf(why, why_len, "check returned %d", ret);
	if (ret || c->error)
		return ret == c->error;
	for (i = 0; i < MSR_FILTER_RANGES; i++) {
		if (!c->ranges[i].nr)
			continue;
		memcpy(place, &c->ranges[i].bits, sizeof(u64));
		place += msr_filter_bitmap_bytes(&user.ranges[i]);
	}
	msr_filter_fill(&filter, &user, bitmaps);
	/* Whoever looks at a range that does not count finds it has every MSR, and no bitmap. */
	for (i = filter.nr; i < ARRAY_SIZE(filter.range); i++)
		filter.range[i] = (struct msr_filter_range) {
			.nr = ~0U, .flags = MSR_FILTER_RANGE_FLAGS };
	reads = msr_filter_allows(&filter, c->index, KVM_MSR_FILTER_READ);
	writes = msr_filter_allows(&filter, c->index, KVM_MSR_FILTER_WRITE);
	memset(pass, 0, sizeof(pass));
	msr_filter_apply(&filter, pass);
	snprintf(why, why_len, "reads %d writes %d", reads, writes);
	return reads == c->reads && writes == c->writes &&
	       (reads || msr_filter_exits(pass, c->index, false)) &&
	       (writes || msr_filter_exits(pass, c->index, true));
}

#endif /* VMH_VECTORS_MSR_FILTER_H */
