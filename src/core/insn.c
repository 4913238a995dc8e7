// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction decoder. Its input comes from the guest, which may change it at any time: nothing
 * here trusts that the bytes are those the processor ran into.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "insn.h"
#include "insn_decode.h"
#include "insn_plain.h"
#include "insn_table.h"

/* ---- prefixes ---- */

enum prefix_kind {
	PREFIX_NONE,
	PREFIX_REX,
	PREFIX_SEG,
	PREFIX_66,
	PREFIX_67,
	PREFIX_LOCK,
	PREFIX_REP,
};

static const u8 prefixes[256] = {
	[0x26] = PREFIX_SEG, [0x2e] = PREFIX_SEG, [0x36] = PREFIX_SEG, [0x3e] = PREFIX_SEG,
	[0x40 ... 0x4f] = PREFIX_REX,
	[0x64] = PREFIX_SEG, [0x65] = PREFIX_SEG,
	[0x66] = PREFIX_66, [0x67] = PREFIX_67,
	[0xf0] = PREFIX_LOCK, [0xf2] = PREFIX_REP, [0xf3] = PREFIX_REP,
};

/* In 64-bit mode the overrides for ES, CS, SS and DS have no effect, not even on an earlier one. */
static void override_segment(struct decoder *d, u8 byte)
{
	if (byte >= 0x64)
		d->seg = byte - 0x64 + GUEST_SEG_FS;
	else if (!d->long_mode)
		d->seg = byte >> 3 & 3;
}

static void take_prefix(struct decoder *d, enum prefix_kind prefix, u8 byte, struct insn *out)
{
	d->rex = 0;
	switch (prefix) {
	case PREFIX_SEG:
		override_segment(d, byte);
		break;
	case PREFIX_66:
		d->size_66 = true;
		break;
	case PREFIX_67:
		d->size_67 = true;
		break;
	case PREFIX_LOCK:
		out->lock = true;
		break;
	default:
		d->rep = byte == 0xf2 ? INSN_REPNE : INSN_REP;
	}
}

/* A REX prefix counts only as the last one. Ends with the first byte that is no prefix. */
static u8 decode_prefixes(struct decoder *d, struct insn *out)
{
	enum prefix_kind prefix;
	u8 byte;

	do {
		byte = next_byte(d);
		prefix = prefixes[byte];
		if (prefix == PREFIX_NONE)
			return byte;
		if (prefix != PREFIX_REX)
			take_prefix(d, prefix, byte, out);
		else if (d->long_mode)
			d->rex = byte;
		else
			return byte;
	} while (d->pos <= INSN_MAX_BYTES);
	return byte;
}

/* ---- opcode ---- */

/*
 * What would be LES or LDS of a register is a VEX prefix; in 64-bit mode there are only these. It
 * has the bits of a REX prefix, inverted, W in the last byte, and so it has the second source.
 */
static int decode_vex(struct decoder *d, const struct insn *out)
{
	bool two_bytes = d->opcode == 0xc5;
	u8 first = next_byte(d);
	u8 last = two_bytes ? first : next_byte(d);
	u8 map = two_bytes ? 1 : first & 0x1f;

	if (d->rep || d->size_66 || d->rex || out->lock)
		return -EINVAL;
	d->vex = true;
	d->vex_l = last & BIT(2);
	d->size_66 = (last & 3) == 1;
	d->rep = (last & 3) == 2 ? INSN_REP : (last & 3) == 3 ? INSN_REPNE : INSN_REP_NONE;
	d->vvvv = ~last >> 3 & 15;
	d->map = INSN_MAP_ONE + map;
	if (d->long_mode)
		d->rex = two_bytes ? ~first >> 5 & REX_R :
				     (~first >> 5 & 7) | (last >> 4 & REX_W);
	d->opcode = next_byte(d);
	return map >= 1 && map <= 3 ? 0 : -EOPNOTSUPP;
}

static bool is_vex(const struct decoder *d)
{
	if (d->opcode != 0xc4 && d->opcode != 0xc5)
		return false;
	return d->long_mode || d->bytes[d->pos & (BUFFER_BYTES - 1)] >= 0xc0;
}

static int decode_opcode(struct decoder *d, struct insn *out)
{
	d->opcode = decode_prefixes(d, out);
	if (d->opcode == 0x0f) {
		d->map = INSN_MAP_0F;
		d->opcode = next_byte(d);
		if (d->opcode == 0x38 || d->opcode == 0x3a) {
			d->map = d->opcode == 0x38 ? INSN_MAP_0F38 : INSN_MAP_0F3A;
			d->opcode = next_byte(d);
		}
		return 0;
	}
	return is_vex(d) ? decode_vex(d, out) : 0;
}

