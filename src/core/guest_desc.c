// SPDX-License-Identifier: GPL-2.0
/*
 * Segment descriptors, as a load of a segment register finds them.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>

#include "guest_desc.h"

#define VECTOR_NP		11

#define SELECTOR_RPL		3U
#define SELECTOR_LDT		4U
#define SELECTOR_INDEX		0xfff8U
#define SELECTOR_ERROR		0xfffcU

#define DESC_ACCESSED		BIT_ULL(40)
#define DESC_P			BIT_ULL(47)
#define DESC_G			BIT_ULL(55)

#define AR_CONFORMING		BIT(2)
#define AR_S			BIT(4)
#define AR_DPL_SHIFT		5
#define AR_DPL(ar)		((ar) >> AR_DPL_SHIFT & 3)

static int desc_fault(u8 vector, u16 selector, struct guest_fault *fault)
{
	*fault = (struct guest_fault) {
		.vector = vector, .has_error = true, .error_code = selector & SELECTOR_ERROR,
	};
	return -EFAULT;
}

/* SS may be null only in 64-bit mode, and not for a program. */
static int load_null(const struct guest_desc_tables *tables, enum guest_seg_id which, u16 selector,
		     struct guest_seg *seg, struct guest_fault *fault)
{
	*seg = (struct guest_seg) { .access_rights = GUEST_SEG_AR_UNUSABLE };
	if (which != GUEST_SEG_SS)
		return 0;
	if (!tables->long_mode || tables->cpl == 3 || selector != tables->cpl)
		return desc_fault(GUEST_VECTOR_GP, 0, fault);
	seg->access_rights |= tables->cpl << AR_DPL_SHIFT;
	return 0;
}

static int desc_linear(const struct guest_desc_tables *tables, u16 selector, u64 *linear)
{
	bool local = selector & SELECTOR_LDT;

	if (local && (tables->ldt.access_rights & GUEST_SEG_AR_UNUSABLE))
		return -EFAULT;
	if ((u32)(selector | 7) > (local ? tables->ldt.limit : tables->gdt_limit))
		return -EFAULT;
	*linear = (local ? tables->ldt.base : tables->gdt_base) + (selector & SELECTOR_INDEX);
	return 0;
}

static void decode(u64 desc, struct guest_seg *seg)
{
	seg->base = (desc >> 16 & 0xffffff) | (desc >> 56 & 0xff) << 24;
	seg->limit = (desc & 0xffff) | (desc >> 48 & 15) << 16;
	if (desc & DESC_G)
		seg->limit = seg->limit << 12 | 0xfff;
	seg->access_rights = (desc >> 40 & 0xff) | (desc >> 52 & 15) << 12;
}

static bool fits(const struct guest_desc_tables *tables, enum guest_seg_id which, u16 selector,
		 u32 ar)
{
	unsigned int dpl = AR_DPL(ar), rpl = selector & SELECTOR_RPL;
	bool code = ar & GUEST_SEG_AR_CODE;

	if (!(ar & AR_S))
		return false;
	if (which == GUEST_SEG_SS)
		return !code && (ar & GUEST_SEG_AR_WRITE) && rpl == tables->cpl &&
		       dpl == tables->cpl;
	if (code && !(ar & GUEST_SEG_AR_WRITE))
		return false;
	return (code && (ar & AR_CONFORMING)) || dpl >= max_t(unsigned int, rpl, tables->cpl);
}

int guest_desc_load(const struct guest_desc_tables *tables, enum guest_seg_id which, u16 selector,
		    const struct guest_desc_ops *ops, void *ctx, struct guest_seg *seg,
		    struct guest_fault *fault)
{
	u64 linear, desc;
	int ret;

	if (!(selector & ~SELECTOR_RPL))
		return load_null(tables, which, selector, seg, fault);
	if (desc_linear(tables, selector, &linear))
		return desc_fault(GUEST_VECTOR_GP, selector, fault);
	ret = ops->read(ctx, linear, &desc, sizeof(desc), fault);
	if (ret)
		return ret;
	decode(desc | DESC_ACCESSED, seg);
	if (!fits(tables, which, selector, seg->access_rights))
		return desc_fault(GUEST_VECTOR_GP, selector, fault);
	if (!(desc & DESC_P))
		return desc_fault(which == GUEST_SEG_SS ? GUEST_VECTOR_SS : VECTOR_NP, selector,
				  fault);
	if (desc & DESC_ACCESSED)
		return 0;
	desc |= DESC_ACCESSED;
	return ops->write(ctx, linear, &desc, sizeof(desc), fault);
}
