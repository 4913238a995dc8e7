// SPDX-License-Identifier: GPL-2.0
#include "random.h"
#include "table.h"
#include "../vectors/ept.h"

TABLE_TEST(ept)

START_TEST(eptp)
{
	static u64 table[2][EPT_MEMORY_ENTRIES];
	static struct ept_page_note note[2];
	struct ept_memory memory = { .table = table, .note = note, .nr = 2, .budget = 2 };
	struct ept ept;

	ept_memory_now = &memory;
	ck_assert_int_eq(ept_init(&ept, &ept_memory_ops, &memory, EPT_FEATURE_AD), 0);
	ck_assert_uint_eq(ept_eptp(&ept), EPT_MEMORY_HPA | 0x5e);
	ept.features = 0;
	ck_assert_uint_eq(ept_eptp(&ept), EPT_MEMORY_HPA | 0x1e);
	ept_destroy(&ept);
	ept_destroy(&ept);
	ck_assert_uint_eq(memory.in_use, 0);

	memory.budget = 0;
	ck_assert_int_eq(ept_init(&ept, &ept_memory_ops, &memory, 0), -ENOMEM);
	ept_destroy(&ept);
}
END_TEST

/*
 * A flat model: for each 4 KiB page where it goes, with which rights, and which leaf it is part of.
 * A few windows of it, spread over the address space so that every level has borders in them.
 */
#define WINDOW_PAGES	2048		/* four 2 MiB leaves */
#define WINDOWS		4
#define MODEL_TABLES	64
#define MODEL_STEPS	3000
#define SMALL		1		/* pages of a leaf */
#define LARGE		512

static const u64 window_gpa[WINDOWS] = {
	0, SZ_1G - SZ_4M, (1ULL << 39) - SZ_8M, EPT_GPA_END - SZ_8M,
};

struct model_page {
	u64 hpa;
	u32 prot;		/* 0: not mapped */
	u32 leaf_pages;
	bool accessed;
	bool dirty;
	bool aged;		/* without rights, until it is used again */
};

/* With and without accessed bits, and with large leaves that may be executable or not. */
static const u32 model_features[] = {
	EPT_FEATURE_AD, 0, EPT_FEATURE_AD | EPT_FEATURE_NX_LARGE, EPT_FEATURE_NX_LARGE,
};

struct model {
	struct random r;
	struct ept ept;
	struct ept_memory memory;
	struct model_page page[WINDOWS][WINDOW_PAGES];
};

/* What the processor may do with a page that has not been aged. */
static u32 model_rights(const struct model *m, u32 prot, u32 leaf_pages)
{
	if (leaf_pages == LARGE && (m->ept.features & EPT_FEATURE_NX_LARGE))
		prot &= ~EPT_PROT_EXEC;
	return prot & EPT_PROT_RWX;
}

static void model_set_aged(struct model_page *window, u64 at, bool aged)
{
	u64 pages = window[at].leaf_pages, first = at - at % pages, i;

	for (i = first; i < first + pages; i++)
		window[i].aged = aged;
}

static u64 model_mapped(const struct model *m)
{
	u64 w, i, bytes = 0;

	for (w = 0; w < WINDOWS; w++)
		for (i = 0; i < WINDOW_PAGES; i++)
			bytes += m->page[w][i].prot ? SZ_4K : 0;
	return bytes;
}

/* The pages of a large leaf become small ones that go where they went. */
static void model_split(struct model_page *window, u64 at)
{
	u64 i, first = at - at % LARGE;

	if (!window[at].prot || window[at].leaf_pages == SMALL)
		return;
	for (i = first; i < first + LARGE; i++)
		window[i].leaf_pages = SMALL;
}

/* As vmh does before it lets the lock go. */
static bool model_flush(struct model *m)
{
	bool flush = ept_take_flush(&m->ept);

	if (flush)
		ept_tlb_flush(&m->memory.tlb);
	return flush;
}

