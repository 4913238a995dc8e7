// SPDX-License-Identifier: GPL-2.0
/*
 * The encodings that the decoder knows (SDM vol. 2, appendix "Opcode Map"). Tables are indexed by
 * whole bytes or by three bits, so no index can lie outside.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>

#include "insn.h"
#include "insn_table.h"

enum insn_group {
	GROUP_ALU_BYTE,
	GROUP_ALU_FULL,
	GROUP_ALU_IMM8,
	GROUP_POP,
	GROUP_MOV_BYTE,
	GROUP_MOV_FULL,
	GROUP_UNARY_BYTE,
	GROUP_UNARY_FULL,
	GROUP_INC_BYTE,
	GROUP_INC_FULL,
	GROUP_SHIFT_BYTE,
	GROUP_SHIFT_FULL,
	GROUP_SHIFT_BYTE_1,
	GROUP_SHIFT_FULL_1,
	GROUP_SHIFT_BYTE_CL,
	GROUP_SHIFT_FULL_CL,
	GROUP_BIT,
	GROUP_CMPXCHG8B,
	GROUP_COUNT,
};

/* Which operands a ModRM byte encodes. */
#define NEEDS_MODRM(d) \
	((d) == FORM_RM || (d) == FORM_REG || (d) == FORM_XMM_RM || (d) == FORM_XMM)
