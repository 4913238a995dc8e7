// SPDX-License-Identifier: GPL-2.0
/*
 * Executes one instruction whose memory may be a device's, or that moves memory to or from a port.
 *
 * An instruction, or an item of a string instruction, runs through fixed phases: find where the
 * operands are, read dst, read src, compute, write dst, change registers. An access that only the
 * caller can make is where emul_step() returns, and what it needs to go on is in struct emul.
 */
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "emul.h"
#include "emul_alu.h"
#include "emul_operand.h"

static_assert(sizeof(struct emul) < 512);

enum emul_phase {
	PHASE_NONE,
	PHASE_LOCATE,
	PHASE_READ_DST,
	PHASE_READ_SRC,
	PHASE_COMPUTE,
	PHASE_WRITE_DST,
	PHASE_PLAIN,
};

enum emul_trait {
	READS_DST = BIT(0),
	WRITES_DST = BIT(1),
	UPDATES_DST = READS_DST | WRITES_DST,
};

static const u8 op_traits[INSN_OP_COUNT] = {
	[INSN_ADD] = UPDATES_DST,
	[INSN_OR] = UPDATES_DST,
	[INSN_ADC] = UPDATES_DST,
	[INSN_SBB] = UPDATES_DST,
	[INSN_AND] = UPDATES_DST,
	[INSN_SUB] = UPDATES_DST,
	[INSN_XOR] = UPDATES_DST,
	[INSN_CMP] = READS_DST,
	[INSN_TEST] = READS_DST,
	[INSN_NOT] = UPDATES_DST,
	[INSN_NEG] = UPDATES_DST,
	[INSN_INC] = UPDATES_DST,
	[INSN_DEC] = UPDATES_DST,
	[INSN_MOV] = WRITES_DST,
	[INSN_MOVZX] = WRITES_DST,
	[INSN_MOVSX] = WRITES_DST,
	[INSN_MOVBE] = WRITES_DST,
	[INSN_XCHG] = UPDATES_DST,
	[INSN_XADD] = UPDATES_DST,
	[INSN_CMPXCHG] = UPDATES_DST,
	[INSN_CMPXCHG8B] = UPDATES_DST,
	[INSN_BT] = READS_DST,
	[INSN_BTS] = UPDATES_DST,
	[INSN_BTR] = UPDATES_DST,
	[INSN_BTC] = UPDATES_DST,
	[INSN_ROL] = UPDATES_DST,
	[INSN_ROR] = UPDATES_DST,
	[INSN_RCL] = UPDATES_DST,
	[INSN_RCR] = UPDATES_DST,
	[INSN_SHL] = UPDATES_DST,
	[INSN_SHR] = UPDATES_DST,
	[INSN_SAR] = UPDATES_DST,
	[INSN_SETCC] = WRITES_DST,
	[INSN_CMOV] = UPDATES_DST,
	[INSN_PUSH] = WRITES_DST,
	[INSN_POP] = WRITES_DST,
	[INSN_MOVS] = WRITES_DST,
	[INSN_STOS] = WRITES_DST,
	[INSN_LODS] = WRITES_DST,
	[INSN_CMPS] = READS_DST,
	[INSN_SCAS] = READS_DST,
	[INSN_INS] = WRITES_DST,
	[INSN_OUTS] = WRITES_DST,
	[INSN_VMOV] = WRITES_DST,
	[INSN_CLFLUSH] = 0,
	[INSN_SHLD] = UPDATES_DST,
	[INSN_SHRD] = UPDATES_DST,
	[INSN_MUL] = READS_DST,
	[INSN_IMUL_WIDE] = READS_DST,
	[INSN_DIV] = READS_DST,
	[INSN_IDIV] = READS_DST,
	[INSN_IMUL] = UPDATES_DST,
	[INSN_IMUL3] = WRITES_DST,
	[INSN_XLAT] = WRITES_DST,
	[INSN_CRC32] = UPDATES_DST,
	[INSN_POPCNT ... INSN_TZCNT] = WRITES_DST,
	[INSN_BSF ... INSN_ADOX] = UPDATES_DST,
	[INSN_ANDN ... INSN_MULX] = WRITES_DST,
	[INSN_ARPL] = UPDATES_DST,
	[INSN_BOUND] = READS_DST,
	[INSN_CALL] = WRITES_DST,
	[INSN_JMP] = 0,
	[INSN_RET] = 0,
	[INSN_PUSHF] = WRITES_DST,
	[INSN_POPF] = 0,
	[INSN_PUSHA] = WRITES_DST,
	[INSN_POPA] = 0,
	[INSN_ENTER] = WRITES_DST,
	[INSN_LEAVE] = WRITES_DST,
	[INSN_STORE_SYS] = WRITES_DST,
	[INSN_LOAD_SYS] = WRITES_DST,
	[INSN_LDS] = WRITES_DST,
	[INSN_VLOAD_HALF] = UPDATES_DST,
	[INSN_VSTORE_HALF] = WRITES_DST,
};

