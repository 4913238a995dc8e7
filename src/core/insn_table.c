// SPDX-License-Identifier: GPL-2.0
/*
 * The encodings that the decoder knows (SDM vol. 2, appendix "Opcode Map"). Tables are indexed by
 * whole bytes or by three bits, so no index can lie outside.
 */
#include <linux/build_bug.h>
#include <linux/kernel.h>

#include "insn_form.h"

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
	GROUP_LDT,
	GROUP_GDT,
	GROUP_X87_D9,
	GROUP_X87_DD,
	GROUP_COUNT,
};

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
	[0x06] = FORM(PUSH, STACK, ES, FULL64, FORM_SHORT),
	[0x07] = FORM(POP, ES, STACK, FULL64, FORM_SHORT),
	ALU(0x08, OR, FORM_LOCK),
	[0x0e] = FORM(PUSH, STACK, CS, FULL64, FORM_SHORT),
	ALU(0x10, ADC, FORM_LOCK),
	[0x16] = FORM(PUSH, STACK, SS, FULL64, FORM_SHORT),
	[0x17] = FORM(POP, SS, STACK, FULL64, FORM_SHORT),
	ALU(0x18, SBB, FORM_LOCK),
	[0x1e] = FORM(PUSH, STACK, DS, FULL64, FORM_SHORT),
	[0x1f] = FORM(POP, DS, STACK, FULL64, FORM_SHORT),
	ALU(0x20, AND, FORM_LOCK),
	ALU(0x28, SUB, FORM_LOCK),
	ALU(0x30, XOR, FORM_LOCK),
	ALU(0x38, CMP, 0),
	EIGHT(0x50, FORM(PUSH, STACK, OPCODE_REG, FULL64, 0)),
	EIGHT(0x58, FORM(POP, OPCODE_REG, STACK, FULL64, 0)),
	[0x60] = FORM(PUSHA, STACK, NONE, ALL, FORM_SHORT),
	[0x61] = FORM(POPA, NONE, STACK, ALL, FORM_SHORT),
	[0x62] = FORM2(BOUND, REG, RM, FULL, DOUBLE, FORM_SHORT | FORM_MEMORY),
	[0x63] = FORM2(MOVSX, REG, RM, FULL, DWORD, FORM_LONG | FORM_PLAIN),
	[0x68] = FORM(PUSH, STACK, IMM, FULL64, 0),
	[0x69] = FORM3(IMUL3, REG, RM, IMM, FULL, 0),
	[0x6a] = FORM(PUSH, STACK, IMM8, FULL64, 0),
	[0x6b] = FORM3(IMUL3, REG, RM, IMM8, FULL, 0),
	[0x80] = IN_GROUP(ALU_BYTE),
	[0x81] = IN_GROUP(ALU_FULL),
	[0x82] = IN_GROUP(ALU_BYTE),
	[0x83] = IN_GROUP(ALU_IMM8),
	[0x84] = FORM(TEST, RM, REG, BYTE, 0),
	[0x85] = FORM(TEST, RM, REG, FULL, 0),
	[0x86] = FORM(XCHG, RM, REG, BYTE, FORM_LOCK),
	[0x87] = FORM(XCHG, RM, REG, FULL, FORM_LOCK),
	[0x88] = FORM(MOV, RM, REG, BYTE, FORM_PLAIN),
	[0x89] = FORM(MOV, RM, REG, FULL, FORM_PLAIN),
	[0x8a] = FORM(MOV, REG, RM, BYTE, FORM_PLAIN),
	[0x8b] = FORM(MOV, REG, RM, FULL, FORM_PLAIN),
	[0x8c] = FORM(STORE_SYS, RM, SREG, WORD, FORM_MEMORY),
	[0x8e] = FORM(LOAD_SYS, SREG, RM, WORD, FORM_MEMORY),
	[0x8f] = IN_GROUP(POP),
	[0x9c] = FORM(PUSHF, STACK, NONE, FULL64, 0),
	[0x9d] = FORM(POPF, NONE, STACK, FULL64, 0),
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
	[0xc2] = FORM3(RET, NONE, STACK, IMM16, NEAR, 0),
	[0xc3] = FORM(RET, NONE, STACK, NEAR, 0),
	[0xc4] = FORM3_2(LDS, REG, RM, ES, FULL, FAR, FORM_SHORT | FORM_MEMORY),
	[0xc5] = FORM3_2(LDS, REG, RM, DS, FULL, FAR, FORM_SHORT | FORM_MEMORY),
	[0xc6] = IN_GROUP(MOV_BYTE),
	[0xc7] = IN_GROUP(MOV_FULL),
	[0xc8] = FORM3(ENTER, STACK, RBP, IMM24, FULL64, 0),
	[0xc9] = FORM(LEAVE, RBP, STACK, FULL64, 0),
	[0xd0] = IN_GROUP(SHIFT_BYTE_1),
	[0xd1] = IN_GROUP(SHIFT_FULL_1),
	[0xd2] = IN_GROUP(SHIFT_BYTE_CL),
	[0xd3] = IN_GROUP(SHIFT_FULL_CL),
	[0xd7] = FORM(XLAT, ACC, XLAT, BYTE, 0),
	[0xd9] = IN_GROUP(X87_D9),
	[0xdd] = IN_GROUP(X87_DD),
	[0xe8] = FORM(CALL, STACK, REL, NEAR, 0),
	[0xf6] = IN_GROUP(UNARY_BYTE),
	[0xf7] = IN_GROUP(UNARY_FULL),
	[0xfe] = IN_GROUP(INC_BYTE),
	[0xff] = IN_GROUP(INC_FULL),
};

