/* SPDX-License-Identifier: GPL-2.0 */
/* How the time that a halted vCPU is watched follows the halts. */
#ifndef VMH_VECTORS_HALT_POLL_H
#define VMH_VECTORS_HALT_POLL_H

#include <linux/kernel.h>
#include <halt_poll.h>

struct halt_poll_case {
	const char *name;
	struct halt_poll_rules rules;
	u32 now_ns;
	u64 halted_ns;
	bool useless;
	u32 want;
};

/* As the module's parameters are at first. */
#define HALT_POLL_USUAL		{ 200000, 2, 10000, 2 }

static const struct halt_poll_case halt_poll_cases[] = {
	{ .name = "the first short halt", .rules = HALT_POLL_USUAL, .halted_ns = 5000,
	  .want = 10000 },
	{ .name = "a halt of no time at all", .rules = HALT_POLL_USUAL, .want = 0 },
	{ .name = "short, but longer than polled", .rules = HALT_POLL_USUAL, .now_ns = 10000,
	  .halted_ns = 10001, .want = 20000 },
	{ .name = "as long as polled", .rules = HALT_POLL_USUAL, .now_ns = 10000,
	  .halted_ns = 10000, .want = 10000 },
	{ .name = "shorter than polled", .rules = HALT_POLL_USUAL, .now_ns = 160000,
	  .halted_ns = 1, .want = 160000 },
	{ .name = "grows to the most", .rules = HALT_POLL_USUAL, .now_ns = 160000,
	  .halted_ns = 199999, .want = 200000 },
	{ .name = "stays at the most", .rules = HALT_POLL_USUAL, .now_ns = 200000,
	  .halted_ns = 200000, .want = 200000 },
	{ .name = "as long as the most", .rules = HALT_POLL_USUAL, .now_ns = 40000,
	  .halted_ns = 200000, .want = 40000 },
	{ .name = "long", .rules = HALT_POLL_USUAL, .now_ns = 200000, .halted_ns = 200001,
	  .want = 100000 },
	{ .name = "long, and below the start", .rules = HALT_POLL_USUAL, .now_ns = 19999,
	  .halted_ns = 4000000, .want = 0 },
	{ .name = "long, and at the start", .rules = HALT_POLL_USUAL, .now_ns = 20000,
	  .halted_ns = 4000000, .want = 10000 },
	{ .name = "long, without polling", .rules = HALT_POLL_USUAL, .halted_ns = ~0ULL,
	  .want = 0 },
	{ .name = "useless, though short", .rules = HALT_POLL_USUAL, .now_ns = 80000,
	  .halted_ns = 1, .useless = true, .want = 40000 },
	{ .name = "useless, without polling", .rules = HALT_POLL_USUAL, .halted_ns = 1,
	  .useless = true, .want = 0 },
	{ .name = "never", .rules = { 0, 2, 10000, 2 }, .now_ns = 50000, .halted_ns = 1,
	  .want = 0 },
	{ .name = "the most was lowered", .rules = { 15000, 2, 10000, 2 }, .now_ns = 80000,
	  .halted_ns = 1, .want = 15000 },
	{ .name = "the most below the start", .rules = { 5000, 2, 10000, 2 }, .halted_ns = 1,
	  .want = 5000 },
	{ .name = "does not grow", .rules = { 200000, 0, 10000, 2 }, .now_ns = 20000,
	  .halted_ns = 30000, .want = 20000 },
	{ .name = "does not begin", .rules = { 200000, 0, 10000, 2 }, .halted_ns = 1, .want = 0 },
	{ .name = "shrinks to nothing", .rules = { 200000, 2, 10000, 0 }, .now_ns = 200000,
	  .halted_ns = 300000, .want = 0 },
	{ .name = "no start: nothing grows from 0", .rules = { 200000, 2, 0, 2 }, .halted_ns = 1,
	  .want = 0 },
	{ .name = "no start: shrinks by and by", .rules = { 200000, 2, 0, 2 }, .now_ns = 3,
	  .halted_ns = 300000, .want = 1 },
	{ .name = "a product beyond 32 bits", .rules = { ~0U, ~0U, 10000, 2 }, .now_ns = ~0U - 1,
	  .halted_ns = ~0U - 1ULL + 0, .want = ~0U - 1 },
	{ .name = "a product beyond 32 bits grows", .rules = { ~0U, ~0U, 10000, 2 },
	  .now_ns = 100000, .halted_ns = 100001, .want = ~0U },
};

static inline bool halt_poll_case_ok(const struct halt_poll_case *c, char *why, size_t why_len)
{
	u32 got = halt_poll_next(c->now_ns, &c->rules, c->halted_ns, !c->useless);

	if (got == c->want)
		return true;
	snprintf(why, why_len, "%u ns after %u ns, want %u ns", got, c->now_ns, c->want);
	return false;
}

#endif /* VMH_VECTORS_HALT_POLL_H */
