/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the decoder's files share. Nothing else includes this.
 *
 * The decoder reads a copy of the bytes that has zeros behind them, enough for whatever may follow,
 * and asks only at the end whether it went beyond what is there. So reading a byte is but that.
 */
#ifndef VMH_INSN_DECODE_H
#define VMH_INSN_DECODE_H

#include <linux/build_bug.h>
#include <linux/string.h>
#include <linux/types.h>

#include "insn.h"
#include "insn_plain.h"
#include "insn_table.h"

#define NO_OVERRIDE	0xff

/* As many may follow the last byte that can be a prefix: an opcode, ModRM, SIB, two values. */
#define BYTES_BEHIND	16
#define BUFFER_BYTES	(INSN_MAX_BYTES + 1 + BYTES_BEHIND)

static_assert(BUFFER_BYTES == 32);

/* What is known of an instruction before its operands are. */
struct decoder {
	u8 bytes[BUFFER_BYTES + 8];
	unsigned int pos;
	bool long_mode;
	bool size_66;
	bool size_67;
	bool vex;
	bool vex_l;
	u8 rep;
	u8 rex;
	u8 seg;
	u8 map;
	u8 opcode;
	u8 modrm;
	u8 vvvv;
};

/* The mask changes nothing but what the processor may read ahead of itself. */
static inline u8 *next_bytes(struct decoder *d, unsigned int count)
{
	u8 *bytes = &d->bytes[d->pos & (BUFFER_BYTES - 1)];

	d->pos += count;
	return bytes;
}

static inline u8 next_byte(struct decoder *d)
{
	return *next_bytes(d, 1);
}

/* @bytes is 0, 1, 2, 4 or 8. */
static inline u64 next_unsigned(struct decoder *d, unsigned int bytes)
{
	u64 value;

	if (!bytes)
		return 0;
	memcpy(&value, next_bytes(d, bytes), sizeof(value));
	return value & (~0ULL >> (64 - 8 * bytes));
}

static inline s64 next_signed(struct decoder *d, unsigned int bytes)
{
	unsigned int unused = 64 - 8 * bytes;

	return bytes ? (s64)(next_unsigned(d, bytes) << unused) >> unused : 0;
}

static inline unsigned int modrm_reg(const struct decoder *d)
{
	return (d->modrm >> 3 & 7) | (d->rex & REX_R) << 1;
}

static inline unsigned int modrm_rm(const struct decoder *d)
{
	return (d->modrm & 7) | (d->rex & REX_B) << 3;
}

static inline bool rm_is_register(const struct decoder *d)
{
	return d->modrm >= 0xc0;
}

/**
 * insn_decode_mem - read what ModRM says of an address, SIB and displacement
 * @d: the decoder, behind ModRM
 * @form: the form
 * @out: whose @mem is set
 */
void insn_decode_mem(struct decoder *d, const struct insn_form *form, struct insn *out);

/**
 * insn_decode_operand - find out what an operand is
 * @d: the decoder, behind the address: what is left of the instruction is this operand's
 * @form: where the encoding puts it
 * @out: the instruction
 * @operand: one of its operands, whose size is known
 */
void insn_decode_operand(struct decoder *d, enum form_operand form, struct insn *out,
			 struct insn_operand *operand);

#endif
