// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/guest_walk.h"

TABLE_TEST(guest_walk)

static u64 random_bits(void)
{
	return (u64)random() << 42 ^ (u64)random() << 21 ^ (u64)random();
}

/* What the walker did to memory: how often it came, and whether each time was in order. */
struct noise {
	unsigned int calls;
	bool wrong;
};

/* Tables full of noise, most of it present. */
static int read_noise(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	u64 bits = random_bits();
	struct noise *noise = ctx;

	noise->calls++;
	if ((len != 4 && len != 8) || gpa % len) {
		noise->wrong = true;
		return -EINVAL;
	}
	if (random() % 8)
		bits |= 7;
	if (random() % 4)
		bits &= 0xffffffff1f;
	memcpy(buf, &bits, len);
	return random() % 64 ? 0 : -ENXIO;
}

static int lose_races(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	struct noise *noise = ctx;

	noise->calls++;
	if (gpa % len || old == new || (old | new) != new)
		noise->wrong = true;
	return random() % 2 ? -EAGAIN : 0;
}

static struct guest_paging random_paging(void)
{
	static const u64 cr4_bits = CR4_PSE | CR4_PAE | CR4_SMEP | CR4_SMAP | CR4_PKE;

	return (struct guest_paging) {
		.cr0 = random_bits(), .cr3 = random_bits(), .cr4 = random_bits() & cr4_bits,
		.efer = random_bits(), .rflags = random_bits(), .pkru = random(),
		.phys_bits = random(), .pages_1g = random() % 2,
		.pdptr = { random_bits(), 1, 1, 1 },
	};
}

static bool is_sane(int ret, const struct guest_translation *out, const struct guest_fault *fault)
{
	if (ret == -EFAULT)
		return fault->vector == GUEST_VECTOR_PF && fault->has_error;
	if (!ret)
		return out->page_bytes >= 4096 && !(out->page_bytes & (out->page_bytes - 1));
	return ret == -EIO || ret == -EAGAIN;
}

/* Whatever the registers and the tables are, a walk ends soon and its outcome makes sense. */
START_TEST(noise)
{
	static const struct guest_walk_ops ops = { read_noise, lose_races };
	struct guest_translation out;
	struct guest_paging paging;
	struct guest_fault fault;
	struct noise noise;
	unsigned int i;
	int ret;

	srandom(2);
	for (i = 0; i < 200000; i++) {
		paging = random_paging();
		noise = (struct noise) { };
		fault = (struct guest_fault) { };
		ret = guest_walk(&paging, random_bits() >> 17, random() % 16, &ops, &noise, &out,
				 &fault);
		if (noise.wrong || noise.calls > 4 * 8 || !is_sane(ret, &out, &fault))
			ck_abort_msg("round %u returned %d after %u calls", i, ret, noise.calls);
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
