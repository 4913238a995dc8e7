// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/ioapic.h"

TABLE_TEST(ioapic)

Suite *ioapic_suite(void)
{
	Suite *suite = suite_create("ioapic");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, ioapic);
	suite_add_tcase(suite, tcase);
	return suite;
}
