// SPDX-License-Identifier: GPL-2.0
/*
 * What the tables hold and how it changes. Invariants, at the end of every function:
 *
 * - no table but the root is empty;
 * - it is known of each table how many entries of it are present;
 * - a new table is complete before the one store that links it, and unlinked before it is freed.
 *
 * At no time can processors find translations of two sizes for one address: the old ones are
 * removed, then flushed everywhere, and only then the new one is written.
 *
 * The processor sets accessed and dirty bits with atomic operations while we work. Bits are cleared
 * with such operations too. A plain store that replaces a leaf can lose one that the processor sets
 * just then; nobody depends on it: a page is taken as dirty from the moment it is mapped writable.
 */
#include <linux/atomic.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include "ept.h"
#include "ept_entry.h"
#include "ept_walk.h"

#define EPT_PROT_ALL	(EPT_PROT_RWX | EPT_PROT_UC | EPT_PROT_IGNORE_PAT)

static u64 *ept_table_alloc(struct ept *ept)
{
	u64 *table = ept->ops->alloc(ept->ctx);

	if (!table)
		return NULL;
	*ept->ops->entries(table) = 0;
	ept->table_pages++;
	return table;
}

static void ept_table_free(struct ept *ept, u64 *table)
{
	ept->table_pages--;
	ept->ops->free(ept->ctx, table);
}

/* Frees the table that @entry, unlinked by now, led to. */
static void ept_child_free(struct ept *ept, u64 entry, u64 *table)
{
	if (entry & EPT_KEPT_SPLIT)
		ept->split_tables--;
	ept_table_free(ept, table);
}

/* Frees the table that @entry, unlinked by now, leads to, and all below. Returns bytes mapped. */
static u64 ept_subtree_free(struct ept *ept, u64 entry, int level)
{
	u64 *table = ept_table_of(ept, entry);
	u32 i, left = *ept->ops->entries(table);
	u64 bytes = 0;

	if (--level == EPT_LEVEL_4K) {
		bytes = left * ept_level_bytes(EPT_LEVEL_4K);
		left = 0;
	}
	for (i = 0; left && i < EPT_TABLE_ENTRIES; i++) {
		u64 child = READ_ONCE(table[i]);

		if (!ept_entry_present(child))
			continue;
		if (ept_entry_is_leaf(child, level))
			bytes += ept_level_bytes(level);
		else
			bytes += ept_subtree_free(ept, child, level);
		left--;
	}
	ept_child_free(ept, entry, table);
	return bytes;
}

int ept_init(struct ept *ept, const struct ept_ops *ops, void *ctx, u32 features)
{
	*ept = (struct ept) {
		.ops		= ops,
		.ctx		= ctx,
		.features	= features,
	};
	ept->root = ept_table_alloc(ept);
	return ept->root ? 0 : -ENOMEM;
}

void ept_destroy(struct ept *ept)
{
	if (!ept->root)
		return;
	ept_unmap(ept, 0, EPT_GPA_END);
	ept_table_free(ept, ept->root);
	ept->root = NULL;
	ept->flush = false;
}

u64 ept_eptp(const struct ept *ept)
{
	u64 eptp = ept->ops->va_to_hpa(ept->root) | EPTP_TYPE_WB | EPTP_WALK_4;

	return ept->features & EPT_FEATURE_AD ? eptp | EPTP_AD : eptp;
}

static bool ept_level_is_valid(const struct ept *ept, enum ept_level level)
{
	switch (level) {
	case EPT_LEVEL_4K:
		return true;
	case EPT_LEVEL_2M:
		return ept->features & EPT_FEATURE_2M;
	case EPT_LEVEL_1G:
		return ept->features & EPT_FEATURE_1G;
	}
	return false;
}

/* SDM, "EPT Misconfigurations": writable needs readable; so does executable on some processors. */
static bool ept_prot_is_valid(const struct ept *ept, u32 prot)
{
	if (prot & ~EPT_PROT_ALL || !(prot & EPT_PROT_RWX))
		return false;
	if (prot & EPT_PROT_READ)
		return true;
	return !(prot & EPT_PROT_WRITE) && (ept->features & EPT_FEATURE_EXEC_ONLY);
}

/* The entry for @gpa at @place, in a table at @level, became present. */
static void ept_count_up(struct ept *ept, u64 *place, u64 gpa, int level)
{
	(*ept->ops->entries(place - ept_index(gpa, level)))++;
}

/* Fills a table at @level with the parts of a larger leaf, which may have more rights than it. */
static void ept_table_split(const struct ept *ept, u64 *table, int level, u64 large)
{
	u64 i, part = large;

	if (level == EPT_LEVEL_4K)
		part &= ~EPT_LARGE;
	if (!ept_leaf_is_aged(large))
		part = ept_leaf_unaged(part, ept->features, level);
	for (i = 0; i < EPT_TABLE_ENTRIES; i++)
		WRITE_ONCE(table[i], part + i * ept_level_bytes(level));
}

