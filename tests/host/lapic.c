// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic.h"

TABLE_TEST(lapic)

Suite *lapic_suite(void)
{
	Suite *suite = suite_create("lapic");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, lapic);
	suite_add_tcase(suite, tcase);
	return suite;
}
