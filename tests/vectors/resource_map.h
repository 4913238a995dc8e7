/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Charges and returns, as scripts on one VM's map whose parent caps the sum of two. Before the
 * first step the other VM has taken OTHER_* of the parent.
 */
#ifndef VMH_VECTORS_RESOURCE_MAP_H
#define VMH_VECTORS_RESOURCE_MAP_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/vmh.h>
#include <resource_map.h>
#include <vm_error.h>

#define RESOURCE_MAP_STEPS		6
#define RESOURCE_MAP_VM_LIMIT		100	/* of EPT_PAGES and SLOTS */
#define RESOURCE_MAP_TOP_LIMIT		150	/* of EPT_PAGES */
#define RESOURCE_MAP_OTHER		70	/* EPT_PAGES of the other VM */

enum resource_map_op {
	RESOURCE_MAP_END,
	RESOURCE_MAP_CHARGE,
	RESOURCE_MAP_UNCHARGE,
	RESOURCE_MAP_PAIR,	/* charge_many: amount of resource, and 10 of SLOTS */
	RESOURCE_MAP_TWICE,	/* charge_many: amount of resource, in two rows */
	RESOURCE_MAP_SOME,	/* charge_some: up to 8 units of amount */
	RESOURCE_MAP_UNPAIR,	/* uncharge_many: as PAIR */
	RESOURCE_MAP_COUNT,
	RESOURCE_MAP_DENY,
	RESOURCE_MAP_LIMIT,
};

struct resource_map_step {
	enum resource_map_op op;
	u32 resource;
	u64 amount;
	int want;
};

struct resource_map_case {
	const char *name;
	struct resource_map_step steps[RESOURCE_MAP_STEPS];
	u32 resource;		/* looked at in the end: */
	u64 used;
	u64 peak;
	u64 denied;
	u64 top_used;
	u64 top_denied;
	bool empty;
};

