// SPDX-License-Identifier: GPL-2.0
/* Tables that no larger leaf is to take the place of, until they are found and removed. */
#include <linux/compiler.h>
#include "ept.h"
#include "ept_entry.h"
#include "ept_walk.h"

u32 ept_keep_split(struct ept *ept, u64 gpa, enum ept_level level)
{
	struct ept_path path;
	u32 marked = 0;
	int l, reached = ept_walk(ept, gpa, EPT_LEVEL_4K, &path);

	for (l = level; l > reached; l--) {
		u64 entry = READ_ONCE(*path.entry[l]);

		if (entry & EPT_KEPT_SPLIT)
			continue;
		WRITE_ONCE(*path.entry[l], entry | EPT_KEPT_SPLIT);
		marked++;
	}
	ept->split_tables += marked;
	return marked;
}

bool ept_is_kept_split(const struct ept *ept, u64 gpa, enum ept_level level)
{
	struct ept_path path;
	u64 entry;

	if (ept_walk(ept, gpa, level, &path) != (int)level)
		return false;
	entry = READ_ONCE(*path.entry[level]);
	return !ept_entry_is_leaf(entry, level) && (entry & EPT_KEPT_SPLIT);
}

/* Where the next table or leaf of this size begins. */
static u64 ept_next(u64 gpa, int level)
{
	return (gpa | (ept_level_bytes(level) - 1)) + 1;
}

/*
 * Goes on from *@gpa, through @table at @level, to the first entry that leads to a table; in one of
 * 2 MiB leaves to one with the mark. Returns it, or 0 with *@gpa where @table ends.
 */
static u64 ept_scan_table(const u64 *table, int level, u64 *gpa)
{
	u64 end_gpa = ept_next(*gpa, level + 1);

	for (; *gpa < end_gpa; *gpa = ept_next(*gpa, level)) {
		u64 entry = READ_ONCE(table[ept_index(*gpa, level)]);

		if (!ept_entry_present(entry) || ept_entry_is_leaf(entry, level))
			continue;
		if (level > EPT_LEVEL_2M || (entry & EPT_KEPT_SPLIT))
			return entry;
	}
	return 0;
}

bool ept_next_split(const struct ept *ept, u64 *gpa, enum ept_level *level)
{
	const u64 *table = ept->root;
	int l;

	for (l = EPT_LEVELS; *gpa < EPT_GPA_END; l--) {
		u64 entry = ept_scan_table(table, l, gpa);

		if (!entry)
			return false;
		if (entry & EPT_KEPT_SPLIT) {
			*gpa &= ~(ept_level_bytes(l) - 1);
			*level = l;
			return true;
		}
		table = ept_table_of(ept, entry);
	}
	return false;
}