static u32 model_random_prot(struct model *m)
{
	static const u32 prots[] = {
		EPT_PROT_RWX, EPT_PROT_RWX, EPT_PROT_RX, EPT_RW, EPT_PROT_READ, EPT_PROT_EXEC,
		EPT_PROT_RWX | EPT_PROT_UC, EPT_PROT_RX | EPT_PROT_IGNORE_PAT,
	};

	return prots[random_below(&m->r, ARRAY_SIZE(prots))];
}

/* @fresh: a new leaf; else what the processor noted stays if it goes to the same place. */
static void model_set(struct model_page *page, u64 hpa, u32 prot, u32 leaf_pages, bool fresh)
{
	bool same = !fresh && page->prot && page->hpa == hpa && page->leaf_pages == leaf_pages;

	*page = (struct model_page) {
		.hpa = hpa, .prot = prot, .leaf_pages = leaf_pages,
		.accessed = same && page->accessed, .dirty = same && page->dirty,
	};
}

static void model_map(struct model *m, u64 w)
{
	struct model_page *window = m->page[w];
	bool large = !random_below(&m->r, 4);
	u32 pages = large ? LARGE : SMALL, prot = model_random_prot(m);
	u64 at = random_below(&m->r, WINDOW_PAGES / pages) * pages, i;
	/* Few places to go to, and mostly the obvious one, so that mappings repeat. */
	u64 far = random_below(&m->r, 3) ? at * SZ_4K : random_below(&m->r, 4) * SZ_2M;
	u64 hpa = SZ_4G + far;
	u64 before = m->ept.mapped_bytes;
	bool fresh;
	s64 delta;
	int ret;

	m->memory.budget = random_below(&m->r, 8);
	ret = ept_map(&m->ept, window_gpa[w] + at * SZ_4K, hpa, large ? EPT_LEVEL_2M : EPT_LEVEL_4K,
		      prot, &delta);
	m->memory.budget = ~0U;
	model_assert(m->ept.mapped_bytes - before == (u64)delta);
	if (!model_rights(m, prot, pages)) {
		model_assert(ret == -EINVAL && !delta);
		return;
	}
	/* A small leaf that a large one includes already is a use of that. */
	if (!large && window[at].leaf_pages == LARGE && window[at].prot == prot &&
	    window[at].hpa == hpa) {
		model_set_aged(window, at, false);
		if (model_rights(m, prot, LARGE) == (prot & EPT_PROT_RWX))
			return;
	}
	if (ret) {
		model_assert(ret == -ENOMEM && !delta);
		return;
	}
	fresh = window[at].leaf_pages != pages;
	if (!large)
		model_split(window, at);
	for (i = 0; i < pages; i++)
		model_set(&window[at + i], hpa + i * SZ_4K, prot, pages, fresh);
}

/* Widens a range of pages to whole leaves. */
static void model_widen(const struct model_page *window, u64 *from, u64 *to)
{
	if (*from < *to && window[*from].prot && window[*from].leaf_pages == LARGE)
		*from -= *from % LARGE;
	if (*from < *to && window[*to - 1].prot && window[*to - 1].leaf_pages == LARGE)
		*to = (*to - 1) / LARGE * LARGE + LARGE;
}

static void model_range(struct model *m, u64 *from, u64 *to)
{
	u64 length = random_below(&m->r, 4) ? 1 + random_below(&m->r, 8) :
					      random_below(&m->r, WINDOW_PAGES);

	*from = random_below(&m->r, WINDOW_PAGES);
	*to = min_t(u64, *from + length, WINDOW_PAGES);
}

/* At once, or in pieces: each does something, and not more than it may. */
static u64 model_unmap_range(struct model *m, u64 start, u64 end)
{
	s64 budget, most = random_below(&m->r, 2) ? EPT_UNMAP_MIN : S64_MAX;
	u64 bytes = 0, before = start;

	while (start < end) {
		budget = most;
		bytes += ept_unmap_some(&m->ept, &start, end, &budget);
		model_assert(start > before && budget > -SZ_1K);
		before = start;
	}
	return bytes;
}

