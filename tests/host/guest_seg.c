// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/guest_seg.h"

TABLE_TEST(guest_seg)

Suite *guest_seg_suite(void)
{
	Suite *suite = suite_create("guest_seg");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, guest_seg);
	suite_add_tcase(suite, tcase);
	return suite;
}
