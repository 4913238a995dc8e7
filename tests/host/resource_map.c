// SPDX-License-Identifier: GPL-2.0
#include <linux/sizes.h>
#include "random.h"
#include "table.h"
#include "../vectors/resource_map.h"

TABLE_TEST(resource_map)

START_TEST(names)
{
	u32 a, b;

	for (a = 0; a < VMH_RES_NR; a++) {
		ck_assert_ptr_nonnull(resource_name(a));
		for (b = 0; b < a; b++)
			ck_assert_str_ne(resource_name(a), resource_name(b));
	}
	ck_assert_str_eq(resource_name(VMH_RES_EPT_PAGES), "ept_pages");
	ck_assert_str_eq(resource_name(VMH_RES_NR), "unknown");
	ck_assert(!resource_is_running(VMH_RES_NR));
}
END_TEST

START_TEST(usage)
{
	struct resource_map map;
	struct vmh_usage usage;

	resource_map_init(&map, NULL, NULL);
	resource_map_charge(&map, VMH_RES_VCPUS, 2, NULL);
	memset(&usage, 0xff, sizeof(usage));
	resource_map_usage(&map, &usage);
	ck_assert_uint_eq(usage.nr, VMH_RES_NR);
	ck_assert_uint_eq(usage.reserved, 0);
	ck_assert_uint_eq(usage.size, ~0U);	/* the caller's */
	ck_assert_uint_eq(usage.res[VMH_RES_VCPUS].used, 2);
	ck_assert_uint_eq(usage.res[VMH_RES_VCPUS].limit, VMH_NO_LIMIT);
	ck_assert_uint_eq(usage.res[VMH_RES_NR].limit, 0);
}
END_TEST

#define MODEL_VMS	3
#define MODEL_STEPS	20000

/*
 * What each VM holds by the model; the top is their sum, and both must agree with the maps. Some
 * resources are taken in batches, some without the top: its caps are as exact with batches.
 */
struct model {
	struct resource_map top;
	struct resource_map vm[MODEL_VMS];
	u64 used[MODEL_VMS][VMH_RES_NR];
	u64 limit[MODEL_VMS + 1][VMH_RES_NR];
	u64 asked;
	u64 tightened;
};

static u64 model_batch(u32 resource)
{
	return resource % 3 == 2 ? RESOURCE_ALONE : resource % 3 * 3;
}

static u64 model_sum(const struct model *m, u32 resource)
{
	u64 sum = 0;
	int i;

	for (i = 0; i < MODEL_VMS; i++)
		sum += m->used[i][resource];
	return sum;
}

static void model_init(struct model *m, struct random *r)
{
	struct resource_limits limits;
	int i, j;

	for (i = MODEL_VMS; i >= 0; i--) {
		for (j = 0; j < VMH_RES_NR; j++) {
			m->limit[i][j] = 100 + random_below(r, 400);
			limits.limit[j] = m->limit[i][j];
		}
		if (i == MODEL_VMS)
			resource_map_init(&m->top, NULL, &limits);
		else
			resource_map_init(&m->vm[i], &m->top, &limits);
		for (j = 0; i < MODEL_VMS && j < VMH_RES_NR; j++)
			m->vm[i].batch[j] = model_batch(j);
	}
	m->asked = 0;
	m->tightened = 0;
	memset(m->used, 0, sizeof(m->used));
}

static bool model_fits(const struct model *m, int vm, u32 resource, u64 amount)
{
	return m->used[vm][resource] + amount <= m->limit[vm][resource] &&
	       (model_batch(resource) == RESOURCE_ALONE ||
		model_sum(m, resource) + amount <= m->limit[MODEL_VMS][resource]);
}

static void model_recall(struct model *m, u32 tight)
{
	int vm;

	m->tightened += !!tight;
	for (vm = 0; tight && vm < MODEL_VMS; vm++)
		resource_map_recall(&m->vm[vm], tight);
}

static int model_charge(struct model *m, int vm, const struct resource_charge *c, u32 nr)
{
	struct resource_map before = m->top;
	int ret;

	if (!resource_map_charges_alone(&m->vm[vm], c, nr)) {
		m->asked++;
		model_recall(m, resource_map_tighten(&m->vm[vm], c, nr));
		return resource_map_charge_many(&m->vm[vm], c, nr, NULL);
	}
	ret = resource_map_charge_many(&m->vm[vm], c, nr, NULL);
	model_assert(!memcmp(&before, &m->top, sizeof(before)));
	return ret;
}

static void model_charge_two(struct model *m, struct random *r, int vm)
{
	struct resource_charge c[2];
	bool fits = true;
	int i, ret;

	for (i = 0; i < 2; i++) {
		c[i].resource = random_below(r, VMH_RES_EXITS);
		c[i].amount = random_below(r, 60);
	}
	if (c[0].resource == c[1].resource)
		fits = model_fits(m, vm, c[0].resource, c[0].amount + c[1].amount);
	else
		for (i = 0; i < 2; i++)
			fits = fits && model_fits(m, vm, c[i].resource, c[i].amount);
	ret = model_charge(m, vm, c, 2);
	ck_assert_int_eq(ret, fits ? 0 : -EDQUOT);
	for (i = 0; fits && i < 2; i++)
		m->used[vm][c[i].resource] += c[i].amount;
}