static const struct insn_form forms_0f[256] = {
	[0x00] = IN_GROUP(LDT),
	[0x01] = IN_GROUP(GDT),
	[0x10] = PREFIXED,
	[0x11] = PREFIXED,
	[0x12] = PREFIXED,
	[0x13] = PREFIXED,
	[0x16] = PREFIXED,
	[0x17] = PREFIXED,
	[0x28] = PREFIXED,
	[0x29] = PREFIXED,
	[0x2b] = PREFIXED,
	SIXTEEN(0x40, FORM(CMOV, REG, RM, FULL, 0)),
	[0x6e] = PREFIXED,
	[0x6f] = PREFIXED,
	[0x7e] = PREFIXED,
	[0x7f] = PREFIXED,
	SIXTEEN(0x90, FORM(SETCC, RM, NONE, BYTE, 0)),
	[0xa0] = FORM(PUSH, STACK, FS, FULL64, 0),
	[0xa1] = FORM(POP, FS, STACK, FULL64, 0),
	[0xa3] = FORM(BT, RM, REG, FULL, 0),
	[0xa4] = FORM3(SHLD, RM, REG, COUNT, FULL, 0),
	[0xa5] = FORM3(SHLD, RM, REG, CL, FULL, 0),
	[0xa8] = FORM(PUSH, STACK, GS, FULL64, 0),
	[0xa9] = FORM(POP, GS, STACK, FULL64, 0),
	[0xab] = FORM(BTS, RM, REG, FULL, FORM_LOCK),
	[0xac] = FORM3(SHRD, RM, REG, COUNT, FULL, 0),
	[0xad] = FORM3(SHRD, RM, REG, CL, FULL, 0),
	[0xae] = PREFIXED,
	[0xaf] = FORM(IMUL, REG, RM, FULL, 0),
	[0xb0] = FORM(CMPXCHG, RM, REG, BYTE, FORM_LOCK),
	[0xb1] = FORM(CMPXCHG, RM, REG, FULL, FORM_LOCK),
	[0xb2] = FORM3_2(LDS, REG, RM, SS, FULL, FAR, FORM_MEMORY),
	[0xb3] = FORM(BTR, RM, REG, FULL, FORM_LOCK),
	[0xb4] = FORM3_2(LDS, REG, RM, FS, FULL, FAR, FORM_MEMORY),
	[0xb5] = FORM3_2(LDS, REG, RM, GS, FULL, FAR, FORM_MEMORY),
	[0xb6] = FORM2(MOVZX, REG, RM, FULL, BYTE, FORM_PLAIN),
	[0xb7] = FORM2(MOVZX, REG, RM, FULL, WORD, FORM_PLAIN),
	[0xb8] = PREFIXED,
	[0xba] = IN_GROUP(BIT),
	[0xbb] = FORM(BTC, RM, REG, FULL, FORM_LOCK),
	[0xbc] = PREFIXED,
	[0xbd] = PREFIXED,
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
	[4] = FORM(MUL, RM, NONE, z, 0), \
	[5] = FORM(IMUL_WIDE, RM, NONE, z, 0), \
	[6] = FORM(DIV, RM, NONE, z, 0), \
	[7] = FORM(IDIV, RM, NONE, z, 0), \
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
		[2] = FORM(CALL, STACK, RM, NEAR, 0),
		[4] = FORM(JMP, NONE, RM, NEAR, 0),
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
	[GROUP_LDT] = {
		[0] = FORM(STORE_SYS, RM, LDTR, SELECTOR, 0),			/* SLDT */
		[1] = FORM(STORE_SYS, RM, TR, SELECTOR, 0),			/* STR */
		[2] = FORM(LOAD_SYS, LDTR, RM, WORD, 0),			/* LLDT */
		[3] = FORM(LOAD_SYS, TR, RM, WORD, 0),				/* LTR */
	},
	[GROUP_GDT] = {
		[0] = FORM(STORE_SYS, RM, GDTR, TABLE, FORM_MEMORY),		/* SGDT */
		[1] = FORM(STORE_SYS, RM, IDTR, TABLE, FORM_MEMORY),		/* SIDT */
		[2] = FORM(LOAD_SYS, GDTR, RM, TABLE, FORM_MEMORY),		/* LGDT */
		[3] = FORM(LOAD_SYS, IDTR, RM, TABLE, FORM_MEMORY),		/* LIDT */
		[4] = FORM(STORE_SYS, RM, MSW, WORD, FORM_MEMORY),		/* SMSW */
		[6] = FORM(LOAD_SYS, MSW, RM, WORD, FORM_MEMORY),		/* LMSW */
	},
	[GROUP_X87_D9] = {
		[5] = FORM(LOAD_SYS, FCW, RM, WORD, FORM_MEMORY),		/* FLDCW */
		[7] = FORM(STORE_SYS, RM, FCW, WORD, FORM_MEMORY),		/* FNSTCW */
	},
	[GROUP_X87_DD] = {
		[7] = FORM(STORE_SYS, RM, FSW, WORD, FORM_MEMORY),		/* FNSTSW */
	},
};

