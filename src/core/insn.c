// SPDX-License-Identifier: GPL-2.0
/*
 * The instruction decoder. Its input comes from the guest, which may change it at any time: nothing
 * here trusts that the bytes are those the processor ran into.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/nospec.h>

#include "insn.h"
#include "insn_table.h"

#define REX_B	BIT(0)
#define REX_X	BIT(1)
#define REX_R	BIT(2)
#define REX_W	BIT(3)

#define NO_OVERRIDE	0xff

/* What is known of an instruction before its operands are. */
struct decoder {
	const u8 *bytes;
	unsigned int len;
	unsigned int pos;
	bool long_mode;
	bool size_66;
	bool size_67;
	u8 rep;
	u8 rex;
	u8 seg;
	u8 map;
	u8 opcode;
	u8 modrm;
	bool has_modrm;
};

static int fetch_byte(struct decoder *d, u8 *byte)
{
	if (d->pos >= INSN_MAX_BYTES)
		return -EINVAL;
	if (d->pos >= d->len)
		return -EAGAIN;
	*byte = d->bytes[array_index_nospec(d->pos, d->len)];
	d->pos++;
	return 0;
}

static int fetch_unsigned(struct decoder *d, unsigned int count, u64 *value)
{
	unsigned int i;
	u8 byte;
	int ret;

	*value = 0;
	for (i = 0; i < count; i++) {
		ret = fetch_byte(d, &byte);
		if (ret)
			return ret;
		*value |= (u64)byte << (8 * i);
	}
	return 0;
}

static int fetch_signed(struct decoder *d, unsigned int count, s64 *value)
{
	unsigned int unused = 64 - 8 * count;
	u64 raw;
	int ret;

	*value = 0;
	ret = fetch_unsigned(d, count, &raw);
	if (!ret && count)
		*value = (s64)(raw << unused) >> unused;
	return ret;
}

static int fetch_modrm(struct decoder *d)
{
	int ret;

	if (d->has_modrm)
		return 0;
	ret = fetch_byte(d, &d->modrm);
	d->has_modrm = !ret;
	return ret;
}

/* In 64-bit mode the overrides for ES, CS, SS and DS have no effect, not even on an earlier one. */
static void override_segment(struct decoder *d, enum guest_seg_id seg)
{
	if (!d->long_mode || seg == GUEST_SEG_FS || seg == GUEST_SEG_GS)
		d->seg = seg;
}

static bool take_prefix(struct decoder *d, u8 byte, struct insn *out)
{
	switch (byte) {
	case 0x26:
	case 0x2e:
	case 0x36:
	case 0x3e:
		override_segment(d, byte >> 3 & 3);
		return true;
	case 0x64:
		override_segment(d, GUEST_SEG_FS);
		return true;
	case 0x65:
		override_segment(d, GUEST_SEG_GS);
		return true;
	case 0x66:
		d->size_66 = true;
		return true;
	case 0x67:
		d->size_67 = true;
		return true;
	case 0xf0:
		out->lock = true;
		return true;
	case 0xf2:
		d->rep = INSN_REPNE;
		return true;
	case 0xf3:
		d->rep = INSN_REP;
		return true;
	}
	return false;
}

/* A REX prefix counts only as the last one. Ends with the first byte that is no prefix. */
static int decode_prefixes(struct decoder *d, struct insn *out, u8 *opcode)
{
	int ret;

	for (;;) {
		ret = fetch_byte(d, opcode);
		if (ret)
			return ret;
		if (take_prefix(d, *opcode, out))
			d->rex = 0;
		else if (d->long_mode && (*opcode & 0xf0) == 0x40)
			d->rex = *opcode;
		else
			return 0;
	}
}

static int decode_opcode(struct decoder *d, struct insn *out)
{
	int ret;

	ret = decode_prefixes(d, out, &d->opcode);
	if (ret || d->opcode != 0x0f)
		return ret;
	d->map = INSN_MAP_0F;
	ret = fetch_byte(d, &d->opcode);
	if (ret || d->opcode != 0x38)
		return ret;
	d->map = INSN_MAP_0F38;
	return fetch_byte(d, &d->opcode);
}

static enum insn_prefix opcode_prefix(const struct decoder *d)
{
	if (d->rep == INSN_REP)
		return INSN_PREFIX_F3;
	if (d->rep == INSN_REPNE)
		return INSN_PREFIX_F2;
	return d->size_66 ? INSN_PREFIX_66 : INSN_PREFIX_NONE;
}

