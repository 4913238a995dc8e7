/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's TSC: multipliers, and which writes mean the TSC that other vCPUs have. */
#ifndef VMH_VECTORS_GUEST_TSC_H
#define VMH_VECTORS_GUEST_TSC_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <guest_tsc.h>

enum guest_tsc_subject {
	GUEST_TSC_RATIO,
	GUEST_TSC_JOIN,
};

/**
 * struct guest_tsc_case - one row
 * @subject: which of the parts below it is about.
 * @ratio: the multiplier for a frequency, and what a number of host ticks are then.
 * @join: a write of @value, when the host's TSC is at @host_ticks.
 */
struct guest_tsc_case {
	const char *name;
	enum guest_tsc_subject subject;
	struct {
		u32 khz;
		u32 host_khz;
		bool scaling;
		int error;
		u64 ratio;
		u64 ticks;
		u64 scaled;
	} ratio;
	struct {
		struct guest_tsc_common common;
		u32 khz;
		u64 host_ticks;
		u64 value;
		bool joins;
	} join;
};

#define ONE	GUEST_TSC_RATIO_ONE

#define GUEST_TSC_RATIO_ROW(row, khz, host, scaling, want, ticks, scaled) \
	{ row, GUEST_TSC_RATIO, .ratio = { khz, host, scaling, 0, want, ticks, scaled } }
#define GUEST_TSC_REFUSED_ROW(row, khz, host, scaling) \
	{ row, GUEST_TSC_RATIO, .ratio = { khz, host, scaling, -EINVAL } }
/* The common TSC has 1000 kHz and is 5 million ticks ahead of the host's, scaled. */
#define GUEST_TSC_JOIN_ROW(row, user, khz, host_ticks, value, joins) \
	{ row, GUEST_TSC_JOIN, \
	  .join = { { 1000, 5000000, user }, khz, host_ticks, value, joins } }

static const struct guest_tsc_case guest_tsc_cases[] = {
	GUEST_TSC_RATIO_ROW("the host's frequency", 2400000, 2400000, true, ONE, 12345, 12345),
	GUEST_TSC_RATIO_ROW("no scaling needed", 2400000, 2400000, false, ONE, ~0ULL, ~0ULL),
	GUEST_TSC_RATIO_ROW("within the tolerance", 2400600, 2400000, false, ONE, 7, 7),
	GUEST_TSC_RATIO_ROW("within it, below", 2399400, 2400000, true, ONE, 7, 7),
	GUEST_TSC_REFUSED_ROW("just above it, no scaling", 2400601, 2400000, false),
	GUEST_TSC_REFUSED_ROW("just below it, no scaling", 2399399, 2400000, false),
	GUEST_TSC_RATIO_ROW("twice as fast", 4000000, 2000000, true, 2 * ONE, 21, 42),
	GUEST_TSC_RATIO_ROW("half as fast", 1000000, 2000000, true, ONE / 2, 43, 21),
	GUEST_TSC_RATIO_ROW("a third", 1000000, 3000000, true, ONE / 3, 3000000, 999999),
	GUEST_TSC_RATIO_ROW("wraps at 64 bits", 4000000, 2000000, true, 2 * ONE,
			    0x8000000000000003ULL, 6),
	GUEST_TSC_RATIO_ROW("the slowest guest", 1, 4000000, true, ONE / 4000000, ONE, 70368744),
	GUEST_TSC_RATIO_ROW("the fastest multiplier", 65535, 1, true, 65535 * ONE, 2, 131070),
	GUEST_TSC_REFUSED_ROW("beyond the multiplier", 65536, 1, true),
	GUEST_TSC_REFUSED_ROW("0", 0, 2400000, true),
	GUEST_TSC_REFUSED_ROW("beyond what can be asked for", 0x80000000U, 2400000, true),

	GUEST_TSC_JOIN_ROW("0 joins", false, 1000, 77, 0, true),
	GUEST_TSC_JOIN_ROW("0 joins what userspace has set", true, 1000, 77, 0, true),
	GUEST_TSC_JOIN_ROW("0 at another frequency", true, 1001, 77, 0, false),
	GUEST_TSC_JOIN_ROW("the first that userspace writes", false, 1000, 100, 5000100, false),
	GUEST_TSC_JOIN_ROW("the same again", true, 1000, 100, 5000100, true),
	GUEST_TSC_JOIN_ROW("at another frequency", true, 999, 100, 5000100, false),
	GUEST_TSC_JOIN_ROW("not quite a second late", true, 1000, 2000000, 6000001, true),
	GUEST_TSC_JOIN_ROW("a second late", true, 1000, 2000000, 6000000, false),
	GUEST_TSC_JOIN_ROW("not quite a second ahead", true, 1000, 2000000, 7999999, true),
	GUEST_TSC_JOIN_ROW("a second ahead", true, 1000, 2000000, 8000000, false),
	GUEST_TSC_JOIN_ROW("across 2^64", true, 1000, -5000001ULL, 999999, false),
	GUEST_TSC_JOIN_ROW("just across 2^64", true, 1000, -5000001ULL, 999998, true),
};

#undef ONE

static inline bool guest_tsc_ratio_ok(const struct guest_tsc_case *c, char *why, size_t why_len)
{
	u64 ratio = 0, scaled;
	int ret = guest_tsc_ratio(c->ratio.khz, c->ratio.host_khz, c->ratio.scaling, &ratio);

	if (ret || c->ratio.error) {
		snprintf(why, why_len, "returned %d", ret);
		return ret == c->ratio.error;
	}
	scaled = guest_tsc_scale(c->ratio.ticks, ratio);
	snprintf(why, why_len, "ratio %llu, scaled %llu", (unsigned long long)ratio,
		 (unsigned long long)scaled);
	return ratio == c->ratio.ratio && scaled == c->ratio.scaled;
}

static inline bool guest_tsc_case_ok(const struct guest_tsc_case *c, char *why, size_t why_len)
{
	bool joins;

	if (c->subject == GUEST_TSC_RATIO)
		return guest_tsc_ratio_ok(c, why, why_len);
	joins = guest_tsc_joins(&c->join.common, c->join.khz, c->join.host_ticks, c->join.value);
	snprintf(why, why_len, "%s", joins ? "joins" : "does not join");
	return joins == c->join.joins;
}

#endif /* VMH_VECTORS_GUEST_TSC_H */