static bool has_trait(const struct emul *e, enum emul_trait trait)
{
	return op_traits[array_index_nospec(e->insn.op, INSN_OP_COUNT)] & trait;
}

static bool is_string(const struct emul *e)
{
	return e->insn.op >= INSN_MOVS && e->insn.op <= INSN_OUTS;
}

/* XCHG with memory locks by itself. */
static bool is_locked(const struct emul *e)
{
	return e->insn.dst.kind == INSN_OPERAND_MEM &&
	       (e->insn.lock || e->insn.op == INSN_XCHG);
}

/* ---- operands ---- */

/* Find a memory operand, or take the value of one that is at hand. */
static int locate_operand(struct emul *e, enum emul_operand which, unsigned int access)
{
	const struct insn_operand *operand = which == EMUL_DST ? &e->insn.dst : &e->insn.src;

	e->span[which] = (struct emul_span) { };
	memset(e->value[which], 0, sizeof(e->value[which]));
	if (emul_in_memory(operand))
		return emul_locate(e, which, access);
	switch (operand->kind) {
	case INSN_OPERAND_REG:
	case INSN_OPERAND_REG_HIGH:
		e->value[which][0] = emul_get_operand_reg(e, operand);
		return 0;
	case INSN_OPERAND_IMM:
		e->value[which][0] = e->insn.imm & emul_mask(operand->bytes);
		return 0;
	case INSN_OPERAND_SYS:
		return which == EMUL_SRC ? emul_get_sys(e, operand, e->value[which]) : 0;
	case INSN_OPERAND_XMM:
		return e->ops->vec_get(e->ctx, operand->reg, (u8 *)e->value[which],
				       operand->bytes);
	}
	return 0;
}

/* The processor loads before it stores, so a fault of src comes first. */
static int locate_operands(struct emul *e)
{
	int ret;

	ret = locate_operand(e, EMUL_SRC, 0);
	if (ret)
		return ret;
	ret = locate_operand(e, EMUL_DST, has_trait(e, WRITES_DST) ? GUEST_ACCESS_WRITE : 0);
	if (ret)
		return ret;
	return is_locked(e) && e->span[EMUL_DST].bytes[1] ? -EOPNOTSUPP : 0;
}

/* ---- reading and writing ---- */

static int read_dst(struct emul *e)
{
	bool was_mmio = e->pending;
	int ret;

	if (!has_trait(e, READS_DST))
		return 0;
	ret = emul_transfer(e, EMUL_DST, false);
	e->from_ram = !ret && !was_mmio;
	e->old[0] = e->value[EMUL_DST][0];
	e->old[1] = e->value[EMUL_DST][1];
	return ret;
}

/*
 * A locked update of RAM: one attempt, and if another processor came in between, the guest tries
 * again. Where the RAM reads but does not write (-ENXIO), a plain write finds that out, too.
 */