static enum insn_prefix opcode_prefix(const struct decoder *d)
{
	if (d->rep == INSN_REP)
		return INSN_PREFIX_F3;
	if (d->rep == INSN_REPNE)
		return INSN_PREFIX_F2;
	return d->size_66 ? INSN_PREFIX_66 : INSN_PREFIX_NONE;
}

/*
 * Of the forms without VEX only the moves of vectors exist with it, with memory alone of concern
 * here. They have no second source.
 */
static int check_vex(const struct decoder *d, const struct insn_form *form)
{
	if (form->op != INSN_VMOV || d->modrm >> 6 == 3 || d->vvvv)
		return -EOPNOTSUPP;
	if (!d->vex_l || form->size == FORM_VEC)
		return 0;
	/* MOVSS and MOVSD do not care. */
	return d->map == INSN_MAP_0F && (d->opcode & 0xfe) == 0x10 ? 0 : -EINVAL;
}

/* What has VEX alone works on general registers, which have 64 bits at most. */
static int find_vex_form(const struct decoder *d, const struct insn_form **found)
{
	*found = insn_form_vex(d->map, d->opcode, opcode_prefix(d), d->modrm);
	if (!*found)
		return -ENOENT;
	if (d->vvvv && (*found)->dst != FORM_VVVV && (*found)->third != FORM_VVVV)
		return -EINVAL;
	return d->vex_l ? -EINVAL : 0;
}

static int find_form(struct decoder *d, const struct insn_form **found)
{
	const struct insn_form *form = insn_form_find(d->map, d->opcode, d->long_mode);
	int ret;

	if (d->vex) {
		/* All have a ModRM byte. */
		d->modrm = d->bytes[d->pos & (BUFFER_BYTES - 1)];
		ret = find_vex_form(d, found);
		d->pos += ret != -ENOENT;
		if (ret != -ENOENT)
			return ret;
	}
	if (!form)
		return -EOPNOTSUPP;
	if (form->flags & FORM_MODRM)
		d->modrm = next_byte(d);
	if (form->dst == FORM_GROUP)
		form = insn_form_in_group(form, d->modrm);
	else if (form->dst == FORM_PREFIXED)
		form = insn_form_with_prefix(d->map, d->opcode, opcode_prefix(d), d->modrm);
	if (!form || (form->flags & (d->long_mode ? FORM_SHORT : FORM_LONG)))
		return -EOPNOTSUPP;
	*found = form;
	return d->vex ? check_vex(d, form) : 0;
}

/* ---- sizes ---- */

/* By operand size: 2; 4; 4 in 64-bit mode; 8, which is REX.W. */
static const u8 form_sizes[FORM_SIZE_COUNT][4] = {
	[FORM_BYTE] = { 1, 1, 1, 1 },
	[FORM_WORD] = { 2, 2, 2, 2 },
	[FORM_DWORD] = { 2, 4, 4, 4 },
	[FORM_FULL] = { 2, 4, 4, 8 },
	[FORM_FULL64] = { 2, 4, 8, 8 },
	[FORM_REXW] = { 4, 4, 4, 8 },
	[FORM_PAIR] = { 8, 8, 8, 16 },
	[FORM_4] = { 4, 4, 4, 4 },
	[FORM_8] = { 8, 8, 8, 8 },
	[FORM_VEC] = { 16, 16, 16, 16 },
	[FORM_NEAR] = { 2, 4, 8, 8 },
	[FORM_DOUBLE] = { 4, 8, 8, 16 },
	[FORM_ALL] = { 16, 32, 32, 32 },
	[FORM_FAR] = { 4, 6, 6, 10 },
	[FORM_TABLE] = { 6, 6, 10, 10 },
	[FORM_SELECTOR] = { 2, 2, 2, 2 },
};

static unsigned int operand_size(const struct decoder *d, u8 code_bytes)
{
	if (d->rex & REX_W)
		return 3;
	if ((code_bytes == 2) != d->size_66)
		return 0;
	return d->long_mode ? 2 : 1;
}

static u8 address_bytes(const struct decoder *d, u8 code_bytes)
{
	if (!d->size_67)
		return code_bytes;
	return code_bytes == 4 ? 2 : 4;
}

