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

#define DESC_LIMIT	0x2f		/* of the GDT: six entries */

/* At the GDT's fifth entry there is @desc; the LDT is as long, if it is usable. */
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
};

#define DESC(text, d, w, s, c, ...) \
	{ .name = text, .desc = DESC_##d, .which = GUEST_SEG_##w, .selector = (s), .cpl = (c), \
	  __VA_ARGS__ }
#define FAULT(v, e)	.want_vector = (v), .want_error = (e)
#define RIGHTS(r)	.want_rights = (r)

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
};

#undef DESC
#undef FAULT
#undef RIGHTS

struct guest_desc_world {
	u64 desc;
	bool written;
};

static inline int guest_desc_world_read(void *ctx, u64 linear, void *buf, unsigned int len,
					struct guest_fault *fault)
{
	const struct guest_desc_world *world = ctx;

	(void)fault;
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

static inline bool guest_desc_case_ok(const struct guest_desc_case *c, char *why, size_t why_len)
{
	static const struct guest_desc_ops ops = {
		.read = guest_desc_world_read,
		.write = guest_desc_world_write,
	};
	struct guest_desc_tables tables = {
		.gdt_base = 0x1000, .gdt_limit = DESC_LIMIT, .cpl = c->cpl,
		.long_mode = c->long_mode,
		.ldt = { .base = 0x2000, .limit = DESC_LIMIT,
			 .access_rights = c->ldt ? 0x82 : GUEST_SEG_AR_UNUSABLE },
	};
	struct guest_desc_world world = { .desc = c->desc };
	struct guest_fault fault = { };
	struct guest_seg seg = { };
	int ret;

	ret = guest_desc_load(&tables, c->which, c->selector, &ops, &world, &seg, &fault);
	snprintf(why, why_len, "returned %d, rights %#x, vector %u, error code %#x", ret,
		 seg.access_rights, fault.vector, fault.error_code);
	if (c->want_vector)
		return ret == -EFAULT && fault.vector == c->want_vector && fault.has_error &&
		       fault.error_code == c->want_error && !world.written;
	return !ret && seg.access_rights == c->want_rights &&
	       world.written == !!c->want_written &&
	       (!world.written || world.desc == c->want_written);
}

#endif