static void model_unmap(struct model *m, u64 w)
{
	u64 from, to, i, pages = 0, start, end;

	model_range(m, &from, &to);
	start = window_gpa[w] + from * SZ_4K;
	end = window_gpa[w] + to * SZ_4K;
	model_widen(m->page[w], &from, &to);
	for (i = from; i < to; i++) {
		pages += !!m->page[w][i].prot;
		m->page[w][i].prot = 0;
	}
	model_assert(model_unmap_range(m, start, end) == pages * SZ_4K);
	model_assert(model_flush(m) || !pages);
}

static void model_protect(struct model *m, u64 w)
{
	u64 from, to, i, leaves = 0, start, end;

	model_range(m, &from, &to);
	start = window_gpa[w] + from * SZ_4K;
	end = window_gpa[w] + to * SZ_4K;
	model_widen(m->page[w], &from, &to);
	for (i = from; i < to; i++) {
		struct model_page *page = &m->page[w][i];

		if (!(page->prot & EPT_PROT_WRITE))
			continue;
		leaves += page->leaf_pages == SMALL || i % LARGE == 0;
		page->prot &= ~EPT_PROT_WRITE;
	}
	model_assert(ept_watch_writes(&m->ept, start, end) == leaves);
}

/* Without accessed bits a use shows by a fault at most. */
static void model_fault(struct model *m, u64 w, u64 at)
{
	static const u32 accesses[] = { EPT_PROT_READ, EPT_PROT_WRITE, EPT_PROT_EXEC };
	u32 access = accesses[random_below(&m->r, ARRAY_SIZE(accesses))];
	struct model_page *page = &m->page[w][at];
	bool allowed = model_rights(m, page->prot, page->leaf_pages) & access;

	model_assert(ept_use(&m->ept, window_gpa[w] + at * SZ_4K, access) == allowed);
	model_assert(!ept_take_flush(&m->ept));
	if (allowed)
		model_set_aged(m->page[w], at, false);
}

/* The processor uses a page, and so its whole leaf. */
static void model_use(struct model *m, u64 w)
{
	u64 at = random_below(&m->r, WINDOW_PAGES), i;
	struct model_page *page = &m->page[w][at];
	bool write = page->prot & EPT_PROT_WRITE;
	struct ept_processor p;

	ept_processor_walk(&m->ept, window_gpa[w] + at * SZ_4K, &p);
	model_assert(!!p.entry == (page->prot && !page->aged));
	if (!(m->ept.features & EPT_FEATURE_AD)) {
		model_fault(m, w, at);
		return;
	}
	if (!p.entry)
		return;
	*p.entry |= write ? 0x300 : 0x100;
	if (page->leaf_pages == LARGE)
		at -= at % LARGE;
	for (i = at; i < at + page->leaf_pages; i++) {
		m->page[w][i].accessed = true;
		m->page[w][i].dirty |= write;
	}
}

static void model_test_accessed(struct model *m, u64 w)
{
	u64 from, to, i, start, end;
	bool accessed = false, clear = random_below(&m->r, 2);

	model_range(m, &from, &to);
	start = window_gpa[w] + from * SZ_4K;
	end = window_gpa[w] + to * SZ_4K;
	model_widen(m->page[w], &from, &to);
	for (i = from; i < to; i++) {
		struct model_page *page = &m->page[w][i];

		if (!page->prot)
			continue;
		if (m->ept.features & EPT_FEATURE_AD) {
			accessed |= page->accessed;
			page->accessed &= !clear;
		} else {
			accessed |= !page->aged;
			page->aged |= clear;
		}
	}
	model_assert(ept_test_accessed(&m->ept, start, end, clear) == accessed);
}

