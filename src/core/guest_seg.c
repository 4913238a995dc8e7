// SPDX-License-Identifier: GPL-2.0
/*
 * Segmentation: from a segment and an offset to a linear address.
 */
#include <linux/errno.h>
#include <linux/limits.h>

#include "guest_seg.h"
#include "guest_walk.h"

static int seg_fault(enum guest_seg_id id, enum guest_seg_mode mode, struct guest_fault *fault)
{
	*fault = (struct guest_fault) {
		.vector = id == GUEST_SEG_SS ? GUEST_VECTOR_SS : GUEST_VECTOR_GP,
		.has_error = mode != GUEST_SEG_REAL,
	};
	return -EFAULT;
}

static bool type_allows(u32 access_rights, unsigned int access)
{
	if (access_rights & GUEST_SEG_AR_UNUSABLE)
		return false;
	if (access & GUEST_ACCESS_FETCH)
		return true;
	if (access & GUEST_ACCESS_WRITE)
		return (access_rights & (GUEST_SEG_AR_CODE | GUEST_SEG_AR_WRITE)) ==
		       GUEST_SEG_AR_WRITE;
	/* Data can always be read, code only if its type says so, with the same bit. */
	return (access_rights & GUEST_SEG_AR_WRITE) || !(access_rights & GUEST_SEG_AR_CODE);
}

static bool expands_down(u32 access_rights)
{
	return (access_rights & (GUEST_SEG_AR_CODE | GUEST_SEG_AR_DOWN)) == GUEST_SEG_AR_DOWN;
}

static bool limit_allows(const struct guest_seg *seg, u64 offset, unsigned int len)
{
	u64 last = offset + len - 1;

	if (last < offset)
		return false;
	if (!expands_down(seg->access_rights))
		return last <= seg->limit;
	return offset > seg->limit &&
	       last <= (seg->access_rights & GUEST_SEG_AR_DB ? U32_MAX : U16_MAX);
}

static int linear_long(const struct guest_seg *seg, enum guest_seg_id id, u64 offset,
		       unsigned int len, u64 *linear, struct guest_fault *fault)
{
	u64 first = offset;

	if (id == GUEST_SEG_FS || id == GUEST_SEG_GS)
		first += seg->base;
	if (!guest_is_canonical(first) || !guest_is_canonical(first + len - 1))
		return seg_fault(id, GUEST_SEG_LONG, fault);
	*linear = first;
	return 0;
}

int guest_linear(const struct guest_seg *seg, enum guest_seg_id id, enum guest_seg_mode mode,
		 u64 offset, unsigned int len, unsigned int access, u64 *linear,
		 struct guest_fault *fault)
{
	if (mode == GUEST_SEG_LONG)
		return linear_long(seg, id, offset, len, linear, fault);
	if (mode == GUEST_SEG_PROTECTED && !type_allows(seg->access_rights, access))
		return seg_fault(id, mode, fault);
	if (!limit_allows(seg, offset, len))
		return seg_fault(id, mode, fault);
	*linear = (u32)(seg->base + offset);
	return 0;
}
