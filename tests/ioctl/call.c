// SPDX-License-Identifier: GPL-2.0
/* Calls as such: unknown ones, sizes of structures, flags, reserved fields, bad pointers. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "vm.h"

enum fd_kind { DEVICE, VM, VCPU, NR_FDS };

static const char *const fd_names[NR_FDS] = { "device", "VM", "vCPU" };

/* Returns a new fd of a kind. Processes are short-lived: nothing is closed. */
static int fd_of(enum fd_kind kind)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	return kind == DEVICE ? vm.dev : kind == VM ? vm.fd : vm.vcpu[0];
}

static const char *fd_row_name(unsigned int row)
{
	return fd_names[row];
}

static void unknown_commands(unsigned int row)
{
	/* Of no kind of fd; of another kind; KVM's magic; a known number with another structure. */
	static const unsigned long everywhere[] = {
		_IO(VMHIO, 0x3f), _IO(VMHIO, 0xff), _IO(KVMIO, 0x00), _IO(0, 0), ~0U,
		_IOW(VMHIO, 0x82, char), _IOR(VMHIO, 0x46, int), _IOWR(VMHIO, 0x20, int),
	};
	static const unsigned long of_others[NR_FDS][3] = {
		[DEVICE] = { VMH_CREATE_VCPU, VMH_RUN, VMH_GET_STATE },
		[VM] = { VMH_GET_INFO, VMH_RUN, VMH_GET_API_VERSION },
		[VCPU] = { VMH_CREATE_VM, VMH_GET_USAGE, VMH_CREATE_VCPU },
	};
	int fd = fd_of(row);

	for (size_t i = 0; i < ARRAY_SIZE(everywhere); i++)
		REFUSED(fd, everywhere[i], NULL, .error = ENOTTY, .code = VMH_E_UNKNOWN_CALL);
	for (size_t i = 0; i < ARRAY_SIZE(of_others[row]); i++)
		REFUSED(fd, of_others[row][i], NULL, .error = ENOTTY, .code = VMH_E_UNKNOWN_CALL);
}

static void unknown_after_terminate(unsigned int row)
{
	struct vm vm;
	int fd;

	vm_make(&vm, &(struct spec){ });
	vm_event(&vm, VMH_EVENT_TERMINATE);
	fd = row == DEVICE ? vm.dev : row == VM ? vm.fd : vm.vcpu[0];
	REFUSED(fd, _IO(VMHIO, 0x3f), NULL, .error = ENOTTY, .code = VMH_E_UNKNOWN_CALL);
}

static void no_error_at_first(unsigned int row)
{
	struct vmh_error err = last_error(fd_of(row));

	CHECK_EQ(err.category, VMH_ERR_NONE);
	CHECK_EQ(err.code, VMH_E_NONE);
	CHECK_EQ(err.size, sizeof(err));
	CHECK(!err.text[0] && !err.field[0]);
}

/* A call that succeeds leaves the record alone, and so does reading it. */
static void error_stays(unsigned int row)
{
	int fd = fd_of(row);
	struct vmh_error first, second;

	CHECK(call(fd, _IO(VMHIO, 0x3f), NULL) < 0);
	first = last_error(fd);
	if (row != VCPU)
		CHECK(call(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_IRQCHIP)) > 0);
	else
		must(fd, VMH_GET_REGS, &(struct kvm_regs){ });
	second = last_error(fd);
	CHECK(!memcmp(&first, &second, sizeof(first)));
	/* Each open fd has a record of its own. */
	CHECK_EQ(last_error(device_open()).code, VMH_E_NONE);
}

/* Calls of vmh alone, whose structures begin with a size. */
struct sized_call {
	const char *name;
	enum fd_kind kind;
	unsigned long command;
	uint32_t size;
	bool in;		/* unknown bytes at the end must be zero */
};

static const struct sized_call sized_calls[] = {
	{ "GET_INFO", DEVICE, VMH_GET_INFO, sizeof(struct vmh_info), false },
	{ "CREATE_VM", DEVICE, VMH_CREATE_VM, sizeof(struct vmh_vm_config), true },
	{ "SET_STATE", VM, VMH_SET_STATE, sizeof(struct vmh_state_change), true },
	{ "GET_STATE", VM, VMH_GET_STATE, sizeof(struct vmh_state_info), false },
	{ "GET_USAGE", VM, VMH_GET_USAGE, sizeof(struct vmh_usage), false },
	{ "GET_ERROR on the device", DEVICE, VMH_GET_ERROR, sizeof(struct vmh_error), false },
	{ "GET_ERROR on a VM", VM, VMH_GET_ERROR, sizeof(struct vmh_error), false },
	{ "EXPLAIN", VCPU, VMH_EXPLAIN, sizeof(struct vmh_explain), true },
	{ "GET_ERROR on a vCPU", VCPU, VMH_GET_ERROR, sizeof(struct vmh_error), false },
};

