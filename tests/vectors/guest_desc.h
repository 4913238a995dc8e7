/* SPDX-License-Identifier: GPL-2.0 */
/* Loads of segment registers: which descriptors do, and what the others raise. */
#ifndef VMH_VECTORS_GUEST_DESC_H
#define VMH_VECTORS_GUEST_DESC_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include <guest_desc.h>

#define DESC_DATA	0x00cf93000000ffffULL	/* flat, writable, accessed, DPL 0 */
#define DESC_DATA3	0x00cff3000000ffffULL	/* DPL 3 */
#define DESC_NEW	0x00cf92000000ffffULL	/* not accessed yet */
#define DESC_ABSENT	0x00cf13000000ffffULL
#define DESC_READ_ONLY	0x00cf91000000ffffULL
#define DESC_CODE	0x00cf99000000ffffULL	/* execute-only */
#define DESC_CODE_READ	0x00cf9b000000ffffULL
#define DESC_CONFORMING	0x00cf9f000000ffffULL
#define DESC_TSS	0x00008b0010000067ULL

#define DESC_TSS_FREE	0x0000890010000067ULL
#define DESC_TSS_BUSY	0x00008b0010000067ULL
#define DESC_TSS16_FREE	0x000081001000002bULL
#define DESC_TSS_ABSENT	0x0000090010000067ULL
#define DESC_LDT	0x0000820010000fffULL
#define DESC_LDT_FAR	0x1200820034000fffULL	/* base 0x12003400 */

#define DESC_LIMIT	0x2f		/* of the GDT: six entries */

/* In place of a segment register's number: LDTR and TR are loaded. */
#define GUEST_SEG_LDTR	(GUEST_SEG_COUNT + 1)
#define GUEST_SEG_TR	(GUEST_SEG_COUNT + 2)

/*
 * At the GDT's fifth entry there is @desc, and at the sixth @upper, if the GDT is @longer; the LDT
 * has five, if it is usable.
 */
struct guest_desc_case {
	const char *name;
	u64 desc;
	u8 which;
	u16 selector;
	u8 cpl;
	bool long_mode;
	bool ldt;
	u8 want_vector;
	u16 want_error;
	u64 want_written;	/* what the descriptor becomes, if it is written */
	u32 want_rights;
	bool longer;
	u64 upper;
	u64 want_base;
};

#define DESC(text, d, w, s, c, ...) \
	{ .name = text, .desc = DESC_##d, .which = GUEST_SEG_##w, .selector = (s), .cpl = (c), \
	  __VA_ARGS__ }
#define FAULT(v, e)	.want_vector = (v), .want_error = (e)
#define RIGHTS(r)	.want_rights = (r)
#define UPPER(high)	.long_mode = true, .longer = true, .upper = (high)

