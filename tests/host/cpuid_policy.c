// SPDX-License-Identifier: GPL-2.0
#include <cpuid.h>
#include <stdlib.h>
#include <cpuid_bits.h>
#include <cpuid_table.h>
#include "table.h"
#include "../vectors/cpuid_policy.h"

TABLE_TEST(cpuid_policy)

/* One row for each bit, none twice, in ascending order. */
START_TEST(rows)
{
	size_t i;

	for (i = 1; i < cpuid_bits_nr; i++) {
		const struct cpuid_bit *a = &cpuid_bits[i - 1], *b = &cpuid_bits[i];
		u64 before = (u64)a->leaf << 24 | a->subleaf << 16 | a->reg << 8 | a->bit;
		u64 after = (u64)b->leaf << 24 | b->subleaf << 16 | b->reg << 8 | b->bit;

		ck_assert_msg(before < after, "leaf %#x, register %u, bit %u", b->leaf, b->reg,
			      b->bit);
		ck_assert_uint_lt(b->bit, 32);
	}
	/* What is hidden anyway needs nothing. */
	for (i = 0; i < cpuid_bits_nr; i++)
		ck_assert(cpuid_bits[i].offer != CPUID_HIDE || !cpuid_bits[i].needs);
}
END_TEST

static void host_read(void *ctx, u32 leaf, u32 subleaf, u32 regs[CPUID_NR_REGS])
{
	(void)ctx;
	__cpuid_count(leaf, subleaf, regs[0], regs[1], regs[2], regs[3]);
}

/*
 * This very machine, whatever it is: nothing is offered that it has not, and the list can be handed
 * back as a vCPU's table.
 */
START_TEST(this_machine)
{
	const struct cpuid_source source = {
		.read = host_read, .options = ~0U, .phys_bits = 46, .xcr0 = 0xe7,
	};
	const struct cpuid_caps caps = { .cr4 = ~0ULL, .xcr0 = 0xe7, .phys_bits = 46 };
	struct cpuid_table *table = malloc(cpuid_table_bytes(CPUID_POLICY_MAX));
	struct kvm_cpuid_entry2 entry[CPUID_POLICY_MAX];
	int nr = cpuid_policy_supported(&source, entry, CPUID_POLICY_MAX);
	u32 regs[CPUID_NR_REGS];
	size_t i;

	ck_assert_int_gt(nr, 0);
	cpuid_table_init(table, CPUID_POLICY_MAX, &caps);
	ck_assert_int_eq(cpuid_table_set(table, entry, nr), 0);
	for (i = 0; i < cpuid_bits_nr; i++) {
		const struct cpuid_bit *row = &cpuid_bits[i];
		const struct kvm_cpuid_entry2 *found;

		found = cpuid_table_find(table, row->leaf, row->subleaf);
		if (!found || row->offer == CPUID_FORCE)
			continue;
		host_read(NULL, row->leaf, row->subleaf, regs);
		ck_assert(row->offer != CPUID_HIDE || row->subleaf ||
			  !cpuid_has(table, row->leaf, row->reg, row->bit));
		ck_assert(row->subleaf || regs[row->reg] & 1U << row->bit ||
			  !cpuid_has(table, row->leaf, row->reg, row->bit));
	}
	free(table);
}
END_TEST

/* A list that is too short for one more is written to its end and no further. */
START_TEST(too_short)
{
	const struct cpuid_source source = {
		.read = host_read, .options = ~0U, .phys_bits = 46, .xcr0 = 0xe7,
	};
	struct kvm_cpuid_entry2 all[CPUID_POLICY_MAX];
	int nr = cpuid_policy_supported(&source, all, CPUID_POLICY_MAX);
	struct kvm_cpuid_entry2 *entry = calloc(nr, sizeof(*entry));

	ck_assert_int_eq(cpuid_policy_supported(&source, entry, nr), nr);
	ck_assert_mem_eq(entry, all, nr * sizeof(*entry));
	memset(entry, 0x5a, nr * sizeof(*entry));
	ck_assert_int_eq(cpuid_policy_supported(&source, entry, nr - 1), -E2BIG);
	ck_assert_uint_eq(entry[nr - 1].function, 0x5a5a5a5a);
	free(entry);
}
END_TEST

Suite *cpuid_policy_suite(void)
{
	Suite *suite = suite_create("cpuid_policy");
	TCase *tcase = tcase_create("offers");

	tcase_add_table(tcase, cpuid_policy);
	tcase_add_test(tcase, rows);
	tcase_add_test(tcase, this_machine);
	tcase_add_test(tcase, too_short);
	suite_add_tcase(suite, tcase);
	return suite;
}