static const struct resource_map_case resource_map_cases[] = {
	{ .name = "nothing was done", .resource = VMH_RES_EPT_PAGES, .empty = true,
	  .top_used = 70 },
	{ .name = "charge", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 30, 0 } },
	  .used = 30, .peak = 30, .top_used = 100 },
	{ .name = "charge up to the limit", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 100, 0 } },
	  .used = 100, .peak = 100, .top_used = 100 },
	{ .name = "charge one beyond the limit", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 101, -EDQUOT } },
	  .denied = 1, .empty = true },
	{ .name = "limit reached in steps", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 60, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 40, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 1, -EDQUOT },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 1, -EDQUOT } },
	  .used = 100, .peak = 100, .denied = 2, .top_used = 100 },
	{ .name = "charge nothing at the limit", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 100, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 0, 0 } },
	  .used = 100, .peak = 100, .top_used = 100 },
	{ .name = "parent is full before the VM", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 80, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 1, -EDQUOT } },
	  .used = 80, .peak = 80, .top_used = 150, .top_denied = 1 },
	{ .name = "the VM's own limit is told first", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 101, -EDQUOT } },
	  .denied = 1, .top_used = 70, .empty = true },
	{ .name = "return gives the parent room again", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 80, 0 },
		     { RESOURCE_MAP_UNCHARGE, VMH_RES_EPT_PAGES, 30, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 30, 0 } },
	  .used = 80, .peak = 80, .top_used = 150 },
	{ .name = "peak stays", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 50, 0 },
		     { RESOURCE_MAP_UNCHARGE, VMH_RES_EPT_PAGES, 50, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 20, 0 } },
	  .used = 20, .peak = 50, .top_used = 90 },
	{ .name = "empty after all is returned", .resource = VMH_RES_EPT_PAGES, .empty = true,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 50, 0 },
		     { RESOURCE_MAP_UNCHARGE, VMH_RES_EPT_PAGES, 50, 0 } },
	  .peak = 50, .top_used = 70 },
	{ .name = "return too much", .resource = VMH_RES_EPT_PAGES, .empty = true,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, 5, 0 },
		     { RESOURCE_MAP_UNCHARGE, VMH_RES_EPT_PAGES, 6, -ERANGE } },
	  .peak = 5, .top_used = 70 },
	{ .name = "return what was never charged", .resource = VMH_RES_EPT_PAGES, .empty = true,
	  .steps = { { RESOURCE_MAP_UNCHARGE, VMH_RES_EPT_PAGES, U64_MAX, -ERANGE } },
	  .top_used = 70 },
	{ .name = "sum wraps", .resource = VMH_RES_EVENTFDS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EVENTFDS, U64_MAX, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_EVENTFDS, 1, -EDQUOT } },
	  .used = U64_MAX, .peak = U64_MAX, .denied = 1, .top_used = U64_MAX },
	{ .name = "sum wraps in the parent only", .resource = VMH_RES_EPT_PAGES, .empty = true,
	  .steps = { { RESOURCE_MAP_LIMIT, VMH_RES_EPT_PAGES, VMH_NO_LIMIT, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_EPT_PAGES, U64_MAX, -EDQUOT } },
	  .top_used = 70, .top_denied = 1 },
	{ .name = "two at once", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_PAIR, VMH_RES_EPT_PAGES, 5, 0 } },
	  .used = 10, .peak = 10, .top_used = 10 },
	{ .name = "two at once, the first is short", .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_PAIR, VMH_RES_EPT_PAGES, 101, -EDQUOT } } },
	{ .name = "two at once, the parent is short", .resource = VMH_RES_EPT_PAGES, .empty = true,
	  .steps = { { RESOURCE_MAP_PAIR, VMH_RES_EPT_PAGES, 81, -EDQUOT } },
	  .top_used = 70, .top_denied = 1 },
	{ .name = "two at once, the second is short", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 95, 0 },
		     { RESOURCE_MAP_PAIR, VMH_RES_EPT_PAGES, 5, -EDQUOT } },
	  .top_used = 70 },
	{ .name = "two at once and back", .resource = VMH_RES_EPT_PAGES, .empty = true,
	  .steps = { { RESOURCE_MAP_PAIR, VMH_RES_EPT_PAGES, 5, 0 },
		     { RESOURCE_MAP_UNPAIR, VMH_RES_EPT_PAGES, 5, 0 } },
	  .peak = 5, .top_used = 70 },
	{ .name = "two back, of which one too much", .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_PAIR, VMH_RES_EPT_PAGES, 5, 0 },
		     { RESOURCE_MAP_UNPAIR, VMH_RES_EPT_PAGES, 6, -ERANGE } },
	  .peak = 10 },
	{ .name = "same resource in two rows", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_TWICE, VMH_RES_SLOTS, 50, 0 } },
	  .used = 100, .peak = 100, .top_used = 100 },
	{ .name = "same resource in two rows, together too much", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_TWICE, VMH_RES_SLOTS, 51, -EDQUOT } },
	  .denied = 1, .empty = true },
	{ .name = "same resource in two rows, together beyond 64 bits",
	  .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_TWICE, VMH_RES_SLOTS, 1ULL << 63, -EDQUOT } },
	  .denied = 1 },
	{ .name = "some of many, and all fit", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_SOME, VMH_RES_EPT_PAGES, 10, 8 } },
	  .used = 80, .peak = 80, .top_used = 150 },
	{ .name = "some of many, as the parent has room", .resource = VMH_RES_EPT_PAGES,
	  .steps = { { RESOURCE_MAP_SOME, VMH_RES_EPT_PAGES, 11, 7 } },
	  .used = 77, .peak = 77, .top_used = 147 },
	{ .name = "some of many, as the VM has room", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_SOME, VMH_RES_SLOTS, 25, 4 } },
	  .used = 100, .peak = 100, .top_used = 100 },
	{ .name = "some of many, and not one fits", .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_SOME, VMH_RES_SLOTS, 101, -EDQUOT } }, .denied = 1 },
	{ .name = "some of many where all is used", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 100, 0 },
		     { RESOURCE_MAP_SOME, VMH_RES_SLOTS, 1, -EDQUOT } },
	  .used = 100, .peak = 100, .denied = 1, .top_used = 100 },
	{ .name = "some of a running count", .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_SOME, VMH_RES_EXITS, 1, -EINVAL },
		     { RESOURCE_MAP_SOME, VMH_RES_NR, 1, -EINVAL } } },
	{ .name = "several at once, one of them no resource", .resource = VMH_RES_SLOTS,
	  .empty = true,
	  .steps = { { RESOURCE_MAP_PAIR, VMH_RES_NR, 1, -EINVAL } } },
	{ .name = "several at once, one of them a running count", .resource = VMH_RES_SLOTS,
	  .empty = true,
	  .steps = { { RESOURCE_MAP_PAIR, VMH_RES_EXITS, 1, -EINVAL } } },
	{ .name = "no such resource", .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_NR, 1, -EINVAL },
		     { RESOURCE_MAP_CHARGE, ~0U, 1, -EINVAL },
		     { RESOURCE_MAP_UNCHARGE, VMH_RES_NR, 1, -EINVAL },
		     { RESOURCE_MAP_COUNT, VMH_RES_NR, 1, -EINVAL },
		     { RESOURCE_MAP_LIMIT, VMH_RES_NR, 1, -EINVAL } } },
	{ .name = "running counts rise", .resource = VMH_RES_EXITS, .empty = true,
	  .steps = { { RESOURCE_MAP_COUNT, VMH_RES_EXITS, 3, 0 },
		     { RESOURCE_MAP_COUNT, VMH_RES_EXITS, 7, 0 } },
	  .used = 7, .peak = 7 },
	{ .name = "running counts never fall", .resource = VMH_RES_RUN_NS, .empty = true,
	  .steps = { { RESOURCE_MAP_COUNT, VMH_RES_RUN_NS, U64_MAX, 0 },
		     { RESOURCE_MAP_COUNT, VMH_RES_RUN_NS, 5, 0 } },
	  .used = U64_MAX, .peak = U64_MAX },
	{ .name = "running counts have rates, which may be below the count",
	  .resource = VMH_RES_EXITS, .empty = true,
	  .steps = { { RESOURCE_MAP_COUNT, VMH_RES_EXITS, 1000, 0 },
		     { RESOURCE_MAP_LIMIT, VMH_RES_EXITS, 1, 0 },
		     { RESOURCE_MAP_LIMIT, VMH_RES_RUN_NS, VMH_NO_LIMIT, 0 },
		     { RESOURCE_MAP_DENY, VMH_RES_EXITS, 0, 0 } },
	  .used = 1000, .peak = 1000, .denied = 1 },
	{ .name = "running counts are not charged", .resource = VMH_RES_EXITS, .empty = true,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_EXITS, 1, -EINVAL },
		     { RESOURCE_MAP_UNCHARGE, VMH_RES_RUN_NS, 1, -EINVAL },
		     { RESOURCE_MAP_LIMIT, VMH_RES_EXITS, 0, -EINVAL } } },
	{ .name = "others do not just count", .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_COUNT, VMH_RES_SLOTS, 1, -EINVAL },
		     { RESOURCE_MAP_DENY, VMH_RES_SLOTS, 0, -EINVAL },
		     { RESOURCE_MAP_DENY, VMH_RES_NR, 0, -EINVAL } } },
	{ .name = "limit raised", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_LIMIT, VMH_RES_SLOTS, 120, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 120, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 1, -EDQUOT } },
	  .used = 120, .peak = 120, .denied = 1, .top_used = 120 },
	{ .name = "limit lowered to what is used", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 40, 0 },
		     { RESOURCE_MAP_LIMIT, VMH_RES_SLOTS, 40, 0 },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 1, -EDQUOT } },
	  .used = 40, .peak = 40, .denied = 1, .top_used = 40 },
	{ .name = "limit below what is used", .resource = VMH_RES_SLOTS,
	  .steps = { { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 40, 0 },
		     { RESOURCE_MAP_LIMIT, VMH_RES_SLOTS, 39, -EBUSY },
		     { RESOURCE_MAP_CHARGE, VMH_RES_SLOTS, 60, 0 } },
	  .used = 100, .peak = 100, .top_used = 100 },
	{ .name = "limit of zero", .resource = VMH_RES_SLOTS, .empty = true,
	  .steps = { { RESOURCE_MAP_LIMIT, VMH_RES_SLOTS, 0, -EINVAL } } },
};

