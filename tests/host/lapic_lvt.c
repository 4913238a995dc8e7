// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic_lvt.h"

TABLE_TEST(lapic_lvt)

Suite *lapic_lvt_suite(void)
{
	Suite *suite = suite_create("lapic_lvt");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, lapic_lvt);
	suite_add_tcase(suite, tcase);
	return suite;
}
