/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Repeatable random numbers for model-based tests (xorshift64*). VMH_SEED=n in the environment
 * starts elsewhere; a failing test prints the seed.
 */
#ifndef VMH_TESTS_RANDOM_H
#define VMH_TESTS_RANDOM_H

#include <stdlib.h>
#include <linux/types.h>

struct random {
	u64 seed;
	u64 state;
};

static inline void random_init(struct random *r, u64 salt)
{
	const char *seed = getenv("VMH_SEED");

	r->seed = seed ? strtoull(seed, NULL, 0) : 1;
	r->state = (r->seed + salt * 0x9e3779b97f4a7c15ULL) | 1;
}

static inline u64 random_u64(struct random *r)
{
	r->state ^= r->state >> 12;
	r->state ^= r->state << 25;
	r->state ^= r->state >> 27;
	return r->state * 0x2545f4914f6cdd1dULL;
}

/* From 0 to @bound - 1. */
static inline u64 random_below(struct random *r, u64 bound)
{
	return (random_u64(r) >> 16) % bound;
}

#endif
