// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "rows.h"

/* Every code of the ABI header has its name here: the header itself is the table. */
START_TEST(codes_are_named)
{
	FILE *header = fopen(VMH_HEADER, "r");
	char line[256], name[64];
	unsigned int value, seen = 0;

	ck_assert_ptr_nonnull(header);
	while (fgets(line, sizeof(line), header)) {
		if (sscanf(line, " VMH_E_%63s = %u", name, &value) != 2)
			continue;
		ck_assert_str_eq(error_code_name(value), name);
		seen++;
	}
	fclose(header);
	ck_assert_uint_gt(seen, 40);
}
END_TEST

START_TEST(unknown_is_told)
{
	ck_assert_str_eq(error_code_name(9999), "unknown");
	ck_assert_str_eq(error_category_name(VMH_ERR_STATE), "state");
	ck_assert_str_eq(error_category_name(77), "unknown");
}
END_TEST

Suite *error_suite(void)
{
	Suite *suite = suite_create("error");

	add_test(suite, "codes", codes_are_named);
	add_test(suite, "unknown", unknown_is_told);
	return suite;
}