#define MODRM_FLAG(d, s) \
	(NEEDS_MODRM(FORM_##d) || NEEDS_MODRM(FORM_##s) ? FORM_MODRM : 0)

#define FORM(o, d, s, z, f) \
	{ .op = INSN_##o, .dst = FORM_##d, .src = FORM_##s, .size = FORM_##z, \
	  .flags = (f) | MODRM_FLAG(d, s) }
#define FORM2(o, d, s, z, sz, f) \
	{ .op = INSN_##o, .dst = FORM_##d, .src = FORM_##s, .size = FORM_##z, \
	  .src_size = FORM_##sz, .flags = (f) | MODRM_FLAG(d, s) }
#define IN_GROUP(g)	{ .op = GROUP_##g, .dst = FORM_GROUP, .flags = FORM_MODRM }
#define PREFIXED	{ .dst = FORM_PREFIXED, .flags = FORM_MODRM }

/* The registers, or the conditions, that the low bits of an opcode select. */
#define EIGHT(base, form) \
	[(base) ... (base) + 7] = form
#define SIXTEEN(base, form) \
	[(base) ... (base) + 15] = form

/* The six encodings of an ALU operation. CMP never writes and so may not be locked. */
#define ALU(base, o, f) \
	[(base) + 0] = FORM(o, RM, REG, BYTE, f), \
	[(base) + 1] = FORM(o, RM, REG, FULL, f), \
	[(base) + 2] = FORM(o, REG, RM, BYTE, 0), \
	[(base) + 3] = FORM(o, REG, RM, FULL, 0), \
	[(base) + 4] = FORM(o, ACC, IMM, BYTE, 0), \
	[(base) + 5] = FORM(o, ACC, IMM, FULL, 0)

static const struct insn_form forms[256] = {
	ALU(0x00, ADD, FORM_LOCK),
	ALU(0x08, OR, FORM_LOCK),
	ALU(0x10, ADC, FORM_LOCK),
	ALU(0x18, SBB, FORM_LOCK),
	ALU(0x20, AND, FORM_LOCK),
	ALU(0x28, SUB, FORM_LOCK),
	ALU(0x30, XOR, FORM_LOCK),
	ALU(0x38, CMP, 0),
	EIGHT(0x50, FORM(PUSH, STACK, OPCODE_REG, FULL64, 0)),
	EIGHT(0x58, FORM(POP, OPCODE_REG, STACK, FULL64, 0)),
	[0x63] = FORM2(MOVSX, REG, RM, FULL, DWORD, FORM_LONG | FORM_PLAIN),
	[0x68] = FORM(PUSH, STACK, IMM, FULL64, 0),
	[0x6a] = FORM(PUSH, STACK, IMM8, FULL64, 0),
	[0x80] = IN_GROUP(ALU_BYTE),
	[0x81] = IN_GROUP(ALU_FULL),
	[0x83] = IN_GROUP(ALU_IMM8),
	[0x84] = FORM(TEST, RM, REG, BYTE, 0),
	[0x85] = FORM(TEST, RM, REG, FULL, 0),
	[0x86] = FORM(XCHG, RM, REG, BYTE, FORM_LOCK),
	[0x87] = FORM(XCHG, RM, REG, FULL, FORM_LOCK),
	[0x88] = FORM(MOV, RM, REG, BYTE, FORM_PLAIN),
	[0x89] = FORM(MOV, RM, REG, FULL, FORM_PLAIN),
	[0x8a] = FORM(MOV, REG, RM, BYTE, FORM_PLAIN),
	[0x8b] = FORM(MOV, REG, RM, FULL, FORM_PLAIN),
	[0x8f] = IN_GROUP(POP),
	[0xa0] = FORM(MOV, ACC, MOFFS, BYTE, FORM_PLAIN),
	[0xa1] = FORM(MOV, ACC, MOFFS, FULL, FORM_PLAIN),
	[0xa2] = FORM(MOV, MOFFS, ACC, BYTE, FORM_PLAIN),
	[0xa3] = FORM(MOV, MOFFS, ACC, FULL, FORM_PLAIN),
	[0xa4] = FORM(MOVS, DI, SI, BYTE, FORM_STRING),
	[0xa5] = FORM(MOVS, DI, SI, FULL, FORM_STRING),
	[0xa6] = FORM(CMPS, SI, DI, BYTE, FORM_STRING),
	[0xa7] = FORM(CMPS, SI, DI, FULL, FORM_STRING),
	[0xa8] = FORM(TEST, ACC, IMM, BYTE, 0),
	[0xa9] = FORM(TEST, ACC, IMM, FULL, 0),
	[0xaa] = FORM(STOS, DI, ACC, BYTE, FORM_STRING),
	[0xab] = FORM(STOS, DI, ACC, FULL, FORM_STRING),
	[0xac] = FORM(LODS, ACC, SI, BYTE, FORM_STRING),
	[0xad] = FORM(LODS, ACC, SI, FULL, FORM_STRING),
	[0xae] = FORM(SCAS, ACC, DI, BYTE, FORM_STRING),
	[0xaf] = FORM(SCAS, ACC, DI, FULL, FORM_STRING),
	[0xc0] = IN_GROUP(SHIFT_BYTE),
	[0xc1] = IN_GROUP(SHIFT_FULL),
	[0xc6] = IN_GROUP(MOV_BYTE),
	[0xc7] = IN_GROUP(MOV_FULL),
	[0xd0] = IN_GROUP(SHIFT_BYTE_1),
	[0xd1] = IN_GROUP(SHIFT_FULL_1),
	[0xd2] = IN_GROUP(SHIFT_BYTE_CL),
	[0xd3] = IN_GROUP(SHIFT_FULL_CL),
	[0xf6] = IN_GROUP(UNARY_BYTE),
	[0xf7] = IN_GROUP(UNARY_FULL),
	[0xfe] = IN_GROUP(INC_BYTE),
	[0xff] = IN_GROUP(INC_FULL),
};

static const struct insn_form forms_0f[256] = {
	[0x10] = PREFIXED,
	[0x11] = PREFIXED,
	[0x28] = PREFIXED,
	[0x29] = PREFIXED,
	[0x2b] = PREFIXED,
	SIXTEEN(0x40, FORM(CMOV, REG, RM, FULL, 0)),
	[0x6e] = PREFIXED,
	[0x6f] = PREFIXED,
	[0x7e] = PREFIXED,
	[0x7f] = PREFIXED,
	SIXTEEN(0x90, FORM(SETCC, RM, NONE, BYTE, 0)),
	[0xa3] = FORM(BT, RM, REG, FULL, 0),
	[0xab] = FORM(BTS, RM, REG, FULL, FORM_LOCK),
	[0xae] = PREFIXED,
	[0xb0] = FORM(CMPXCHG, RM, REG, BYTE, FORM_LOCK),
	[0xb1] = FORM(CMPXCHG, RM, REG, FULL, FORM_LOCK),
	[0xb3] = FORM(BTR, RM, REG, FULL, FORM_LOCK),
	[0xb6] = FORM2(MOVZX, REG, RM, FULL, BYTE, FORM_PLAIN),
	[0xb7] = FORM2(MOVZX, REG, RM, FULL, WORD, FORM_PLAIN),
	[0xba] = IN_GROUP(BIT),
	[0xbb] = FORM(BTC, RM, REG, FULL, FORM_LOCK),
	[0xbe] = FORM2(MOVSX, REG, RM, FULL, BYTE, FORM_PLAIN),
	[0xbf] = FORM2(MOVSX, REG, RM, FULL, WORD, FORM_PLAIN),
	[0xc0] = FORM(XADD, RM, REG, BYTE, FORM_LOCK),
	[0xc1] = FORM(XADD, RM, REG, FULL, FORM_LOCK),
	[0xc3] = PREFIXED,
	[0xc7] = IN_GROUP(CMPXCHG8B),
	[0xd6] = PREFIXED,
	[0xe7] = PREFIXED,
	[0xf0] = PREFIXED,
};

static const struct insn_form form_0f38 = PREFIXED;

#define ALU_GROUP(imm, z) { \
	[INSN_ADD] = FORM(ADD, RM, imm, z, FORM_LOCK), \
	[INSN_OR] = FORM(OR, RM, imm, z, FORM_LOCK), \
	[INSN_ADC] = FORM(ADC, RM, imm, z, FORM_LOCK), \
	[INSN_SBB] = FORM(SBB, RM, imm, z, FORM_LOCK), \
	[INSN_AND] = FORM(AND, RM, imm, z, FORM_LOCK), \
	[INSN_SUB] = FORM(SUB, RM, imm, z, FORM_LOCK), \
	[INSN_XOR] = FORM(XOR, RM, imm, z, FORM_LOCK), \
	[INSN_CMP] = FORM(CMP, RM, imm, z, 0), \
}

#define UNARY_GROUP(z) { \
	[0] = FORM(TEST, RM, IMM, z, 0), \
	[1] = FORM(TEST, RM, IMM, z, 0), \
	[2] = FORM(NOT, RM, NONE, z, FORM_LOCK), \
	[3] = FORM(NEG, RM, NONE, z, FORM_LOCK), \
}

/* The sixth is the fourth by another name. */
#define SHIFT_GROUP(count, z) { \
	[0] = FORM2(ROL, RM, count, z, BYTE, 0), \
	[1] = FORM2(ROR, RM, count, z, BYTE, 0), \
	[2] = FORM2(RCL, RM, count, z, BYTE, 0), \
	[3] = FORM2(RCR, RM, count, z, BYTE, 0), \
	[4] = FORM2(SHL, RM, count, z, BYTE, 0), \
	[5] = FORM2(SHR, RM, count, z, BYTE, 0), \
	[6] = FORM2(SHL, RM, count, z, BYTE, 0), \
	[7] = FORM2(SAR, RM, count, z, BYTE, 0), \
}

