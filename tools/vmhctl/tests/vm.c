// SPDX-License-Identifier: GPL-2.0
#include <check.h>

#include "rows.h"
#include "vm.h"

#define GIB	(1ULL << 30)

static uint8_t base[1];

static const struct {
	const char *name;
	uint64_t memory, gpa, bytes;
	uint64_t offset;		/* into the memory; UINT64_MAX when refused */
} cases[] = {
	{ "start", GIB, 0, 4096, 0 },
	{ "end", GIB, GIB - 1, 1, GIB - 1 },
	{ "over the end", GIB, GIB - 1, 2, UINT64_MAX },
	{ "beyond", GIB, GIB + 1, 0, UINT64_MAX },
	{ "all", GIB, 0, GIB, 0 },
	{ "wraps", GIB, 4096, UINT64_MAX, UINT64_MAX },
	{ "up to the hole", 4 * GIB, 0, 3 * GIB, 0 },
	{ "into the hole", 4 * GIB, 0, 3 * GIB + 1, UINT64_MAX },
	{ "in the hole", 4 * GIB, 3 * GIB + 4096, 1, UINT64_MAX },
	{ "above the hole", 4 * GIB, 4 * GIB, GIB, 3 * GIB },
	{ "over the upper end", 4 * GIB, 4 * GIB, GIB + 1, UINT64_MAX },
	{ "nothing above", 3 * GIB, 4 * GIB, 1, UINT64_MAX },
	{ "wraps above", 4 * GIB, 4 * GIB + 4096, UINT64_MAX, UINT64_MAX },
};

START_TEST(memory_row)
{
	struct vm vm = { .memory = base, .config = { .memory_bytes = cases[_i].memory } };
	uint8_t *at;

	vm.low_bytes = cases[_i].memory;
	if (vm.low_bytes > 3 * GIB)
		vm.low_bytes = 3 * GIB;
	at = vm_memory_at(&vm, cases[_i].gpa, cases[_i].bytes);
	if (cases[_i].offset == UINT64_MAX)
		ck_assert_msg(!at, "%s: taken", cases[_i].name);
	else
		ck_assert_msg((uintptr_t)at - (uintptr_t)base == cases[_i].offset, "%s: at %#lx",
			      cases[_i].name, (long)((uintptr_t)at - (uintptr_t)base));
}
END_TEST

Suite *vm_suite(void)
{
	Suite *suite = suite_create("vm");

	add_rows(suite, "memory", memory_row, ROWS(cases));
	return suite;
}
