// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pit.h"

TABLE_TEST(pit)

Suite *pit_suite(void)
{
	Suite *suite = suite_create("pit");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, pit);
	suite_add_tcase(suite, tcase);
	return suite;
}
