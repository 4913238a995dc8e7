// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include "vm_config.h"
#include "vm_error.h"
#include "vm_limits.h"

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

static int vm_config_set_limits(const struct vmh_vm_config *in,
				const struct vm_config_bounds *bounds, struct vm_config *out,
				struct vmh_error *err)
{
	const struct vm_limit_rows rows = {
		.row = in->limits,
		.nr = in->nr_limits,
		.offset = offsetof(struct vmh_vm_config, limits),
		.nr_offset = offsetof(struct vmh_vm_config, nr_limits),
		.nr_field = "nr_limits",
	};
	u32 named;

	return vm_limits_check(&rows, &bounds->max, BIT(VMH_RES_SLOT_BYTES) | BIT(VMH_RES_VCPUS),
			       &out->limits, &named, err);
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
	vm_config_begin(&config, bounds, in->memory_size, in->vcpu_count, in->flags);
	/* In the order of the structure: a count that cannot be, the name, the rows. */
	if (in->nr_limits <= VMH_RES_MAX) {
		ret = vm_config_check_name(in, err);
		if (ret)
			return ret;
		strscpy(config.name, in->name, sizeof(config.name));
	}
	ret = vm_config_set_limits(in, bounds, &config, err);
	if (ret)
		return ret;
	*out = config;
	return 0;
}

void vm_config_default(const struct vm_config_bounds *bounds, struct vm_config *out)
{
	u64 *limit = out->limits.limit;

	vm_config_begin(out, bounds, bounds->max_memory_bytes, bounds->max_vcpus,
			VMH_VM_AUTO_START);
	limit[VMH_RES_SLOT_BYTES] = min(limit[VMH_RES_SLOT_BYTES],
					bounds->defaults.limit[VMH_RES_SLOT_BYTES]);
	limit[VMH_RES_VCPUS] = min(limit[VMH_RES_VCPUS], bounds->defaults.limit[VMH_RES_VCPUS]);
}
