// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/steal_time.h"

TABLE_TEST(steal_time)

Suite *steal_time_suite(void)
{
	Suite *suite = suite_create("steal_time");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, steal_time);
	suite_add_tcase(suite, tcase);
	return suite;
}
