// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/msr_filter.h"

TABLE_TEST(msr_filter)

Suite *msr_filter_suite(void)
{
	Suite *suite = suite_create("msr_filter");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, msr_filter);
	suite_add_tcase(suite, tcase);
	return suite;
}