static const struct insn_form groups[GROUP_COUNT][8] = {
	[GROUP_ALU_BYTE] = ALU_GROUP(IMM, BYTE),
	[GROUP_ALU_FULL] = ALU_GROUP(IMM, FULL),
	[GROUP_ALU_IMM8] = ALU_GROUP(IMM8, FULL),
	[GROUP_POP] = { [0] = FORM(POP, RM, STACK, FULL64, 0) },
	[GROUP_MOV_BYTE] = { [0] = FORM(MOV, RM, IMM, BYTE, FORM_PLAIN) },
	[GROUP_MOV_FULL] = { [0] = FORM(MOV, RM, IMM, FULL, FORM_PLAIN) },
	[GROUP_UNARY_BYTE] = UNARY_GROUP(BYTE),
	[GROUP_UNARY_FULL] = UNARY_GROUP(FULL),
	[GROUP_INC_BYTE] = {
		[0] = FORM(INC, RM, NONE, BYTE, FORM_LOCK),
		[1] = FORM(DEC, RM, NONE, BYTE, FORM_LOCK),
	},
	[GROUP_INC_FULL] = {
		[0] = FORM(INC, RM, NONE, FULL, FORM_LOCK),
		[1] = FORM(DEC, RM, NONE, FULL, FORM_LOCK),
		[6] = FORM(PUSH, STACK, RM, FULL64, 0),
	},
	[GROUP_SHIFT_BYTE] = SHIFT_GROUP(COUNT, BYTE),
	[GROUP_SHIFT_FULL] = SHIFT_GROUP(COUNT, FULL),
	[GROUP_SHIFT_BYTE_1] = SHIFT_GROUP(ONE, BYTE),
	[GROUP_SHIFT_FULL_1] = SHIFT_GROUP(ONE, FULL),
	[GROUP_SHIFT_BYTE_CL] = SHIFT_GROUP(CL, BYTE),
	[GROUP_SHIFT_FULL_CL] = SHIFT_GROUP(CL, FULL),
	[GROUP_BIT] = {
		[4] = FORM(BT, RM, BIT, FULL, 0),
		[5] = FORM(BTS, RM, BIT, FULL, FORM_LOCK),
		[6] = FORM(BTR, RM, BIT, FULL, FORM_LOCK),
		[7] = FORM(BTC, RM, BIT, FULL, FORM_LOCK),
	},
	[GROUP_CMPXCHG8B] = {
		[1] = FORM(CMPXCHG8B, RM, NONE, PAIR, FORM_LOCK | FORM_MEMORY | FORM_ALIGNED),
	},
};

