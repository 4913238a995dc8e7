/* SPDX-License-Identifier: GPL-2.0 */
/* Segmentation: limits, types, expand-down, 64-bit mode. */
#ifndef VMH_VECTORS_GUEST_SEG_H
#define VMH_VECTORS_GUEST_SEG_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <guest_seg.h>

#define AR_DATA_RW	0xc093
#define AR_DATA_RO	0xc091
#define AR_DATA_DOWN	0xc097
#define AR_DATA_DOWN16	0x0097
#define AR_CODE_RX	0xc09b
#define AR_CODE_X	0xc099
#define AR_CODE_CONF_X	0xc09d
#define AR_VM86		0x00f3
#define AR_NULL		0x10000

struct guest_seg_case {
	const char *name;
	struct guest_seg seg;
	u8 id;
	u8 mode;
	u8 access;
	u8 len;
	u64 offset;
	u64 want_linear;
	u8 want_vector;
	bool want_no_error;
};

#define SEG(b, l, ar)	.seg = { .base = (b), .limit = (l), .access_rights = (ar) }
#define ON(i, m, a)	.id = GUEST_SEG_##i, .mode = GUEST_SEG_##m, .access = (a)
#define RD		0
#define WR		GUEST_ACCESS_WRITE
#define FETCH		GUEST_ACCESS_FETCH
#define GP		.want_vector = GUEST_VECTOR_GP
#define SS		.want_vector = GUEST_VECTOR_SS

