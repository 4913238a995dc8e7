// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "rows.h"
#include "suggest.h"

static const struct {
	const char *meant;
	const char *word;
} rows[] = {
	{ "lsit", "list" },
	{ "lst", "list" },
	{ "pasue", "pause" },
	{ "puse", "pause" },
	{ "terminat", "terminate" },
	{ "terminates", "terminate" },
	{ "list", "list" },
	{ "halt", NULL },
	{ "r", NULL },
	{ "xy", NULL },
	{ "", NULL },
	{ "a word that is longer than any that vmhctl has", NULL },
};

START_TEST(row)
{
	static const char *const words[] = { "run", "list", "pause", "terminate", "top" };
	struct suggestion best = { .meant = rows[_i].meant };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		suggest(&best, words[i]);
	ck_assert_pstr_eq(best.word, rows[_i].word);
}
END_TEST

START_TEST(distances)
{
	ck_assert_uint_eq(edit_distance("", ""), 0);
	ck_assert_uint_eq(edit_distance("", "abc"), 3);
	ck_assert_uint_eq(edit_distance("abc", ""), 3);
	ck_assert_uint_eq(edit_distance("abc", "acb"), 1);
	ck_assert_uint_eq(edit_distance("abcd", "badc"), 2);
	ck_assert_uint_eq(edit_distance("kitten", "sitting"), 3);
}
END_TEST

Suite *suggest_suite(void)
{
	Suite *suite = suite_create("suggest");

	add_rows(suite, "rows", row, ROWS(rows));
	add_test(suite, "distances", distances);
	return suite;
}
