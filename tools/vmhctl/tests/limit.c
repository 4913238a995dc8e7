// SPDX-License-Identifier: GPL-2.0
#include <check.h>

#include <linux/vmh.h>

#include "limit.h"
#include "rows.h"

static const struct {
	unsigned int resource;
	uint64_t used, requested, suggested;
} cases[] = {
	{ VMH_RES_POPULATED_BYTES, 256 << 20, 4096, 384 << 20 },
	{ VMH_RES_POPULATED_BYTES, 0, 4096, 64 << 20 },
	{ VMH_RES_POPULATED_BYTES, 64 << 20, 2 << 20, 128 << 20 },
	{ VMH_RES_EPT_PAGES, 99, 1, 125 },
	{ VMH_RES_EPT_PAGES, 1, 1, 2 },
};

/* What is suggested has room for what was wanted. */
START_TEST(suggest_row)
{
	struct vmh_exit_resource res = {
		.resource = cases[_i].resource,
		.used = cases[_i].used,
		.requested = cases[_i].requested,
	};

	ck_assert_uint_eq(limit_to_suggest(&res), cases[_i].suggested);
	ck_assert_uint_ge(limit_to_suggest(&res), res.used + res.requested);
}
END_TEST

Suite *limit_suite(void)
{
	Suite *suite = suite_create("limit");

	add_rows(suite, "suggest", suggest_row, ROWS(cases));
	return suite;
}
