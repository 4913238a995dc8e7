// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/msr_switch.h"

TABLE_TEST(msr_switch)

Suite *msr_switch_suite(void)
{
	Suite *suite = suite_create("msr_switch");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, msr_switch);
	suite_add_tcase(suite, tcase);
	return suite;
}
