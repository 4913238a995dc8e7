// SPDX-License-Identifier: GPL-2.0
/*
 * Memory of hugetlbfs: a page that the VMM's tables map in one entry, of 2 MiB or 1 GiB, is one
 * entry of the EPT too, is charged and given back as a whole, and is mapped piecewise where
 * guest-physical and the VMM's addresses do not lie alike.
 */
#include <stdio.h>
#include <sys/mman.h>
#include <linux/mman.h>

#include "vm.h"

#define KIB	(1ULL << 10)
#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)
#define HUGE_GPA	GIB

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
	CHECK_EQ(query.exec_2m + query.exec_1g, 1);
	/* Whatever the guest makes of its PAT. */
	CHECK_EQ(query.write_back, 1);
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
	{ .name = "shifted", .rows = ARRAY_SIZE(sizes), .row_name = size_name, .run_row = shifted },
	{ }
};

const struct suite suite_huge = { "huge", tests };
