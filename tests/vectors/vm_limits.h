/* SPDX-License-Identifier: GPL-2.0 */
/*
 * New limits for a map with 40 slots and 1000 exits used, of 100 slots and any number of exits; the
 * module allows 512 slots. What rows may look like is in vm_config.h: the same code checks it.
 */
#ifndef VMH_VECTORS_VM_LIMITS_H
#define VMH_VECTORS_VM_LIMITS_H

#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <linux/vmh.h>
#include <vm_limits.h>

#define VM_LIMITS_USED	40
#define VM_LIMITS_OLD	100
#define VM_LIMITS_MAX	512

struct vm_limits_case {
	const char *name;
	u32 nr;
	struct vmh_limit row[VMH_RES_MAX];
	int want;
	u32 code;
	const char *field;	/* refused: this one … */
	u64 got;		/* … for this value … */
	u64 expected;		/* … instead of this one */
	u64 slots;		/* limits afterwards */
	u64 exits;
};

#define VM_LIMITS_UNCHANGED	.slots = VM_LIMITS_OLD, .exits = VMH_NO_LIMIT

static const struct vm_limits_case vm_limits_cases[] = {
	{ "no rows", VM_LIMITS_UNCHANGED },
	{ "raise", 1, { { VMH_RES_SLOTS, 0, 200 } }, .slots = 200, .exits = VMH_NO_LIMIT },
	{ "lower to what is used", 1, { { VMH_RES_SLOTS, 0, VM_LIMITS_USED } },
	  .slots = VM_LIMITS_USED, .exits = VMH_NO_LIMIT },
	{ "lower below what is used", 1, { { VMH_RES_SLOTS, 0, VM_LIMITS_USED - 1 } }, -EBUSY,
	  VMH_E_IN_USE, "limits[0].limit", VM_LIMITS_USED - 1, VM_LIMITS_USED,
	  VM_LIMITS_UNCHANGED },
	{ "no limit is the module's", 1, { { VMH_RES_SLOTS, 0, VMH_NO_LIMIT } },
	  .slots = VM_LIMITS_MAX, .exits = VMH_NO_LIMIT },
	{ "above the module's", 1, { { VMH_RES_SLOTS, 0, VM_LIMITS_MAX + 1 } }, -EINVAL,
	  VMH_E_LIMIT_VALUE, "limits[0].limit", VM_LIMITS_MAX + 1, VM_LIMITS_MAX,
	  VM_LIMITS_UNCHANGED },
	{ "zero", 1, { { VMH_RES_SLOTS, 0, 0 } }, -EINVAL, VMH_E_LIMIT_VALUE, "limits[0].limit", 0,
	  VM_LIMITS_MAX, VM_LIMITS_UNCHANGED },
	{ "a rate below the count", 1, { { VMH_RES_EXITS, 0, 10 } },
	  .slots = VM_LIMITS_OLD, .exits = 10 },
	{ "two", 2, { { VMH_RES_EXITS, 0, 10 }, { VMH_RES_SLOTS, 0, 50 } },
	  .slots = 50, .exits = 10 },
	{ "two, the second cannot be: none is taken", 2,
	  { { VMH_RES_EXITS, 0, 10 }, { VMH_RES_SLOTS, 0, 1 } }, -EBUSY, VMH_E_IN_USE,
	  "limits[1].limit", 1, VM_LIMITS_USED, VM_LIMITS_UNCHANGED },
	{ "two, the first cannot be: none is taken", 2,
	  { { VMH_RES_SLOTS, 0, 1 }, { VMH_RES_EXITS, 0, 10 } }, -EBUSY, VMH_E_IN_USE,
	  "limits[0].limit", 1, VM_LIMITS_USED, VM_LIMITS_UNCHANGED },
	{ "no such resource", 1, { { VMH_RES_NR, 0, 1 } }, -EINVAL, VMH_E_LIMIT_RESOURCE,
	  "limits[0].resource", VMH_RES_NR, VMH_RES_NR - 1, VM_LIMITS_UNCHANGED },
	{ "twice", 2, { { VMH_RES_SLOTS, 0, 50 }, { VMH_RES_SLOTS, 0, 60 } }, -EINVAL,
	  VMH_E_LIMIT_TWICE, "limits[1].resource", VMH_RES_SLOTS, 0, VM_LIMITS_UNCHANGED },
	{ "more rows than there can be", VMH_RES_MAX + 1, {}, -E2BIG, VMH_E_COUNT, "nr",
	  VMH_RES_MAX + 1, VMH_RES_MAX, VM_LIMITS_UNCHANGED },
	{ "a row that was not counted", 0, { { VMH_RES_SLOTS, 0, 50 } }, -EINVAL, VMH_E_RESERVED,
	  "limits[0].resource", VMH_RES_SLOTS, 0, VM_LIMITS_UNCHANGED },
};

static inline bool vm_limits_error_ok(const struct vm_limits_case *c, const struct vmh_error *err)
{
	return err->code == c->code && !strcmp(err->field, c->field ?: "") && err->got == c->got &&
	       err->expected == c->expected;
}

static inline bool vm_limits_case_ok(const struct vm_limits_case *c, char *why, size_t why_len)
{
	const struct vm_limit_rows rows = {
		.row = c->row, .nr = c->nr,
		.offset = offsetof(struct vmh_limits, limits),
		.nr_offset = offsetof(struct vmh_limits, nr), .nr_field = "nr",
	};
	struct resource_limits max, limits;
	struct vmh_error err = { 0 };
	struct resource_map map;
	u32 named;
	int ret;

	resource_limits_none(&max);
	max.limit[VMH_RES_SLOTS] = VM_LIMITS_MAX;
	resource_map_init(&map, NULL, NULL);
	resource_map_set_limit(&map, VMH_RES_SLOTS, VM_LIMITS_OLD);
	resource_map_charge(&map, VMH_RES_SLOTS, VM_LIMITS_USED, NULL);
	resource_map_count(&map, VMH_RES_EXITS, 1000);

	ret = vm_limits_check(&rows, &max, 0, &limits, &named, &err);
	if (!ret)
		ret = vm_limits_apply(&map, &rows, &limits, named, &err);
	if (ret != c->want || !vm_limits_error_ok(c, &err)) {
		snprintf(why, why_len, "returned %d, code %u, %s: got %llu, expected %llu", ret,
			 err.code, err.field, err.got, err.expected);
		return false;
	}
	if (map.res[VMH_RES_SLOTS].limit != c->slots || map.res[VMH_RES_EXITS].limit != c->exits) {
		snprintf(why, why_len, "limits are %llu slots, %llu exits",
			 map.res[VMH_RES_SLOTS].limit, map.res[VMH_RES_EXITS].limit);
		return false;
	}
	return true;
}

#endif /* VMH_VECTORS_VM_LIMITS_H */
