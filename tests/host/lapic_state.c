// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic_state.h"

TABLE_TEST(lapic_state)

Suite *lapic_state_suite(void)
{
	Suite *suite = suite_create("lapic_state");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, lapic_state);
	suite_add_tcase(suite, tcase);
	return suite;
}