static int find_form(struct decoder *d, const struct insn_form **found)
{
	const struct insn_form *form = insn_form_find(d->map, d->opcode);
	int ret;

	if (form && (form->dst == FORM_GROUP || form->dst == FORM_PREFIXED)) {
		ret = fetch_modrm(d);
		if (ret)
			return ret;
		if (form->dst == FORM_GROUP)
			form = insn_form_in_group(form, d->modrm);
		else
			form = insn_form_with_prefix(d->map, d->opcode, opcode_prefix(d),
						     d->modrm);
	}
	if (!form || ((form->flags & FORM_LONG) && !d->long_mode))
		return -EOPNOTSUPP;
	*found = form;
	return 0;
}

static u8 full_bytes(const struct decoder *d, const struct insn_mode *mode)
{
	bool word = mode->code_bytes == 2;

	if (d->rex & REX_W)
		return 8;
	return word != d->size_66 ? 2 : 4;
}

static u8 form_bytes(const struct decoder *d, const struct insn_mode *mode, enum form_size size)
{
	u8 full = full_bytes(d, mode);

	switch (size) {
	case FORM_BYTE:
		return 1;
	case FORM_WORD:
		return 2;
	case FORM_DWORD:
		return min_t(u8, full, 4);
	case FORM_FULL64:
		return d->long_mode && full == 4 ? 8 : full;
	case FORM_REXW:
		return d->rex & REX_W ? 8 : 4;
	case FORM_PAIR:
		return d->rex & REX_W ? 16 : 8;
	case FORM_4:
		return 4;
	case FORM_8:
		return 8;
	case FORM_16:
		return 16;
	default:
		return full;
	}
}

static u8 address_bytes(const struct decoder *d, const struct insn_mode *mode)
{
	if (!d->size_67)
		return mode->code_bytes;
	return mode->code_bytes == 4 ? 2 : 4;
}

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
	return (d->modrm >> 3 & 7) | (d->rex & REX_R ? 8 : 0);
}

static unsigned int modrm_rm(const struct decoder *d)
{
	return (d->modrm & 7) | (d->rex & REX_B ? 8 : 0);
}

static bool rm_is_register(const struct decoder *d)
{
	return d->modrm >> 6 == 3;
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

static int decode_mem16(struct decoder *d, struct insn_mem *mem)
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
	return fetch_signed(d, displacement_bytes(d, no_base, 2), &mem->disp);
}

static int decode_sib(struct decoder *d, struct insn_mem *mem, bool *no_base)
{
	unsigned int index;
	u8 sib;
	int ret;

	ret = fetch_byte(d, &sib);
	if (ret)
		return ret;
	index = (sib >> 3 & 7) | (d->rex & REX_X ? 8 : 0);
	if (index != INSN_REG_RSP)
		mem->index = index;
	mem->scale = BIT(sib >> 6);
	*no_base = (sib & 7) == 5 && d->modrm >> 6 == 0;
	if (!*no_base)
		mem->base = (sib & 7) | (d->rex & REX_B ? 8 : 0);
	return 0;
}

static int decode_mem32(struct decoder *d, struct insn_mem *mem)
{
	bool no_base = (d->modrm & 0xc7) == 5;
	int ret;

	if ((d->modrm & 7) == 4) {
		ret = decode_sib(d, mem, &no_base);
		if (ret)
			return ret;
	} else if (!no_base) {
		mem->base = modrm_rm(d);
	} else if (d->long_mode) {
		mem->base = INSN_REG_RIP;
	}
	/* RSP and RBP, but not R12 and R13, which share their low bits. */
	if (mem->base == INSN_REG_RSP || mem->base == INSN_REG_RBP)
		mem->seg = GUEST_SEG_SS;
	return fetch_signed(d, displacement_bytes(d, no_base, 4), &mem->disp);
}

static int decode_immediate(struct decoder *d, enum form_operand form, struct insn *out)
{
	unsigned int bytes = form == FORM_IMM ? min_t(u8, out->op_bytes, 4) : 1;
	int ret;

	ret = fetch_signed(d, bytes, &out->imm);
	if (form == FORM_BIT)
		out->imm &= out->op_bytes * 8 - 1;
	return ret;
}

