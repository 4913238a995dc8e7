// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/guest_mce.h"

TABLE_TEST(guest_mce)

Suite *guest_mce_suite(void)
{
	Suite *suite = suite_create("guest_mce");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, guest_mce);
	suite_add_tcase(suite, tcase);
	return suite;
}
