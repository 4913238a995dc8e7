// SPDX-License-Identifier: GPL-2.0
/* The VMs as "vmhctl top" shows them: in which order, and which of them. */
#include <stdlib.h>
#include <string.h>

#include "message.h"
#include "screen.h"
#include "top_view.h"
#include "vmhctl.h"

static const struct {
	const char *word;
	char key;
} orders[TOP_ORDERS] = {
	[TOP_BY_LOAD] = { "load", 'l' },
	[TOP_BY_EXITS] = { "exits", 'e' },
	[TOP_BY_MEMORY] = { "memory", 'm' },
	[TOP_BY_NAME] = { "name", 'n' },
	[TOP_BY_ID] = { "id", 'i' },
};

/* Find an order by its name. Returns whether there is one. */
bool top_order_parse(const char *word, enum top_order *order)
{
	for (int i = 0; i < TOP_ORDERS; i++) {
		if (!strcmp(word, orders[i].word)) {
			*order = i;
			return true;
		}
	}
	return false;
}

/* The name of an order. */
const char *top_order_word(enum top_order order)
{
	return orders[order].word;
}

/* Processor time that a VM takes, in percent of one processor. */
static double load_of(const struct top_row *row)
{
	const double *percent = row->rates.percent;

	return (percent[TURN_GUEST] + percent[TURN_KERNEL] + percent[TURN_USER]) *
	       row->vm->stats.nr_vcpus;
}

static int rising(double a, double b)
{
	return (a > b) - (a < b);
}

static int compare_names(const struct top_vm *a, const struct top_vm *b)
{
	if (!a->entry.name[0] || !b->entry.name[0])
		return !a->entry.name[0] - !b->entry.name[0];
	return strcmp(a->entry.name, b->entry.name);
}

static int compare(const void *one, const void *other, void *order)
{
	const struct top_row *a = one, *b = other;
	int ret = 0;

	switch (*(enum top_order *)order) {
	case TOP_BY_LOAD:
		ret = rising(load_of(b), load_of(a));
		break;
	case TOP_BY_EXITS:
		ret = rising(b->rates.exits, a->rates.exits);
		break;
	case TOP_BY_MEMORY:
		ret = rising(b->rates.memory_bytes, a->rates.memory_bytes);
		break;
	case TOP_BY_NAME:
		ret = compare_names(a->vm, b->vm);
		break;
	case TOP_BY_ID:
	case TOP_ORDERS:
		break;
	}
	return ret ? ret : rising(a->vm->entry.vm_id, b->vm->entry.vm_id);
}

static void sort(struct top_view *view)
{
	if (view->nr)
		qsort_r(view->rows, view->nr, sizeof(*view->rows), compare, &view->order);
}

/* Keep a row at the top, as long as there is one. */
static void scroll_to(struct top_view *view, size_t first)
{
	view->first = first < view->nr ? first : view->nr ? view->nr - 1 : 0;
}

/**
 * top_view_fill() - take what VMs did between two samples
 * @view: its order counts; top_view_drop() undoes it.
 * @before: the earlier sample.
 * @now: the later one; it has to stay while the view is looked at.
 *
 * Return: false when there is no memory, with the reason printed.
 */
bool top_view_fill(struct top_view *view, const struct top_sample *before,
		   const struct top_sample *now)
{
	static const struct top_vm none;
	const uint64_t elapsed_ns = now->time_ns - before->time_ns;
	struct top_row *rows = calloc(now->nr + 1, sizeof(*rows));

	if (!rows) {
		complain("out of memory");
		return false;
	}
	top_view_drop(view);
	for (size_t i = 0; i < now->nr; i++) {
		const struct top_vm *vm = &now->vms[i];
		const struct top_vm *old = top_sample_find(before, vm->entry.serial);

		rows[i].vm = vm;
		top_rates_get(&rows[i].rates, old ? old : &none, vm, elapsed_ns);
	}
	view->rows = rows;
	view->nr = now->nr;
	sort(view);
	scroll_to(view, view->first);
	return true;
}

/* Undo top_view_fill(). The order and the place in it stay. */
void top_view_drop(struct top_view *view)
{
	free(view->rows);
	view->rows = NULL;
	view->nr = 0;
}

static bool scroll(struct top_view *view, int key, size_t page)
{
	size_t first = view->first;

	switch (key) {
	case SCREEN_KEY_UP:
		scroll_to(view, first ? first - 1 : 0);
		break;
	case SCREEN_KEY_DOWN:
		scroll_to(view, first + 1);
		break;
	case SCREEN_KEY_PAGE_UP:
		scroll_to(view, first > page ? first - page : 0);
		break;
	case SCREEN_KEY_PAGE_DOWN:
		scroll_to(view, first + page);
		break;
	case SCREEN_KEY_HOME:
		scroll_to(view, 0);
		break;
	case SCREEN_KEY_END:
		scroll_to(view, view->nr > page ? view->nr - page : 0);
		break;
	default:
		return false;
	}
	return view->first != first;
}

/**
 * top_view_key() - do what a key means
 * @view: filled.
 * @key: a character, or SCREEN_KEY_*.
 * @page: how many rows are to be seen.
 *
 * Return: whether the picture changes.
 */
bool top_view_key(struct top_view *view, int key, size_t page)
{
	for (int i = 0; i < TOP_ORDERS; i++) {
		if (key == orders[i].key) {
			view->order = i;
			view->first = 0;
			sort(view);
			return true;
		}
	}
	return scroll(view, key, page);
}
