// SPDX-License-Identifier: GPL-2.0
#include <check.h>

#include "names.h"
#include "rows.h"
#include "top_sample.h"

#define SECOND	1000000000ULL

START_TEST(rates)
{
	struct top_vm before = { .stats = { .nr_vcpus = 1, .nr_exits = 64 } }, now = before;
	struct top_rates rates;

	before.stats.exits[10] = 1000;
	now.stats.exits[10] = 3000;
	now.stats.exits[12] = 10;
	now.stats.guest_ns = SECOND;
	now.stats.idle_ns = SECOND / 2;
	now.usage.nr = VMH_RES_NR;
	now.usage.res[VMH_RES_POPULATED_BYTES].used = 4096;
	now.usage.res[VMH_RES_POPULATED_BYTES].denied = 2;
	now.usage.res[VMH_RES_RUN_NS].denied = 3;
	top_rates_get(&rates, &before, &now, 2 * SECOND);
	ck_assert_uint_eq(rates.exits, 1005);
	ck_assert_uint_eq(rates.reasons[10], 1000);
	ck_assert_uint_eq(rates.reasons[12], 5);
	ck_assert_double_eq(rates.percent[0], 50);
	ck_assert_double_eq(rates.percent[1], 0);
	ck_assert_double_eq(rates.percent[3], 25);
	ck_assert_uint_eq(rates.memory_bytes, 4096);
	ck_assert_uint_eq(rates.denied, 5);
}
END_TEST

/* A RUN of a minute ends within a second's interval. */
START_TEST(late_account)
{
	struct top_vm before = { .stats = { .nr_vcpus = 2 } }, now = before;
	struct top_rates rates;

	now.stats.guest_ns = 45 * SECOND;
	now.stats.throttled_ns = 15 * SECOND;
	top_rates_get(&rates, &before, &now, SECOND);
	ck_assert_double_eq(rates.percent[0], 75);
	ck_assert_double_eq(rates.percent[4], 25);
}
END_TEST

/* What was taken for time in the kernel turns out to be idle. */
START_TEST(falling)
{
	struct top_vm before = { .stats = { .nr_vcpus = 1, .kernel_ns = SECOND } };
	struct top_vm now = { .stats = { .nr_vcpus = 1, .idle_ns = SECOND } };
	struct top_rates rates;

	top_rates_get(&rates, &before, &now, SECOND);
	ck_assert_double_eq(rates.percent[1], 0);
	ck_assert_double_eq(rates.percent[3], 100);
}
END_TEST

START_TEST(no_time)
{
	struct top_vm vm = { .stats = { .nr_vcpus = 0 } };
	struct top_rates rates;

	top_rates_get(&rates, &vm, &vm, 0);
	ck_assert_uint_eq(rates.exits, 0);
	ck_assert_double_eq(rates.percent[0], 0);
}
END_TEST

START_TEST(found_by_serial)
{
	struct top_vm vms[] = { { .entry = { .vm_id = 1, .serial = 7 } },
				{ .entry = { .vm_id = 2, .serial = 9 } } };
	struct top_sample sample = { .nr = 2, .vms = vms };

	ck_assert_ptr_eq(top_sample_find(&sample, 9), &vms[1]);
	ck_assert_ptr_null(top_sample_find(&sample, 1));
}
END_TEST

static const struct {
	__u64 counts[6];
	size_t room, nr;
	unsigned int wanted[4];
} tops[] = {
	{ { 0 }, 4, 0, { 0 } },
	{ { 5, 0, 9, 1 }, 4, 3, { 2, 0, 3 } },
	{ { 1, 2, 3, 4, 5, 6 }, 3, 3, { 5, 4, 3 } },
	{ { 6, 5, 4, 3, 2, 1 }, 3, 3, { 0, 1, 2 } },
	{ { 2, 2, 2, 2, 2, 2 }, 2, 2, { 0, 1 } },
	{ { 1, 9, 1, 9, 1, 9 }, 4, 4, { 1, 3, 5, 0 } },
};

START_TEST(top_row)
{
	unsigned int reasons[4];

	ck_assert_uint_eq(usage_top_exits(tops[_i].counts, 6, reasons, tops[_i].room),
			  tops[_i].nr);
	for (size_t i = 0; i < tops[_i].nr; i++)
		ck_assert_uint_eq(reasons[i], tops[_i].wanted[i]);
}
END_TEST

Suite *top_sample_suite(void)
{
	Suite *suite = suite_create("top_sample");

	add_test(suite, "rates", rates);
	add_test(suite, "late", late_account);
	add_test(suite, "falling", falling);
	add_test(suite, "no time", no_time);
	add_test(suite, "serial", found_by_serial);
	add_rows(suite, "top", top_row, ROWS(tops));
	return suite;
}
