// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "cpuid.h"
#include "rows.h"

#define HOST_ENTRIES	7

/* What a host with 2 threads in each of 8 cores offers. */
static const struct kvm_cpuid_entry2 host[HOST_ENTRIES] = {
	{ .function = 0x0, .eax = 0x16 },
	{ .function = 0x1, .ebx = 0x05100800, .ecx = 1u << 21, .edx = 1u << 28 },
	{ .function = 0x4, .index = 0, .eax = 0x1c004121 },
	{ .function = 0x4, .index = 3, .eax = 0x1c03c163 },
	{ .function = 0x4, .index = 4, .eax = 0 },
	{ .function = 0xb, .index = 0, .eax = 1, .ebx = 2, .edx = 5 },
	{ .function = 0x1f, .index = 0, .eax = 1, .ebx = 2, .edx = 5 },
};

static struct kvm_cpuid2 *table;

static void make(size_t entries)
{
	table = calloc(1, sizeof(*table) +
		       (entries + CPUID_ENTRIES_ADDED) * sizeof(table->entries[0]));
	memcpy(table->entries, host, entries * sizeof(host[0]));
	table->nent = entries;
}

static const struct kvm_cpuid_entry2 *leaf(uint32_t function, uint32_t index)
{
	for (unsigned int i = 0; i < table->nent; i++)
		if (table->entries[i].function == function && table->entries[i].index == index)
			return &table->entries[i];
	return NULL;
}

static const struct {
	unsigned int id, cpus;
	uint32_t leaf1_ebx;		/* what remains of the host's, its id, its ids */
	bool htt;
	uint32_t own_cache_eax, shared_cache_eax;
	uint32_t core_shift;
} cases[] = {
	{ 0, 1, 0x00010800, false, 0x00000121, 0x00000163, 0 },
	{ 1, 2, 0x01020800, true, 0x04000121, 0x04004163, 1 },
	{ 2, 3, 0x02040800, true, 0x0c000121, 0x0c00c163, 2 },
	{ 7, 8, 0x07080800, true, 0x1c000121, 0x1c01c163, 3 },
	{ 254, 255, 0xfeff0800, true, 0xfc000121, 0xfc3fc163, 8 },
};

START_TEST(topology_row)
{
	const struct kvm_cpuid_entry2 *e;

	make(HOST_ENTRIES);
	cpuid_fix(table, cases[_i].id, cases[_i].cpus, false);

	e = leaf(0x1, 0);
	ck_assert_uint_eq(e->ebx, cases[_i].leaf1_ebx);
	ck_assert_msg(e->ecx & 1u << 31, "says that it is a guest");
	ck_assert_uint_eq(!!(e->edx & 1u << 28), cases[_i].htt);
	ck_assert_uint_eq(leaf(0x4, 0)->eax, cases[_i].own_cache_eax);
	ck_assert_uint_eq(leaf(0x4, 3)->eax, cases[_i].shared_cache_eax);
	ck_assert_uint_eq(leaf(0x4, 4)->eax, 0);

	e = leaf(0xb, 0);
	ck_assert_uint_eq(e->eax, 0);
	ck_assert_uint_eq(e->ebx, 1);
	ck_assert_uint_eq(e->ecx, 0x100);
	ck_assert_uint_eq(e->edx, cases[_i].id);
	e = leaf(0xb, 1);
	ck_assert_uint_eq(e->eax, cases[_i].core_shift);
	ck_assert_uint_eq(e->ebx, cases[_i].cpus);
	ck_assert_uint_eq(e->ecx, 0x201);
	ck_assert_uint_eq(e->flags, KVM_CPUID_FLAG_SIGNIFCANT_INDEX);
	ck_assert_uint_eq(leaf(0xb, 2)->ebx, 0);
	ck_assert_ptr_null(leaf(0x1f, 0));
	ck_assert_uint_eq(table->nent, HOST_ENTRIES - 2 + CPUID_ENTRIES_ADDED);
	free(table);
}
END_TEST

START_TEST(deadline_timer)
{
	make(HOST_ENTRIES);
	cpuid_fix(table, 0, 1, true);
	ck_assert(leaf(0x1, 0)->ecx & 1u << 24);
	free(table);
	make(HOST_ENTRIES);
	cpuid_fix(table, 0, 1, false);
	ck_assert(!(leaf(0x1, 0)->ecx & 1u << 24));
	free(table);
}
END_TEST

/* A processor that never had the leaf does not get it: its highest leaf would be wrong. */
START_TEST(no_topology_leaf)
{
	make(HOST_ENTRIES - 2);
	cpuid_fix(table, 0, 2, false);
	ck_assert_uint_eq(table->nent, HOST_ENTRIES - 2);
	ck_assert_ptr_null(leaf(0xb, 0));
	free(table);
}
END_TEST

Suite *cpuid_suite(void)
{
	Suite *suite = suite_create("cpuid");

	add_rows(suite, "topology", topology_row, ROWS(cases));
	add_test(suite, "deadline", deadline_timer);
	add_test(suite, "no_topology", no_topology_leaf);
	return suite;
}
