/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a case table of tests/vectors/ as libcheck tests, one per row:
 *
 *	#include "table.h"
 *	#include "../vectors/vm_state.h"
 *
 *	TABLE_TEST(vm_state)				  defines the test
 *	...
 *	tcase_add_table(tcase, vm_state);		  adds it, once for every row
 */
#ifndef VMH_TABLE_H
#define VMH_TABLE_H

#include <check.h>
#include <linux/kernel.h>

#define TABLE_TEST(stem)						\
	START_TEST(stem##_table)					\
	{								\
		const struct stem##_case *c = &stem##_cases[_i];	\
		char why[256] = "no reason given";			\
									\
		ck_assert_msg(stem##_case_ok(c, why, sizeof(why)),	\
			      "%s: %s", c->name, why);			\
	}								\
	END_TEST

/* For the inner loops of a model: ck_assert() without its writing down of values. */
#define model_assert(cond)						\
	do {								\
		if (!(cond))						\
			ck_abort_msg("does not hold: %s", #cond);	\
	} while (0)

#define tcase_add_table(tcase, stem) \
	tcase_add_loop_test(tcase, stem##_table, 0, ARRAY_SIZE(stem##_cases))

#endif