static const struct guest_seg_case guest_seg_cases[] = {
	/* Real mode */
	{ "real: base is added", SEG(0xb8000, 0xffff, 0x93), ON(DS, REAL, WR), .len = 2,
	  .offset = 0x10, .want_linear = 0xb8010 },
	{ "real: last byte", SEG(0x10000, 0xffff, 0x93), ON(DS, REAL, RD), .len = 1,
	  .offset = 0xffff, .want_linear = 0x1ffff },
	{ "real: word over the end", SEG(0x10000, 0xffff, 0x93), ON(DS, REAL, RD), .len = 2,
	  .offset = 0xffff, GP, .want_no_error = true },
	{ "real: stack over the end", SEG(0x10000, 0xffff, 0x93), ON(SS, REAL, WR), .len = 4,
	  .offset = 0xfffe, SS, .want_no_error = true },
	{ "real: types do not count", SEG(0, 0xffff, AR_CODE_X), ON(CS, REAL, WR), .len = 1,
	  .offset = 5, .want_linear = 5 },
	{ "real: above 1 MiB", SEG(0xffff0, 0xffff, 0x93), ON(ES, REAL, RD), .len = 1,
	  .offset = 0xffff, .want_linear = 0x10ffef },
	{ "real: 4 GiB limit left from protected mode", SEG(0, ~0U, 0x8093), ON(DS, REAL, WR),
	  .len = 4, .offset = 0xfee00300, .want_linear = 0xfee00300 },

	/* Protected mode */
	{ "flat read", SEG(0, ~0U, AR_DATA_RW), ON(DS, PROTECTED, RD), .len = 4,
	  .offset = 0xfec00000, .want_linear = 0xfec00000 },
	{ "flat, last dword", SEG(0, ~0U, AR_DATA_RW), ON(DS, PROTECTED, WR), .len = 4,
	  .offset = 0xfffffffc, .want_linear = 0xfffffffc },
	{ "flat, past 4 GiB", SEG(0, ~0U, AR_DATA_RW), ON(DS, PROTECTED, WR), .len = 4,
	  .offset = 0xfffffffd, GP },
	{ "base wraps round", SEG(0xfffff000, ~0U, AR_DATA_RW), ON(DS, PROTECTED, RD), .len = 4,
	  .offset = 0x2000, .want_linear = 0x1000 },
	{ "byte limit, last byte", SEG(0x1000, 0x7ff, AR_DATA_RW), ON(DS, PROTECTED, RD),
	  .len = 1, .offset = 0x7ff, .want_linear = 0x17ff },
	{ "byte limit, dword over it", SEG(0x1000, 0x7ff, AR_DATA_RW), ON(DS, PROTECTED, RD),
	  .len = 4, .offset = 0x7fd, GP },
	{ "byte limit, stack over it", SEG(0x1000, 0x7ff, AR_DATA_RW), ON(SS, PROTECTED, RD),
	  .len = 4, .offset = 0x7fd, SS },
	{ "limit 0 is one byte", SEG(0, 0, AR_DATA_RW), ON(DS, PROTECTED, RD), .len = 1,
	  .offset = 0, .want_linear = 0 },
	{ "limit 0 is no word", SEG(0, 0, AR_DATA_RW), ON(DS, PROTECTED, RD), .len = 2,
	  .offset = 0, GP },
	{ "write to read-only data", SEG(0, ~0U, AR_DATA_RO), ON(DS, PROTECTED, WR), .len = 1,
	  GP },
	{ "read of read-only data", SEG(0, ~0U, AR_DATA_RO), ON(DS, PROTECTED, RD), .len = 1 },
	{ "write to code", SEG(0, ~0U, AR_CODE_RX), ON(CS, PROTECTED, WR), .len = 1, GP },
	{ "read of readable code", SEG(0, ~0U, AR_CODE_RX), ON(CS, PROTECTED, RD), .len = 1 },
	{ "read of execute-only code", SEG(0, ~0U, AR_CODE_X), ON(CS, PROTECTED, RD), .len = 1,
	  GP },
	{ "fetch from execute-only code", SEG(0x100, 0xfff, AR_CODE_X),
	  ON(CS, PROTECTED, FETCH), .len = 15, .offset = 0xff1, .want_linear = 0x10f1 },
	{ "fetch past the limit", SEG(0, 0xfff, AR_CODE_X), ON(CS, PROTECTED, FETCH), .len = 2,
	  .offset = 0xfff, GP },
	{ "conforming is not expand-down", SEG(0, 0xfff, AR_CODE_CONF_X),
	  ON(CS, PROTECTED, FETCH), .len = 1, .offset = 0x10, .want_linear = 0x10 },
	{ "null selector", SEG(0, 0, AR_NULL), ON(ES, PROTECTED, RD), .len = 1, GP },
	{ "null selector, fs", SEG(0, ~0U, AR_NULL | AR_DATA_RW), ON(FS, PROTECTED, WR),
	  .len = 1, GP },
	{ "virtual-8086 write through CS", SEG(0xf0000, 0xffff, AR_VM86),
	  ON(CS, PROTECTED, WR), .len = 2, .offset = 0x100, .want_linear = 0xf0100 },

	/* Expand-down */
	{ "down: at the limit", SEG(0, 0xfff, AR_DATA_DOWN), ON(SS, PROTECTED, RD), .len = 1,
	  .offset = 0xfff, SS },
	{ "down: above the limit", SEG(0, 0xfff, AR_DATA_DOWN), ON(SS, PROTECTED, RD),
	  .len = 4, .offset = 0x1000, .want_linear = 0x1000 },
	{ "down: 32-bit top", SEG(0, 0xfff, AR_DATA_DOWN), ON(DS, PROTECTED, WR), .len = 4,
	  .offset = 0xfffffffc, .want_linear = 0xfffffffc },
	{ "down: over the 32-bit top", SEG(0, 0xfff, AR_DATA_DOWN), ON(DS, PROTECTED, WR),
	  .len = 4, .offset = 0xfffffffe, GP },
	{ "down: 16-bit top", SEG(0, 0xfff, AR_DATA_DOWN16), ON(DS, PROTECTED, WR), .len = 2,
	  .offset = 0xfffe, .want_linear = 0xfffe },
	{ "down: over the 16-bit top", SEG(0, 0xfff, AR_DATA_DOWN16), ON(DS, PROTECTED, WR),
	  .len = 2, .offset = 0xffff, GP },

	/* 64-bit mode */
	{ "long: DS has no base", SEG(0x1000, 0, AR_NULL), ON(DS, LONG, WR), .len = 8,
	  .offset = 0xffff888000000000, .want_linear = 0xffff888000000000 },
	{ "long: GS has one", SEG(0xffff888000000000, 0, AR_NULL), ON(GS, LONG, RD), .len = 8,
	  .offset = 0x28, .want_linear = 0xffff888000000028 },
	{ "long: FS base and offset wrap", SEG(0x1000, 0, 0), ON(FS, LONG, RD), .len = 8,
	  .offset = -0x800LL, .want_linear = 0x800 },
	{ "long: last canonical byte", SEG(0, 0, 0), ON(DS, LONG, RD), .len = 1,
	  .offset = 0x7fffffffffff, .want_linear = 0x7fffffffffff },
	{ "long: over the canonical hole's edge", SEG(0, 0, 0), ON(DS, LONG, RD), .len = 2,
	  .offset = 0x7fffffffffff, GP },
	{ "long: in the hole", SEG(0, 0, 0), ON(DS, LONG, RD), .len = 1,
	  .offset = 0x800000000000, GP },
	{ "long: below the upper half", SEG(0, 0, 0), ON(DS, LONG, WR), .len = 8,
	  .offset = 0xffff7ffffffffff8, GP },
	{ "long: in the hole, stack", SEG(0, 0, 0), ON(SS, LONG, WR), .len = 8,
	  .offset = 0x1234567812345678, SS },
	{ "long: FS base leads into the hole", SEG(0x7ffffffff000, 0, 0), ON(FS, LONG, RD),
	  .len = 1, .offset = 0x1000, GP },
	{ "long: types do not count", SEG(0, 0, AR_DATA_RO), ON(ES, LONG, WR), .len = 1,
	  .offset = 0x1000, .want_linear = 0x1000 },
};

#undef SEG
#undef ON
#undef RD
#undef WR
#undef FETCH
#undef GP
#undef SS

static inline bool guest_seg_fault_ok(const struct guest_seg_case *c,
				      const struct guest_fault *fault, char *why, size_t why_len)
{
	if (fault->vector == c->want_vector && fault->has_error == !c->want_no_error &&
	    !fault->error_code)
		return true;
	snprintf(why, why_len, "vector %u, error code %#x (%s)", fault->vector,
		 fault->error_code, fault->has_error ? "pushed" : "none");
	return false;
}

static inline bool guest_seg_case_ok(const struct guest_seg_case *c, char *why, size_t why_len)
{
	struct guest_fault fault = { .error_code = 0xdead };
	u64 linear = 0;
	int ret;

	ret = guest_linear(&c->seg, c->id, c->mode, c->offset, c->len, c->access, &linear, &fault);
	if (ret != (c->want_vector ? -EFAULT : 0)) {
		snprintf(why, why_len, "returned %d", ret);
		return false;
	}
	if (ret)
		return guest_seg_fault_ok(c, &fault, why, why_len);
	if (linear == c->want_linear)
		return true;
	snprintf(why, why_len, "linear %#llx", (unsigned long long)linear);
	return false;
}

#endif
