/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Extended page tables: builds and changes the tables that translate guest-physical addresses.
 * SDM, "The Extended Page Table Mechanism (EPT)".
 *
 * The caller's lock serialises all calls on one struct ept; processors may walk the tables
 * meanwhile, since an entry changes by one store at a time.
 */
#ifndef VMH_EPT_H
#define VMH_EPT_H

#include <linux/bits.h>
#include <linux/types.h>

/* A 4-level walk translates this many bits. */
#define EPT_GPA_BITS		48
#define EPT_GPA_END		BIT_ULL(EPT_GPA_BITS)

/* ept_map() allocates no more tables than this: see struct ept_ops. */
#define EPT_MAP_MAX_TABLES	3

/* All entries of the tables above one of small leaves, and more: see ept_unmap_some(). */
#define EPT_UNMAP_MIN		2048

/**
 * enum ept_level - size of a leaf, by the level of its entry
 * @EPT_LEVEL_4K: 4 KiB.
 * @EPT_LEVEL_2M: 2 MiB; needs EPT_FEATURE_2M.
 * @EPT_LEVEL_1G: 1 GiB; needs EPT_FEATURE_1G.
 */
enum ept_level {
	EPT_LEVEL_4K	= 1,
	EPT_LEVEL_2M	= 2,
	EPT_LEVEL_1G	= 3,
};

/* What the processor offers: see vmx_ept_features(). */
#define EPT_FEATURE_2M		BIT(0)
#define EPT_FEATURE_1G		BIT(1)
#define EPT_FEATURE_AD		BIT(2)		/* accessed and dirty bits */
#define EPT_FEATURE_EXEC_ONLY	BIT(3)		/* leaves may be executable, not readable */
#define EPT_FEATURE_PML		BIT(4)		/* it logs each dirty bit that it sets */
#define EPT_FEATURE_NX_LARGE	BIT(5)		/* only leaves of 4 KiB may be executable */

/*
 * Rights and memory type of a leaf. The type is write-back, combined with the guest's PAT, unless
 * a flag says otherwise.
 */
#define EPT_PROT_READ		BIT(0)
#define EPT_PROT_WRITE		BIT(1)
#define EPT_PROT_EXEC		BIT(2)
#define EPT_PROT_UC		BIT(3)		/* uncacheable instead of write-back */
#define EPT_PROT_IGNORE_PAT	BIT(4)		/* the guest's PAT has no say */

#define EPT_PROT_RX		(EPT_PROT_READ | EPT_PROT_EXEC)
#define EPT_PROT_RWX		(EPT_PROT_RX | EPT_PROT_WRITE)

/**
 * struct ept_ops - where tables come from
 * @alloc: a zeroed page, or NULL. ept_map() calls it at most EPT_MAP_MAX_TABLES times, so a caller
 *	that may not sleep keeps as many in stock. A place to charge for the table.
 * @free: takes a table back that no entry leads to any more. Processors may still walk it until
 *	their translations are flushed: the page may be reused only after that (see
 *	ept_take_flush()). ept_destroy() calls it as well, when nothing walks the tables.
 * @put_back: takes back a table that no entry has ever led to: it is free at once, still zeroed.
 * @entries: a place beside a table for how many entries of it are present, so that the last one to
 *	go takes the table along without a search, and a whole table of small leaves is counted
 *	without reading it. It may hold anything at first.
 * @flush: calls ept_take_flush() and does what it asks for, while ept_map() waits: nothing else on
 *	the tables.
 * @va_to_hpa: host-physical address of a table.
 * @hpa_to_va: the inverse.
 */
struct ept_ops {
	void *(*alloc)(void *ctx);
	void (*free)(void *ctx, void *table);
	void (*put_back)(void *ctx, void *table);
	unsigned long *(*entries)(void *table);
	void (*flush)(void *ctx);
	u64 (*va_to_hpa)(const void *table);
	void *(*hpa_to_va)(u64 hpa);
};

/**
 * struct ept - the tables of one guest-physical address space
 * @ops: where tables come from.
 * @ctx: for @ops.
 * @root: the table that EPTP points to.
 * @features: EPT_FEATURE_*.
 * @table_pages: tables there are, @root included: exact.
 * @mapped_bytes: sum of the sizes of all leaves: exact.
 * @split_tables: tables that ept_keep_split() has marked: exact.
 * @flush: a translation that processors may have cached was removed or changed.
 */
struct ept {
	const struct ept_ops *ops;
	void *ctx;
	u64 *root;
	u32 features;
	u64 table_pages;
	u64 mapped_bytes;
	u64 split_tables;
	bool flush;
};

