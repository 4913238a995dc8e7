// SPDX-License-Identifier: GPL-2.0
/* What a call does to a VM and answers, in a given state. */
#include <errno.h>

#include "shadow.h"

#define NONE		VMH_STATE_NR

static enum vmh_state next_state(enum vmh_state state, uint32_t event)
{
	static const enum vmh_state table[VMH_STATE_NR][VMH_EVENT_NR] = {
		{ VMH_STATE_INITIALIZED, NONE, NONE, NONE, VMH_STATE_TERMINATED },
		{ NONE, VMH_STATE_RUNNING, NONE, NONE, VMH_STATE_TERMINATED },
		{ NONE, NONE, VMH_STATE_PAUSED, NONE, VMH_STATE_TERMINATED },
		{ NONE, NONE, NONE, VMH_STATE_RUNNING, VMH_STATE_TERMINATED },
		{ NONE, NONE, NONE, NONE, VMH_STATE_TERMINATED },
	};

	if (wrong == WRONG_TABLE && state == VMH_STATE_RUNNING && event == VMH_EVENT_PAUSE)
		return NONE;
	return table[state][event];
}

static uint64_t allowed_events(enum vmh_state state)
{
	uint64_t allowed = 0;

	for (uint32_t event = 0; event < VMH_EVENT_NR; event++)
		if (next_state(state, event) != NONE)
			allowed |= 1 << event;
	return allowed;
}

/* Is this the answer? Which refusal it was is known only when nobody else was refused by then. */
static bool answers(const struct record *record, int error, uint32_t code)
{
	return record->error == error && (!record->code || record->code == code);
}

static bool answers_expected(const struct record *record, int error, uint32_t code,
			     uint64_t expected)
{
	return answers(record, error, code) && (!record->code || record->expected == expected);
}

static void change(struct shadow *shadow, uint32_t event, enum vmh_state next, uint32_t reason)
{
	shadow->previous = shadow->state;
	shadow->state = next;
	shadow->last_event = event;
	shadow->reason = reason;
	shadow->generation += wrong == WRONG_GENERATION ? 2 : 1;
}

/* What INIT lacks, or 0. */
static uint32_t incomplete(const struct shadow *shadow)
{
	if (!shadow->slots)
		return wrong == WRONG_CODE ? VMH_E_STATE : VMH_E_NO_SLOT;
	return shadow->vcpus ? 0 : VMH_E_NO_VCPU;
}

static bool set_state(struct shadow *shadow, const struct record *record)
{
	enum vmh_state state = shadow->state, next;
	uint32_t event = record->arg;

	if (event >= VMH_EVENT_NR)
		return answers_expected(record, EINVAL, VMH_E_EVENT, VMH_EVENT_NR - 1);
	if (event == VMH_EVENT_TERMINATE && state == VMH_STATE_TERMINATED)
		return answers(record, 0, 0);
	if (event == VMH_EVENT_INIT && state == VMH_STATE_CREATED && incomplete(shadow))
		return answers(record, EBUSY, incomplete(shadow));
	next = next_state(state, event);
	if (next == NONE && state == VMH_STATE_TERMINATED)
		return answers_expected(record, ESTALE, VMH_E_TERMINATED, allowed_events(state));
	if (next == NONE)
		return answers_expected(record, EBUSY, VMH_E_STATE, allowed_events(state));
	change(shadow, event, next, VMH_REASON_USER);
	return answers(record, 0, 0);
}

static bool get_state(const struct shadow *shadow, const struct record *record)
{
	const struct vmh_state_info *info = &record->state;

	return answers(record, 0, 0) && info->state == shadow->state &&
	       info->previous == shadow->previous && info->generation == shadow->generation &&
	       info->last_event == shadow->last_event && info->reason == shadow->reason;
}

static bool create_vcpu(const struct world *world, struct shadow *shadow,
			const struct record *record)
{
	uint32_t id = record->arg;

	if (shadow->state == VMH_STATE_TERMINATED)
		return answers(record, ESTALE, VMH_E_TERMINATED);
	if (shadow->state != VMH_STATE_CREATED && !world->auto_start)
		return answers_expected(record, EBUSY, VMH_E_STATE, 1 << VMH_STATE_CREATED);
	if (id >= MAX_CPUS)
		return answers_expected(record, EINVAL, VMH_E_VCPU_ID, MAX_CPUS - 1);
	if (shadow->vcpus & 1 << id)
		return answers(record, EEXIST, VMH_E_VCPU_EXISTS);
	shadow->vcpus |= 1 << id;
	return answers(record, 0, 0);
}

