// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stdio.h>
#include <string.h>

#include "resource.h"
#include "rows.h"

static const struct {
	const char *text;
	int resource;			/* -1: refused */
	uint64_t limit;
} limits[] = {
	{ "populated_bytes=512M", VMH_RES_POPULATED_BYTES, 512ULL << 20 },
	{ "slot_bytes=1g", VMH_RES_SLOT_BYTES, 1ULL << 30 },
	{ "kernel_bytes=4096", VMH_RES_KERNEL_BYTES, 4096 },
	{ "ept_pages=0x10", VMH_RES_EPT_PAGES, 16 },
	{ "vcpus=2", VMH_RES_VCPUS, 2 },
	{ "slots=none", VMH_RES_SLOTS, VMH_NO_LIMIT },
	{ "eventfds=0", VMH_RES_EVENTFDS, 0 },
	{ "exits=20000", VMH_RES_EXITS, 20000 },
	{ "run_ns=1500000000", VMH_RES_RUN_NS, 1500000000 },
	{ "run=1.5", VMH_RES_RUN_NS, 1500000000 },
	{ "run=2", VMH_RES_RUN_NS, 2000000000 },
	{ "run=0.000000001", VMH_RES_RUN_NS, 1 },
	{ "run=999999999.999999999", VMH_RES_RUN_NS, 999999999999999999 },
	{ "run=none", VMH_RES_RUN_NS, VMH_NO_LIMIT },
	{ "run=0.0000000001", -1, 0 },
	{ "run=1000000000", -1, 0 },
	{ "run=1.", -1, 0 },
	{ "run=.5", -1, 0 },
	{ "run=-1", -1, 0 },
	{ "run=1e9", -1, 0 },
	{ "run=0x10", -1, 0 },
	{ "run=", -1, 0 },
	{ "populated_bytes=", -1, 0 },
	{ "populated_bytes=-1", -1, 0 },
	{ "populated_bytes=512 M", -1, 0 },
	{ "populated_bytes=16777216T", -1, 0 },
	{ "populated_bytes=18446744073709551615", -1, 0 },
	{ "populated_bytes=None", -1, 0 },
	{ "ept_pages=1M", -1, 0 },
	{ "populated=1M", -1, 0 },
	{ "populated_bytess=1M", -1, 0 },
	{ "memory=1M", -1, 0 },
	{ "populated_bytes", -1, 0 },
	{ "=1M", -1, 0 },
	{ "", -1, 0 },
};

START_TEST(limit_row)
{
	struct vmh_limit limit;
	const char *wrong = resource_parse_limit(limits[_i].text, &limit);

	if (limits[_i].resource < 0) {
		ck_assert_msg(wrong, "'%s' is taken", limits[_i].text);
		return;
	}
	ck_assert_msg(!wrong, "'%s': %s", limits[_i].text, wrong);
	ck_assert_int_eq(limit.resource, limits[_i].resource);
	ck_assert_uint_eq(limit.limit, limits[_i].limit);
	ck_assert_uint_eq(limit.reserved, 0);
}
END_TEST

/* A limit that is shown can be given back, in the resource's own unit. */
START_TEST(names_are_taken)
{
	struct vmh_limit limit;
	char text[64];

	for (unsigned int i = 0; i < VMH_RES_NR; i++) {
		ck_assert_str_ne(resource_name(i), "unknown");
		snprintf(text, sizeof(text), "%s=77", resource_name(i));
		ck_assert_ptr_null(resource_parse_limit(text, &limit));
		ck_assert_uint_eq(limit.resource, i);
		/* Who does not know a name is told all. */
		ck_assert_ptr_nonnull(strstr(resource_parse_limit("x=1", &limit),
					     resource_name(i)));
	}
	ck_assert_str_eq(resource_name(VMH_RES_NR), "unknown");
}
END_TEST

static const struct {
	enum unit unit;
	uint64_t value;
	const char *text;
} amounts[] = {
	{ UNIT_COUNT, 0, "0" },
	{ UNIT_COUNT, UINT64_MAX, "18446744073709551615" },
	{ UNIT_BYTES, 0, "0 B" },
	{ UNIT_BYTES, 1023, "1023 B" },
	{ UNIT_BYTES, 4096, "4 KiB" },
	{ UNIT_BYTES, 256 << 20, "256 MiB" },
	{ UNIT_BYTES, (256 << 20) + 4096, "256.0 MiB" },
	{ UNIT_BYTES, 3ULL << 29, "1.5 GiB" },
	{ UNIT_BYTES, UINT64_MAX, "16 EiB" },
	{ UNIT_NS, 0, "0.0 ms" },
	{ UNIT_NS, 1500000, "1.5 ms" },
	{ UNIT_NS, 1500000000, "1.5 s" },
	{ UNIT_NS, 599900000000, "599.9 s" },
	{ UNIT_NS, 600000000000, "0 h 10 min" },
	{ UNIT_NS, 7500000000000, "2 h 05 min" },
	{ UNIT_NS, UINT64_MAX, "5124095 h 34 min" },
};

START_TEST(amount_row)
{
	char text[AMOUNT_LEN];

	ck_assert_str_eq(format_amount(text, amounts[_i].unit, amounts[_i].value),
			 amounts[_i].text);
}
END_TEST

START_TEST(limits_in_words)
{
	char text[AMOUNT_LEN];

	ck_assert_str_eq(format_limit(text, VMH_RES_SLOTS, VMH_NO_LIMIT), "none");
	ck_assert_str_eq(format_limit(text, VMH_RES_SLOTS, 32), "32");
	ck_assert_str_eq(format_limit(text, VMH_RES_SLOT_BYTES, 1 << 20), "1 MiB");
	ck_assert_str_eq(format_limit(text, VMH_RES_EXITS, 20000), "20000/s");
	ck_assert_str_eq(format_limit(text, VMH_RES_RUN_NS, 1500000000), "1.5 processors");
}
END_TEST

Suite *resource_suite(void)
{
	Suite *suite = suite_create("resource");

	add_rows(suite, "limits", limit_row, ROWS(limits));
	add_test(suite, "names", names_are_taken);
	add_rows(suite, "amounts", amount_row, ROWS(amounts));
	add_test(suite, "words", limits_in_words);
	return suite;
}
