// SPDX-License-Identifier: GPL-2.0
/* Runs the suites of the module that it is linked into, and keeps the reports in debugfs. */
#include <linux/debugfs.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "kunit_alone.h"

#define REPORTS_MAX	128
#define LINE_MAX	512
#define REPORT_STEP	(64 << 10)

/* A suite's report: its text grows while the suite runs. */
struct report {
	struct debugfs_blob_wrapper blob;
	size_t room;
};

static struct dentry *folder;
static struct report reports[REPORTS_MAX];
static struct report *report;		/* of the suite that runs */
static bool lost;			/* there was no memory for a line */

static bool report_grow(void)
{
	void *more = kvmalloc(report->room + REPORT_STEP, GFP_KERNEL);

	if (!more)
		return false;
	memcpy(more, report->blob.data, report->blob.size);
	kvfree(report->blob.data);
	report->blob.data = more;
	report->room += REPORT_STEP;
	return true;
}

/**
 * kunit_alone_say() - add to the report of the suite that runs
 * @format: as for printf(), a line or more with their ends.
 */
void kunit_alone_say(const char *format, ...)
{
	char line[LINE_MAX];
	va_list args;
	size_t length;

	va_start(args, format);
	length = vscnprintf(line, sizeof(line), format, args);
	va_end(args);
	if (report->blob.size + length > report->room && !report_grow()) {
		lost = true;
		return;
	}
	memcpy(report->blob.data + report->blob.size, line, length);
	report->blob.size += length;
}

/**
 * kunit_kzalloc() - memory that is freed when the test has run
 * @test: the test.
 * @bytes: how much.
 * @gfp: how to get it.
 *
 * Return: the memory, zeroed; NULL when there is none.
 */
void *kunit_kzalloc(struct kunit *test, size_t bytes, gfp_t gfp)
{
	void *memory = test->nr_kept < KUNIT_KEPT_MAX ? kzalloc(bytes, gfp) : NULL;

	if (memory)
		test->kept[test->nr_kept++] = memory;
	return memory;
}

static const char *verdict(bool good)
{
	return good ? "ok" : "not ok";
}

/* Returns whether it passed. */
static bool run_row(const struct kunit_case *c, const void *param, unsigned int number,
		    const char *text)
{
	struct kunit test = { .param_value = param, .case_name = c->name };

	c->run_case(&test);
	while (test.nr_kept)
		kfree(test.kept[--test.nr_kept]);
	kunit_alone_say("        %s %u %s\n", verdict(!test.failed), number, text);
	cond_resched();
	return !test.failed;
}

/* Returns how many rows failed. */
static unsigned int run_case(const struct kunit_case *c, unsigned int number, unsigned int *rows)
{
	char text[KUNIT_PARAM_DESC_SIZE] = "";
	unsigned int nr = 0, failed = 0;
	const void *param = NULL;

	kunit_alone_say("        KTAP version 1\n        # Subtest: %s\n", c->name);
	while ((param = c->generate_params(param, text)))
		failed += !run_row(c, param, ++nr, text);
	kunit_alone_say("    %s %u %s\n", verdict(!failed), number, c->name);
	*rows += nr;
	return failed;
}

static void run_suite(struct kunit_suite *suite, unsigned int number)
{
	unsigned int cases = 0, rows = 0, failed = 0;
	int ret = suite->suite_init ? suite->suite_init(suite) : 0;

	kunit_alone_say("KTAP version 1\n    # Subtest: %s\n", suite->name);
	if (ret)
		kunit_alone_say("    # %s: its preparation failed: %d\n", suite->name, ret);
	else
		for (const struct kunit_case *c = suite->test_cases; c->run_case; c++)
			failed += run_case(c, ++cases, &rows);
	/* As KUnit has it: what could not begin has no end. */
	if (suite->suite_exit && !ret)
		suite->suite_exit(suite);
	kunit_alone_say("# Totals: pass:%u fail:%u skip:0 total:%u\n", rows - failed, failed, rows);
	kunit_alone_say("%s %u %s\n", verdict(!ret && !failed && !lost), number, suite->name);
}

static void __exit kunit_alone_exit(void)
{
	debugfs_remove_recursive(folder);
	for (unsigned int i = 0; i < REPORTS_MAX; i++)
		kvfree(reports[i].blob.data);
}

static int __init kunit_alone_init(void)
{
	unsigned int number = 0;
	struct dentry *dir;

	if (kunit_alone_last - kunit_alone_first - 1 > REPORTS_MAX)
		return -E2BIG;
	folder = debugfs_create_dir("kunit", NULL);
	for (struct kunit_suite **s = kunit_alone_first + 1; s < kunit_alone_last; s++) {
		/* A gap: the compiler aligns arrays as it likes. */
		if (!*s)
			continue;
		report = &reports[number++];
		run_suite(*s, number);
		dir = debugfs_create_dir((*s)->name, folder);
		debugfs_create_blob("results", 0400, dir, &report->blob);
	}
	return 0;
}

module_init(kunit_alone_init);
module_exit(kunit_alone_exit);
