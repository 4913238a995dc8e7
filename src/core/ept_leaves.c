// SPDX-License-Identifier: GPL-2.0
/*
 * Changing leaves where they are: rights to write, marks of use. The processor sets accessed and
 * dirty bits meanwhile, so bits are cleared one by one, with atomic operations.
 */
#include <linux/bitops.h>
#include <linux/compiler.h>
#include <linux/minmax.h>
#include "ept.h"
#include "ept_entry.h"
#include "ept_walk.h"

/* Says whether the leaf was meant to be writable. */
static bool ept_take_write(u64 *entry)
{
	unsigned long *bits = (unsigned long *)entry;

	if (!test_bit(EPT_MEANT_WRITE_BIT, bits))
		return false;
	clear_bit(EPT_WRITE_BIT, bits);
	clear_bit(EPT_MEANT_WRITE_BIT, bits);
	return true;
}

/* What ept_watch_writes() does with a leaf. */
struct ept_watch {
	bool pml;
	u64 leaves;
};

static bool ept_visit_watch(u64 *entry, void *ctx)
{
	unsigned long *bits = (unsigned long *)entry;
	struct ept_watch *watch = ctx;
	bool changed = false;

	if (!watch->pml || READ_ONCE(*entry) & EPT_LARGE)
		changed = ept_take_write(entry);
	/* Also where the right is gone: parts of a split leaf must not be born dirty. */
	if (watch->pml && (READ_ONCE(*entry) & EPT_DIRTY))
		changed |= test_and_clear_bit(EPT_DIRTY_BIT, bits);
	watch->leaves += changed;
	return true;
}

u64 ept_watch_writes(struct ept *ept, u64 start_gpa, u64 end_gpa)
{
	struct ept_watch watch = { .pml = ept->features & EPT_FEATURE_PML };

	ept_visit_leaves(ept, start_gpa, min_t(u64, end_gpa, EPT_GPA_END), ept_visit_watch,
			 &watch);
	if (watch.leaves)
		ept->flush = true;
	return watch.leaves;
}

/* What ept_test_accessed() asks of each leaf. */
struct ept_use {
	bool has_bits;
	bool clear;
	bool used;
};

/* A leaf that has its rights counts as used, since nothing else shows it. */
static bool ept_leaf_test_aged(u64 *entry, bool clear)
{
	u64 leaf = READ_ONCE(*entry);

	/* Without accessed and dirty bits the processor writes to no entry. */
	if (clear && !ept_leaf_is_aged(leaf))
		WRITE_ONCE(*entry, leaf & ~EPT_RWX);
	return !ept_leaf_is_aged(leaf);
}

static bool ept_visit_use(u64 *entry, void *ctx)
{
	struct ept_use *use = ctx;

	if (!use->has_bits)
		use->used |= ept_leaf_test_aged(entry, use->clear);
	else if (use->clear)
		use->used |= test_and_clear_bit(EPT_ACCESSED_BIT, (unsigned long *)entry);
	else
		use->used |= !!(READ_ONCE(*entry) & EPT_ACCESSED);
	return use->clear || !use->used;
}

bool ept_test_accessed(struct ept *ept, u64 start_gpa, u64 end_gpa, bool clear)
{
	struct ept_use use = { .has_bits = ept->features & EPT_FEATURE_AD, .clear = clear };

	ept_visit_leaves(ept, start_gpa, min_t(u64, end_gpa, EPT_GPA_END), ept_visit_use, &use);
	return use.used;
}

bool ept_use(struct ept *ept, u64 gpa, u32 access)
{
	struct ept_path path;
	u64 entry;
	int level;

	if (gpa >= EPT_GPA_END)
		return false;
	level = ept_walk(ept, gpa, EPT_LEVEL_4K, &path);
	entry = READ_ONCE(*path.entry[level]);
	if (!ept_entry_present(entry))
		return false;
	if (ept_leaf_is_aged(entry)) {
		entry = ept_leaf_unaged(entry, ept->features, level);
		if (access & ~entry)
			return false;
		WRITE_ONCE(*path.entry[level], entry);
	}
	return !(access & ~entry);
}
