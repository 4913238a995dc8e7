// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/pic.h"

TABLE_TEST(pic)

Suite *pic_suite(void)
{
	Suite *suite = suite_create("pic");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, pic);
	suite_add_tcase(suite, tcase);
	return suite;
}
