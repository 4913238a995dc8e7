// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/task_switch.h"

TABLE_TEST(task_switch)

Suite *task_switch_suite(void)
{
	Suite *suite = suite_create("task_switch");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, task_switch);
	suite_add_tcase(suite, tcase);
	return suite;
}
