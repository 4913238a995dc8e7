/* SPDX-License-Identifier: GPL-2.0 */
/* Configurations, good and bad, against bounds of 1 GiB, 8 vCPUs and 512 EPT pages. */
#ifndef VMH_VECTORS_VM_CONFIG_H
#define VMH_VECTORS_VM_CONFIG_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <linux/vmh.h>
#include <vm_config.h>
#include <vm_error.h>

#define VM_CONFIG_EPT_CAP	512	/* most that EPT_PAGES may be limited to, and its default */

struct vm_config_case {
	const char *name;
	struct vmh_vm_config in;
	u32 code;		/* VMH_E_NONE: accepted */
	u32 offset;		/* of the field refused */
	const char *field;
	u64 got;
	u64 expected;
	u32 resource;		/* accepted: this one's limit has to be */
	u64 limit;
};

#define VM_CONFIG_AT(member)	.offset = offsetof(struct vmh_vm_config, member), .field = #member
#define VM_CONFIG_PLAIN		.memory_size = SZ_256M, .vcpu_count = 2

static const struct vm_config_case vm_config_cases[] = {
	{ .name = "plain", .in = { VM_CONFIG_PLAIN }, .resource = VMH_RES_SLOT_BYTES,
	  .limit = SZ_256M },
	{ .name = "vCPUs become a limit", .in = { VM_CONFIG_PLAIN }, .resource = VMH_RES_VCPUS,
	  .limit = 2 },
	{ .name = "default limit", .in = { VM_CONFIG_PLAIN }, .resource = VMH_RES_EPT_PAGES,
	  .limit = VM_CONFIG_EPT_CAP },
	{ .name = "no default limit", .in = { VM_CONFIG_PLAIN }, .resource = VMH_RES_EVENTFDS,
	  .limit = VMH_NO_LIMIT },
	{ .name = "auto start", .in = { VM_CONFIG_PLAIN, .flags = VMH_VM_AUTO_START },
	  .resource = VMH_RES_SLOT_BYTES, .limit = SZ_256M },
	{ .name = "unknown flag", .in = { VM_CONFIG_PLAIN, .flags = 2 },
	  .code = VMH_E_UNKNOWN_FLAGS, VM_CONFIG_AT(flags), .got = 2,
	  .expected = VMH_VM_AUTO_START },
	{ .name = "highest flag", .in = { VM_CONFIG_PLAIN, .flags = 1U << 31 },
	  .code = VMH_E_UNKNOWN_FLAGS, VM_CONFIG_AT(flags), .got = 1U << 31,
	  .expected = VMH_VM_AUTO_START },
	{ .name = "unknown flag beside a known one", .in = { VM_CONFIG_PLAIN, .flags = 5 },
	  .code = VMH_E_UNKNOWN_FLAGS, VM_CONFIG_AT(flags), .got = 5,
	  .expected = VMH_VM_AUTO_START },

	{ .name = "one page", .in = { .memory_size = SZ_4K, .vcpu_count = 1 },
	  .resource = VMH_RES_SLOT_BYTES, .limit = SZ_4K },
	{ .name = "all memory", .in = { .memory_size = SZ_1G, .vcpu_count = 1 },
	  .resource = VMH_RES_SLOT_BYTES, .limit = SZ_1G },
	{ .name = "no memory", .in = { .vcpu_count = 1 }, .code = VMH_E_MEMORY_ZERO,
	  VM_CONFIG_AT(memory_size), .expected = SZ_4K },
	{ .name = "memory one byte over", .in = { .memory_size = SZ_256M + 1, .vcpu_count = 1 },
	  .code = VMH_E_MEMORY_ALIGN, VM_CONFIG_AT(memory_size), .got = SZ_256M + 1,
	  .expected = SZ_4K },
	{ .name = "memory half a page", .in = { .memory_size = SZ_2K, .vcpu_count = 1 },
	  .code = VMH_E_MEMORY_ALIGN, VM_CONFIG_AT(memory_size), .got = SZ_2K,
	  .expected = SZ_4K },
	{ .name = "memory one page too much",
	  .in = { .memory_size = SZ_1G + SZ_4K, .vcpu_count = 1 }, .code = VMH_E_MEMORY_SIZE,
	  VM_CONFIG_AT(memory_size), .got = SZ_1G + SZ_4K, .expected = SZ_1G },
	{ .name = "memory of 2^64 minus a page",
	  .in = { .memory_size = -(u64)SZ_4K, .vcpu_count = 1 }, .code = VMH_E_MEMORY_SIZE,
	  VM_CONFIG_AT(memory_size), .got = -(u64)SZ_4K, .expected = SZ_1G },
	{ .name = "memory of all ones", .in = { .memory_size = U64_MAX, .vcpu_count = 1 },
	  .code = VMH_E_MEMORY_ALIGN, VM_CONFIG_AT(memory_size), .got = U64_MAX,
	  .expected = SZ_4K },

	{ .name = "all vCPUs", .in = { .memory_size = SZ_4K, .vcpu_count = 8 },
	  .resource = VMH_RES_VCPUS, .limit = 8 },
	{ .name = "no vCPU", .in = { .memory_size = SZ_4K }, .code = VMH_E_VCPU_COUNT,
	  VM_CONFIG_AT(vcpu_count), .expected = 8 },
	{ .name = "one vCPU too many", .in = { .memory_size = SZ_4K, .vcpu_count = 9 },
	  .code = VMH_E_VCPU_COUNT, VM_CONFIG_AT(vcpu_count), .got = 9, .expected = 8 },
	{ .name = "4 billion vCPUs", .in = { .memory_size = SZ_4K, .vcpu_count = ~0U },
	  .code = VMH_E_VCPU_COUNT, VM_CONFIG_AT(vcpu_count), .got = ~0U, .expected = 8 },

	{ .name = "first fault is told: flags before memory", .in = { .flags = 4 },
	  .code = VMH_E_UNKNOWN_FLAGS, VM_CONFIG_AT(flags), .got = 4,
	  .expected = VMH_VM_AUTO_START },
	{ .name = "first fault is told: memory before vCPUs", .in = { .nr_limits = 99 },
	  .code = VMH_E_MEMORY_ZERO, VM_CONFIG_AT(memory_size), .expected = SZ_4K },

	{ .name = "name", .in = { VM_CONFIG_PLAIN, .name = "web server 1 (~)" },
	  .resource = VMH_RES_VCPUS, .limit = 2 },
	{ .name = "longest name",
	  .in = { VM_CONFIG_PLAIN, .name = "0123456789012345678901234567890" },
	  .resource = VMH_RES_VCPUS, .limit = 2 },
	{ .name = "name without NUL",
	  .in = { VM_CONFIG_PLAIN, .name = "01234567890123456789012345678901" },
	  .code = VMH_E_NAME, .offset = offsetof(struct vmh_vm_config, name) + 31,
	  .field = "name", .got = '1' },
	{ .name = "name with a line break", .in = { VM_CONFIG_PLAIN, .name = "a\nb" },
	  .code = VMH_E_NAME, .offset = offsetof(struct vmh_vm_config, name) + 1,
	  .field = "name", .got = '\n', .expected = ' ' },
	{ .name = "name with DEL", .in = { VM_CONFIG_PLAIN, .name = "\x7f" },
	  .code = VMH_E_NAME, VM_CONFIG_AT(name), .got = 0x7f, .expected = ' ' },
	{ .name = "name in UTF-8", .in = { VM_CONFIG_PLAIN, .name = "caf\xc3\xa9" },
	  .code = VMH_E_NAME, .offset = offsetof(struct vmh_vm_config, name) + 3,
	  .field = "name", .got = 0xc3, .expected = ' ' },
	{ .name = "control character after the NUL",
	  .in = { VM_CONFIG_PLAIN, .name = "vm\0\x01" }, .resource = VMH_RES_VCPUS, .limit = 2 },

	{ .name = "limit", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_EPT_PAGES, 0, 100 } } },
	  .resource = VMH_RES_EPT_PAGES, .limit = 100 },
	{ .name = "limit at the cap", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_EPT_PAGES, 0, VM_CONFIG_EPT_CAP } } },
	  .resource = VMH_RES_EPT_PAGES, .limit = VM_CONFIG_EPT_CAP },
	{ .name = "limit above the cap", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_EPT_PAGES, 0, VM_CONFIG_EPT_CAP + 1 } } },
	  .code = VMH_E_LIMIT_VALUE, .offset = offsetof(struct vmh_vm_config, limits) + 8,
	  .field = "limits[0].limit", .got = VM_CONFIG_EPT_CAP + 1,
	  .expected = VM_CONFIG_EPT_CAP },
	{ .name = "no limit means the cap", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_EPT_PAGES, 0, VMH_NO_LIMIT } } },
	  .resource = VMH_RES_EPT_PAGES, .limit = VM_CONFIG_EPT_CAP },
	{ .name = "no limit without a cap", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_EVENTFDS, 0, VMH_NO_LIMIT } } },
	  .resource = VMH_RES_EVENTFDS, .limit = VMH_NO_LIMIT },
	{ .name = "limit of zero", .in = { VM_CONFIG_PLAIN, .nr_limits = 2,
	  .limits = { { VMH_RES_EVENTFDS, 0, 1 }, { VMH_RES_SLOTS, 0, 0 } } },
	  .code = VMH_E_LIMIT_VALUE, .offset = offsetof(struct vmh_vm_config, limits) + 24,
	  .field = "limits[1].limit", .expected = VMH_NO_LIMIT },
	{ .name = "limit on nothing", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_NR, 0, 1 } } },
	  .code = VMH_E_LIMIT_RESOURCE, .offset = offsetof(struct vmh_vm_config, limits),
	  .field = "limits[0].resource", .got = VMH_RES_NR, .expected = VMH_RES_NR - 1 },
	{ .name = "limit on a resource far out", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { ~0U, 0, 1 } } },
	  .code = VMH_E_LIMIT_RESOURCE, .offset = offsetof(struct vmh_vm_config, limits),
	  .field = "limits[0].resource", .got = ~0U, .expected = VMH_RES_NR - 1 },
	{ .name = "limit on a running count is a rate", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_EXITS, 0, 1 } } },
	  .resource = VMH_RES_EXITS, .limit = 1 },
	{ .name = "limit twice", .in = { VM_CONFIG_PLAIN, .nr_limits = 3,
	  .limits = { { VMH_RES_SLOTS, 0, 1 }, { VMH_RES_EVENTFDS, 0, 1 },
		      { VMH_RES_SLOTS, 0, 1 } } },
	  .code = VMH_E_LIMIT_TWICE, .offset = offsetof(struct vmh_vm_config, limits) + 32,
	  .field = "limits[2].resource", .got = VMH_RES_SLOTS },
	{ .name = "limit that memory_size is", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_SLOT_BYTES, 0, SZ_4K } } },
	  .code = VMH_E_LIMIT_TWICE, .offset = offsetof(struct vmh_vm_config, limits),
	  .field = "limits[0].resource", .got = VMH_RES_SLOT_BYTES },
	{ .name = "limit that vcpu_count is", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_VCPUS, 0, 1 } } },
	  .code = VMH_E_LIMIT_TWICE, .offset = offsetof(struct vmh_vm_config, limits),
	  .field = "limits[0].resource", .got = VMH_RES_VCPUS },
	{ .name = "limit with a reserved bit", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_SLOTS, 1, 1 } } },
	  .code = VMH_E_RESERVED, .offset = offsetof(struct vmh_vm_config, limits) + 4,
	  .field = "limits[0].reserved", .got = 1 },
	{ .name = "first fault is told: the name before the last of all limits",
	  .in = { VM_CONFIG_PLAIN, .name = "\x01", .nr_limits = VMH_RES_MAX },
	  .code = VMH_E_NAME, VM_CONFIG_AT(name), .got = 1, .expected = ' ' },
	{ .name = "first fault is told: a count that cannot be before the name",
	  .in = { VM_CONFIG_PLAIN, .name = "\x01", .nr_limits = VMH_RES_MAX + 1 },
	  .code = VMH_E_COUNT, VM_CONFIG_AT(nr_limits), .got = 17, .expected = VMH_RES_MAX },
	{ .name = "more limits than rows", .in = { VM_CONFIG_PLAIN, .nr_limits = 17 },
	  .code = VMH_E_COUNT, VM_CONFIG_AT(nr_limits), .got = 17, .expected = VMH_RES_MAX },
	{ .name = "4 billion limits", .in = { VM_CONFIG_PLAIN, .nr_limits = ~0U },
	  .code = VMH_E_COUNT, VM_CONFIG_AT(nr_limits), .got = ~0U, .expected = VMH_RES_MAX },
	{ .name = "limit that is not counted", .in = { VM_CONFIG_PLAIN,
	  .limits = { { VMH_RES_EPT_PAGES, 0, 100 } } },
	  .code = VMH_E_RESERVED, .offset = offsetof(struct vmh_vm_config, limits),
	  .field = "limits[0].resource", .got = VMH_RES_EPT_PAGES },
	{ .name = "reserved bit in an unused row", .in = { VM_CONFIG_PLAIN, .nr_limits = 1,
	  .limits = { { VMH_RES_SLOTS, 0, 1 }, { 0, 9, 0 } } },
	  .code = VMH_E_RESERVED, .offset = offsetof(struct vmh_vm_config, limits) + 20,
	  .field = "limits[1].reserved", .got = 9 },
	{ .name = "value in the last unused row", .in = { VM_CONFIG_PLAIN,
	  .limits = { [15] = { 0, 0, 7 } } },
	  .code = VMH_E_RESERVED, .offset = offsetof(struct vmh_vm_config, limits) + 15 * 16 + 8,
	  .field = "limits[15].limit", .got = 7 },
};

