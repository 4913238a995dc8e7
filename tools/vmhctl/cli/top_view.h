/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_TOP_VIEW_H
#define VMHCTL_TOP_VIEW_H

#include <stdbool.h>
#include <stddef.h>

#include "top_sample.h"

/**
 * enum top_order - what comes first
 * @TOP_BY_LOAD: who takes most processor time.
 * @TOP_BY_EXITS: who has most VM exits in a second.
 * @TOP_BY_MEMORY: who has most guest memory.
 * @TOP_BY_NAME: the first in the alphabet; VMs without a name come last.
 * @TOP_BY_ID: the lowest id. In all other orders it decides between equals.
 */
enum top_order {
	TOP_BY_LOAD, TOP_BY_EXITS, TOP_BY_MEMORY, TOP_BY_NAME, TOP_BY_ID, TOP_ORDERS
};

/* As the value of an option; for completion, too. */
#define TOP_ORDER_WORDS	"load|exits|memory|name|id"

/**
 * struct top_row - a VM
 * @vm: it, in the later sample.
 * @rates: what it did since the earlier one.
 */
struct top_row {
	const struct top_vm *vm;
	struct top_rates rates;
};

/**
 * struct top_view - what "vmhctl top" shows
 * @order: the order of @rows.
 * @first: the row at the top; those before it are scrolled away.
 * @nr: how many rows.
 * @rows: all VMs.
 */
struct top_view {
	enum top_order order;
	size_t first;
	size_t nr;
	struct top_row *rows;
};

bool top_order_parse(const char *word, enum top_order *order);
const char *top_order_word(enum top_order order);
bool top_view_fill(struct top_view *view, const struct top_sample *before,
		   const struct top_sample *now);
void top_view_drop(struct top_view *view);
bool top_view_key(struct top_view *view, int key, size_t page);

#endif /* VMHCTL_TOP_VIEW_H */
