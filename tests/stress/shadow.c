// SPDX-License-Identifier: GPL-2.0
/*
 * Is there an order of the calls in which the shadow answers as the VM did? Calls are taken as they
 * begin and end; what is kept is every state that the VM can be in by then, together with which of
 * the calls under way have taken effect in it. When a call has ended, only states are left in which
 * it has. If none is, some answer was wrong.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shadow.h"

#define SHADOWS_MAX	4096

/**
 * struct check - the check of a VM
 * @world: the VM.
 * @records: its records, sorted by when they began; what was found out about them is added.
 * @nr: how many.
 * @open: calls under way, by their bit; NULL where there is none.
 * @shadows: what the VM can be.
 * @nr_shadows: how many.
 */
struct check {
	const struct world *world;
	struct record records[MAX_RECORDS];
	unsigned int nr;
	const struct record *open[OPEN_MAX];
	struct shadow shadows[SHADOWS_MAX];
	unsigned int nr_shadows;
};

/* Where a call begins or ends. */
struct moment {
	uint64_t stamp;
	const struct record *record;
	bool is_end;
};

static const char *const op_names[OP_NR] = {
	"SET_STATE", "GET_STATE", "CREATE_VCPU", "SLOT_ADD", "SLOT_REMOVE", "RUN", "GET_REGS",
	"GET_USAGE", "IRQ_LINE", "CLOSE"
};

static void print_record(const struct record *record)
{
	printf("#   %llu..%llu %s %u on fd %u: errno %d code %u expected %#llx%s%s exit %u\n",
	       (unsigned long long)record->begin, (unsigned long long)record->end,
	       op_names[record->op], record->arg, record->fd, record->error, record->code,
	       (unsigned long long)record->expected, record->immediate ? " immediate" : "",
	       record->signalled ? " signalled" : "", record->exit_reason);
	if (record->op == OP_GET_STATE)
		printf("#     state %u previous %u generation %llu event %u reason %u\n",
		       record->state.state, record->state.previous,
		       (unsigned long long)record->state.generation, record->state.last_event,
		       record->state.reason);
}

static void __attribute__((noreturn)) violated(const struct check *check,
					       const struct record *record, const char *what)
{
	printf("# VM %u%s%s: %s\n", check->world->number,
	       check->world->auto_start ? " auto-start" : "",
	       check->world->irqchip ? " irqchip" : "", what);
	print_record(record);
	printf("# what was under way or had ended shortly before:\n");
	for (unsigned int i = 0; i < check->nr; i++)
		if (check->records[i].begin < record->end &&
		    check->records[i].end + 60 > record->begin)
			print_record(&check->records[i]);
	printf("# what the VM could have been before:\n");
	for (unsigned int i = 0; i < check->nr_shadows && i < 8; i++) {
		const struct shadow *shadow = &check->shadows[i];

		printf("#   state %u previous %u generation %u", shadow->state, shadow->previous,
		       shadow->generation);
		printf(" vcpus %#x slots %#x closed %#x done %#x\n", shadow->vcpus, shadow->slots,
		       shadow->closed, shadow->done);
	}
	fflush(stdout);
	FAIL("%s %u answered what no order of the calls explains", op_names[record->op],
	     record->arg);
}

static bool same_vm(const struct shadow *a, const struct shadow *b)
{
	return a->generation == b->generation && a->state == b->state &&
	       a->vcpus == b->vcpus && a->slots == b->slots && a->closed == b->closed;
}

static bool is_open(const struct check *check, const struct shadow *shadow, unsigned int place)
{
	return check->open[place] && !(shadow->done & 1 << place);
}

/*
 * Let everything take effect that leaves the VM as it is: that cannot be in the way of anything.
 * But not a slot that is there already: it may be what brings it back after it was removed. A RUN
 * that was refused is not let in.
 */
static void settle(const struct check *check, struct shadow *shadow)
{
	bool again = true;

	while (again) {
		again = false;
		for (unsigned int i = 0; i < OPEN_MAX; i++) {
			struct shadow next = *shadow;

			if (!is_open(check, shadow, i) || check->open[i]->op == OP_SLOT_ADD ||
			    !shadow_step(check->world, &next, check->open[i], i) ||
			    !same_vm(shadow, &next))
				continue;
			if (next.admitted != shadow->admitted && (check->open[i]->error == EBUSY ||
								  check->open[i]->error == ENOTTY))
				continue;
			*shadow = next;
			again = true;
		}
	}
}

static void add(struct check *check, const struct shadow *shadow)
{
	for (unsigned int i = 0; i < check->nr_shadows; i++)
		if (!memcmp(&check->shadows[i], shadow, sizeof(*shadow)))
			return;
	if (check->nr_shadows == SHADOWS_MAX)
		FAIL("too many states are possible");
	check->shadows[check->nr_shadows++] = *shadow;
}

static void begin(struct check *check, const struct record *record)
{
	unsigned int place = 0;

	while (check->open[place])
		if (++place == OPEN_MAX)
			FAIL("more calls are under way than there are threads");
	check->open[place] = record;
	for (unsigned int i = 0; i < check->nr_shadows; i++)
		settle(check, &check->shadows[i]);
}

