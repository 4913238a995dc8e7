// SPDX-License-Identifier: GPL-2.0
/*
 * Memory operands of an emulated instruction: where they are, and moving them, as ports are moved.
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "emul_operand.h"

/* A bit offset in a register reaches beyond the operand, in either direction. */
static u64 bit_displacement(struct emul *e)
{
	const struct insn_operand *src = &e->insn.src;
	unsigned int bytes = e->insn.op_bytes;
	s64 bit;

	if (e->insn.op < INSN_BT || e->insn.op > INSN_BTC || src->kind != INSN_OPERAND_REG)
		return 0;
	bit = emul_sign_extend(*emul_gpr(e, src->reg), bytes);
	return (bit >> (fls(8 * bytes) - 1)) * bytes;
}

u64 emul_mem_offset(struct emul *e)
{
	const struct insn_mem *mem = &e->insn.mem;
	u64 offset = mem->disp + bit_displacement(e);

	if (mem->base == INSN_REG_RIP)
		offset += e->regs.rip + e->insn.len;
	else if (mem->base != INSN_REG_NONE)
		offset += *emul_gpr(e, mem->base);
	/* POP reckons with the stack pointer as it leaves it. */
	if (e->insn.op == INSN_POP && mem->base == INSN_REG_RSP)
		offset += e->insn.op_bytes;
	if (mem->index != INSN_REG_NONE)
		offset += *emul_gpr(e, mem->index) * mem->scale;
	if (e->insn.op == INSN_XLAT)
		offset += *emul_gpr(e, INSN_REG_RAX) & 0xff;
	return offset & emul_mask(e->insn.addr_bytes);
}

static u64 stack_offset(struct emul *e)
{
	unsigned int top = e->insn.op == INSN_LEAVE ? INSN_REG_RBP : INSN_REG_RSP;
	u64 offset = *emul_gpr(e, top);

	if (e->insn.dst.kind == INSN_OPERAND_STACK)
		offset -= e->insn.op_bytes;
	return offset & emul_mask(e->insn.mode.stack_bytes);
}

static u64 operand_offset(struct emul *e, const struct insn_operand *operand, unsigned int *seg)
{
	switch (operand->kind) {
	case INSN_OPERAND_SI:
		*seg = e->insn.mem.seg;
		return *emul_gpr(e, INSN_REG_RSI) & emul_mask(e->insn.addr_bytes);
	case INSN_OPERAND_DI:
		*seg = GUEST_SEG_ES;
		return *emul_gpr(e, INSN_REG_RDI) & emul_mask(e->insn.addr_bytes);
	case INSN_OPERAND_STACK:
		*seg = GUEST_SEG_SS;
		return stack_offset(e);
	default:
		*seg = e->insn.mem.seg;
		return emul_mem_offset(e);
	}
}

int emul_check_alignment(struct emul *e, u64 linear, unsigned int bytes)
{
	u8 vector;

	/* Far pointers and tables are of parts, whose alignment nobody checks. */
	if (!(linear & (bytes - 1)) || (bytes & (bytes - 1)))
		return 0;
	if (e->insn.aligned)
		vector = GUEST_VECTOR_GP;
	else if (e->check_alignment && bytes <= 8)
		vector = GUEST_VECTOR_AC;
	else
		return 0;
	e->fault = (struct guest_fault) { .vector = vector, .has_error = true };
	return -EFAULT;
}

static int translate_span(struct emul *e, u64 linear, unsigned int bytes, unsigned int access,
			  struct emul_span *span)
{
	unsigned int first = min_t(unsigned int, bytes, SZ_4K - (linear & (SZ_4K - 1)));
	u64 next = linear + first;
	int ret;

	ret = e->ops->translate(e->ctx, linear, access, &span->gpa[0], &e->fault);
	if (ret)
		return ret;
	span->bytes[0] = first;
	if (first == bytes)
		return 0;
	if (e->insn.mode.code_bytes != 8)
		next = (u32)next;
	ret = e->ops->translate(e->ctx, next, access, &span->gpa[1], &e->fault);
	if (ret)
		return ret;
	span->bytes[1] = bytes - first;
	return 0;
}