/**
 * struct ept_leaf - a translation
 * @hpa: host-physical address of the byte asked for.
 * @level: size of the leaf.
 * @prot: EPT_PROT_*, as the leaf was mapped: the processor may have fewer rights for the moment.
 * @accessed: the processor used it; meaningful with EPT_FEATURE_AD.
 * @dirty: the processor wrote through it; meaningful with EPT_FEATURE_AD.
 */
struct ept_leaf {
	u64 hpa;
	enum ept_level level;
	u32 prot;
	bool accessed;
	bool dirty;
};

/**
 * ept_level_bytes() - size of a leaf
 * @level: enum ept_level.
 *
 * Return: bytes.
 */
static inline u64 ept_level_bytes(enum ept_level level)
{
	return 1ULL << (12 + 9 * (level - 1));
}

/**
 * ept_init() - an empty address space
 * @ept: to be initialised.
 * @ops: where tables come from.
 * @ctx: for @ops.
 * @features: EPT_FEATURE_*.
 *
 * Return: 0; -ENOMEM when there was no page for the root.
 */
int ept_init(struct ept *ept, const struct ept_ops *ops, void *ctx, u32 features);

/**
 * ept_destroy() - free all tables
 * @ept: initialised; no processor may use it any more. May be called again.
 */
void ept_destroy(struct ept *ept);

/**
 * ept_eptp() - the EPT pointer for the VMCS
 * @ept: initialised.
 *
 * SDM, "Extended-Page-Table Pointer (EPTP)".
 *
 * Return: write-back, 4 levels, accessed and dirty bits if there, and the root's address.
 */
u64 ept_eptp(const struct ept *ept);

/**
 * ept_map() - translate one page
 * @ept: initialised.
 * @gpa: guest-physical address; a multiple of the leaf's size, below EPT_GPA_END.
 * @hpa: host-physical address; a multiple of the leaf's size.
 * @level: size of the leaf.
 * @prot: EPT_PROT_*.
 * @delta: by how many bytes @mapped_bytes changed, which is less than the leaf's size when
 *	something was mapped there before; also valid on failure, when it is 0. May be NULL.
 *
 * A larger leaf replaces the smaller ones that were mapped there; a smaller one splits a larger
 * leaf, the rest of which stays. Processors are made to forget the old ones in between, by
 * @ops->flush, so an access there may fault meanwhile. Mapping what is mapped already, by this leaf
 * or as part of a larger one with the same rights, changes nothing. The bits for accessed and dirty
 * survive when only the rights of a leaf change.
 *
 * With EPT_FEATURE_NX_LARGE a leaf above 4 KiB is mapped as if @prot had no EPT_PROT_EXEC, and a
 * map of 4 KiB with it splits the leaf: all parts of 4 KiB get the right.
 *
 * Return: 0; -ENOMEM when @ops->alloc had no page: nothing has changed; -EINVAL for an address,
 * level or @prot that the processor would not take.
 */
int ept_map(struct ept *ept, u64 gpa, u64 hpa, enum ept_level level, u32 prot, s64 *delta);

/**
 * ept_unmap() - remove translations
 * @ept: initialised.
 * @start_gpa: first address; a multiple of 4096.
 * @end_gpa: first address beyond; a multiple of 4096, at most EPT_GPA_END.
 *
 * Never fails and never allocates: a larger leaf that is partly in the range goes as a whole, and
 * comes back by faults. Tables that became empty are freed. Takes time in proportion to the tables
 * in the range, not to its pages.
 *
 * Return: bytes unmapped: by how much @mapped_bytes fell.
 */
u64 ept_unmap(struct ept *ept, u64 start_gpa, u64 end_gpa);

/**
 * ept_unmap_some() - remove translations, up to an amount of work
 * @ept: initialised.
 * @start_gpa: first address; a multiple of 4096. Becomes the one to go on from: @end_gpa when all
 *	is done.
 * @end_gpa: first address beyond; a multiple of 4096, at most EPT_GPA_END.
 * @budget: entries that may be looked at; becomes what is left of it. Whatever is left after one
 *	range may be spent on another one.
 *
 * As ept_unmap(), in pieces. The budget is overdrawn by a table's entries at most. With
 * EPT_UNMAP_MIN or more, something is done of any range.
 *
 * Return: bytes unmapped.
 */
u64 ept_unmap_some(struct ept *ept, u64 *start_gpa, u64 end_gpa, s64 *budget);

/**
 * ept_lookup() - translate one address
 * @ept: initialised.
 * @gpa: guest-physical address.
 * @leaf: the translation.
 *
 * Return: 0; -ENOENT when nothing is mapped there.
 */
int ept_lookup(const struct ept *ept, u64 gpa, struct ept_leaf *leaf);

