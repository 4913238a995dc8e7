/* SPDX-License-Identifier: GPL-2.0 */
/* What the emulator's files share. Nothing else includes this. */
#ifndef VMH_EMUL_OPERAND_H
#define VMH_EMUL_OPERAND_H

#include <linux/bits.h>
#include <linux/kernel.h>
#include <linux/nospec.h>
#include <linux/types.h>

#include "emul.h"
#include "emul_alu.h"
#include "insn.h"
#include "rflags.h"

/* What emul_plain_start() returns besides an enum emul_result: nothing has been done. */
#define EMUL_PLAIN_NOT	(EMUL_FAULT + 1)

/* In the fault's vector: there is none. */
#define EMUL_NO_FAULT	0xff

/**
 * enum emul_operand - indices of struct emul.span and .value
 * @EMUL_DST: first operand
 * @EMUL_SRC: second operand
 */
enum emul_operand {
	EMUL_DST,
	EMUL_SRC,
};

/**
 * emul_gpr - a general register
 * @e: the instruction
 * @reg: its number, 0 to 15
 *
 * Return: where it is kept.
 */
static inline u64 *emul_gpr(struct emul *e, unsigned int reg)
{
	return &e->regs.gpr[array_index_nospec(reg, ARRAY_SIZE(e->regs.gpr))];
}

/**
 * emul_set_gpr - write the low part of a general register
 * @e: the instruction
 * @reg: its number, 0 to 15
 * @bytes: how much of it: 4 clear the upper half, 1 and 2 keep all the rest
 * @value: what to write
 */
static inline void emul_set_gpr(struct emul *e, unsigned int reg, unsigned int bytes, u64 value)
{
	u64 mask = emul_mask(bytes);
	u64 kept = bytes < 4 ? *emul_gpr(e, reg) & ~mask : 0;

	*emul_gpr(e, reg) = kept | (value & mask);
}

/**
 * emul_add_gpr - add to the low part of a general register
 * @e: the instruction
 * @reg: its number, 0 to 15
 * @bytes: how much of it, as for emul_set_gpr()
 * @delta: what to add
 */
static inline void emul_add_gpr(struct emul *e, unsigned int reg, unsigned int bytes, s64 delta)
{
	emul_set_gpr(e, reg, bytes, *emul_gpr(e, reg) + delta);
}

/**
 * emul_in_memory - is an operand in memory?
 * @operand: the operand
 *
 * Return: true if it is.
 */
static inline bool emul_in_memory(const struct insn_operand *operand)
{
	switch (operand->kind) {
	case INSN_OPERAND_MEM:
	case INSN_OPERAND_SI:
	case INSN_OPERAND_DI:
	case INSN_OPERAND_STACK:
		return true;
	}
	return false;
}

/**
 * emul_is_moved - does emul_transfer() move an operand?
 * @operand: the operand
 *
 * Return: true if it is in memory or a port.
 */
static inline bool emul_is_moved(const struct insn_operand *operand)
{
	return emul_in_memory(operand) || operand->kind == INSN_OPERAND_PORT;
}

/**
 * emul_get_operand_reg - read a register operand
 * @e: the instruction
 * @operand: the operand
 *
 * Return: its value.
 */
static inline u64 emul_get_operand_reg(struct emul *e, const struct insn_operand *operand)
{
	u64 value = *emul_gpr(e, operand->reg);

	if (operand->kind == INSN_OPERAND_REG_HIGH)
		value >>= 8;
	return value & emul_mask(operand->bytes);
}

/**
 * emul_set_operand_reg - write a register operand
 * @e: the instruction
 * @operand: the operand; one of another kind is left alone
 * @value: what to write
 */
static inline void emul_set_operand_reg(struct emul *e, const struct insn_operand *operand,
					u64 value)
{
	u64 low;

	if (operand->kind == INSN_OPERAND_REG) {
		emul_set_gpr(e, operand->reg, operand->bytes, value);
	} else if (operand->kind == INSN_OPERAND_REG_HIGH) {
		low = *emul_gpr(e, operand->reg) & 0xff;
		emul_set_gpr(e, operand->reg, 2, low | (value & 0xff) << 8);
	}
}

/**
 * emul_finish - go past an instruction that has ended
 * @e: the instruction
 *
 * Return: EMUL_DONE.
 */
static inline int emul_finish(struct emul *e)
{
	e->regs.rip += e->insn.len;
	if (e->insn.mode.code_bytes != 8)
		e->regs.rip = (u32)e->regs.rip;
	e->regs.rflags &= ~RFLAGS_RF;
	return EMUL_DONE;
}

/**
 * emul_mem_offset - the effective address of the operand of kind MEM
 * @e: the instruction
 *
 * Return: its offset in the segment.
 */
u64 emul_mem_offset(struct emul *e);

/**
 * emul_check_alignment - what alignment checking and SSE demand of an address
 * @e: the instruction; its fault is set on -EFAULT
 * @linear: the address
 * @bytes: size of the operand
 *
 * Return: 0, or -EFAULT.
 */
int emul_check_alignment(struct emul *e, u64 linear, unsigned int bytes);

/**
 * emul_plain_start - the beginning of an instruction with @plain set
 * @e: the instruction
 *
 * Return: as emul_step(); EMUL_PLAIN_NOT if it takes more than one access.
 */
int emul_plain_start(struct emul *e);

/**
 * emul_plain_finish - its end, after the access
 * @e: the instruction
 *
 * Return: EMUL_DONE.
 */
int emul_plain_finish(struct emul *e);

/**
 * emul_locate - translate a memory operand
 * @e: the instruction; its span of @which is set, and its fault on -EFAULT
 * @which: the operand, which is in memory
 * @access: enum guest_access bits
 *
 * Return: 0, -EFAULT, or what the ops returned.
 */
int emul_locate(struct emul *e, enum emul_operand which, unsigned int access);

/**
 * emul_transfer - move a located operand between memory, or a port, and struct emul.value
 * @e: the instruction; called again after an access of the caller's, it goes on behind that
 * @which: the operand; nothing is moved if it is no port and its span is empty
 * @write: to memory or the port
 *
 * Return: 0 when all of it has been moved, an enum emul_result with an access for the caller, or
 * what the ops returned.
 */
int emul_transfer(struct emul *e, enum emul_operand which, bool write);

/**
 * emul_get_sys - read a system register
 * @e: the instruction
 * @operand: the register
 * @value: set: 16 bytes as they would stand in memory
 *
 * Return: 0, or what the ops returned.
 */
int emul_get_sys(struct emul *e, const struct insn_operand *operand, u64 *value);

/**
 * emul_more_can_execute - is all there that an operation from SHLD on needs?
 * @insn: the instruction
 * @ops: how it reaches what it needs
 *
 * Return: true if so.
 */
bool emul_more_can_execute(const struct insn *insn, const struct emul_ops *ops);

/**
 * emul_more_compute - compute an operation from SHLD on
 * @e: the instruction, whose operands have been read: its value of dst and rflags are set
 *
 * Return: 0; -EFAULT with the fault set; or what the ops returned.
 */
int emul_more_compute(struct emul *e);

/**
 * emul_more_commit_sys - load a system register, if the instruction does that
 * @e: the instruction
 *
 * Return: as emul_more_compute().
 */
int emul_more_commit_sys(struct emul *e);

/**
 * emul_more_commit - change registers after an operation from SHLD on, all but dst
 * @e: the instruction
 */
void emul_more_commit(struct emul *e);

#endif