static void model_check_page(struct model *m, u64 w, u64 at)
{
	const struct model_page *page = &m->page[w][at];
	u64 gpa = window_gpa[w] + at * SZ_4K + random_below(&m->r, SZ_4K);
	struct ept_processor p;
	struct ept_leaf leaf;

	ept_processor_walk(&m->ept, gpa, &p);
	model_assert(!p.misconfigured);
	if (!page->prot) {
		model_assert(!p.entry && ept_lookup(&m->ept, gpa, &leaf) == -ENOENT);
		return;
	}
	if (page->aged) {
		model_assert(!p.entry);
	} else {
		model_assert(p.entry && p.hpa == page->hpa + gpa % SZ_4K);
		model_assert(p.rights == model_rights(m, page->prot, page->leaf_pages));
		model_assert(p.level == (page->leaf_pages == LARGE ? 2 : 1));
	}
	model_assert(!ept_lookup(&m->ept, gpa, &leaf));
	model_assert(leaf.hpa == page->hpa + gpa % SZ_4K && leaf.prot == page->prot);
	model_assert(leaf.level == (page->leaf_pages == LARGE ? EPT_LEVEL_2M : EPT_LEVEL_4K));
	model_assert(leaf.accessed == page->accessed && leaf.dirty == page->dirty);
}

/* Counted in two parts, cut anywhere, it is what the counters say. */
static void model_check_census(struct model *m)
{
	u64 cut = window_gpa[random_below(&m->r, WINDOWS)] +
		  random_below(&m->r, WINDOW_PAGES) * SZ_4K;
	struct ept_census low, high;

	ept_take_census(&m->ept, 0, cut, &low);
	ept_take_census(&m->ept, cut, EPT_GPA_END, &high);
	ept_census_add(&low, &high);
	model_assert(low.tables == m->ept.table_pages);
	model_assert(low.bytes == m->ept.mapped_bytes);
	model_assert(low.leaves[EPT_LEVEL_4K] * SZ_4K + low.leaves[EPT_LEVEL_2M] * SZ_2M ==
		     m->ept.mapped_bytes);
}

static void model_check(struct model *m)
{
	const char *wrong;
	u64 w, at;

	model_flush(m);
	ept_tlb_walk(&m->memory.tlb);
	wrong = ept_audit(&m->ept) ?: m->memory.tlb.wrong;
	if (wrong)
		ck_abort_msg("%s", wrong);
	model_assert(m->ept.mapped_bytes == model_mapped(m));
	model_check_census(m);
	for (w = 0; w < WINDOWS; w++)
		for (at = 0; at < WINDOW_PAGES; at += 1 + random_below(&m->r, 64))
			model_check_page(m, w, at);
}

static void model_step(struct model *m)
{
	u64 w = random_below(&m->r, WINDOWS);

	switch (random_below(&m->r, 16)) {
	case 0 ... 7:
		model_map(m, w);
		break;
	case 8 ... 10:
		model_unmap(m, w);
		break;
	case 11:
		model_protect(m, w);
		break;
	case 12 ... 13:
		model_use(m, w);
		break;
	default:
		model_test_accessed(m, w);
	}
}

START_TEST(model)
{
	static u64 table[MODEL_TABLES][EPT_MEMORY_ENTRIES];
	static struct ept_page_note note[MODEL_TABLES];
	static struct model m;
	int i;

	memset(&m, 0, sizeof(m));
	memset(note, 0, sizeof(note));
	m.memory = (struct ept_memory) {
		.table = table, .note = note, .nr = MODEL_TABLES, .budget = ~0U,
	};
	ept_memory_now = &m.memory;
	random_init(&m.r, _i);
	ck_assert_int_eq(ept_init(&m.ept, &ept_memory_ops, &m.memory,
				  EPT_FEATURE_2M | EPT_FEATURE_EXEC_ONLY | model_features[_i]), 0);
	m.memory.tlb.ept = &m.ept;
	for (i = 0; i < EPT_TLB_PLACES; i++)
		ept_tlb_watch(&m.memory.tlb, window_gpa[i % WINDOWS] +
			      random_below(&m.r, WINDOW_PAGES) * SZ_4K);
	for (i = 0; i < MODEL_STEPS; i++) {
		model_step(&m);
		model_check(&m);
	}
	ck_assert_uint_gt(m.memory.tlb.flushes, 0);
	ck_assert_uint_eq(ept_unmap(&m.ept, 0, EPT_GPA_END), model_mapped(&m));
	ck_assert_uint_eq(m.memory.in_use, 1);
	ept_destroy(&m.ept);
	ck_assert_uint_eq(m.memory.in_use, 0);
}
END_TEST

