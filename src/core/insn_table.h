/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_INSN_TABLE_H
#define VMH_INSN_TABLE_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum insn_map - opcode maps
 * @INSN_MAP_ONE: one-byte opcodes
 * @INSN_MAP_0F: opcodes after 0F
 * @INSN_MAP_0F38: opcodes after 0F 38
 * @INSN_MAP_0F3A: opcodes after 0F 3A
 */
enum insn_map {
	INSN_MAP_ONE,
	INSN_MAP_0F,
	INSN_MAP_0F38,
	INSN_MAP_0F3A,
};

/**
 * enum form_operand - where an encoding puts an operand
 * @FORM_NONE: nowhere; as the first operand: this opcode is not known
 * @FORM_GROUP: first operand only: ModRM.reg selects the form, see insn_form_in_group()
 * @FORM_PREFIXED: first operand only: a prefix selects the form, see insn_form_with_prefix()
 * @FORM_RM: ModRM.rm, register or memory
 * @FORM_REG: ModRM.reg
 * @FORM_OPCODE_REG: the low three bits of the opcode
 * @FORM_ACC: AL, AX, EAX or RAX
 * @FORM_CL: CL
 * @FORM_ONE: an immediate of 1 that is not there
 * @FORM_IMM: an immediate as long as the operand, but at most four bytes
 * @FORM_IMM8: an immediate of one byte, sign-extended
 * @FORM_BIT: an immediate of one byte that selects a bit
 * @FORM_COUNT: an immediate of one byte, not extended
 * @FORM_MOFFS: memory whose address follows the opcode
 * @FORM_SI: memory at rSI
 * @FORM_DI: memory at rDI
 * @FORM_STACK: the top of the stack
 * @FORM_XMM_RM: ModRM.rm, XMM register or memory
 * @FORM_XMM: ModRM.reg, an XMM register
 * @FORM_VVVV: the general register in the VEX prefix
 * @FORM_XLAT: memory at rBX + AL
 * @FORM_REL: an immediate as long as FORM_IMM, added to the address that follows
 * @FORM_IMM16: an immediate of two bytes, not extended
 * @FORM_IMM24: one of two bytes and one of one, above it
 * @FORM_RBP: the frame pointer
 * @FORM_RDX: DX, EDX or RDX
 * @FORM_ES: a system register, as what follows
 * @FORM_CS: CS
 * @FORM_SS: SS
 * @FORM_DS: DS
 * @FORM_FS: FS
 * @FORM_GS: GS
 * @FORM_LDTR: LDTR
 * @FORM_TR: the task register
 * @FORM_GDTR: GDTR
 * @FORM_IDTR: IDTR
 * @FORM_MSW: the machine status word
 * @FORM_FCW: the control word of x87
 * @FORM_FSW: its status word
 * @FORM_MXCSR: MXCSR
 * @FORM_SREG: the segment register in ModRM.reg
 * @FORM_OPERAND_COUNT: how many there are
 */
enum form_operand {
	FORM_NONE,
	FORM_GROUP,
	FORM_PREFIXED,
	FORM_RM,
	FORM_REG,
	FORM_OPCODE_REG,
	FORM_ACC,
	FORM_CL,
	FORM_ONE,
	FORM_IMM,
	FORM_IMM8,
	FORM_BIT,
	FORM_COUNT,
	FORM_MOFFS,
	FORM_SI,
	FORM_DI,
	FORM_STACK,
	FORM_XMM_RM,
	FORM_XMM,
	FORM_VVVV,
	FORM_XLAT,
	FORM_REL,
	FORM_IMM16,
	FORM_IMM24,
	FORM_RBP,
	FORM_RDX,
	FORM_ES,
	FORM_CS,
	FORM_SS,
	FORM_DS,
	FORM_FS,
	FORM_GS,
	FORM_LDTR,
	FORM_TR,
	FORM_GDTR,
	FORM_IDTR,
	FORM_MSW,
	FORM_FCW,
	FORM_FSW,
	FORM_MXCSR,
	FORM_SREG,
	FORM_OPERAND_COUNT,
};

