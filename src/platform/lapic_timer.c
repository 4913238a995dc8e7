// SPDX-License-Identifier: GPL-2.0
/*
 * Local APIC: the timer. Nothing ticks: a running timer is its next deadline, and the current count
 * is computed from that. Intel SDM, "APIC Timer".
 */
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "lapic_internal.h"

#define LAPIC_TIMER_STOPPED	U64_MAX

/* Modes in which the counter counts; the fourth mode is reserved and does nothing. */
static bool lapic_timer_counts(const struct lapic_timer *t)
{
	return t->mode == LAPIC_TIMER_ONESHOT || t->mode == LAPIC_TIMER_PERIODIC;
}

/* Bits 3, 1 and 0 of the divide configuration: 0 divides by 2, 6 by 128, 7 by 1. */
static u32 lapic_timer_tick_ns(const struct lapic_timer *t, u32 config)
{
	const u32 code = (config & 3) | ((config & 8) >> 1);

	return t->bus_ns << ((code + 1) & 7);
}

/*
 * Distance of two interrupts in periodic mode: the period, or, if that is too short for the host,
 * the least multiple of it that is not. So ticks get lost, but those that remain are on the grid.
 */
static u64 lapic_timer_step_ns(const struct lapic_timer *t)
{
	if (t->period_ns >= t->floor_ns)
		return t->period_ns;
	return t->period_ns * div64_u64(t->floor_ns + t->period_ns - 1, t->period_ns);
}

/* The deadline has passed: on to the next, however many were missed. */
static void lapic_timer_advance(struct lapic_timer *t, u64 now)
{
	u64 step_ns;

	if (t->mode != LAPIC_TIMER_PERIODIC || !t->period_ns) {
		t->deadline_ns = LAPIC_TIMER_STOPPED;
		return;
	}
	step_ns = lapic_timer_step_ns(t);
	t->deadline_ns += step_ns * (div64_u64(now - t->deadline_ns, step_ns) + 1);
}

static bool lapic_timer_fire(struct lapic *l)
{
	const u32 entry = lapic_reg_read(l, LAPIC_REG_LVT_TIMER);

	return !l->timer.masked && lapic_accept(l, entry & LAPIC_LVT_VECTOR, false);
}

/*
 * Before a register of the timer changes: what was due happens under the old setting. The deadline
 * of a masked timer is not the caller's business, so it may be long past.
 */
static void lapic_timer_settle(struct lapic *l, u64 now)
{
	struct lapic_timer *t = &l->timer;

	if (!lapic_timer_counts(t) || now < t->deadline_ns)
		return;
	lapic_timer_advance(t, now);
	lapic_timer_fire(l);
}

/* Time to the end of the current period, 1 to a period, or 0 if the counter stands at 0. */
static u64 lapic_timer_remaining_ns(const struct lapic_timer *t, u64 now)
{
	u64 left_ns, late_ns;

	if (!lapic_timer_counts(t) || t->deadline_ns == LAPIC_TIMER_STOPPED)
		return 0;
	if (now < t->deadline_ns) {
		left_ns = t->deadline_ns - now;
		if (left_ns <= t->period_ns || !t->period_ns)
			return left_ns;
		div64_u64_rem(left_ns - 1, t->period_ns, &left_ns);
		return left_ns + 1;
	}
	if (t->mode == LAPIC_TIMER_ONESHOT || !t->period_ns)
		return 0;
	div64_u64_rem(now - t->deadline_ns, t->period_ns, &late_ns);
	return t->period_ns - late_ns;
}

static void lapic_timer_stop(struct lapic *l)
{
	l->timer.deadline_ns = LAPIC_TIMER_STOPPED;
	l->timer.tsc_deadline = 0;
	l->timer.period_ns = 0;
	lapic_reg_write(l, LAPIC_REG_TMICT, 0);
}

static void lapic_timer_start(struct lapic_timer *t, u64 now)
{
	if (!t->period_ns)
		t->deadline_ns = LAPIC_TIMER_STOPPED;
	else if (t->mode == LAPIC_TIMER_PERIODIC)
		t->deadline_ns = now + lapic_timer_step_ns(t);
	else
		t->deadline_ns = now + t->period_ns;
}

/* The initial-count register is written; in TSC-deadline mode to no effect. */
void lapic_timer_set_count(struct lapic *l, u32 count, u64 now)
{
	struct lapic_timer *t = &l->timer;

	if (!lapic_timer_counts(t)) {
		lapic_reg_write(l, LAPIC_REG_TMICT, 0);
		return;
	}
	lapic_timer_settle(l, now);
	lapic_reg_write(l, LAPIC_REG_TMICT, count);
	t->period_ns = (u64)count * t->tick_ns;
	lapic_timer_start(t, now);
}

/* The divide configuration is written: a running timer goes on from its count at the new rate. */
void lapic_timer_set_divide(struct lapic *l, u32 config, u64 now)
{
	struct lapic_timer *t = &l->timer;
	u32 count;

	lapic_reg_write(l, LAPIC_REG_TDCR, config);
	if (lapic_timer_tick_ns(t, config) == t->tick_ns)
		return;
	lapic_timer_settle(l, now);
	count = lapic_timer_count(l, now);
	t->tick_ns = lapic_timer_tick_ns(t, config);
	t->period_ns = (u64)lapic_reg_read(l, LAPIC_REG_TMICT) * t->tick_ns;
	if (count)
		t->deadline_ns = now + (u64)count * t->tick_ns;
}