static inline int resource_map_case_step(struct resource_map *map,
					 const struct resource_map_step *step,
					 struct resource_denial *denial)
{
	const struct resource_charge pair[] = {
		{ step->resource, step->amount }, { VMH_RES_SLOTS, 10 },
	};
	const struct resource_charge twice[] = {
		{ step->resource, step->amount }, { step->resource, step->amount },
	};

	switch (step->op) {
	case RESOURCE_MAP_CHARGE:
		return resource_map_charge(map, step->resource, step->amount, denial);
	case RESOURCE_MAP_UNCHARGE:
		return resource_map_uncharge(map, step->resource, step->amount);
	case RESOURCE_MAP_PAIR:
		return resource_map_charge_many(map, pair, ARRAY_SIZE(pair), denial);
	case RESOURCE_MAP_TWICE:
		return resource_map_charge_many(map, twice, ARRAY_SIZE(twice), denial);
	case RESOURCE_MAP_SOME:
		return resource_map_charge_some(map, step->resource, step->amount, 8, denial);
	case RESOURCE_MAP_UNPAIR:
		return resource_map_uncharge_many(map, pair, ARRAY_SIZE(pair));
	case RESOURCE_MAP_COUNT:
		return resource_map_count(map, step->resource, step->amount);
	case RESOURCE_MAP_DENY:
		return resource_map_deny_rate(map, step->resource);
	case RESOURCE_MAP_LIMIT:
		return resource_map_set_limit(map, step->resource, step->amount);
	case RESOURCE_MAP_END:
		break;
	}
	return 0;
}

