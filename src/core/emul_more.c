// SPDX-License-Identifier: GPL-2.0
/*
 * What executes other than by two operands: multiplication and division, which take a register
 * pair; what has a third operand; jumps, frames, flags and all registers on a stack; and system
 * registers. Traits and the course of things are emul.c's.
 */
#include <linux/errno.h>
#include <linux/string.h>

#include "emul_arith.h"
#include "emul_operand.h"

/* What POPF may change at any privilege level: CF PF AF ZF SF TF DF OF NT, and AC and ID. */
#define FLAGS_POPPED	0x244dd5ULL

#define VECTOR_DE	0
#define VECTOR_BR	5

/* A stack operand of PUSHA and POPA: the registers from the last one down, the address up. */
#define ALL_REGISTERS	8

static int more_fault(struct emul *e, u8 vector, bool has_error)
{
	e->fault = (struct guest_fault) { .vector = vector, .has_error = has_error };
	return -EFAULT;
}

static u64 third_value(struct emul *e)
{
	const struct insn_operand *third = &e->insn.third;

	if (third->kind == INSN_OPERAND_REG)
		return *emul_gpr(e, third->reg) & emul_mask(third->bytes);
	return e->insn.imm & emul_mask(third->bytes);
}

/* ---- multiplication and division ---- */

/* AX is the pair of a byte. */
static void get_dividend(struct emul *e, u64 dividend[2])
{
	unsigned int bytes = e->insn.op_bytes;

	dividend[0] = *emul_gpr(e, INSN_REG_RAX) & emul_mask(bytes);
	if (bytes == 1)
		dividend[1] = *emul_gpr(e, INSN_REG_RAX) >> 8 & 0xff;
	else
		dividend[1] = *emul_gpr(e, INSN_REG_RDX) & emul_mask(bytes);
}

/* Both halves of the result wait in the place of the source, which there is none of. */
static int compute_pair(struct emul *e)
{
	bool is_signed = e->insn.op == INSN_IMUL_WIDE || e->insn.op == INSN_IDIV;
	u64 *result = e->value[EMUL_SRC];
	u64 by = e->value[EMUL_DST][0];
	u64 dividend[2];

	get_dividend(e, dividend);
	if (e->insn.op == INSN_DIV || e->insn.op == INSN_IDIV) {
		if (!emul_divide(e->insn.op_bytes, dividend, by, is_signed, result))
			return more_fault(e, VECTOR_DE, false);
		return 0;
	}
	e->rflags &= ~(RFLAGS_CF | RFLAGS_OF);
	if (emul_multiply(e->insn.op_bytes, dividend[0], by, is_signed, result))
		e->rflags |= RFLAGS_CF | RFLAGS_OF;
	return 0;
}

static void commit_pair(struct emul *e)
{
	const u64 *result = e->value[EMUL_SRC];
	unsigned int bytes = e->insn.op_bytes;

	if (bytes == 1) {
		emul_set_gpr(e, INSN_REG_RAX, 2, result[0] | result[1] << 8);
		return;
	}
	emul_set_gpr(e, INSN_REG_RAX, bytes, result[0]);
	emul_set_gpr(e, INSN_REG_RDX, bytes, result[1]);
}

/* The lower half goes to the third operand, and first, if both are one. */
static void compute_mulx(struct emul *e)
{
	u64 product[2];

	emul_multiply(e->insn.op_bytes, *emul_gpr(e, INSN_REG_RDX) & emul_mask(e->insn.op_bytes),
		      e->value[EMUL_SRC][0], false, product);
	e->value[EMUL_DST][0] = product[1];
	e->value[EMUL_DST][1] = product[0];
}

/* ---- selectors and bounds ---- */

static void compute_arpl(struct emul *e)
{
	u64 *dst = e->value[EMUL_DST];
	u64 rpl = e->value[EMUL_SRC][0] & 3;

	e->rflags &= ~RFLAGS_ZF;
	if ((dst[0] & 3) >= rpl)
		return;
	e->rflags |= RFLAGS_ZF;
	dst[0] = (dst[0] & ~3ULL) | rpl;
}

static int compute_bound(struct emul *e)
{
	unsigned int bytes = e->insn.op_bytes;
	s64 index = emul_sign_extend(e->value[EMUL_DST][0], bytes);
	u64 bounds = e->value[EMUL_SRC][0];

	if (index < emul_sign_extend(bounds & emul_mask(bytes), bytes) ||
	    index > emul_sign_extend(bounds >> 8 * bytes, bytes))
		return more_fault(e, VECTOR_BR, false);
	return 0;
}

/* ---- control ---- */

