// SPDX-License-Identifier: GPL-2.0
/*
 * How far an INS or OUTS gets in one go, and what the emulator is to execute when it gets nowhere.
 */
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/sizes.h>
#include <linux/string.h>

#include "string_io.h"

static u64 address_mask(const struct string_io *io)
{
	return ~0ULL >> (64 - 8 * io->addr_bytes);
}

static void set_register(const struct string_io *io, u64 *reg, u64 value)
{
	u64 kept = io->addr_bytes == 2 ? *reg & ~0xffffULL : 0;

	*reg = kept | (value & address_mask(io));
}

u64 string_io_offset(const struct string_io *io, u64 index)
{
	return index & address_mask(io);
}

/* Items from @address to the end, or down to the beginning, of the block that it lies in. */
static u64 items_in_block(const struct string_io *io, u64 address, u64 block_bytes)
{
	u64 inside = address & (block_bytes - 1);

	if (inside + io->item_bytes > block_bytes)
		return 0;
	if (io->down)
		return inside / io->item_bytes + 1;
	return (block_bytes - inside) / io->item_bytes;
}

/* Before the offset wraps round. Nothing that fits in a page comes near it with 32 or 64 bits. */
static u64 items_before_wrap(const struct string_io *io, u64 index)
{
	u64 offset = string_io_offset(io, index);

	if (io->addr_bytes == 2)
		return items_in_block(io, offset, SZ_64K);
	if (io->down)
		return offset / io->item_bytes + 1;
	return (address_mask(io) - offset) / io->item_bytes;
}

u64 string_io_count(const struct string_io *io, u64 rcx)
{
	return io->rep ? rcx & address_mask(io) : 1;
}

void string_io_plan(const struct string_io *io, u64 rcx, u64 index, u64 linear, u32 buffer_bytes,
		    struct string_io_chunk *chunk)
{
	u64 count = string_io_count(io, rcx);
	u64 fit;

	fit = min(items_in_block(io, linear, SZ_4K), items_before_wrap(io, index));
	/* One item may cross a boundary, which then is the caller's to deal with. */
	fit = max(fit, 1ULL);
	fit = min(fit, (u64)(buffer_bytes / io->item_bytes));
	chunk->items = min(fit, count);
	chunk->bytes = chunk->items * io->item_bytes;
	chunk->linear = linear;
	if (io->down && chunk->items)
		chunk->linear -= chunk->bytes - io->item_bytes;
}

bool string_io_advance(const struct string_io *io, u32 items, u64 *rcx, u64 *index)
{
	u64 bytes = (u64)items * io->item_bytes;

	set_register(io, index, io->down ? *index - bytes : *index + bytes);
	if (!io->rep)
		return true;
	set_register(io, rcx, *rcx - items);
	return !(*rcx & address_mask(io));
}

void string_io_insn(const struct string_io *io, bool in, unsigned int seg, unsigned int len,
		    const struct insn_mode *mode, struct insn *insn)
{
	const struct insn_operand port = { .kind = INSN_OPERAND_PORT, .bytes = io->item_bytes };
	const struct insn_operand memory = {
		.kind = in ? INSN_OPERAND_DI : INSN_OPERAND_SI, .bytes = io->item_bytes,
	};

	*insn = (struct insn) {
		.mem = { .base = INSN_REG_NONE, .index = INSN_REG_NONE, .scale = 1, .seg = seg },
		.dst = in ? memory : port,
		.src = in ? port : memory,
		.mode = *mode,
		.op = in ? INSN_INS : INSN_OUTS,
		.len = len,
		.op_bytes = io->item_bytes,
		.addr_bytes = io->addr_bytes,
		.rep = io->rep ? INSN_REP : INSN_REP_NONE,
	};
}

void string_io_reverse(void *data, u32 item_bytes, u32 items)
{
	u8 *low = data, *high = low + (u64)items * item_bytes;
	u8 item[sizeof(u32)];

	while (high - low >= 2 * (s64)item_bytes) {
		high -= item_bytes;
		memcpy(item, low, item_bytes);
		memcpy(low, high, item_bytes);
		memcpy(high, item, item_bytes);
		low += item_bytes;
	}
}
