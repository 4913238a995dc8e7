// SPDX-License-Identifier: GPL-2.0
/* How long a halted vCPU is watched before its thread sleeps. */
#include <linux/minmax.h>

#include "halt_poll.h"

static u32 halt_poll_grow(u32 now_ns, const struct halt_poll_rules *rules)
{
	u64 grown = (u64)now_ns * rules->grow;

	if (!rules->grow)
		return now_ns;
	return min_t(u64, max_t(u64, grown, rules->grow_start_ns), rules->max_ns);
}

static u32 halt_poll_shrink(u32 now_ns, const struct halt_poll_rules *rules)
{
	u32 shrunk = rules->shrink ? now_ns / rules->shrink : 0;

	return shrunk < rules->grow_start_ns ? 0 : shrunk;
}

u32 halt_poll_next(u32 now_ns, const struct halt_poll_rules *rules, u64 halted_ns, bool useful)
{
	now_ns = min(now_ns, rules->max_ns);
	if (!useful)
		return halt_poll_shrink(now_ns, rules);
	/* The time was enough; or nobody polls. */
	if (halted_ns <= now_ns || !rules->max_ns)
		return now_ns;
	if (halted_ns > rules->max_ns)
		return halt_poll_shrink(now_ns, rules);
	if (halted_ns < rules->max_ns)
		return halt_poll_grow(now_ns, rules);
	return now_ns;
}
