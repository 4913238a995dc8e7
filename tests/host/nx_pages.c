// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/nx_pages.h"

TABLE_TEST(nx_pages)

Suite *nx_pages_suite(void)
{
	Suite *suite = suite_create("nx_pages");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, nx_pages);
	suite_add_tcase(suite, tcase);
	return suite;
}