/**
 * struct ept_census - what was found in the tables, entry by entry
 * @tables: tables that translate from an address in the range on.
 * @leaves: leaves that begin in the range, by enum ept_level.
 * @executable: those of them that the processor may execute from.
 * @write_back: leaves that are write-back whatever the guest's PAT says.
 * @bytes: sum of the sizes of all @leaves.
 */
struct ept_census {
	u64 tables;
	u64 leaves[EPT_LEVEL_1G + 1];
	u64 executable[EPT_LEVEL_1G + 1];
	u64 write_back;
	u64 bytes;
};

/**
 * ept_take_census() - count tables and leaves, trusting no counter
 * @ept: initialised.
 * @start_gpa: first address.
 * @end_gpa: first address beyond, at most EPT_GPA_END.
 * @census: the counts. Ranges that follow on each other add up.
 */
void ept_take_census(const struct ept *ept, u64 start_gpa, u64 end_gpa,
		     struct ept_census *census);

/**
 * ept_census_add() - a census of two ranges
 * @sum: of one range; the counts of the other are added.
 * @part: of the other.
 */
void ept_census_add(struct ept_census *sum, const struct ept_census *part);

/**
 * ept_watch_writes() - make the next write to each page of a range show
 * @ept: initialised.
 * @start_gpa: first address; a multiple of 4096.
 * @end_gpa: first address beyond; a multiple of 4096.
 *
 * With EPT_FEATURE_PML, 4 KiB leaves lose their dirty bit: the processor logs when it sets it
 * again. Otherwise, and for larger leaves, which may be written in more places than one, the right
 * to write goes: the write faults, and a map of 4 KiB then splits the leaf. A larger leaf that is
 * partly in the range is changed as a whole.
 *
 * Return: number of leaves that were changed.
 */
u64 ept_watch_writes(struct ept *ept, u64 start_gpa, u64 end_gpa);

/**
 * ept_test_accessed() - has the guest used a range?
 * @ept: initialised.
 * @start_gpa: first address; a multiple of 4096.
 * @end_gpa: first address beyond; a multiple of 4096.
 * @clear: forget it as well.
 *
 * Without EPT_FEATURE_AD a leaf counts as used from when it was mapped, and that is forgotten by
 * taking its rights: the next use faults, and ept_use() gives them back. Until then it stays mapped
 * for all other purposes.
 *
 * No flush becomes due: a processor that still has the translation cached shows its next use late,
 * which is harmless. A caller that must not miss the use flushes.
 *
 * Return: true when the processor used a leaf in the range since the last time.
 */
bool ept_test_accessed(struct ept *ept, u64 start_gpa, u64 end_gpa, bool clear);

/**
 * ept_use() - let a faulting access go on if only its leaf's use was to be shown
 * @ept: initialised.
 * @gpa: guest-physical address.
 * @access: EPT_PROT_READ, _WRITE, _EXEC: what the access needs.
 *
 * For tables without EPT_FEATURE_AD.
 *
 * Return: true when the access is possible now; else it needs ept_map().
 */
bool ept_use(struct ept *ept, u64 gpa, u32 access);

/**
 * ept_keep_split() - keep a place mapped by small leaves
 * @ept: initialised.
 * @gpa: guest-physical address, which is mapped by 4 KiB.
 * @level: size of the largest leaf that is not to come back there.
 *
 * The mark stays until the table with these leaves is freed. It binds nobody: callers of ept_map()
 * ask ept_is_kept_split() first.
 *
 * Return: how many larger leaves that keeps away that were not marked before: one a level.
 */
u32 ept_keep_split(struct ept *ept, u64 gpa, enum ept_level level);

/**
 * ept_is_kept_split() - is a larger leaf kept away?
 * @ept: initialised.
 * @gpa: guest-physical address.
 * @level: size of the leaf.
 */
bool ept_is_kept_split(const struct ept *ept, u64 gpa, enum ept_level level);

/**
 * ept_next_split() - find a place that ept_keep_split() has marked
 * @ept: initialised.
 * @gpa: where to begin. On return where the place begins, or else where to go on, which is
 *	EPT_GPA_END if there are no more.
 * @level: on return its size, if there is one.
 *
 * Looks through one table a level at most.
 *
 * Return: whether one was found.
 */
bool ept_next_split(const struct ept *ept, u64 *gpa, enum ept_level *level);

/**
 * ept_take_flush() - must processors drop cached translations?
 * @ept: initialised.
 *
 * Removing or changing a translation, taking a right, or freeing a table asks for a flush; new
 * translations and more rights do not. Answering takes the question away: the caller flushes
 * (INVEPT on every processor that runs the guest) before it releases the pages concerned and the
 * tables that @ops->free got.
 *
 * Return: true when a flush is due.
 */
bool ept_take_flush(struct ept *ept);

#endif /* VMH_EPT_H */
