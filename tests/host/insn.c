// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/insn.h"

TABLE_TEST(insn)

static bool is_known(int ret)
{
	return !ret || ret == -EAGAIN || ret == -EOPNOTSUPP || ret == -EINVAL;
}

/* Nothing that the decoder says about random bytes may lead its user outside an array. */
START_TEST(random_bytes)
{
	static const u8 sizes[] = { 2, 4, 8 };
	struct insn_mode mode;
	u8 bytes[INSN_MAX_BYTES];
	struct insn insn;
	unsigned int i, j, len;
	int ret;

	srandom(1);
	for (i = 0; i < 1000000; i++) {
		mode.code_bytes = sizes[random() % 3];
		mode.stack_bytes = mode.code_bytes;
		len = random() % (INSN_MAX_BYTES + 1);
		for (j = 0; j < len; j++)
			bytes[j] = random();
		ret = insn_decode(bytes, len, &mode, &insn);
		ck_assert_msg(is_known(ret), "returned %d", ret);
		if (ret)
			continue;
		ck_assert_uint_le(insn.len, len);
		ck_assert_uint_lt(insn.op, INSN_OP_COUNT);
		ck_assert_uint_le(insn.dst.bytes, 16);
		ck_assert_uint_le(insn.src.bytes, 16);
		ck_assert_uint_lt(insn.dst.reg, 16);
		ck_assert_uint_lt(insn.src.reg, 16);
		ck_assert_uint_lt(insn.mem.seg, GUEST_SEG_COUNT);
		ck_assert(insn.mem.base <= INSN_REG_RIP || insn.mem.base == INSN_REG_NONE);
		ck_assert(insn.mem.index < 16 || insn.mem.index == INSN_REG_NONE);
		ck_assert(!(insn.mem.scale & (insn.mem.scale - 1)));
	}
}
END_TEST

Suite *insn_suite(void)
{
	Suite *suite = suite_create("insn");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, insn);
	tcase_add_test(tcase, random_bytes);
	suite_add_tcase(suite, tcase);
	return suite;
}