/* In 64-bit mode MOVSXD has its opcode. */
static const struct insn_form form_arpl = FORM(ARPL, RM, REG, WORD, FORM_SHORT);

#define ROW_REG(m, c, p, r, ...)	FORM_ROW(m, c, p, r, FORM(__VA_ARGS__))
#define ROW(m, c, p, ...)		FORM_ROW(m, c, p, ANY_REG, FORM(__VA_ARGS__))
#define ROW2(m, c, p, ...)		FORM_ROW(m, c, p, ANY_REG, FORM2(__VA_ARGS__))

static const struct insn_row prefixed_forms[] = {
	ROW(0F, 0x10, NONE, VMOV, XMM, XMM_RM, VEC, 0),				/* MOVUPS */
	ROW(0F, 0x10, 66, VMOV, XMM, XMM_RM, VEC, 0),				/* MOVUPD */
	ROW(0F, 0x10, F3, VMOV, XMM, XMM_RM, 4, 0),				/* MOVSS */
	ROW(0F, 0x10, F2, VMOV, XMM, XMM_RM, 8, 0),				/* MOVSD */
	ROW(0F, 0x11, NONE, VMOV, XMM_RM, XMM, VEC, 0),
	ROW(0F, 0x11, 66, VMOV, XMM_RM, XMM, VEC, 0),
	ROW(0F, 0x11, F3, VMOV, XMM_RM, XMM, 4, 0),
	ROW(0F, 0x11, F2, VMOV, XMM_RM, XMM, 8, 0),
	ROW2(0F, 0x12, NONE, VLOAD_HALF, XMM, XMM_RM, VEC, 8, FORM_MEMORY),	/* MOVLPS */
	ROW2(0F, 0x12, 66, VLOAD_HALF, XMM, XMM_RM, VEC, 8, FORM_MEMORY),	/* MOVLPD */
	ROW2(0F, 0x13, NONE, VSTORE_HALF, XMM_RM, XMM, 8, VEC, FORM_MEMORY),
	ROW2(0F, 0x13, 66, VSTORE_HALF, XMM_RM, XMM, 8, VEC, FORM_MEMORY),
	ROW2(0F, 0x16, NONE, VLOAD_HALF, XMM, XMM_RM, VEC, 8, FORM_MEMORY),	/* MOVHPS */
	ROW2(0F, 0x16, 66, VLOAD_HALF, XMM, XMM_RM, VEC, 8, FORM_MEMORY),	/* MOVHPD */
	ROW2(0F, 0x17, NONE, VSTORE_HALF, XMM_RM, XMM, 8, VEC, FORM_MEMORY),
	ROW2(0F, 0x17, 66, VSTORE_HALF, XMM_RM, XMM, 8, VEC, FORM_MEMORY),
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
	ROW(0F, 0xb8, F3, POPCNT, REG, RM, FULL, 0),
	ROW(0F, 0xbc, NONE, BSF, REG, RM, FULL, 0),
	ROW(0F, 0xbc, 66, BSF, REG, RM, FULL, 0),
	ROW(0F, 0xbc, F2, BSF, REG, RM, FULL, 0),
	ROW(0F, 0xbc, F3, TZCNT, REG, RM, FULL, 0),
	ROW(0F, 0xbd, NONE, BSR, REG, RM, FULL, 0),
	ROW(0F, 0xbd, 66, BSR, REG, RM, FULL, 0),
	ROW(0F, 0xbd, F2, BSR, REG, RM, FULL, 0),
	ROW(0F, 0xbd, F3, LZCNT, REG, RM, FULL, 0),
	ROW2(0F38, 0xf0, F2, CRC32, REG, RM, REXW, BYTE, 0),
	ROW2(0F38, 0xf1, F2, CRC32, REG, RM, REXW, FULL, 0),
	ROW(0F38, 0xf6, 66, ADCX, REG, RM, REXW, 0),
	ROW(0F38, 0xf6, F3, ADOX, REG, RM, REXW, 0),
	ROW_REG(0F, 0xae, NONE, 2, LOAD_SYS, MXCSR, RM, 4, FORM_MEMORY),
	ROW_REG(0F, 0xae, NONE, 3, STORE_SYS, RM, MXCSR, 4, FORM_MEMORY),
	ROW_REG(0F, 0xae, NONE, 7, CLFLUSH, RM, NONE, BYTE, FORM_MEMORY),
	ROW_REG(0F, 0xae, 66, 7, CLFLUSH, RM, NONE, BYTE, FORM_MEMORY),	/* CLFLUSHOPT */
	ROW_REG(0F, 0xae, 66, 6, CLFLUSH, RM, NONE, BYTE, FORM_MEMORY),	/* CLWB */
};

static const struct insn_form *known(const struct insn_form *form)
{
	return form->op || form->dst ? form : NULL;
}

const struct insn_form *insn_form_find(enum insn_map map, u8 opcode, bool long_mode)
{
	switch (map) {
	case INSN_MAP_ONE:
		if (opcode == 0x63 && !long_mode)
			return &form_arpl;
		if (opcode == 0x82 && long_mode)
			return NULL;
		return known(&forms[opcode]);
	case INSN_MAP_0F:
		return known(&forms_0f[opcode]);
	case INSN_MAP_0F38:
		/* Few enough for the rows themselves to say which exist. */
		return &form_0f38;
	case INSN_MAP_0F3A:
		break;
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
	return insn_row_find(prefixed_forms, ARRAY_SIZE(prefixed_forms), map, opcode, prefix,
			     modrm);
}
