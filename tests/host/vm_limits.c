// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vm_limits.h"

TABLE_TEST(vm_limits)

Suite *vm_limits_suite(void)
{
	Suite *suite = suite_create("vm_limits");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, vm_limits);
	suite_add_tcase(suite, tcase);
	return suite;
}
