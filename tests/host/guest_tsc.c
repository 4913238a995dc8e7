// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/guest_tsc.h"

TABLE_TEST(guest_tsc)

Suite *guest_tsc_suite(void)
{
	Suite *suite = suite_create("guest_tsc");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, guest_tsc);
	suite_add_tcase(suite, tcase);
	return suite;
}
