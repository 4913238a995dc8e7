// SPDX-License-Identifier: GPL-2.0
/*
 * Operands of an instruction, whose form is known.
 */
#include <linux/bits.h>
#include <linux/minmax.h>

#include "insn_decode.h"
#include "insn_plain.h"

static void use_register(const struct decoder *d, unsigned int reg, struct insn_operand *operand)
{
	operand->kind = INSN_OPERAND_REG;
	operand->reg = reg;
	if (operand->bytes == 1 && !d->rex && reg >= 4) {
		operand->kind = INSN_OPERAND_REG_HIGH;
		operand->reg = reg - 4;
	}
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

void insn_decode_mem(struct decoder *d, const struct insn_form *form, struct insn *out)
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
	switch (form) {
	case FORM_ONE:
		out->imm = 1;
		break;
	case FORM_IMM:
	case FORM_REL:
		out->imm = next_signed(d, min_t(u8, out->op_bytes, 4));
		break;
	case FORM_IMM16:
		out->imm = next_unsigned(d, 2);
		break;
	case FORM_IMM24:
		out->imm = next_unsigned(d, 2);
		out->imm |= next_unsigned(d, 1) << 16;
		break;
	default:
		out->imm = next_signed(d, 1);
	}
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

static void use_system(struct insn_operand *operand, unsigned int which)
{
	operand->kind = INSN_OPERAND_SYS;
	operand->reg = which;
}

/* Operands that are registers wherever the instruction stands. */
static void decode_register(struct decoder *d, enum form_operand form,
			    struct insn_operand *operand)
{
	if (form >= FORM_ES && form <= FORM_MXCSR)
		use_system(operand, INSN_SYS_ES + form - FORM_ES);
	else if (form == FORM_SREG)
		use_system(operand, d->modrm >> 3 & 7);
	else if (form == FORM_VVVV)
		use_register(d, d->long_mode ? d->vvvv : d->vvvv & 7, operand);
	else if (form == FORM_RBP)
		use_register(d, INSN_REG_RBP, operand);
	else if (form == FORM_RDX)
		use_register(d, INSN_REG_RDX, operand);
	else
		operand->kind = fixed_operands[form];
}

static void decode_xlat(struct insn *out, struct insn_operand *operand)
{
	operand->kind = INSN_OPERAND_MEM;
	out->mem.base = INSN_REG_RBX;
}

void insn_decode_operand(struct decoder *d, enum form_operand form, struct insn *out,
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
	case FORM_REL:
	case FORM_IMM16:
	case FORM_IMM24:
		operand->kind = INSN_OPERAND_IMM;
		decode_immediate(d, form, out);
		break;
	case FORM_MOFFS:
		operand->kind = INSN_OPERAND_MEM;
		out->mem.disp = next_unsigned(d, out->addr_bytes);
		break;
	case FORM_XLAT:
		decode_xlat(out, operand);
		break;
	case FORM_NONE:
		operand->kind = INSN_OPERAND_NONE;
		operand->bytes = 0;
		break;
	default:
		decode_register(d, form, operand);
	}
}