/* Add what follows from a state when one more call takes effect. */
static void spread(struct check *check, const struct shadow *from)
{
	for (unsigned int i = 0; i < OPEN_MAX; i++) {
		struct shadow next = *from;

		if (!is_open(check, from, i) ||
		    !shadow_step(check->world, &next, check->open[i], i))
			continue;
		settle(check, &next);
		add(check, &next);
	}
}

static void count_cell(const struct check *check, const struct record *record, unsigned int place)
{
	uint32_t event = record->arg < NO_EVENT ? record->arg : NO_EVENT;

	if (record->op != OP_SET_STATE || record->error == ENOTTY)
		return;
	for (unsigned int i = 1; i < check->nr_shadows; i++)
		if (check->shadows[i].before[place] != check->shadows[0].before[place])
			return;
	atomic_fetch_add(&cells[check->shadows[0].before[place]][event], 1);
}

static void end(struct check *check, const struct record *record)
{
	static __thread struct shadow before[SHADOWS_MAX];
	unsigned int nr_before = check->nr_shadows, kept = 0, place = 0;

	memcpy(before, check->shadows, nr_before * sizeof(before[0]));
	while (check->open[place] != record)
		place++;
	/* The list grows meanwhile. */
	for (unsigned int i = 0; i < check->nr_shadows; i++) {
		const struct shadow from = check->shadows[i];

		if (!(from.done & 1 << place))
			spread(check, &from);
	}
	for (unsigned int i = 0; i < check->nr_shadows; i++)
		if (check->shadows[i].done & 1 << place)
			check->shadows[kept++] = check->shadows[i];
	if (!kept) {
		memcpy(check->shadows, before, nr_before * sizeof(before[0]));
		check->nr_shadows = nr_before;
		violated(check, record, "no state of the VM allows this");
	}
	check->nr_shadows = kept;
	count_cell(check, record, place);
	check->open[place] = NULL;
	check->nr_shadows = 0;
	for (unsigned int i = 0; i < kept; i++) {
		struct shadow shadow = check->shadows[i];

		shadow.done &= ~(1 << place);
		shadow.admitted &= ~(1 << place);
		shadow.before[place] = 0;
		add(check, &shadow);
	}
}

static bool is_recorded(const struct record *record)
{
	return record->error && record->error != EINTR && record->error != ENOTTY;
}

/* What follows from calls that ran at the same time on the same fd. */
static void relate(struct check *check, struct record *record)
{
	for (unsigned int i = 0; i < check->nr; i++) {
		const struct record *other = &check->records[i];

		if (other->fd != record->fd || other == record)
			continue;
		/* An error record may be the other's, and is overwritten while it is read. */
		if (record->code && is_recorded(other) &&
		    record->begin < other->end && other->begin < record->told)
			record->code = 0;
		/* A run page is shared. */
		if (record->op == OP_RUN && other->op == OP_RUN && other->sets_immediate &&
		    record->begin < other->told &&
		    other->begin < record->end)
			record->immediate = true;
	}
}

/* After TERMINATE has returned, all that it returns is zero. */
static void check_usage(const struct check *check)
{
	uint64_t terminated = UINT64_MAX;

	for (unsigned int i = 0; i < check->nr; i++) {
		const struct record *record = &check->records[i];

		if (record->op == OP_SET_STATE && record->arg == VMH_EVENT_TERMINATE &&
		    !record->error && record->end < terminated)
			terminated = record->end;
	}
	for (unsigned int i = 0; i < check->nr; i++) {
		const struct record *record = &check->records[i];

		if (record->op != OP_GET_USAGE || record->error || record->begin < terminated)
			continue;
		if (record->nonzero != (wrong == WRONG_USAGE))
			violated(check, record, "something is in use after TERMINATE");
	}
}

static int by_stamp(const void *a, const void *b)
{
	const struct moment *first = a, *second = b;

	return first->stamp < second->stamp ? -1 : 1;
}

static void follow(struct check *check)
{
	struct moment *moments = calloc(2 * check->nr, sizeof(*moments));

	if (!moments && check->nr)
		FAIL("no memory");
	for (unsigned int i = 0; i < check->nr; i++) {
		const struct record *record = &check->records[i];

		moments[2 * i] = (struct moment){ record->begin, record, false };
		moments[2 * i + 1] = (struct moment){ record->end, record, true };
	}
	qsort(moments, 2 * check->nr, sizeof(*moments), by_stamp);
	for (unsigned int i = 0; i < 2 * check->nr; i++) {
		if (moments[i].is_end)
			end(check, moments[i].record);
		else
			begin(check, moments[i].record);
	}
	free(moments);
}

/**
 * shadow_check() - are the answers of a VM that has gone explained by some order of the calls?
 * @world: the VM.
 */
void shadow_check(const struct world *world)
{
	struct check *check = calloc(1, sizeof(*check));

	if (!check)
		FAIL("no memory");
	check->world = world;
	check->nr = world->nr < MAX_RECORDS ? world->nr : MAX_RECORDS;
	memcpy(check->records, world->records, check->nr * sizeof(check->records[0]));
	for (unsigned int i = 0; i < check->nr; i++)
		relate(check, &check->records[i]);
	check_usage(check);
	check->nr_shadows = 1;
	follow(check);
	atomic_fetch_add(&transitions, check->shadows[0].generation);
	atomic_fetch_add(&checked, check->nr);
	free(check);
}