static u64 hpa_to_va_calls;

static void *counting_hpa_to_va(u64 hpa)
{
	hpa_to_va_calls++;
	return ept_memory_va(hpa);
}

/* A large range costs what its tables cost: a full table of small leaves is not even read. */
START_TEST(unmap_cost)
{
	static u64 table[8][EPT_MEMORY_ENTRIES];
	static struct ept_page_note note[8];
	struct ept_memory memory = { .table = table, .note = note, .nr = 8, .budget = ~0U };
	struct ept_ops ops = ept_memory_ops;
	struct ept ept;
	u64 i;

	ept_memory_now = &memory;
	ops.hpa_to_va = counting_hpa_to_va;
	ck_assert_int_eq(ept_init(&ept, &ops, &memory, 0), 0);
	for (i = 0; i < 4 * 512; i++)
		ck_assert_int_eq(ept_map(&ept, i * SZ_4K, 0, EPT_LEVEL_4K, EPT_PROT_RWX, NULL), 0);
	ck_assert_uint_eq(ept.table_pages, 7);
	hpa_to_va_calls = 0;
	ck_assert_uint_eq(ept_unmap(&ept, 0, EPT_GPA_END), SZ_8M);
	ck_assert_uint_le(hpa_to_va_calls, 6);
	ept_destroy(&ept);
}
END_TEST

/* A leaf that is refused its last table leaves what it took to the next try; nothing to flush. */
START_TEST(map_refused)
{
	static u64 table[4][EPT_MEMORY_ENTRIES];
	static struct ept_page_note note[4];
	struct ept_memory memory = { .table = table, .note = note, .nr = 4, .budget = 3 };
	struct ept ept;

	ept_memory_now = &memory;
	ck_assert_int_eq(ept_init(&ept, &ept_memory_ops, &memory, EPT_FEATURE_2M), 0);
	ck_assert_int_eq(ept_map(&ept, 0, 0, EPT_LEVEL_4K, EPT_PROT_RWX, NULL), -ENOMEM);
	ck_assert_uint_eq(memory.budget, 2);
	ck_assert_uint_eq(memory.in_use, 1);
	ck_assert_uint_eq(ept.table_pages, 1);
	ck_assert(!ept.flush);
	ck_assert_int_eq(ept_map(&ept, 0, 0, EPT_LEVEL_2M, EPT_PROT_RWX, NULL), 0);
	ck_assert_uint_eq(memory.budget, 0);
	ept_destroy(&ept);
	ck_assert_uint_eq(memory.in_use, 0);
}
END_TEST

