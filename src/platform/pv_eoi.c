// SPDX-License-Identifier: GPL-2.0
/* Which interrupts a guest may end in memory. */
#include <linux/bits.h>

#include "pv_eoi.h"

#define PV_EOI_MSR_RESERVED	BIT_ULL(1)

bool pv_eoi_msr_valid(u64 value, unsigned int phys_bits)
{
	if (value & PV_EOI_MSR_RESERVED)
		return false;
	return !(value & PV_EOI_MSR_ENABLE) || !(value >> phys_bits);
}

static bool pv_eoi_is_level(const struct lapic *l, u8 vector)
{
	return lapic_page_read(l->regs, lapic_vector_reg(LAPIC_REG_TMR, vector)) & BIT(vector % 32);
}

/* Is something in service below @vector, the highest? */
static bool pv_eoi_nests(const struct lapic *l, u8 vector)
{
	u32 below = BIT(vector % 32) - 1;
	int i;

	for (i = vector / 32; i >= 0; i--) {
		if (lapic_page_read(l->regs, LAPIC_REG_ISR + i * 16) & below)
			return true;
		below = ~0U;
	}
	return false;
}

bool pv_eoi_may_offer(const struct lapic *l)
{
	const int vector = lapic_highest_isr(l);

	if (vector < 0 || lapic_highest_irr(l) >= 0 || !lapic_enabled(l))
		return false;
	return !l->lint0_remote_irr && !pv_eoi_is_level(l, vector) && !pv_eoi_nests(l, vector);
}
