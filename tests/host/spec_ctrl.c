// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/spec_ctrl.h"

TABLE_TEST(spec_ctrl)

Suite *spec_ctrl_suite(void)
{
	Suite *suite = suite_create("spec_ctrl");
	TCase *tcase = tcase_create("processors");

	tcase_add_table(tcase, spec_ctrl);
	suite_add_tcase(suite, tcase);
	return suite;
}