static int write_locked(struct emul *e)
{
	u64 gpa = e->span[EMUL_DST].gpa[0];
	int ret;

	if (e->insn.dst.bytes > 8)
		return -EOPNOTSUPP;
	ret = e->ops->compare_exchange(e->ctx, gpa, e->old[0], e->value[EMUL_DST][0],
				       e->insn.dst.bytes);
	return ret == -ENXIO ? emul_transfer(e, EMUL_DST, true) : ret;
}

static int write_dst(struct emul *e)
{
	if (!has_trait(e, WRITES_DST) || !emul_is_moved(&e->insn.dst))
		return 0;
	if (is_locked(e) && e->from_ram && !e->pending)
		return write_locked(e);
	return emul_transfer(e, EMUL_DST, true);
}

/* ---- computing ---- */

static u64 swap_bytes(u64 value, unsigned int bytes)
{
	return __builtin_bswap64(value) >> (64 - 8 * bytes);
}

static u64 cmpxchg_result(struct emul *e)
{
	u64 accumulator = *emul_gpr(e, INSN_REG_RAX) & emul_mask(e->insn.op_bytes);

	emul_alu(INSN_CMP, e->insn.op_bytes, accumulator, e->old[0], &e->rflags);
	return e->rflags & RFLAGS_ZF ? e->value[EMUL_SRC][0] : e->old[0];
}

/* A register pair as it stands in memory: one number of 8 bytes, or two. */
static void get_pair(struct emul *e, unsigned int high, unsigned int low, u64 pair[2])
{
	pair[0] = *emul_gpr(e, low);
	pair[1] = *emul_gpr(e, high);
	if (e->insn.op_bytes == 16)
		return;
	pair[0] = pair[1] << 32 | (u32)pair[0];
	pair[1] = 0;
}

static void cmpxchg_pair(struct emul *e, u64 dst[2])
{
	u64 accumulator[2];

	get_pair(e, INSN_REG_RDX, INSN_REG_RAX, accumulator);
	e->rflags &= ~RFLAGS_ZF;
	if (e->old[0] != accumulator[0] || e->old[1] != accumulator[1])
		return;
	e->rflags |= RFLAGS_ZF;
	get_pair(e, INSN_REG_RCX, INSN_REG_RBX, dst);
}

/* Leave in value[EMUL_DST] what is to be written, and in rflags the flags to come. */
static int compute(struct emul *e)
{
	const struct insn *insn = &e->insn;
	u64 *dst = e->value[EMUL_DST];
	const u64 *src = e->value[EMUL_SRC];

	e->rflags = e->regs.rflags;
	switch (insn->op) {
	case INSN_MOVSX:
		dst[0] = emul_sign_extend(src[0], insn->src.bytes);
		break;
	case INSN_MOVBE:
		dst[0] = swap_bytes(src[0], insn->op_bytes);
		break;
	case INSN_XADD:
		dst[0] = emul_alu(INSN_ADD, insn->op_bytes, dst[0], src[0], &e->rflags);
		break;
	case INSN_CMPXCHG:
		dst[0] = cmpxchg_result(e);
		break;
	case INSN_CMPXCHG8B:
		cmpxchg_pair(e, dst);
		break;
	case INSN_CMPS:
	case INSN_SCAS:
		emul_alu(INSN_CMP, insn->op_bytes, dst[0], src[0], &e->rflags);
		break;
	case INSN_SETCC:
		dst[0] = emul_condition(insn->cond, e->rflags);
		break;
	case INSN_CMOV:
		if (emul_condition(insn->cond, e->rflags))
			dst[0] = src[0];
		break;
	case INSN_VMOV:
		memcpy(dst, src, EMUL_OPERAND_BYTES);
		break;
	case INSN_MOV:
	case INSN_MOVZX:
	case INSN_XCHG:
	case INSN_PUSH:
	case INSN_POP:
	case INSN_MOVS:
	case INSN_STOS:
	case INSN_LODS:
	case INSN_INS:
	case INSN_OUTS:
		dst[0] = src[0];
		break;
	case INSN_CLFLUSH:
		break;
	default:
		if (insn->op > INSN_CLFLUSH)
			return emul_more_compute(e);
		dst[0] = emul_alu(insn->op, insn->op_bytes, dst[0], src[0], &e->rflags);
	}
	return 0;
}