static int ept_tables_alloc(struct ept *ept, u64 *tables[], u32 nr)
{
	u32 i;

	for (i = 0; i < nr; i++) {
		tables[i] = ept_table_alloc(ept);
		if (!tables[i])
			goto put_back_tables;
	}
	return 0;

put_back_tables:
	ept->table_pages -= i;
	while (i--)
		ept->ops->put_back(ept->ctx, tables[i]);
	return -ENOMEM;
}

/* Has processors forget what was removed, before something of another size takes its place. */
static void ept_flush(struct ept *ept)
{
	ept->flush = true;
	ept->ops->flush(ept->ctx);
}

/*
 * Maps a leaf below where the walk ended, at @reached: at nothing, or at a larger leaf, whose parts
 * then stay around the new one. Built from the leaf upward, linked by one store at the end.
 */
static int ept_map_below(struct ept *ept, struct ept_path *path, int reached, u64 gpa, u64 leaf,
			 int level)
{
	u64 large = READ_ONCE(*path->entry[reached]);
	u64 *tables[EPT_MAP_MAX_TABLES];
	u64 entry = leaf;
	int ret, l;

	ret = ept_tables_alloc(ept, tables, reached - level);
	if (ret)
		return ret;
	if (large) {
		/* As it was in the end: its parts know what the processor noted until then. */
		large = xchg(path->entry[reached], 0);
		ept_flush(ept);
	}
	for (l = level; l < reached; l++) {
		u64 *table = tables[l - level];
		/* The part of the large leaf that this table takes the place of. */
		u64 inside = gpa & (ept_level_bytes(reached) - 1) & ~(ept_level_bytes(l + 1) - 1);

		if (large)
			ept_table_split(ept, table, l, large + inside);
		WRITE_ONCE(table[ept_index(gpa, l)], entry);
		*ept->ops->entries(table) = large ? EPT_TABLE_ENTRIES : 1;
		entry = ept_entry_table(ept->ops->va_to_hpa(table));
	}
	WRITE_ONCE(*path->entry[reached], entry);
	if (large)
		return 0;
	ept_count_up(ept, path->entry[reached], gpa, reached);
	ept->mapped_bytes += ept_level_bytes(level);
	return 0;
}

/* Puts a leaf in the place of another one of the same size. */
static void ept_leaf_replace(struct ept *ept, u64 *place, u64 old, u64 leaf)
{
	if (ept_entry_hpa(old) != ept_entry_hpa(leaf)) {
		ept->flush = true;
	} else {
		u64 keep = EPT_ACCESSED | EPT_DIRTY;
		u64 changed = (old ^ leaf) & ~keep;

		if (!changed)
			return;
		leaf |= old & keep;
		/* Only more rights, and nothing else, need no flush. */
		if (changed & ~(EPT_RWX | EPT_MEANT_RWX) || old & changed)
			ept->flush = true;
	}
	WRITE_ONCE(*place, leaf);
}

/* Maps a leaf at the level where the walk ended. */
static void ept_map_here(struct ept *ept, u64 *place, u64 gpa, u64 leaf, int level)
{
	u64 old = READ_ONCE(*place);

	if (!ept_entry_present(old)) {
		WRITE_ONCE(*place, leaf);
		ept_count_up(ept, place, gpa, level);
		ept->mapped_bytes += ept_level_bytes(level);
	} else if (ept_entry_is_leaf(old, level)) {
		ept_leaf_replace(ept, place, old, leaf);
	} else {
		WRITE_ONCE(*place, 0);
		ept->mapped_bytes -= ept_subtree_free(ept, old, level);
		ept_flush(ept);
		WRITE_ONCE(*place, leaf);
		ept->mapped_bytes += ept_level_bytes(level);
	}
}

/*
 * Does a larger leaf, at @place and @level, say of @gpa just what is asked for? If it is aged, that
 * is a use of it.
 */
static bool ept_leaf_covers(const struct ept *ept, u64 *place, int level, u64 gpa, u64 hpa,
			    u32 prot)
{
	u64 inside = gpa & (ept_level_bytes(level) - 1);
	u64 large = READ_ONCE(*place);

	if (!ept_entry_present(large) || ept_entry_hpa(large) + inside != hpa ||
	    ept_entry_prot(large) != prot)
		return false;
	if (ept_leaf_is_aged(large)) {
		large = ept_leaf_unaged(large, ept->features, level);
		WRITE_ONCE(*place, large);
	}
	return (large & EPT_RWX) == (prot & EPT_PROT_RWX);
}

