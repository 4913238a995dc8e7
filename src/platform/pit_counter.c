// SPDX-License-Identifier: GPL-2.0
/*
 * One counter of the 8254: its count and output as functions of time. A tick is 1/1193182 s, and
 * ticks are always counted from the last load, so that no error builds up.
 *
 * Datasheet, "Mode Definitions". Two simplifications: a count takes effect with the write, not with
 * the tick after it; and one written in mode 3 waits for the end of the period, not of its half.
 */
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "pit_internal.h"

#define PIT_NS_PER_S	1000000000u

static u64 pit_ns_to_ticks(u64 ns)
{
	return mul_u64_u32_div(ns, PIT_HZ, PIT_NS_PER_S);
}

/* The first nanosecond by which that many ticks have passed. */
static u64 pit_ticks_to_ns(u64 ticks)
{
	const u64 ns = mul_u64_u32_div(ticks, PIT_NS_PER_S, PIT_HZ);

	return pit_ns_to_ticks(ns) < ticks ? ns + 1 : ns;
}

/* Ticks since the count was loaded; those under a stopped gate do not count. */
static u64 pit_elapsed(const struct pit_channel *c, u64 now)
{
	if (c->paused || now <= c->load_ns)
		return c->elapsed_ticks;
	return c->elapsed_ticks + pit_ns_to_ticks(now - c->load_ns);
}

/* When @ticks will have elapsed, given that they have not. */
static u64 pit_elapses_at(const struct pit_channel *c, u64 ticks)
{
	return c->load_ns + pit_ticks_to_ns(ticks - c->elapsed_ticks);
}

static u64 pit_in_period(const struct pit_channel *c, u64 now)
{
	u64 pos;

	div64_u64_rem(pit_elapsed(c, now), c->count, &pos);
	return pos;
}

static void pit_restart(struct pit_channel *c, u64 now)
{
	c->elapsed_ticks = 0;
	c->load_ns = now;
}

/*
 * A count that was waiting for the end of the period takes over, if that has come. Reads do this to
 * a copy: until the next write, pit_ticks_between() needs to know of both counts.
 */
static void pit_sync(struct pit_channel *c, u64 now)
{
	if (!c->next_count || !pit_mode_is_periodic(c->mode) || c->paused || now < c->next_ns)
		return;
	c->count = c->next_count;
	c->next_count = 0;
	pit_restart(c, c->next_ns);
}

static struct pit_channel pit_synced(const struct pit_channel *c, u64 now)
{
	struct pit_channel copy = *c;

	pit_sync(&copy, now);
	return copy;
}

/* A control word: nothing counts until a count is written. */
void pit_counter_program(struct pit_channel *c, u8 mode, bool bcd)
{
	c->mode = mode;
	c->bcd = bcd;
	c->count = 0;
	c->next_count = 0;
	c->elapsed_ticks = 0;
	c->triggered = false;
}

/* The first byte of two was written: in mode 0 that stops the counter, with its output low. */
void pit_counter_hold(struct pit_channel *c)
{
	if (c->mode == PIT_TERMINAL_COUNT)
		c->count = 0;
}

/* A count was written; 0 stands for the largest. */
void pit_counter_load(struct pit_channel *c, u32 count, u64 now)
{
	u64 periods;

	pit_sync(c, now);
	if (!count)
		count = c->bcd ? PIT_COUNT_MAX_BCD : PIT_COUNT_MAX;
	if (c->count && (pit_mode_is_periodic(c->mode) || c->triggered)) {
		c->next_count = count;
		if (!pit_mode_is_periodic(c->mode) || c->paused)
			return;
		periods = div64_u64(pit_elapsed(c, now), c->count) + 1;
		c->next_ns = pit_elapses_at(c, periods * c->count);
		return;
	}
	c->count = count;
	pit_restart(c, now);
	c->paused = !c->gate && !pit_mode_is_triggered(c->mode);
}

/* The trigger of modes 1 and 5, and of a period in modes 2 and 3. */
static void pit_trigger(struct pit_channel *c, u64 now)
{
	if (c->next_count) {
		c->count = c->next_count;
		c->next_count = 0;
	}
	c->triggered = c->count && pit_mode_is_triggered(c->mode);
	pit_restart(c, now);
}

/* A low gate stops the modes that it does not trigger; datasheet, "Gate Pin Operations". */
void pit_counter_set_gate(struct pit_channel *c, bool gate, u64 now)
{
	if (gate == c->gate)
		return;
	pit_sync(c, now);
	c->gate = gate;
	if (gate && (pit_mode_is_triggered(c->mode) || pit_mode_is_periodic(c->mode)))
		pit_trigger(c, now);
	if (pit_mode_is_triggered(c->mode))
		return;
	if (!gate)
		c->elapsed_ticks = pit_elapsed(c, now);
	c->load_ns = now;
	c->paused = !gate;
}

/* Mode 3 counts down by two, from an even number, once while the output is high and once low. */
static u32 pit_square_value(const struct pit_channel *c, u64 now)
{
	const u32 high_ticks = (c->count + 1) / 2;
	u32 pos = pit_in_period(c, now);

	if (pos >= high_ticks)
		pos -= high_ticks;
	return (c->count & ~1u) - 2 * pos;
}

