/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_EMUL_ARITH_H
#define VMH_EMUL_ARITH_H

#include <linux/types.h>

/**
 * emul_arith - compute an operation of three operands, or of bits
 * @op: an enum insn_op: SHLD, SHRD, IMUL to MULX but XLAT
 * @bytes: operand size, 1, 2, 4 or 8
 * @src_bytes: size of @src, for CRC32
 * @dst: first operand, without bits beyond its size
 * @src: second operand, the same
 * @third: third operand
 * @rflags: flags before, and after
 *
 * Flags come out as for emul_alu(). Any context.
 *
 * Return: the result, cut to @bytes.
 */
u64 emul_arith(unsigned int op, unsigned int bytes, unsigned int src_bytes, u64 dst, u64 src,
	       u64 third, u64 *rflags);

/**
 * emul_multiply - multiply two numbers
 * @bytes: their size, 1, 2, 4 or 8
 * @a: one
 * @b: the other
 * @is_signed: they are signed
 * @product: set: its lower half, and its upper one
 *
 * Any context.
 *
 * Return: true if the upper half says more than the lower one.
 */
bool emul_multiply(unsigned int bytes, u64 a, u64 b, bool is_signed, u64 product[2]);

/**
 * emul_divide - divide a number of two halves
 * @bytes: size of a half and of the divisor, 1, 2, 4 or 8
 * @dividend: its lower half, and its upper one
 * @divisor: by what
 * @is_signed: they are signed
 * @result: set: quotient and rest
 *
 * Any context.
 *
 * Return: false if there is no result, or it is too large (#DE).
 */
bool emul_divide(unsigned int bytes, const u64 dividend[2], u64 divisor, bool is_signed,
		 u64 result[2]);

#endif
