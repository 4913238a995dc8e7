/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the files of the local APIC share among themselves.
 */
#ifndef VMH_LAPIC_INTERNAL_H
#define VMH_LAPIC_INTERNAL_H

#include "lapic.h"

#define LAPIC_REGS_BYTES	0x400	/* of the page; the rest is reserved */
#define LAPIC_LVT_NR		(LAPIC_LVT_ERROR + 1)
#define LAPIC_ICR_KNOWN		(LAPIC_LVT_VECTOR | LAPIC_LVT_MODE | LAPIC_ICR_LOGICAL | \
				 LAPIC_ICR_ASSERT | LAPIC_ICR_LEVEL | \
				 3u << LAPIC_ICR_SHORTHAND_SHIFT)
#define LAPIC_FIRST_VECTOR	16	/* lower ones are for exceptions */

static inline u32 lapic_reg_read(const struct lapic *l, u32 reg)
{
	return lapic_page_read(l->regs, reg);
}

static inline void lapic_reg_write(struct lapic *l, u32 reg, u32 val)
{
	lapic_page_write(l->regs, reg, val);
}

static inline u32 lapic_lvt_reg(enum lapic_lvt lvt)
{
	return LAPIC_REG_LVT + lvt * 16;
}

static inline u8 lapic_lvt_mode(u32 entry)
{
	return (entry & LAPIC_LVT_MODE) >> LAPIC_MODE_SHIFT;
}

/* lapic.c */
u32 lapic_update_ppr(struct lapic *l);

/* lapic_lvt.c */
void lapic_error(struct lapic *l, u32 error);
void lapic_lvt_fire(struct lapic *l, enum lapic_lvt lvt, struct lapic_effect *fx);
void lapic_lvt_write(struct lapic *l, enum lapic_lvt lvt, u32 entry, u64 now,
		     struct lapic_effect *fx);
void lapic_lvt_mask_all(struct lapic *l, u64 now, struct lapic_effect *fx);
void lapic_lint0_eoi(struct lapic *l, u8 vector, struct lapic_effect *fx);

/* lapic_timer.c */
void lapic_timer_set_count(struct lapic *l, u32 count, u64 now);
void lapic_timer_set_divide(struct lapic *l, u32 config, u64 now);
void lapic_timer_set_lvt(struct lapic *l, u32 entry, u64 now);
u32 lapic_timer_count(const struct lapic *l, u64 now);
void lapic_timer_restore(struct lapic *l, u32 current_count, u64 now);

#endif
