// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/irq_msg.h"

TABLE_TEST(irq_msg)

Suite *irq_msg_suite(void)
{
	Suite *suite = suite_create("irq_msg");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, irq_msg);
	suite_add_tcase(suite, tcase);
	return suite;
}