static void size_operands(const struct decoder *d, const struct insn_form *form, struct insn *out)
{
	unsigned int size = operand_size(d, out->mode.code_bytes);
	enum form_size form_size = form->size;

	if (form_size == FORM_SELECTOR && rm_is_register(d))
		form_size = FORM_FULL;
	if ((form->size == FORM_NEAR || form->size == FORM_TABLE) && d->long_mode)
		size = 3;
	out->op_bytes = form_sizes[form_size][size] << (d->vex_l && form->size == FORM_VEC);
	out->dst.bytes = out->op_bytes;
	out->src.bytes = out->op_bytes;
	if (form->src_size != FORM_SAME)
		out->src.bytes = form_sizes[form->src_size][size];
	out->third.bytes = out->op_bytes;
	if (form->third == FORM_CL)
		out->third.bytes = 1;
	else if (form->size == FORM_TABLE)
		out->third.bytes = form_sizes[FORM_FULL][operand_size(d, out->mode.code_bytes)];
	out->third.kind = INSN_OPERAND_NONE;
	out->addr_bytes = address_bytes(d, out->mode.code_bytes);
}

/* ---- the whole ---- */

static bool lock_is_legal(const struct insn_form *form, const struct insn *out)
{
	return (form->flags & FORM_LOCK) && out->dst.kind == INSN_OPERAND_MEM;
}

static void set_attributes(const struct decoder *d, const struct insn_form *form, struct insn *out)
{
	bool in_memory = out->dst.kind == INSN_OPERAND_MEM || out->src.kind == INSN_OPERAND_MEM;

	out->op = form->op;
	out->len = d->pos;
	out->rep = form->flags & FORM_STRING ? d->rep : INSN_REP_NONE;
	out->aligned = (form->flags & FORM_ALIGNED) && out->op_bytes >= 16;
	out->cond = d->opcode & 15;
	out->vex = d->vex;
	out->plain = (form->flags & FORM_PLAIN) && in_memory;
}

/* There are six segment registers, and nobody loads CS so. */
static bool segment_is_legal(const struct decoder *d, const struct insn_form *form)
{
	unsigned int reg = d->modrm >> 3 & 7;

	if (form->dst == FORM_SREG)
		return reg <= INSN_SYS_GS && reg != INSN_SYS_CS;
	return form->src != FORM_SREG || reg <= INSN_SYS_GS;
}

static int decode(struct decoder *d, struct insn *out)
{
	const struct insn_form *form;
	int ret;

	ret = decode_opcode(d, out);
	if (ret)
		return ret;
	ret = find_form(d, &form);
	if (ret)
		return ret;
	size_operands(d, form, out);
	insn_decode_mem(d, form, out);
	if ((form->flags & FORM_MEMORY) && rm_is_register(d))
		return -EOPNOTSUPP;
	if (!segment_is_legal(d, form))
		return -EINVAL;
	insn_decode_operand(d, form->dst, out, &out->dst);
	insn_decode_operand(d, form->src, out, &out->src);
	if (form->third)
		insn_decode_operand(d, form->third, out, &out->third);
	if (out->lock && !lock_is_legal(form, out))
		return -EINVAL;
	set_attributes(d, form, out);
	return 0;
}

static bool mode_is_known(const struct insn_mode *mode)
{
	if (mode->code_bytes == 8)
		return mode->stack_bytes == 8;
	return (mode->code_bytes == 2 || mode->code_bytes == 4) &&
	       (mode->stack_bytes == 2 || mode->stack_bytes == 4);
}

static void copy_bytes(struct decoder *d, const u8 *bytes, unsigned int len)
{
	memset(d->bytes + INSN_MAX_BYTES - 7, 0, sizeof(d->bytes) - INSN_MAX_BYTES + 7);
	if (len >= INSN_MAX_BYTES) {
		memcpy(d->bytes, bytes, INSN_MAX_BYTES);
		return;
	}
	memset(d->bytes, 0, INSN_MAX_BYTES);
	memcpy(d->bytes, bytes, len);
}

int insn_decode(const u8 *bytes, unsigned int len, const struct insn_mode *mode, struct insn *out)
{
	struct decoder d;
	int ret;

	if (!mode_is_known(mode))
		return -EINVAL;
	if (len >= INSN_MAX_BYTES && mode->code_bytes != 2 && insn_decode_plain(bytes, mode, out))
		return 0;
	copy_bytes(&d, bytes, len);
	d.pos = 0;
	d.long_mode = mode->code_bytes == 8;
	d.size_66 = false;
	d.size_67 = false;
	d.vex = false;
	d.vex_l = false;
	d.rep = INSN_REP_NONE;
	d.rex = 0;
	d.seg = NO_OVERRIDE;
	d.map = INSN_MAP_ONE;
	d.modrm = 0;
	out->mode = *mode;
	out->lock = false;
	out->imm = 0;
	out->dst.reg = 0;
	out->src.reg = 0;
	out->third.reg = 0;
	ret = decode(&d, out);
	if (d.pos > min_t(unsigned int, len, INSN_MAX_BYTES))
		return len < INSN_MAX_BYTES ? -EAGAIN : -E2BIG;
	return ret;
}
