// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "layout.h"
#include "mptable.h"
#include "rows.h"

static uint8_t memory[LAYOUT_MPTABLE_BYTES];

static unsigned int sum(const uint8_t *at, size_t bytes)
{
	uint8_t total = 0;

	while (bytes--)
		total += *at++;
	return total;
}

static uint16_t get16(const uint8_t *at)
{
	return at[0] | at[1] << 8;
}

static const unsigned int counts[] = { 1, 2, 8, 254, 255 };

/* Walk the table as a kernel does: by the length of each kind of entry. */
START_TEST(walk)
{
	unsigned int cpus = counts[_i], seen[5] = { 0 }, boot_cpus = 0, entries = 0;
	size_t used;
	const uint8_t *table = memory + 16, *at, *end;

	memset(memory, 0, sizeof(memory));
	used = mptable_build(memory, sizeof(memory), LAYOUT_MPTABLE_GPA, cpus);
	ck_assert_mem_eq(memory, "_MP_", 4);
	ck_assert_uint_eq(sum(memory, 16), 0);
	ck_assert_uint_eq(get16(memory + 4) | get16(memory + 6) << 16, LAYOUT_MPTABLE_GPA + 16);
	ck_assert_mem_eq(table, "PCMP", 4);
	ck_assert_uint_eq(get16(table + 4), used - 16);
	ck_assert_uint_eq(sum(table, get16(table + 4)), 0);

	end = memory + used;
	for (at = table + 44; at < end; at += *at ? 8 : 20, entries++) {
		ck_assert_uint_lt(*at, 5);
		if (*at == 0) {
			ck_assert_uint_eq(at[1], seen[0]);
			boot_cpus += !!(at[3] & 2);
		}
		if (*at == 2)
			ck_assert_msg(at[1] >= cpus, "the I/O APIC has a processor's id");
		if (*at == 3) {
			ck_assert_uint_eq(at[5], seen[3]);	/* interrupt n on pin n */
			ck_assert_uint_eq(at[7], seen[3]);
		}
		seen[*at]++;
	}
	ck_assert_ptr_eq(at, end);
	ck_assert_uint_eq(entries, get16(table + 34));
	ck_assert_uint_eq(boot_cpus, 1);
	ck_assert_uint_eq(seen[0], cpus);
	ck_assert_uint_eq(seen[1], 1);
	ck_assert_uint_eq(seen[2], 1);
	ck_assert_uint_eq(seen[3], 16);
	ck_assert_uint_eq(seen[4], 2);
}
END_TEST

Suite *mptable_suite(void)
{
	Suite *suite = suite_create("mptable");

	add_rows(suite, "walk", walk, ROWS(counts));
	return suite;
}