/*
 * The LVT entry is written. A switch between counting and the TSC deadline disarms the timer. One
 * between one-shot and periodic does not, because software writes count and mode in either order.
 */
void lapic_timer_set_lvt(struct lapic *l, u32 entry, u64 now)
{
	struct lapic_timer *t = &l->timer;
	const u8 mode = (entry >> LAPIC_LVT_TIMER_SHIFT) & 3;

	lapic_timer_settle(l, now);
	lapic_reg_write(l, LAPIC_REG_LVT_TIMER, entry);
	t->masked = entry & LAPIC_LVT_MASKED;
	if (t->mode != mode && (t->mode > LAPIC_TIMER_PERIODIC || mode > LAPIC_TIMER_PERIODIC))
		lapic_timer_stop(l);
	t->mode = mode;
}

/* What the current-count register shows. */
u32 lapic_timer_count(const struct lapic *l, u64 now)
{
	const struct lapic_timer *t = &l->timer;

	return div64_u64(lapic_timer_remaining_ns(t, now) + t->tick_ns - 1, t->tick_ns);
}

/*
 * The registers in the page were restored, and the current count is @current_count: a one-shot
 * timer at 0 has expired. A TSC deadline survives, because it is not in the page.
 */
void lapic_timer_restore(struct lapic *l, u32 current_count, u64 now)
{
	const u32 entry = lapic_reg_read(l, LAPIC_REG_LVT_TIMER);
	struct lapic_timer *t = &l->timer;
	u32 count = lapic_reg_read(l, LAPIC_REG_TMICT);

	t->mode = (entry >> LAPIC_LVT_TIMER_SHIFT) & 3;
	t->masked = entry & LAPIC_LVT_MASKED;
	t->tick_ns = lapic_timer_tick_ns(t, lapic_reg_read(l, LAPIC_REG_TDCR));
	if (t->mode != LAPIC_TIMER_TSC_DEADLINE)
		t->tsc_deadline = 0;
	if (!lapic_timer_counts(t)) {
		lapic_reg_write(l, LAPIC_REG_TMICT, 0);
		count = 0;
	}
	t->period_ns = (u64)count * t->tick_ns;
	if (count && current_count)
		t->deadline_ns = now + (u64)min(count, current_count) * t->tick_ns;
	else if (t->mode == LAPIC_TIMER_PERIODIC)
		lapic_timer_start(t, now);
	else
		t->deadline_ns = LAPIC_TIMER_STOPPED;
}

/**
 * lapic_set_timer_floor() - bound how often a periodic timer interrupts
 * @l: the APIC
 * @floor_ns: least distance of two interrupts; from the next one on
 *
 * A guest with a shorter period gets interrupts at multiples of it.
 */
void lapic_set_timer_floor(struct lapic *l, u64 floor_ns)
{
	l->timer.floor_ns = floor_ns;
}

/**
 * lapic_set_bus_period() - how fast the counter counts at divide-by-1
 * @l: the APIC, before its first use; a reset has to follow
 * @bus_ns: 1 to LAPIC_BUS_PERIOD_MAX_NS
 */
void lapic_set_bus_period(struct lapic *l, u32 bus_ns)
{
	l->timer.bus_ns = bus_ns;
}

/**
 * lapic_timer_deadline() - when lapic_timer_expired() is to be called
 * @l: the APIC
 *
 * Return: the time of the next expiry in one-shot or periodic mode; U64_MAX if there is none that
 * could interrupt. In TSC-deadline mode see lapic_tsc_deadline().
 */
u64 lapic_timer_deadline(const struct lapic *l)
{
	if (l->timer.masked || !lapic_timer_counts(&l->timer))
		return LAPIC_TIMER_STOPPED;
	return l->timer.deadline_ns;
}

/**
 * lapic_timer_expired() - the deadline has come
 * @l: the APIC
 * @now: the time; in one-shot and periodic mode a call before the deadline does nothing
 *
 * In TSC-deadline mode the caller has compared the guest's TSC, and @now is not used. The timer is
 * disarmed, or in periodic mode set to its next deadline after @now.
 *
 * Return: true if an interrupt is now requested.
 */
bool lapic_timer_expired(struct lapic *l, u64 now)
{
	struct lapic_timer *t = &l->timer;

	if (lapic_timer_counts(t)) {
		if (now < t->deadline_ns || t->deadline_ns == LAPIC_TIMER_STOPPED)
			return false;
		lapic_timer_advance(t, now);
	} else {
		if (!t->tsc_deadline)
			return false;
		t->tsc_deadline = 0;
	}
	return lapic_timer_fire(l);
}

/**
 * lapic_set_tsc_deadline() - write IA32_TSC_DEADLINE
 * @l: the APIC
 * @tsc: guest TSC value at which to interrupt, 0 to disarm; ignored in the other timer modes
 */
void lapic_set_tsc_deadline(struct lapic *l, u64 tsc)
{
	if (l->timer.mode == LAPIC_TIMER_TSC_DEADLINE)
		l->timer.tsc_deadline = tsc;
}
