// SPDX-License-Identifier: GPL-2.0
/*
 * Local APIC: with a processor that uses the register page by itself. With a TPR shadow it keeps
 * the task priority there. With virtual-interrupt delivery it delivers interrupts; what it knows of
 * the page beside the page is then the guest interrupt status: the highest vectors requested and in
 * service, 0 for none. Intel SDM, "APIC Virtualization and Virtual Interrupts".
 */
#include <linux/bitops.h>

#include "lapic_internal.h"

#define STATUS_IN_SERVICE_SHIFT	8

static u8 lapic_vector_or_0(int vector)
{
	return vector < 0 ? 0 : vector;
}

/**
 * lapic_intr_status() - the guest interrupt status that fits the state
 * @l: the APIC
 *
 * Return: for the VMCS; nothing is requested of an APIC that is globally disabled.
 */
u16 lapic_intr_status(const struct lapic *l)
{
	if (!lapic_enabled(l))
		return 0;
	return lapic_vector_or_0(l->irr_max) |
	       lapic_vector_or_0(l->isr_max) << STATUS_IN_SERVICE_SHIFT;
}

/**
 * lapic_set_intr_status() - the processor has changed the page
 * @l: the APIC
 * @status: guest interrupt status after it
 *
 * Vectors below 16 are never requested, so 0 means none.
 */
void lapic_set_intr_status(struct lapic *l, u16 status)
{
	const u8 requested = status, in_service = status >> STATUS_IN_SERVICE_SHIFT;

	if (!lapic_enabled(l))
		return;
	l->irr_max = requested ?: -1;
	l->isr_max = in_service ?: -1;
}

/**
 * lapic_tpr_threshold() - which task priority keeps a requested vector back
 * @l: the APIC
 *
 * Return: the class of the highest vector, which a TPR of a lower class lets through; 0 when there
 * is none, or the TPR does not keep it back.
 */
u8 lapic_tpr_threshold(const struct lapic *l)
{
	const u8 class = lapic_vector_or_0(l->irr_max) >> 4;

	return lapic_enabled(l) && lapic_get_cr8(l) >= class ? class : 0;
}

/**
 * lapic_eoi_exits() - which vectors' EOI has consequences elsewhere
 * @l: the APIC
 * @bitmap: 256 bits, for the EOI-exit bitmap
 *
 * Those of level-triggered interrupts, and of LINT0 while it waits for its EOI.
 */
void lapic_eoi_exits(const struct lapic *l, u64 bitmap[4])
{
	unsigned int i;
	u8 vector;

	for (i = 0; i < 4; i++)
		bitmap[i] = lapic_reg_read(l, LAPIC_REG_TMR + 32 * i) |
			    (u64)lapic_reg_read(l, LAPIC_REG_TMR + 32 * i + 16) << 32;
	if (l->lint0_remote_irr) {
		vector = lapic_reg_read(l, LAPIC_REG_LVT_LINT0) & LAPIC_LVT_VECTOR;
		bitmap[vector / 64] |= BIT_ULL(vector % 64);
	}
}
