// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/io_bus.h"

TABLE_TEST(io_bus)

Suite *io_bus_suite(void)
{
	Suite *suite = suite_create("io_bus");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, io_bus);
	suite_add_tcase(suite, tcase);
	return suite;
}
