// SPDX-License-Identifier: GPL-2.0
/*
 * Which guest memory is in use, as reclaim asks: with the processor's accessed bits, and without
 * (eptad=0), where it has to show by faults. What is in use must not be taken for what is not, or
 * the guest's hottest pages are swapped out first.
 */
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

#include "../age/age.h"
#include "vm.h"

#define MIB		(1UL << 20)
#define HOT_GPA		0x10000
#define COLD_GPA	0x80000
#define EXIT_EPT	48		/* basic exit reason: EPT violation */

/* Writes to HOT_GPA and counts there, again and again. */
GUEST(guest_hot, "sti; movl $0x10000, %ebx; 1: incl (%ebx); jmp 1b");
/* Reads a byte at EBX and at the page after it, HLT. */
GUEST(guest_read_two, "movb (%ebx), %al; movb 0x1000(%ebx), %al; hlt");

static int age_fd(void)
{
	int fd = open(AGE_DEVICE, O_RDWR);

	if (fd < 0)
		skip("needs vmh_age.ko: make module TESTS=1");
	return fd;
}

static bool young(int fd, unsigned int command, struct vm *vm, uint64_t gpa, uint64_t bytes)
{
	unsigned long start = (unsigned long)vm->memory + gpa;
	int ret = ioctl(fd, command, &(struct age_range){ start, start + bytes });

	CHECK(ret >= 0);
	return ret;
}

static uint64_t ept_exits(struct vm *vm)
{
	struct vmh_stats stats = { .size = sizeof(stats) };

	must(vm->fd, VMH_GET_STATS, &stats);
	return stats.exits[EXIT_EPT];
}

static void make(struct vm *vm, const struct spec *spec)
{
	vm_make(vm, spec);
	vm_start(vm);
}

static const struct {
	const char *name;
	unsigned int command;
	int rounds;
} commands[] = {
	{ "flushed", AGE_CLEAR_FLUSH, 3 },
	/* Without a flush a processor may keep its next use to itself. */
	{ "not flushed", AGE_CLEAR, 1 },
};

static const char *command_name(unsigned int row)
{
	return commands[row].name;
}

/* Used once is young once; and nothing else about it changes. */
static void once(unsigned int row)
{
	unsigned int command = commands[row].command;
	int fd = age_fd();
	uint64_t used;
	struct vm vm;

	make(&vm, &(struct spec){ });
	CHECK(!young(fd, AGE_TEST, &vm, HOT_GPA, PAGE));
	CHECK_EQ(vm_touch(&vm, HOT_GPA, 1), KVM_EXIT_HLT);
	used = vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].used;
	for (int i = 0; i < commands[row].rounds; i++) {
		CHECK(young(fd, AGE_TEST, &vm, HOT_GPA, PAGE));
		CHECK(young(fd, command, &vm, HOT_GPA, PAGE));
		CHECK(!young(fd, AGE_TEST, &vm, HOT_GPA, PAGE));
		CHECK(!young(fd, command, &vm, HOT_GPA, PAGE));
		CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].used, used);
		vm.memory[HOT_GPA] = 0;
		CHECK_EQ(vm_touch(&vm, HOT_GPA, 1), KVM_EXIT_HLT);
		CHECK(vm.memory[HOT_GPA]);
	}
	vm_close(&vm);
}

/* One page of many is used again. */
static void apart(void)
{
	struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2, .rbx = HOT_GPA + 4 * PAGE };
	int fd = age_fd();
	struct vm vm;

	make(&vm, &(struct spec){ });
	CHECK_EQ(vm_touch(&vm, HOT_GPA, 16), KVM_EXIT_HLT);
	CHECK(young(fd, AGE_CLEAR_FLUSH, &vm, HOT_GPA, 16 * PAGE));
	VM_LOAD(&vm, guest_read_two);
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	CHECK_EQ(vm_run(&vm, 0), KVM_EXIT_HLT);
	for (unsigned int i = 0; i < 16; i++)
		CHECK_EQ(young(fd, AGE_TEST, &vm, HOT_GPA + i * PAGE, PAGE), i == 4 || i == 5);
	CHECK_EQ(young(fd, AGE_CLEAR, &vm, HOT_GPA, 16 * PAGE), true);
	CHECK_EQ(young(fd, AGE_CLEAR, &vm, HOT_GPA, 16 * PAGE), false);
	vm_close(&vm);
}

