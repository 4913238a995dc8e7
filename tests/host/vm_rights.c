// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vm_rights.h"

TABLE_TEST(vm_rights)

/* Nobody looks inside without tracing, and no answer is about rights that were not asked for. */
START_TEST(each_set)
{
	for (u32 wanted = 0; wanted < 2 * VMH_RIGHT_OWNER; wanted++) {
		for (int who = 0; who < 4; who++) {
			u32 traced = vm_rights_traced(wanted, who & 1, who & 2);

			ck_assert_uint_eq(traced & ~wanted, 0);
			ck_assert_uint_eq(traced & VM_RIGHTS_LOOK, wanted & VM_RIGHTS_LOOK);
		}
	}
}
END_TEST

Suite *vm_rights_suite(void)
{
	Suite *suite = suite_create("vm_rights");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, vm_rights);
	tcase_add_test(tcase, each_set);
	suite_add_tcase(suite, tcase);
	return suite;
}
