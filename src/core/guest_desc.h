/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMH_GUEST_DESC_H
#define VMH_GUEST_DESC_H

#include <linux/types.h>

#include "guest_seg.h"

/**
 * struct guest_desc_tables - what decides which segment a selector leads to
 * @ldt: the LDT
 * @gdt_base: linear address of the GDT
 * @gdt_limit: its limit
 * @cpl: current privilege level, 0 to 3
 * @long_mode: in 64-bit mode
 */
struct guest_desc_tables {
	struct guest_seg ldt;
	u64 gdt_base;
	u32 gdt_limit;
	u8 cpl;
	bool long_mode;
};

/**
 * struct guest_desc_ops - how descriptors are reached, by linear address, as the processor itself
 * @read: read a descriptor; 0, -EFAULT with @fault filled, or another negative errno
 * @write: the opposite
 */
struct guest_desc_ops {
	int (*read)(void *ctx, u64 linear, void *buf, unsigned int len, struct guest_fault *fault);
	int (*write)(void *ctx, u64 linear, const void *buf, unsigned int len,
		     struct guest_fault *fault);
};

/**
 * guest_desc_load - what a data segment register holds after a load, in protected mode
 * @tables: the tables
 * @which: enum guest_seg_id, all but CS
 * @selector: what is loaded
 * @ops: reaches the descriptor
 * @ctx: handed to @ops
 * @seg: set: the hidden part
 * @fault: filled on -EFAULT
 *
 * SDM vol. 2, "MOV", protected mode exceptions. Marks the descriptor accessed. Any context that
 * @ops can live with.
 *
 * Return: 0; -EFAULT; or what @ops returned.
 */
int guest_desc_load(const struct guest_desc_tables *tables, enum guest_seg_id which, u16 selector,
		    const struct guest_desc_ops *ops, void *ctx, struct guest_seg *seg,
		    struct guest_fault *fault);

/**
 * guest_desc_load_system - what LDTR or the task register holds after a load
 * @tables: the tables; @long_mode decides how long a descriptor is
 * @is_tss: of a task-state segment, for TR; else of an LDT
 * @selector: what is loaded
 * @ops: reaches the descriptor
 * @ctx: handed to @ops
 * @seg: set: the hidden part
 * @fault: filled on -EFAULT
 *
 * SDM vol. 2, "LLDT" and "LTR", protected mode and 64-bit mode exceptions; the privilege level is
 * the caller's to check. Marks a TSS busy. Any context that @ops can live with.
 *
 * Return: 0; -EFAULT; or what @ops returned.
 */
int guest_desc_load_system(const struct guest_desc_tables *tables, bool is_tss, u16 selector,
			   const struct guest_desc_ops *ops, void *ctx, struct guest_seg *seg,
			   struct guest_fault *fault);

#endif
