// SPDX-License-Identifier: GPL-2.0
/* CREATE_VM: configurations that are refused, one reason a row, and those at the edge of it. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

#define MIB	(1ULL << 20)

/**
 * struct config_case - a change to a configuration that is fine
 * @name: what is wrong.
 * @change: makes it wrong.
 * @want: the refusal.
 */
struct config_case {
	const char *name;
	void (*change)(struct vmh_vm_config *config, const struct vmh_info *info);
	struct refusal want;
};

#define CHANGE(name, ...)								\
	static void name(struct vmh_vm_config *config, const struct vmh_info *info)	\
	{										\
		(void)info;								\
		__VA_ARGS__;								\
	}

CHANGE(memory_zero, config->memory_size = 0)
CHANGE(memory_unaligned, config->memory_size = MIB + 1)
CHANGE(memory_half_page, config->memory_size = 2048)
CHANGE(memory_too_large, config->memory_size = info->max_memory_bytes + 4096)
CHANGE(memory_wraps, config->memory_size = ~4095ULL)
CHANGE(memory_all_ones, config->memory_size = ~0ULL)
CHANGE(vcpus_zero, config->vcpu_count = 0)
CHANGE(vcpus_too_many, config->vcpu_count = info->max_vcpus + 1)
CHANGE(vcpus_all_ones, config->vcpu_count = ~0U)
CHANGE(name_unfinished, memset(config->name, 'x', sizeof(config->name)))
CHANGE(name_newline, strcpy(config->name, "two\nlines"))
CHANGE(name_escape, strcpy(config->name, "\033[2J"))
CHANGE(name_high, strcpy(config->name, "\303\244"))
CHANGE(name_del, strcpy(config->name, "\177"))
CHANGE(flags_unknown, config->flags = 2)
CHANGE(limits_too_many, config->nr_limits = VMH_RES_MAX + 1)
CHANGE(limits_all_ones, config->nr_limits = ~0U)
CHANGE(limit_unknown,
       config->nr_limits = 1;
       config->limits[0] = (struct vmh_limit){ VMH_RES_NR, 0, 1 })
CHANGE(limit_all_ones,
       config->nr_limits = 1;
       config->limits[0] = (struct vmh_limit){ ~0U, 0, 1 })
CHANGE(limit_zero,
       config->nr_limits = 1;
       config->limits[0] = (struct vmh_limit){ VMH_RES_EPT_PAGES, 0, 0 })
CHANGE(limit_reserved,
       config->nr_limits = 1;
       config->limits[0] = (struct vmh_limit){ VMH_RES_EPT_PAGES, 7, 10 })
CHANGE(limit_twice,
       config->nr_limits = 2;
       config->limits[0] = (struct vmh_limit){ VMH_RES_EPT_PAGES, 0, 10 };
       config->limits[1] = (struct vmh_limit){ VMH_RES_EPT_PAGES, 0, 11 })
CHANGE(limit_memory_twice,
       config->nr_limits = 1;
       config->limits[0] = (struct vmh_limit){ VMH_RES_SLOT_BYTES, 0, MIB })
CHANGE(limit_above_cap,
       config->nr_limits = 1;
       config->limits[0] = (struct vmh_limit){ VMH_RES_SLOTS, 0, info->max_slots + 1 })
CHANGE(limit_uncounted, config->limits[0] = (struct vmh_limit){ VMH_RES_EPT_PAGES, 0, 10 })
CHANGE(limit_last_uncounted, config->limits[VMH_RES_MAX - 1].reserved = 1)

