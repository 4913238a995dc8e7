/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a case table of tests/vectors/ as a KUnit suite, one parameter per row:
 *
 *	#include "table.h"
 *	#include "../vectors/vm_state.h"
 *
 *	TABLE_SUITE(vm_state);
 */
#ifndef VMH_KUNIT_TABLE_H
#define VMH_KUNIT_TABLE_H

#include <kunit/test.h>
#include <linux/kernel.h>
#include <linux/string.h>

#define TABLE_SUITE(stem)							\
	static void stem##_describe(const struct stem##_case *c, char *text)	\
	{									\
		strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);			\
	}									\
										\
	KUNIT_ARRAY_PARAM(stem, stem##_cases, stem##_describe);			\
										\
	static void stem##_table(struct kunit *test)				\
	{									\
		const struct stem##_case *c = test->param_value;		\
		char why[256] = "no reason given";				\
										\
		if (!stem##_case_ok(c, why, sizeof(why)))			\
			KUNIT_FAIL(test, "%s: %s", c->name, why);		\
	}									\
										\
	static struct kunit_case stem##_kunit_cases[] = {			\
		KUNIT_CASE_PARAM(stem##_table, stem##_gen_params),		\
		{}								\
	};									\
										\
	static struct kunit_suite stem##_kunit_suite = {			\
		.name = #stem,							\
		.test_cases = stem##_kunit_cases,				\
	};									\
	kunit_test_suite(stem##_kunit_suite)

#endif /* VMH_KUNIT_TABLE_H */
