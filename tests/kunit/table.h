/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Runs a case table of tests/vectors/ as a KUnit suite, one parameter per row, or per TABLE_CHUNK
 * of them:
 *
 *	#include "table.h"
 *	#include "../vectors/vm_state.h"
 *
 *	TABLE_SUITE(vm_state);
 */
#ifndef VMH_KUNIT_TABLE_H
#define VMH_KUNIT_TABLE_H

#include <linux/kernel.h>
#include <linux/string.h>

#include "kunit.h"

/* KUnit makes a thread for each parameter, which costs a kernel with all checks on 0.1 s. */
#define TABLE_CHUNK	(IS_ENABLED(CONFIG_KASAN) ? 32 : 1)

static inline void table_describe(char *text, const char *name, size_t first, size_t end)
{
	if (TABLE_CHUNK == 1)
		strscpy(text, name, KUNIT_PARAM_DESC_SIZE);
	else
		scnprintf(text, KUNIT_PARAM_DESC_SIZE, "rows %zu to %zu", first + 1, end);
}

#define TABLE_SUITE(stem)							\
	static size_t stem##_end(size_t first)					\
	{									\
		return min_t(size_t, first + TABLE_CHUNK, ARRAY_SIZE(stem##_cases));	\
	}									\
										\
	static const void *KUNIT_PARAMS(stem##_gen_params)			\
	{									\
		const struct stem##_case *c = previous;				\
		size_t first = c ? stem##_end(c - stem##_cases) : 0;		\
										\
		if (first == ARRAY_SIZE(stem##_cases))				\
			return NULL;						\
		c = &stem##_cases[first];					\
		table_describe(text, c->name, first, stem##_end(first));	\
		return c;							\
	}									\
										\
	static void stem##_table(struct kunit *test)				\
	{									\
		const struct stem##_case *c = test->param_value;		\
		const struct stem##_case *end =					\
			stem##_cases + stem##_end(c - stem##_cases);		\
										\
		for (; c < end; c++) {						\
			char why[256] = "no reason given";			\
										\
			if (!stem##_case_ok(c, why, sizeof(why)))		\
				KUNIT_FAIL(test, "%s: %s", c->name, why);	\
		}								\
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
