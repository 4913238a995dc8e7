// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/irq_routing.h"

TABLE_TEST(irq_routing)

Suite *irq_routing_suite(void)
{
	Suite *suite = suite_create("irq_routing");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, irq_routing);
	suite_add_tcase(suite, tcase);
	return suite;
}
