// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/pit.h"

TABLE_TEST(pit)

/* Where in a tick things happen, so far apart that no rounding of nanoseconds matters. */
#define RISE_NS		100	/* the gate rises */
#define WRITE_NS	200	/* a count is written */
#define FALL_NS		300	/* the gate falls */
#define LOOK_NS		500

/*
 * Channel 2 as the datasheet describes it, tick by tick: the counting element, its reload value and
 * its output, where the model under test computes everything from the time of the load.
 */
struct chip {
	u8 mode;
	bool bcd, gate, out, running, strobe;
	u32 count, next, element;
};

static u32 chip_wrap(const struct chip *c)
{
	return c->bcd ? 10000 : 65536;
}

static void chip_start_period(struct chip *c)
{
	if (c->next)
		c->count = c->next;
	c->next = 0;
	c->out = true;
	c->element = c->mode == 3 ? c->count & ~1u : c->count;
}

static void chip_program(struct chip *c, u8 mode, bool bcd)
{
	*c = (struct chip) { .mode = mode, .bcd = bcd, .gate = c->gate, .out = mode != 0 };
}

static void chip_load(struct chip *c, u32 count)
{
	if ((c->mode == 2 || c->mode == 3 || c->mode == 1 || c->mode == 5) && c->running) {
		c->next = count;
		return;
	}
	c->count = count;
	c->element = count;
	c->out = c->mode != 0;
	if (c->mode == 2 || c->mode == 3)
		chip_start_period(c);
	c->strobe = c->mode == 4;
	c->running = c->mode != 1 && c->mode != 5;
}

static void chip_set_gate(struct chip *c, bool gate)
{
	bool rises = gate && !c->gate;

	c->gate = gate;
	if (!c->count)
		return;
	if ((c->mode == 2 || c->mode == 3) && !gate)
		c->out = true;
	if (!rises || c->mode == 0 || c->mode == 4)
		return;
	chip_start_period(c);
	c->running = true;
	c->out = c->mode != 1;
	c->strobe = c->mode == 5;
}

static void chip_tick_square(struct chip *c)
{
	bool odd = c->count & 1;

	/* The odd tick of an odd count is spent at 0, with the output high. */
	if (c->out && odd && c->element) {
		c->element -= 2;
		return;
	}
	if (c->element)
		c->element -= 2;
	if (c->element)
		return;
	if (c->out) {
		c->out = false;
		c->element = c->count & ~1u;
	} else {
		chip_start_period(c);
	}
}

static void chip_tick(struct chip *c)
{
	bool free_running = c->mode == 1 || c->mode == 5;

	if (!c->running || (!c->gate && !free_running))
		return;
	if (c->mode == 3) {
		chip_tick_square(c);
		return;
	}
	c->element = (c->element + chip_wrap(c) - 1) % chip_wrap(c);
	switch (c->mode) {
	case 0:
	case 1:
		c->out |= !c->element;
		break;
	case 2:
		c->out = c->element != 1;
		if (!c->element)
			chip_start_period(c);
		break;
	default:
		c->out = c->element || !c->strobe;
		c->strobe &= c->element != 0;
	}
}

static u32 to_bcd(u32 n)
{
	return n % 10 | n / 10 % 10 << 4 | n / 100 % 10 << 8 | n / 1000 % 10 << 12;
}

static void compare(struct pit *p, const struct chip *c, u64 now)
{
	u8 status, low, high;
	u32 want = c->element % chip_wrap(c), got;

	if (c->bcd)
		want = to_bcd(want);
	pit_port_write(p, 0x43, 0xc8, now);
	pit_port_read(p, 0x42, now, &status);
	pit_port_read(p, 0x42, now, &low);
	pit_port_read(p, 0x42, now, &high);
	got = low | high << 8;
	ck_assert_msg((status >> 7) == c->out, "mode %u count %u: output %u, want %u", c->mode,
		      c->count, status >> 7, c->out);
	ck_assert_msg(c->count == 0 || got == want,
		      "mode %u count %u gate %u: reads %#x, want %#x", c->mode, c->count, c->gate,
		      got, want);
}

