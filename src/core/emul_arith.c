// SPDX-License-Identifier: GPL-2.0
/*
 * Arithmetic of more than two operands, or of bits.
 */
#include <linux/bitops.h>
#include <linux/bits.h>

#include "emul_alu.h"
#include "emul_arith.h"
#include "insn.h"
#include "rflags.h"

/* CRC-32C, the lowest bit first. */
#define CRC32_POLYNOMIAL	0x82f63b78

static void put_flag(u64 *rflags, u64 flag, bool value)
{
	*rflags = value ? *rflags | flag : *rflags & ~flag;
}

static u64 top_bit(unsigned int bytes)
{
	return BIT_ULL(8 * bytes - 1);
}

/* ZF, SF and PF of the result; none of the others. */
static void set_result_flags(unsigned int bytes, u64 result, u64 *rflags)
{
	emul_alu(INSN_TEST, bytes, result, result, rflags);
}

/* ---- multiplying and dividing ---- */

bool emul_multiply(unsigned int bytes, u64 a, u64 b, bool is_signed, u64 product[2])
{
	unsigned __int128 full;
	u64 sign = 0;

	if (is_signed)
		full = (__int128)emul_sign_extend(a, bytes) * emul_sign_extend(b, bytes);
	else
		full = (unsigned __int128)a * b;
	product[0] = (u64)full & emul_mask(bytes);
	product[1] = (u64)(full >> 8 * bytes) & emul_mask(bytes);
	if (is_signed && (product[0] & top_bit(bytes)))
		sign = emul_mask(bytes);
	return product[1] != sign;
}

/* Bit by bit: nobody divides by device memory in a hurry. */
static bool divide_unsigned(unsigned int bytes, u64 low, u64 high, u64 divisor, u64 result[2])
{
	u64 rest = high, quotient = 0;
	int bit;
	bool carry;

	if (high >= divisor)
		return false;
	for (bit = 8 * bytes - 1; bit >= 0; bit--) {
		carry = rest & top_bit(bytes);
		rest = (rest << 1 | (low >> bit & 1)) & emul_mask(bytes);
		if (carry || rest >= divisor) {
			rest = (rest - divisor) & emul_mask(bytes);
			quotient |= BIT_ULL(bit);
		}
	}
	result[0] = quotient;
	result[1] = rest;
	return true;
}

static bool divide_signed(unsigned int bytes, u64 low, u64 high, u64 divisor, u64 result[2])
{
	bool negative = high & top_bit(bytes);
	bool opposite = negative != !!(divisor & top_bit(bytes));
	u64 mask = emul_mask(bytes);

	if (negative) {
		high = (~high + !low) & mask;
		low = -low & mask;
	}
	if (divisor & top_bit(bytes))
		divisor = -divisor & mask;
	if (!divide_unsigned(bytes, low, high, divisor, result))
		return false;
	if (result[0] > top_bit(bytes) - !opposite)
		return false;
	if (opposite)
		result[0] = -result[0] & mask;
	if (negative)
		result[1] = -result[1] & mask;
	return true;
}

bool emul_divide(unsigned int bytes, const u64 dividend[2], u64 divisor, bool is_signed,
		 u64 result[2])
{
	if (is_signed)
		return divide_signed(bytes, dividend[0], dividend[1], divisor, result);
	return divide_unsigned(bytes, dividend[0], dividend[1], divisor, result);
}

static u64 multiply_short(unsigned int bytes, u64 a, u64 b, u64 *rflags)
{
	u64 product[2];
	bool overflow = emul_multiply(bytes, a, b, true, product);

	put_flag(rflags, RFLAGS_CF | RFLAGS_OF, overflow);
	return product[0];
}

/* ---- shifts ---- */

/* A count beyond 16 of 16 bits is undefined: then processors go on with the first operand. */
static u64 shift_double(unsigned int op, unsigned int bytes, u64 dst, u64 src, u64 count,
			u64 *rflags)
{
	bool left = op == INSN_SHLD;
	unsigned int i, last = 8 * bytes - 1;
	u64 in, result = dst;
	bool carry = false;

	count &= bytes == 8 ? 63 : 31;
	if (!count)
		return dst;
	for (i = 0; i < count; i++) {
		in = i <= last ? src : dst;
		if (left) {
			carry = result >> last & 1;
			result = (result << 1 & emul_mask(bytes)) |
				 (in >> (last - i % (last + 1)) & 1);
		} else {
			carry = result & 1;
			result = result >> 1 | (in >> i % (last + 1) & 1) << last;
		}
	}
	set_result_flags(bytes, result, rflags);
	put_flag(rflags, RFLAGS_CF, carry);
	put_flag(rflags, RFLAGS_OF, (result ^ dst) & top_bit(bytes));
	return result;
}

static u64 shift_quietly(unsigned int op, unsigned int bytes, u64 src, u64 count)
{
	unsigned int by = count & (bytes == 8 ? 63 : 31);

	switch (op) {
	case INSN_SARX:
		return (emul_sign_extend(src, bytes) >> by) & emul_mask(bytes);
	case INSN_SHLX:
		return src << by & emul_mask(bytes);
	case INSN_SHRX:
		return src >> by;
	}
	return by ? (src >> by | src << (8 * bytes - by)) & emul_mask(bytes) : src;
}