#define BAD(change_, code_, field_, ...)						\
	{ #change_, change_, { EINVAL, VMH_E_##code_, field_, __VA_ARGS__ } }

static const struct config_case bad_configs[] = {
	BAD(memory_zero, MEMORY_ZERO, "memory_size", GOT(0)),
	BAD(memory_unaligned, MEMORY_ALIGN, "memory_size", GOT(MIB + 1), EXPECTED(4096)),
	BAD(memory_half_page, MEMORY_ALIGN, "memory_size", GOT(2048)),
	BAD(memory_too_large, MEMORY_SIZE, "memory_size"),
	BAD(memory_wraps, MEMORY_SIZE, "memory_size", GOT(~4095ULL)),
	BAD(memory_all_ones, MEMORY_ALIGN, "memory_size"),
	BAD(vcpus_zero, VCPU_COUNT, "vcpu_count", GOT(0)),
	BAD(vcpus_too_many, VCPU_COUNT, "vcpu_count"),
	BAD(vcpus_all_ones, VCPU_COUNT, "vcpu_count", GOT(~0U)),
	BAD(name_unfinished, NAME, "name", GOT('x'), EXPECTED(0)),
	BAD(name_newline, NAME, "name", GOT('\n')),
	BAD(name_escape, NAME, "name", GOT('\033')),
	BAD(name_high, NAME, "name", GOT(0xc3)),
	BAD(name_del, NAME, "name", GOT(0x7f)),
	BAD(flags_unknown, UNKNOWN_FLAGS, "flags", GOT(2), EXPECTED(VMH_VM_AUTO_START)),
	{ "limits_too_many", limits_too_many,
	  { E2BIG, VMH_E_COUNT, "nr_limits", GOT(VMH_RES_MAX + 1), EXPECTED(VMH_RES_MAX) } },
	{ "limits_all_ones", limits_all_ones, { E2BIG, VMH_E_COUNT, "nr_limits", GOT(~0U) } },
	BAD(limit_unknown, LIMIT_RESOURCE, "limits[0].resource", GOT(VMH_RES_NR)),
	BAD(limit_all_ones, LIMIT_RESOURCE, "limits[0].resource", GOT(~0U)),
	BAD(limit_zero, LIMIT_VALUE, "limits[0].limit", GOT(0)),
	BAD(limit_reserved, RESERVED, "limits[0].reserved", GOT(7), EXPECTED(0)),
	BAD(limit_twice, LIMIT_TWICE, "limits[1].resource", GOT(VMH_RES_EPT_PAGES)),
	BAD(limit_memory_twice, LIMIT_TWICE, "limits[0].resource", GOT(VMH_RES_SLOT_BYTES)),
	BAD(limit_above_cap, LIMIT_VALUE, "limits[0].limit"),
	BAD(limit_uncounted, RESERVED, "limits[0].resource", GOT(VMH_RES_EPT_PAGES)),
	BAD(limit_last_uncounted, RESERVED, "limits[15].reserved", GOT(1)),
};

static const char *bad_row_name(unsigned int row)
{
	return bad_configs[row].name;
}

static struct vmh_info get_info(int fd)
{
	struct vmh_info info = { .size = sizeof(info) };

	must(fd, VMH_GET_INFO, &info);
	return info;
}

static void bad_config(unsigned int row)
{
	const struct config_case *c = &bad_configs[row];
	struct vmh_vm_config config = vm_config(MIB, 1);
	int fd = device_open();
	struct vmh_info info = get_info(fd);

	c->change(&config, &info);
	refused_at(__FILE__, __LINE__, fd, VMH_CREATE_VM, &config, &c->want);
}

/* The largest of everything is fine. */
static void largest(void)
{
	struct vmh_vm_config config = vm_config(MIB, 1);
	int fd = device_open();
	struct vmh_info info = get_info(fd);

	config.memory_size = info.max_memory_bytes;
	config.vcpu_count = info.max_vcpus;
	memset(config.name, '~', sizeof(config.name) - 1);
	config.limits[config.nr_limits++] = (struct vmh_limit){ VMH_RES_SLOTS, 0, info.max_slots };
	config.limits[config.nr_limits++] = (struct vmh_limit){ VMH_RES_EPT_PAGES, 0,
								VMH_NO_LIMIT };
	must(fd, VMH_CREATE_VM, &config);
}

static void smallest(void)
{
	struct vmh_vm_config config = vm_config(4096, 1);
	int fd = device_open();

	config.name[0] = '\0';
	must(fd, VMH_CREATE_VM, &config);
}

/* What was asked for is what GET_USAGE shows as limits. */
static void limits_show(void)
{
	struct vm vm;
	struct vmh_usage usage;

	vm_create(&vm, &(struct spec){
		.cpus = 3, .memory = 5 * MIB,
		.limits = { { VMH_RES_EPT_PAGES, 0, 77 }, { VMH_RES_SLOTS, 0, 2 } },
	});
	usage = vm_usage(&vm);
	CHECK_EQ(usage.nr, VMH_RES_NR);
	CHECK_EQ(usage.res[VMH_RES_SLOT_BYTES].limit, 5 * MIB);
	CHECK_EQ(usage.res[VMH_RES_VCPUS].limit, 3);
	CHECK_EQ(usage.res[VMH_RES_EPT_PAGES].limit, 77);
	CHECK_EQ(usage.res[VMH_RES_SLOTS].limit, 2);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].limit, VMH_NO_LIMIT);
	for (unsigned int i = VMH_RES_NR; i < VMH_RES_MAX; i++)
		CHECK(!usage.res[i].used && !usage.res[i].limit);
}

/* A limit that not even the VM itself fits into. */
static void limit_too_tight(void)
{
	struct vmh_vm_config config = vm_config(MIB, 1);
	int fd = device_open();

	config.nr_limits = 1;
	config.limits[0] = (struct vmh_limit){ VMH_RES_KERNEL_BYTES, 0, 1 };
	REFUSED(fd, VMH_CREATE_VM, &config, .error = EDQUOT, .code = VMH_E_LIMIT_REACHED,
		.any_field = true);
	CHECK(strstr(last_error(fd).text, "kernel_bytes") ||
	      strstr(last_error(fd).field, "kernel_bytes"));
}

static void default_vm(void)
{
	int fd = device_open();

	CHECK(must(fd, VMH_CREATE_VM_DEFAULT, NULL) >= 0);
	if (!on_kvm)
		REFUSED(fd, VMH_CREATE_VM_DEFAULT, VALUE(1), .error = EINVAL, .code = VMH_E_VALUE,
			.field = "type", GOT(1), EXPECTED(0));
}

/* Closed on exec, as all fds of vmh. */
static void close_on_exec(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	CHECK(fcntl(vm.fd, F_GETFD) & FD_CLOEXEC);
	CHECK(fcntl(vm.vcpu[0], F_GETFD) & FD_CLOEXEC);
}

static const struct test tests[] = {
	{ .name = "refused", .rows = ARRAY_SIZE(bad_configs), .row_name = bad_row_name,
	  .run_row = bad_config },
	{ .name = "largest", .run = largest },
	{ .name = "smallest", .run = smallest },
	{ .name = "limits show in the usage", .run = limits_show },
	{ .name = "limit below what a VM needs", .run = limit_too_tight },
	{ .name = "KVM's way to create a VM", .run = default_vm, .kvm = true },
	{ .name = "closed on exec", .run = close_on_exec, .kvm = true },
	{ }
};

const struct suite suite_config = { "config", tests };
