/* SPDX-License-Identifier: GPL-2.0 */
/* Rates: what is used when, and how long that means to wait. */
#ifndef VMH_VECTORS_RATE_H
#define VMH_VECTORS_RATE_H

#include <linux/kernel.h>
#include <linux/limits.h>
#include <rate.h>

#define RATE_STEPS	5
#define RATE_MS		1000000ULL
#define RATE_S		1000000000ULL

/* At @at_ns, @use units have been used: wait @wait_ns, or a little more. */
struct rate_step {
	u64 at_ns;
	u64 use;
	u64 wait_ns;
};

struct rate_case {
	const char *name;
	u64 per_second;
	struct rate_step steps[RATE_STEPS];
};

static const struct rate_case rate_cases[] = {
	{ "no rate", RATE_NONE, { { 0, U64_MAX, 0 }, { 1, U64_MAX, 0 } } },
	{ "a rate that nobody reaches is none", RATE_MAX, { { 0, U64_MAX, 0 } } },
	{ "nothing is free at first", 1000, { { 0, 1, RATE_MS } } },
	{ "using nothing", 1000, { { 0, 0, 0 } } },
	{ "a debt is paid by time", 1000, {
		{ 0, 10, 10 * RATE_MS }, { 4 * RATE_MS, 0, 6 * RATE_MS },
		{ 10 * RATE_MS, 0, 0 } } },
	{ "debts add up", 1000, { { 0, 10, 10 * RATE_MS }, { 0, 10, 20 * RATE_MS } } },
	{ "idle time is credit", 1000, {
		{ 50 * RATE_MS, 50, 0 }, { 50 * RATE_MS, 1, RATE_MS } } },
	{ "credit ends at a burst", 1000, {
		{ 60 * RATE_S, 100, 0 }, { 60 * RATE_S, 1, RATE_MS } } },
	{ "parts of a unit are kept", 1000, {
		{ 0, 2, 2 * RATE_MS }, { RATE_MS / 2, 0, 3 * RATE_MS / 2 },
		{ RATE_MS, 0, RATE_MS }, { 3 * RATE_MS / 2, 0, RATE_MS / 2 },
		{ 2 * RATE_MS, 0, 0 } } },
	{ "one in a second, asked often", 1, {
		{ 0, 1, RATE_S }, { RATE_S / 4, 0, 3 * RATE_S / 4 }, { RATE_S / 2, 0, RATE_S / 2 },
		{ RATE_S - 1, 0, 1 }, { RATE_S, 0, 0 } } },
	{ "one and a half processors", 1500000000, {
		{ 0, 15000000, 10 * RATE_MS }, { 10 * RATE_MS, 0, 0 },
		{ 10 * RATE_MS, 7500000, 5 * RATE_MS } } },
	{ "the highest rate", RATE_MAX - 1, { { 0, 1, 1 }, { RATE_S, 1ULL << 36, 0 } } },
	{ "a debt has an end", 1, {
		{ 0, U64_MAX, 1ULL << 40 }, { 1, U64_MAX, (1ULL << 40) - 1 } } },
	{ "so has time", 1, { { U64_MAX, 1, RATE_S } } },
	{ "a long time pays every debt", RATE_MAX - 1, {
		{ 0, 1ULL << 39, (1ULL << 39) / 1100 }, { 1ULL << 41, 0, 0 } } },
};

/* One unit and one ns may be rounded up; a wait may never be too short. */
static inline bool rate_wait_ok(u64 got_ns, u64 want_ns)
{
	if (!want_ns)
		return !got_ns;
	return got_ns >= want_ns && got_ns <= want_ns + want_ns / 8 + 2;
}

static inline bool rate_case_ok(const struct rate_case *c, char *why, size_t why_len)
{
	struct rate rate;
	unsigned int i;

	rate_set(&rate, c->per_second, 0);
	for (i = 0; i < RATE_STEPS; i++) {
		const struct rate_step *step = &c->steps[i];
		u64 wait_ns = rate_use(&rate, step->use, step->at_ns);

		if (!rate_wait_ok(wait_ns, step->wait_ns)) {
			snprintf(why, why_len, "step %u: wait %llu, want %llu", i, wait_ns,
				 step->wait_ns);
			return false;
		}
		if (i + 1 < RATE_STEPS && !c->steps[i + 1].at_ns && !c->steps[i + 1].use)
			break;
	}
	return true;
}

#endif /* VMH_VECTORS_RATE_H */
