/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_EMUL_ALU_H
#define VMH_EMUL_ALU_H

#include <linux/types.h>

/**
 * emul_mask - all bits of an operand
 * @bytes: its size, 1, 2, 4 or 8
 *
 * Return: a mask of 8 * @bytes ones.
 */
static inline u64 emul_mask(unsigned int bytes)
{
	return ~0ULL >> (64 - 8 * bytes);
}

/**
 * emul_sign_extend - read an operand as a signed number
 * @value: the operand
 * @bytes: its size, 1, 2, 4 or 8
 *
 * Return: @value with the sign bit copied to all higher ones.
 */
static inline s64 emul_sign_extend(u64 value, unsigned int bytes)
{
	unsigned int unused = 64 - 8 * bytes;

	return (s64)(value << unused) >> unused;
}

/**
 * emul_alu - compute one arithmetic or logical operation
 * @op: an enum insn_op: ADD to DEC, BT to BTC, or ROL to SAR
 * @bytes: operand size, 1, 2, 4 or 8
 * @dst: first operand, without bits beyond its size
 * @src: second operand, the same; for the bit tests the number of a bit of @dst, for shifts a count
 * @rflags: flags before, and after
 *
 * CF, PF, AF, ZF, SF and OF come out as SDM vol. 2 has them for each instruction; where it leaves
 * one undefined, as Intel processors do: AF cleared by logical operations and shifts, and nothing
 * but CF touched by the bit tests. Any context.
 *
 * Return: the result, cut to @bytes; @dst for operations that have none.
 */
u64 emul_alu(unsigned int op, unsigned int bytes, u64 dst, u64 src, u64 *rflags);

/**
 * emul_condition - does the condition of a SETcc or CMOVcc hold?
 * @cond: the condition, 0 to 15, as encoded
 * @rflags: the flags
 *
 * Return: true if it does.
 */
bool emul_condition(unsigned int cond, u64 rflags);

#endif