#define ANY_REG	0xff

struct prefixed_form {
	u8 map;
	u8 opcode;
	u8 prefix;
	u8 modrm_reg;
	struct insn_form form;
};

#define ROW_REG(m, c, p, r, ...) \
	{ .map = INSN_MAP_##m, .opcode = (c), .prefix = INSN_PREFIX_##p, .modrm_reg = (r), \
	  .form = FORM(__VA_ARGS__) }
#define ROW(m, c, p, ...) ROW_REG(m, c, p, ANY_REG, __VA_ARGS__)

static const struct prefixed_form prefixed_forms[] = {
	ROW(0F, 0x10, NONE, VMOV, XMM, XMM_RM, VEC, 0),				/* MOVUPS */
	ROW(0F, 0x10, 66, VMOV, XMM, XMM_RM, VEC, 0),				/* MOVUPD */
	ROW(0F, 0x10, F3, VMOV, XMM, XMM_RM, 4, 0),				/* MOVSS */
	ROW(0F, 0x10, F2, VMOV, XMM, XMM_RM, 8, 0),				/* MOVSD */
	ROW(0F, 0x11, NONE, VMOV, XMM_RM, XMM, VEC, 0),
	ROW(0F, 0x11, 66, VMOV, XMM_RM, XMM, VEC, 0),
	ROW(0F, 0x11, F3, VMOV, XMM_RM, XMM, 4, 0),
	ROW(0F, 0x11, F2, VMOV, XMM_RM, XMM, 8, 0),
	ROW(0F, 0x28, NONE, VMOV, XMM, XMM_RM, VEC, FORM_ALIGNED),		/* MOVAPS */
	ROW(0F, 0x28, 66, VMOV, XMM, XMM_RM, VEC, FORM_ALIGNED),		/* MOVAPD */
	ROW(0F, 0x29, NONE, VMOV, XMM_RM, XMM, VEC, FORM_ALIGNED),
	ROW(0F, 0x29, 66, VMOV, XMM_RM, XMM, VEC, FORM_ALIGNED),
	ROW(0F, 0x2b, NONE, VMOV, XMM_RM, XMM, VEC, FORM_ALIGNED | FORM_MEMORY), /* MOVNTPS */
	ROW(0F, 0x2b, 66, VMOV, XMM_RM, XMM, VEC, FORM_ALIGNED | FORM_MEMORY),	/* MOVNTPD */
	ROW(0F, 0x6e, 66, VMOV, XMM, RM, REXW, 0),				/* MOVD, MOVQ */
	ROW(0F, 0x6f, 66, VMOV, XMM, XMM_RM, VEC, FORM_ALIGNED),			/* MOVDQA */
	ROW(0F, 0x6f, F3, VMOV, XMM, XMM_RM, VEC, 0),				/* MOVDQU */
	ROW(0F, 0x7e, 66, VMOV, RM, XMM, REXW, 0),				/* MOVD, MOVQ */
	ROW(0F, 0x7e, F3, VMOV, XMM, XMM_RM, 8, 0),				/* MOVQ */
	ROW(0F, 0x7f, 66, VMOV, XMM_RM, XMM, VEC, FORM_ALIGNED),
	ROW(0F, 0x7f, F3, VMOV, XMM_RM, XMM, VEC, 0),
	ROW(0F, 0xd6, 66, VMOV, XMM_RM, XMM, 8, 0),				/* MOVQ */
	ROW(0F, 0xe7, 66, VMOV, XMM_RM, XMM, VEC, FORM_ALIGNED | FORM_MEMORY),	/* MOVNTDQ */
	ROW(0F, 0xf0, F2, VMOV, XMM, XMM_RM, VEC, FORM_MEMORY),			/* LDDQU */
	ROW(0F38, 0x2a, 66, VMOV, XMM, XMM_RM, VEC, FORM_ALIGNED | FORM_MEMORY), /* MOVNTDQA */
	ROW(0F38, 0xf0, NONE, MOVBE, REG, RM, FULL, FORM_MEMORY),
	ROW(0F38, 0xf0, 66, MOVBE, REG, RM, FULL, FORM_MEMORY),
	ROW(0F38, 0xf1, NONE, MOVBE, RM, REG, FULL, FORM_MEMORY),
	ROW(0F38, 0xf1, 66, MOVBE, RM, REG, FULL, FORM_MEMORY),
	ROW(0F, 0xc3, NONE, MOV, RM, REG, REXW, FORM_MEMORY | FORM_PLAIN),	/* MOVNTI */
	ROW(0F38, 0xf9, NONE, MOV, RM, REG, REXW, FORM_MEMORY | FORM_PLAIN),	/* MOVDIRI */
	ROW_REG(0F, 0xae, NONE, 7, CLFLUSH, RM, NONE, BYTE, FORM_MEMORY),
	ROW_REG(0F, 0xae, 66, 7, CLFLUSH, RM, NONE, BYTE, FORM_MEMORY),	/* CLFLUSHOPT */
	ROW_REG(0F, 0xae, 66, 6, CLFLUSH, RM, NONE, BYTE, FORM_MEMORY),	/* CLWB */
};

static const struct insn_form *known(const struct insn_form *form)
{
	return form->dst == FORM_NONE ? NULL : form;
}

const struct insn_form *insn_form_find(enum insn_map map, u8 opcode)
{
	switch (map) {
	case INSN_MAP_ONE:
		return known(&forms[opcode]);
	case INSN_MAP_0F:
		return known(&forms_0f[opcode]);
	case INSN_MAP_0F38:
		/* Few enough for the rows themselves to say which exist. */
		return &form_0f38;
	}
	return NULL;
}

const struct insn_form *insn_form_in_group(const struct insn_form *group, u8 modrm)
{
	return known(&groups[group->op][modrm >> 3 & 7]);
}

const struct insn_form *insn_form_with_prefix(enum insn_map map, u8 opcode,
					      enum insn_prefix prefix, u8 modrm)
{
	const struct prefixed_form *row;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(prefixed_forms); i++) {
		row = &prefixed_forms[i];
		if (row->map != map || row->opcode != opcode || row->prefix != prefix)
			continue;
		if (row->modrm_reg == ANY_REG || row->modrm_reg == (modrm >> 3 & 7))
			return &row->form;
	}
	return NULL;
}
