// SPDX-License-Identifier: GPL-2.0
/* A scenario with the module's injection points: each that it reaches fails, each time it does. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"

/*
 * The same failure so often: what it loses adds up to more than processors hold back. What others
 * take meanwhile they do not take each time.
 */
#define REPEAT		4
#define LOST_MAX	3
#define LOST_ROUNDS	3

/*
 * Where the call does not end as its step did. A step whose failure the call survives says why.
 */
static const struct outcome {
	const char *point;
	const char *scenario;		/* in this one only, if set */
	int error;
	uint32_t code;
	const char *survives;
} outcomes[] = {
	{ "hw_differs", NULL, EOPNOTSUPP, VMH_E_UNUSABLE },
	{ "hw_vmxon", NULL, EOPNOTSUPP, VMH_E_UNUSABLE },
	{ "hw_lost", NULL, EOPNOTSUPP, VMH_E_UNUSABLE },
	{ "guest_read", "SET_SREGS with PAE paging", EINVAL, VMH_E_VALUE },
	{ "vcpu_vpid", .survives = "no VPID is left: the vCPU runs without" },
	{ "vcpu_late", .survives = "the call is late, and nothing has changed meanwhile" },
	{ "charge_some", .survives = "no room for neighbours or a huge page: one small page" },
	{ "fault_page_fast", .survives = "the page is looked up the slow way" },
	{ "guest_nofault", .survives = "an EOI is not offered in memory, or looked at later" },
	{ "counters", .survives = "perf wants something of a guest's turn: no call notices" },
	{ "fault_stale", .survives = "the page was taken away meanwhile: the fault starts over" },
};

static const struct {
	int error;
	uint32_t code;
} codes[] = {
	{ ENOMEM, VMH_E_NO_MEMORY }, { EFAULT, VMH_E_FAULT }, { EDQUOT, VMH_E_LIMIT_REACHED },
	{ EINVAL, VMH_E_VALUE }, { EMFILE, VMH_E_NO_FD },
};

static struct outcome outcome_of(const struct scenario *scenario, const struct point *point)
{
	struct outcome outcome = { point->name, NULL, point->error };

	for (size_t i = 0; i < ARRAY_SIZE(outcomes); i++)
		if (!strcmp(outcomes[i].point, point->name) &&
		    (!outcomes[i].scenario || !strcmp(outcomes[i].scenario, scenario->name)))
			return outcomes[i];
	for (size_t i = 0; i < ARRAY_SIZE(codes); i++)
		if (codes[i].error == point->error)
			outcome.code = codes[i].code;
	/* What fails is the guest's memory, not the call's argument. */
	if (!strncmp(point->name, "guest_", 6) || !strncmp(point->name, "fault_", 6))
		outcome.code = VMH_E_BAD_FETCH;
	return outcome;
}

static void check_record(const struct outcome *outcome, const char *what)
{
	struct vmh_error err;

	if (acted_unrecorded)
		return;
	err = last_error(acted_fd);
	if (err.error != (uint32_t)outcome->error || err.call != (uint32_t)acted_command)
		FAIL("%s: the record is of call %#x, errno %u", what, err.call, err.error);
	if (err.code != outcome->code)
		FAIL("%s: code %u, not %u: %s", what, err.code, outcome->code, err.text);
}

/* Say whether the step was made to fail. */
static bool act_once(const struct scenario *scenario, struct vm *vm, const struct point *point,
		     int nth, long *ret)
{
	struct point before[POINTS_MAX], after[POINTS_MAX];
	unsigned int nr = points_read(before);

	point_arm(point->name, nth);
	*ret = scenario->act(vm);
	points_off();
	points_read(after);
	for (unsigned int i = 0; i < nr; i++)
		if (!strcmp(after[i].name, point->name))
			return after[i].failed > before[i].failed;
	return false;
}

/*
 * Says whether the call came through: what it got before the step that failed may be kept for the
 * next attempt, which then needs less.
 */
static bool repeat(const struct scenario *scenario, struct vm *vm, const struct point *point,
		   int nth, const char *what)
{
	for (int i = 0; i < REPEAT; i++) {
		long ret;

		if (act_once(scenario, vm, point, nth, &ret)) {
			if (ret >= 0)
				FAIL("%s: failed, but not when made again", what);
			continue;
		}
		if (ret < 0)
			FAIL("%s: then without a failure: %s", what, strerror(-ret));
		return true;
	}
	return false;
}

/* The same failure again and again loses no kernel memory. Returns as repeat() does. */
static bool check_repeated(const struct scenario *scenario, struct vm *vm,
			   const struct point *point, int nth, const char *what)
{
	long lost = LOST_MAX + 1;

	for (int i = 0; i < LOST_ROUNDS && lost > LOST_MAX; i++) {
		long before = kernel_pages();

		if (repeat(scenario, vm, point, nth, what))
			return true;
		lost = kernel_pages() - before;
	}
	if (lost > LOST_MAX)
		FAIL("%s: %ld pages lost in %d failures", what, lost, REPEAT);
	return false;
}

static void check_failure(const struct scenario *scenario, struct vm *vm,
			  const struct point *point, int nth, long ret,
			  const struct snapshot *before)
{
	const struct outcome outcome = outcome_of(scenario, point);
	char what[80];

	snprintf(what, sizeof(what), "%s, %d. time", point->name, nth);
	if (outcome.survives) {
		if (ret < 0)
			FAIL("%s: %s; but: %s", what, outcome.survives, strerror(-ret));
		return;
	}
	if (ret >= 0)
		FAIL("%s: failed, and the call did not", what);
	if (ret != -outcome.error)
		FAIL("%s: %s, not %s", what, strerror(-ret), strerror(outcome.error));
	check_record(&outcome, what);
	snapshot_compare(scenario, vm, before, what);
	if (check_repeated(scenario, vm, point, nth, what))
		return;
	snapshot_compare(scenario, vm, before, what);
	ret = scenario->act(vm);
	if (ret < 0)
		FAIL("%s: then without a failure: %s", what, strerror(-ret));
}

/* One step's failure, from the VM's making to its end. Says whether it was reached. */
static bool fail_point(const struct scenario *scenario, unsigned int which, int nth)
{
	struct snapshot *before = malloc(sizeof(*before));
	struct point points[POINTS_MAX];
	struct vm vm;
	bool failed;
	long ret;

	CHECK(before);
	scenario_start(scenario, &vm);
	snapshot_take(scenario, &vm, before);
	points_read(points);
	failed = act_once(scenario, &vm, &points[which], nth, &ret);
	if (failed)
		check_failure(scenario, &vm, &points[which], nth, ret, before);
	else if (ret < 0)
		FAIL("without a failure: %s", strerror(-ret));
	scenario_end(scenario, &vm);
	free(before);
	return failed;
}

/* Each point, each time that the call reaches it. */
void fail_points(const struct scenario *scenario)
{
	struct point before[POINTS_MAX], after[POINTS_MAX];
	unsigned int nr, which;
	struct vm vm;
	long ret;
	int nth;

	scenario_start(scenario, &vm);
	points_read(before);
	ret = scenario->act(&vm);
	nr = points_read(after);
	if (ret < 0)
		FAIL("without a failure: %s", strerror(-ret));
	scenario_end(scenario, &vm);
	for (which = 0; which < nr; which++) {
		/* What is left out is flush.c's to find. */
		if (after[which].reached == before[which].reached || !after[which].error)
			continue;
		for (nth = 1; fail_point(scenario, which, nth); nth++)
			results->steps++;
		if (nth == 1)
			FAIL("%s was reached, but not again", after[which].name);
		results->hit[which] = true;
	}
}
