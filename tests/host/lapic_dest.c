// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic_dest.h"

TABLE_TEST(lapic_dest)

Suite *lapic_dest_suite(void)
{
	Suite *suite = suite_create("lapic_dest");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, lapic_dest);
	suite_add_tcase(suite, tcase);
	return suite;
}
