// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vmx_errata.h"

TABLE_TEST(vmx_errata)

Suite *vmx_errata_suite(void)
{
	Suite *suite = suite_create("vmx_errata");
	TCase *tcase = tcase_create("signatures");

	tcase_add_table(tcase, vmx_errata);
	suite_add_tcase(suite, tcase);
	return suite;
}
