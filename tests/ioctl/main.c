// SPDX-License-Identifier: GPL-2.0
/*
 * ioctl-test [--device PATH] [--slow] [--calls N] [NAME...]: runs the tests, all or those whose
 * name contains a NAME, or with "NAME:" those of a suite; slow ones only when asked to. With N
 * random calls on each kind of fd.
 */
#include <getopt.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "test.h"

#define STATUS_SKIP	77
#define TIMEOUT_SECONDS	60
#define DEBUG_FACTOR	2	/* a kernel with all checks on is slower than its clock is faster */

static const struct suite *const suites[] = {
	&suite_call, &suite_config, &suite_slots, &suite_vcpus, &suite_state, &suite_run,
	&suite_regs, &suite_irq, &suite_memory, &suite_dirty, &suite_remap,
	&suite_userfault, &suite_usage, &suite_fds, &suite_host, &suite_power, &suite_race,
	&suite_clock, &suite_secret, &suite_limits, &suite_monitor, &suite_exact, &suite_outside,
	&suite_tables, &suite_poll, &suite_peek, &suite_rights, &suite_explain,
	&suite_bad_calls, &suite_events,
	&suite_debug, &suite_crowd, &suite_eventfd, &suite_io, &suite_tsc, &suite_msr, &suite_pv,
	&suite_paint, &suite_split, &suite_huge, &suite_age, &suite_long, &suite_fuzz,
	&suite_traced, &suite_halt, &suite_steal, &suite_pv_eoi, &suite_ended,
	&suite_string, &suite_string_port, &suite_apic, &suite_nmi, &suite_hlt,
	&suite_lazy, &suite_sregs,
};

const char *device_path = VMH_DEVICE_PATH;
bool on_kvm, on_debug_kernel;
unsigned int random_calls_nr = 12000, random_calls_seed = 0x5eed;
static bool slow_too;
static unsigned int number, failures;

/* Lines of one write each: several processes share standard output. */
static void print(const char *format, va_list args)
{
	char line[512];
	int length = vsnprintf(line, sizeof(line), format, args);

	if (length >= (int)sizeof(line))
		length = sizeof(line) - 1;
	if (write(STDOUT_FILENO, line, length) != length)
		_exit(2);
}

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	print(format, args);
	va_end(args);
}

void fail(const char *file, int line, const char *format, ...)
{
	char what[400];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof(what), format, args);
	va_end(args);
	say("# %s:%d: %s\n", strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line, what);
	_exit(1);
}

void skip(const char *why)
{
	say("# %s\n", why);
	_exit(STATUS_SKIP);
}

/* Below vmh there is KVM, and below that Bochs. */
static bool is_nested(void)
{
	return !strcmp(getenv("LAB_BACKEND") ?: "", "nested");
}

static void run_child(const struct test *test, unsigned int row)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	/* A group of its own, to be swept up as a whole. */
	setpgid(0, 0);
	alarm(TIMEOUT_SECONDS * (on_debug_kernel ? DEBUG_FACTOR : 1));
	if (test->steps && is_nested())
		skip("Bochs takes a single step for done when KVM enters a guest again");
	if (test->rows)
		test->run_row(row);
	else
		test->run();
	_exit(0);
}

static void report(const struct suite *suite, const struct test *test, unsigned int row, int status)
{
	bool skipped = WIFEXITED(status) && WEXITSTATUS(status) == STATUS_SKIP;
	bool good = skipped || (WIFEXITED(status) && !WEXITSTATUS(status));

	if (WIFSIGNALED(status))
		say("# ended by signal %d%s\n", WTERMSIG(status),
		    WTERMSIG(status) == SIGALRM ? ": took too long" : "");
	say("%s %u - ioctl %s: %s%s%s%s\n", good ? "ok" : "not ok", ++number, suite->name,
	    test->name, test->rows ? ": " : "", test->rows ? test->row_name(row) : "",
	    skipped ? " # SKIP" : "");
	failures += !good;
}

static void run(const struct suite *suite, const struct test *test, unsigned int row)
{
	int status;
	pid_t child = fork();

	if (child == 0)
		run_child(test, row);
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("ioctl-test");
		exit(2);
	}
	kill(-child, SIGKILL);
	report(suite, test, row, status);
}

/* "state:" is the suite of that name. */
static bool names_suite(const char *name, const struct suite *suite)
{
	size_t length = strlen(suite->name);

	return !strncmp(name, suite->name, length) && !strcmp(name + length, ":");
}

static bool selected(const struct suite *suite, const struct test *test, int nr, char **names)
{
	if ((on_kvm && !test->kvm) || (test->slow && !slow_too))
		return false;
	for (int i = 0; i < nr; i++)
		if (strstr(suite->name, names[i]) || strstr(test->name, names[i]) ||
		    names_suite(names[i], suite))
			return true;
	return !nr;
}

static void run_suite(const struct suite *suite, int nr, char **names)
{
	unsigned int before;

	for (const struct test *test = suite->tests; test->name; test++) {
		if (!selected(suite, test, nr, names))
			continue;
		before = failures;
		for (unsigned int row = 0; row < (test->rows ?: 1); row++)
			run(suite, test, row);
		if (test->counted)
			say("# %s: %u of %u\n", test->counted, test->rows - (failures - before),
			    test->rows);
	}
}

int main(int argc, char **argv)
{
	static const struct option options[] = {
		{ "device", required_argument, NULL, 'd' },
		{ "slow", no_argument, NULL, 's' },
		{ "calls", required_argument, NULL, 'c' },
		{ "seed", required_argument, NULL, 'r' },
		{ }
	};
	int option;

	while ((option = getopt_long(argc, argv, "", options, NULL)) != -1) {
		if (option == 'd')
			device_path = optarg;
		else if (option == 's')
			slow_too = true;
		else if (option == 'c')
			random_calls_nr = strtoul(optarg, NULL, 10);
		else if (option == 'r')
			random_calls_seed = strtoul(optarg, NULL, 10);
		else
			return 2;
	}
	on_kvm = strstr(device_path, "kvm");
	on_debug_kernel = !strcmp(getenv("LAB_KERNEL") ?: "", "debug");
	for (size_t i = 0; i < ARRAY_SIZE(suites); i++)
		run_suite(suites[i], argc - optind, argv + optind);
	say("1..%u\n", number);
	return failures || !number;
}