/* A page that the guest never stops using, asked for again and again; and one beside. */
static void hot_and_cold(void)
{
	unsigned int found = 0;
	struct runner runner;
	int fd = age_fd();
	struct vm vm;

	make(&vm, &(struct spec){ });
	CHECK_EQ(vm_touch(&vm, COLD_GPA, 1), KVM_EXIT_HLT);
	VM_LOAD(&vm, guest_hot);
	vm_reset(&vm, 0);
	runner_start(&runner, &vm, 0);
	wait_until_changes((void *)(vm.memory + HOT_GPA));
	CHECK(young(fd, AGE_CLEAR_FLUSH, &vm, COLD_GPA, PAGE));
	for (int i = 0; i < 20; i++) {
		young(fd, AGE_CLEAR_FLUSH, &vm, HOT_GPA, PAGE);
		wait_until_changes((void *)(vm.memory + HOT_GPA));
		found += young(fd, AGE_TEST, &vm, HOT_GPA, PAGE);
		CHECK(!young(fd, AGE_CLEAR_FLUSH, &vm, COLD_GPA, PAGE));
	}
	CHECK_EQ(found, 20);
	CHECK(!runner.done);
	_exit(0);
}

/* A large page is one page. */
static void large(void)
{
	int fd = age_fd();
	uint64_t exits;
	struct vm vm;

	make(&vm, &(struct spec){ .memory = 8 * MIB, .huge = true });
	CHECK_EQ(vm_touch(&vm, 4 * MIB, 1), KVM_EXIT_HLT);
	CHECK(young(fd, AGE_CLEAR_FLUSH, &vm, 4 * MIB, 2 * MIB));
	CHECK(!young(fd, AGE_TEST, &vm, 4 * MIB, PAGE));
	exits = ept_exits(&vm);
	CHECK_EQ(vm_touch(&vm, 5 * MIB, 1), KVM_EXIT_HLT);
	CHECK(young(fd, AGE_TEST, &vm, 5 * MIB, PAGE));
	CHECK_EQ(vm_touch(&vm, 4 * MIB, 256), KVM_EXIT_HLT);
	/* It is used as a whole again. */
	CHECK(ept_exits(&vm) - exits <= 1);
	vm_close(&vm);
}

/* What was not used for a while is there when it is used; what is logged stays logged. */
static void logged(void)
{
	uint64_t bitmap[4];
	struct kvm_dirty_log log = { .dirty_bitmap = bitmap };
	struct kvm_userspace_memory_region region = {
		.flags = KVM_MEM_LOG_DIRTY_PAGES, .memory_size = MIB,
	};
	int fd = age_fd();
	struct vm vm;

	make(&vm, &(struct spec){ });
	CHECK_EQ(vm_touch(&vm, HOT_GPA, 1), KVM_EXIT_HLT);
	region.userspace_addr = (unsigned long)vm.memory;
	must(vm.fd, VMH_SET_USER_MEMORY_REGION, &region);
	CHECK_EQ(vm_touch(&vm, HOT_GPA, 1), KVM_EXIT_HLT);
	must(vm.fd, VMH_GET_DIRTY_LOG, &log);
	CHECK(bitmap[0] & 1 << 16);
	for (int i = 0; i < 3; i++) {
		CHECK(young(fd, AGE_CLEAR_FLUSH, &vm, 0, MIB));
		must(vm.fd, VMH_GET_DIRTY_LOG, &log);
		CHECK_EQ(bitmap[0] & 1 << 16, 0);
		CHECK_EQ(vm_touch(&vm, HOT_GPA, 1), KVM_EXIT_HLT);
		must(vm.fd, VMH_GET_DIRTY_LOG, &log);
		CHECK(bitmap[0] & 1 << 16);
	}
	vm_close(&vm);
}

static const struct test tests[] = {
	{ .name = "used once", .rows = ARRAY_SIZE(commands), .row_name = command_name,
	  .run_row = once },
	{ .name = "pages apart", .run = apart },
	{ .name = "in use all the time", .run = hot_and_cold },
	{ .name = "a large page", .run = large },
	{ .name = "writes are logged all the same", .run = logged },
	{ }
};

const struct suite suite_age = { "age", tests };