/* ---- registers after ---- */

static void commit_cmpxchg8b(struct emul *e)
{
	bool wide = e->insn.op_bytes == 16;

	if (e->rflags & RFLAGS_ZF)
		return;
	emul_set_gpr(e, INSN_REG_RAX, wide ? 8 : 4, e->old[0]);
	emul_set_gpr(e, INSN_REG_RDX, wide ? 8 : 4, wide ? e->old[1] : e->old[0] >> 32);
}

static void commit_cmpxchg(struct emul *e)
{
	if (!(e->rflags & RFLAGS_ZF))
		emul_set_gpr(e, INSN_REG_RAX, e->insn.op_bytes, e->old[0]);
}

static void commit_string(struct emul *e)
{
	unsigned int addr_bytes = e->insn.addr_bytes;
	s64 delta = e->rflags & RFLAGS_DF ? -(s64)e->insn.op_bytes : e->insn.op_bytes;

	if (e->insn.dst.kind == INSN_OPERAND_SI || e->insn.src.kind == INSN_OPERAND_SI)
		emul_add_gpr(e, INSN_REG_RSI, addr_bytes, delta);
	if (e->insn.dst.kind == INSN_OPERAND_DI || e->insn.src.kind == INSN_OPERAND_DI)
		emul_add_gpr(e, INSN_REG_RDI, addr_bytes, delta);
	if (e->insn.rep)
		emul_add_gpr(e, INSN_REG_RCX, addr_bytes, -1);
}

/* BSF and BSR of 0 leave all of a register alone, even the upper half of a short one. */
static bool keeps_dst(const struct emul *e)
{
	return (e->insn.op == INSN_BSF || e->insn.op == INSN_BSR) && (e->rflags & RFLAGS_ZF);
}

static int commit(struct emul *e)
{
	const struct insn *insn = &e->insn;
	int ret = 0;

	if (insn->dst.kind == INSN_OPERAND_XMM)
		ret = e->ops->vec_set(e->ctx, insn->dst.reg, (u8 *)e->value[EMUL_DST],
				      insn->vex);
	else if (insn->dst.kind == INSN_OPERAND_SYS || insn->op == INSN_LDS)
		ret = emul_more_commit_sys(e);
	if (ret)
		return ret;
	e->regs.rflags = e->rflags;
	if (insn->op == INSN_XCHG || insn->op == INSN_XADD)
		emul_set_operand_reg(e, &insn->src, e->old[0]);
	else if (insn->op == INSN_CMPXCHG)
		commit_cmpxchg(e);
	else if (insn->op == INSN_CMPXCHG8B)
		commit_cmpxchg8b(e);
	else if (insn->dst.kind == INSN_OPERAND_STACK)
		emul_add_gpr(e, INSN_REG_RSP, insn->mode.stack_bytes, -(s64)insn->op_bytes);
	else if (insn->src.kind == INSN_OPERAND_STACK)
		emul_add_gpr(e, INSN_REG_RSP, insn->mode.stack_bytes, insn->op_bytes);
	else if (is_string(e))
		commit_string(e);
	if (insn->op > INSN_CLFLUSH)
		emul_more_commit(e);
	/* Last, for POP to the stack pointer, and XADD and CMPXCHG with one register twice. */
	if (has_trait(e, WRITES_DST) && !keeps_dst(e))
		emul_set_operand_reg(e, &insn->dst, e->value[EMUL_DST][0]);
	return 0;
}

/* ---- the course of things ---- */

