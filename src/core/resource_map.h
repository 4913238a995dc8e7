/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The resource map: per resource, how much is in use, how much ever was, how much may be, and how
 * often that was not enough.
 *
 * Charge before allocating, uncharge after freeing. A map may have a parent, whose limits cap the
 * sum over all its children: a charge is then granted on both levels or on none. The caller locks
 * the map, and its parent too unless resource_map_charges_alone() or resource_map_uncharges_alone()
 * said that it is not touched.
 *
 * So that children need not ask their parent each time, a child may take a batch more than it needs
 * and keep what it gives back: its credit, which counts as used in the parent. What credit covers
 * needs the lock of the child only. When the parent runs short, all credit is recalled, and there
 * is none until there is room again: so the caps are exact.
 */
#ifndef VMH_RESOURCE_MAP_H
#define VMH_RESOURCE_MAP_H

#include <linux/types.h>
#include <linux/vmh.h>

/**
 * struct resource_limits - a cap for each resource
 * @limit: by enum vmh_resource, in the resource's unit; VMH_NO_LIMIT for none; never 0.
 */
struct resource_limits {
	u64 limit[VMH_RES_NR];
};

/* A batch: the parent has no cap on the resource, does not count it, and is never asked. */
#define RESOURCE_ALONE		(~0ULL)

/* With less room than so many batches, a parent gives none. */
#define RESOURCE_ROOMY		16

/**
 * struct resource_map - what one VM, or the whole module, uses
 * @parent: the map that is charged too; NULL at the top, and in a parent.
 * @res: by enum vmh_resource.
 * @batch: how much credit is taken at a time, up to two of which are kept; 0 for none;
 *	RESOURCE_ALONE. Children of one parent have the same.
 * @credit: taken from the parent and not in use.
 * @tight: in a parent: bits of the resources of which children keep no credit. Changes under the
 *	locks of both; a child may read it under its own.
 */
struct resource_map {
	struct resource_map *parent;
	struct vmh_resource_usage res[VMH_RES_NR];
	u64 batch[VMH_RES_NR];
	u64 credit[VMH_RES_NR];
	u32 tight;
};

/**
 * struct resource_charge - one row of a charge for several resources
 * @resource: enum vmh_resource.
 * @amount: how much more, in the resource's unit.
 */
struct resource_charge {
	u32 resource;
	u64 amount;
};

/**
 * struct resource_denial - which limit refused a charge
 * @resource: enum vmh_resource.
 * @by_parent: the limit is the parent's, not the VM's own.
 * @requested: how much more was asked for.
 * @used: in use then, on the level that refused.
 * @limit: the cap then, on the level that refused.
 */
struct resource_denial {
	u32 resource;
	bool by_parent;
	u64 requested;
	u64 used;
	u64 limit;
};

/**
 * resource_limits_none() - no cap on anything
 * @limits: to be filled.
 */
void resource_limits_none(struct resource_limits *limits);

/**
 * resource_is_running() - does a resource only ever count up?
 * @resource: enum vmh_resource.
 *
 * A running count (exits, run time) is never charged and never returned. Its limit is a rate, kept
 * here and enforced elsewhere ("rate.h").
 *
 * Return: true for a running count, false for anything else.
 */
bool resource_is_running(u32 resource);

/**
 * resource_name() - a resource's name in records and tools
 * @resource: enum vmh_resource.
 *
 * Return: a constant string such as "ept_pages"; "unknown" for what is no resource.
 */
const char *resource_name(u32 resource);

/**
 * resource_map_init() - an empty map
 * @map: to be initialised.
 * @parent: the map that is charged too, or NULL. It must outlive @map.
 * @limits: caps; NULL for none.
 */
void resource_map_init(struct resource_map *map, struct resource_map *parent,
		       const struct resource_limits *limits);

/**
 * resource_map_charge() - take an amount of one resource
 * @map: the map.
 * @resource: enum vmh_resource, no running count.
 * @amount: how much more, in the resource's unit; 0 is granted always.
 * @denial: filled on -EDQUOT; may be NULL.
 *
 * Return: 0; -EDQUOT when a limit is in the way, which is counted at that level; -EINVAL when there
 * is no such resource or it is a running count. Nothing is charged on failure.
 */
int resource_map_charge(struct resource_map *map, u32 resource, u64 amount,
			struct resource_denial *denial);

/**
 * resource_map_charge_some() - take as much of one resource as there is, up to an amount
 * @map: the map.
 * @resource: enum vmh_resource, no running count.
 * @unit: size of the pieces in which it is taken, in the resource's unit.
 * @nr: pieces wanted, not 0.
 * @denial: filled on -EDQUOT; NULL when taking nothing is no refusal, which is not counted then.
 *
 * Return: how many pieces were taken; 0 only without @denial; otherwise as resource_map_charge() of
 * one piece.
 */
int resource_map_charge_some(struct resource_map *map, u32 resource, u64 unit, int nr,
			     struct resource_denial *denial);

