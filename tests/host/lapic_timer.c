// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/lapic_timer.h"

TABLE_TEST(lapic_timer)

Suite *lapic_timer_suite(void)
{
	Suite *suite = suite_create("lapic_timer");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, lapic_timer);
	suite_add_tcase(suite, tcase);
	return suite;
}