/* What leads to a table stays as it is while pages come and go in it: others may watch it. */
START_TEST(tables_untouched)
{
	static u64 table[4][EPT_MEMORY_ENTRIES];
	static u64 before[3][EPT_MEMORY_ENTRIES];
	static struct ept_page_note note[4];
	struct ept_memory memory = { .table = table, .note = note, .nr = 4, .budget = 4 };
	struct ept ept;
	u64 i;

	ept_memory_now = &memory;
	ck_assert_int_eq(ept_init(&ept, &ept_memory_ops, &memory, 0), 0);
	ck_assert_int_eq(ept_map(&ept, 0, 0, EPT_LEVEL_4K, EPT_PROT_RWX, NULL), 0);
	/* The root, and then from the leaf's table upward. */
	memcpy(before[0], table[0], sizeof(before[0]));
	memcpy(before[1], table[2], 2 * sizeof(before[0]));
	for (i = 1; i < EPT_MEMORY_ENTRIES; i++)
		ck_assert_int_eq(ept_map(&ept, i * SZ_4K, 0, EPT_LEVEL_4K, EPT_PROT_RWX, NULL), 0);
	ck_assert_mem_eq(before[1], table[2], 2 * sizeof(before[0]));
	ept_unmap(&ept, 0, SZ_2M - SZ_4K - SZ_4K);
	ck_assert_uint_eq(ept.mapped_bytes, 2 * SZ_4K);
	ck_assert_mem_eq(before[0], table[0], sizeof(before[0]));
	ck_assert_mem_eq(before[1], table[2], 2 * sizeof(before[0]));
	ept_destroy(&ept);
	ck_assert_uint_eq(memory.in_use, 0);
}
END_TEST

#define PIECES_TABLES	2048

/* However large the range, a piece frees no more tables than its budget pays for. */
START_TEST(unmap_pieces)
{
	static u64 table[PIECES_TABLES + 8][EPT_MEMORY_ENTRIES];
	static struct ept_page_note note[PIECES_TABLES + 8];
	struct ept_memory memory = {
		.table = table, .note = note, .nr = PIECES_TABLES + 8, .budget = ~0U,
	};
	u64 gpa = 0, bytes = 0, before, i;
	struct ept ept;
	s64 budget;

	ept_memory_now = &memory;
	ck_assert_int_eq(ept_init(&ept, &ept_memory_ops, &memory, 0), 0);
	for (i = 0; i < PIECES_TABLES; i++)
		ck_assert_int_eq(ept_map(&ept, i * SZ_2M, 0, EPT_LEVEL_4K, EPT_PROT_RWX, NULL), 0);
	while (gpa < EPT_GPA_END) {
		before = memory.in_use;
		budget = EPT_UNMAP_MIN;
		bytes += ept_unmap_some(&ept, &gpa, EPT_GPA_END, &budget);
		ck_assert_uint_lt(memory.in_use, before);
		ck_assert_uint_le(before - memory.in_use, EPT_UNMAP_MIN / 16 + 3);
		ck_assert_ptr_null(ept_audit(&ept));
	}
	ck_assert_uint_eq(bytes, PIECES_TABLES * SZ_4K);
	ck_assert_uint_eq(memory.in_use, 1);
	ept_destroy(&ept);
}
END_TEST

/* Every number is added up: the u64s of a census are 1, 2, 3 … of 1000, 2000, 3000 … */
START_TEST(census_sum)
{
	union {
		struct ept_census census;
		u64 word[sizeof(struct ept_census) / sizeof(u64)];
	} sum, part;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(sum.word); i++) {
		sum.word[i] = 1000 * (i + 1);
		part.word[i] = i + 1;
	}
	/* No leaf has level 0. */
	part.census.leaves[0] = 0;
	part.census.executable[0] = 0;
	ept_census_add(&sum.census, &part.census);
	for (i = 0; i < ARRAY_SIZE(sum.word); i++)
		ck_assert_uint_eq(sum.word[i], 1000 * (i + 1) + part.word[i]);
}
END_TEST

Suite *ept_suite(void)
{
	Suite *suite = suite_create("ept");
	TCase *tcase = tcase_create("tables");

	tcase_add_table(tcase, ept);
	tcase_add_test(tcase, eptp);
	tcase_add_loop_test(tcase, model, 0, ARRAY_SIZE(model_features));
	tcase_add_test(tcase, unmap_cost);
	tcase_add_test(tcase, map_refused);
	tcase_add_test(tcase, tables_untouched);
	tcase_add_test(tcase, unmap_pieces);
	tcase_add_test(tcase, census_sum);
	suite_add_tcase(suite, tcase);
	return suite;
}
