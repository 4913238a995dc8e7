// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/pvclock.h"

#define NS_PER_SECOND	1000000000ULL

TABLE_TEST(pvclock)

static u64 random_u64(void)
{
	return (u64)mrand48() << 32 ^ (u32)mrand48();
}

/* Frequencies of all magnitudes: each number of bits is as likely as any other. */
static u32 random_khz(void)
{
	return ((u32)mrand48() | 1U << 31) >> (lrand48() % 32);
}

static u64 exact_ns(u32 khz, u64 ticks)
{
	return (unsigned __int128)ticks * 1000000 / khz;
}

/*
 * Never ahead of the exact time. Behind by 1 in 2^31, which is the multiplier's; by 1 ns, and 1
 * more for ticks that are shifted out.
 */
START_TEST(close_to_exact)
{
	struct pvclock_scale scale;
	u64 ticks, ns, exact, slack;
	int i;

	srand48(_i);
	for (i = 0; i < 100000; i++) {
		u32 khz = random_khz();

		pvclock_scale_init(&scale, khz);
		model_assert(scale.mul >> 31);
		ticks = random_u64() % ((u64)khz * 3600 * 1000 * 100);
		ns = pvclock_ns(&scale, ticks);
		exact = exact_ns(khz, ticks);
		slack = (exact >> 31) + 2 + (scale.shift < 0);
		model_assert(ns <= exact);
		model_assert(exact - ns <= slack);
	}
}
END_TEST

/* Later on the TSC is never earlier on the clock. */
START_TEST(monotonic)
{
	struct pvclock_scale scale;
	u64 ticks, more, first;
	int i;

	srand48(_i);
	for (i = 0; i < 100000; i++) {
		pvclock_scale_init(&scale, random_khz());
		ticks = random_u64() >> 24;
		more = random_u64() >> (24 + lrand48() % 40);
		first = pvclock_ns(&scale, ticks);
		model_assert(pvclock_ns(&scale, ticks + more) >= first);
	}
}
END_TEST

/* Linux makes the frequency of the scale again. */
START_TEST(frequency_comes_back)
{
	struct pvclock_scale scale;
	int i;

	srand48(_i);
	for (i = 0; i < 100000; i++) {
		u32 khz = random_khz();

		pvclock_scale_init(&scale, khz);
		model_assert(pvclock_khz_is_near(&scale, khz, pvclock_khz_back(&scale)));
	}
}
END_TEST

Suite *pvclock_suite(void)
{
	Suite *suite = suite_create("pvclock");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, pvclock);
	suite_add_tcase(suite, tcase);
	tcase = tcase_create("random");
	tcase_add_loop_test(tcase, close_to_exact, 0, 4);
	tcase_add_loop_test(tcase, monotonic, 0, 4);
	tcase_add_loop_test(tcase, frequency_comes_back, 0, 4);
	suite_add_tcase(suite, tcase);
	return suite;
}