static u32 pit_binary_value(const struct pit_channel *c, u64 now)
{
	const u32 wrap = c->bcd ? PIT_COUNT_MAX_BCD : PIT_COUNT_MAX;
	u64 past;

	if (!c->count)
		return 0;
	if (c->mode == PIT_SQUARE)
		return pit_square_value(c, now);
	if (c->mode == PIT_RATE)
		return c->count - (u32)pit_in_period(c, now);
	if (pit_mode_is_triggered(c->mode) && !c->triggered)
		return c->count;
	/* The others count on through 0 and wrap around. */
	div64_u64_rem(pit_elapsed(c, now), wrap, &past);
	return (c->count + wrap - (u32)past) % wrap;
}

/* What a read of the count sees. */
u16 pit_counter_value(const struct pit_channel *c, u64 now)
{
	const struct pit_channel copy = pit_synced(c, now);
	const u32 value = pit_binary_value(&copy, now);

	if (!c->bcd)
		return value;
	return value % 10 | (value / 10 % 10) << 4 | (value / 100 % 10) << 8 |
	       (value / 1000 % 10) << 12;
}

static bool pit_out(const struct pit_channel *c, u64 now)
{
	switch (c->mode) {
	case PIT_TERMINAL_COUNT:
		return c->count && pit_elapsed(c, now) >= c->count;
	case PIT_HARDWARE_ONESHOT:
		return !c->triggered || pit_elapsed(c, now) >= c->count;
	case PIT_RATE:
		return !c->count || c->paused || pit_in_period(c, now) + 1 != c->count;
	case PIT_SQUARE:
		return !c->count || c->paused || pit_in_period(c, now) < (c->count + 1) / 2;
	case PIT_SOFTWARE_STROBE:
		return !c->count || pit_elapsed(c, now) != c->count;
	default:
		return !c->triggered || pit_elapsed(c, now) != c->count;
	}
}

/* The output. */
bool pit_counter_out(const struct pit_channel *c, u64 now)
{
	const struct pit_channel copy = pit_synced(c, now);

	return pit_out(&copy, now);
}

/* Is there no count, or one that does not count yet? */
bool pit_counter_is_null(const struct pit_channel *c, u64 now)
{
	const struct pit_channel copy = pit_synced(c, now);

	return !copy.count || copy.next_count;
}

/* Ticks after the load at which the output of a counter that does not repeat rises; 0 if never. */
static u32 pit_single_rise(const struct pit_channel *c)
{
	if (!c->count || c->paused)
		return 0;
	if (c->mode == PIT_TERMINAL_COUNT)
		return c->count;
	return c->mode == PIT_SOFTWARE_STROBE ? c->count + 1 : 0;
}

/* A period of 1 is not allowed, and the output never falls. */
static bool pit_is_ticking(const struct pit_channel *c)
{
	return pit_mode_is_periodic(c->mode) && c->count > 1 && !c->paused;
}

/* The first rise after @now, at least @floor_ns after the one before if there is a choice. */
static u64 pit_next_rise(const struct pit_channel *c, u64 now, u64 floor_ns)
{
	const u64 elapsed = pit_elapsed(c, now);
	u64 step;

	if (!pit_is_ticking(c)) {
		const u32 rise = pit_single_rise(c);

		return elapsed < rise ? pit_elapses_at(c, rise) : U64_MAX;
	}
	step = c->count * (div64_u64(pit_ns_to_ticks(floor_ns), c->count) + 1);
	if (pit_ticks_to_ns(c->count) >= floor_ns)
		step = c->count;
	return pit_elapses_at(c, (div64_u64(elapsed, step) + 1) * step);
}

/* Rises in the time after @since and up to @now. */
static u64 pit_rises(const struct pit_channel *c, u64 since, u64 now)
{
	const u64 from = pit_elapsed(c, since), to = pit_elapsed(c, now);

	if (!pit_is_ticking(c))
		return from < pit_single_rise(c) && to >= pit_single_rise(c);
	return div64_u64(to, c->count) - div64_u64(from, c->count);
}

/**
 * pit_next_tick() - when channel 0 asks for an interrupt next
 * @p: the timer
 * @now: the time
 *
 * Return: the time of the first rise of its output after @now, or U64_MAX if there is none. In a
 * periodic mode that is faster than the floor, only some rises are returned: those on a grid that
 * is not.
 */
u64 pit_next_tick(const struct pit *p, u64 now)
{
	const struct pit_channel c = pit_synced(&p->channels[0], now);
	u64 next_ns;

	if (p->hpet_legacy)
		return U64_MAX;
	next_ns = pit_next_rise(&c, now, p->floor_ns);
	return c.next_count ? min(next_ns, c.next_ns) : next_ns;
}

/**
 * pit_ticks_between() - how often channel 0 asked for an interrupt
 * @p: the timer, not written to since @since
 * @since: a time
 * @now: the time
 *
 * Return: the number of rises of its output after @since and up to @now.
 */
u64 pit_ticks_between(const struct pit *p, u64 since, u64 now)
{
	struct pit_channel c = pit_synced(&p->channels[0], since);
	u64 before = 0;

	if (p->hpet_legacy || now <= since)
		return 0;
	if (c.next_count && now >= c.next_ns && pit_mode_is_periodic(c.mode)) {
		before = pit_rises(&c, since, c.next_ns);
		since = c.next_ns;
		pit_sync(&c, since);
	}
	return before + pit_rises(&c, since, now);
}

/**
 * pit_set_timer_floor() - bound how often channel 0 interrupts in a periodic mode
 * @p: the timer
 * @floor_ns: least distance of two ticks that pit_next_tick() returns
 */
void pit_set_timer_floor(struct pit *p, u64 floor_ns)
{
	p->floor_ns = floor_ns;
}
