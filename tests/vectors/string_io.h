/* SPDX-License-Identifier: GPL-2.0 */
/* How far INS and OUTS get in one go, and the registers after it. */
#ifndef VMH_VECTORS_STRING_IO_H
#define VMH_VECTORS_STRING_IO_H

#include <linux/kernel.h>
#include <string_io.h>

struct string_io_case {
	const char *name;
	struct string_io io;
	u64 rcx;
	u64 index;
	u64 base;		/* of the segment; 0 if omitted */
	u32 buffer_bytes;	/* 4096 if omitted */
	u64 want_linear;
	u32 want_items;
	u64 want_rcx;
	u64 want_index;
	bool want_more;		/* the instruction has not ended */
};

#define IO(items, addrs, ...)	.io = { .item_bytes = (items), .addr_bytes = (addrs), __VA_ARGS__ }
#define REP	.rep = true
#define DOWN	.down = true

static const struct string_io_case string_io_cases[] = {
	{ "one byte", IO(1, 8), .rcx = 7, .index = 0x1234, .want_linear = 0x1234,
	  .want_items = 1, .want_rcx = 7, .want_index = 0x1235 },
	{ "one dword, down", IO(4, 8, DOWN), .index = 0x1000, .want_linear = 0x1000,
	  .want_items = 1, .want_index = 0xffc },
	{ "one dword, down past 0", IO(4, 8, DOWN), .index = 0, .want_items = 1,
	  .want_index = -4ULL },
	{ "rep, all fit", IO(2, 8, REP), .rcx = 256, .index = 0x1000, .want_linear = 0x1000,
	  .want_items = 256, .want_index = 0x1200 },
	{ "rep, whole page", IO(4, 8, REP), .rcx = 1024, .index = 0x2000,
	  .want_linear = 0x2000, .want_items = 1024, .want_index = 0x3000 },
	{ "rep, page and one more", IO(4, 8, REP), .rcx = 1025, .index = 0x2000,
	  .want_linear = 0x2000, .want_items = 1024, .want_rcx = 1, .want_index = 0x3000,
	  .want_more = true },
	{ "rep, up to the page's end", IO(2, 8, REP), .rcx = 100, .index = 0x1ffa,
	  .want_linear = 0x1ffa, .want_items = 3, .want_rcx = 97, .want_index = 0x2000,
	  .want_more = true },
	{ "rep, odd tail of the page", IO(4, 8, REP), .rcx = 100, .index = 0x1ff6,
	  .want_linear = 0x1ff6, .want_items = 2, .want_rcx = 98, .want_index = 0x1ffe,
	  .want_more = true },
	{ "rep, item over the page's end", IO(4, 8, REP), .rcx = 100, .index = 0x1ffe,
	  .want_linear = 0x1ffe, .want_items = 1, .want_rcx = 99, .want_index = 0x2002,
	  .want_more = true },
	{ "rep, page counted in linear addresses", IO(2, 4, REP), .rcx = 100, .index = 0x10,
	  .base = 0xfe8, .want_linear = 0xff8, .want_items = 4, .want_rcx = 96,
	  .want_index = 0x18, .want_more = true },
	{ "rep, small buffer", IO(4, 8, REP), .rcx = 100, .index = 0x1000,
	  .buffer_bytes = 1023, .want_linear = 0x1000, .want_items = 100,
	  .want_index = 0x1190 },
	{ "rep, smaller buffer", IO(4, 8, REP), .rcx = 100, .index = 0x1000,
	  .buffer_bytes = 67, .want_linear = 0x1000, .want_items = 16, .want_rcx = 84,
	  .want_index = 0x1040, .want_more = true },
	{ "rep, buffer below one item", IO(4, 8, REP), .rcx = 100, .index = 0x1000,
	  .buffer_bytes = 3, .want_linear = 0x1000, .want_rcx = 100, .want_index = 0x1000,
	  .want_more = true },
	{ "rep, count 0", IO(1, 8, REP), .index = 0x1000, .want_linear = 0x1000,
	  .want_index = 0x1000 },
	{ "rep, down", IO(2, 8, REP, DOWN), .rcx = 4, .index = 0x1ffe, .want_linear = 0x1ff8,
	  .want_items = 4, .want_index = 0x1ff6 },
	{ "rep, down to the page's start", IO(4, 8, REP, DOWN), .rcx = 100, .index = 0x2008,
	  .want_linear = 0x2000, .want_items = 3, .want_rcx = 97, .want_index = 0x1ffc,
	  .want_more = true },
	{ "rep, down, item over the page's end", IO(4, 8, REP, DOWN), .rcx = 100,
	  .index = 0x1ffd, .want_linear = 0x1ffd, .want_items = 1, .want_rcx = 99,
	  .want_index = 0x1ff9, .want_more = true },
	{ "rep, down, odd", IO(4, 8, REP, DOWN), .rcx = 100, .index = 0x2006,
	  .want_linear = 0x2002, .want_items = 2, .want_rcx = 98, .want_index = 0x1ffe,
	  .want_more = true },
	{ "rep, down to the segment's start", IO(2, 4, REP, DOWN), .rcx = 100, .index = 4,
	  .base = 0x100, .want_linear = 0x100, .want_items = 3, .want_rcx = 97,
	  .want_index = 0xfffffffe, .want_more = true },
	{ "16 bits: count and index", IO(1, 2, REP), .rcx = 0x10005, .index = 0xabcd0100,
	  .base = 0x10000, .want_linear = 0x10100, .want_items = 5, .want_rcx = 0x10000,
	  .want_index = 0xabcd0105 },
	{ "16 bits: index wraps", IO(2, 2, REP), .rcx = 10, .index = 0xfffc,
	  .base = 0x10000, .want_linear = 0x1fffc, .want_items = 2, .want_rcx = 8,
	  .want_index = 0, .want_more = true },
	{ "16 bits: index wraps inside a page", IO(2, 2, REP), .rcx = 10, .index = 0xfffc,
	  .base = 0x10100, .want_linear = 0x200fc, .want_items = 2, .want_rcx = 8,
	  .want_index = 0, .want_more = true },
	{ "16 bits: index wraps down", IO(2, 2, REP, DOWN), .rcx = 10, .index = 2,
	  .base = 0x10100, .want_linear = 0x10100, .want_items = 2, .want_rcx = 8,
	  .want_index = 0xfffe, .want_more = true },
	{ "32 bits: upper halves are cleared", IO(4, 4, REP), .rcx = 0x100000002,
	  .index = 0x200001000, .want_linear = 0x1000, .want_items = 2,
	  .want_index = 0x1008 },
	{ "32 bits: index wraps", IO(1, 4), .index = 0xffffffff, .want_linear = 0xffffffff,
	  .want_items = 1, .want_index = 0 },
	{ "64 bits: large count", IO(1, 8, REP), .rcx = ~0ULL, .index = 0xffff888000000ff0,
	  .want_linear = 0xffff888000000ff0, .want_items = 16, .want_rcx = ~0ULL - 16,
	  .want_index = 0xffff888000001000, .want_more = true },
};

#undef IO
#undef REP
#undef DOWN

static inline bool string_io_case_ok(const struct string_io_case *c, char *why, size_t why_len)
{
	u64 rcx = c->rcx, index = c->index;
	struct string_io_chunk chunk;
	bool ended;

	string_io_plan(&c->io, rcx, index, c->base + string_io_offset(&c->io, index),
		       c->buffer_bytes ?: 4096, &chunk);
	if (chunk.items != c->want_items || chunk.linear != c->want_linear ||
	    chunk.bytes != c->want_items * c->io.item_bytes) {
		snprintf(why, why_len, "%u items, %u bytes at %#llx", chunk.items, chunk.bytes,
			 (unsigned long long)chunk.linear);
		return false;
	}
	if (!chunk.items && c->rcx)
		return true;
	ended = string_io_advance(&c->io, chunk.items, &rcx, &index);
	if (ended != c->want_more && rcx == c->want_rcx && index == c->want_index)
		return true;
	snprintf(why, why_len, "RCX %#llx, index %#llx, %s", (unsigned long long)rcx,
		 (unsigned long long)index, ended ? "ended" : "not ended");
	return false;
}

#endif
