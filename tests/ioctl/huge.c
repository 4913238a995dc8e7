// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of hugetlbfs: a page that the VMM's tables map in one entry, of 2 MiB or 1 GiB, is one
 * entry of the EPT too, is charged and given back as a whole, and is mapped piecewise where
 * guest-physical and the VMM's addresses do not lie alike. With nx_huge_pages=on it is mapped
 * piecewise where it is executed from, too.
 */
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <linux/mman.h>

#include "vm.h"

#define KIB	(1ULL << 10)
#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)
#define HUGE_GPA	GIB
#define PARAMETERS	"/sys/module/vmh/parameters/"

/* Counts at EBX, again and again. */
GUEST(guest_count, "1: incl (%ebx); jmp 1b");

static const struct {
	const char *name;
	uint64_t bytes;
	int flag;
} sizes[] = {
	{ "2 MiB", 2 * MIB, MAP_HUGE_2MB },
	{ "1 GiB", GIB, MAP_HUGE_1GB },
};

static const char *size_name(unsigned int row)
{
	return sizes[row].name;
}

/* One page that the machine has set aside, or can set aside now. */
static uint8_t *huge_page(unsigned int row)
{
	char path[96];
	FILE *file;
	void *page;

	snprintf(path, sizeof(path), "/sys/kernel/mm/hugepages/hugepages-%llukB/nr_hugepages",
		 (unsigned long long)(sizes[row].bytes / KIB));
	file = fopen(path, "w");
	if (file) {
		fprintf(file, "1");
		fclose(file);
	}
	page = mmap(NULL, sizes[row].bytes, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_HUGETLB | sizes[row].flag, -1, 0);
	if (page == MAP_FAILED)
		skip("the machine has no such page to set aside");
	return page;
}

static void parameter(const char *name, char *value, size_t size)
{
	char path[128];
	FILE *file;

	snprintf(path, sizeof(path), PARAMETERS "%s", name);
	file = fopen(path, "r");
	CHECK(file && fgets(value, size, file));
	fclose(file);
}

/* Large pages are not executable. */
static bool nx_is_on(void)
{
	char value[16];

	parameter("nx_huge_pages", value, sizeof(value));
	return value[0] == 'Y';
}

static struct vmh_stats stats(struct vm *vm)
{
	struct vmh_stats stats = { .size = sizeof(stats) };

	must(vm->fd, VMH_GET_STATS, &stats);
	return stats;
}

static struct vmh_ept_query leaves(struct vm *vm, unsigned int row)
{
	struct vmh_ept_query query = {
		.size = sizeof(query), .start_gpa = HUGE_GPA, .length = sizes[row].bytes,
	};

	must(vm->fd, VMH_EPT_QUERY, &query);
	return query;
}

/* Slot 0 for the guest's code; slot 1 from a page on, which leaves out so much of it. */
static void make(struct vm *vm, unsigned int row, uint8_t *page, uint64_t left_out)
{
	vm_make(vm, &(struct spec){ .memory = MIB + sizes[row].bytes });
	vm_add_slot(vm, 0, 0, 0, NULL);
	vm_add_slot(vm, 0, 0, MIB, vm->memory);
	vm_add_slot(vm, 1, HUGE_GPA, sizes[row].bytes - left_out, page + left_out);
	vm_start(vm);
}

static void check_one_leaf(struct vm *vm, unsigned int row)
{
	struct vmh_ept_query query = leaves(vm, row);

	CHECK_EQ(query.bytes, sizes[row].bytes);
	CHECK_EQ(query.pages_4k, 0);
	CHECK_EQ(query.pages_2m, sizes[row].bytes == 2 * MIB);
	CHECK_EQ(query.pages_1g, sizes[row].bytes == GIB);
	CHECK_EQ(query.exec_2m + query.exec_1g, !nx_is_on());
	/* Whatever the guest makes of its PAT. */
	CHECK_EQ(query.write_back, 1);
}

