// SPDX-License-Identifier: GPL-2.0
/*
 * Runs the host tests: every suite that the Makefile found, or the one named on the command line.
 * Suites run in this process, so that a sanitiser's report ends the run at once; CK_FORK=yes runs
 * each test in its own.
 */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SUITE(stem) struct Suite *stem##_suite(void);
#include "suites.h"
#undef SUITE

struct suite_entry {
	const char *name;
	Suite *(*create)(void);
};

static const struct suite_entry suites[] = {
#define SUITE(stem) { #stem, stem##_suite },
#include "suites.h"
#undef SUITE
};

/*
 * In place of libcheck's own, which writes to a file for each assertion that holds, so that it can
 * tell where a test was that crashed. The sanitisers tell that, and models assert by the million.
 */
void __wrap__mark_point(const char *file, int line);
void __wrap__mark_point(const char *file, int line)
{
	(void)file;
	(void)line;
}

static SRunner *create_runner(const char *only)
{
	SRunner *runner = srunner_create(NULL);
	size_t i, added = 0;

	for (i = 0; i < sizeof(suites) / sizeof(suites[0]); i++) {
		if (only && strcmp(only, suites[i].name))
			continue;
		srunner_add_suite(runner, suites[i].create());
		added++;
	}
	if (added)
		return runner;
	srunner_free(runner);
	return NULL;
}

int main(int argc, char **argv)
{
	const char *only = argc > 1 ? argv[1] : NULL;
	SRunner *runner = create_runner(only);
	int run, failed;

	if (!runner) {
		fprintf(stderr, "host-tests: no suite named %s\n", only ? only : "(any)");
		return 2;
	}
	if (!getenv("CK_FORK"))
		srunner_set_fork_status(runner, CK_NOFORK);
	srunner_run_all(runner, CK_NORMAL);
	run = srunner_ntests_run(runner);
	failed = srunner_ntests_failed(runner);
	srunner_free(runner);
	printf("%d passed, %d failed\n", run - failed, failed);
	/* A leak report at exit would swallow it. */
	fflush(stdout);
	return failed || !run ? 1 : 0;
}
