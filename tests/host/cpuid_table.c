// SPDX-License-Identifier: GPL-2.0
#include "random.h"
#include "table.h"
#include "../vectors/cpuid_table.h"

TABLE_TEST(cpuid_table)

/* A table that is refused leaves the one before in force. */
START_TEST(refusal_changes_nothing)
{
	const struct cpuid_caps caps = { .phys_bits = 46 };
	struct cpuid_table *table = malloc(cpuid_table_bytes(CPUID_TABLE_ROOM));

	cpuid_table_init(table, CPUID_TABLE_ROOM, &caps);
	ck_assert_int_eq(cpuid_table_set(table, cpuid_amd, ARRAY_SIZE(cpuid_amd)), 0);
	ck_assert_int_eq(cpuid_table_set(table, cpuid_phys_53, 1), -EINVAL);
	ck_assert_int_eq(cpuid_table_set(table, cpuid_too_many, CPUID_TABLE_ROOM + 1), -E2BIG);
	ck_assert_uint_eq(table->nr, ARRAY_SIZE(cpuid_amd));
	ck_assert_uint_eq(cpuid_table_find(table, 1, 0)->eax, 7);
	free(table);
}
END_TEST

/* A shorter table after a longer one: what is gone is gone. */
START_TEST(replaced)
{
	const struct cpuid_caps caps = { .phys_bits = 46 };
	struct cpuid_table *table = malloc(cpuid_table_bytes(CPUID_TABLE_ROOM));

	cpuid_table_init(table, CPUID_TABLE_ROOM, &caps);
	ck_assert_int_eq(cpuid_table_set(table, cpuid_usual, ARRAY_SIZE(cpuid_usual)), 0);
	ck_assert_int_eq(cpuid_table_set(table, cpuid_amd, ARRAY_SIZE(cpuid_amd)), 0);
	ck_assert_ptr_null(cpuid_table_find(table, 0x80000008, 0));
	ck_assert_ptr_null(cpuid_table_find(table, 4, 0));
	ck_assert_int_eq(cpuid_table_set(table, NULL, 0), 0);
	ck_assert_ptr_null(cpuid_table_find(table, 0, 0));
	free(table);
}
END_TEST

#define MODEL_STEPS	200

static u32 model_leaf(struct random *r)
{
	static const u32 ranges[] = { 0, 0x40000000, 0x40000100, 0x80000000, 0xc0000000 };

	return ranges[random_below(r, ARRAY_SIZE(ranges))] + random_below(r, 0x24);
}

/* The index must find what a plain search from the start finds. */
START_TEST(model)
{
	struct cpuid_table *table = malloc(cpuid_table_bytes(CPUID_TABLE_MAX));
	const struct cpuid_caps caps = { .phys_bits = 46 };
	struct kvm_cpuid_entry2 entry[CPUID_TABLE_MAX];
	struct random r;
	u32 i, j, k, nr;

	random_init(&r, _i);
	memset(entry, 0, sizeof(entry));
	cpuid_table_init(table, 1000, &caps);
	for (i = 0; i < MODEL_STEPS; i++) {
		nr = random_below(&r, CPUID_TABLE_MAX + 1);
		for (j = 0; j < nr; j++) {
			entry[j].function = model_leaf(&r);
			entry[j].index = random_below(&r, 4);
			entry[j].flags = random_below(&r, 2);
		}
		ck_assert_int_eq(cpuid_table_set(table, entry, nr), 0);
		for (j = 0; j < 500; j++) {
			u32 leaf = model_leaf(&r), subleaf = random_below(&r, 5);
			const struct kvm_cpuid_entry2 *found;

			found = cpuid_table_find(table, leaf, subleaf);
			for (k = 0; k < nr; k++)
				if (entry[k].function == leaf &&
				    (!entry[k].flags || entry[k].index == subleaf))
					break;
			model_assert(found == (k < nr ? &table->entry[k] : NULL));
		}
	}
	free(table);
}
END_TEST

/* CR4 bits go with features that the kernel has left on; of the others it says nothing. */
START_TEST(cr4_of_kernel)
{
	struct cpuid_kernel_word words[] = {
		{ 1, 0, CPUID_REG_EDX, 0 },
		{ 7, 1, CPUID_REG_EBX, 0 },
		{ 7, 0, CPUID_REG_EBX, ~0U },
		{ 1, 0, CPUID_REG_ECX, ~0U },
	};
	const u64 all = ~0ULL;

	ck_assert_uint_eq(cpuid_cr4_of_kernel(NULL, 0), all);
	ck_assert_uint_eq(cpuid_cr4_of_kernel(words, ARRAY_SIZE(words)), all);
	words[3].bits = ~(1U << 17);
	ck_assert_uint_eq(cpuid_cr4_of_kernel(words, ARRAY_SIZE(words)), all & ~(1ULL << 17));
	words[2].bits = ~(1U << 7 | 1U << 20);
	ck_assert_uint_eq(cpuid_cr4_of_kernel(words, ARRAY_SIZE(words)),
			  all & ~(1ULL << 17 | 1ULL << 20 | 1ULL << 21));
}
END_TEST

Suite *cpuid_table_suite(void)
{
	Suite *suite = suite_create("cpuid_table");
	TCase *tcase = tcase_create("leaves");

	tcase_add_table(tcase, cpuid_table);
	tcase_add_test(tcase, refusal_changes_nothing);
	tcase_add_test(tcase, replaced);
	tcase_add_test(tcase, cr4_of_kernel);
	tcase_add_loop_test(tcase, model, 0, 2);
	suite_add_tcase(suite, tcase);
	return suite;
}
