// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction decoder. Its input comes from the guest, which may change it at any time: nothing
 * here trusts that the bytes are those the processor ran into.
 *
 * It reads a copy of the bytes that has zeros behind them, enough for whatever may follow, and asks
 * only at the end whether it went beyond what is there. So reading a byte is but that.
 */
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/string.h>

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
};

/* The mask changes nothing but what the processor may read ahead of itself. */
static u8 *next_bytes(struct decoder *d, unsigned int count)
{
	u8 *bytes = &d->bytes[d->pos & (BUFFER_BYTES - 1)];

	d->pos += count;
	return bytes;
}

static u8 next_byte(struct decoder *d)
{
	return *next_bytes(d, 1);
}

/* @bytes is 0, 1, 2, 4 or 8. */
static u64 next_unsigned(struct decoder *d, unsigned int bytes)
{
	u64 value;

	if (!bytes)
		return 0;
	memcpy(&value, next_bytes(d, bytes), sizeof(value));
	return value & (~0ULL >> (64 - 8 * bytes));
}

static s64 next_signed(struct decoder *d, unsigned int bytes)
{
	unsigned int unused = 64 - 8 * bytes;

	return bytes ? (s64)(next_unsigned(d, bytes) << unused) >> unused : 0;
}

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
 * has the bits of a REX prefix, inverted, W in the last byte. Without a second source, which
 * nothing here has, its field must be all ones.
 */
static int decode_vex(struct decoder *d, const struct insn *out)
{
	bool two_bytes = d->opcode == 0xc5;
	u8 first = next_byte(d);
	u8 last;

	if (!d->long_mode && first < 0xc0)
		return -EOPNOTSUPP;
	last = two_bytes ? first : next_byte(d);
	if (d->rep || d->size_66 || d->rex || out->lock)
		return -EINVAL;
	d->vex = true;
	d->vex_l = last & BIT(2);
	d->size_66 = (last & 3) == 1;
	d->rep = (last & 3) == 2 ? INSN_REP : (last & 3) == 3 ? INSN_REPNE : INSN_REP_NONE;
	d->map = two_bytes || (first & 0x1f) == 1 ? INSN_MAP_0F : INSN_MAP_0F38;
	if (d->long_mode)
		d->rex = two_bytes ? ~first >> 5 & REX_R :
				     (~first >> 5 & 7) | (last >> 4 & REX_W);
	d->opcode = next_byte(d);
	if (!two_bytes && (first & 0x1f) != 1 && (first & 0x1f) != 2)
		return -EOPNOTSUPP;
	return (last & 0x78) == 0x78 ? 0 : -EOPNOTSUPP;
}

static int decode_opcode(struct decoder *d, struct insn *out)
{
	d->opcode = decode_prefixes(d, out);
	if (d->opcode == 0x0f) {
		d->map = INSN_MAP_0F;
		d->opcode = next_byte(d);
		if (d->opcode == 0x38) {
			d->map = INSN_MAP_0F38;
			d->opcode = next_byte(d);
		}
		return 0;
	}
	return (d->opcode & 0xfe) == 0xc4 ? decode_vex(d, out) : 0;
}

static enum insn_prefix opcode_prefix(const struct decoder *d)
{
	if (d->rep == INSN_REP)
		return INSN_PREFIX_F3;
	if (d->rep == INSN_REPNE)
		return INSN_PREFIX_F2;
	return d->size_66 ? INSN_PREFIX_66 : INSN_PREFIX_NONE;
}

/* Of the forms only the moves of vectors exist with VEX, with memory alone of concern here. */
static int check_vex(const struct decoder *d, const struct insn_form *form)
{
	if (form->op != INSN_VMOV || d->modrm >> 6 == 3)
		return -EOPNOTSUPP;
	if (!d->vex_l || form->size == FORM_VEC)
		return 0;
	/* MOVSS and MOVSD do not care. */
	return d->map == INSN_MAP_0F && (d->opcode & 0xfe) == 0x10 ? 0 : -EINVAL;
}

