// SPDX-License-Identifier: GPL-2.0
/*
 * Segment descriptors, as a load of a segment register finds them.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>

#include "guest_desc.h"
#include "guest_walk.h"

#define VECTOR_NP		11

#define SELECTOR_RPL		3U
#define SELECTOR_LDT		4U
#define SELECTOR_INDEX		0xfff8U
#define SELECTOR_ERROR		0xfffcU

#define DESC_ACCESSED		BIT_ULL(40)
#define DESC_BUSY		BIT_ULL(41)
#define DESC_P			BIT_ULL(47)
#define DESC_G			BIT_ULL(55)

/* In the upper half of a system descriptor in 64-bit mode: where a type would be. */
#define DESC_UPPER_TYPE		GENMASK_ULL(44, 40)

#define AR_TYPE			0xfU
#define AR_TYPE_TSS16		1U
#define AR_TYPE_LDT		2U
#define AR_TYPE_TSS		9U
#define AR_BUSY			BIT(1)
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

/* There is no 16-bit TSS in 64-bit mode. */
static bool is_system(const struct guest_desc_tables *tables, bool is_tss, u32 ar)
{
	unsigned int type = ar & AR_TYPE;

	if (ar & AR_S)
		return false;
	if (!is_tss)
		return type == AR_TYPE_LDT;
	return type == AR_TYPE_TSS || (type == AR_TYPE_TSS16 && !tables->long_mode);
}

/* The upper half of the base, in 64-bit mode. */
static int read_upper(u64 linear, const struct guest_desc_ops *ops, void *ctx, u16 selector,
		      struct guest_seg *seg, struct guest_fault *fault)
{
	u64 upper;
	int ret = ops->read(ctx, linear + sizeof(upper), &upper, sizeof(upper), fault);

	if (ret)
		return ret;
	seg->base |= upper << 32;
	if ((upper & DESC_UPPER_TYPE) || !guest_is_canonical(seg->base))
		return desc_fault(GUEST_VECTOR_GP, selector, fault);
	return 0;
}

int guest_desc_load_system(const struct guest_desc_tables *tables, bool is_tss, u16 selector,
			   const struct guest_desc_ops *ops, void *ctx, struct guest_seg *seg,
			   struct guest_fault *fault)
{
	u32 last = tables->long_mode ? 15 : 7;
	u64 linear, desc;
	int ret;

	*seg = (struct guest_seg) { .access_rights = GUEST_SEG_AR_UNUSABLE };
	if (!(selector & ~SELECTOR_RPL))
		return is_tss ? desc_fault(GUEST_VECTOR_GP, 0, fault) : 0;
	if ((selector & SELECTOR_LDT) || (selector & SELECTOR_INDEX) + last > tables->gdt_limit)
		return desc_fault(GUEST_VECTOR_GP, selector, fault);
	linear = tables->gdt_base + (selector & SELECTOR_INDEX);
	ret = ops->read(ctx, linear, &desc, sizeof(desc), fault);
	if (ret)
		return ret;
	decode(desc, seg);
	if (!is_system(tables, is_tss, seg->access_rights))
		return desc_fault(GUEST_VECTOR_GP, selector, fault);
	if (!(desc & DESC_P))
		return desc_fault(VECTOR_NP, selector, fault);
	ret = tables->long_mode ? read_upper(linear, ops, ctx, selector, seg, fault) : 0;
	if (ret || !is_tss)
		return ret;
	desc |= DESC_BUSY;
	seg->access_rights |= AR_BUSY;
	return ops->write(ctx, linear, &desc, sizeof(desc), fault);
}
