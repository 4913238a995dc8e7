/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory for EPT tables, a processor that walks and caches them, and a check of everything that
 * must always hold. The processor knows the entries' format from the SDM alone, "EPT Translation
 * Mechanism".
 */
#ifndef VMH_VECTORS_EPT_MEMORY_H
#define VMH_VECTORS_EPT_MEMORY_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/types.h>
#include <ept.h>

#define EPT_MEMORY_ENTRIES	512

/* Host-physical address of the first table: high, so that no other address looks like one. */
#define EPT_MEMORY_HPA		0xabc00000000ULL

#define EPT_TLB_PLACES		16

/**
 * struct ept_tlb - what a processor may have cached
 * @ept: the tables that it walks.
 * @nr: addresses that are looked at.
 * @gpa: them.
 * @level: size of the translation that is cached of each; 0 for none.
 * @flushes: how often @ept had it flushed by itself.
 * @wrong: what must not be, or NULL.
 */
struct ept_tlb {
	struct ept *ept;
	u32 nr;
	u64 gpa[EPT_TLB_PLACES];
	int level[EPT_TLB_PLACES];
	u32 flushes;
	const char *wrong;
};

/**
 * struct ept_page_note - what is kept beside a page
 * @used: it is taken.
 * @entries: the tables' own.
 */
struct ept_page_note {
	bool used;
	unsigned long entries;
};

/**
 * struct ept_memory - pages to build tables from
 * @table: the pages.
 * @note: one for each.
 * @nr: how many there are.
 * @in_use: how many are taken.
 * @budget: allocations that will be granted.
 * @tlb: translations that are cached.
 */
struct ept_memory {
	u64 (*table)[EPT_MEMORY_ENTRIES];
	struct ept_page_note *note;
	u32 nr;
	u32 in_use;
	u32 budget;
	struct ept_tlb tlb;
};

/* The ops get no context for addresses: the one memory in use. */
static struct ept_memory *ept_memory_now;

static inline void *ept_memory_alloc(void *ctx)
{
	struct ept_memory *memory = ctx;
	u32 i;

	if (!memory->budget)
		return NULL;
	for (i = 0; i < memory->nr; i++) {
		if (memory->note[i].used)
			continue;
		memory->budget--;
		memory->note[i] = (struct ept_page_note) { .used = true, .entries = ~0UL };
		memory->in_use++;
		memset(memory->table[i], 0, sizeof(memory->table[i]));
		return memory->table[i];
	}
	return NULL;
}

/* What is freed turns into entries that point nowhere, so that any use of it shows. */
static inline void ept_memory_free(void *ctx, void *table)
{
	struct ept_memory *memory = ctx;
	u32 i = (u64 (*)[EPT_MEMORY_ENTRIES])table - memory->table;

	memset(table, 0xff, sizeof(memory->table[i]));
	memory->note[i].used = false;
	memory->in_use--;
}

/* One that was written to is still taken, which the count of those in use shows. */
static inline void ept_memory_put_back(void *ctx, void *table)
{
	struct ept_memory *memory = ctx;
	const u64 *entry = table;
	u32 i;

	for (i = 0; i < EPT_MEMORY_ENTRIES; i++)
		if (entry[i])
			return;
	memory->budget++;
	ept_memory_free(ctx, table);
}

static inline unsigned long *ept_memory_entries(void *table)
{
	return &ept_memory_now->note[(u64 (*)[EPT_MEMORY_ENTRIES])table -
				     ept_memory_now->table].entries;
}

static inline u64 ept_memory_hpa(const void *table)
{
	return EPT_MEMORY_HPA + ((const char *)table - (const char *)ept_memory_now->table);
}

static inline void *ept_memory_va(u64 hpa)
{
	return (char *)ept_memory_now->table + (hpa - EPT_MEMORY_HPA);
}

static inline bool ept_memory_is_table(u64 hpa)
{
	u64 i = (hpa - EPT_MEMORY_HPA) / 4096;

	return hpa >= EPT_MEMORY_HPA && !(hpa % 4096) && i < ept_memory_now->nr &&
	       ept_memory_now->note[i].used;
}

/**
 * struct ept_processor - outcome of a walk as a processor does it
 * @hpa: host-physical address.
 * @entry: the leaf's place, to set bits as a processor would; NULL when there is no translation.
 * @rights: read, write, execute: of all levels together.
 * @type: memory type of the leaf.
 * @level: 1, 2 or 3.
 * @misconfigured: an entry is not one that a processor accepts.
 */
struct ept_processor {
	u64 hpa;
	u64 *entry;
	u32 rights;
	u32 type;
	int level;
	bool misconfigured;
};

/* SDM, "EPT Misconfigurations". */
static inline bool ept_processor_rejects(u64 entry, int level, u32 features)
{
	bool large = entry & (1 << 7);
	u32 type = (entry >> 3) & 7;

	if ((entry & 3) == 2 || ((entry & 7) == 4 && !(features & EPT_FEATURE_EXEC_ONLY)))
		return true;
	if (level == 4 || (level > 1 && !large))
		return entry & 0xf8;
	if (type == 2 || type == 3 || type == 7)
		return true;
	if (level == 3)
		return !(features & EPT_FEATURE_1G) || (entry & 0x3ffff000);
	if (level == 2)
		return !(features & EPT_FEATURE_2M) || (entry & 0x1ff000);
	return large;
}