static int find_form(struct decoder *d, const struct insn_form **found)
{
	const struct insn_form *form = insn_form_find(d->map, d->opcode);

	if (!form)
		return -EOPNOTSUPP;
	if (form->flags & FORM_MODRM)
		d->modrm = next_byte(d);
	if (form->dst == FORM_GROUP)
		form = insn_form_in_group(form, d->modrm);
	else if (form->dst == FORM_PREFIXED)
		form = insn_form_with_prefix(d->map, d->opcode, opcode_prefix(d), d->modrm);
	if (!form || ((form->flags & FORM_LONG) && !d->long_mode))
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

	out->op_bytes = form_sizes[form->size][size] << (d->vex_l && form->size == FORM_VEC);
	out->dst.bytes = out->op_bytes;
	out->src.bytes = out->op_bytes;
	if (form->src_size != FORM_SAME)
		out->src.bytes = form_sizes[form->src_size][size];
	out->addr_bytes = address_bytes(d, out->mode.code_bytes);
}

/* ---- operands ---- */

static void use_register(const struct decoder *d, unsigned int reg, struct insn_operand *operand)
{
	operand->kind = INSN_OPERAND_REG;
	operand->reg = reg;
	if (operand->bytes == 1 && !d->rex && reg >= 4) {
		operand->kind = INSN_OPERAND_REG_HIGH;
		operand->reg = reg - 4;
	}
}

static unsigned int modrm_reg(const struct decoder *d)
{
	return (d->modrm >> 3 & 7) | (d->rex & REX_R) << 1;
}

static unsigned int modrm_rm(const struct decoder *d)
{
	return (d->modrm & 7) | (d->rex & REX_B) << 3;
}

static bool rm_is_register(const struct decoder *d)
{
	return d->modrm >= 0xc0;
}

/* How many bytes of displacement follow. Without a base they are a whole address. */
static unsigned int displacement_bytes(const struct decoder *d, bool no_base, u8 addr_bytes)
{
	unsigned int mod = d->modrm >> 6;

	if (mod == 1)
		return 1;
	if (mod == 2 || no_base)
		return addr_bytes == 2 ? 2 : 4;
	return 0;
}

static void decode_mem16(struct decoder *d, struct insn_mem *mem)
{
	static const u8 base[8] = {
		INSN_REG_RBX, INSN_REG_RBX, INSN_REG_RBP, INSN_REG_RBP,
		INSN_REG_RSI, INSN_REG_RDI, INSN_REG_RBP, INSN_REG_RBX,
	};
	static const u8 index[4] = { INSN_REG_RSI, INSN_REG_RDI, INSN_REG_RSI, INSN_REG_RDI };
	unsigned int rm = d->modrm & 7;
	bool no_base = rm == 6 && d->modrm >> 6 == 0;

	if (!no_base)
		mem->base = base[rm];
	if (rm < 4)
		mem->index = index[rm & 3];
	if (mem->base == INSN_REG_RBP)
		mem->seg = GUEST_SEG_SS;
	mem->disp = next_signed(d, displacement_bytes(d, no_base, 2));
}

static bool decode_sib(struct decoder *d, struct insn_mem *mem)
{
	u8 sib = next_byte(d);
	unsigned int index = (sib >> 3 & 7) | (d->rex & REX_X) << 2;
	bool no_base = (sib & 7) == 5 && d->modrm >> 6 == 0;

	if (index != INSN_REG_RSP)
		mem->index = index;
	mem->scale = BIT(sib >> 6);
	if (!no_base)
		mem->base = (sib & 7) | (d->rex & REX_B) << 3;
	return no_base;
}

static void decode_mem32(struct decoder *d, struct insn_mem *mem)
{
	bool no_base = (d->modrm & 0xc7) == 5;

	if ((d->modrm & 7) == 4)
		no_base = decode_sib(d, mem);
	else if (!no_base)
		mem->base = modrm_rm(d);
	else if (d->long_mode)
		mem->base = INSN_REG_RIP;
	/* RSP and RBP, but not R12 and R13, which share their low bits. */
	if (mem->base == INSN_REG_RSP || mem->base == INSN_REG_RBP)
		mem->seg = GUEST_SEG_SS;
	mem->disp = next_signed(d, displacement_bytes(d, no_base, 4));
}