static const struct guest_desc_case guest_desc_cases[] = {
	DESC("data in DS", DATA, DS, 0x28, 0, RIGHTS(0xc093)),
	DESC("for a program", DATA3, ES, 0x2b, 3, RIGHTS(0xc0f3)),
	DESC("marked accessed", NEW, FS, 0x28, 0, RIGHTS(0xc093), .want_written = DESC_DATA),
	DESC("in the LDT", DATA, GS, 0x2c, 0, RIGHTS(0xc093), .ldt = true),
	DESC("no LDT", DATA, GS, 0x2c, 0, FAULT(13, 0x2c)),
	DESC("beyond the limit", DATA, DS, 0x30, 0, FAULT(13, 0x30)),
	DESC("kernel's data for a program", DATA, DS, 0x28, 3, FAULT(13, 0x28)),
	DESC("RPL below DPL", DATA, DS, 0x2b, 0, FAULT(13, 0x28)),
	DESC("absent", ABSENT, DS, 0x28, 0, FAULT(11, 0x28)),
	DESC("absent stack", ABSENT, SS, 0x28, 0, FAULT(12, 0x28)),
	DESC("read-only data", READ_ONLY, DS, 0x28, 0, RIGHTS(0xc091)),
	DESC("read-only stack", READ_ONLY, SS, 0x28, 0, FAULT(13, 0x28)),
	DESC("code to execute", CODE, DS, 0x28, 0, FAULT(13, 0x28)),
	DESC("code to read", CODE_READ, DS, 0x28, 0, RIGHTS(0xc09b)),
	DESC("code as stack", CODE_READ, SS, 0x28, 0, FAULT(13, 0x28)),
	DESC("conforming code", CONFORMING, DS, 0x2b, 3, RIGHTS(0xc09f)),
	DESC("a TSS", TSS, DS, 0x28, 0, FAULT(13, 0x28)),
	DESC("stack of another level", DATA3, SS, 0x2b, 0, FAULT(13, 0x28)),
	DESC("stack", DATA3, SS, 0x2b, 3, RIGHTS(0xc0f3)),
	DESC("null", DATA, DS, 3, 3, RIGHTS(0x10000)),
	DESC("null stack", DATA, SS, 0, 0, FAULT(13, 0)),
	DESC("null stack in 64-bit mode", DATA, SS, 1, 1, RIGHTS(0x10020), .long_mode = true),
	DESC("null stack of a program", DATA, SS, 3, 3, FAULT(13, 0), .long_mode = true),

	/* LLDT and LTR. */
	DESC("LDT", LDT, LDTR, 0x28, 0, RIGHTS(0x82), .want_base = 0x1000),
	DESC("LDT, RPL is nothing", LDT, LDTR, 0x2b, 0, RIGHTS(0x82), .want_base = 0x1000),
	DESC("no LDT", LDT, LDTR, 3, 0, RIGHTS(0x10000)),
	DESC("LDT in an LDT", LDT, LDTR, 0x2c, 0, FAULT(13, 0x2c), .ldt = true),
	DESC("LDT beyond the limit", LDT, LDTR, 0x30, 0, FAULT(13, 0x30)),
	DESC("a TSS as LDT", TSS_FREE, LDTR, 0x28, 0, FAULT(13, 0x28)),
	DESC("data as LDT", DATA, LDTR, 0x28, 0, FAULT(13, 0x28)),
	DESC("LDT in 64-bit mode", LDT_FAR, LDTR, 0x28, 0, RIGHTS(0x82), UPPER(0xffff8000),
	     .want_base = 0xffff800012003400),
	DESC("LDT cut by the limit", LDT, LDTR, 0x28, 0, FAULT(13, 0x28), .long_mode = true),
	DESC("LDT not canonical", LDT, LDTR, 0x28, 0, FAULT(13, 0x28), UPPER(0x8000)),
	DESC("LDT, a type above it", LDT, LDTR, 0x28, 0, FAULT(13, 0x28), UPPER(1ULL << 40)),
	DESC("LDT, the last bit of one", LDT, LDTR, 0x28, 0, FAULT(13, 0x28), UPPER(1ULL << 44)),
	DESC("LDT, ignored bits above it", LDT, LDTR, 0x28, 0, RIGHTS(0x82), UPPER(7ULL << 45),
	     .want_base = 0x1000),
	DESC("TSS", TSS_FREE, TR, 0x28, 0, RIGHTS(0x8b), .want_written = DESC_TSS_BUSY,
	     .want_base = 0x1000),
	DESC("16-bit TSS", TSS16_FREE, TR, 0x28, 0, RIGHTS(0x83), .want_base = 0x1000,
	     .want_written = DESC_TSS16_FREE | 1ULL << 41),
	DESC("TSS in 64-bit mode", TSS_FREE, TR, 0x28, 0, RIGHTS(0x8b), UPPER(0x7fff),
	     .want_written = DESC_TSS_BUSY, .want_base = 0x7fff00001000),
	DESC("16-bit TSS in 64-bit mode", TSS16_FREE, TR, 0x28, 0, FAULT(13, 0x28), UPPER(0)),
	DESC("busy TSS", TSS_BUSY, TR, 0x28, 0, FAULT(13, 0x28)),
	DESC("absent TSS", TSS_ABSENT, TR, 0x28, 0, FAULT(11, 0x28)),
	DESC("TSS not canonical", TSS_FREE, TR, 0x28, 0, FAULT(13, 0x28), UPPER(0x8000)),
	DESC("no TSS", TSS_FREE, TR, 0, 0, FAULT(13, 0)),
	DESC("TSS in an LDT", TSS_FREE, TR, 0x2c, 0, FAULT(13, 0x2c), .ldt = true),
	DESC("an LDT as TSS", LDT, TR, 0x28, 0, FAULT(13, 0x28)),
};

