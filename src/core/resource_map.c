// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include "resource_map.h"
#include "vm_error.h"

#define RESOURCE_RUNNING	(BIT(VMH_RES_EXITS) | BIT(VMH_RES_RUN_NS))

static_assert((u32)VMH_RES_NR <= VMH_RES_MAX);

static const char * const resource_names[VMH_RES_NR] = {
	[VMH_RES_SLOT_BYTES]		= "slot_bytes",
	[VMH_RES_POPULATED_BYTES]	= "populated_bytes",
	[VMH_RES_EPT_PAGES]		= "ept_pages",
	[VMH_RES_KERNEL_BYTES]		= "kernel_bytes",
	[VMH_RES_VCPUS]			= "vcpus",
	[VMH_RES_SLOTS]			= "slots",
	[VMH_RES_EVENTFDS]		= "eventfds",
	[VMH_RES_EXITS]			= "exits",
	[VMH_RES_RUN_NS]		= "run_ns",
};

void resource_limits_none(struct resource_limits *limits)
{
	u32 i;

	for (i = 0; i < VMH_RES_NR; i++)
		limits->limit[i] = VMH_NO_LIMIT;
}

bool resource_is_running(u32 resource)
{
	return resource < VMH_RES_NR && (RESOURCE_RUNNING & BIT(resource));
}

static bool resource_is_charged(u32 resource)
{
	return resource < VMH_RES_NR && !resource_is_running(resource);
}

const char *resource_name(u32 resource)
{
	if (resource >= VMH_RES_NR)
		return "unknown";
	return resource_names[array_index_nospec(resource, VMH_RES_NR)];
}

void resource_map_init(struct resource_map *map, struct resource_map *parent,
		       const struct resource_limits *limits)
{
	u32 i;

	memset(map, 0, sizeof(*map));
	map->parent = parent;
	for (i = 0; i < VMH_RES_NR; i++)
		map->res[i].limit = limits ? limits->limit[i] : VMH_NO_LIMIT;
}

/* A sum that wraps is above every limit, VMH_NO_LIMIT too: nobody has that much. */
static bool resource_fits(const struct vmh_resource_usage *res, u64 amount)
{
	u64 used;

	return !check_add_overflow(res->used, amount, &used) && used <= res->limit;
}

static bool resource_asks_parent(const struct resource_map *map, u32 resource)
{
	return map->parent && map->batch[resource] != RESOURCE_ALONE;
}

/* What credit does not cover. */
static u64 resource_map_need(const struct resource_map *map, u32 resource, u64 amount)
{
	if (!resource_asks_parent(map, resource))
		return 0;
	return amount - min(amount, map->credit[resource]);
}

static bool resource_map_parent_fits(const struct resource_map *map, u32 resource, u64 amount)
{
	u64 need = resource_map_need(map, resource, amount);

	return !need || resource_fits(&map->parent->res[resource], need);
}

/* The level that has no room, or NULL. */
static struct resource_map *resource_map_short(struct resource_map *map, u32 resource, u64 amount)
{
	if (!resource_fits(&map->res[resource], amount))
		return map;
	return resource_map_parent_fits(map, resource, amount) ? NULL : map->parent;
}

static void resource_map_deny(struct resource_map *map, struct resource_map *level, u32 resource,
			      u64 amount, struct resource_denial *denial)
{
	struct vmh_resource_usage *res = &level->res[resource];

	res->denied++;
	if (!denial)
		return;
	denial->resource = resource;
	denial->by_parent = level != map;
	denial->requested = amount;
	denial->used = res->used;
	denial->limit = res->limit;
}

static void resource_use(struct vmh_resource_usage *res, u64 amount)
{
	res->used += amount;
	if (res->peak < res->used)
		res->peak = res->used;
}

/* Of a parent: is there room for so many batches? */
static bool resource_is_roomy(const struct resource_map *map, u32 resource, u64 batch, u64 batches)
{
	const struct vmh_resource_usage *res = &map->res[resource];

	return (res->limit - res->used) / batches >= batch;
}

static u64 resource_map_extra(const struct resource_map *map, u32 resource)
{
	u64 batch = map->batch[resource];

	if (!batch || map->parent->tight & BIT(resource) ||
	    !resource_is_roomy(map->parent, resource, batch, RESOURCE_ROOMY))
		return 0;
	return batch;
}

/* There is room on both levels. */
static void resource_map_take(struct resource_map *map, u32 resource, u64 amount)
{
	u64 need = resource_map_need(map, resource, amount), extra;

	resource_use(&map->res[resource], amount);
	if (!resource_asks_parent(map, resource))
		return;
	map->credit[resource] -= amount - need;
	if (!need)
		return;
	resource_use(&map->parent->res[resource], need);
	extra = resource_map_extra(map, resource);
	resource_use(&map->parent->res[resource], extra);
	map->credit[resource] = extra;
}

int resource_map_charge(struct resource_map *map, u32 resource, u64 amount,
			struct resource_denial *denial)
{
	struct resource_map *level;