static const char *sized_row_name(unsigned int row)
{
	return sized_calls[row].name;
}

/* An argument that the call accepts, at the start of a page full of zeros. */
static uint8_t *sized_argument(const struct sized_call *c)
{
	uint8_t *argument = map_pages(2 * PAGE);
	struct vmh_vm_config config = vm_config(PAGE, 1);

	if (c->command == VMH_CREATE_VM)
		memcpy(argument, &config, sizeof(config));
	if (c->command == VMH_SET_STATE)
		((struct vmh_state_change *)argument)->event = VMH_EVENT_INIT;
	*(uint32_t *)argument = c->size;
	return argument;
}

static void size_too_small(unsigned int row)
{
	static const uint32_t sizes[] = { 0, 1, 4, 7 };
	const struct sized_call *c = &sized_calls[row];
	uint8_t *argument = sized_argument(c);
	int fd = fd_of(c->kind);

	for (size_t i = 0; i < ARRAY_SIZE(sizes); i++) {
		*(uint32_t *)argument = sizes[i];
		REFUSED(fd, c->command, argument, .error = EINVAL, .code = VMH_E_STRUCT_SIZE,
			.field = "size", GOT(sizes[i]), EXPECTED(c->size));
	}
	/* The first version's structures are the smallest. */
	*(uint32_t *)argument = c->size - 1;
	REFUSED(fd, c->command, argument, .error = EINVAL, .code = VMH_E_STRUCT_SIZE,
		.field = "size", GOT(c->size - 1), EXPECTED(c->size));
}

static void size_larger(unsigned int row)
{
	const struct sized_call *c = &sized_calls[row];
	uint8_t *argument = sized_argument(c);
	int fd = fd_of(c->kind);

	/* A newer program: what it has more is zero, or comes back as zero. */
	*(uint32_t *)argument = c->size + 16;
	if (c->in) {
		argument[c->size + 7] = 1;
		REFUSED(fd, c->command, argument, .error = E2BIG, .code = VMH_E_STRUCT_SIZE,
			.field = "size", GOT(c->size + 16), EXPECTED(c->size));
		argument[c->size + 7] = 0;
		must(fd, c->command, argument);
		return;
	}
	memset(argument + c->size, 0xff, 32);
	must(fd, c->command, argument);
	CHECK_EQ(*(uint32_t *)argument, c->size);
	for (int i = 0; i < 16; i++)
		CHECK_EQ(argument[c->size + i], 0);
	CHECK_EQ(argument[c->size + 16], 0xff);
	/* No structure is larger than a page. */
	*(uint32_t *)argument = PAGE + 1;
	CHECK(call(fd, c->command, argument) < 0);
}

static void unknown_flags(unsigned int row)
{
	const struct sized_call *c = &sized_calls[row];
	uint8_t *argument = sized_argument(c);
	int fd = fd_of(c->kind);

	((uint32_t *)argument)[1] = 1U << 31;
	REFUSED(fd, c->command, argument, .error = EINVAL, .code = VMH_E_UNKNOWN_FLAGS,
		.field = "flags", GOT(1U << 31));
}

static void bad_pointer(unsigned int row)
{
	const struct sized_call *c = &sized_calls[row];
	uint8_t *argument = sized_argument(c);
	int fd = fd_of(c->kind);

	REFUSED(fd, c->command, NULL, .error = EFAULT, .code = VMH_E_FAULT);
	REFUSED(fd, c->command, VALUE(-8UL), .error = EFAULT, .code = VMH_E_FAULT);
	/* The structure reaches into a page that is not there. */
	munmap(argument + PAGE, PAGE);
	*(uint32_t *)(argument + PAGE - 8) = c->size;
	*(uint32_t *)(argument + PAGE - 4) = 0;
	REFUSED(fd, c->command, argument + PAGE - 8, .error = EFAULT, .code = VMH_E_FAULT);
}

static void reserved_of_set_state(void)
{
	struct vmh_state_change change = {
		.size = sizeof(change), .event = VMH_EVENT_INIT, .reserved = 5,
	};
	int fd = fd_of(VM);

	REFUSED(fd, VMH_SET_STATE, &change, .error = EINVAL, .code = VMH_E_RESERVED,
		.field = "reserved", GOT(5), EXPECTED(0));
}