static inline void vm_config_case_bounds(struct vm_config_bounds *bounds)
{
	bounds->max_memory_bytes = SZ_1G;
	bounds->max_vcpus = 8;
	resource_limits_none(&bounds->max);
	resource_limits_none(&bounds->defaults);
	bounds->max.limit[VMH_RES_EPT_PAGES] = VM_CONFIG_EPT_CAP;
	bounds->defaults.limit[VMH_RES_EPT_PAGES] = VM_CONFIG_EPT_CAP;
}

static inline bool vm_config_case_accepted(const struct vm_config_case *c,
					   const struct vm_config *out, char *why, size_t why_len)
{
	size_t i;

	if (out->memory_size != c->in.memory_size || out->vcpu_count != c->in.vcpu_count ||
	    out->flags != c->in.flags || strcmp(out->name, c->in.name)) {
		snprintf(why, why_len, "the configuration is another one");
		return false;
	}
	for (i = strlen(out->name); i < sizeof(out->name); i++) {
		if (out->name[i]) {
			snprintf(why, why_len, "the name has a tail");
			return false;
		}
	}
	if (out->limits.limit[c->resource] != c->limit) {
		snprintf(why, why_len, "%s is limited to %llu", resource_name(c->resource),
			 out->limits.limit[c->resource]);
		return false;
	}
	return true;
}

