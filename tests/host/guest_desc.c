// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/guest_desc.h"

TABLE_TEST(guest_desc)

Suite *guest_desc_suite(void)
{
	Suite *suite = suite_create("guest_desc");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, guest_desc);
	suite_add_tcase(suite, tcase);
	return suite;
}
