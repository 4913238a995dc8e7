// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "rows.h"
#include "screen.h"
#include "top_view.h"
#include "vmhctl.h"

#define SECOND	1000000000ULL
#define VMS	4
#define PAGE	2

/* Two seconds in which each VM did something else most. */
static void play(struct top_sample *before, struct top_sample *now, struct top_vm *old,
		 struct top_vm *vms)
{
	static const struct top_vm all[VMS] = {
		{ .entry = { .vm_id = 1, .serial = 11, .name = "web" },
		  .stats = { .nr_vcpus = 1, .nr_exits = 1, .guest_ns = SECOND, .exits = { 5 } } },
		{ .entry = { .vm_id = 2, .serial = 12, .name = "" },
		  .stats = { .nr_vcpus = 4, .nr_exits = 1, .guest_ns = SECOND,
			     .user_ns = SECOND, .idle_ns = 6 * SECOND, .exits = { 900 } } },
		{ .entry = { .vm_id = 3, .serial = 13, .name = "db" },
		  .stats = { .nr_vcpus = 1, .nr_exits = 1, .idle_ns = 2 * SECOND,
			     .exits = { 7 } } },
		{ .entry = { .vm_id = 9, .serial = 14, .name = "a" },
		  .stats = { .nr_vcpus = 1, .nr_exits = 1, .throttled_ns = 2 * SECOND } },
	};

	for (size_t i = 0; i < VMS; i++) {
		vms[i] = all[i];
		old[i] = (struct top_vm){ .entry = all[i].entry };
	}
	vms[2].usage.res[VMH_RES_POPULATED_BYTES].used = 2 << 20;
	vms[3].usage.res[VMH_RES_POPULATED_BYTES].used = 1 << 20;
	*before = (struct top_sample){ .time_ns = SECOND, .nr = VMS, .vms = old };
	*now = (struct top_sample){ .time_ns = 3 * SECOND, .nr = VMS, .vms = vms };
}

static void expect(const struct top_view *view, const unsigned int *ids, const char *what)
{
	ck_assert_uint_eq(view->nr, VMS);
	for (size_t i = 0; i < VMS; i++)
		ck_assert_msg(view->rows[i].vm->entry.vm_id == ids[i], "%s: VM %u at %zu", what,
			      view->rows[i].vm->entry.vm_id, i);
}

static const struct {
	const char *word;
	char key;
	unsigned int ids[VMS];
} orders[] = {
	{ "load", 'l', { 2, 1, 3, 9 } },
	{ "exits", 'e', { 2, 3, 1, 9 } },
	{ "memory", 'm', { 3, 9, 1, 2 } },
	{ "name", 'n', { 9, 3, 1, 2 } },
	{ "id", 'i', { 1, 2, 3, 9 } },
};

START_TEST(order_row)
{
	struct top_vm old[VMS], vms[VMS];
	struct top_sample before, now;
	struct top_view view = { 0 };

	play(&before, &now, old, vms);
	ck_assert(top_order_parse(orders[_i].word, &view.order));
	ck_assert_str_eq(top_order_word(view.order), orders[_i].word);
	ck_assert(top_view_fill(&view, &before, &now));
	expect(&view, orders[_i].ids, orders[_i].word);
	/* By key, from every other order. */
	for (size_t i = 0; i < ARRAY_SIZE(orders); i++) {
		ck_assert(top_view_key(&view, orders[i].key, PAGE));
		view.first = 3;
		ck_assert(top_view_key(&view, orders[_i].key, PAGE));
		expect(&view, orders[_i].ids, orders[_i].word);
		ck_assert_uint_eq(view.first, 0);
	}
	top_view_drop(&view);
}
END_TEST

static const struct {
	int key;
	size_t from;
	size_t to;
} scrolls[] = {
	{ SCREEN_KEY_UP, 0, 0 }, { SCREEN_KEY_UP, 3, 2 }, { SCREEN_KEY_DOWN, 0, 1 },
	{ SCREEN_KEY_DOWN, 3, 3 }, { SCREEN_KEY_PAGE_UP, 3, 1 }, { SCREEN_KEY_PAGE_UP, 1, 0 },
	{ SCREEN_KEY_PAGE_DOWN, 0, 2 }, { SCREEN_KEY_PAGE_DOWN, 2, 3 }, { SCREEN_KEY_HOME, 3, 0 },
	{ SCREEN_KEY_END, 0, 2 }, { 'x', 1, 1 }, { SCREEN_KEY_END + 1, 1, 1 },
};

START_TEST(scroll_row)
{
	struct top_vm old[VMS], vms[VMS];
	struct top_sample before, now;
	struct top_view view = { .order = TOP_BY_ID, .first = scrolls[_i].from };

	play(&before, &now, old, vms);
	ck_assert(top_view_fill(&view, &before, &now));
	ck_assert_int_eq(top_view_key(&view, scrolls[_i].key, PAGE),
			 scrolls[_i].from != scrolls[_i].to);
	ck_assert_uint_eq(view.first, scrolls[_i].to);
	top_view_drop(&view);
}
END_TEST

/* VMs end: what is at the top is still there. One that is new has all its time in the interval. */
START_TEST(fewer)
{
	struct top_vm old[VMS], vms[VMS];
	struct top_sample before, now, none = { .time_ns = SECOND };
	struct top_view view = { .order = TOP_BY_ID, .first = 3 };

	play(&before, &now, old, vms);
	ck_assert(top_view_fill(&view, &none, &now));
	ck_assert_uint_eq(view.first, 3);
	ck_assert_uint_eq(view.rows[1].rates.exits, 450);
	now.nr = 2;
	ck_assert(top_view_fill(&view, &before, &now));
	ck_assert_uint_eq(view.first, 1);
	now.nr = 0;
	ck_assert(top_view_fill(&view, &before, &now));
	ck_assert_uint_eq(view.first, 0);
	ck_assert(!top_view_key(&view, SCREEN_KEY_DOWN, PAGE));
	ck_assert(!top_view_key(&view, SCREEN_KEY_END, PAGE));
	top_view_drop(&view);
	ck_assert(!top_order_parse("size", &view.order));
}
END_TEST

Suite *top_view_suite(void)
{
	Suite *suite = suite_create("top_view");

	add_rows(suite, "orders", order_row, ROWS(orders));
	add_rows(suite, "scrolls", scroll_row, ROWS(scrolls));
	add_test(suite, "fewer", fewer);
	return suite;
}
