/* SPDX-License-Identifier: GPL-2.0 */
/* The EPT builder, as scripts; all that must always hold is checked after each step. */
#ifndef VMH_VECTORS_EPT_H
#define VMH_VECTORS_EPT_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <ept.h>
#include "ept_memory.h"

#define EPT_STEPS	10
#define EPT_TABLES	24
#define EPT_NOWHERE	(~0ULL)		/* EPT_FIND: no translation */

enum ept_step_op {
	EPT_END,
	EPT_MAP,	/* gpa, to = hpa, level, prot; want: errno */
	EPT_GREW,	/* want: by how many bytes the last EPT_MAP says to have grown */
	EPT_UNMAP,	/* gpa, to = end; want: bytes */
	EPT_UNMAP_SOME,	/* gpa, to = end, prot = budget; want: where to go on */
	EPT_FIND,	/* gpa; to = hpa or EPT_NOWHERE, level, prot */
	EPT_WATCH,	/* gpa, to = end; want: leaves */
	EPT_USE,	/* gpa: the processor reads there, or writes with EPT_PROT_WRITE */
	EPT_USED,	/* gpa, to = end; want: as ept_test_accessed(), which clears */
	EPT_SEEN,	/* the same, but it does not clear */
	EPT_IS_DIRTY,	/* gpa; want: 0 or 1 */
	EPT_LOOK,	/* as EPT_FIND, but what the processor may do is not compared */
	EPT_RIGHTS,	/* gpa; want: what the processor may do */
	EPT_TOUCH,	/* gpa, prot: an access that faults; want: as ept_use() */
	EPT_KEEP,	/* gpa, level; want: as ept_keep_split() */
	EPT_IS_KEPT,	/* gpa, level; want: as ept_is_kept_split() */
	EPT_EXECUTABLE,	/* level; want: leaves that the processor may execute from */
	EPT_WRITE_BACK,	/* want: leaves that are so whatever the guest's PAT says */
	EPT_SPLITS,	/* want: how many ept_keep_split() has marked */
	EPT_NEXT,	/* gpa; to = the next place that is kept split, or EPT_NOWHERE */
	EPT_FLUSH,	/* want: as ept_take_flush(), or ept_map() has flushed by itself */
	EPT_BROKE,	/* want: how often ept_map() has flushed since the last EPT_FLUSH */
	EPT_PAGES,	/* want: tables */
	EPT_BUDGET,	/* want: allocations that will succeed */
};

struct ept_step {
	enum ept_step_op op;
	u64 gpa;
	u64 to;
	enum ept_level level;
	u32 prot;
	s64 want;
};

struct ept_case {
	const char *name;
	u32 without;			/* EPT_FEATURE_* that the processor has not */
	u32 with;			/* and those that it has besides */
	struct ept_step steps[EPT_STEPS];
};

#include "ept_rows.h"

/* What a script runs on. */
struct ept_bench {
	struct ept_memory memory;
	struct ept ept;
	s64 grew;
};

/* ept_lookup() and the processor must agree, with each other and with the row. */
static inline s64 ept_case_find(struct ept_bench *b, const struct ept_step *s)
{
	struct ept_leaf leaf = { 0 };
	struct ept_processor p;
	int ret = ept_lookup(&b->ept, s->gpa, &leaf);

	if (s->to == EPT_NOWHERE)
		return ret == -ENOENT ? 0 : -1;
	if (ret || leaf.hpa != s->to || leaf.level != s->level || leaf.prot != s->prot)
		return -2;
	if (s->op == EPT_LOOK)
		return 0;
	ept_processor_walk(&b->ept, s->gpa, &p);
	if (!p.entry || p.hpa != s->to || p.level != (int)s->level)
		return -3;
	if (p.rights != (s->prot & EPT_PROT_RWX) || p.type != (s->prot & EPT_PROT_UC ? 0 : 6))
		return -4;
	return 0;
}

static inline s64 ept_case_rights(struct ept_bench *b, const struct ept_step *s)
{
	struct ept_processor p;

	ept_processor_walk(&b->ept, s->gpa, &p);
	return p.entry ? p.rights : 0;
}

static inline struct ept_census ept_case_census(struct ept_bench *b)
{
	struct ept_census census;

	ept_take_census(&b->ept, 0, EPT_GPA_END, &census);
	return census;
}

/* Goes on as long as it is told to. */
static inline s64 ept_case_next_split(struct ept_bench *b, const struct ept_step *s)
{
	enum ept_level level;
	u64 gpa = s->gpa;

	while (gpa < EPT_GPA_END)
		if (ept_next_split(&b->ept, &gpa, &level))
			return gpa == s->to && ept_is_kept_split(&b->ept, gpa, level) ? 0 : -1;
	return gpa == EPT_GPA_END && s->to == EPT_NOWHERE ? 0 : -2;
}

static inline s64 ept_case_use(struct ept_bench *b, const struct ept_step *s)
{
	struct ept_processor p;

	ept_processor_walk(&b->ept, s->gpa, &p);
	if (!p.entry || (p.rights & s->prot) != s->prot)
		return -1;
	*p.entry |= 1 << 8;
	if (s->prot & EPT_PROT_WRITE)
		*p.entry |= 1 << 9;
	return 0;
}