static bool count_is_zero(struct emul *e)
{
	return e->insn.rep && !(*emul_gpr(e, INSN_REG_RCX) & emul_mask(e->insn.addr_bytes));
}

static bool has_ended(struct emul *e)
{
	bool equal = e->regs.rflags & RFLAGS_ZF;

	if (!e->insn.rep || count_is_zero(e))
		return true;
	if (e->insn.op != INSN_CMPS && e->insn.op != INSN_SCAS)
		return false;
	return equal != (e->insn.rep == INSN_REP);
}

static int run_phase(struct emul *e)
{
	switch (e->phase) {
	case PHASE_LOCATE:
		return locate_operands(e);
	case PHASE_READ_DST:
		return read_dst(e);
	case PHASE_READ_SRC:
		return emul_transfer(e, EMUL_SRC, false);
	case PHASE_COMPUTE:
		return compute(e);
	case PHASE_WRITE_DST:
		return write_dst(e);
	}
	return -EINVAL;
}

/* Run one item from the phase reached to its end. Returns 0 at the end. */
static int run_item(struct emul *e)
{
	int ret;

	for (;;) {
		ret = run_phase(e);
		if (ret)
			return ret;
		if (e->phase == PHASE_WRITE_DST)
			break;
		e->phase++;
	}
	e->phase = PHASE_LOCATE;
	return commit(e);
}

static int run_items(struct emul *e)
{
	int ret;

	if (e->phase == PHASE_LOCATE && count_is_zero(e))
		return emul_finish(e);
	for (;;) {
		ret = run_item(e);
		if (ret)
			return ret;
		if (has_ended(e))
			return emul_finish(e);
		/* Single-stepping goes item by item. */
		if (++e->items >= EMUL_REP_MAX || (e->regs.rflags & RFLAGS_TF)) {
			e->repeat = true;
			return EMUL_DONE;
		}
	}
}

static int run(struct emul *e)
{
	int ret;

	if (e->phase != PHASE_PLAIN)
		return run_items(e);
	if (e->pending)
		return emul_plain_finish(e);
	ret = emul_plain_start(e);
	if (ret != EMUL_PLAIN_NOT)
		return ret;
	e->phase = PHASE_LOCATE;
	return run_items(e);
}

int emul_step(struct emul *e)
{
	int ret = run(e);

	if (ret >= EMUL_MMIO_READ && ret <= EMUL_PORT_WRITE)
		return ret;
	e->phase = PHASE_NONE;
	if (ret == EMUL_DONE)
		return ret;
	/* Reading or writing RAM may fail in the same way, which is not the guest's doing. */
	if (ret == -EFAULT && e->fault.vector != EMUL_NO_FAULT)
		return EMUL_FAULT;
	if (ret == -EAGAIN) {
		e->repeat = true;
		e->steps = false;
		return EMUL_DONE;
	}
	return ret;
}

static bool can_execute(const struct insn *insn, const struct emul_ops *ops)
{
	if (insn->op >= INSN_OP_COUNT)
		return false;
	if (insn->plain)
		return true;
	if (insn->op == INSN_VMOV)
		return ops->vec_get && (emul_in_memory(&insn->dst) || emul_in_memory(&insn->src));
	return emul_more_can_execute(insn, ops);
}

int emul_start(struct emul *e, const struct emul_ops *ops, void *ctx)
{
	e->phase = PHASE_NONE;
	if (!can_execute(&e->insn, ops))
		return -EOPNOTSUPP;
	e->ops = ops;
	e->ctx = ctx;
	e->fault.vector = EMUL_NO_FAULT;
	e->repeat = false;
	e->steps = e->regs.rflags & RFLAGS_TF;
	e->items = 0;
	e->done_bytes = 0;
	e->pending = false;
	e->from_ram = false;
	e->phase = e->insn.plain ? PHASE_PLAIN : PHASE_LOCATE;
	return 0;
}