/* ---- bits ---- */

static u64 count_ones(u64 value)
{
	u64 count = 0;

	for (; value; value &= value - 1)
		count++;
	return count;
}

/* From 0; there is one. */
static u64 lowest_one(u64 value)
{
	return fls64(value & -value) - 1;
}

static u64 crc32(unsigned int src_bytes, u64 dst, u64 src)
{
	u32 crc = (u32)dst;
	unsigned int i;

	for (i = 0; i < 8 * src_bytes; i++)
		crc = crc >> 1 ^ ((crc ^ src >> i) & 1 ? CRC32_POLYNOMIAL : 0);
	return crc;
}

static u64 population(unsigned int bytes, u64 src, u64 *rflags)
{
	*rflags &= ~RFLAGS_STATUS;
	put_flag(rflags, RFLAGS_ZF, !src);
	return count_ones(src) & emul_mask(bytes);
}

/* CF if there is none, ZF if the result is 0. */
static u64 count_zeros(unsigned int op, unsigned int bytes, u64 src, u64 *rflags)
{
	u64 count = 8 * bytes;

	if (src)
		count = op == INSN_TZCNT ? lowest_one(src) : count - fls64(src);
	put_flag(rflags, RFLAGS_CF, !src);
	put_flag(rflags, RFLAGS_ZF, !count);
	return count;
}

static u64 scan(unsigned int op, u64 dst, u64 src, u64 *rflags)
{
	put_flag(rflags, RFLAGS_ZF, !src);
	if (!src)
		return dst;
	return op == INSN_BSF ? lowest_one(src) : (u64)fls64(src) - 1;
}

static u64 add_carrying(unsigned int bytes, u64 dst, u64 src, u64 flag, u64 *rflags)
{
	bool carry = *rflags & flag;
	u64 result = (dst + src + carry) & emul_mask(bytes);

	put_flag(rflags, flag, result < dst || (carry && result == dst));
	return result;
}

static u64 deposit(u64 value, u64 mask)
{
	u64 result = 0;

	for (; mask; mask &= mask - 1, value >>= 1)
		if (value & 1)
			result |= mask & -mask;
	return result;
}

static u64 extract(u64 value, u64 mask)
{
	u64 result = 0;
	unsigned int at = 0;

	for (; mask; mask &= mask - 1, at++)
		if (value & mask & -mask)
			result |= BIT_ULL(at);
	return result;
}

static u64 low_bits(u64 value, unsigned int count)
{
	return count < 64 ? value & (BIT_ULL(count) - 1) : value;
}

/* The rest of BMI: flags of a logical operation, CF by an own rule. */
static u64 bit_field(unsigned int op, unsigned int bytes, u64 src, u64 third, u64 *rflags)
{
	unsigned int start = third & 0xff, width = third >> 8 & 0xff;
	bool carry = false;
	u64 result = 0;

	switch (op) {
	case INSN_ANDN:
		result = ~third & src;
		break;
	case INSN_BLSR:
		result = src & (src - 1);
		carry = !src;
		break;
	case INSN_BLSMSK:
		result = src ^ (src - 1);
		carry = !src;
		break;
	case INSN_BLSI:
		result = src & -src;
		carry = src;
		break;
	case INSN_BEXTR:
		result = start < 64 ? low_bits(src >> start, width) : 0;
		break;
	case INSN_BZHI:
		result = low_bits(src, start);
		carry = start >= 8 * bytes;
		break;
	}
	result &= emul_mask(bytes);
	set_result_flags(bytes, result, rflags);
	put_flag(rflags, RFLAGS_CF, carry);
	return result;
}

u64 emul_arith(unsigned int op, unsigned int bytes, unsigned int src_bytes, u64 dst, u64 src,
	       u64 third, u64 *rflags)
{
	switch (op) {
	case INSN_SHLD:
	case INSN_SHRD:
		return shift_double(op, bytes, dst, src, third, rflags);
	case INSN_IMUL:
		return multiply_short(bytes, dst, src, rflags);
	case INSN_IMUL3:
		return multiply_short(bytes, src, third, rflags);
	case INSN_CRC32:
		return crc32(src_bytes, dst, src);
	case INSN_POPCNT:
		return population(bytes, src, rflags);
	case INSN_LZCNT:
	case INSN_TZCNT:
		return count_zeros(op, bytes, src, rflags);
	case INSN_BSF:
	case INSN_BSR:
		return scan(op, dst, src, rflags);
	case INSN_ADCX:
		return add_carrying(bytes, dst, src, RFLAGS_CF, rflags);
	case INSN_ADOX:
		return add_carrying(bytes, dst, src, RFLAGS_OF, rflags);
	case INSN_PDEP:
		return deposit(third, src);
	case INSN_PEXT:
		return extract(third, src);
	case INSN_SARX:
	case INSN_SHLX:
	case INSN_SHRX:
	case INSN_RORX:
		return shift_quietly(op, bytes, src, third);
	}
	return bit_field(op, bytes, src, third, rflags);
}
