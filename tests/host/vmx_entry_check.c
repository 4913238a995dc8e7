// SPDX-License-Identifier: GPL-2.0
#include <stdio.h>
#include <stdlib.h>
#include "table.h"
#include "../vectors/vmx_entry_check.h"

TABLE_TEST(vmx_entry_check)

static bool has_row(const struct vmx_entry_check *check)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vmx_entry_check_cases); i++)
		if (vmx_entry_check_cases[i].check == check->id)
			return true;
	return false;
}

START_TEST(every_check_has_a_row)
{
	unsigned int i, nr = vmx_entry_checks_count(), covered = 0;

	for (i = 0; i < nr; i++) {
		if (has_row(vmx_entry_check_at(i)))
			covered++;
		else
			printf("# no row for entry check %s\n", vmx_entry_check_at(i)->name);
	}
	printf("# entry checks: %u of %u covered\n", covered, nr);
	fflush(stdout);
	ck_assert_uint_eq(covered, nr);
	ck_assert_uint_ge(nr, 60);
}
END_TEST

START_TEST(numbers_and_names)
{
	unsigned int i, k, nr = vmx_entry_checks_count();

	for (i = 0; i < nr; i++) {
		const struct vmx_entry_check *a = vmx_entry_check_at(i);

		ck_assert_uint_ge(vmx_entry_check_group(a), VMH_ENTRY_CONTROLS);
		ck_assert_uint_le(vmx_entry_check_group(a), VMH_ENTRY_GUEST);
		ck_assert_uint_lt(strlen(a->name), sizeof_field(struct vmh_entry_failure, name));
		ck_assert_uint_lt(strlen(a->text), sizeof_field(struct vmh_entry_failure, text));
		ck_assert(*a->chapter);
		for (k = 0; k < i; k++) {
			const struct vmx_entry_check *b = vmx_entry_check_at(k);

			ck_assert_msg(a->id != b->id, "%s and %s: %u", a->name, b->name, a->id);
			ck_assert_str_ne(a->name, b->name);
		}
	}
	ck_assert_ptr_null(vmx_entry_check_at(nr));
}
END_TEST

/* An empty VMCS fails far more than fit: all are counted, the first are kept. */
START_TEST(more_than_fit)
{
	struct vmx_entry_model model = { .nr = 0 };
	struct vmx_entry_result result;
	unsigned int i;

	vmx_entry_model_caps(&model.caps);
	vmx_entry_model_run(&model, true, &result);
	ck_assert_uint_eq(result.total, vmx_entry_checks_count());
	ck_assert_uint_gt(result.failed, VMH_EXPLAIN_MAX);
	for (i = 0; i < VMH_EXPLAIN_MAX; i++)
		ck_assert_ptr_nonnull(result.failure[i].check);
	ck_assert_str_eq(result.failure[0].check->name, "pin-controls");
}
END_TEST

struct expectation {
	u16 check;
	u64 expected;
};

/* Of each row that is refused, in their order. */
static const struct expectation expectations[] = {
#include "vmx_entry_expected.h"
};

/* What a refusal says that it expects. */
START_TEST(expected)
{
	struct vmx_entry_model model;
	struct vmx_entry_result result;
	size_t i, nr = 0;

	for (i = 0; i < ARRAY_SIZE(vmx_entry_check_cases); i++) {
		const struct vmx_entry_check_case *c = &vmx_entry_check_cases[i];

		if (!c->check)
			continue;
		vmx_entry_model_make(&model, c);
		vmx_entry_model_run(&model, !c->host_32, &result);
		if (getenv("PRINT_EXPECTED"))
			printf("{ %u, %#llx },\n", c->check,
			       (unsigned long long)result.failure[0].expected);
		else
			ck_assert_msg(nr < ARRAY_SIZE(expectations) &&
				      expectations[nr].check == c->check &&
				      expectations[nr].expected == result.failure[0].expected,
				      "%s: %#llx", c->name,
				      (unsigned long long)result.failure[0].expected);
		nr++;
	}
	ck_assert(getenv("PRINT_EXPECTED") || nr == ARRAY_SIZE(expectations));
}
END_TEST

Suite *vmx_entry_check_suite(void)
{
	Suite *suite = suite_create("vmx_entry_check");
	TCase *tcase = tcase_create("checks");

	tcase_add_table(tcase, vmx_entry_check);
	tcase_add_test(tcase, every_check_has_a_row);
	tcase_add_test(tcase, numbers_and_names);
	tcase_add_test(tcase, more_than_fit);
	tcase_add_test(tcase, expected);
	suite_add_tcase(suite, tcase);
	return suite;
}
