// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vm_error.h"

TABLE_TEST(vm_error)

/* Every code has its row in the table above, and a text of the right form: without a full stop. */
START_TEST(rows_are_complete)
{
	u32 code, known = 0, rows = 0;

	for (code = 1; code < 500; code++) {
		const char *text = vm_error_text(code);

		known += strcmp(text, "unknown error") != 0;
		ck_assert_uint_lt(strlen(text), sizeof(((struct vmh_error *)0)->text));
		ck_assert_int_ne(text[strlen(text) - 1], '.');
	}
	for (code = 0; code < ARRAY_SIZE(vm_error_cases); code++)
		rows += vm_error_cases[code].filler == VM_ERROR_BY_CODE;
	/* One row is for a code that does not exist. */
	ck_assert_uint_eq(known, rows - 1);
	ck_assert_str_eq(vm_error_text(VMH_E_NONE), "nothing was refused");
	ck_assert_int_eq(vm_error_errno(VMH_E_NONE), 0);
}
END_TEST

/* What was in a record before must not show in the next: it goes to userspace as a whole. */
START_TEST(nothing_is_left_over)
{
	struct vmh_error err, clean = { 0 };

	memset(&err, 0xff, sizeof(err));
	vm_error_event(&err, VMH_STATE_CREATED, VMH_EVENT_RESUME);
	vm_error_set(&err, VMH_E_FAULT);
	vm_error_set(&clean, VMH_E_FAULT);
	ck_assert_mem_eq(&err.category, &clean.category, 12);
	ck_assert_mem_eq(&err.offset, &clean.offset,
			 sizeof(err) - offsetof(struct vmh_error, offset));
	ck_assert_uint_eq(err.offset, VM_ERROR_NO_OFFSET);
}
END_TEST

START_TEST(field_by_its_structure)
{
	struct vmh_error err = { 0 };
	int ret = VM_ERROR_FIELD(&err, VMH_E_VCPU_COUNT, struct vmh_vm_config, vcpu_count, 9, 4);

	ck_assert_int_eq(ret, -EINVAL);
	ck_assert_uint_eq(err.offset, offsetof(struct vmh_vm_config, vcpu_count));
	ck_assert_str_eq(err.field, "vcpu_count");
	ck_assert_uint_eq(err.got, 9);
	ck_assert_uint_eq(err.expected, 4);
}
END_TEST

/* A name longer than the record has room for is cut, not overrun. */
START_TEST(long_field_name)
{
	struct vmh_error err = { 0 };

	vm_error_field(&err, VMH_E_VALUE, 0, "a_name_longer_than_thirty_two_characters", 0, 0);
	ck_assert_str_eq(err.field, "a_name_longer_than_thirty_two_c");
}
END_TEST

Suite *vm_error_suite(void)
{
	Suite *suite = suite_create("vm_error");
	TCase *tcase = tcase_create("records");

	tcase_add_table(tcase, vm_error);
	tcase_add_test(tcase, rows_are_complete);
	tcase_add_test(tcase, nothing_is_left_over);
	tcase_add_test(tcase, field_by_its_structure);
	tcase_add_test(tcase, long_field_name);
	suite_add_tcase(suite, tcase);
	return suite;
}