/* Only as much of it as has to be is mapped by 4 KiB, and can be executed from. */
static void check_split(struct vm *vm, unsigned int row)
{
	struct vmh_ept_query query = leaves(vm, row);

	CHECK_EQ(query.bytes, sizes[row].bytes);
	CHECK_EQ(query.pages_4k, 2 * MIB / PAGE);
	CHECK_EQ(query.exec_4k, query.pages_4k);
	CHECK_EQ(query.pages_2m, sizes[row].bytes / (2 * MIB) - 1);
	CHECK_EQ(query.pages_1g + query.exec_2m + query.exec_1g, 0);
	CHECK_EQ(query.write_back, query.pages_4k + query.pages_2m);
}

static uint64_t populated(struct vm *vm)
{
	return vm_usage(vm).res[VMH_RES_POPULATED_BYTES].used;
}

static void whole(unsigned int row)
{
	uint8_t *page = huge_page(row);
	uint64_t before;
	struct vm vm;

	make(&vm, row, page, 0);
	CHECK_EQ(vm_touch(&vm, 0x8000, 1), KVM_EXIT_HLT);
	before = populated(&vm);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA + sizes[row].bytes / 2, 1), KVM_EXIT_HLT);
	check_one_leaf(&vm, row);
	CHECK_EQ(populated(&vm), before + sizes[row].bytes);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA + sizes[row].bytes - 16 * PAGE, 16), KVM_EXIT_HLT);
	CHECK_EQ(populated(&vm), before + sizes[row].bytes);
	CHECK(page[sizes[row].bytes - PAGE]);
	/* Given back, and touched again. */
	CHECK(!madvise(page, sizes[row].bytes, MADV_DONTNEED));
	CHECK_EQ(leaves(&vm, row).bytes, 0);
	CHECK_EQ(populated(&vm), before);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA, 1), KVM_EXIT_HLT);
	check_one_leaf(&vm, row);
	CHECK(page[0]);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(populated(&vm), 0);
}

/* The vCPU starts at the page's second half; the code there is for CODE_GPA or anywhere. */
static void start_in_page(struct vm *vm, unsigned int row, uint8_t *page, const char *code,
			  const char *end)
{
	uint64_t at = sizes[row].bytes / 2;
	struct kvm_sregs sregs;

	memcpy(page + at + CODE_GPA, code, end - code);
	vm_reset(vm, 0);
	must(vm->vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cs.base = HUGE_GPA + at;
	must(vm->vcpu[0], VMH_SET_SREGS, &sregs);
}

static void wait_for_recovery(struct vm *vm, uint64_t recovered)
{
	for (int i = 0; i < 100 && stats(vm).nx_recovered < recovered; i++)
		sleep_ms(100);
	CHECK(stats(vm).nx_recovered >= recovered);
}

/* Written, then executed from, then written again; and once more when it has been given back. */
static void executed(unsigned int row)
{
	uint64_t before, levels = sizes[row].bytes == GIB ? 2 : 1;
	uint8_t *page = huge_page(row);
	char period[16];
	struct vm vm;

	make(&vm, row, page, 0);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA, 1), KVM_EXIT_HLT);
	check_one_leaf(&vm, row);
	before = populated(&vm);
	start_in_page(&vm, row, page, guest_hlt, guest_hlt_end);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	if (!nx_is_on()) {
		check_one_leaf(&vm, row);
		CHECK_EQ(stats(&vm).nx_splits, 0);
		return;
	}
	check_split(&vm, row);
	CHECK_EQ(stats(&vm).nx_splits, levels);
	CHECK_EQ(stats(&vm).nx_split_now, levels);
	vm_reset(&vm, 0);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA + sizes[row].bytes / 2, 4), KVM_EXIT_HLT);
	check_split(&vm, row);
	CHECK_EQ(populated(&vm), before);
	parameter("nx_huge_pages_recovery_period_ms", period, sizeof(period));
	if (strcmp(period, "1000\n"))
		return;
	wait_for_recovery(&vm, levels);
	CHECK_EQ(stats(&vm).nx_recovered, levels);
	CHECK_EQ(stats(&vm).nx_split_now, 0);
	CHECK_EQ(leaves(&vm, row).bytes, 0);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA, 1), KVM_EXIT_HLT);
	check_one_leaf(&vm, row);
	start_in_page(&vm, row, page, guest_hlt, guest_hlt_end);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	check_split(&vm, row);
	CHECK_EQ(stats(&vm).nx_splits, 2 * levels);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(populated(&vm), 0);
	CHECK_EQ(stats(&vm).nx_split_now, 0);
}

