// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/rate.h"

TABLE_TEST(rate)

Suite *rate_suite(void)
{
	Suite *suite = suite_create("rate");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, rate);
	suite_add_tcase(suite, tcase);
	return suite;
}
