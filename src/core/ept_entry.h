/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The format of EPT entries and of EPTP. SDM, "EPT Translation Mechanism", tables of the formats
 * of EPT paging-structure entries.
 */
#ifndef VMH_EPT_ENTRY_H
#define VMH_EPT_ENTRY_H

#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/types.h>

#include "ept.h"

#define EPT_LEVELS		4
#define EPT_TABLE_ENTRIES	512
#define EPT_TABLE_BYTES		4096

/* Every entry. */
#define EPT_READ		BIT_ULL(0)
#define EPT_WRITE		BIT_ULL(1)
#define EPT_EXEC		BIT_ULL(2)
#define EPT_RWX			(EPT_READ | EPT_WRITE | EPT_EXEC)
#define EPT_ACCESSED_BIT	8
#define EPT_ACCESSED		BIT_ULL(EPT_ACCESSED_BIT)
#define EPT_ADDR_MASK		GENMASK_ULL(51, 12)

/* Leaves only. */
#define EPT_TYPE_MASK		GENMASK_ULL(5, 3)
#define EPT_TYPE_UC		(0ULL << 3)
#define EPT_TYPE_WB		(6ULL << 3)
#define EPT_IGNORE_PAT		BIT_ULL(6)
#define EPT_DIRTY_BIT		9
#define EPT_DIRTY		BIT_ULL(EPT_DIRTY_BIT)
#define EPT_WRITE_BIT		1

/*
 * The processor ignores bits 56:52 of a leaf. vmh keeps there which rights the leaf is meant to
 * have. Those of bits 2:0, which the processor goes by, are fewer where it is too large to be
 * executable (EPT_FEATURE_NX_LARGE), and none after it was made to show its next use
 * (ept_test_accessed()).
 */
#define EPT_MEANT_SHIFT		52
#define EPT_MEANT_RWX		(EPT_RWX << EPT_MEANT_SHIFT)
#define EPT_MEANT_WRITE_BIT	(EPT_WRITE_BIT + EPT_MEANT_SHIFT)

/* A leaf above the lowest level, where the same entry could lead to a table. */
#define EPT_LARGE		BIT_ULL(7)

/*
 * The processor ignores this bit of an entry that leads to a table: no larger leaf is to take the
 * table's place. See ept_keep_split().
 */
#define EPT_KEPT_SPLIT		BIT_ULL(62)

#define EPT_LEAF_ATTR_MASK	(EPT_RWX | EPT_TYPE_MASK | EPT_IGNORE_PAT | EPT_LARGE | \
				 EPT_ACCESSED | EPT_DIRTY | EPT_MEANT_RWX)
#define EPT_TABLE_ATTR_MASK	(EPT_RWX | EPT_ACCESSED | EPT_KEPT_SPLIT)

/* EPTP. */
#define EPTP_WALK_4		(3ULL << 3)
#define EPTP_AD			BIT_ULL(6)
#define EPTP_TYPE_WB		6ULL

static_assert(EPT_TABLE_ENTRIES * sizeof(u64) == EPT_TABLE_BYTES);
static_assert(EPT_GPA_END == 1ULL << (12 + 9 * EPT_LEVELS));
static_assert(!(EPT_ADDR_MASK & EPT_LEAF_ATTR_MASK));
static_assert(!(EPT_ADDR_MASK & EPT_TABLE_ATTR_MASK));
static_assert(EPT_WRITE == BIT_ULL(EPT_WRITE_BIT));
static_assert(EPT_MEANT_RWX & BIT_ULL(EPT_MEANT_WRITE_BIT));
static_assert(!(EPT_MEANT_RWX & ~GENMASK_ULL(56, 52)));
/* The rights of a leaf are the low bits of the prot that asks for them. */
static_assert(EPT_READ == EPT_PROT_READ && EPT_WRITE == EPT_PROT_WRITE &&
	      EPT_EXEC == EPT_PROT_EXEC);

/* What is removed is zeroed. A leaf is there for vmh even while it has no rights. */
static inline bool ept_entry_present(u64 entry)
{
	return entry;
}

/* Of a present entry at @level: is it a translation, rather than the way to a table? */
static inline bool ept_entry_is_leaf(u64 entry, int level)
{
	return level == EPT_LEVEL_4K || (entry & EPT_LARGE);
}

static inline u64 ept_entry_hpa(u64 entry)
{
	return entry & EPT_ADDR_MASK;
}

/*
 * An entry that leads to a table: all rights, since the leaves decide. It is born accessed: nobody
 * asks, and so the processor never has to write to it. Nor does vmh: an outer
 * hypervisor, if there is one, may watch such entries.
 */
static inline u64 ept_entry_table(u64 table_hpa)
{
	return table_hpa | EPT_RWX | EPT_ACCESSED;
}

/* The rights of a leaf at @level that is meant to have those of @meant. */
static inline u64 ept_leaf_rights(u32 features, int level, u64 meant)
{
	if (level != EPT_LEVEL_4K && (features & EPT_FEATURE_NX_LARGE))
		return meant & (EPT_READ | EPT_WRITE);
	return meant & EPT_RWX;
}

static inline u64 ept_entry_meant(u64 entry)
{
	return entry >> EPT_MEANT_SHIFT & EPT_RWX;
}

/* A leaf without rights shows its next use by a fault. */
static inline bool ept_leaf_is_aged(u64 entry)
{
	return !(entry & EPT_RWX);
}

static inline u64 ept_leaf_unaged(u64 entry, u32 features, int level)
{
	return entry | ept_leaf_rights(features, level, ept_entry_meant(entry));
}

static inline u64 ept_entry_leaf(u64 hpa, int level, u32 prot, u32 features)
{
	u64 entry = hpa | ept_leaf_rights(features, level, prot);

	entry |= (u64)(prot & EPT_PROT_RWX) << EPT_MEANT_SHIFT;
	entry |= (prot & EPT_PROT_UC) ? EPT_TYPE_UC : EPT_TYPE_WB;
	if (prot & EPT_PROT_IGNORE_PAT)
		entry |= EPT_IGNORE_PAT;
	if (level != EPT_LEVEL_4K)
		entry |= EPT_LARGE;
	return entry;
}

static inline u32 ept_entry_prot(u64 entry)
{
	u32 prot = ept_entry_meant(entry);

	if ((entry & EPT_TYPE_MASK) == EPT_TYPE_UC)
		prot |= EPT_PROT_UC;
	if (entry & EPT_IGNORE_PAT)
		prot |= EPT_PROT_IGNORE_PAT;
	return prot;
}

static inline bool ept_entry_is_write_back(u64 entry)
{
	return (entry & EPT_TYPE_MASK) == EPT_TYPE_WB && (entry & EPT_IGNORE_PAT);
}

static inline u32 ept_index(u64 gpa, int level)
{
	return (gpa >> (12 + 9 * (level - 1))) % EPT_TABLE_ENTRIES;
}

#endif /* VMH_EPT_ENTRY_H */
