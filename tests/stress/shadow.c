// SPDX-License-Identifier: GPL-2.0
/*
 * Is there an order of the calls in which the shadow answers as the VM did? Calls are taken as they
 * begin and end; what is kept is every state that the VM can be in by then, together with which of
 * the calls under way have taken effect in it. When a call has ended, only states are left in which
 * it has. If none is, some answer was wrong.
 */
#include <errno.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "shadow.h"

#define SHADOWS_MAX	4096
#define HASH_SIZE	(4 * SHADOWS_MAX)

/**
 * struct set - shadows, each once
 * @nr: how many.
 * @shadows: they.
 * @fresh: those from which nothing has been derived yet.
 * @hash: where a shadow is, plus 1.
 */
struct set {
	unsigned int nr;
	struct shadow shadows[SHADOWS_MAX];
	bool fresh[SHADOWS_MAX];
	uint16_t hash[HASH_SIZE];
};

/**
 * struct check - the check of a VM
 * @world: the VM.
 * @records: its records, sorted by when they began; what was found out about them is added.
 * @nr: how many.
 * @open: calls under way, by their bit; NULL where there is none.
 * @now: what the VM can be.
 * @next: what it can be after one more call.
 * @sets: the two.
 */
struct check {
	const struct world *world;
	struct record records[MAX_RECORDS];
	unsigned int nr;
	const struct record *open[OPEN_MAX];
	struct set *now, *next, sets[2];
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
	for (unsigned int i = 0; i < check->now->nr && i < 8; i++) {
		const struct shadow *shadow = &check->now->shadows[i];

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

static unsigned int hash_of(const struct shadow *shadow)
{
	uint64_t key[2];

	_Static_assert(offsetof(struct shadow, before) == sizeof(key), "all but before");
	memcpy(key, shadow, sizeof(key));
	key[0] = (key[0] ^ key[1] * 0x9e3779b97f4a7c15ULL) * 0xbf58476d1ce4e5b9ULL;
	return (key[0] >> 40) % HASH_SIZE;
}

/* Where in set.hash it is, or would be. */
static unsigned int find(const struct set *set, const struct shadow *shadow)
{
	unsigned int place = hash_of(shadow);

	while (set->hash[place] && memcmp(&set->shadows[set->hash[place] - 1], shadow,
					  offsetof(struct shadow, before)))
		place = (place + 1) % HASH_SIZE;
	return place;
}

/* In the reverse order, so that nobody is behind a place that is empty already. */
static void set_clear(struct set *set)
{
	while (set->nr) {
		set->hash[find(set, &set->shadows[set->nr - 1])] = 0;
		set->nr--;
	}
}

/* One that is there already may get there from other states. */
static void set_add(struct set *set, const struct shadow *shadow)
{
	unsigned int place = find(set, shadow);
	struct shadow *there;

	if (!set->hash[place]) {
		if (set->nr == SHADOWS_MAX)
			FAIL("too many states are possible");
		set->fresh[set->nr] = true;
		set->shadows[set->nr] = *shadow;
		set->hash[place] = ++set->nr;
		return;
	}
	there = &set->shadows[set->hash[place] - 1];
	for (unsigned int i = 0; i < OPEN_MAX; i++) {
		if (shadow->before[i] & ~there->before[i])
			set->fresh[set->hash[place] - 1] = true;
		there->before[i] |= shadow->before[i];
	}
}

static void begin(struct check *check, const struct record *record)
{
	unsigned int place = 0;
	struct set *was;

	while (check->open[place])
		if (++place == OPEN_MAX)
			FAIL("more calls are under way than there are threads");
	check->open[place] = record;
	set_clear(check->next);
	for (unsigned int i = 0; i < check->now->nr; i++) {
		struct shadow shadow = check->now->shadows[i];

		settle(check, &shadow);
		set_add(check->next, &shadow);
	}
	was = check->now;
	check->now = check->next;
	check->next = was;
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
		set_add(check->next, &next);
	}
}

/* All that the VM can be when the call has taken effect, in check.next, which grows meanwhile. */
static void spread_all(struct check *check, unsigned int place)
{
	struct set *next = check->next;
	bool again = true;

	set_clear(next);
	for (unsigned int i = 0; i < check->now->nr; i++)
		set_add(next, &check->now->shadows[i]);
	while (again) {
		again = false;
		for (unsigned int i = 0; i < next->nr; i++) {
			const struct shadow from = next->shadows[i];

			if (!next->fresh[i] || from.done & 1 << place)
				continue;
			next->fresh[i] = false;
			spread(check, &from);
			again = true;
		}
	}
}

/* Counts only if there is no doubt in which state the event met the VM. */
static void count_cell(const struct record *record, uint8_t before)
{
	uint32_t event = record->arg < NO_EVENT ? record->arg : NO_EVENT;

	if (record->op != OP_SET_STATE || record->error == ENOTTY || before & (before - 1))
		return;
	atomic_fetch_add(&cells[__builtin_ctz(before)][event], 1);
}

static void end(struct check *check, const struct record *record)
{
	unsigned int place = 0, kept = 0;
	uint8_t before = 0;

	while (check->open[place] != record)
		place++;
	spread_all(check, place);
	for (unsigned int i = 0; i < check->next->nr; i++)
		kept += check->next->shadows[i].done >> place & 1;
	if (!kept)
		violated(check, record, "no state of the VM allows this");
	set_clear(check->now);
	for (unsigned int i = 0; i < check->next->nr; i++) {
		struct shadow shadow = check->next->shadows[i];

		if (!(shadow.done & 1 << place))
			continue;
		shadow.done &= ~(1 << place);
		shadow.admitted &= ~(1 << place);
		before |= shadow.before[place];
		shadow.before[place] = 0;
		set_add(check->now, &shadow);
	}
	check->open[place] = NULL;
	count_cell(record, before);
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
	check->now = &check->sets[0];
	check->next = &check->sets[1];
	check->nr = world->nr < MAX_RECORDS ? world->nr : MAX_RECORDS;
	memcpy(check->records, world->records, check->nr * sizeof(check->records[0]));
	for (unsigned int i = 0; i < check->nr; i++)
		relate(check, &check->records[i]);
	check_usage(check);
	set_add(check->now, &(struct shadow){ });
	follow(check);
	atomic_fetch_add(&transitions, check->now->shadows[0].generation);
	atomic_fetch_add(&checked, check->nr);
	free(check);
}
