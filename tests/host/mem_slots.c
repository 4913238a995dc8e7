// SPDX-License-Identifier: GPL-2.0
#include "random.h"
#include "table.h"
#include "../vectors/mem_slots.h"

TABLE_TEST(mem_slots)

/* The three slots of the table, by ranges of the VMM's addresses. */
struct hva_case {
	const char *name;
	u64 start;
	u64 end;
	u32 nr;
	struct {
		u32 id;
		u64 start;
		u64 end;
	} want[2];
};

static const struct hva_case hva_cases[] = {
	{ "nothing there", PG(0x30000), PG(0x30001), 0, { { 0 } } },
	{ "empty range", PG(0x10000), PG(0x10000), 0, { { 0 } } },
	{ "one page", PG(0x10000), PG(0x10001), 1, { { 1, 0, 1 } } },
	{ "part of a page", PG(0x10001) + 5, PG(0x10001) + 6, 1, { { 1, 1, 2 } } },
	{ "parts of two pages", PG(0x10002) - 1, PG(0x10002) + 1, 1, { { 1, 1, 3 } } },
	{ "memory of two slots", PG(0x10090), PG(0x100a0), 2,
	  { { 1, 0x90, 0xa0 }, { 3, 0x310, 0x320 } } },
	{ "end of one, middle of the other", PG(0x100ff), PG(0x10101), 2,
	  { { 1, 0xff, 0x100 }, { 3, 0x37f, 0x381 } } },
	{ "just before", PG(0xffff), PG(0x10000), 0, { { 0 } } },
	{ "just beyond", PG(0x20010), PG(0x20020), 0, { { 0 } } },
	{ "around one", PG(0x1ffff), PG(0x20020), 1, { { 5, 0x200, 0x210 } } },
	{ "to the end of the address space", PG(0x20008), U64_MAX, 1, { { 5, 0x208, 0x210 } } },
};

START_TEST(by_hva)
{
	const struct hva_case *c = &hva_cases[_i];
	static struct mem_slots_room a, b;
	struct mem_gfn_range range;
	u32 pos = 0, nr = 0;

	mem_slots_case_start(&a.slots, &b.slots);
	while (mem_slots_next_hva(&a.slots, c->start, c->end, &pos, &range)) {
		ck_assert_msg(nr < c->nr, "%s: too many runs", c->name);
		ck_assert_uint_eq(range.slot->id, c->want[nr].id);
		ck_assert_uint_eq(range.start_gfn, c->want[nr].start);
		ck_assert_uint_eq(range.end_gfn, c->want[nr].end);
		nr++;
	}
	ck_assert_msg(nr == c->nr, "%s: %u runs", c->name, nr);
}
END_TEST

/* Any hint, even one from another table, only makes the search shorter or not. */
START_TEST(hints)
{
	static struct mem_slots_room a, b;
	u32 hint, start;

	mem_slots_case_start(&a.slots, &b.slots);
	for (start = 0; start < 10; start++) {
		hint = start;
		ck_assert_uint_eq(mem_slots_find(&a.slots, 0x205, &hint)->id, 5);
		ck_assert_uint_eq(hint, 1);
		ck_assert_ptr_null(mem_slots_find(&a.slots, 0x210, &hint));
		ck_assert_uint_eq(hint, 1);
	}
	hint = ~0U;
	ck_assert_uint_eq(mem_slots_find(&a.slots, 0, &hint)->id, 1);
}
END_TEST

START_TEST(empty_table)
{
	struct mem_slots slots;
	struct mem_gfn_range range;
	u32 pos = 0;

	mem_slots_init(&slots, 0);
	ck_assert_uint_eq(mem_slots_bytes(0), sizeof(slots));
	ck_assert_ptr_null(mem_slots_find(&slots, 0, NULL));
	ck_assert_ptr_null(mem_slots_find_id(&slots, 0));
	ck_assert(!mem_slots_next_hva(&slots, 0, U64_MAX, &pos, &range));
}
END_TEST

#define MODEL_PAGES	256	/* of guest-physical addresses */
#define MODEL_HVAS	300
#define MODEL_IDS	12
#define MODEL_STEPS	10000

/* Which slot a page belongs to, and where each slot is; the table must say the same. */
struct model {
	s32 owner[MODEL_PAGES];
	struct mem_slot slot[MODEL_IDS];
	u32 nr;
};

static bool model_free(const struct model *m, u64 gfn, u64 npages, s32 self)
{
	u64 i;

	for (i = gfn; i < gfn + npages; i++)
		if (i >= MODEL_PAGES || (m->owner[i] != -1 && m->owner[i] != self))
			return false;
	return true;
}

static void model_paint(struct model *m, const struct mem_slot *slot, s32 owner)
{
	u64 i;

	for (i = 0; i < slot->npages; i++)
		m->owner[slot->base_gfn + i] = owner;
}

