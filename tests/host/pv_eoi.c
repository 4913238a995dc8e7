// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pv_eoi.h"

TABLE_TEST(pv_eoi)

Suite *pv_eoi_suite(void)
{
	Suite *suite = suite_create("pv_eoi");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, pv_eoi);
	suite_add_tcase(suite, tcase);
	return suite;
}