/**
 * resource_map_charge_many() - take amounts of several resources, all or nothing
 * @map: the map.
 * @charges: the rows; a resource may appear more than once.
 * @nr: number of rows.
 * @denial: filled on -EDQUOT; may be NULL. Its @requested is the sum over that resource's rows.
 *
 * Return: as resource_map_charge(). A refusal counts once, for the first resource that is short.
 */
int resource_map_charge_many(struct resource_map *map, const struct resource_charge *charges,
			     u32 nr, struct resource_denial *denial);

/**
 * resource_map_uncharge() - return an amount of one resource
 * @map: the map.
 * @resource: enum vmh_resource, no running count.
 * @amount: how much, in the resource's unit.
 *
 * Return: 0; -ERANGE when more was returned than was in use, which is a bug of the caller: what was
 * in use is returned then; -EINVAL when there is no such resource or it is a running count.
 */
int resource_map_uncharge(struct resource_map *map, u32 resource, u64 amount);

/**
 * resource_map_uncharge_many() - return amounts of several resources
 * @map: the map.
 * @charges: the rows.
 * @nr: number of rows.
 *
 * Return: 0, or the first error of resource_map_uncharge(); every row is processed.
 */
int resource_map_uncharge_many(struct resource_map *map, const struct resource_charge *charges,
			       u32 nr);

/**
 * resource_map_charges_alone() - can a charge be decided without the parent?
 * @map: the map.
 * @charges: the rows.
 * @nr: number of rows.
 *
 * Return: true when resource_map_charge_many() of the rows, or of less, does not touch the parent.
 */
bool resource_map_charges_alone(const struct resource_map *map,
				const struct resource_charge *charges, u32 nr);

/**
 * resource_map_uncharges_alone() - may what is returned be kept as credit?
 * @map: the map.
 * @charges: the rows.
 * @nr: number of rows.
 *
 * Return: true when resource_map_keep_many() may be called instead of resource_map_uncharge_many().
 */
bool resource_map_uncharges_alone(const struct resource_map *map,
				  const struct resource_charge *charges, u32 nr);

/**
 * resource_map_keep_many() - return amounts of several resources, and keep them as credit
 * @map: the map; its parent is not touched.
 * @charges: the rows.
 * @nr: number of rows.
 *
 * Return: as resource_map_uncharge_many().
 */
int resource_map_keep_many(struct resource_map *map, const struct resource_charge *charges, u32 nr);

/**
 * resource_map_tighten() - before a charge: does the parent have too little, with credit around?
 * @map: the map.
 * @charges: the rows.
 * @nr: number of rows.
 *
 * Return: bits of resources that have become tight for it. The caller recalls the credit of all
 * children, then charges.
 */
u32 resource_map_tighten(struct resource_map *map, const struct resource_charge *charges, u32 nr);

/**
 * resource_map_recall() - return credit to the parent
 * @map: the map.
 * @resources: bits of the resources.
 */
void resource_map_recall(struct resource_map *map, u32 resources);

/**
 * resource_map_count() - note how far a running count is
 * @map: the map; its parent is not touched.
 * @resource: VMH_RES_EXITS or VMH_RES_RUN_NS.
 * @total: how much it has become; a count never falls.
 *
 * Return: 0, or -EINVAL when @resource is no running count.
 */
int resource_map_count(struct resource_map *map, u32 resource, u64 total);

/**
 * resource_map_deny_rate() - count that a running count was too fast
 * @map: the map.
 * @resource: VMH_RES_EXITS or VMH_RES_RUN_NS.
 *
 * Return: 0, or -EINVAL when @resource is no running count.
 */
int resource_map_deny_rate(struct resource_map *map, u32 resource);

/**
 * resource_map_may_limit() - could a cap be set?
 * @map: the map.
 * @resource: enum vmh_resource.
 * @limit: the new cap, or rate; VMH_NO_LIMIT for none.
 *
 * Return: false when there is no such resource, @limit is 0, or more than @limit is in use.
 */
bool resource_map_may_limit(const struct resource_map *map, u32 resource, u64 limit);

/**
 * resource_map_set_limit() - change a cap
 * @map: the map.
 * @resource: enum vmh_resource.
 * @limit: the new cap, or rate; VMH_NO_LIMIT for none.
 *
 * Return: 0; -EINVAL when there is no such resource or @limit is 0; -EBUSY when more than @limit is
 * in use.
 */
int resource_map_set_limit(struct resource_map *map, u32 resource, u64 limit);

/**
 * resource_map_is_empty() - has everything been returned?
 * @map: the map.
 *
 * Return: true when nothing is in use; running counts are ignored.
 */
bool resource_map_is_empty(const struct resource_map *map);

/**
 * resource_map_usage() - the map as VMH_GET_USAGE shows it
 * @map: the map.
 * @usage: filled, apart from @size and @flags, which are the caller's.
 */
void resource_map_usage(const struct resource_map *map, struct vmh_usage *usage);

/**
 * resource_denial_error() - a refused charge as an error record
 * @denial: from the charge that failed.
 * @err: the record to fill; may be NULL. @got is what use would have become, @expected the limit.
 *
 * Return: -EDQUOT.
 */
int resource_denial_error(const struct resource_denial *denial, struct vmh_error *err);

#endif /* VMH_RESOURCE_MAP_H */