static inline void ept_processor_walk(const struct ept *ept, u64 gpa, struct ept_processor *p)
{
	u64 *table = ept_memory_va(ept_eptp(ept) & ~0xfffULL);
	int level;

	*p = (struct ept_processor) { .rights = 7 };
	for (level = 4; ; level--) {
		u64 *place = &table[(gpa >> (12 + 9 * (level - 1))) & 0x1ff];
		u64 entry = *place, size = 1ULL << (12 + 9 * (level - 1));

		p->rights &= entry;
		if (!(entry & 7))
			return;
		p->misconfigured = ept_processor_rejects(entry, level, ept->features);
		if (p->misconfigured)
			return;
		if (level == 1 || (level < 4 && (entry & (1 << 7)))) {
			p->hpa = (entry & 0xffffffffff000ULL & ~(size - 1)) | (gpa & (size - 1));
			p->entry = place;
			p->type = (entry >> 3) & 7;
			p->level = level;
			return;
		}
		if (!ept_memory_is_table(entry & 0xffffffffff000ULL)) {
			p->misconfigured = true;
			return;
		}
		table = ept_memory_va(entry & 0xffffffffff000ULL);
	}
}

static inline void ept_tlb_watch(struct ept_tlb *tlb, u64 gpa)
{
	if (tlb->nr < EPT_TLB_PLACES && gpa < EPT_GPA_END)
		tlb->gpa[tlb->nr++] = gpa;
}

/*
 * A processor walks whenever it likes: it is taken to know all that has been mapped since the last
 * flush. It must find no translation of another size than the one that it still holds: there are
 * processors that stop the machine then.
 */
static inline void ept_tlb_walk(struct ept_tlb *tlb)
{
	u32 i;

	for (i = 0; i < tlb->nr; i++) {
		struct ept_processor p;

		ept_processor_walk(tlb->ept, tlb->gpa[i], &p);
		if (!p.entry)
			continue;
		if (tlb->level[i] && tlb->level[i] != p.level)
			tlb->wrong = "an address has translations of two sizes";
		tlb->level[i] = p.level;
	}
}

/* It walks right before, and right after. */
static inline void ept_tlb_flush(struct ept_tlb *tlb)
{
	ept_tlb_walk(tlb);
	memset(tlb->level, 0, sizeof(tlb->level));
	ept_tlb_walk(tlb);
}

static inline void ept_memory_flush(void *ctx)
{
	struct ept_memory *memory = ctx;

	memory->tlb.flushes += ept_take_flush(memory->tlb.ept);
	ept_tlb_flush(&memory->tlb);
}

static const struct ept_ops ept_memory_ops = {
	.alloc		= ept_memory_alloc,
	.free		= ept_memory_free,
	.put_back	= ept_memory_put_back,
	.entries	= ept_memory_entries,
	.flush		= ept_memory_flush,
	.va_to_hpa	= ept_memory_hpa,
	.hpa_to_va	= ept_memory_va,
};

/* What a check of all tables adds up. */
struct ept_audit {
	const struct ept *ept;
	u64 tables;
	u64 bytes;
	u64 splits;
	const char *wrong;
};

/* Returns how many entries of the table are present. */
static inline u32 ept_audit_table(struct ept_audit *audit, u64 table_hpa, int level)
{
	u64 *table = ept_memory_va(table_hpa);
	u32 i, present = 0;

	audit->tables++;
	for (i = 0; i < EPT_MEMORY_ENTRIES && !audit->wrong; i++) {
		u64 entry = table[i], child = entry & 0xffffffffff000ULL;

		if (!entry)
			continue;
		present++;
		if (!(entry & 7)) {
			/* Only what shows its next use by a fault is kept without rights. */
			if (!((entry >> 52) & 7) || (audit->ept->features & EPT_FEATURE_AD))
				audit->wrong = "an entry is not present, but not zero";
			audit->bytes += 1ULL << (12 + 9 * (level - 1));
			continue;
		}
		if (ept_processor_rejects(entry, level, audit->ept->features)) {
			audit->wrong = "an entry is misconfigured";
		} else if (level == 1 || (entry & (1 << 7))) {
			audit->bytes += 1ULL << (12 + 9 * (level - 1));
		} else if (!ept_memory_is_table(child)) {
			audit->wrong = "an entry leads to no table";
		} else {
			u32 children = ept_audit_table(audit, child, level - 1);

			if (!children && !audit->wrong)
				audit->wrong = "a table is empty";
			audit->splits += (entry >> 62) & 1;
		}
	}
	if (present != *ept_memory_entries(table) && !audit->wrong)
		audit->wrong = "a table's count is wrong";
	return present;
}

/* Checks all that must hold between any two calls; returns what is wrong, or NULL. */
static inline const char *ept_audit(const struct ept *ept)
{
	struct ept_audit audit = { .ept = ept };

	ept_audit_table(&audit, ept_eptp(ept) & ~0xfffULL, 4);
	if (audit.wrong)
		return audit.wrong;
	if (audit.tables != ept->table_pages || audit.tables != ept_memory_now->in_use)
		return "the number of tables is wrong";
	if (audit.splits != ept->split_tables)
		return "the number of tables that are kept split is wrong";
	return audit.bytes == ept->mapped_bytes ? NULL : "the number of mapped bytes is wrong";
}

#endif /* VMH_VECTORS_EPT_MEMORY_H */