/* Where a near jump goes has to be in CS, or canonical. */
static int check_target(struct emul *e, u64 target)
{
	u64 linear;

	return e->ops->seg_linear(e->ctx, GUEST_SEG_CS, target, 1, GUEST_ACCESS_FETCH, &linear,
				  &e->fault);
}

static u64 next_rip(const struct emul *e)
{
	return (e->regs.rip + e->insn.len) & emul_mask(e->insn.op_bytes);
}

/* The target waits in the place of the source. */
static int compute_jump(struct emul *e)
{
	u64 *target = e->value[EMUL_SRC];

	if (e->insn.src.kind == INSN_OPERAND_IMM)
		target[0] = (next_rip(e) + e->insn.imm) & emul_mask(e->insn.op_bytes);
	e->value[EMUL_DST][0] = next_rip(e);
	return check_target(e, target[0]);
}

static void commit_jump(struct emul *e)
{
	/* emul_finish() adds the length. */
	e->regs.rip = e->value[EMUL_SRC][0] - e->insn.len;
	if (e->insn.op == INSN_RET && e->insn.third.kind == INSN_OPERAND_IMM)
		emul_add_gpr(e, INSN_REG_RSP, e->insn.mode.stack_bytes, e->insn.imm);
}

static int compute_popf(struct emul *e)
{
	u64 changes = FLAGS_POPPED, cpl[2];
	int ret = e->ops->sys_get(e->ctx, INSN_SYS_CPL, cpl);

	if (ret)
		return ret;
	if (cpl[0] == 0)
		changes |= RFLAGS_IOPL;
	if (cpl[0] <= (e->rflags & RFLAGS_IOPL) >> 12)
		changes |= RFLAGS_IF;
	changes &= emul_mask(e->insn.op_bytes);
	e->rflags = (e->rflags & ~changes) | (e->value[EMUL_SRC][0] & changes);
	return 0;
}

/* Word @nr of those that stand in memory in a row, of 2 or 4 bytes each. */
static u64 get_word(const u64 *words, unsigned int nr, unsigned int bytes)
{
	unsigned int bit = 8 * nr * bytes;

	return words[bit / 64] >> bit % 64 & emul_mask(bytes);
}

static void put_word(u64 *words, unsigned int nr, unsigned int bytes, u64 word)
{
	unsigned int bit = 8 * nr * bytes;

	words[bit / 64] &= ~(emul_mask(bytes) << bit % 64);
	words[bit / 64] |= (word & emul_mask(bytes)) << bit % 64;
}

static void compute_pusha(struct emul *e)
{
	unsigned int i, bytes = e->insn.op_bytes / ALL_REGISTERS;

	for (i = 0; i < ALL_REGISTERS; i++)
		put_word(e->value[EMUL_DST], i, bytes, *emul_gpr(e, ALL_REGISTERS - 1 - i));
}

static void commit_popa(struct emul *e)
{
	unsigned int i, bytes = e->insn.op_bytes / ALL_REGISTERS;

	for (i = 0; i < ALL_REGISTERS; i++) {
		if (ALL_REGISTERS - 1 - i != INSN_REG_RSP)
			emul_set_gpr(e, ALL_REGISTERS - 1 - i, bytes,
				     get_word(e->value[EMUL_SRC], i, bytes));
	}
}

/* The stack pointer has moved already: that is the frame. */
static void commit_enter(struct emul *e)
{
	emul_set_gpr(e, INSN_REG_RBP, e->insn.op_bytes, *emul_gpr(e, INSN_REG_RSP));
	emul_add_gpr(e, INSN_REG_RSP, e->insn.mode.stack_bytes, -(s64)(u16)e->insn.imm);
}

static void commit_leave(struct emul *e)
{
	u64 frame = *emul_gpr(e, INSN_REG_RBP);

	emul_set_gpr(e, INSN_REG_RSP, e->insn.mode.stack_bytes, frame + e->insn.op_bytes);
}

/* ---- system registers ---- */

/* In memory the limit comes first. */
static void pack_table(u64 value[2])
{
	u64 base = value[1];

	value[0] = (u16)value[0] | base << 16;
	value[1] = base >> 48;
}

/* The base has 24 bits with 16-bit operands. */
static void unpack_table(const struct emul *e, const u64 *image, u64 value[2])
{
	value[0] = (u16)image[0];
	value[1] = image[0] >> 16 | image[1] << 48;
	if (e->insn.third.bytes == 2)
		value[1] &= 0xffffff;
	else if (e->insn.op_bytes == 6)
		value[1] = (u32)value[1];
}

static bool is_table(const struct insn_operand *operand)
{
	return operand->reg == INSN_SYS_GDTR || operand->reg == INSN_SYS_IDTR;
}

