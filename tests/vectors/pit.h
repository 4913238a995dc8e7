/* SPDX-License-Identifier: GPL-2.0 */
/* The 8254: a row is a list of steps against a fresh one, powered up and first written to at 0. */
#ifndef VMH_VECTORS_PIT_H
#define VMH_VECTORS_PIT_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <pit.h>

#define PIT_MAX_STEPS	20

struct pit_run {
	struct pit p;
	struct kvm_pit_state2 state;
	u64 now;
	unsigned int step;
	char *why;
	size_t why_len;
};

struct pit_step {
	bool (*run)(struct pit_run *r, const struct pit_step *s);
	u64 a;
	u64 b;
	int c;
};

struct pit_case {
	const char *name;
	struct pit_step steps[PIT_MAX_STEPS];
};

static inline bool pit_expect(struct pit_run *r, const char *what, u64 got, u64 want)
{
	if (got == want)
		return true;
	snprintf(r->why, r->why_len, "step %u: %s is %#llx, want %#llx", r->step, what,
		 (unsigned long long)got, (unsigned long long)want);
	return false;
}

static inline bool pit_do_at(struct pit_run *r, const struct pit_step *s)
{
	r->now = s->a;
	return true;
}

static inline bool pit_do_write(struct pit_run *r, const struct pit_step *s)
{
	return pit_expect(r, "error", pit_port_write(&r->p, s->a, s->b, r->now), s->c);
}

static inline bool pit_do_read(struct pit_run *r, const struct pit_step *s)
{
	u8 val = 0;

	return pit_expect(r, "error", pit_port_read(&r->p, s->a, r->now, &val), s->c) &&
	       pit_expect(r, "port", val, s->b);
}

/* Port 0x61 without the refresh bit. */
static inline bool pit_do_speaker(struct pit_run *r, const struct pit_step *s)
{
	u8 val = 0;

	pit_port_read(&r->p, PIT_PORT_SPEAKER, r->now, &val);
	return pit_expect(r, "port 0x61", val & ~0x10, s->a);
}

/* A count of two bytes, to a channel that expects both. */
static inline bool pit_do_load(struct pit_run *r, const struct pit_step *s)
{
	pit_port_write(&r->p, 0x40 + s->a, s->b & 0xff, r->now);
	pit_port_write(&r->p, 0x40 + s->a, s->b >> 8, r->now);
	return true;
}

/* Latches the count of such a channel, and reads it. */
static inline bool pit_do_count(struct pit_run *r, const struct pit_step *s)
{
	u8 low = 0, high = 0;

	pit_port_write(&r->p, 0x43, s->a << 6, r->now);
	pit_port_read(&r->p, 0x40 + s->a, r->now, &low);
	pit_port_read(&r->p, 0x40 + s->a, r->now, &high);
	return pit_expect(r, "count", low | high << 8, s->b);
}

/* Latches the status, and reads it. */
static inline bool pit_do_status(struct pit_run *r, const struct pit_step *s)
{
	u8 status = 0;

	pit_port_write(&r->p, 0x43, 0xe0 | 2 << s->a, r->now);
	pit_port_read(&r->p, 0x40 + s->a, r->now, &status);
	return pit_expect(r, "status", status, s->b);
}

static inline bool pit_do_next(struct pit_run *r, const struct pit_step *s)
{
	return pit_expect(r, "next tick", pit_next_tick(&r->p, r->now), s->a);
}

static inline bool pit_do_ticks(struct pit_run *r, const struct pit_step *s)
{
	return pit_expect(r, "ticks", pit_ticks_between(&r->p, s->a, r->now), s->b);
}

static inline bool pit_do_floor(struct pit_run *r, const struct pit_step *s)
{
	pit_set_timer_floor(&r->p, s->a);
	return true;
}

