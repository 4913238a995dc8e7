/* SPDX-License-Identifier: GPL-2.0 */
/* Traversal of EPT tables: down to one address, and over the leaves of a range. For ept.c. */
#ifndef VMH_EPT_WALK_H
#define VMH_EPT_WALK_H

#include <linux/types.h>

#include "ept.h"
#include "ept_entry.h"

/**
 * struct ept_path - the entries on the way to an address
 * @entry: by level, EPT_LEVELS down to where the walk ended; place 0 is unused.
 */
struct ept_path {
	u64 *entry[EPT_LEVELS + 1];
};

/**
 * ept_table_of() - the table that an entry leads to
 * @ept: the tables.
 * @entry: a present entry that is no leaf.
 */
static inline u64 *ept_table_of(const struct ept *ept, u64 entry)
{
	return ept->ops->hpa_to_va(ept_entry_hpa(entry));
}

/**
 * ept_walk() - go down towards an address
 * @ept: the tables.
 * @gpa: guest-physical address, below EPT_GPA_END.
 * @stop: level to go no further than.
 * @path: the entries passed, that of the returned level included.
 *
 * Return: the level at which the walk ended: at @stop, at a leaf, or where nothing is present.
 */
int ept_walk(const struct ept *ept, u64 gpa, int stop, struct ept_path *path);

/**
 * ept_visit_leaves() - call a function for each leaf that has a part in a range
 * @ept: the tables.
 * @start_gpa: first address.
 * @end_gpa: first address beyond; at most EPT_GPA_END.
 * @visit: gets the leaf's entry, which it may change but not remove; false ends the visit.
 * @ctx: for @visit.
 */
void ept_visit_leaves(const struct ept *ept, u64 start_gpa, u64 end_gpa,
		      bool (*visit)(u64 *entry, void *ctx), void *ctx);

#endif /* VMH_EPT_WALK_H */