int ept_map(struct ept *ept, u64 gpa, u64 hpa, enum ept_level level, u32 prot, s64 *delta)
{
	u64 before = ept->mapped_bytes;
	struct ept_path path;
	int reached, ret = 0;
	u64 leaf;

	if (delta)
		*delta = 0;
	if (!ept_level_is_valid(ept, level) || !ept_prot_is_valid(ept, prot))
		return -EINVAL;
	if ((gpa | hpa) & (ept_level_bytes(level) - 1))
		return -EINVAL;
	if (gpa >= EPT_GPA_END || hpa & ~EPT_ADDR_MASK)
		return -EINVAL;

	leaf = ept_entry_leaf(hpa, level, prot, ept->features);
	/* One without rights would pass for one that has been aged. */
	if (!(leaf & EPT_RWX))
		return -EINVAL;
	reached = ept_walk(ept, gpa, level, &path);
	if (reached == (int)level)
		ept_map_here(ept, path.entry[level], gpa, leaf, level);
	else if (!ept_leaf_covers(ept, path.entry[reached], reached, gpa, hpa, prot))
		ret = ept_map_below(ept, &path, reached, gpa, leaf, level);
	if (delta)
		*delta = ept->mapped_bytes - before;
	return ret;
}

/* What freeing a table costs, in entries looked at. */
#define EPT_FREE_COST	16

/* A range on its way out: it ends where there is no budget left. */
struct ept_unmapping {
	struct ept *ept;
	u64 start_gpa;
	u64 end_gpa;
	u64 bytes;
	s64 budget;
};

static u32 ept_unmap_table(struct ept_unmapping *u, u64 *table, int level, u64 base_gpa);

static void ept_unmap_free(struct ept_unmapping *u, u64 entry, u64 *table)
{
	u->budget -= EPT_FREE_COST;
	ept_child_free(u->ept, entry, table);
}

/*
 * Unmaps what one present entry, which leads to a table, maps inside the range. Returns true when
 * the entry is gone. A table of small leaves that goes as a whole is not read.
 */
static bool ept_unmap_below(struct ept_unmapping *u, u64 *place, u64 entry, int level, u64 gpa)
{
	u64 *table = ept_table_of(u->ept, entry);
	unsigned long *entries = u->ept->ops->entries(table);
	u32 gone;

	if (level == EPT_LEVEL_2M && gpa >= u->start_gpa && gpa + SZ_2M <= u->end_gpa) {
		gone = *entries;
		u->bytes += gone * ept_level_bytes(EPT_LEVEL_4K);
	} else {
		gone = ept_unmap_table(u, table, level - 1, gpa);
	}
	*entries -= gone;
	if (*entries)
		return false;
	WRITE_ONCE(*place, 0);
	ept_unmap_free(u, entry, table);
	return true;
}

/*
 * Unmaps the part of the range that @table covers, which begins at @base_gpa. Returns how many
 * entries are gone. Recurses once per level, so at most EPT_LEVELS deep.
 */
static u32 ept_unmap_table(struct ept_unmapping *u, u64 *table, int level, u64 base_gpa)
{
	u64 size = ept_level_bytes(level), end_gpa = base_gpa + size * EPT_TABLE_ENTRIES;
	u64 gpa = max(u->start_gpa & ~(size - 1), base_gpa);
	u32 gone = 0;

	for (; gpa < min(u->end_gpa, end_gpa); gpa += size) {
		u64 *place = &table[ept_index(gpa, level)];
		u64 entry = READ_ONCE(*place);

		u->budget--;
		if (!ept_entry_present(entry))
			continue;
		if (ept_entry_is_leaf(entry, level)) {
			WRITE_ONCE(*place, 0);
			u->bytes += size;
			gone++;
		} else if (u->budget <= 0) {
			u->end_gpa = max(u->start_gpa, gpa);
		} else {
			gone += ept_unmap_below(u, place, entry, level, gpa);
		}
	}
	return gone;
}

u64 ept_unmap_some(struct ept *ept, u64 *start_gpa, u64 end_gpa, s64 *budget)
{
	struct ept_unmapping u = {
		.ept		= ept,
		.start_gpa	= *start_gpa,
		.end_gpa	= min_t(u64, end_gpa, EPT_GPA_END),
		.budget		= *budget,
	};
	const u64 whole_end_gpa = u.end_gpa;

	/* An empty range inside a larger leaf must not take the leaf along. */
	if (u.start_gpa < u.end_gpa)
		*ept->ops->entries(ept->root) -= ept_unmap_table(&u, ept->root, EPT_LEVELS, 0);
	ept->mapped_bytes -= u.bytes;
	if (u.bytes)
		ept->flush = true;
	*start_gpa = u.end_gpa < whole_end_gpa ? u.end_gpa : end_gpa;
	*budget = u.budget;
	return u.bytes;
}

u64 ept_unmap(struct ept *ept, u64 start_gpa, u64 end_gpa)
{
	s64 budget = S64_MAX;

	return ept_unmap_some(ept, &start_gpa, end_gpa, &budget);
}

bool ept_take_flush(struct ept *ept)
{
	bool flush = ept->flush;

	ept->flush = false;
	return flush;
}
