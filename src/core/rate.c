// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include "rate.h"

#define NS_PER_SECOND	1000000000ULL

/* Beyond this, 18 minutes, time does not count: products stay below 2^80, quotients below 2^51. */
#define RATE_MAX_NS	BIT_ULL(40)

/* @ns is at most RATE_MAX_NS. */
static u64 rate_units(const struct rate *rate, u64 ns)
{
	return mul_u64_u64_div_u64(ns, rate->per_second, NS_PER_SECOND);
}

/* Not much more than RATE_MAX_NS, however many units. */
static u64 rate_ns(const struct rate *rate, u64 units)
{
	units = min_t(u64, units, rate_units(rate, RATE_MAX_NS) + 1);
	return mul_u64_u64_div_u64(units, NS_PER_SECOND, rate->per_second);
}

void rate_set(struct rate *rate, u64 per_second, u64 now_ns)
{
	rate->per_second = per_second >= RATE_MAX ? RATE_NONE : per_second;
	rate->debt = 0;
	rate->paid_ns = now_ns;
}

/* Time pays in whole units; the rest of it counts the next time. */
static void rate_pay(struct rate *rate, u64 now_ns)
{
	u64 passed_ns = min_t(u64, now_ns - rate->paid_ns, RATE_MAX_NS);
	s64 credit = rate_units(rate, RATE_BURST_NS);
	u64 units = rate_units(rate, passed_ns);

	rate->debt -= units;
	rate->paid_ns += rate_ns(rate, units);
	if (rate->debt < -credit || passed_ns == RATE_MAX_NS) {
		rate->debt = max_t(s64, rate->debt, -credit);
		rate->paid_ns = now_ns;
	}
}

u64 rate_use(struct rate *rate, u64 units, u64 now_ns)
{
	u64 wait_ns, passed_ns;

	if (!rate_is_set(rate))
		return 0;
	rate_pay(rate, now_ns);
	rate->debt = min_t(s64, rate->debt + min_t(u64, units, RATE_MAX), RATE_MAX);
	if (rate->debt <= 0)
		return 0;
	/* Time that has passed without being a whole unit has been waited already. */
	wait_ns = rate_ns(rate, rate->debt) + 1;
	passed_ns = now_ns - rate->paid_ns;
	return wait_ns > passed_ns ? wait_ns - passed_ns : 1;
}