	if (!resource_is_charged(resource))
		return -EINVAL;
	resource = array_index_nospec(resource, VMH_RES_NR);
	level = amount ? resource_map_short(map, resource, amount) : NULL;
	if (level) {
		resource_map_deny(map, level, resource, amount, denial);
		return -EDQUOT;
	}
	resource_map_take(map, resource, amount);
	return 0;
}

/* How many more units fit on both levels; at most @nr. */
static int resource_map_room(const struct resource_map *map, u32 resource, u64 unit, int nr)
{
	const struct vmh_resource_usage *res = &map->res[resource];
	u64 room;

	while (nr && !resource_fits(res, unit * nr))
		nr = res->used < res->limit ?
			min_t(u64, nr - 1, (res->limit - res->used) / unit) : 0;
	while (nr && !resource_map_parent_fits(map, resource, unit * nr)) {
		res = &map->parent->res[resource];
		room = res->limit - res->used + map->credit[resource];
		nr = min_t(u64, nr - 1, room / unit);
	}
	return nr;
}

int resource_map_charge_some(struct resource_map *map, u32 resource, u64 unit, int nr,
			     struct resource_denial *denial)
{
	int ret;

	if (!resource_is_charged(resource))
		return -EINVAL;
	resource = array_index_nospec(resource, VMH_RES_NR);
	nr = resource_map_room(map, resource, unit, nr);
	if (!nr && !denial)
		return 0;
	nr = max(nr, 1);
	ret = resource_map_charge(map, resource, unit * nr, denial);
	return ret ?: nr;
}

/* Adds up the rows per resource. A sum that wraps stays at the top, and so fits nowhere. */
static int resource_charges_sum(const struct resource_charge *charges, u32 nr,
				u64 totals[VMH_RES_NR])
{
	u32 i;

	memset(totals, 0, VMH_RES_NR * sizeof(*totals));
	for (i = 0; i < nr; i++) {
		u32 resource = charges[i].resource;

		if (!resource_is_charged(resource))
			return -EINVAL;
		resource = array_index_nospec(resource, VMH_RES_NR);
		if (check_add_overflow(totals[resource], charges[i].amount, &totals[resource]))
			totals[resource] = U64_MAX;
	}
	return 0;
}

int resource_map_charge_many(struct resource_map *map, const struct resource_charge *charges,
			     u32 nr, struct resource_denial *denial)
{
	u64 totals[VMH_RES_NR];
	struct resource_map *level;
	u32 i;

	if (likely(nr == 1))
		return resource_map_charge(map, charges->resource, charges->amount, denial);
	if (resource_charges_sum(charges, nr, totals))
		return -EINVAL;
	for (i = 0; i < VMH_RES_NR; i++) {
		level = totals[i] ? resource_map_short(map, i, totals[i]) : NULL;
		if (!level)
			continue;
		resource_map_deny(map, level, i, totals[i], denial);
		return -EDQUOT;
	}
	for (i = 0; i < VMH_RES_NR; i++)
		resource_map_take(map, i, totals[i]);
	return 0;
}

/* What was never charged cannot become credit either. */
static int resource_map_keep(struct resource_map *map, u32 resource, u64 amount)
{
	struct vmh_resource_usage *res;
	u64 kept;

	if (!resource_is_charged(resource))
		return -EINVAL;
	resource = array_index_nospec(resource, VMH_RES_NR);
	res = &map->res[resource];
	kept = min(amount, res->used);
	res->used -= kept;
	if (resource_asks_parent(map, resource))
		map->credit[resource] += kept;
	return kept == amount ? 0 : -ERANGE;
}

static bool resource_may_keep(const struct resource_map *map, u32 resource, u64 credit)
{
	return credit <= 2 * map->batch[resource] &&
	       !(READ_ONCE(map->parent->tight) & BIT(resource));
}

static void resource_map_return(struct resource_map *map, u32 resource, u64 amount)
{
	struct resource_map *parent = map->parent;

	map->credit[resource] -= amount;
	parent->res[resource].used -= amount;
	if (parent->tight & BIT(resource) &&
	    resource_is_roomy(parent, resource, map->batch[resource], 2 * RESOURCE_ROOMY))
		WRITE_ONCE(parent->tight, parent->tight & ~BIT(resource));
}

/* One batch is left of more than two; nothing if the parent is short. */
static void resource_map_trim(struct resource_map *map, u32 resource)
{
	u64 credit, left = 0;

	if (!resource_asks_parent(map, resource))
		return;
	credit = map->credit[resource];
	if (resource_may_keep(map, resource, credit))
		return;
	if (!(map->parent->tight & BIT(resource)))
		left = map->batch[resource];
	resource_map_return(map, resource, credit - min(credit, left));
}

int resource_map_uncharge(struct resource_map *map, u32 resource, u64 amount)
{
	int ret = resource_map_keep(map, resource, amount);

	if (ret != -EINVAL)
		resource_map_trim(map, array_index_nospec(resource, VMH_RES_NR));
	return ret;
}

