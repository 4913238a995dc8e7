// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/halt_poll.h"

TABLE_TEST(halt_poll)

Suite *halt_poll_suite(void)
{
	Suite *suite = suite_create("halt_poll");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, halt_poll);
	suite_add_tcase(suite, tcase);
	return suite;
}