static void write_count(struct pit *p, struct chip *c, u64 now)
{
	u32 count = 2 + random() % 40;
	u32 written = c->bcd ? to_bcd(count) : count;

	pit_port_write(p, 0x42, written & 0xff, now);
	pit_port_write(p, 0x42, written >> 8, now);
	chip_load(c, count);
}

static void write_gate(struct pit *p, struct chip *c, bool gate, u64 now)
{
	pit_port_write(p, 0x61, gate, now);
	chip_set_gate(c, gate);
}

static void chip_event(struct pit *p, struct chip *c, u64 tick_ns)
{
	long event = random() % 100;

	if (event < 4)
		write_count(p, c, tick_ns + WRITE_NS);
	else if (event < 10)
		write_gate(p, c, true, tick_ns + RISE_NS);
	else if (event < 13)
		write_gate(p, c, false, tick_ns + FALL_NS);
}

/* Each mode against the chip, under random counts and gate changes. */
START_TEST(against_chip)
{
	struct chip c = {};
	struct pit p;
	u64 tick;
	int round;

	srandom(_i);
	for (round = 0; round < 60; round++) {
		bool bcd = random() % 4 == 0;

		pit_init(&p, 0);
		c.gate = random() % 2;
		pit_port_write(&p, 0x61, c.gate, 0);
		pit_port_write(&p, 0x43, 0xb0 | _i << 1 | bcd, 0);
		chip_program(&c, _i, bcd);
		write_count(&p, &c, RISE_NS);
		for (tick = 1; tick < 400; tick++) {
			chip_tick(&c);
			chip_event(&p, &c, TICK(tick));
			compare(&p, &c, TICK(tick) + LOOK_NS);
		}
	}
}
END_TEST

/* The deadlines that channel 0 announces, followed one by one, are its output's rises. */
START_TEST(deadlines_are_rises)
{
	u64 now = 0, next, since;
	struct pit p;
	int i, control;

	srandom(7);
	for (control = 0; control < 40; control++) {
		u32 count = 2 + random() % 5000;

		pit_init(&p, now);
		pit_set_timer_floor(&p, random() % 2 * 300000);
		pit_port_write(&p, 0x43, 0x34 | (random() % 2) << 1, now);
		pit_port_write(&p, 0x40, count & 0xff, now);
		pit_port_write(&p, 0x40, count >> 8, now);
		since = now;
		for (i = 1; i <= 200; i++) {
			next = pit_next_tick(&p, now);
			ck_assert_uint_gt(next, now);
			ck_assert_uint_ge(pit_ticks_between(&p, now, next), 1);
			if (TICK(count) >= p.floor_ns)
				ck_assert_uint_eq(pit_ticks_between(&p, now, next - 1), 0);
			else
				ck_assert(i == 1 || next - now + 1 >= p.floor_ns);
			now = next;
		}
		ck_assert_uint_eq(pit_ticks_between(&p, since, now),
				  (now - since) * PIT_HZ / 1000000000 / count);
		now += random() % 1000000;
	}
}
END_TEST

/* Whatever the guest writes: deadlines lie ahead, and the state can be taken over. */
START_TEST(any_writes)
{
	struct kvm_pit_state2 state;
	struct pit p, copy;
	u64 now = 0;
	u8 val;
	int i;

	srandom(8);
	pit_init(&p, 0);
	for (i = 0; i < 50000; i++) {
		u16 port = random() % 8 ? 0x40 + random() % 4 : 0x61;

		now += random() % 100000;
		if (random() % 2)
			pit_port_write(&p, port, random(), now);
		else
			pit_port_read(&p, port, now, &val);
		ck_assert(pit_next_tick(&p, now) > now);
		pit_get_state(&p, &state);
		pit_init(&copy, now);
		ck_assert(!pit_set_state(&copy, now, &state));
	}
}
END_TEST

Suite *pit_suite(void)
{
	Suite *suite = suite_create("pit");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, pit);
	tcase_add_loop_test(tcase, against_chip, 0, 6);
	tcase_add_test(tcase, deadlines_are_rises);
	tcase_add_test(tcase, any_writes);
	suite_add_tcase(suite, tcase);
	return suite;
}