/* First touched by a fetch: it is never a large one. */
static void executed_first(unsigned int row)
{
	uint8_t *page = huge_page(row);
	struct vm vm;

	make(&vm, row, page, 0);
	start_in_page(&vm, row, page, guest_hlt, guest_hlt_end);
	vm_run_until(&vm, 0, KVM_EXIT_HLT);
	if (!nx_is_on()) {
		check_one_leaf(&vm, row);
		return;
	}
	CHECK_EQ(leaves(&vm, row).pages_2m + leaves(&vm, row).pages_1g, 0);
	CHECK(leaves(&vm, row).exec_4k > 0);
	CHECK(stats(&vm).nx_split_now > 0);
	vm_reset(&vm, 0);
	/* What is written elsewhere may be large, but not where it is executed from. */
	CHECK_EQ(vm_touch(&vm, HUGE_GPA + sizes[row].bytes / 2 + 64 * KIB, 1), KVM_EXIT_HLT);
	CHECK_EQ(leaves(&vm, row).pages_2m + leaves(&vm, row).pages_1g, 0);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA, 1), KVM_EXIT_HLT);
	CHECK_EQ(leaves(&vm, row).pages_2m, sizes[row].bytes == GIB);
	CHECK_EQ(leaves(&vm, row).pages_1g + leaves(&vm, row).exec_2m, 0);
}

/* Code that counts beside itself, while its page is split, given back and split again. */
static void given_back_while_it_runs(void)
{
	uint8_t *page = huge_page(0);
	char period[16];
	struct kvm_regs regs;
	struct runner runner;
	struct vm vm;

	parameter("nx_huge_pages_recovery_period_ms", period, sizeof(period));
	if (!nx_is_on() || strcmp(period, "1000\n"))
		skip("needs nx_huge_pages=on and nx_huge_pages_recovery_period_ms=1000");
	make(&vm, 0, page, 0);
	start_in_page(&vm, 0, page, guest_count, guest_count_end);
	regs = vm_regs(&vm, 0);
	regs.rbx = HUGE_GPA;
	must(vm.vcpu[0], VMH_SET_REGS, &regs);
	runner_start(&runner, &vm, 0);
	for (uint64_t i = 1; i <= 4; i++) {
		wait_for_recovery(&vm, i);
		wait_until_changes((void *)page);
	}
	CHECK(!runner.done);
	CHECK(stats(&vm).nx_splits >= 4);
	_exit(0);
}

/* A page further on: nothing lies alike, and the guest must not reach beyond the slot. */
static void shifted(unsigned int row)
{
	uint8_t *page = huge_page(row);
	struct vmh_ept_query query;
	struct vm vm;

	make(&vm, row, page, PAGE);
	CHECK_EQ(vm_touch(&vm, HUGE_GPA, 3), KVM_EXIT_HLT);
	query = leaves(&vm, row);
	CHECK(query.pages_4k >= 3);
	CHECK_EQ(query.pages_2m + query.pages_1g, 0);
	CHECK(!page[0]);
	CHECK(page[PAGE]);
}

static const struct test tests[] = {
	{ .name = "one leaf", .rows = ARRAY_SIZE(sizes), .row_name = size_name, .run_row = whole },
	{ .name = "executed", .rows = ARRAY_SIZE(sizes), .row_name = size_name,
	  .run_row = executed },
	{ .name = "executed first", .rows = ARRAY_SIZE(sizes), .row_name = size_name,
	  .run_row = executed_first },
	{ .name = "given back while it runs", .run = given_back_while_it_runs },
	{ .name = "shifted", .rows = ARRAY_SIZE(sizes), .row_name = size_name, .run_row = shifted },
	{ }
};

const struct suite suite_huge = { "huge", tests };