/* As many units as a charge of so many at once would get. */
static void model_charge_some(struct model *m, struct random *r, int vm)
{
	u32 resource = random_below(r, VMH_RES_EXITS);
	u64 unit = 1 + random_below(r, 40);
	int want, nr = random_below(r, 20);

	for (want = nr; want; want--) {
		struct resource_map top = m->top, map = m->vm[vm];

		map.parent = &top;
		if (!resource_map_charge(&map, resource, want * unit, NULL))
			break;
	}
	ck_assert_int_eq(resource_map_charge_some(&m->vm[vm], resource, unit, nr, NULL), want);
	m->used[vm][resource] += want * unit;
}

static void model_uncharge(struct model *m, struct random *r, int vm)
{
	u32 resource = random_below(r, VMH_RES_EXITS);
	u64 amount = random_below(r, m->used[vm][resource] + 1);
	const struct resource_charge c = { resource, amount };
	struct resource_map before = m->top;

	if (resource_map_uncharges_alone(&m->vm[vm], &c, 1)) {
		ck_assert_int_eq(resource_map_keep_many(&m->vm[vm], &c, 1), 0);
		model_assert(!memcmp(&before, &m->top, sizeof(before)));
	} else {
		ck_assert_int_eq(resource_map_uncharge(&m->vm[vm], resource, amount), 0);
	}
	m->used[vm][resource] -= amount;
}

static void model_check(const struct model *m)
{
	u32 resource;
	u64 credit;
	int vm;

	for (resource = 0; resource < VMH_RES_EXITS; resource++) {
		credit = 0;
		for (vm = 0; vm < MODEL_VMS; vm++) {
			model_assert(m->vm[vm].res[resource].used == m->used[vm][resource]);
			model_assert(m->vm[vm].credit[resource] <= 2 * model_batch(resource));
			credit += m->vm[vm].credit[resource];
		}
		model_assert(!credit || !(m->top.tight & BIT(resource)));
		if (model_batch(resource) == RESOURCE_ALONE)
			continue;
		model_assert(m->top.res[resource].used == model_sum(m, resource) + credit);
		model_assert(m->top.res[resource].peak <= m->limit[MODEL_VMS][resource]);
	}
}

START_TEST(model)
{
	struct random r;
	struct model m;
	int i;

	random_init(&r, _i);
	model_init(&m, &r);
	for (i = 0; i < MODEL_STEPS; i++) {
		int vm = random_below(&r, MODEL_VMS);

		switch (random_below(&r, 8)) {
		case 0 ... 3:
			model_charge_two(&m, &r, vm);
			break;
		case 4:
			model_charge_some(&m, &r, vm);
			break;
		default:
			model_uncharge(&m, &r, vm);
		}
		model_check(&m);
	}
	ck_assert_uint_gt(m.tightened, 0);
	ck_assert_uint_lt(m.asked, MODEL_STEPS);
	for (i = 0; i < MODEL_VMS; i++)
		resource_map_recall(&m.vm[i], ~0U);
	for (i = 0; i < VMH_RES_EXITS; i++)
		if (model_batch(i) != RESOURCE_ALONE)
			ck_assert_uint_eq(m.top.res[i].used, model_sum(&m, i));
}
END_TEST

#define PAGES_CHARGED	4096
#define PAGES_BATCH	512

/* Page by page, there and back: the parent is asked once a batch. */
START_TEST(batches)
{
	const struct resource_charge page = { VMH_RES_POPULATED_BYTES, SZ_4K };
	struct resource_limits limits;
	struct resource_map top, vm;
	unsigned int i, asked = 0;

	resource_limits_none(&limits);
	limits.limit[VMH_RES_POPULATED_BYTES] = SZ_1G;
	resource_map_init(&top, NULL, &limits);
	resource_map_init(&vm, &top, NULL);
	vm.batch[VMH_RES_POPULATED_BYTES] = PAGES_BATCH * SZ_4K;
	for (i = 0; i < PAGES_CHARGED; i++) {
		asked += !resource_map_charges_alone(&vm, &page, 1);
		ck_assert_int_eq(resource_map_charge_many(&vm, &page, 1, NULL), 0);
	}
	ck_assert_uint_le(asked, PAGES_CHARGED / PAGES_BATCH + 1);
	ck_assert_uint_eq(vm.res[VMH_RES_POPULATED_BYTES].used, PAGES_CHARGED * SZ_4K);
	for (asked = 0, i = 0; i < PAGES_CHARGED; i++) {
		asked += !resource_map_uncharges_alone(&vm, &page, 1);
		ck_assert_int_eq(resource_map_uncharge_many(&vm, &page, 1), 0);
	}
	ck_assert_uint_le(asked, PAGES_CHARGED / PAGES_BATCH + 1);
	ck_assert(resource_map_is_empty(&vm));
	ck_assert(!resource_map_is_empty(&top));
	resource_map_recall(&vm, BIT(VMH_RES_POPULATED_BYTES));
	ck_assert(resource_map_is_empty(&top));
}
END_TEST

Suite *resource_map_suite(void)
{
	Suite *suite = suite_create("resource_map");
	TCase *tcase = tcase_create("charges");

	tcase_add_table(tcase, resource_map);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, usage);
	tcase_add_loop_test(tcase, model, 0, 4);
	tcase_add_test(tcase, batches);
	suite_add_tcase(suite, tcase);
	return suite;
}
