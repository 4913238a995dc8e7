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
	GUEST_TSC_SLEEP,
	GUEST_TSC_REBASE,
};

/**
 * struct guest_tsc_case - one row
 * @subject: which of the parts below it is about.
 * @ratio: the multiplier for a frequency, and what a number of host ticks are then.
 * @join: a write of @value, when the host's TSC is at @host_ticks.
 * @sleep: the host's TSC before and after @ns of sleep, and what it would be.
 * @rebase: a guest's TSC when the host's jumps.
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
	struct {
		u64 before;
		u64 ns;
		u32 khz;
		u64 now;
		u64 want;
	} sleep;
	struct {
		u64 offset;
		u64 ratio;
		u64 from;
		u64 to;
		u64 want;
	} rebase;
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

#define GUEST_TSC_SLEEP_ROW(row, before, ns, khz, now, want) \
	{ row, GUEST_TSC_SLEEP, .sleep = { before, ns, khz, now, want } }
#define GUEST_TSC_REBASE_ROW(row, offset, ratio, from, to, want) \
	{ row, GUEST_TSC_REBASE, .rebase = { offset, ratio, from, to, want } }

static const struct guest_tsc_case guest_tsc_cases[] = {
	GUEST_TSC_RATIO_ROW("the host's frequency", 2400000, 2400000, true, ONE, 12345, 12345),
	GUEST_TSC_RATIO_ROW("no scaling needed", 2400000, 2400000, false, ONE, ~0ULL, ~0ULL),
	GUEST_TSC_RATIO_ROW("within the tolerance", 2400600, 2400000, false, ONE, 7, 7),
	GUEST_TSC_RATIO_ROW("within it, below", 2399400, 2400000, true, ONE, 7, 7),
	GUEST_TSC_REFUSED_ROW("just above what can be, and as the host", GUEST_TSC_MAX_KHZ + 1,
			      GUEST_TSC_MAX_KHZ + 1, true),
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
	GUEST_TSC_REFUSED_ROW("beyond it, and the product has 64 bits again", 65537, 1, true),
	GUEST_TSC_REFUSED_ROW("0", 0, 2400000, true),
	GUEST_TSC_RATIO_ROW("the most that can be asked for", GUEST_TSC_MAX_KHZ, GUEST_TSC_MAX_KHZ,
			    false, ONE, 7, 7),
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

	/* A TSC of a million ticks a second. */
	GUEST_TSC_SLEEP_ROW("no sleep", 7000, 0, 1000, 7000, 7000),
	GUEST_TSC_SLEEP_ROW("went on", 5000000, 9000000000, 1000, 14000000, 14000000),
	GUEST_TSC_SLEEP_ROW("went on, the other clock is early", 5000000, 9000000000, 1000,
			    12000000, 12000000),
	GUEST_TSC_SLEEP_ROW("went on, the other clock is late", 5000000, 9000000000, 1000,
			    16000000, 16000000),
	GUEST_TSC_SLEEP_ROW("stopped", 5000000, 9000000000, 1000, 5000100, 14000000),
	GUEST_TSC_SLEEP_ROW("stopped for more than the slack", 5000000, 9000000000, 1000,
			    11999999, 14000000),
	GUEST_TSC_SLEEP_ROW("started over", 5000000, 9000000000, 1000, 100, 14000000),
	GUEST_TSC_SLEEP_ROW("started over, the sleep was longer than what was", 5000000,
			    90000000000, 1000, 80000000, 95000000),
	GUEST_TSC_SLEEP_ROW("started over in a sleep of no length", 5000000, 0, 1000, 100,
			    5000000),
	GUEST_TSC_SLEEP_ROW("back by a tick, within the slack", 5000000, 0, 1000, 4999999,
			    5000000),
	GUEST_TSC_SLEEP_ROW("a year at 4 GHz", 1, 31536000000000000, 4000000, 0,
			    126144000000000001),
	GUEST_TSC_REBASE_ROW("nothing moved", 77, ONE, 500, 500, 77),
	GUEST_TSC_REBASE_ROW("back to 0", -1000ULL, ONE, 5000, 0, 4000),
	GUEST_TSC_REBASE_ROW("forward", -1000ULL, ONE, 5000, 9000, -5000ULL),
	GUEST_TSC_REBASE_ROW("back, twice as fast", 7, 2 * ONE, 5000, 100, 9807),
	GUEST_TSC_REBASE_ROW("back, a third", 7, ONE / 3, 3000000, 3, 1000006),
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

/* Whatever the row says, the guest's TSC must be the same before and after. */
static inline bool guest_tsc_rebase_ok(const struct guest_tsc_case *c, char *why, size_t why_len)
{
	u64 offset = guest_tsc_rebase(c->rebase.offset, c->rebase.ratio, c->rebase.from,
				      c->rebase.to);
	u64 before = guest_tsc_scale(c->rebase.from, c->rebase.ratio) + c->rebase.offset;
	u64 after = guest_tsc_scale(c->rebase.to, c->rebase.ratio) + offset;

	snprintf(why, why_len, "offset %llu, TSC %llu, then %llu", (unsigned long long)offset,
		 (unsigned long long)before, (unsigned long long)after);
	return offset == c->rebase.want && before == after;
}

static inline bool guest_tsc_sleep_ok(const struct guest_tsc_case *c, char *why, size_t why_len)
{
	u64 tsc = guest_tsc_after_sleep(c->sleep.before, c->sleep.ns, c->sleep.khz, c->sleep.now);

	snprintf(why, why_len, "%llu", (unsigned long long)tsc);
	return tsc == c->sleep.want;
}

static inline bool guest_tsc_join_ok(const struct guest_tsc_case *c, char *why, size_t why_len)
{
	bool joins;

	joins = guest_tsc_joins(&c->join.common, c->join.khz, c->join.host_ticks, c->join.value);
	snprintf(why, why_len, "%s", joins ? "joins" : "does not join");
	return joins == c->join.joins;
}

static inline bool guest_tsc_case_ok(const struct guest_tsc_case *c, char *why, size_t why_len)
{
	switch (c->subject) {
	case GUEST_TSC_RATIO:
		return guest_tsc_ratio_ok(c, why, why_len);
	case GUEST_TSC_JOIN:
		return guest_tsc_join_ok(c, why, why_len);
	case GUEST_TSC_SLEEP:
		return guest_tsc_sleep_ok(c, why, why_len);
	case GUEST_TSC_REBASE:
		return guest_tsc_rebase_ok(c, why, why_len);
	}
	return false;
}

#endif /* VMH_VECTORS_GUEST_TSC_H */
