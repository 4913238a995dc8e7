/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_GUEST_SEG_H
#define VMH_GUEST_SEG_H

#include <linux/bits.h>
#include <linux/types.h>

#include "guest_access.h"

/**
 * enum guest_seg_id - the segment registers, in the order of their encoding
 * @GUEST_SEG_ES: ES
 * @GUEST_SEG_CS: CS
 * @GUEST_SEG_SS: SS
 * @GUEST_SEG_DS: DS
 * @GUEST_SEG_FS: FS
 * @GUEST_SEG_GS: GS
 * @GUEST_SEG_COUNT: how many there are
 */
enum guest_seg_id {
	GUEST_SEG_ES,
	GUEST_SEG_CS,
	GUEST_SEG_SS,
	GUEST_SEG_DS,
	GUEST_SEG_FS,
	GUEST_SEG_GS,
	GUEST_SEG_COUNT,
};

/**
 * enum guest_seg_mode - which rules of segmentation hold
 * @GUEST_SEG_REAL: CR0.PE is clear: limits count, types do not, faults have no error code
 * @GUEST_SEG_PROTECTED: protected, virtual-8086 and compatibility mode
 * @GUEST_SEG_LONG: 64-bit mode: no limits, no types, only FS and GS have a base
 */
enum guest_seg_mode {
	GUEST_SEG_REAL,
	GUEST_SEG_PROTECTED,
	GUEST_SEG_LONG,
};

/**
 * enum guest_seg_ar - access-rights bits as a VMCS holds them (SDM vol. 3, "Guest Register State")
 * @GUEST_SEG_AR_WRITE: data: writable; code: readable
 * @GUEST_SEG_AR_DOWN: data: expand-down
 * @GUEST_SEG_AR_CODE: a code segment
 * @GUEST_SEG_AR_DB: data: a 32-bit upper bound when expanding down
 * @GUEST_SEG_AR_UNUSABLE: a null selector is loaded
 */
enum guest_seg_ar {
	GUEST_SEG_AR_WRITE = BIT(1),
	GUEST_SEG_AR_DOWN = BIT(2),
	GUEST_SEG_AR_CODE = BIT(3),
	GUEST_SEG_AR_DB = BIT(14),
	GUEST_SEG_AR_UNUSABLE = BIT(16),
};

/**
 * struct guest_seg - one segment register's hidden part
 * @base: linear address of its first byte
 * @limit: in bytes, granularity already applied
 * @access_rights: in the VMCS format
 */
struct guest_seg {
	u64 base;
	u32 limit;
	u32 access_rights;
};

/**
 * guest_linear - make a linear address from a segment and an offset
 * @seg: the segment
 * @id: which register it is: SS faults differently, and in 64-bit mode only FS and GS have a base
 * @mode: the rules that hold
 * @offset: already cut to the instruction's address size
 * @len: bytes accessed, at least 1
 * @access: enum guest_access bits
 * @linear: set on success; outside 64-bit mode it has 32 bits, past which @linear + @len may wrap
 * @fault: filled on -EFAULT
 *
 * SDM vol. 3, "Limit Checking", "Type Checking" and "Canonical Addressing". Any context.
 *
 * Return: 0, or -EFAULT with #GP(0) or #SS(0) in @fault.
 */
int guest_linear(const struct guest_seg *seg, enum guest_seg_id id, enum guest_seg_mode mode,
		 u64 offset, unsigned int len, unsigned int access, u64 *linear,
		 struct guest_fault *fault);

#endif
