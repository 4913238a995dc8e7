// SPDX-License-Identifier: GPL-2.0
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include "ept_walk.h"

int ept_walk(const struct ept *ept, u64 gpa, int stop, struct ept_path *path)
{
	u64 *table = ept->root;
	int level;

	for (level = EPT_LEVELS; ; level--) {
		u64 entry;

		path->entry[level] = &table[ept_index(gpa, level)];
		entry = READ_ONCE(*path->entry[level]);
		if (level == stop || !ept_entry_present(entry) || ept_entry_is_leaf(entry, level))
			return level;
		table = ept_table_of(ept, entry);
	}
}

int ept_lookup(const struct ept *ept, u64 gpa, struct ept_leaf *leaf)
{
	struct ept_path path;
	u64 entry;
	int level;

	if (gpa >= EPT_GPA_END)
		return -ENOENT;
	level = ept_walk(ept, gpa, EPT_LEVEL_4K, &path);
	entry = READ_ONCE(*path.entry[level]);
	if (!ept_entry_present(entry))
		return -ENOENT;
	leaf->hpa = ept_entry_hpa(entry) + (gpa & (ept_level_bytes(level) - 1));
	leaf->level = level;
	leaf->prot = ept_entry_prot(entry);
	leaf->accessed = entry & EPT_ACCESSED;
	leaf->dirty = entry & EPT_DIRTY;
	return 0;
}

struct ept_visit {
	const struct ept *ept;
	u64 start_gpa;
	u64 end_gpa;
	bool (*visit)(u64 *entry, void *ctx);
	void *ctx;
};

/* @base_gpa is where @table begins. Recurses once per level, so at most EPT_LEVELS deep. */
static bool ept_visit_table(const struct ept_visit *v, u64 *table, int level, u64 base_gpa)
{
	u64 size = ept_level_bytes(level);
	u64 gpa = max(v->start_gpa & ~(size - 1), base_gpa);
	u64 end_gpa = min(v->end_gpa, base_gpa + size * EPT_TABLE_ENTRIES);

	for (; gpa < end_gpa; gpa += size) {
		u64 *place = &table[ept_index(gpa, level)];
		u64 entry = READ_ONCE(*place);
		bool go_on;

		if (!ept_entry_present(entry))
			continue;
		if (ept_entry_is_leaf(entry, level))
			go_on = v->visit(place, v->ctx);
		else
			go_on = ept_visit_table(v, ept_table_of(v->ept, entry), level - 1, gpa);
		if (!go_on)
			return false;
	}
	return true;
}

void ept_visit_leaves(const struct ept *ept, u64 start_gpa, u64 end_gpa,
		      bool (*visit)(u64 *entry, void *ctx), void *ctx)
{
	const struct ept_visit v = {
		.ept		= ept,
		.start_gpa	= start_gpa,
		.end_gpa	= end_gpa,
		.visit		= visit,
		.ctx		= ctx,
	};

	/* An empty range may lie inside a larger leaf. */
	if (start_gpa < end_gpa)
		ept_visit_table(&v, ept->root, EPT_LEVELS, 0);
}

/* @base_gpa is where @table begins. Recurses once per level, so at most EPT_LEVELS deep. */
static void ept_census_table(const struct ept_visit *v, u64 *table, int level, u64 base_gpa)
{
	struct ept_census *census = v->ctx;
	u64 size = ept_level_bytes(level);
	u64 gpa = max(v->start_gpa & ~(size - 1), base_gpa);
	u64 end_gpa = min(v->end_gpa, base_gpa + size * EPT_TABLE_ENTRIES);

	census->tables += base_gpa >= v->start_gpa;
	for (; gpa < end_gpa; gpa += size) {
		u64 entry = READ_ONCE(table[ept_index(gpa, level)]);

		if (!ept_entry_present(entry))
			continue;
		if (!ept_entry_is_leaf(entry, level)) {
			ept_census_table(v, ept_table_of(v->ept, entry), level - 1, gpa);
		} else if (gpa >= v->start_gpa) {
			census->leaves[level]++;
			census->executable[level] += !!(entry & EPT_EXEC);
			census->write_back += ept_entry_is_write_back(entry);
			census->bytes += size;
		}
	}
}

void ept_take_census(const struct ept *ept, u64 start_gpa, u64 end_gpa,
		     struct ept_census *census)
{
	const struct ept_visit v = {
		.ept		= ept,
		.start_gpa	= start_gpa,
		.end_gpa	= end_gpa,
		.ctx		= census,
	};

	*census = (struct ept_census) { 0 };
	if (start_gpa < end_gpa && ept->root)
		ept_census_table(&v, ept->root, EPT_LEVELS, 0);
}

void ept_census_add(struct ept_census *sum, const struct ept_census *part)
{
	int level;

	/* A new member has to be added up too. */
	static_assert(sizeof(*sum) == (3 + 2 * (EPT_LEVEL_1G + 1)) * sizeof(u64));
	sum->tables += part->tables;
	sum->write_back += part->write_back;
	sum->bytes += part->bytes;
	for (level = EPT_LEVEL_4K; level <= EPT_LEVEL_1G; level++) {
		sum->leaves[level] += part->leaves[level];
		sum->executable[level] += part->executable[level];
	}
}