/* A denial must tell of a level that really has no room. */
static inline bool resource_map_denial_ok(const struct resource_denial *denial)
{
	struct vmh_error err = { 0 };

	return denial->requested > denial->limit - denial->used &&
	       resource_denial_error(denial, &err) == -EDQUOT &&
	       err.code == (denial->by_parent ? VMH_E_MODULE_LIMIT : VMH_E_LIMIT_REACHED) &&
	       !strcmp(err.field, resource_name(denial->resource)) && err.got >= err.expected;
}

static inline bool resource_map_case_end(const struct resource_map_case *c,
					 const struct resource_map *map, char *why, size_t why_len)
{
	const struct vmh_resource_usage *res = &map->res[c->resource];
	const struct vmh_resource_usage *top = &map->parent->res[c->resource];

	if (res->used != c->used || res->peak != c->peak || res->denied != c->denied) {
		snprintf(why, why_len, "used %llu, peak %llu, denied %llu", res->used, res->peak,
			 res->denied);
		return false;
	}
	if (top->used != c->top_used || top->denied != c->top_denied) {
		snprintf(why, why_len, "parent: used %llu, denied %llu", top->used, top->denied);
		return false;
	}
	if (resource_map_is_empty(map) != c->empty) {
		snprintf(why, why_len, "empty: %d", !c->empty);
		return false;
	}
	return true;
}

static inline bool resource_map_case_ok(const struct resource_map_case *c, char *why,
					size_t why_len)
{
	static struct resource_map top, other, map;	/* large for a kernel stack */
	struct resource_limits limits;
	unsigned int i;

	resource_limits_none(&limits);
	limits.limit[VMH_RES_EPT_PAGES] = RESOURCE_MAP_TOP_LIMIT;
	resource_map_init(&top, NULL, &limits);
	resource_map_init(&other, &top, NULL);
	if (resource_map_charge(&other, VMH_RES_EPT_PAGES, RESOURCE_MAP_OTHER, NULL)) {
		snprintf(why, why_len, "the other VM was refused");
		return false;
	}
	limits.limit[VMH_RES_EPT_PAGES] = RESOURCE_MAP_VM_LIMIT;
	limits.limit[VMH_RES_SLOTS] = RESOURCE_MAP_VM_LIMIT;
	resource_map_init(&map, &top, &limits);
	for (i = 0; i < RESOURCE_MAP_STEPS; i++) {
		struct resource_denial denial = { 0 };
		int ret = resource_map_case_step(&map, &c->steps[i], &denial);

		if (ret != c->steps[i].want) {
			snprintf(why, why_len, "step %u returned %d, want %d", i, ret,
				 c->steps[i].want);
			return false;
		}
		if (ret == -EDQUOT && !resource_map_denial_ok(&denial)) {
			snprintf(why, why_len, "step %u: denial of %s: %llu + %llu > %llu?", i,
				 resource_name(denial.resource), denial.used, denial.requested,
				 denial.limit);
			return false;
		}
	}
	return resource_map_case_end(c, &map, why, why_len);
}

#endif /* VMH_VECTORS_RESOURCE_MAP_H */
