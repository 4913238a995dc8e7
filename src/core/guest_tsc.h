/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's TSC: the host's, scaled and moved. SDM, "Time-Stamp Counter Offsetting and Scaling".
 */
#ifndef VMH_GUEST_TSC_H
#define VMH_GUEST_TSC_H

#include <linux/bits.h>
#include <linux/math64.h>
#include <linux/types.h>

/* The TSC multiplier is a fixed-point number with 48 bits of fraction. */
#define GUEST_TSC_FRACTION_BITS	48
#define GUEST_TSC_RATIO_ONE	BIT_ULL(GUEST_TSC_FRACTION_BITS)

/* The highest frequency that can be asked for. */
#define GUEST_TSC_MAX_KHZ	0x7fffffffU

/* Millionths by which a frequency may be off and still be taken for the host's own, as in KVM. */
#define GUEST_TSC_TOLERANCE_PPM	250

/**
 * struct guest_tsc_common - the TSC that a VM's vCPUs share, as long as nobody sets them apart
 * @khz: its frequency.
 * @offset: what it is ahead of the host's TSC, scaled.
 * @by_user: userspace has set it.
 */
struct guest_tsc_common {
	u32 khz;
	u64 offset;
	bool by_user;
};

/**
 * guest_tsc_scale() - ticks of the guest's TSC for ticks of the host's
 * @ticks: the host's.
 * @ratio: the multiplier.
 *
 * Return: the guest's, modulo 2^64.
 */
static inline u64 guest_tsc_scale(u64 ticks, u64 ratio)
{
	if (ratio == GUEST_TSC_RATIO_ONE)
		return ticks;
	return mul_u64_u64_shr(ticks, ratio, GUEST_TSC_FRACTION_BITS);
}

/**
 * guest_tsc_rebase() - the offset with which a guest's TSC goes on when the host's does not
 * @offset: the one until now.
 * @ratio: the multiplier.
 * @from: what the host's TSC would be now.
 * @to: what it is.
 *
 * Return: the offset, modulo 2^64.
 */
static inline u64 guest_tsc_rebase(u64 offset, u64 ratio, u64 from, u64 to)
{
	return offset + guest_tsc_scale(from, ratio) - guest_tsc_scale(to, ratio);
}

/**
 * guest_tsc_ticks() - ticks of a TSC in a time
 * @ns: the time.
 * @khz: its frequency.
 */
static inline u64 guest_tsc_ticks(u64 ns, u32 khz)
{
	return mul_u64_u32_div(ns, khz, 1000000);
}

/**
 * guest_tsc_after_sleep() - what the host's TSC would be after a sleep, had it gone on
 * @before: what it was before.
 * @ns: how long the sleep was, to the second.
 * @khz: its frequency.
 * @now: what it is.
 *
 * Firmware and processors stop it, or have it start over. What is lost is made up for, so that
 * guests find their clocks right; but not less than the host itself knows of its sleep.
 *
 * Return: @now where it has gone on; never less than @before.
 */
u64 guest_tsc_after_sleep(u64 before, u64 ns, u32 khz, u64 now);

/**
 * guest_tsc_ratio() - the multiplier that makes a frequency of the host's
 * @khz: the frequency wanted.
 * @host_khz: the host's, not 0.
 * @scaling: the processor can scale.
 * @ratio: where to; GUEST_TSC_RATIO_ONE for a frequency so near the host's that it is taken for it.
 *
 * Return: 0; -EINVAL for 0, for a frequency that is too high or, without scaling, another one.
 */
int guest_tsc_ratio(u32 khz, u32 host_khz, bool scaling, u64 *ratio);

/**
 * guest_tsc_joins() - is a value that userspace writes meant to be the TSC of the other vCPUs?
 * @common: theirs.
 * @khz: frequency of the TSC that is written.
 * @host_ticks: the host's TSC now, scaled for it.
 * @value: what is written.
 *
 * A VMM that restores or resets a VM writes one vCPU's TSC after the other, and means them to be
 * the same. So 0 joins, and so does a value that is less than a second from what userspace has
 * set before.
 *
 * Return: whether the vCPU shall have the common offset.
 */
bool guest_tsc_joins(const struct guest_tsc_common *common, u32 khz, u64 host_ticks, u64 value);

#endif /* VMH_GUEST_TSC_H */