/* What the request should do to the model; an errno when it should be refused. */
static int model_apply(struct model *m, const struct kvm_userspace_memory_region *r)
{
	u64 gfn = r->guest_phys_addr >> MEM_PAGE_SHIFT, npages = r->memory_size >> MEM_PAGE_SHIFT;
	struct mem_slot *slot = &m->slot[r->slot];

	if (!npages && !slot->npages)
		return -EINVAL;
	if (npages && slot->npages &&
	    (npages != slot->npages || r->userspace_addr != slot->hva ||
	     (r->flags ^ slot->flags) & KVM_MEM_READONLY))
		return -EINVAL;
	if (npages && gfn + npages > MODEL_PAGES)
		return -EINVAL;
	if (!model_free(m, gfn, npages, slot->npages ? (s32)r->slot : -1))
		return -EEXIST;
	if (slot->npages) {
		model_paint(m, slot, -1);
		m->nr--;
	}
	*slot = (struct mem_slot) { gfn, npages, r->userspace_addr, r->slot, r->flags };
	if (npages) {
		model_paint(m, slot, r->slot);
		m->nr++;
	}
	return 0;
}

static void model_request(struct random *rnd, const struct model *m,
			  struct kvm_userspace_memory_region *r)
{
	u32 id = random_below(rnd, MODEL_IDS);
	const struct mem_slot *slot = &m->slot[id];

	r->slot = id;
	r->flags = random_below(rnd, 4);
	r->guest_phys_addr = PG(random_below(rnd, MODEL_PAGES));
	r->memory_size = PG(random_below(rnd, 30));
	r->userspace_addr = PG(1 + random_below(rnd, MODEL_HVAS));
	if (!slot->npages || !random_below(rnd, 3))
		return;
	/* Mostly something that a slot which is there allows. */
	r->memory_size = random_below(rnd, 3) ? PG(slot->npages) : 0;
	r->userspace_addr = slot->hva;
	if (random_below(rnd, 4))
		r->flags = (r->flags & ~KVM_MEM_READONLY) | (slot->flags & KVM_MEM_READONLY);
}

static void model_check(const struct model *m, const struct mem_slots *slots, u32 *hint)
{
	u64 gfn, total = 0;
	u32 id;

	for (gfn = 0; gfn < MODEL_PAGES; gfn++) {
		const struct mem_slot *slot = mem_slots_find(slots, gfn, hint);

		model_assert((slot ? (s32)slot->id : -1) == m->owner[gfn]);
		total += !!slot;
	}
	model_assert(slots->total_pages == total);
	model_assert(slots->nr == m->nr);
	for (id = 0; id < MODEL_IDS; id++) {
		const struct mem_slot *slot = mem_slots_find_id(slots, id);

		model_assert(!!slot == !!m->slot[id].npages);
		if (slot)
			model_assert(!memcmp(slot, &m->slot[id], sizeof(*slot)));
	}
}

/* Each page whose address is in the range is in exactly one run, and no other page is. */
static void model_check_hva(struct random *rnd, const struct model *m,
			    const struct mem_slots *slots)
{
	u64 start = PG(random_below(rnd, MODEL_HVAS)) + random_below(rnd, 4096);
	u64 end = start + random_below(rnd, PG(20)), gfn;
	u32 runs[MODEL_PAGES] = { 0 }, pos = 0;
	struct mem_gfn_range range;

	while (mem_slots_next_hva(slots, start, end, &pos, &range))
		for (gfn = range.start_gfn; gfn < range.end_gfn; gfn++)
			runs[gfn]++;
	for (gfn = 0; gfn < MODEL_PAGES; gfn++) {
		const struct mem_slot *slot = NULL;
		bool hit = false;

		if (m->owner[gfn] >= 0) {
			slot = &m->slot[m->owner[gfn]];
			hit = mem_slot_hva(slot, gfn) < end &&
			      mem_slot_hva(slot, gfn) + MEM_PAGE_BYTES > start && start < end;
		}
		model_assert(runs[gfn] == hit);
	}
}

START_TEST(model)
{
	const struct mem_slots_bounds bounds = {
		.max_slots = MODEL_IDS, .phys_bits = 20, .hva_end = PG(MODEL_HVAS + 64), .flags = 3,
	};
	struct mem_slots *now, *next;
	struct kvm_userspace_memory_region r;
	struct mem_slots_change change;
	struct random rnd;
	struct model m = { .nr = 0 };
	u32 hint = 0;
	int i, want;

	random_init(&rnd, _i);
	memset(m.owner, 0xff, sizeof(m.owner));
	now = malloc(mem_slots_bytes(MODEL_IDS));
	next = malloc(mem_slots_bytes(MODEL_IDS));
	mem_slots_init(now, MODEL_IDS);
	for (i = 0; i < MODEL_STEPS; i++) {
		model_request(&rnd, &m, &r);
		want = model_apply(&m, &r);
		ck_assert_int_eq(mem_slots_plan(now, &r, &bounds, &change, NULL), want);
		if (!want) {
			mem_slots_init(next, mem_slots_nr_after(now, &change));
			ck_assert_int_eq(mem_slots_apply(now, &change, next), 0);
			swap(now, next);
		}
		if (i % 8 == 0)
			model_check(&m, now, &hint);
		model_check_hva(&rnd, &m, now);
	}
	free(now);
	free(next);
}
END_TEST

Suite *mem_slots_suite(void)
{
	Suite *suite = suite_create("mem_slots");
	TCase *tcase = tcase_create("slots");

	tcase_add_table(tcase, mem_slots);
	tcase_add_loop_test(tcase, by_hva, 0, ARRAY_SIZE(hva_cases));
	tcase_add_test(tcase, hints);
	tcase_add_test(tcase, empty_table);
	tcase_add_loop_test(tcase, model, 0, 3);
	suite_add_tcase(suite, tcase);
	return suite;
}
