// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic with flags.
 */
#include <linux/bits.h>

#include "emul_alu.h"
#include "insn.h"
#include "rflags.h"

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
		flags |= RFLAGS_PF;
	if (!result)
		flags |= RFLAGS_ZF;
	if (top_bit(result, bytes))
		flags |= RFLAGS_SF;
	return flags;
}

static void set_flags(u64 *rflags, u64 flags)
{
	*rflags = (*rflags & ~RFLAGS_STATUS) | flags;
}

static u64 add(unsigned int bytes, u64 dst, u64 src, bool carry, u64 *rflags)
{
	u64 result = (dst + src + carry) & emul_mask(bytes);
	u64 flags = result_flags(result, bytes);

	if (top_bit((dst & src) | ((dst | src) & ~result), bytes))
		flags |= RFLAGS_CF;
	if ((dst ^ src ^ result) & 0x10)
		flags |= RFLAGS_AF;
	if (top_bit((dst ^ result) & (src ^ result), bytes))
		flags |= RFLAGS_OF;
	set_flags(rflags, flags);
	return result;
}

static u64 sub(unsigned int bytes, u64 dst, u64 src, bool borrow, u64 *rflags)
{
	u64 result = (dst - src - borrow) & emul_mask(bytes);
	u64 flags = result_flags(result, bytes);

	if (top_bit((~dst & src) | (~(dst ^ src) & result), bytes))
		flags |= RFLAGS_CF;
	if ((dst ^ src ^ result) & 0x10)
		flags |= RFLAGS_AF;
	if (top_bit((dst ^ src) & (dst ^ result), bytes))
		flags |= RFLAGS_OF;
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
	u64 carry = *rflags & RFLAGS_CF;
	u64 result = up ? add(bytes, dst, 1, false, rflags) : sub(bytes, dst, 1, false, rflags);

	*rflags = (*rflags & ~RFLAGS_CF) | carry;
	return result;
}

static u64 bit_test(unsigned int op, unsigned int bytes, u64 dst, u64 src, u64 *rflags)
{
	u64 bit = BIT_ULL(src & (8 * bytes - 1));

	*rflags &= ~RFLAGS_CF;
	if (dst & bit)
		*rflags |= RFLAGS_CF;
	if (op == INSN_BTS)
		return dst | bit;
	if (op == INSN_BTR)
		return dst & ~bit;
	return op == INSN_BTC ? dst ^ bit : dst;
}

/* The low bits of a count are all that counts; a rotation through CF has one bit more to turn. */
static unsigned int shift_count(unsigned int op, unsigned int bytes, u64 src)
{
	unsigned int count = src & (bytes == 8 ? 63 : 31);

	return op == INSN_RCL || op == INSN_RCR ? count % (8 * bytes + 1) : count;
}

/* One bit at a time, as at most 63 times: nobody shifts device memory in a hurry. */
static u64 shift_once(unsigned int op, unsigned int bytes, u64 value, bool *carry)
{
	unsigned int last = 8 * bytes - 1;
	bool top = top_bit(value, bytes), bottom = value & 1, in = *carry;

	switch (op) {
	case INSN_ROL:
	case INSN_RCL:
	case INSN_SHL:
		*carry = top;
		in = op == INSN_ROL ? top : op == INSN_RCL && in;
		return (value << 1 & emul_mask(bytes)) | in;
	}
	*carry = bottom;
	if (op == INSN_ROR)
		in = bottom;
	else if (op == INSN_SAR)
		in = top;
	else if (op == INSN_SHR)
		in = false;
	return value >> 1 | (u64)in << last;
}

/* OF is defined for a count of 1 alone, and set here by the same rule for others. */
static bool shift_overflows(unsigned int op, unsigned int bytes, u64 dst, u64 result, bool carry)
{
	switch (op) {
	case INSN_ROL:
	case INSN_RCL:
	case INSN_SHL:
		return top_bit(result, bytes) != carry;
	case INSN_ROR:
	case INSN_RCR:
		return top_bit(result ^ result << 1, bytes);
	case INSN_SHR:
		return top_bit(dst, bytes);
	}
	return false;
}

static u64 shift(unsigned int op, unsigned int bytes, u64 dst, u64 src, u64 *rflags)
{
	bool is_rotation = op < INSN_SHL, carry = *rflags & RFLAGS_CF;
	unsigned int i, count = shift_count(op, bytes, src);
	u64 flags, result = dst;

	if (!(src & (bytes == 8 ? 63 : 31)))
		return dst;
	for (i = 0; i < count; i++)
		result = shift_once(op, bytes, result, &carry);
	flags = is_rotation ? *rflags & (RFLAGS_PF | RFLAGS_AF | RFLAGS_ZF | RFLAGS_SF) :
			      result_flags(result, bytes);
	if (carry)
		flags |= RFLAGS_CF;
	if (shift_overflows(op, bytes, dst, result, carry))
		flags |= RFLAGS_OF;
	set_flags(rflags, flags);
	return result;
}

/* Conditions come in pairs, of which the odd one is the opposite. */
bool emul_condition(unsigned int cond, u64 rflags)
{
	bool less = !(rflags & RFLAGS_SF) != !(rflags & RFLAGS_OF);
	bool holds;

	switch (cond >> 1 & 7) {
	case 0:
		holds = rflags & RFLAGS_OF;
		break;
	case 1:
		holds = rflags & RFLAGS_CF;
		break;
	case 2:
		holds = rflags & RFLAGS_ZF;
		break;
	case 3:
		holds = rflags & (RFLAGS_CF | RFLAGS_ZF);
		break;
	case 4:
		holds = rflags & RFLAGS_SF;
		break;
	case 5:
		holds = rflags & RFLAGS_PF;
		break;
	case 6:
		holds = less;
		break;
	default:
		holds = less || (rflags & RFLAGS_ZF);
	}
	return holds != (cond & 1);
}

u64 emul_alu(unsigned int op, unsigned int bytes, u64 dst, u64 src, u64 *rflags)
{
	bool carry = *rflags & RFLAGS_CF;

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
	case INSN_ROL:
	case INSN_ROR:
	case INSN_RCL:
	case INSN_RCR:
	case INSN_SHL:
	case INSN_SHR:
	case INSN_SAR:
		return shift(op, bytes, dst, src, rflags);
	}
	return dst;
}
