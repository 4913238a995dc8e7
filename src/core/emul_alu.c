// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic with flags.
 */
#include <linux/bits.h>

#include "emul_alu.h"
#include "insn.h"

#define FLAG_CF		BIT_ULL(0)
#define FLAG_PF		BIT_ULL(2)
#define FLAG_AF		BIT_ULL(4)
#define FLAG_ZF		BIT_ULL(6)
#define FLAG_SF		BIT_ULL(7)
#define FLAG_OF		BIT_ULL(11)
#define FLAGS_ARITH	(FLAG_CF | FLAG_PF | FLAG_AF | FLAG_ZF | FLAG_SF | FLAG_OF)

static bool even_parity(u8 byte)
{
	byte ^= byte >> 4;
	/* One bit for each of 16 values: set where the number of ones is even. */
	return 0x9669 >> (byte & 15) & 1;
}

static bool top_bit(u64 value, unsigned int bytes)
{
	return value >> (8 * bytes - 1) & 1;
}

static u64 result_flags(u64 result, unsigned int bytes)
{
	u64 flags = 0;

	if (even_parity(result))
		flags |= FLAG_PF;
	if (!result)
		flags |= FLAG_ZF;
	if (top_bit(result, bytes))
		flags |= FLAG_SF;
	return flags;
}

static void set_flags(u64 *rflags, u64 flags)
{
	*rflags = (*rflags & ~FLAGS_ARITH) | flags;
}

static u64 add(unsigned int bytes, u64 dst, u64 src, bool carry, u64 *rflags)
{
	u64 result = (dst + src + carry) & emul_mask(bytes);
	u64 flags = result_flags(result, bytes);

	if (top_bit((dst & src) | ((dst | src) & ~result), bytes))
		flags |= FLAG_CF;
	if ((dst ^ src ^ result) & 0x10)
		flags |= FLAG_AF;
	if (top_bit((dst ^ result) & (src ^ result), bytes))
		flags |= FLAG_OF;
	set_flags(rflags, flags);
	return result;
}

static u64 sub(unsigned int bytes, u64 dst, u64 src, bool borrow, u64 *rflags)
{
	u64 result = (dst - src - borrow) & emul_mask(bytes);
	u64 flags = result_flags(result, bytes);

	if (top_bit((~dst & src) | (~(dst ^ src) & result), bytes))
		flags |= FLAG_CF;
	if ((dst ^ src ^ result) & 0x10)
		flags |= FLAG_AF;
	if (top_bit((dst ^ src) & (dst ^ result), bytes))
		flags |= FLAG_OF;
	set_flags(rflags, flags);
	return result;
}

static u64 logic(unsigned int bytes, u64 result, u64 *rflags)
{
	set_flags(rflags, result_flags(result, bytes));
	return result;
}

/* INC and DEC leave CF as it was. */
static u64 step(unsigned int bytes, u64 dst, bool up, u64 *rflags)
{
	u64 carry = *rflags & FLAG_CF;
	u64 result = up ? add(bytes, dst, 1, false, rflags) : sub(bytes, dst, 1, false, rflags);

	*rflags = (*rflags & ~FLAG_CF) | carry;
	return result;
}

static u64 bit_test(unsigned int op, unsigned int bytes, u64 dst, u64 src, u64 *rflags)
{
	u64 bit = BIT_ULL(src & (8 * bytes - 1));

	*rflags &= ~FLAG_CF;
	if (dst & bit)
		*rflags |= FLAG_CF;
	if (op == INSN_BTS)
		return dst | bit;
	if (op == INSN_BTR)
		return dst & ~bit;
	return op == INSN_BTC ? dst ^ bit : dst;
}

u64 emul_alu(unsigned int op, unsigned int bytes, u64 dst, u64 src, u64 *rflags)
{
	bool carry = *rflags & FLAG_CF;

	switch (op) {
	case INSN_ADD:
	case INSN_ADC:
		return add(bytes, dst, src, op == INSN_ADC && carry, rflags);
	case INSN_SUB:
	case INSN_SBB:
		return sub(bytes, dst, src, op == INSN_SBB && carry, rflags);
	case INSN_CMP:
		sub(bytes, dst, src, false, rflags);
		return dst;
	case INSN_OR:
		return logic(bytes, dst | src, rflags);
	case INSN_AND:
		return logic(bytes, dst & src, rflags);
	case INSN_XOR:
		return logic(bytes, dst ^ src, rflags);
	case INSN_TEST:
		logic(bytes, dst & src, rflags);
		return dst;
	case INSN_NOT:
		return ~dst & emul_mask(bytes);
	case INSN_NEG:
		return sub(bytes, 0, dst, false, rflags);
	case INSN_INC:
	case INSN_DEC:
		return step(bytes, dst, op == INSN_INC, rflags);
	case INSN_BT:
	case INSN_BTS:
	case INSN_BTR:
	case INSN_BTC:
		return bit_test(op, bytes, dst, src, rflags);
	}
	return dst;
}
