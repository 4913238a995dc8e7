// SPDX-License-Identifier: GPL-2.0
/* GET_USAGE to the page, and what happens at a limit. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "vm.h"

#define MIB		(1UL << 20)
#define DATA_GPA	0x40000

static uint64_t used(struct vm *vm, enum vmh_resource resource)
{
	return vm_usage(vm).res[resource].used;
}

static void fresh(void)
{
	struct vmh_usage usage;
	struct vm vm;

	vm_create(&vm, &(struct spec){ });
	usage = vm_usage(&vm);
	CHECK_EQ(usage.nr, VMH_RES_NR);
	for (unsigned int i = 0; i < VMH_RES_NR; i++) {
		if (i != VMH_RES_KERNEL_BYTES && i != VMH_RES_EPT_PAGES)
			CHECK_EQ(usage.res[i].used, 0);
		CHECK_EQ(usage.res[i].peak, usage.res[i].used);
		CHECK_EQ(usage.res[i].denied, 0);
	}
	CHECK(usage.res[VMH_RES_KERNEL_BYTES].used > 0);
	CHECK(usage.res[VMH_RES_EPT_PAGES].used <= 1);
}

static const struct {
	const char *name;
	uint64_t pages;
} page_counts[] = {
	{ "1", 1 }, { "2", 2 }, { "15", 15 }, { "16", 16 }, { "17", 17 }, { "100", 100 },
};

static const char *page_row_name(unsigned int row)
{
	return page_counts[row].name;
}

static void pages_exactly(unsigned int row)
{
	uint64_t pages = page_counts[row].pages;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_start(&vm);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, pages), KVM_EXIT_HLT);
	/* The page of the code besides; root and three more tables. */
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), (pages + 1) * PAGE);
	CHECK_EQ(used(&vm, VMH_RES_EPT_PAGES), 4);
	/* Again: nothing new. */
	CHECK_EQ(vm_touch(&vm, DATA_GPA, pages), KVM_EXIT_HLT);
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), (pages + 1) * PAGE);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].peak, (pages + 1) * PAGE);
}

/* A last-level table for each 2 MiB that are touched. */
static void tables_exactly(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 64 * MIB });
	vm_start(&vm);
	for (uint64_t i = 1; i <= 20; i++) {
		CHECK_EQ(vm_touch(&vm, 2 * MIB * i, 1), KVM_EXIT_HLT);
		CHECK_EQ(used(&vm, VMH_RES_EPT_PAGES), 4 + i);
		CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), (i + 1) * PAGE);
	}
}

/* What the VMM gives back to the kernel is not the guest's any more. */
static void given_back(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	vm_start(&vm);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 64), KVM_EXIT_HLT);
	CHECK(!madvise(vm.memory + DATA_GPA, 48 * PAGE, MADV_DONTNEED));
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), (16 + 1) * PAGE);
	CHECK(!munmap(vm.memory + DATA_GPA, 64 * PAGE));
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), PAGE);
	CHECK_EQ(vm_usage(&vm).res[VMH_RES_POPULATED_BYTES].peak, 65 * PAGE);
}

static void slot_deleted(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 4 * MIB });
	vm_start(&vm);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 10), KVM_EXIT_HLT);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), 0);
	CHECK_EQ(used(&vm, VMH_RES_SLOT_BYTES), 0);
	CHECK_EQ(used(&vm, VMH_RES_SLOTS), 0);
}

static void terminated(void)
{
	struct vmh_usage usage;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .memory = 4 * MIB });
	vm_start(&vm);
	CHECK_EQ(vm_touch(&vm, DATA_GPA, 10), KVM_EXIT_HLT);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	usage = vm_usage(&vm);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].used, 0);
	CHECK_EQ(usage.res[VMH_RES_EPT_PAGES].used, 0);
	CHECK_EQ(usage.res[VMH_RES_SLOT_BYTES].used, 0);
	CHECK_EQ(usage.res[VMH_RES_SLOTS].used, 0);
	/* How much it was can still be told. */
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].peak, 11 * PAGE);
	CHECK(usage.res[VMH_RES_EXITS].used > 0);
}

/* A huge page is mapped huge: 2 MiB at once, by three tables. */
static void huge(void)
{
	struct vm vm;
	uint64_t bytes;

	vm_make(&vm, &(struct spec){ .memory = 8 * MIB, .huge = true });
	vm.memory[4 * MIB] = 0;
	vm_start(&vm);
	CHECK_EQ(vm_touch(&vm, 4 * MIB + 0x5000, 1), KVM_EXIT_HLT);
	bytes = used(&vm, VMH_RES_POPULATED_BYTES);
	if (bytes < 2 * MIB)
		skip("this kernel gave no huge page");
	CHECK(bytes == 2 * MIB + PAGE || bytes == 4 * MIB);
	CHECK(used(&vm, VMH_RES_EPT_PAGES) <= 4);
	CHECK_EQ(vm_touch(&vm, 4 * MIB, 512), KVM_EXIT_HLT);
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), bytes);
	/* A part of it goes: the rest stays, or comes back page by page. */
	CHECK(!madvise(vm.memory + 4 * MIB, PAGE, MADV_DONTNEED));
	CHECK(used(&vm, VMH_RES_POPULATED_BYTES) < bytes);
	CHECK_EQ(vm_touch(&vm, 4 * MIB, 512), KVM_EXIT_HLT);
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), bytes);
	vm_add_slot(&vm, 0, 0, 0, NULL);
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), 0);
}