int emul_get_sys(struct emul *e, const struct insn_operand *operand, u64 *value)
{
	int ret = e->ops->sys_get(e->ctx, operand->reg, value);

	if (!ret && is_table(operand))
		pack_table(value);
	return ret;
}

static int set_sys(struct emul *e, const struct insn_operand *operand, const u64 *image)
{
	u64 value[2] = { (u32)image[0], 0 };

	if (operand->reg != INSN_SYS_MXCSR)
		value[0] &= 0xffff;

	if (is_table(operand))
		unpack_table(e, image, value);
	return e->ops->sys_set(e->ctx, operand->reg, value, &e->fault);
}

/* The offset comes first in memory. */
static int commit_far_pointer(struct emul *e)
{
	const u64 *src = e->value[EMUL_SRC];
	unsigned int bytes = e->insn.dst.bytes;
	u64 selector = bytes == 8 ? src[1] : src[0] >> 8 * bytes;

	e->value[EMUL_DST][0] = src[0] & emul_mask(bytes);
	return set_sys(e, &e->insn.third, &selector);
}

/* ---- the whole ---- */

/* MOVLPS and MOVHPS, and their kin. */
static bool is_upper_half(const struct insn *insn)
{
	return insn->cond & 4;
}

int emul_more_compute(struct emul *e)
{
	const struct insn *insn = &e->insn;
	u64 *dst = e->value[EMUL_DST];
	const u64 *src = e->value[EMUL_SRC];

	switch (insn->op) {
	case INSN_MUL:
	case INSN_IMUL_WIDE:
	case INSN_DIV:
	case INSN_IDIV:
		return compute_pair(e);
	case INSN_MULX:
		compute_mulx(e);
		return 0;
	case INSN_ARPL:
		compute_arpl(e);
		return 0;
	case INSN_BOUND:
		return compute_bound(e);
	case INSN_CALL:
	case INSN_JMP:
	case INSN_RET:
		return compute_jump(e);
	case INSN_PUSHF:
		dst[0] = e->rflags & ~(RFLAGS_RF | RFLAGS_VM);
		return 0;
	case INSN_POPF:
		return compute_popf(e);
	case INSN_PUSHA:
		compute_pusha(e);
		return 0;
	case INSN_XLAT:
	case INSN_ENTER:
	case INSN_LEAVE:
	case INSN_STORE_SYS:
		memcpy(dst, src, 2 * sizeof(*dst));
		return 0;
	case INSN_VLOAD_HALF:
		dst[is_upper_half(insn)] = src[0];
		return 0;
	case INSN_VSTORE_HALF:
		dst[0] = src[is_upper_half(insn)];
		return 0;
	case INSN_POPA:
	case INSN_LOAD_SYS:
	case INSN_LDS:
		return 0;
	}
	dst[0] = emul_arith(insn->op, insn->op_bytes, insn->src.bytes, dst[0], src[0],
			    third_value(e), &e->rflags);
	return 0;
}

int emul_more_commit_sys(struct emul *e)
{
	if (e->insn.op == INSN_LDS)
		return commit_far_pointer(e);
	if (e->insn.dst.kind == INSN_OPERAND_SYS)
		return set_sys(e, &e->insn.dst, e->value[e->insn.op == INSN_LOAD_SYS ? EMUL_SRC :
									EMUL_DST]);
	return 0;
}

void emul_more_commit(struct emul *e)
{
	switch (e->insn.op) {
	case INSN_MUL:
	case INSN_IMUL_WIDE:
	case INSN_DIV:
	case INSN_IDIV:
		commit_pair(e);
		break;
	case INSN_MULX:
		emul_set_operand_reg(e, &e->insn.third, e->value[EMUL_DST][1]);
		break;
	case INSN_CALL:
	case INSN_JMP:
	case INSN_RET:
		commit_jump(e);
		break;
	case INSN_POPA:
		commit_popa(e);
		break;
	case INSN_ENTER:
		commit_enter(e);
		break;
	case INSN_LEAVE:
		commit_leave(e);
		break;
	}
}

bool emul_more_can_execute(const struct insn *insn, const struct emul_ops *ops)
{
	bool is_system = insn->src.kind == INSN_OPERAND_SYS || insn->dst.kind == INSN_OPERAND_SYS ||
			 insn->op == INSN_LDS || insn->op == INSN_POPF;

	/* Frames of frames: nobody makes them, and they read as many words as they write. */
	if (insn->op == INSN_ENTER && (insn->imm >> 16 & 31))
		return false;
	if (insn->op == INSN_VLOAD_HALF || insn->op == INSN_VSTORE_HALF)
		return ops->vec_get;
	return !is_system || ops->sys_get;
}