/**
 * enum form_size - what decides the size of an operand
 * @FORM_SAME: second operand only: as large as the first
 * @FORM_BYTE: 1
 * @FORM_WORD: 2
 * @FORM_DWORD: 4, or 2 if that is the operand size
 * @FORM_FULL: 2, 4 or 8: mode, operand-size prefix and REX.W decide
 * @FORM_FULL64: the same, but 64-bit mode makes 8 of 4
 * @FORM_REXW: 4, or 8 with REX.W
 * @FORM_PAIR: 8, or 16 with REX.W
 * @FORM_4: 4
 * @FORM_8: 8
 * @FORM_VEC: 16, or 32 with VEX.L
 * @FORM_NEAR: as FORM_FULL64, but always 8 in 64-bit mode
 * @FORM_DOUBLE: twice FORM_FULL
 * @FORM_ALL: eight times 2 or 4
 * @FORM_FAR: two bytes more than FORM_FULL
 * @FORM_TABLE: 6, or 10 in 64-bit mode
 * @FORM_SELECTOR: 2 in memory; FORM_FULL in a register
 * @FORM_SIZE_COUNT: how many there are
 */
enum form_size {
	FORM_SAME,
	FORM_BYTE,
	FORM_WORD,
	FORM_DWORD,
	FORM_FULL,
	FORM_FULL64,
	FORM_REXW,
	FORM_PAIR,
	FORM_4,
	FORM_8,
	FORM_VEC,
	FORM_NEAR,
	FORM_DOUBLE,
	FORM_ALL,
	FORM_FAR,
	FORM_TABLE,
	FORM_SELECTOR,
	FORM_SIZE_COUNT,
};

/**
 * enum form_flags - what else there is to know
 * @FORM_LOCK: LOCK is legal if the first operand is memory
 * @FORM_MEMORY: with a register in ModRM.rm it is another instruction, or none
 * @FORM_LONG: 64-bit mode only
 * @FORM_ALIGNED: memory must be aligned if it has 16 bytes or more
 * @FORM_STRING: REP counts
 * @FORM_PLAIN: a move that changes no flags; memory, if it is there, is an operand of its own
 * @FORM_SHORT: not in 64-bit mode
 * @FORM_MODRM: a ModRM byte follows the opcode
 */
enum form_flags {
	FORM_LOCK = BIT(0),
	FORM_MEMORY = BIT(1),
	FORM_LONG = BIT(2),
	FORM_ALIGNED = BIT(3),
	FORM_STRING = BIT(4),
	FORM_PLAIN = BIT(5),
	FORM_MODRM = BIT(6),
	FORM_SHORT = BIT(7),
};

/**
 * enum insn_prefix - the prefix that takes part in an opcode
 * @INSN_PREFIX_NONE: none
 * @INSN_PREFIX_66: operand size
 * @INSN_PREFIX_F3: REP
 * @INSN_PREFIX_F2: REPNE
 */
enum insn_prefix {
	INSN_PREFIX_NONE,
	INSN_PREFIX_66,
	INSN_PREFIX_F3,
	INSN_PREFIX_F2,
};

/**
 * struct insn_form - one encoding of one instruction
 * @op: an enum insn_op; for a group its number
 * @dst: an enum form_operand
 * @src: an enum form_operand
 * @size: an enum form_size, of the operand size and the first operand
 * @src_size: an enum form_size
 * @third: an enum form_operand, as large as the first, of an instruction with three
 * @flags: enum form_flags
 */
struct insn_form {
	u8 op;
	u8 dst;
	u8 src;
	u8 size;
	u8 src_size;
	u8 third;
	u8 flags;
};

/**
 * insn_form_find - the form that an opcode stands for
 * @map: the opcode map
 * @opcode: its last byte
 * @long_mode: in 64-bit mode
 *
 * Return: the form, one that needs its ModRM byte or prefix to be looked at, or NULL.
 */
const struct insn_form *insn_form_find(enum insn_map map, u8 opcode, bool long_mode);

/**
 * insn_form_vex - the form that an opcode stands for behind a VEX prefix
 * @map: the opcode map
 * @opcode: its last byte
 * @prefix: the prefix that VEX holds
 * @modrm: the ModRM byte
 *
 * Return: the form, of one that exists with VEX alone; NULL for others.
 */
const struct insn_form *insn_form_vex(enum insn_map map, u8 opcode, enum insn_prefix prefix,
				      u8 modrm);

/**
 * insn_form_in_group - choose by ModRM.reg
 * @group: a form whose first operand is FORM_GROUP
 * @modrm: the ModRM byte
 *
 * Return: the form or NULL.
 */
const struct insn_form *insn_form_in_group(const struct insn_form *group, u8 modrm);

/**
 * insn_form_with_prefix - choose by the prefix that takes part in the opcode, and ModRM.reg
 * @map: the opcode map
 * @opcode: its last byte
 * @prefix: the prefix: the last F2 or F3, or else 66
 * @modrm: the ModRM byte
 *
 * Return: the form or NULL.
 */
const struct insn_form *insn_form_with_prefix(enum insn_map map, u8 opcode,
					      enum insn_prefix prefix, u8 modrm);

#endif