static void expect_resource_exit(struct vm *vm, enum vmh_resource resource, uint64_t limit,
				 uint64_t gpa)
{
	const struct vmh_exit_resource *exit = (const void *)&vm->run[0]->hw;

	CHECK_EQ(vm->run[0]->exit_reason, VMH_EXIT_RESOURCE);
	CHECK_EQ(exit->resource, resource);
	CHECK_EQ(exit->limit, limit);
	CHECK(exit->requested > 0 && exit->used + exit->requested > limit);
	CHECK_EQ(exit->gpa & ~(PAGE - 1), gpa);
}

/* At the limit RUN returns; with room again the guest goes on where it was. */
static void populated_limit(void)
{
	struct vmh_usage usage;
	struct vm vm;

	vm_make(&vm, &(struct spec){ .limits = { { VMH_RES_POPULATED_BYTES, 0, 9 * PAGE } } });
	vm_start(&vm);
	vm_touch(&vm, DATA_GPA, 20);
	expect_resource_exit(&vm, VMH_RES_POPULATED_BYTES, 9 * PAGE, DATA_GPA + 8 * PAGE);
	usage = vm_usage(&vm);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].used, 9 * PAGE);
	CHECK_EQ(usage.res[VMH_RES_POPULATED_BYTES].denied, 1);
	/* Nothing has changed: the same exit again. */
	CHECK_EQ(vm_run(&vm, 0), VMH_EXIT_RESOURCE);
	CHECK_EQ(vm_regs(&vm, 0).rcx, 12);
	CHECK(!madvise(vm.memory + DATA_GPA, 8 * PAGE, MADV_DONTNEED));
	CHECK_EQ(vm_run(&vm, 0), VMH_EXIT_RESOURCE);
	expect_resource_exit(&vm, VMH_RES_POPULATED_BYTES, 9 * PAGE, DATA_GPA + 16 * PAGE);
	CHECK(!madvise(vm.memory + DATA_GPA, 16 * PAGE, MADV_DONTNEED));
	CHECK_EQ(vm_run(&vm, 0), KVM_EXIT_HLT);
	CHECK_EQ(vm.memory[DATA_GPA + 19 * PAGE], 0x5a);
}

static void table_limit(void)
{
	struct vm vm;

	vm_make(&vm, &(struct spec){
		.memory = 16 * MIB, .limits = { { VMH_RES_EPT_PAGES, 0, 5 } },
	});
	vm_start(&vm);
	CHECK_EQ(vm_touch(&vm, 2 * MIB, 10), KVM_EXIT_HLT);
	CHECK_EQ(used(&vm, VMH_RES_EPT_PAGES), 5);
	vm_touch(&vm, 8 * MIB, 1);
	expect_resource_exit(&vm, VMH_RES_EPT_PAGES, 5, 8 * MIB);
	/* The page that could not be mapped is not charged. */
	CHECK_EQ(used(&vm, VMH_RES_POPULATED_BYTES), 11 * PAGE);
}

static void running_counts(void)
{
	struct vmh_usage before, after;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	before = vm_usage(&vm);
	for (int i = 0; i < 100; i++)
		vm_run_until(&vm, 0, KVM_EXIT_IO);
	after = vm_usage(&vm);
	CHECK(after.res[VMH_RES_EXITS].used >= before.res[VMH_RES_EXITS].used + 100);
	CHECK(after.res[VMH_RES_RUN_NS].used > before.res[VMH_RES_RUN_NS].used);
}

static void on_alarm(int signal)
{
	(void)signal;
}

/* Of proc(5): guest_time is the 43rd field, state the 3rd and the first behind the name. */
static unsigned long guest_ticks(void)
{
	FILE *file = fopen("/proc/self/stat", "re");
	char line[1024], *field;

	CHECK(file && fgets(line, sizeof(line), file));
	fclose(file);
	field = strrchr(line, ')') + 2;
	for (int i = 3; i < 43; i++)
		field = strchr(field, ' ') + 1;
	return strtoul(field, NULL, 10);
}

/* What a guest computes is guest time to the kernel, and so to top(1): half a second, about. */
static void guest_time(void)
{
	const struct itimerval timer = { .it_value.tv_usec = 500000 };
	const struct sigaction action = { .sa_handler = on_alarm };
	unsigned long hundredths;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_spin);
	vm_start(&vm);
	CHECK(!sigaction(SIGALRM, &action, NULL));
	CHECK(!setitimer(ITIMER_REAL, &timer, NULL));
	CHECK_EQ(call(vm.vcpu[0], VMH_RUN, NULL), -1);
	CHECK_EQ(errno, EINTR);
	hundredths = guest_ticks();
	if (hundredths < 40 || hundredths > 60)
		FAIL("%lu hundredths of a second", hundredths);
}

static const struct test tests[] = {
	{ .name = "fresh VM", .run = fresh },
	{ .name = "populated to the page", .rows = ARRAY_SIZE(page_counts),
	  .row_name = page_row_name, .run_row = pages_exactly },
	{ .name = "EPT tables to the page", .run = tables_exactly },
	{ .name = "memory given back", .run = given_back },
	{ .name = "slot deleted", .run = slot_deleted },
	{ .name = "TERMINATE returns all", .run = terminated },
	{ .name = "huge pages", .run = huge },
	{ .name = "limit of populated memory", .run = populated_limit },
	{ .name = "limit of EPT tables", .run = table_limit },
	{ .name = "exits and run time", .run = running_counts },
	{ .name = "guest time, as the kernel counts it", .run = guest_time, .kvm = true },
	{ }
};

const struct suite suite_usage = { "usage", tests };
