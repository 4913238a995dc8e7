// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/lapic_timer.h"

TABLE_TEST(lapic_timer)

/* A counter that ticks, in steps of 1 ns. */
struct counter {
	u32 initial, count, tick_ns, phase_ns;
	bool periodic, interrupts;
};

static void counter_step(struct counter *c)
{
	if (!c->count || ++c->phase_ns < c->tick_ns)
		return;
	c->phase_ns = 0;
	if (--c->count)
		return;
	c->interrupts = true;
	if (c->periodic)
		c->count = c->initial;
}

static void counter_write(struct counter *c, struct lapic *l, u64 now)
{
	static const u8 divide[] = { 0xb, 0x0, 0x1, 0x2 };
	struct lapic_effect fx;
	u32 code;

	switch (random() % 3) {
	case 0:
		c->initial = random() % 50;
		c->count = c->initial;
		c->phase_ns = 0;
		lapic_mmio_write(l, LAPIC_REG_TMICT, c->initial, now, &fx);
		break;
	case 1:
		c->periodic = random() % 2;
		lapic_mmio_write(l, LAPIC_REG_LVT_TIMER, c->periodic ? LVTT_PERIODIC : LVTT_ONESHOT,
				 now, &fx);
		break;
	default:
		/* The rate changes at a tick only: between two, the models round differently. */
		if (c->phase_ns)
			break;
		code = random() % ARRAY_SIZE(divide);
		c->tick_ns = 1 << code;
		lapic_mmio_write(l, LAPIC_REG_TDCR, divide[code], now, &fx);
	}
}

/* The count at each nanosecond, and the nanoseconds of the interrupts. */
START_TEST(against_counter)
{
	struct counter c = { .tick_ns = 2 };
	static u32 page[1024];
	struct lapic_effect fx;
	struct lapic l;
	u32 count;
	u64 now;

	srandom(3);
	lapic_init(&l, page, 0, true);
	lapic_set_timer_floor(&l, 0);
	lapic_mmio_write(&l, LAPIC_REG_SVR, 0x1ff, 0, &fx);
	lapic_mmio_write(&l, LAPIC_REG_LVT_TIMER, LVTT_ONESHOT, 0, &fx);
	for (now = 1; now < 100000; now++) {
		c.interrupts = false;
		counter_step(&c);
		ck_assert((lapic_timer_deadline(&l) == now) == c.interrupts &&
			  lapic_timer_expired(&l, now) == c.interrupts);
		if (random() % 100 == 0)
			counter_write(&c, &l, now);
		lapic_mmio_read(&l, LAPIC_REG_TMCCT, now, &count);
		ck_assert_uint_eq(count, c.count);
	}
}
END_TEST

/* However late it is seen, a periodic timer's next deadline is the first on its grid. */
START_TEST(any_delay)
{
	static u32 page[1024];
	struct lapic_effect fx;
	struct lapic l;
	int i;

	srandom(4);
	lapic_init(&l, page, 0, true);
	lapic_mmio_write(&l, LAPIC_REG_SVR, 0x1ff, 0, &fx);
	lapic_mmio_write(&l, LAPIC_REG_LVT_TIMER, LVTT_PERIODIC, 0, &fx);
	for (i = 0; i < 20000; i++) {
		u64 floor_ns = random() % 2 * (random() % 1000000);
		u64 period_ns = 2ull * (1 + random() % (1u << random() % 31));
		u64 start = random(), now, due, most_ns;

		lapic_set_timer_floor(&l, floor_ns);
		lapic_mmio_write(&l, LAPIC_REG_TMICT, period_ns / 2, start, &fx);
		due = lapic_timer_deadline(&l);
		ck_assert_uint_eq((due - start) % period_ns, 0);
		most_ns = floor_ns > period_ns ? floor_ns + period_ns - 1 : period_ns;
		ck_assert(due - start >= floor_ns && due - start <= most_ns);
		now = due + ((u64)random() << random() % 20);
		ck_assert(lapic_timer_expired(&l, now));
		due = lapic_timer_deadline(&l);
		ck_assert(due > now && due - now <= most_ns);
		ck_assert_uint_eq((due - start) % period_ns, 0);
	}
}
END_TEST

Suite *lapic_timer_suite(void)
{
	Suite *suite = suite_create("lapic_timer");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, lapic_timer);
	tcase_add_test(tcase, against_counter);
	tcase_add_test(tcase, any_delay);
	suite_add_tcase(suite, tcase);
	return suite;
}
