// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stdlib.h>

#include "size.h"
#include "rows.h"

static const struct {
	const char *text;
	bool ok;
	uint64_t bytes;
} cases[] = {
	{ "0", true, 0 },
	{ "4096", true, 4096 },
	{ "512M", true, 512ULL << 20 },
	{ "512m", true, 512ULL << 20 },
	{ "1G", true, 1ULL << 30 },
	{ "1K", true, 1024 },
	{ "2T", true, 2ULL << 40 },
	{ "0x8000000", true, 0x8000000 },
	{ "0x10M", true, 16ULL << 20 },
	{ "18446744073709551615", true, UINT64_MAX },
	{ "18446744073709551616", false, 0 },
	{ "0xffffffffffffffff", true, UINT64_MAX },
	{ "0x10000000000000000", false, 0 },
	{ "18014398509481983K", true, 18014398509481983ULL << 10 },
	{ "18014398509481984K", false, 0 },
	{ "16777216T", false, 0 },
	{ "", false, 0 },
	{ "M", false, 0 },
	{ "-1", false, 0 },
	{ "+1", false, 0 },
	{ " 1", false, 0 },
	{ "1 ", false, 0 },
	{ "1MB", false, 0 },
	{ "1MM", false, 0 },
	{ "1.5G", false, 0 },
	{ "0x", false, 0 },
	{ "0xg", false, 0 },
	{ "12a", false, 0 },
};

START_TEST(size_row)
{
	uint64_t bytes = 0;
	bool ok = parse_size(cases[_i].text, &bytes);

	ck_assert_msg(ok == cases[_i].ok, "'%s': taken is %d", cases[_i].text, ok);
	if (ok)
		ck_assert_msg(bytes == cases[_i].bytes, "'%s': %llu", cases[_i].text,
			      (unsigned long long)bytes);
}
END_TEST

START_TEST(number_takes_no_unit)
{
	uint64_t value = 0;

	ck_assert(!parse_number("1K", &value));
	ck_assert(parse_number("0x1f", &value));
	ck_assert_uint_eq(value, 0x1f);
}
END_TEST

Suite *size_suite(void)
{
	Suite *suite = suite_create("size");

	add_rows(suite, "size", size_row, ROWS(cases));
	add_test(suite, "number", number_takes_no_unit);
	return suite;
}
