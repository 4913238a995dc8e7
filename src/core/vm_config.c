// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include "vm_config.h"
#include "vm_error.h"

#define VM_CONFIG_FLAGS		VMH_VM_AUTO_START

#define FIELD_ERROR(code, member, got, expected) \
	VM_ERROR_FIELD(err, VMH_E_##code, struct vmh_vm_config, member, got, expected)

static int vm_config_check_flags(const struct vmh_vm_config *in, struct vmh_error *err)
{
	if (in->flags & ~VM_CONFIG_FLAGS)
		return FIELD_ERROR(UNKNOWN_FLAGS, flags, in->flags, VM_CONFIG_FLAGS);
	return 0;
}

static int vm_config_check_memory(const struct vmh_vm_config *in,
				  const struct vm_config_bounds *bounds, struct vmh_error *err)
{
	if (!in->memory_size)
		return FIELD_ERROR(MEMORY_ZERO, memory_size, 0, SZ_4K);
	if (!IS_ALIGNED(in->memory_size, SZ_4K))
		return FIELD_ERROR(MEMORY_ALIGN, memory_size, in->memory_size, SZ_4K);
	if (in->memory_size > bounds->max_memory_bytes)
		return FIELD_ERROR(MEMORY_SIZE, memory_size, in->memory_size,
				   bounds->max_memory_bytes);
	return 0;
}

static int vm_config_check_vcpus(const struct vmh_vm_config *in,
				 const struct vm_config_bounds *bounds, struct vmh_error *err)
{
	if (!in->vcpu_count || in->vcpu_count > bounds->max_vcpus)
		return FIELD_ERROR(VCPU_COUNT, vcpu_count, in->vcpu_count, bounds->max_vcpus);
	return 0;
}

static int vm_config_check_name(const struct vmh_vm_config *in, struct vmh_error *err)
{
	size_t i;

	for (i = 0; i < VMH_NAME_LEN; i++) {
		unsigned char c = in->name[i];

		if (!c)
			return 0;
		if (c < ' ' || c > '~')
			return vm_error_field(err, VMH_E_NAME,
					      offsetof(struct vmh_vm_config, name) + i, "name",
					      c, ' ');
	}
	return vm_error_field(err, VMH_E_NAME, offsetof(struct vmh_vm_config, name) + i - 1, "name",
			      (unsigned char)in->name[i - 1], 0);
}

/* Refuses for a member of limits[row], which a constant offset cannot name. */
static int vm_config_limit_error(struct vmh_error *err, enum vmh_error_code code, u32 row,
				 size_t offset, const char *member, u64 got, u64 expected)
{
	char name[sizeof(err->field)];

	scnprintf(name, sizeof(name), "limits[%u].%s", row, member);
	offset += offsetof(struct vmh_vm_config, limits) + row * sizeof(struct vmh_limit);
	return vm_error_field(err, code, offset, name, got, expected);
}

#define LIMIT_ERROR(code, member, got, expected) \
	vm_config_limit_error(err, VMH_E_##code, row, offsetof(struct vmh_limit, member), \
			      #member, got, expected)

/* @given has a bit for each resource that has its limit by now. */
static int vm_config_check_limit(const struct vmh_limit *limit, u32 row, u64 cap, u32 given,
				 struct vmh_error *err)
{
	if (limit->resource >= VMH_RES_NR || resource_is_running(limit->resource))
		return LIMIT_ERROR(LIMIT_RESOURCE, resource, limit->resource, VMH_RES_NR - 1);
	if (limit->reserved)
		return LIMIT_ERROR(RESERVED, reserved, limit->reserved, 0);
	if (given & BIT(limit->resource))
		return LIMIT_ERROR(LIMIT_TWICE, resource, limit->resource, 0);
	if (!limit->limit || (limit->limit > cap && limit->limit != VMH_NO_LIMIT))
		return LIMIT_ERROR(LIMIT_VALUE, limit, limit->limit, cap);
	return 0;
}

/* Rows beyond nr_limits are reserved: a caller that forgot to count them should hear of it. */
static int vm_config_check_unused(const struct vmh_vm_config *in, struct vmh_error *err)
{
	u32 row;

	for (row = in->nr_limits; row < VMH_RES_MAX; row++) {
		const struct vmh_limit *limit = &in->limits[row];

		if (limit->resource)
			return LIMIT_ERROR(RESERVED, resource, limit->resource, 0);
		if (limit->reserved)
			return LIMIT_ERROR(RESERVED, reserved, limit->reserved, 0);
		if (limit->limit)
			return LIMIT_ERROR(RESERVED, limit, limit->limit, 0);
	}
	return 0;
}

static u64 vm_config_cap(const struct vm_config_bounds *bounds, u32 resource)
{
	if (resource >= VMH_RES_NR)
		return 0;
	return bounds->max.limit[array_index_nospec(resource, VMH_RES_NR)];
}

static int vm_config_set_limits(const struct vmh_vm_config *in,
				const struct vm_config_bounds *bounds, struct vm_config *out,
				struct vmh_error *err)
{
	u32 given = BIT(VMH_RES_SLOT_BYTES) | BIT(VMH_RES_VCPUS);
	u32 row;
	int ret;

	for (row = 0; row < in->nr_limits; row++) {
		const struct vmh_limit *limit = &in->limits[row];
		u64 cap = vm_config_cap(bounds, limit->resource);

		ret = vm_config_check_limit(limit, row, cap, given, err);
		if (ret)
			return ret;
		given |= BIT(limit->resource);
		out->limits.limit[limit->resource] = min_t(u64, limit->limit, cap);
	}
	return vm_config_check_unused(in, err);
}

static void vm_config_begin(struct vm_config *out, const struct vm_config_bounds *bounds,
			    u64 memory_size, u32 vcpu_count, u32 flags)
{
	memset(out, 0, sizeof(*out));
	out->memory_size = memory_size;
	out->vcpu_count = vcpu_count;
	out->flags = flags;
	out->limits = bounds->defaults;
	out->limits.limit[VMH_RES_SLOT_BYTES] = memory_size;
	out->limits.limit[VMH_RES_VCPUS] = vcpu_count;
}

int vm_config_check(const struct vmh_vm_config *in, const struct vm_config_bounds *bounds,
		    struct vm_config *out, struct vmh_error *err)
{
	struct vm_config config;
	int ret;

	ret = vm_config_check_flags(in, err);
	if (!ret)
		ret = vm_config_check_memory(in, bounds, err);
	if (!ret)
		ret = vm_config_check_vcpus(in, bounds, err);
	if (ret)
		return ret;
	if (in->nr_limits > VMH_RES_MAX)
		return FIELD_ERROR(COUNT, nr_limits, in->nr_limits, VMH_RES_MAX);
	ret = vm_config_check_name(in, err);
	if (ret)
		return ret;

	vm_config_begin(&config, bounds, in->memory_size, in->vcpu_count, in->flags);
	strscpy(config.name, in->name, sizeof(config.name));
	ret = vm_config_set_limits(in, bounds, &config, err);
	if (ret)
		return ret;
	*out = config;
	return 0;
}

void vm_config_default(const struct vm_config_bounds *bounds, struct vm_config *out)
{
	vm_config_begin(out, bounds, bounds->max_memory_bytes, bounds->max_vcpus,
			VMH_VM_AUTO_START);
}
