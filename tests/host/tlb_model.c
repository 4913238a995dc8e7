// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/tlb_model.h"

TABLE_TEST(tlb_model)

Suite *tlb_model_suite(void)
{
	Suite *suite = suite_create("tlb_model");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, tlb_model);
	suite_add_tcase(suite, tcase);
	return suite;
}
