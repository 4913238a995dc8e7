// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pv_ipi.h"

TABLE_TEST(pv_ipi)

Suite *pv_ipi_suite(void)
{
	Suite *suite = suite_create("pv_ipi");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, pv_ipi);
	suite_add_tcase(suite, tcase);
	return suite;
}
