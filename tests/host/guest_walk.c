// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/guest_walk.h"

TABLE_TEST(guest_walk)

static u64 random_bits(void)
{
	return (u64)random() << 42 ^ (u64)random() << 21 ^ (u64)random();
}

/* Tables full of noise, most of it present. */
static int read_noise(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	unsigned int *calls = ctx;
	u64 noise = random_bits();

	ck_assert(len == 4 || len == 8);
	ck_assert_uint_eq(gpa % len, 0);
	(*calls)++;
	if (random() % 8)
		noise |= 7;
	if (random() % 4)
		noise &= 0xffffffff1f;
	memcpy(buf, &noise, len);
	return random() % 64 ? 0 : -ENXIO;
}

static int lose_races(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	unsigned int *calls = ctx;

	(*calls)++;
	ck_assert_uint_eq(gpa % len, 0);
	ck_assert_uint_ne(old, new);
	ck_assert_uint_eq(old | new, new);
	return random() % 2 ? -EAGAIN : 0;
}

/* Whatever the registers and the tables are, a walk ends soon and its outcome makes sense. */
START_TEST(noise)
{
	static const struct guest_walk_ops ops = { read_noise, lose_races };
	static const u64 cr4_bits = CR4_PSE | CR4_PAE | CR4_SMEP | CR4_SMAP | CR4_PKE;
	struct guest_translation out;
	struct guest_paging paging;
	struct guest_fault fault;
	unsigned int i, calls;
	int ret;

	srandom(2);
	for (i = 0; i < 200000; i++) {
		paging = (struct guest_paging) {
			.cr0 = random_bits(), .cr3 = random_bits(),
			.cr4 = random_bits() & cr4_bits, .efer = random_bits(),
			.rflags = random_bits(), .pkru = random(), .phys_bits = random(),
			.pages_1g = random() % 2, .pdptr = { random_bits(), 1, 1, 1 },
		};
		calls = 0;
		fault = (struct guest_fault) { };
		ret = guest_walk(&paging, random_bits() >> 17, random() % 16, &ops, &calls, &out,
				 &fault);
		ck_assert_uint_le(calls, 4 * 8);
		ck_assert_msg(!ret || ret == -EFAULT || ret == -EIO || ret == -EAGAIN,
			      "returned %d", ret);
		if (ret == -EFAULT)
			ck_assert_uint_eq(fault.vector, GUEST_VECTOR_PF);
		if (!ret)
			ck_assert_uint_eq(out.page_bytes & (out.page_bytes - 1), 0);
	}
}
END_TEST

Suite *guest_walk_suite(void)
{
	Suite *suite = suite_create("guest_walk");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, guest_walk);
	tcase_add_test(tcase, noise);
	suite_add_tcase(suite, tcase);
	return suite;
}