static int decode_moffs(struct decoder *d, struct insn *out)
{
	u64 offset;
	int ret;

	ret = fetch_unsigned(d, out->addr_bytes, &offset);
	out->mem.disp = offset;
	return ret;
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

/* ModRM, SIB and displacement have been read: what is left of the instruction is this operand's. */
static int decode_operand(struct decoder *d, enum form_operand form, struct insn *out,
			  struct insn_operand *operand)
{
	switch (form) {
	case FORM_RM:
	case FORM_XMM_RM:
		use_rm(d, form, operand);
		return 0;
	case FORM_REG:
		use_register(d, modrm_reg(d), operand);
		return 0;
	case FORM_XMM:
		operand->kind = INSN_OPERAND_XMM;
		operand->reg = modrm_reg(d);
		return 0;
	case FORM_ACC:
		use_register(d, INSN_REG_RAX, operand);
		return 0;
	case FORM_IMM:
	case FORM_IMM8:
	case FORM_BIT:
		operand->kind = INSN_OPERAND_IMM;
		return decode_immediate(d, form, out);
	case FORM_MOFFS:
		operand->kind = INSN_OPERAND_MEM;
		return decode_moffs(d, out);
	case FORM_SI:
		operand->kind = INSN_OPERAND_SI;
		return 0;
	case FORM_DI:
		operand->kind = INSN_OPERAND_DI;
		return 0;
	case FORM_STACK:
		operand->kind = INSN_OPERAND_STACK;
		return 0;
	default:
		operand->kind = INSN_OPERAND_NONE;
		operand->bytes = 0;
		return 0;
	}
}

static bool has_rm(const struct insn_form *form)
{
	return form->dst == FORM_RM || form->src == FORM_RM ||
	       form->dst == FORM_XMM_RM || form->src == FORM_XMM_RM;
}

static int decode_operands(struct decoder *d, const struct insn_form *form, struct insn *out)
{
	int ret = 0;

	if (has_rm(form)) {
		ret = fetch_modrm(d);
		if (!ret && !rm_is_register(d))
			ret = out->addr_bytes == 2 ? decode_mem16(d, &out->mem) :
						     decode_mem32(d, &out->mem);
		else if (!ret && (form->flags & FORM_MEMORY))
			ret = -EOPNOTSUPP;
	}
	if (!ret)
		ret = decode_operand(d, form->dst, out, &out->dst);
	if (!ret)
		ret = decode_operand(d, form->src, out, &out->src);
	if (!ret && d->seg != NO_OVERRIDE)
		out->mem.seg = d->seg;
	return ret;
}

static void size_operands(const struct decoder *d, const struct insn_form *form, struct insn *out)
{
	out->op_bytes = form_bytes(d, &out->mode, form->size);
	out->addr_bytes = address_bytes(d, &out->mode);
	out->dst.bytes = out->op_bytes;
	out->src.bytes = out->op_bytes;
	if (form->src_size != FORM_SAME)
		out->src.bytes = form_bytes(d, &out->mode, form->src_size);
}

static bool lock_is_legal(const struct insn_form *form, const struct insn *out)
{
	return (form->flags & FORM_LOCK) && out->dst.kind == INSN_OPERAND_MEM;
}

static bool mode_is_known(const struct insn_mode *mode)
{
	if (mode->code_bytes == 8)
		return mode->stack_bytes == 8;
	return (mode->code_bytes == 2 || mode->code_bytes == 4) &&
	       (mode->stack_bytes == 2 || mode->stack_bytes == 4);
}

int insn_decode(const u8 *bytes, unsigned int len, const struct insn_mode *mode, struct insn *out)
{
	struct decoder d = {
		.bytes = bytes,
		.len = min_t(unsigned int, len, INSN_MAX_BYTES),
		.long_mode = mode->code_bytes == 8,
		.seg = NO_OVERRIDE,
		.map = INSN_MAP_ONE,
	};
	const struct insn_form *form;
	int ret;

	if (!mode_is_known(mode))
		return -EINVAL;
	*out = (struct insn) {
		.mode = *mode,
		.mem = {
			.base = INSN_REG_NONE,
			.index = INSN_REG_NONE,
			.scale = 1,
			.seg = GUEST_SEG_DS,
		},
	};
	ret = decode_opcode(&d, out);
	if (ret)
		return ret;
	ret = find_form(&d, &form);
	if (ret)
		return ret;
	size_operands(&d, form, out);
	ret = decode_operands(&d, form, out);
	if (ret)
		return ret;
	if (out->lock && !lock_is_legal(form, out))
		return -EINVAL;
	out->op = form->op;
	out->rep = form->flags & FORM_STRING ? d.rep : INSN_REP_NONE;
	out->aligned = (form->flags & FORM_ALIGNED) && out->op_bytes == 16;
	out->len = d.pos;
	return 0;
}