static inline bool vm_config_case_ok(const struct vm_config_case *c, char *why, size_t why_len)
{
	struct vm_config out, before;
	struct vm_config_bounds bounds;
	struct vmh_error err = { 0 };
	int ret;

	vm_config_case_bounds(&bounds);
	memset(&out, 0x5a, sizeof(out));
	before = out;
	ret = vm_config_check(&c->in, &bounds, &out, &err);
	if (err.code != c->code || ret != vm_error_errno((enum vmh_error_code)c->code)) {
		snprintf(why, why_len, "returned %d, code %u (%s %s)", ret, err.code, err.field,
			 err.text);
		return false;
	}
	if (!ret)
		return vm_config_case_accepted(c, &out, why, why_len);
	if (err.offset != c->offset || strcmp(err.field, c->field)) {
		snprintf(why, why_len, "field %s at %u, want %s at %u", err.field, err.offset,
			 c->field, c->offset);
		return false;
	}
	if (err.got != c->got || err.expected != c->expected) {
		snprintf(why, why_len, "got %llu, expected %llu", err.got, err.expected);
		return false;
	}
	if (memcmp(&out, &before, sizeof(out))) {
		snprintf(why, why_len, "refused, but written");
		return false;
	}
	return true;
}

#endif /* VMH_VECTORS_VM_CONFIG_H */