/* Time by the clock, and by when so many ticks have passed since 0. */
#define TICK(n)			(((n) * 1000000000ull + PIT_HZ - 1) / PIT_HZ)
#define T_AT(n)			{ pit_do_at, TICK(n) }
#define T_BEFORE(n)		{ pit_do_at, TICK(n) - 1 }
#define T_NS(ns)		{ pit_do_at, ns }
#define T_OUT(port, val)	{ pit_do_write, port, val }
#define T_IN(port, want)	{ pit_do_read, port, want }
#define T_OUTX(port)		{ pit_do_write, port, 0, -ENODEV }
#define T_INX(port)		{ pit_do_read, port, 0, -ENODEV }
#define T_SPEAKER(want)		{ pit_do_speaker, want }
/* A control word for two bytes, and one for less. */
#define T_MODE(ch, mode)	{ pit_do_write, 0x43, (ch) << 6 | 0x30 | (mode) << 1 }
#define T_MODE_BCD(ch, mode)	{ pit_do_write, 0x43, (ch) << 6 | 0x30 | (mode) << 1 | 1 }
#define T_MODE_LSB(ch, mode)	{ pit_do_write, 0x43, (ch) << 6 | 0x10 | (mode) << 1 }
#define T_MODE_MSB(ch, mode)	{ pit_do_write, 0x43, (ch) << 6 | 0x20 | (mode) << 1 }
#define T_LOAD(ch, count)	{ pit_do_load, ch, count }
#define T_COUNT(ch, want)	{ pit_do_count, ch, want }
#define T_STATUS(ch, want)	{ pit_do_status, ch, want }
#define T_NEXT(n)		{ pit_do_next, TICK(n) }
#define T_NEXT_NS(ns)		{ pit_do_next, ns }
#define T_NEVER()		{ pit_do_next, U64_MAX }
#define T_TICKS(since, want)	{ pit_do_ticks, since, want }
#define T_FLOOR(ns)		{ pit_do_floor, ns }

/* State: get, compare or edit a field of a channel, edit the flags, set. */
static inline bool pit_do_save(struct pit_run *r, const struct pit_step *s)
{
	pit_get_state(&r->p, &r->state);
	return pit_expect(r, "flags", r->state.flags, s->a);
}

static inline bool pit_do_set(struct pit_run *r, const struct pit_step *s)
{
	return pit_expect(r, "error", pit_set_state(&r->p, r->now, &r->state), s->c);
}

static inline u8 *pit_field(struct pit_run *r, u64 where)
{
	return (u8 *)&r->state.channels[where >> 8] + (where & 0xff);
}

static inline bool pit_do_field(struct pit_run *r, const struct pit_step *s)
{
	return pit_expect(r, "field of the state", *pit_field(r, s->a), s->b);
}

static inline bool pit_do_edit(struct pit_run *r, const struct pit_step *s)
{
	*pit_field(r, s->a) = s->b;
	return true;
}

static inline bool pit_do_saved_count(struct pit_run *r, const struct pit_step *s)
{
	return pit_expect(r, "count in the state", r->state.channels[s->a].count, s->b);
}

static inline bool pit_do_edit_count(struct pit_run *r, const struct pit_step *s)
{
	r->state.channels[s->a].count = s->b;
	return true;
}

static inline bool pit_do_edit_flags(struct pit_run *r, const struct pit_step *s)
{
	r->state.flags = s->a;
	r->state.reserved[8] = s->b;
	return true;
}

static inline bool pit_do_init(struct pit_run *r, const struct pit_step *s)
{
	(void)s;
	pit_init(&r->p, r->now);
	return true;
}

#define T_FIELD(ch, field)	((ch) << 8 | offsetof(struct kvm_pit_channel_state, field))
#define T_SAVE(flags)		{ pit_do_save, flags }
#define T_SET()			{ pit_do_set }
#define T_SETX()		{ pit_do_set, 0, 0, -EINVAL }
#define T_STATE(ch, field, want) { pit_do_field, T_FIELD(ch, field), want }
#define T_EDIT(ch, field, val)	{ pit_do_edit, T_FIELD(ch, field), val }
#define T_SAVED_COUNT(ch, want)	{ pit_do_saved_count, ch, want }
#define T_EDIT_COUNT(ch, val)	{ pit_do_edit_count, ch, val }
#define T_EDIT_FLAGS(flags, reserved) { pit_do_edit_flags, flags, reserved }
#define T_INIT()		{ pit_do_init }

static const struct pit_case pit_cases[] = {
#include "pit_rows.h"
};

static inline bool pit_case_ok(const struct pit_case *c, char *why, size_t why_len)
{
	struct pit_run r;

	memset(&r, 0, sizeof(r));
	r.why = why;
	r.why_len = why_len;
	pit_init(&r.p, 0);
	for (r.step = 0; r.step < PIT_MAX_STEPS && c->steps[r.step].run; r.step++)
		if (!c->steps[r.step].run(&r, &c->steps[r.step]))
			return false;
	return true;
}

#endif /* VMH_VECTORS_PIT_H */