#undef UPPER
#undef DESC
#undef FAULT
#undef RIGHTS

struct guest_desc_world {
	u64 desc, upper;
	bool written;
};

static inline int guest_desc_world_read(void *ctx, u64 linear, void *buf, unsigned int len,
					struct guest_fault *fault)
{
	const struct guest_desc_world *world = ctx;

	(void)fault;
	if (linear == 0x1030 && len == sizeof(world->upper)) {
		memcpy(buf, &world->upper, len);
		return 0;
	}
	if ((linear != 0x1028 && linear != 0x2028) || len != sizeof(world->desc))
		return -EIO;
	memcpy(buf, &world->desc, len);
	return 0;
}

static inline int guest_desc_world_write(void *ctx, u64 linear, const void *buf, unsigned int len,
					 struct guest_fault *fault)
{
	struct guest_desc_world *world = ctx;

	(void)fault;
	if (linear != 0x1028 || len != sizeof(world->desc))
		return -EIO;
	memcpy(&world->desc, buf, len);
	world->written = true;
	return 0;
}

static inline int guest_desc_case_load(const struct guest_desc_case *c,
				       const struct guest_desc_tables *tables,
				       struct guest_desc_world *world, struct guest_seg *seg,
				       struct guest_fault *fault)
{
	static const struct guest_desc_ops ops = {
		.read = guest_desc_world_read,
		.write = guest_desc_world_write,
	};

	if (c->which > GUEST_SEG_COUNT)
		return guest_desc_load_system(tables, c->which == GUEST_SEG_TR, c->selector, &ops,
					      world, seg, fault);
	return guest_desc_load(tables, c->which, c->selector, &ops, world, seg, fault);
}

static inline bool guest_desc_case_ok(const struct guest_desc_case *c, char *why, size_t why_len)
{
	struct guest_desc_tables tables = {
		.gdt_base = 0x1000, .gdt_limit = DESC_LIMIT + (c->longer ? 8 : 0), .cpl = c->cpl,
		.long_mode = c->long_mode,
		.ldt = { .base = 0x2000, .limit = DESC_LIMIT,
			 .access_rights = c->ldt ? 0x82 : GUEST_SEG_AR_UNUSABLE },
	};
	struct guest_desc_world world = { .desc = c->desc, .upper = c->upper };
	struct guest_fault fault = { };
	struct guest_seg seg = { };
	int ret;

	ret = guest_desc_case_load(c, &tables, &world, &seg, &fault);
	snprintf(why, why_len, "returned %d, base %#llx, rights %#x, vector %u, error code %#x",
		 ret, (unsigned long long)seg.base, seg.access_rights, fault.vector,
		 fault.error_code);
	if (c->want_vector)
		return ret == -EFAULT && fault.vector == c->want_vector && fault.has_error &&
		       fault.error_code == c->want_error && !world.written;
	return !ret && seg.access_rights == c->want_rights &&
	       (c->which < GUEST_SEG_COUNT || seg.base == c->want_base) &&
	       world.written == !!c->want_written &&
	       (!world.written || world.desc == c->want_written);
}

#endif
