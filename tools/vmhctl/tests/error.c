// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

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

/* What is printed on stderr, in @text: each test has a process of its own. */
static void printed(const struct vmh_explain *explain, char *text, size_t size)
{
	FILE *file = tmpfile();
	size_t length;

	ck_assert_ptr_nonnull(file);
	fflush(stderr);
	ck_assert_int_ge(dup2(fileno(file), STDERR_FILENO), 0);
	error_entry_print(explain);
	fflush(stderr);
	rewind(file);
	length = fread(text, 1, size - 1, file);
	text[length] = 0;
	fclose(file);
}

START_TEST(entry_checks_are_printed)
{
	struct vmh_explain explain = {
		.nr = 2, .total = 204,
		.failure = {
			{ 3201, VMH_ENTRY_GUEST, 0x681e, 0, 1ULL << 32, 0xffffffff,
			  "guest-rip-width", "bits 63:32 are 0" },
			/* Names and texts may fill their fields. */
			{ 1001, VMH_ENTRY_CONTROLS, 0x4000, 0, 0, 0x16,
			  "0123456789abcdef0123456789abcdef", "what has to hold" },
		},
	};
	char text[8192];

	printed(&explain, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "check 3201, guest-rip-width: VMCS field 0x681e is"));
	ck_assert_ptr_nonnull(strstr(text, "is 0x100000000, expected 0xffffffff\n"));
	ck_assert_ptr_nonnull(strstr(text, "bits 63:32 are 0\n"));
	ck_assert_ptr_nonnull(strstr(text, "check 1001, 0123456789abcdef0123456789abcdef: VMCS"));
	ck_assert_ptr_null(strstr(text, "more"));
	explain.nr = VMH_EXPLAIN_MAX + 3;
	printed(&explain, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "and 3 more\n"));
	explain.nr = 0;
	printed(&explain, text, sizeof(text));
	ck_assert_ptr_nonnull(strstr(text, "none of the 204 known checks fails\n"));
	ck_assert_ptr_null(strstr(text, "check 3201"));
}
END_TEST

Suite *error_suite(void)
{
	Suite *suite = suite_create("error");

	add_test(suite, "codes", codes_are_named);
	add_test(suite, "unknown", unknown_is_told);
	add_test(suite, "entry checks", entry_checks_are_printed);
	return suite;
}
