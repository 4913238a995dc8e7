// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/string.h>
#include "vm_error.h"
#include "vm_limits.h"

/* Refuses for a member of limits[row], which a constant offset cannot name. */
static int vm_limit_error(struct vmh_error *err, enum vmh_error_code code,
			  const struct vm_limit_rows *rows, u32 row, size_t member_offset,
			  const char *member, u64 got, u64 expected)
{
	char name[sizeof(err->field)];

	scnprintf(name, sizeof(name), "limits[%u].%s", row, member);
	return vm_error_field(err, code,
			      rows->offset + row * sizeof(struct vmh_limit) + member_offset, name,
			      got, expected);
}

#define LIMIT_ERROR(code, member, got, expected) \
	vm_limit_error(err, VMH_E_##code, rows, i, offsetof(struct vmh_limit, member), #member, \
		       got, expected)

static int vm_limit_check(const struct vm_limit_rows *rows, u32 i, u64 max, u32 taken,
			  struct vmh_error *err)
{
	const struct vmh_limit *row = &rows->row[i];

	if (row->resource >= VMH_RES_NR)
		return LIMIT_ERROR(LIMIT_RESOURCE, resource, row->resource, VMH_RES_NR - 1);
	if (row->reserved)
		return LIMIT_ERROR(RESERVED, reserved, row->reserved, 0);
	if (taken & BIT(row->resource))
		return LIMIT_ERROR(LIMIT_TWICE, resource, row->resource, 0);
	if (!row->limit || (row->limit > max && row->limit != VMH_NO_LIMIT))
		return LIMIT_ERROR(LIMIT_VALUE, limit, row->limit, max);
	return 0;
}

/* Rows beyond the used ones are reserved: a caller that forgot to count them should hear of it. */
static int vm_limits_check_unused(const struct vm_limit_rows *rows, struct vmh_error *err)
{
	u32 i;

	for (i = rows->nr; i < VMH_RES_MAX; i++) {
		const struct vmh_limit *row = &rows->row[i];

		if (row->resource)
			return LIMIT_ERROR(RESERVED, resource, row->resource, 0);
		if (row->reserved)
			return LIMIT_ERROR(RESERVED, reserved, row->reserved, 0);
		if (row->limit)
			return LIMIT_ERROR(RESERVED, limit, row->limit, 0);
	}
	return 0;
}

static u64 vm_limit_max(const struct resource_limits *max, u32 resource)
{
	if (resource >= VMH_RES_NR)
		return 0;
	return max->limit[array_index_nospec(resource, VMH_RES_NR)];
}

int vm_limits_check(const struct vm_limit_rows *rows, const struct resource_limits *max, u32 given,
		    struct resource_limits *limits, u32 *named, struct vmh_error *err)
{
	u32 i;
	int ret;

	*named = 0;
	if (rows->nr > VMH_RES_MAX)
		return vm_error_field(err, VMH_E_COUNT, rows->nr_offset, rows->nr_field, rows->nr,
				      VMH_RES_MAX);
	for (i = 0; i < rows->nr; i++) {
		u32 resource = rows->row[i].resource;
		u64 cap = vm_limit_max(max, resource);

		ret = vm_limit_check(rows, i, cap, given | *named, err);
		if (ret)
			return ret;
		resource = array_index_nospec(resource, VMH_RES_NR);
		*named |= BIT(resource);
		limits->limit[resource] = min_t(u64, rows->row[i].limit, cap);
	}
	return vm_limits_check_unused(rows, err);
}

static u32 vm_limit_row_of(const struct vm_limit_rows *rows, u32 resource)
{
	u32 i;

	for (i = 0; i + 1 < rows->nr; i++)
		if (rows->row[i].resource == resource)
			break;
	return i;
}

int vm_limits_apply(struct resource_map *map, const struct vm_limit_rows *rows,
		    const struct resource_limits *limits, u32 named, struct vmh_error *err)
{
	u32 resource, i;

	for (resource = 0; resource < VMH_RES_NR; resource++) {
		if (!(named & BIT(resource)) ||
		    resource_map_may_limit(map, resource, limits->limit[resource]))
			continue;
		i = vm_limit_row_of(rows, resource);
		return LIMIT_ERROR(IN_USE, limit, limits->limit[resource],
				   map->res[resource].used);
	}
	for (resource = 0; resource < VMH_RES_NR; resource++)
		if (named & BIT(resource))
			resource_map_set_limit(map, resource, limits->limit[resource]);
	return 0;
}
