/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_STRING_IO_H
#define VMH_STRING_IO_H

#include <linux/types.h>

#include "insn.h"

/**
 * struct string_io - an INS or OUTS instruction, as the exit information tells it
 * @item_bytes: 1, 2 or 4 (exit qualification, size of access)
 * @addr_bytes: 2, 4 or 8 (VM-exit instruction information, address size)
 * @rep: has a REP prefix (exit qualification)
 * @down: RFLAGS.DF is set: addresses go down
 */
struct string_io {
	u8 item_bytes;
	u8 addr_bytes;
	bool rep;
	bool down;
};

/**
 * struct string_io_chunk - items that can be moved in one go
 * @linear: lowest linear address of the chunk's memory
 * @items: how many; 0 only if REP meets a count of 0, or the buffer is too small for one
 * @bytes: @items times the size of one
 *
 * The memory lies in one page, unless it is one single item that crosses into the next.
 */
struct string_io_chunk {
	u64 linear;
	u32 items;
	u32 bytes;
};

/**
 * string_io_offset - the offset that INS or OUTS uses now
 * @io: the instruction
 * @index: RDI for INS, RSI for OUTS
 *
 * Return: @index cut to the address size.
 */
u64 string_io_offset(const struct string_io *io, u64 index);

/**
 * string_io_count - how many items the instruction has still to move
 * @io: the instruction
 * @rcx: RCX
 *
 * Return: RCX cut to the address size; 1 without REP.
 */
u64 string_io_count(const struct string_io *io, u64 rcx);

/**
 * string_io_plan - how many items can go at once
 * @io: the instruction
 * @rcx: RCX; counts in the address size, and only with REP
 * @index: RDI for INS, RSI for OUTS
 * @linear: linear address of the first item, made of its segment and string_io_offset()
 * @buffer_bytes: room for the items
 * @chunk: filled
 *
 * The chunk ends where the page, the buffer, the count or the offset's wrap-around ends. Segment
 * limits are not looked at: the caller checks the whole chunk with guest_linear(), and if that
 * faults goes on with one item, which either is all right or faults by itself. Any context.
 */
void string_io_plan(const struct string_io *io, u64 rcx, u64 index, u64 linear, u32 buffer_bytes,
		    struct string_io_chunk *chunk);

/**
 * string_io_advance - step over the items that were moved
 * @io: the instruction
 * @items: how many were moved, at most what string_io_plan() said
 * @rcx: RCX, updated if @io->rep
 * @index: RDI for INS, RSI for OUTS, updated
 *
 * Registers change as the address size has it: 16 bits keep what is above, 32 bits clear it.
 * Any context.
 *
 * Return: true if the instruction has ended and RIP goes past it.
 */
bool string_io_advance(const struct string_io *io, u32 items, u64 *rcx, u64 *index);

/**
 * string_io_insn - the instruction, for the emulator to execute
 * @io: what the exit information tells of it; @io->down does not count
 * @in: it is INS
 * @seg: an enum guest_seg_id: the segment of OUTS' memory
 * @len: length in bytes
 * @mode: the processor's mode
 * @insn: filled
 *
 * The processor has executed this instruction up to the port: it has checked that the guest may
 * access that. Bytes that are fetched from memory later may be another instruction's. So the
 * decoder does not know INS and OUTS, and nobody gets to a port by changing an instruction that
 * touched a device into one of them. Any context.
 */
void string_io_insn(const struct string_io *io, bool in, unsigned int seg, unsigned int len,
		    const struct insn_mode *mode, struct insn *insn);

/**
 * string_io_reverse - turn the order of items round
 * @data: the items
 * @item_bytes: size of one: 1, 2 or 4
 * @items: how many
 *
 * With DF set the item that goes first has the highest address; a port's buffer has it first.
 * Any context.
 */
void string_io_reverse(void *data, u32 item_bytes, u32 items);

#endif