int resource_map_uncharge_many(struct resource_map *map, const struct resource_charge *charges,
			       u32 nr)
{
	int ret, first = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		ret = resource_map_uncharge(map, charges[i].resource, charges[i].amount);
		if (!first)
			first = ret;
	}
	return first;
}

static bool resource_row_charges_alone(const struct resource_map *map,
				       const struct resource_charge *row)
{
	u32 resource = row->resource;

	if (!resource_is_charged(resource))
		return true;
	return !resource_map_need(map, array_index_nospec(resource, VMH_RES_NR), row->amount);
}

bool resource_map_charges_alone(const struct resource_map *map,
				const struct resource_charge *charges, u32 nr)
{
	u64 totals[VMH_RES_NR];
	u32 i;

	if (likely(nr == 1))
		return resource_row_charges_alone(map, charges);
	if (resource_charges_sum(charges, nr, totals))
		return true;
	for (i = 0; i < VMH_RES_NR; i++)
		if (resource_map_need(map, i, totals[i]))
			return false;
	return true;
}

/* Two rows of one resource may leave more credit than one: no more than twice as much. */
bool resource_map_uncharges_alone(const struct resource_map *map,
				  const struct resource_charge *charges, u32 nr)
{
	u32 i, resource;
	u64 credit;

	for (i = 0; i < nr; i++) {
		resource = charges[i].resource;
		if (!resource_is_charged(resource))
			return false;
		resource = array_index_nospec(resource, VMH_RES_NR);
		if (!resource_asks_parent(map, resource))
			continue;
		if (check_add_overflow(map->credit[resource], charges[i].amount, &credit) ||
		    !resource_may_keep(map, resource, credit))
			return false;
	}
	return true;
}

int resource_map_keep_many(struct resource_map *map, const struct resource_charge *charges, u32 nr)
{
	int ret, first = 0;
	u32 i;

	for (i = 0; i < nr; i++) {
		ret = resource_map_keep(map, charges[i].resource, charges[i].amount);
		if (!first)
			first = ret;
	}
	return first;
}

u32 resource_map_tighten(struct resource_map *map, const struct resource_charge *charges, u32 nr)
{
	u64 totals[VMH_RES_NR];
	u32 i, tight = 0;

	if (resource_charges_sum(charges, nr, totals))
		return 0;
	for (i = 0; i < VMH_RES_NR; i++)
		if (map->batch[i] && !resource_map_parent_fits(map, i, totals[i]))
			tight |= BIT(i);
	tight &= ~map->parent->tight;
	WRITE_ONCE(map->parent->tight, map->parent->tight | tight);
	return tight;
}

void resource_map_recall(struct resource_map *map, u32 resources)
{
	u32 i;

	for (i = 0; i < VMH_RES_NR; i++)
		if (resources & BIT(i) && map->credit[i])
			resource_map_return(map, i, map->credit[i]);
}

int resource_map_count(struct resource_map *map, u32 resource, u64 total)
{
	struct vmh_resource_usage *res;

	if (!resource_is_running(resource))
		return -EINVAL;
	res = &map->res[array_index_nospec(resource, VMH_RES_NR)];
	if (res->used < total)
		res->used = total;
	res->peak = res->used;
	return 0;
}

int resource_map_deny_rate(struct resource_map *map, u32 resource)
{
	if (!resource_is_running(resource))
		return -EINVAL;
	map->res[array_index_nospec(resource, VMH_RES_NR)].denied++;
	return 0;
}

bool resource_map_may_limit(const struct resource_map *map, u32 resource, u64 limit)
{
	if (resource >= VMH_RES_NR || !limit)
		return false;
	resource = array_index_nospec(resource, VMH_RES_NR);
	return resource_is_running(resource) || map->res[resource].used <= limit;
}

int resource_map_set_limit(struct resource_map *map, u32 resource, u64 limit)
{
	if (resource >= VMH_RES_NR || !limit)
		return -EINVAL;
	if (!resource_map_may_limit(map, resource, limit))
		return -EBUSY;
	map->res[array_index_nospec(resource, VMH_RES_NR)].limit = limit;
	return 0;
}

bool resource_map_is_empty(const struct resource_map *map)
{
	u32 i;

	for (i = 0; i < VMH_RES_NR; i++)
		if (resource_is_charged(i) && map->res[i].used)
			return false;
	return true;
}

void resource_map_usage(const struct resource_map *map, struct vmh_usage *usage)
{
	usage->nr = VMH_RES_NR;
	usage->reserved = 0;
	memset(usage->res, 0, sizeof(usage->res));
	memcpy(usage->res, map->res, sizeof(map->res));
}

int resource_denial_error(const struct resource_denial *denial, struct vmh_error *err)
{
	enum vmh_error_code code = denial->by_parent ? VMH_E_MODULE_LIMIT : VMH_E_LIMIT_REACHED;
	u64 wanted;

	if (check_add_overflow(denial->used, denial->requested, &wanted))
		wanted = U64_MAX;
	return vm_error_field(err, code, VM_ERROR_NO_OFFSET, resource_name(denial->resource),
			      wanted, denial->limit);
}
