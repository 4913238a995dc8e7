// SPDX-License-Identifier: GPL-2.0
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

/* What each VM holds by the model; the top is their sum, and both must agree with the maps. */
struct model {
	struct resource_map top;
	struct resource_map vm[MODEL_VMS];
	u64 used[MODEL_VMS][VMH_RES_NR];
	u64 limit[MODEL_VMS + 1][VMH_RES_NR];
};

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
	}
	memset(m->used, 0, sizeof(m->used));
}

static bool model_fits(const struct model *m, int vm, u32 resource, u64 amount)
{
	return m->used[vm][resource] + amount <= m->limit[vm][resource] &&
	       model_sum(m, resource) + amount <= m->limit[MODEL_VMS][resource];
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
	ret = resource_map_charge_many(&m->vm[vm], c, 2, NULL);
	ck_assert_int_eq(ret, fits ? 0 : -EDQUOT);
	for (i = 0; fits && i < 2; i++)
		m->used[vm][c[i].resource] += c[i].amount;
}

static void model_uncharge(struct model *m, struct random *r, int vm)
{
	u32 resource = random_below(r, VMH_RES_EXITS);
	u64 amount = random_below(r, m->used[vm][resource] + 1);

	ck_assert_int_eq(resource_map_uncharge(&m->vm[vm], resource, amount), 0);
	m->used[vm][resource] -= amount;
}

static void model_check(const struct model *m)
{
	u32 resource;
	int vm;

	for (resource = 0; resource < VMH_RES_EXITS; resource++) {
		model_assert(m->top.res[resource].used == model_sum(m, resource));
		model_assert(m->top.res[resource].peak <= m->limit[MODEL_VMS][resource]);
		for (vm = 0; vm < MODEL_VMS; vm++)
			model_assert(m->vm[vm].res[resource].used == m->used[vm][resource]);
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

		if (random_below(&r, 5) < 3)
			model_charge_two(&m, &r, vm);
		else
			model_uncharge(&m, &r, vm);
		model_check(&m);
	}
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
	suite_add_tcase(suite, tcase);
	return suite;
}
