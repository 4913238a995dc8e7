// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vm_state.h"

TABLE_TEST(vm_state)

/* Whatever the events, a VM that terminated stays so, and nothing leads back to CREATED. */
START_TEST(no_way_back)
{
	int state, event, next;

	for (state = 0; state < VMH_STATE_NR; state++) {
		for (event = 0; event < VMH_EVENT_NR; event++) {
			next = vm_state_next(state, event);
			ck_assert_int_ne(next, VMH_STATE_CREATED);
			if (state == VMH_STATE_TERMINATED && next >= 0)
				ck_assert_int_eq(next, VMH_STATE_TERMINATED);
		}
	}
}
END_TEST

/* The table has each pair of a state and an event, once. */
START_TEST(each_cell)
{
	unsigned int seen[VMH_STATE_NR][VMH_EVENT_NR] = {}, nr = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vm_state_cases); i++) {
		const struct vm_state_case *c = &vm_state_cases[i];

		if (c->from < VMH_STATE_NR && c->event < VMH_EVENT_NR)
			nr += !seen[c->from][c->event]++;
	}
	printf("# transitions: %u of %u\n", nr, VMH_STATE_NR * VMH_EVENT_NR);
	ck_assert_uint_eq(nr, VMH_STATE_NR * VMH_EVENT_NR);
}
END_TEST

Suite *vm_state_suite(void)
{
	Suite *suite = suite_create("vm_state");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, vm_state);
	tcase_add_test(tcase, no_way_back);
	tcase_add_test(tcase, each_cell);
	suite_add_tcase(suite, tcase);
	return suite;
}