int emul_locate(struct emul *e, enum emul_operand which, unsigned int access)
{
	const struct insn_operand *operand = which == EMUL_DST ? &e->insn.dst : &e->insn.src;
	unsigned int bytes = operand->bytes;
	unsigned int seg;
	u64 offset, linear;
	int ret;

	offset = operand_offset(e, operand, &seg);
	ret = e->ops->seg_linear(e->ctx, seg, offset, bytes, access, &linear, &e->fault);
	if (ret)
		return ret;
	ret = emul_check_alignment(e, linear, bytes);
	if (ret)
		return ret;
	return translate_span(e, linear, bytes, access, &e->span[which]);
}

/* A device takes 1, 2, 4 or 8 bytes. What a page boundary cut off goes in aligned pieces. */
static unsigned int mmio_bytes(u64 gpa, unsigned int left)
{
	unsigned int piece = 1U << (fls(left) - 1);

	if (piece != left)
		while (gpa & (piece - 1))
			piece /= 2;
	return min(piece, 8U);
}

static void prepare_mmio(struct emul *e, u64 gpa, unsigned int left, const u8 *data)
{
	e->access.gpa = gpa;
	e->access.len = mmio_bytes(gpa, left);
	if (data)
		memcpy(e->access.data, data, e->access.len);
	e->pending = true;
}

static void finish_mmio(struct emul *e, u8 *data)
{
	if (data)
		memcpy(data, e->access.data, e->access.len);
	e->done_bytes += e->access.len;
	e->pending = false;
}

static int transfer_ram(struct emul *e, u64 gpa, u8 *data, unsigned int bytes, bool write)
{
	if (write)
		return e->ops->write(e->ctx, gpa, data, bytes);
	return e->ops->read(e->ctx, gpa, data, bytes);
}

/* All of it at once, by the caller: 1, 2 or 4 bytes. */
static int transfer_port(struct emul *e, u64 *value, unsigned int bytes, bool write)
{
	u32 item = *value;

	if (e->pending) {
		e->pending = false;
		memcpy(&item, e->access.data, sizeof(item));
		if (!write)
			*value = item & emul_mask(bytes);
		return 0;
	}
	e->access.port = *emul_gpr(e, INSN_REG_RDX);
	e->access.len = bytes;
	if (write)
		memcpy(e->access.data, &item, sizeof(item));
	e->pending = true;
	return write ? EMUL_PORT_WRITE : EMUL_PORT_READ;
}

int emul_transfer(struct emul *e, enum emul_operand which, bool write)
{
	const struct insn_operand *operand = which == EMUL_DST ? &e->insn.dst : &e->insn.src;
	const struct emul_span *span = &e->span[which];
	u8 *data = (u8 *)e->value[which];
	unsigned int part, done, left;
	u64 gpa;
	int ret;

	if (operand->kind == INSN_OPERAND_PORT)
		return transfer_port(e, e->value[which], operand->bytes, write);
	if (e->pending)
		finish_mmio(e, write ? NULL : data + e->done_bytes);
	while (e->done_bytes < span->bytes[0] + span->bytes[1]) {
		part = e->done_bytes >= span->bytes[0];
		done = part ? e->done_bytes - span->bytes[0] : e->done_bytes;
		gpa = span->gpa[part] + done;
		left = span->bytes[part] - done;
		ret = transfer_ram(e, gpa, data + e->done_bytes, left, write);
		if (ret == -ENXIO) {
			prepare_mmio(e, gpa, left, write ? data + e->done_bytes : NULL);
			return write ? EMUL_MMIO_WRITE : EMUL_MMIO_READ;
		}
		if (ret)
			return ret;
		e->done_bytes += left;
	}
	e->done_bytes = 0;
	return 0;
}
