// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/emul.h"

TABLE_TEST(emul)

Suite *emul_suite(void)
{
	Suite *suite = suite_create("emul");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, emul);
	suite_add_tcase(suite, tcase);
	return suite;
}
