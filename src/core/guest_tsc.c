// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include "guest_tsc.h"

#define PPM		1000000ULL
#define HZ_PER_KHZ	1000ULL

/* The clock that tells how long the host slept has whole seconds, at both ends. */
#define SLEEP_SLACK_SECONDS	2

u64 guest_tsc_after_sleep(u64 before, u64 ns, u32 khz, u64 now)
{
	u64 expected = before + guest_tsc_ticks(ns, khz);

	if (now >= before && now + khz * HZ_PER_KHZ * SLEEP_SLACK_SECONDS >= expected)
		return now;
	return expected;
}

static bool guest_tsc_is_near(u32 khz, u32 host_khz)
{
	u64 slack = div_u64((u64)host_khz * GUEST_TSC_TOLERANCE_PPM, PPM);

	return khz >= host_khz - slack && khz <= host_khz + slack;
}

int guest_tsc_ratio(u32 khz, u32 host_khz, bool scaling, u64 *ratio)
{
	if (!khz || khz > GUEST_TSC_MAX_KHZ)
		return -EINVAL;
	*ratio = GUEST_TSC_RATIO_ONE;
	if (guest_tsc_is_near(khz, host_khz))
		return 0;
	/* The integer part has 16 bits. */
	if (!scaling || khz / host_khz >= 1U << (64 - GUEST_TSC_FRACTION_BITS))
		return -EINVAL;
	*ratio = mul_u64_u64_div_u64(khz, GUEST_TSC_RATIO_ONE, host_khz);
	/* 0 would stop the guest's TSC. */
	return *ratio ? 0 : -EINVAL;
}

bool guest_tsc_joins(const struct guest_tsc_common *common, u32 khz, u64 host_ticks, u64 value)
{
	u64 second = khz * HZ_PER_KHZ;
	u64 ahead = value - (host_ticks + common->offset);

	if (khz != common->khz)
		return false;
	if (!value)
		return true;
	/* Both ways round 2^64. */
	return common->by_user && (ahead < second || -ahead < second);
}