/* Calls shared with KVM: a pointer that leads nowhere. */
struct plain_call {
	const char *name;
	enum fd_kind kind;
	unsigned long command;
};

static const struct plain_call plain_calls[] = {
	{ "GET_MSR_INDEX_LIST", DEVICE, VMH_GET_MSR_INDEX_LIST },
	{ "GET_SUPPORTED_CPUID", DEVICE, VMH_GET_SUPPORTED_CPUID },
	{ "SET_USER_MEMORY_REGION", VM, VMH_SET_USER_MEMORY_REGION },
	{ "GET_REGS", VCPU, VMH_GET_REGS },
	{ "SET_REGS", VCPU, VMH_SET_REGS },
	{ "GET_SREGS", VCPU, VMH_GET_SREGS },
	{ "SET_SREGS", VCPU, VMH_SET_SREGS },
	{ "GET_MSRS", VCPU, VMH_GET_MSRS },
	{ "SET_MSRS", VCPU, VMH_SET_MSRS },
	{ "GET_FPU", VCPU, VMH_GET_FPU },
	{ "SET_FPU", VCPU, VMH_SET_FPU },
	{ "SET_CPUID2", VCPU, VMH_SET_CPUID2 },
	{ "INTERRUPT", VCPU, VMH_INTERRUPT },
	{ "GET_MP_STATE", VCPU, VMH_GET_MP_STATE },
	{ "SET_MP_STATE", VCPU, VMH_SET_MP_STATE },
};

static const char *plain_row_name(unsigned int row)
{
	return plain_calls[row].name;
}

static void plain_bad_pointer(unsigned int row)
{
	const struct plain_call *c = &plain_calls[row];

	REFUSED(fd_of(c->kind), c->command, VALUE(8), .error = EFAULT, .code = VMH_E_FAULT);
}

/* A structure that may be read but not written: the result cannot be delivered. */
static void read_only_result(void)
{
	struct kvm_regs *regs = map_pages(PAGE);

	mprotect(regs, PAGE, PROT_READ);
	REFUSED(fd_of(VCPU), VMH_GET_REGS, regs, .error = EFAULT, .code = VMH_E_FAULT);
}

static void api_version(void)
{
	int fd = device_open();

	CHECK_EQ(must(fd, VMH_GET_API_VERSION, NULL), 12);
	REFUSED(fd, VMH_GET_API_VERSION, VALUE(1), .error = EINVAL, .code = VMH_E_VALUE,
		.field = "argument", GOT(1), EXPECTED(0));
}

static void mmap_size(void)
{
	struct vm vm;
	long size;

	vm_make(&vm, &(struct spec){ });
	size = must(vm.dev, VMH_GET_VCPU_MMAP_SIZE, NULL);
	CHECK(size >= (long)sizeof(struct kvm_run) && size % PAGE == 0);
	REFUSED(vm.dev, VMH_GET_VCPU_MMAP_SIZE, VALUE(1), .error = EINVAL, .code = VMH_E_VALUE,
		.field = "argument", GOT(1), EXPECTED(0));
	/* A part can be mapped; beyond the end nothing can (KVM finds out on access). */
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vm.vcpu[0], 0) != MAP_FAILED);
	if (!on_kvm) {
		CHECK(mmap(NULL, size + PAGE, PROT_READ, MAP_SHARED, vm.vcpu[0], 0) == MAP_FAILED);
		CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vm.vcpu[0], size) == MAP_FAILED);
	}
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vm.fd, 0) == MAP_FAILED);
	CHECK(mmap(NULL, PAGE, PROT_READ, MAP_SHARED, vm.dev, 0) == MAP_FAILED);
}

static void extensions(void)
{
	int fd = device_open();

	CHECK(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_IRQCHIP)));
	CHECK(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_USER_MEMORY)));
	CHECK(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_IMMEDIATE_EXIT)));
	CHECK(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_MAX_VCPUS)) >= 1);
	CHECK(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_NR_MEMSLOTS)) >= 32);
	CHECK_EQ(must(fd, VMH_CHECK_EXTENSION, VALUE(999999)), 0);
	CHECK_EQ(must(fd, VMH_CHECK_EXTENSION, VALUE(-1UL)), 0);
}