static inline s64 ept_case_is_dirty(struct ept_bench *b, const struct ept_step *s)
{
	struct ept_leaf leaf = { 0 };

	return ept_lookup(&b->ept, s->gpa, &leaf) ? -1 : leaf.dirty;
}

static inline s64 ept_case_unmap_some(struct ept_bench *b, const struct ept_step *s)
{
	s64 budget = s->prot;
	u64 gpa = s->gpa;

	ept_unmap_some(&b->ept, &gpa, s->to, &budget);
	return budget > s->prot ? -1 : (s64)gpa;
}

static inline s64 ept_case_flush(struct ept_bench *b)
{
	bool flush = ept_take_flush(&b->ept), flushed = b->memory.tlb.flushes;

	b->memory.tlb.flushes = 0;
	if (flush)
		ept_tlb_flush(&b->memory.tlb);
	return flush || flushed;
}

static inline s64 ept_case_step(struct ept_bench *b, const struct ept_step *s)
{
	switch (s->op) {
	case EPT_MAP:
		b->grew = -1;
		return ept_map(&b->ept, s->gpa, s->to, s->level, s->prot, &b->grew);
	case EPT_GREW:
		return b->grew;
	case EPT_UNMAP:
		return ept_unmap(&b->ept, s->gpa, s->to);
	case EPT_UNMAP_SOME:
		return ept_case_unmap_some(b, s);
	case EPT_FIND:
	case EPT_LOOK:
		return ept_case_find(b, s);
	case EPT_RIGHTS:
		return ept_case_rights(b, s);
	case EPT_TOUCH:
		return ept_use(&b->ept, s->gpa, s->prot);
	case EPT_KEEP:
		return ept_keep_split(&b->ept, s->gpa, s->level);
	case EPT_IS_KEPT:
		return ept_is_kept_split(&b->ept, s->gpa, s->level);
	case EPT_EXECUTABLE:
		return ept_case_census(b).executable[s->level];
	case EPT_WRITE_BACK:
		return ept_case_census(b).write_back;
	case EPT_SPLITS:
		return b->ept.split_tables;
	case EPT_NEXT:
		return ept_case_next_split(b, s);
	case EPT_WATCH:
		return ept_watch_writes(&b->ept, s->gpa, s->to);
	case EPT_USE:
		return ept_case_use(b, s);
	case EPT_USED:
		return ept_test_accessed(&b->ept, s->gpa, s->to, true);
	case EPT_SEEN:
		return ept_test_accessed(&b->ept, s->gpa, s->to, false);
	case EPT_IS_DIRTY:
		return ept_case_is_dirty(b, s);
	case EPT_FLUSH:
		return ept_case_flush(b);
	case EPT_BROKE:
		return b->memory.tlb.flushes;
	case EPT_PAGES:
		return b->ept.table_pages;
	case EPT_BUDGET:
		b->memory.budget = s->want;
		return s->want;
	case EPT_END:
		break;
	}
	return s->want;
}

static inline bool ept_case_run(const struct ept_case *c, struct ept_bench *b, char *why,
				size_t why_len)
{
	const char *wrong;
	u32 i;

	for (i = 0; i < EPT_STEPS; i++)
		if (c->steps[i].op == EPT_MAP || c->steps[i].op == EPT_FIND)
			ept_tlb_watch(&b->memory.tlb, c->steps[i].gpa);
	for (i = 0; i < EPT_STEPS; i++) {
		s64 got = ept_case_step(b, &c->steps[i]);

		if (got != c->steps[i].want) {
			snprintf(why, why_len, "step %u: %lld, want %lld", i, got,
				 c->steps[i].want);
			return false;
		}
		ept_tlb_walk(&b->memory.tlb);
		wrong = ept_audit(&b->ept) ?: b->memory.tlb.wrong;
		if (wrong) {
			snprintf(why, why_len, "after step %u: %s", i, wrong);
			return false;
		}
	}
	return true;
}

static inline bool ept_case_ok(const struct ept_case *c, char *why, size_t why_len)
{
	static u64 table[EPT_TABLES][EPT_MEMORY_ENTRIES] __aligned(4096);
	static struct ept_page_note note[EPT_TABLES];
	const u32 all = EPT_FEATURE_2M | EPT_FEATURE_1G | EPT_FEATURE_AD |
			EPT_FEATURE_EXEC_ONLY;
	struct ept_bench b = {
		.memory = { .table = table, .note = note, .nr = EPT_TABLES, .budget = ~0U },
	};
	bool ok;

	ept_memory_now = &b.memory;
	b.memory.tlb.ept = &b.ept;
	memset(note, 0, sizeof(note));
	if (ept_init(&b.ept, &ept_memory_ops, &b.memory, (all & ~c->without) | c->with)) {
		snprintf(why, why_len, "no root");
		return false;
	}
	ok = ept_case_run(c, &b, why, why_len);
	ept_destroy(&b.ept);
	if (ok && (b.memory.in_use || b.ept.table_pages || b.ept.mapped_bytes ||
		   b.ept.split_tables)) {
		snprintf(why, why_len, "%u tables are left, %llu counted", b.memory.in_use,
			 b.ept.table_pages);
		return false;
	}
	return ok;
}

#endif /* VMH_VECTORS_EPT_H */
