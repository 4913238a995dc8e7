/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_TESTS_ROWS_H
#define VMHCTL_TESTS_ROWS_H

#include <check.h>

#define ROWS(table)	((int)(sizeof(table) / sizeof((table)[0])))

/* A test for each row of a table; the row's number is _i. */
static inline void add_rows(Suite *suite, const char *name, const TTest *test, int rows)
{
	TCase *tcase = tcase_create(name);

	tcase_add_loop_test(tcase, test, 0, rows);
	suite_add_tcase(suite, tcase);
}

static inline void add_test(Suite *suite, const char *name, const TTest *test)
{
	add_rows(suite, name, test, 1);
}

#endif /* VMHCTL_TESTS_ROWS_H */
