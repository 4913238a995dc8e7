// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic_access.h"

TABLE_TEST(lapic_access)

Suite *lapic_access_suite(void)
{
	Suite *suite = suite_create("lapic_access");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, lapic_access);
	suite_add_tcase(suite, tcase);
	return suite;
}
