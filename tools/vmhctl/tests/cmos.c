// SPDX-License-Identifier: GPL-2.0
#include <check.h>

#include "cmos.h"
#include "rows.h"

static time_t the_time;

static time_t now(void)
{
	return the_time;
}

static const struct {
	const char *name;
	time_t time;
	uint8_t control;		/* register B */
	uint8_t seconds, minutes, hours, weekday, day, month, year, century;
} cases[] = {
	{ "epoch", 0, 0x02, 0x00, 0x00, 0x00, 5, 0x01, 0x01, 0x70, 0x19 },
	{ "BCD", 1795375023, 0x02, 0x03, 0x17, 0x19, 1, 0x22, 0x11, 0x26, 0x20 },
	{ "binary", 1795375023, 0x06, 3, 17, 19, 1, 22, 11, 26, 20 },
	{ "12 hours, evening", 1795375023, 0x00, 0x03, 0x17, 0x87, 1, 0x22, 0x11, 0x26, 0x20 },
	{ "12 hours, midnight", 0, 0x00, 0x00, 0x00, 0x12, 5, 0x01, 0x01, 0x70, 0x19 },
	{ "12 hours, noon", 43200, 0x04, 0, 0, 0x8c, 5, 1, 1, 70, 19 },
	{ "leap day", 1709164799, 0x02, 0x59, 0x59, 0x23, 4, 0x28, 0x02, 0x24, 0x20 },
	{ "turn of the century", 946684800, 0x02, 0, 0, 0, 7, 0x01, 0x01, 0x00, 0x20 },
};

static uint8_t get(struct cmos *cmos, uint8_t index)
{
	cmos_write(cmos, 0, index);
	return cmos_read(cmos, 1);
}

static void set(struct cmos *cmos, uint8_t index, uint8_t value)
{
	cmos_write(cmos, 0, index);
	cmos_write(cmos, 1, value);
}

START_TEST(date_row)
{
	struct cmos cmos;

	cmos_init(&cmos);
	cmos.now = now;
	the_time = cases[_i].time;
	set(&cmos, 0x0b, cases[_i].control);
	ck_assert_uint_eq(get(&cmos, 0x00), cases[_i].seconds);
	ck_assert_uint_eq(get(&cmos, 0x02), cases[_i].minutes);
	ck_assert_uint_eq(get(&cmos, 0x04), cases[_i].hours);
	ck_assert_uint_eq(get(&cmos, 0x06), cases[_i].weekday);
	ck_assert_uint_eq(get(&cmos, 0x07), cases[_i].day);
	ck_assert_uint_eq(get(&cmos, 0x08), cases[_i].month);
	ck_assert_uint_eq(get(&cmos, 0x09), cases[_i].year);
	ck_assert_uint_eq(get(&cmos, 0x32), cases[_i].century);
}
END_TEST

/* Drivers wait for the update to end, and believe the clock only if this bit is set. */
START_TEST(status_lets_drivers_go_on)
{
	struct cmos cmos;

	cmos_init(&cmos);
	set(&cmos, 0x0a, 0xff);
	ck_assert_uint_eq(get(&cmos, 0x0a) & 0x80, 0);
	ck_assert_uint_eq(get(&cmos, 0x0d), 0x80);
	ck_assert_uint_eq(get(&cmos, 0x0c), 0);
}
END_TEST

START_TEST(memory_is_kept)
{
	struct cmos cmos;

	cmos_init(&cmos);
	set(&cmos, 0xff, 0x5a);		/* bit 7 is not part of the index */
	ck_assert_uint_eq(get(&cmos, 0x7f), 0x5a);
	ck_assert_uint_eq(cmos_read(&cmos, 0), 0xff);
}
END_TEST

Suite *cmos_suite(void)
{
	Suite *suite = suite_create("cmos");

	add_rows(suite, "date", date_row, ROWS(cases));
	add_test(suite, "status", status_lets_drivers_go_on);
	add_test(suite, "memory", memory_is_kept);
	return suite;
}
