// SPDX-License-Identifier: GPL-2.0
/*
 * The common case: a move between a register or an immediate and one piece of memory. The phases of
 * emul.c do the same, in several times as many steps.
 */
#include <linux/errno.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "emul_operand.h"

static void load(struct emul *e, u64 value)
{
	const struct insn *insn = &e->insn;

	value &= emul_mask(insn->src.bytes);
	if (insn->op == INSN_MOVSX)
		value = emul_sign_extend(value, insn->src.bytes);
	emul_set_operand_reg(e, &insn->dst, value);
}

static u64 value_to_store(struct emul *e)
{
	const struct insn *insn = &e->insn;

	if (insn->src.kind == INSN_OPERAND_IMM)
		return insn->imm;
	return emul_get_operand_reg(e, &insn->src);
}

/* Where memory is not RAM, the access is left to the caller. */
static int access_memory(struct emul *e, u64 gpa, unsigned int bytes, bool write)
{
	u64 value = write ? value_to_store(e) : 0;
	int ret;

	if (write)
		ret = e->ops->write(e->ctx, gpa, &value, bytes);
	else
		ret = e->ops->read(e->ctx, gpa, &value, bytes);
	if (ret == -ENXIO) {
		e->access.gpa = gpa;
		e->access.len = bytes;
		memcpy(e->access.data, &value, sizeof(e->access.data));
		e->pending = true;
		return write ? EMUL_MMIO_WRITE : EMUL_MMIO_READ;
	}
	if (ret)
		return ret;
	if (!write)
		load(e, value);
	return emul_finish(e);
}

int emul_plain_start(struct emul *e)
{
	bool write = e->insn.dst.kind == INSN_OPERAND_MEM;
	unsigned int bytes = write ? e->insn.dst.bytes : e->insn.src.bytes;
	unsigned int access = write ? GUEST_ACCESS_WRITE : 0;
	u64 linear, gpa;
	int ret;

	ret = e->ops->seg_linear(e->ctx, e->insn.mem.seg, emul_mem_offset(e), bytes, access,
				 &linear, &e->fault);
	if (ret)
		return ret;
	if (linear & (bytes - 1)) {
		if ((linear & (SZ_4K - 1)) > SZ_4K - bytes)
			return EMUL_PLAIN_NOT;
		ret = emul_check_alignment(e, linear, bytes);
		if (ret)
			return ret;
	}
	ret = e->ops->translate(e->ctx, linear, access, &gpa, &e->fault);
	return ret ?: access_memory(e, gpa, bytes, write);
}

int emul_plain_finish(struct emul *e)
{
	u64 value;

	e->pending = false;
	if (e->insn.dst.kind != INSN_OPERAND_MEM) {
		memcpy(&value, e->access.data, sizeof(value));
		load(e, value);
	}
	return emul_finish(e);
}
