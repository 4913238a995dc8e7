/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rows of limits as userspace writes them, in VMH_CREATE_VM and in VMH_SET_LIMITS: checked, and
 * made a complete set.
 */
#ifndef VMH_VM_LIMITS_H
#define VMH_VM_LIMITS_H

#include <linux/types.h>
#include <linux/vmh.h>

#include "resource_map.h"

/**
 * struct vm_limit_rows - the rows of a call
 * @row: VMH_RES_MAX rows.
 * @nr: how many are used.
 * @offset: where the first one is in the call's structure, bytes.
 * @nr_offset: where @nr is.
 * @nr_field: what @nr is called there.
 */
struct vm_limit_rows {
	const struct vmh_limit *row;
	u32 nr;
	u32 offset;
	u32 nr_offset;
	const char *nr_field;
};

/**
 * vm_limits_check() - check rows, and take them over
 * @rows: the rows, a stable copy.
 * @max: most that a limit may be, per resource; VMH_NO_LIMIT for no bound.
 * @given: bits of resources that must have no row, since they have their limit from elsewhere.
 * @limits: a complete set; rows replace its entries. Undefined after a failure.
 * @named: bits of the resources that had a row.
 * @err: why it was refused; may be NULL.
 *
 * A limit of VMH_NO_LIMIT asks for as much as @max.
 *
 * Return: 0; -EINVAL or -E2BIG.
 */
int vm_limits_check(const struct vm_limit_rows *rows, const struct resource_limits *max, u32 given,
		    struct resource_limits *limits, u32 *named, struct vmh_error *err);

/**
 * vm_limits_apply() - give a resource map other limits, all of them or none
 * @map: the map.
 * @rows: the rows, checked.
 * @limits: what vm_limits_check() made of them.
 * @named: bits of the resources to be changed.
 * @err: why it was refused; may be NULL.
 *
 * Return: 0; -EBUSY when more of a resource is in use than its new limit.
 */
int vm_limits_apply(struct resource_map *map, const struct vm_limit_rows *rows,
		    const struct resource_limits *limits, u32 named, struct vmh_error *err);

#endif /* VMH_VM_LIMITS_H */
