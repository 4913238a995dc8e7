// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>
#include <sys/prctl.h>

#include "rows.h"
#include "thread.h"

static const struct {
	const char *vm;
	const char *what;
	const char *name;
} names[] = {
	{ "web", "0", "vmh/web/0" },
	{ "web", "disk", "vmh/web/disk" },
	{ "", "3", "vmh/3" },
	{ "12345678", "63", "vmh/12345678/63" },
	{ "123456789", "63", "vmh/12345678/63" },
	{ "a name of thirty-one characters", "0", "vmh/a name of/0" },
	{ "a name of thirty-one characters", "console", "vmh/a n/console" },
};

START_TEST(name_row)
{
	char name[THREAD_NAME_LEN];

	thread_name(name, names[_i].vm, names[_i].what);
	ck_assert_str_eq(name, names[_i].name);
}
END_TEST

START_TEST(own_name)
{
	char before[THREAD_NAME_LEN], name[THREAD_NAME_LEN];

	prctl(PR_GET_NAME, before);
	thread_set_name("web", "1");
	prctl(PR_GET_NAME, name);
	prctl(PR_SET_NAME, before);
	ck_assert_str_eq(name, "vmh/web/1");
}
END_TEST

Suite *thread_suite(void)
{
	Suite *suite = suite_create("thread");

	add_rows(suite, "names", name_row, ROWS(names));
	add_test(suite, "own name", own_name);
	return suite;
}
