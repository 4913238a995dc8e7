// SPDX-License-Identifier: GPL-2.0
/*
 * fault-test [--plain] [NAME...]: make every step of the calls fail, all calls or those with a NAME
 * in it; or with --plain none, which needs no special kernel.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

#define TIMEOUT_SECONDS	600

const char *device_path = VMH_DEVICE_PATH;
bool on_kvm;
struct results *results;
static unsigned int number, failures;

void say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	fflush(stdout);
}

void fail(const char *file, int line, const char *format, ...)
{
	va_list args;

	printf("# %s:%d: ", strrchr(file, '/') ? strrchr(file, '/') + 1 : file, line);
	va_start(args, format);
	vprintf(format, args);
	va_end(args);
	say("\n");
	_exit(1);
}

/* A process of its own for each: what it leaves behind goes with it. */
static bool run_child(void (*run)(const struct scenario *scenario),
		      const struct scenario *scenario)
{
	pid_t child = fork();
	int status;

	if (child == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		alarm(TIMEOUT_SECONDS);
		run(scenario);
		_exit(0);
	}
	if (child < 0 || waitpid(child, &status, 0) != child) {
		perror("fault-test");
		exit(2);
	}
	if (WIFSIGNALED(status))
		say("# ended by signal %d\n", WTERMSIG(status));
	return WIFEXITED(status) && !WEXITSTATUS(status);
}

static double cpu_seconds(void)
{
	struct rusage usage;

	getrusage(RUSAGE_CHILDREN, &usage);
	return usage.ru_stime.tv_sec + usage.ru_utime.tv_sec +
	       (usage.ru_stime.tv_usec + usage.ru_utime.tv_usec) / 1e6;
}

static void report(bool good, const char *name, const char *how, unsigned int nr)
{
	static double before;
	double now = cpu_seconds();

	say("%s %u - fault %s: %s (%u) in %.0f s\n", good ? "ok" : "not ok", ++number, name, how,
	    nr, now - before);
	before = now;
	failures += !good;
}

static bool selected(const char *name, int nr, char **names)
{
	for (int i = 0; i < nr; i++)
		if (strstr(name, names[i]))
			return true;
	return !nr;
}

static void run_all(const struct scenario *scenarios, int nr, char **names)
{
	for (const struct scenario *s = scenarios; s->name; s++) {
		unsigned int before = results->steps;
		bool good;

		if (!selected(s->name, nr, names))
			continue;
		good = run_child(fail_points, s);
		points_off();
		report(good, s->name, "each step fails", results->steps - before);
		before = results->allocations;
		good = run_child(fail_allocations, s);
		report(good, s->name, "each allocation fails", results->allocations - before);
	}
}

/* Failures that no call of a scenario meets. */
static void run_alone(const char *name, void (*run)(const struct scenario *none), int nr,
		      char **names)
{
	unsigned int before = results->steps;
	bool good;

	if (!selected(name, nr, names))
		return;
	good = run_child(run, NULL);
	report(good, name, "each step fails", results->steps - before);
}

/* Without failures, on any kernel: what is to fail has to work. */
static void succeed(const struct scenario *scenario)
{
	struct vm vm;
	long ret;

	scenario_start(scenario, &vm);
	ret = scenario->act(&vm);
	if (ret < 0)
		FAIL("%s", strerror(-ret));
	scenario_end(scenario, &vm);
}

static void run_plain(const struct scenario *scenarios, int nr, char **names)
{
	for (const struct scenario *s = scenarios; s->name; s++)
		if (selected(s->name, nr, names))
			report(run_child(succeed, s), s->name, "without failures", 0);
}

/* Every point of the module has been hit by some scenario. */
static void report_points(void)
{
	struct point points[POINTS_MAX];
	unsigned int nr = points_read(points), hit = 0;

	for (unsigned int i = 0; i < nr; i++) {
		hit += results->hit[i];
		if (!results->hit[i])
			say("# never hit: %s\n", points[i].name);
	}
	say("# injection points: %u exist, %u hit; %u failures of steps\n", nr, hit,
	    results->steps);
	say("# allocations failed: %u, of which the kernel made up for %u\n",
	    results->allocations, results->tolerated);
	report(hit == nr, "every injection point was hit", "points", hit);
}

static void (*const run_how[])(const struct scenario *scenarios, int nr, char **names) = {
	run_all, run_plain,
};

int main(int argc, char **argv)
{
	bool plain = argc > 1 && !strcmp(argv[1], "--plain");
	int nr = argc - 1 - plain;
	char **names = argv + 1 + plain;

	results = mmap(NULL, sizeof(*results), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS,
		       -1, 0);
	if (results == MAP_FAILED) {
		perror("fault-test");
		return 2;
	}
	if (!plain) {
		run_alone("load the module", fail_loading, nr, names);
		run_alone("machine check", fail_machine, nr, names);
		run_alone("late call", fail_late_call, nr, names);
		run_alone("translation checker", fail_flushes, nr, names);
		flush_checker_off();
		run_alone("counters", fail_counters, nr, names);
		allocations_init();
	}
	run_how[plain](create_scenarios, nr, names);
	run_how[plain](run_scenarios, nr, names);
	run_how[plain](state_scenarios, nr, names);
	run_how[plain](event_scenarios, nr, names);
	if (!nr && !plain)
		report_points();
	say("1..%u\n", number);
	return failures || !number;
}
