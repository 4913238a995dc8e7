/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A rate: so much of something in a second, on average. What was used is a debt that time pays off;
 * a user in debt waits. After idle time a user may take up to RATE_BURST_NS worth at once.
 */
#ifndef VMH_RATE_H
#define VMH_RATE_H

#include <linux/bits.h>
#include <linux/types.h>

#define RATE_NONE	(~0ULL)

/* The most that idle time counts for. */
#define RATE_BURST_NS	100000000ULL

/* Rates from here on cannot be reached, and are none. */
#define RATE_MAX	BIT_ULL(40)

/**
 * struct rate - a rate and the debt
 * @per_second: units in a second; RATE_NONE for as many as one likes.
 * @debt: units used and not paid off; negative while there is credit.
 * @paid_ns: up to when time has paid.
 */
struct rate {
	u64 per_second;
	s64 debt;
	u64 paid_ns;
};

static inline bool rate_is_set(const struct rate *rate)
{
	return rate->per_second != RATE_NONE;
}

/**
 * rate_set() - begin, or change, a rate
 * @rate: the rate.
 * @per_second: units in a second, not 0; RATE_NONE for no bound.
 * @now_ns: the time, on a clock that never goes back.
 *
 * A debt is forgotten, and so is credit.
 */
void rate_set(struct rate *rate, u64 per_second, u64 now_ns);

/**
 * rate_use() - use some, afterwards
 * @rate: the rate.
 * @units: how many have been used since the last call.
 * @now_ns: the time.
 *
 * Return: ns to wait before more is used; 0 when there is no need to.
 */
u64 rate_use(struct rate *rate, u64 units, u64 now_ns);

#endif /* VMH_RATE_H */