static bool slot(struct shadow *shadow, const struct record *record)
{
	uint32_t bit = 1 << record->arg;

	if (shadow->state == VMH_STATE_TERMINATED)
		return answers(record, ESTALE, VMH_E_TERMINATED);
	if (record->op == OP_SLOT_REMOVE && !(shadow->slots & bit))
		return answers(record, EINVAL, VMH_E_SLOT_MISSING);
	if (record->op == OP_SLOT_REMOVE)
		shadow->slots &= ~bit;
	else
		shadow->slots |= bit;
	return answers(record, 0, 0);
}

/* A call that only a VM that has ended refuses. */
static bool alive(const struct shadow *shadow, const struct record *record)
{
	if (shadow->state == VMH_STATE_TERMINATED)
		return answers(record, ESTALE, VMH_E_TERMINATED);
	return answers(record, 0, 0);
}

static bool irq_line(const struct world *world, const struct shadow *shadow,
		     const struct record *record)
{
	if (shadow->state != VMH_STATE_TERMINATED && !world->irqchip)
		return answers(record, ENXIO, VMH_E_NO_IRQCHIP);
	return alive(shadow, record);
}

/* The first half of RUN: is it let in? Starts a VM that starts by itself. */
static bool admit_run(const struct world *world, struct shadow *shadow,
		      const struct record *record, uint16_t bit)
{
	const uint64_t runnable = 1 << VMH_STATE_RUNNING | 1 << VMH_STATE_PAUSED;

	if (shadow->state == VMH_STATE_TERMINATED)
		return answers(record, ESTALE, VMH_E_TERMINATED);
	if (shadow->state <= VMH_STATE_INITIALIZED) {
		if (!world->auto_start)
			return answers_expected(record, EBUSY, VMH_E_STATE, runnable);
		if (shadow->state == VMH_STATE_CREATED)
			change(shadow, VMH_EVENT_INIT, VMH_STATE_INITIALIZED,
			       VMH_REASON_FIRST_RUN);
		change(shadow, VMH_EVENT_START, VMH_STATE_RUNNING, VMH_REASON_FIRST_RUN);
	}
	shadow->admitted |= bit;
	shadow->done &= ~bit;
	return true;
}

static bool is_interrupted(const struct record *record)
{
	return record->error == EINTR && (record->signalled || record->immediate);
}

/* The second half: how it ends. */
static bool end_run(const struct world *world, const struct shadow *shadow,
		    const struct record *record)
{
	switch (shadow->state) {
	case VMH_STATE_TERMINATED:
		return answers(record, ESTALE, VMH_E_TERMINATED);
	case VMH_STATE_PAUSED:
		if (wrong == WRONG_RUN && !record->error)
			return true;
		return is_interrupted(record);
	default:
		if (wrong == WRONG_RUN && !record->error)
			return false;
		if (!record->error)
			return guests_may_exit(world, record->arg, record->exit_reason,
					       shadow->slots);
		return is_interrupted(record);
	}
}

static bool apply(const struct world *world, struct shadow *shadow, const struct record *record,
		  uint16_t bit)
{
	switch (record->op) {
	case OP_SET_STATE:
		return set_state(shadow, record);
	case OP_GET_STATE:
		return get_state(shadow, record);
	case OP_CREATE_VCPU:
		return create_vcpu(world, shadow, record);
	case OP_SLOT_ADD:
	case OP_SLOT_REMOVE:
		return slot(shadow, record);
	case OP_RUN:
		if (shadow->admitted & bit)
			return end_run(world, shadow, record);
		return admit_run(world, shadow, record, bit);
	case OP_GET_REGS:
		return alive(shadow, record);
	case OP_GET_USAGE:
		return answers(record, 0, 0);
	case OP_IRQ_LINE:
		return irq_line(world, shadow, record);
	default:
		shadow->closed |= 1 << record->fd;
		return true;
	}
}

/**
 * shadow_step() - let a call under way take effect
 * @world: the VM.
 * @shadow: what it is; changed.
 * @record: the call.
 * @place: its bit in shadow.done; it stays clear when a RUN was let in and has not ended.
 *
 * Return: whether the call could answer what it did.
 */
bool shadow_step(const struct world *world, struct shadow *shadow, const struct record *record,
		 unsigned int place)
{
	uint16_t bit = 1 << place;

	if (record->op == OP_SET_STATE)
		shadow->before[place] = 1 << shadow->state;
	shadow->done |= bit;
	/* A closed fd is one of /dev/null. */
	if (record->op != OP_CLOSE && !(shadow->admitted & bit) &&
	    (shadow->closed & 1 << record->fd))
		return record->error == ENOTTY;
	return apply(world, shadow, record, bit);
}
