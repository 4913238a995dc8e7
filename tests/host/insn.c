// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/insn.h"

TABLE_TEST(insn)

static bool is_sane_operand(const struct insn_operand *operand)
{
	return operand->kind <= INSN_OPERAND_SYS && operand->reg < 16 && operand->bytes <= 32;
}

static bool is_sane(const struct insn *insn, unsigned int len)
{
	const struct insn_mem *mem = &insn->mem;

	return insn->len && insn->len <= len && insn->op < INSN_OP_COUNT &&
	       is_sane_operand(&insn->dst) && is_sane_operand(&insn->src) &&
	       (insn->op <= INSN_CLFLUSH || is_sane_operand(&insn->third)) &&
	       (mem->base <= INSN_REG_RIP || mem->base == INSN_REG_NONE) &&
	       (mem->index < 16 || mem->index == INSN_REG_NONE) &&
	       mem->seg < GUEST_SEG_COUNT && !(mem->scale & (mem->scale - 1));
}

static bool is_known(int ret)
{
	return ret == -EAGAIN || ret == -EOPNOTSUPP || ret == -EINVAL || ret == -E2BIG;
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
	for (i = 0; i < 300000; i++) {
		mode.code_bytes = sizes[random() % 3];
		mode.stack_bytes = mode.code_bytes;
		len = random() % (INSN_MAX_BYTES + 1);
		for (j = 0; j < len; j++)
			bytes[j] = random();
		ret = insn_decode(bytes, len, &mode, &insn);
		if (ret ? !is_known(ret) : !is_sane(&insn, len))
			ck_abort_msg("round %u returned %d", i, ret);
	}
}
END_TEST

/* What an instruction has not, here MOV of a register, is 0 whatever was there before. */
START_TEST(nothing_left_over)
{
	const struct insn_mode mode = { .code_bytes = 8, .stack_bytes = 8 };
	struct insn insn;

	memset(&insn, 0x5a, sizeof(insn));
	ck_assert_int_eq(insn_decode((const u8 *)"\x8b\x03", 2, &mode, &insn), 0);
	ck_assert_int_eq(insn.imm, 0);
	ck_assert(!insn.lock);
	ck_assert_uint_eq(insn.len, 2);
}
END_TEST

Suite *insn_suite(void)
{
	Suite *suite = suite_create("insn");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, insn);
	tcase_add_test(tcase, random_bytes);
	tcase_add_test(tcase, nothing_left_over);
	suite_add_tcase(suite, tcase);
	return suite;
}
