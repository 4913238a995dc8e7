// SPDX-License-Identifier: GPL-2.0
/*
 * The common case: MOV, MOVZX and MOVSX between a register or an immediate and memory at a base,
 * with nothing but 66 and REX before them, which is what drivers do. insn.c decodes all of this,
 * too, in three times as many steps.
 */
#include <linux/bits.h>
#include <linux/minmax.h>

#include "insn.h"
#include "insn_plain.h"

struct plain_form {
	u8 op;
	u8 flags;
};

enum plain_flags {
	PLAIN_KNOWN = BIT(0),
	PLAIN_LOAD = BIT(1),
	PLAIN_BYTE = BIT(2),
	PLAIN_WORD = BIT(3),
	PLAIN_IMM = BIT(4),
};

#define PLAIN(o, f) { .op = INSN_##o, .flags = PLAIN_KNOWN | (f) }

static const struct plain_form plain_forms[256] = {
	[0x88] = PLAIN(MOV, PLAIN_BYTE),
	[0x89] = PLAIN(MOV, 0),
	[0x8a] = PLAIN(MOV, PLAIN_LOAD | PLAIN_BYTE),
	[0x8b] = PLAIN(MOV, PLAIN_LOAD),
	[0xc6] = PLAIN(MOV, PLAIN_IMM | PLAIN_BYTE),
	[0xc7] = PLAIN(MOV, PLAIN_IMM),
};

static const struct plain_form plain_forms_0f[16] = {
	[0x6] = PLAIN(MOVZX, PLAIN_LOAD | PLAIN_BYTE),
	[0x7] = PLAIN(MOVZX, PLAIN_LOAD | PLAIN_WORD),
	[0xe] = PLAIN(MOVSX, PLAIN_LOAD | PLAIN_BYTE),
	[0xf] = PLAIN(MOVSX, PLAIN_LOAD | PLAIN_WORD),
};

static s64 read_signed(const u8 *bytes, unsigned int count)
{
	if (count == 1)
		return (s8)*bytes;
	if (count == 2)
		return (s16)(bytes[0] | bytes[1] << 8);
	return (s32)(bytes[0] | bytes[1] << 8 | bytes[2] << 16 | (u32)bytes[3] << 24);
}

static const struct plain_form *find_plain(const u8 **at)
{
	const u8 *p = *at;

	if (*p != 0x0f) {
		*at = p + 1;
		return &plain_forms[*p];
	}
	*at = p + 2;
	return (p[1] & 0xf0) == 0xb0 ? &plain_forms_0f[p[1] & 15] : &plain_forms_0f[0];
}

/* Neither a SIB byte, nor an address without base. */
static bool is_plain(const struct plain_form *form, u8 modrm)
{
	if (!(form->flags & PLAIN_KNOWN) || modrm >= 0xc0 || (modrm & 7) == 4)
		return false;
	return (modrm & 0xc7) != 5 && !((form->flags & PLAIN_IMM) && (modrm & 0x38));
}

static const u8 *plain_mem(const u8 *p, u8 modrm, u8 rex, struct insn_mem *mem)
{
	unsigned int disp_bytes = modrm < 0x40 ? 0 : modrm < 0x80 ? 1 : 4;

	mem->base = (modrm & 7) | (rex & REX_B) << 3;
	mem->index = INSN_REG_NONE;
	mem->scale = 1;
	mem->seg = mem->base == INSN_REG_RBP ? GUEST_SEG_SS : GUEST_SEG_DS;
	mem->disp = disp_bytes ? read_signed(p, disp_bytes) : 0;
	return p + disp_bytes;
}

static void plain_reg(u8 modrm, u8 rex, struct insn_operand *operand)
{
	unsigned int reg = (modrm >> 3 & 7) | (rex & REX_R) << 1;
	bool high = operand->bytes == 1 && !rex && reg >= 4;

	operand->kind = high ? INSN_OPERAND_REG_HIGH : INSN_OPERAND_REG;
	operand->reg = high ? reg - 4 : reg;
}

static void plain_attributes(const struct insn_mode *mode, u8 op, unsigned int len,
			     struct insn *out)
{
	out->mode = *mode;
	out->op = op;
	out->len = len;
	out->op_bytes = out->dst.bytes;
	out->addr_bytes = mode->code_bytes;
	out->rep = INSN_REP_NONE;
	out->lock = false;
	out->aligned = false;
	out->cond = 0;
	out->vex = false;
	out->plain = true;
}

bool insn_decode_plain(const u8 *bytes, const struct insn_mode *mode, struct insn *out)
{
	const struct plain_form *form;
	struct insn_operand *mem, *other;
	const u8 *p = bytes;
	u8 size = 4, rex = 0, modrm;

	if (*p == 0x66) {
		size = 2;
		p++;
	}
	if (mode->code_bytes == 8 && (*p & 0xf0) == 0x40)
		rex = *p++;
	if (rex & REX_W)
		size = 8;
	form = find_plain(&p);
	modrm = *p++;
	if (!is_plain(form, modrm))
		return false;
	p = plain_mem(p, modrm, rex, &out->mem);
	mem = form->flags & PLAIN_LOAD ? &out->src : &out->dst;
	other = form->flags & PLAIN_LOAD ? &out->dst : &out->src;
	mem->kind = INSN_OPERAND_MEM;
	mem->reg = 0;
	mem->bytes = form->flags & PLAIN_BYTE ? 1 : form->flags & PLAIN_WORD ? 2 : size;
	other->bytes = form->op == INSN_MOV ? mem->bytes : size;
	out->imm = 0;
	if (form->flags & PLAIN_IMM) {
		other->kind = INSN_OPERAND_IMM;
		other->reg = 0;
		out->imm = read_signed(p, mem->bytes);
		p += min_t(u8, mem->bytes, 4);
	} else {
		plain_reg(modrm, rex, other);
	}
	plain_attributes(mode, form->op, p - bytes, out);
	return true;
}