static void decode_mem(struct decoder *d, const struct insn_form *form, struct insn *out)
{
	out->mem = (struct insn_mem) {
		.base = INSN_REG_NONE,
		.index = INSN_REG_NONE,
		.scale = 1,
		.seg = GUEST_SEG_DS,
	};
	if ((form->flags & FORM_MODRM) && !rm_is_register(d)) {
		if (out->addr_bytes == 2)
			decode_mem16(d, &out->mem);
		else
			decode_mem32(d, &out->mem);
	}
	if (d->seg != NO_OVERRIDE)
		out->mem.seg = d->seg;
}

static void decode_immediate(struct decoder *d, enum form_operand form, struct insn *out)
{
	if (form == FORM_ONE)
		out->imm = 1;
	else
		out->imm = next_signed(d, form == FORM_IMM ? min_t(u8, out->op_bytes, 4) : 1);
	if (form == FORM_BIT)
		out->imm &= out->op_bytes * 8 - 1;
}

static void use_rm(const struct decoder *d, enum form_operand form, struct insn_operand *operand)
{
	if (!rm_is_register(d)) {
		operand->kind = INSN_OPERAND_MEM;
	} else if (form == FORM_XMM_RM) {
		operand->kind = INSN_OPERAND_XMM;
		operand->reg = modrm_rm(d);
	} else {
		use_register(d, modrm_rm(d), operand);
	}
}

/* Operands that are always at the same place. */
static const u8 fixed_operands[FORM_OPERAND_COUNT] = {
	[FORM_NONE] = INSN_OPERAND_NONE,
	[FORM_SI] = INSN_OPERAND_SI,
	[FORM_DI] = INSN_OPERAND_DI,
	[FORM_STACK] = INSN_OPERAND_STACK,
};

/* ModRM, SIB and displacement have been read: what is left of the instruction is this operand's. */
static void decode_operand(struct decoder *d, enum form_operand form, struct insn *out,
			   struct insn_operand *operand)
{
	switch (form) {
	case FORM_RM:
	case FORM_XMM_RM:
		use_rm(d, form, operand);
		break;
	case FORM_REG:
		use_register(d, modrm_reg(d), operand);
		break;
	case FORM_XMM:
		operand->kind = INSN_OPERAND_XMM;
		operand->reg = modrm_reg(d);
		break;
	case FORM_ACC:
		use_register(d, INSN_REG_RAX, operand);
		break;
	case FORM_CL:
		use_register(d, INSN_REG_RCX, operand);
		break;
	case FORM_OPCODE_REG:
		use_register(d, (d->opcode & 7) | (d->rex & REX_B) << 3, operand);
		break;
	case FORM_ONE:
	case FORM_IMM:
	case FORM_IMM8:
	case FORM_BIT:
	case FORM_COUNT:
		operand->kind = INSN_OPERAND_IMM;
		decode_immediate(d, form, out);
		break;
	case FORM_MOFFS:
		operand->kind = INSN_OPERAND_MEM;
		out->mem.disp = next_unsigned(d, out->addr_bytes);
		break;
	default:
		operand->kind = fixed_operands[form];
		if (form == FORM_NONE)
			operand->bytes = 0;
	}
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
	decode_mem(d, form, out);
	if ((form->flags & FORM_MEMORY) && rm_is_register(d))
		return -EOPNOTSUPP;
	decode_operand(d, form->dst, out, &out->dst);
	decode_operand(d, form->src, out, &out->src);
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
	ret = decode(&d, out);
	if (d.pos > min_t(unsigned int, len, INSN_MAX_BYTES))
		return len < INSN_MAX_BYTES ? -EAGAIN : -E2BIG;
	return ret;
}