static void info(void)
{
	struct vmh_info info = { .size = sizeof(info) };
	int fd = device_open();

	must(fd, VMH_GET_INFO, &info);
	CHECK_EQ(info.abi_version, VMH_ABI_VERSION);
	CHECK_EQ(info.unusable, VMH_USABLE);
	CHECK(!info.reason[0]);
	CHECK(info.features & VMH_CPU_VMX && info.features & VMH_CPU_EPT);
	CHECK(info.features & VMH_CPU_VPID && info.features & VMH_CPU_UNRESTRICTED_GUEST);
	CHECK_EQ(info.max_vcpus, must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_MAX_VCPUS)));
	CHECK_EQ(info.max_slots, must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_NR_MEMSLOTS)));
	CHECK(info.max_vms >= 1 && info.phys_bits >= 36 && info.phys_bits <= 52);
	CHECK(info.max_memory_bytes >= 1ULL << 30);
}

/* Where VT-x cannot be used (tests/e2e has such machines): it says so, and nothing else breaks. */
static void unusable_machine(void)
{
	struct vmh_info info = { .size = sizeof(info) };
	struct vmh_vm_config config = vm_config(PAGE, 1);
	int fd = device_open();

	must(fd, VMH_GET_INFO, &info);
	if (info.unusable == VMH_USABLE)
		skip("this one is usable");
	CHECK(info.reason[0]);
	REFUSED(fd, VMH_CREATE_VM, &config, .error = EOPNOTSUPP, .code = VMH_E_UNUSABLE,
		.field = "unusable", GOT(info.unusable), EXPECTED(VMH_USABLE));
	REFUSED(fd, VMH_CREATE_VM_DEFAULT, NULL, .error = EOPNOTSUPP, .code = VMH_E_UNUSABLE,
		.field = "unusable");
	/* What is wrong with the configuration comes first. */
	config.memory_size = 0;
	REFUSED(fd, VMH_CREATE_VM, &config, .error = EINVAL, .code = VMH_E_MEMORY_ZERO,
		.field = "memory_size");
	CHECK(must(fd, VMH_CHECK_EXTENSION, VALUE(KVM_CAP_IRQCHIP)) >= 0);
	CHECK_EQ(must(fd, VMH_GET_API_VERSION, NULL), 12);
}

/* The other kinds of access that files have. */
static void no_read_or_write(unsigned int row)
{
	int fd = fd_of(row);
	char byte = 0;

	CHECK(read(fd, &byte, 1) < 0);
	CHECK(write(fd, &byte, 1) < 0);
}

static const struct test tests[] = {
	{ .name = "unknown commands", .rows = NR_FDS, .row_name = fd_row_name,
	  .run_row = unknown_commands },
	{ .name = "unknown command after TERMINATE", .rows = NR_FDS, .row_name = fd_row_name,
	  .run_row = unknown_after_terminate },
	{ .name = "no error at first", .rows = NR_FDS, .row_name = fd_row_name,
	  .run_row = no_error_at_first },
	{ .name = "error stays until the next", .rows = NR_FDS, .row_name = fd_row_name,
	  .run_row = error_stays },
	{ .name = "size too small", .rows = ARRAY_SIZE(sized_calls), .row_name = sized_row_name,
	  .run_row = size_too_small },
	{ .name = "size larger", .rows = ARRAY_SIZE(sized_calls), .row_name = sized_row_name,
	  .run_row = size_larger },
	{ .name = "unknown flags", .rows = ARRAY_SIZE(sized_calls), .row_name = sized_row_name,
	  .run_row = unknown_flags },
	{ .name = "bad pointer", .rows = ARRAY_SIZE(sized_calls), .row_name = sized_row_name,
	  .run_row = bad_pointer },
	{ .name = "bad pointer", .rows = ARRAY_SIZE(plain_calls), .row_name = plain_row_name,
	  .run_row = plain_bad_pointer, .kvm = true },
	{ .name = "reserved field of SET_STATE", .run = reserved_of_set_state },
	{ .name = "result to memory that cannot be written", .run = read_only_result, .kvm = true },
	{ .name = "API version", .run = api_version, .kvm = true },
	{ .name = "size of the run page", .run = mmap_size, .kvm = true },
	{ .name = "extensions", .run = extensions, .kvm = true },
	{ .name = "info", .run = info },
	{ .name = "unusable machine", .run = unusable_machine },
	{ .name = "no read and write", .rows = NR_FDS, .row_name = fd_row_name,
	  .run_row = no_read_or_write, .kvm = true },
	{ }
};

const struct suite suite_call = { "call", tests };
