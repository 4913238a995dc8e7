// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stdlib.h>

#include "json.h"
#include "rows.h"

static char *text;
static size_t length;

static struct json start(void)
{
	return (struct json){ .out = open_memstream(&text, &length) };
}

static void finish(struct json *json, const char *wanted)
{
	json_end(json);
	fclose(json->out);
	ck_assert_str_eq(text, wanted);
	free(text);
}

START_TEST(nesting)
{
	struct json json = start();

	json_object(&json, NULL);
	json_array(&json, "empty");
	json_array_end(&json);
	json_array(&json, "two");
	json_number(&json, NULL, 1);
	json_object(&json, NULL);
	json_object_end(&json);
	json_array_end(&json);
	json_null(&json, "null");
	json_bool(&json, "bool", true);
	json_real(&json, "real", 0.5);
	json_object_end(&json);
	finish(&json,
	       "{\"empty\": [], \"two\": [1, {}], \"null\": null, \"bool\": true, \"real\": 0.500}\n");
}
END_TEST

START_TEST(several_texts)
{
	struct json json = start();

	json_number(&json, NULL, UINT64_MAX);
	json_end(&json);
	json_array(&json, NULL);
	json_array_end(&json);
	finish(&json, "18446744073709551615\n[]\n");
}
END_TEST

static const struct {
	const char *text;
	size_t length;
	const char *wanted;
} strings[] = {
	{ "", 32, "\"\"\n" },
	{ "plain", 32, "\"plain\"\n" },
	{ "cut here", 3, "\"cut\"\n" },
	{ "\"quoted\" and \\", 32, "\"\\\"quoted\\\" and \\\\\"\n" },
	{ "a\nb\t\033[m\177", 32, "\"a\\u000ab\\u0009\\u001b[m\\u007f\"\n" },
	{ "\xff", 32, "\"\\u00ff\"\n" },
};

START_TEST(string_row)
{
	struct json json = start();

	json_string(&json, NULL, strings[_i].text, strings[_i].length);
	finish(&json, strings[_i].wanted);
}
END_TEST

Suite *json_suite(void)
{
	Suite *suite = suite_create("json");

	add_test(suite, "nesting", nesting);
	add_test(suite, "texts", several_texts);
	add_rows(suite, "strings", string_row, ROWS(strings));
	return suite;
}
