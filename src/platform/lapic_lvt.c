// SPDX-License-Identifier: GPL-2.0
/*
 * Local APIC: interrupts that arise at the processor itself: the local vector table, the LINT0 and
 * LINT1 inputs, and errors.
 */
#include "lapic_internal.h"

/*
 * Records an error. The first one since the error status register was last written interrupts; that
 * write arms the interrupt again. Intel SDM, "Error Handling".
 */
void lapic_error(struct lapic *l, u32 error)
{
	const u32 entry = lapic_reg_read(l, LAPIC_REG_LVT_ERROR);
	const bool first = !l->esr_pending;
	const u8 vector = entry & LAPIC_LVT_VECTOR;

	l->esr_pending |= error;
	if (!first || (entry & LAPIC_LVT_MASKED))
		return;
	if (vector < LAPIC_FIRST_VECTOR)
		l->esr_pending |= LAPIC_ESR_RECV_ILLEGAL;
	else
		lapic_accept(l, vector, false);
}

static void lapic_lvt_fire_fixed(struct lapic *l, enum lapic_lvt lvt, u32 entry,
				 struct lapic_effect *fx)
{
	const bool level = lvt == LAPIC_LVT_LINT0 && (entry & LAPIC_LVT_LEVEL);

	fx->flags |= LAPIC_FX_PENDING;
	if (!lapic_accept(l, entry & LAPIC_LVT_VECTOR, level) || !level)
		return;
	l->lint0_remote_irr = true;
	lapic_reg_write(l, LAPIC_REG_LVT_LINT0, entry | LAPIC_LVT_REMOTE_IRR);
}

/* Adds to the effect; see lapic_lvt_deliver(). */
void lapic_lvt_fire(struct lapic *l, enum lapic_lvt lvt, struct lapic_effect *fx)
{
	const u32 reg = lapic_lvt_reg(lvt);
	const u32 entry = lapic_reg_read(l, reg);

	if ((entry & LAPIC_LVT_MASKED) || !lapic_enabled(l))
		return;
	/* The handler has to unmask it: "Local Vector Table", bit 16. */
	if (lvt == LAPIC_LVT_PMC)
		lapic_reg_write(l, reg, entry | LAPIC_LVT_MASKED);

	switch (lapic_lvt_mode(entry)) {
	case IRQ_MSG_FIXED:
		lapic_lvt_fire_fixed(l, lvt, entry, fx);
		break;
	case IRQ_MSG_SMI:
		fx->flags |= LAPIC_FX_SMI;
		break;
	case IRQ_MSG_NMI:
		fx->flags |= LAPIC_FX_NMI;
		break;
	case IRQ_MSG_INIT:
		fx->flags |= LAPIC_FX_INIT;
		break;
	case IRQ_MSG_EXTINT:
		fx->flags |= LAPIC_FX_PIC;
		break;
	}
}

/**
 * lapic_lvt_deliver() - an event of the local vector table happens
 * @l: the APIC
 * @lvt: which
 * @fx: what follows: a fixed interrupt is requested here, another delivery mode is the caller's
 */
void lapic_lvt_deliver(struct lapic *l, enum lapic_lvt lvt, struct lapic_effect *fx)
{
	fx->flags = 0;
	lapic_lvt_fire(l, lvt, fx);
}

/* LINT0 alone can be level-sensitive, and only for a fixed interrupt. */
static bool lapic_lint0_is_level(const struct lapic *l)
{
	const u32 entry = lapic_reg_read(l, LAPIC_REG_LVT_LINT0);

	return (entry & LAPIC_LVT_LEVEL) && lapic_lvt_mode(entry) == IRQ_MSG_FIXED;
}

/**
 * lapic_set_lint() - the LINT0 or LINT1 input changes
 * @l: the APIC
 * @pin: 0 or 1
 * @level: asserted
 * @fx: what follows
 *
 * An 8259 that is wired to LINT0 in ExtINT mode needs no call: lapic_accept_pic() tells whether its
 * output reaches the processor.
 */
void lapic_set_lint(struct lapic *l, unsigned int pin, bool level, struct lapic_effect *fx)
{
	const enum lapic_lvt lvt = pin ? LAPIC_LVT_LINT1 : LAPIC_LVT_LINT0;
	bool was;

	fx->flags = 0;
	if (pin > 1)
		return;
	was = l->lint_level[pin];
	l->lint_level[pin] = level;
	if (!level)
		return;
	if (pin == 0 && lapic_lint0_is_level(l) ? !l->lint0_remote_irr : !was)
		lapic_lvt_fire(l, lvt, fx);
}

/* A vector left service: if it was LINT0's level interrupt and that is still asserted, again. */
void lapic_lint0_eoi(struct lapic *l, u8 vector, struct lapic_effect *fx)
{
	const u32 entry = lapic_reg_read(l, LAPIC_REG_LVT_LINT0);

	if ((entry & LAPIC_LVT_VECTOR) != vector)
		return;
	l->lint0_remote_irr = false;
	lapic_reg_write(l, LAPIC_REG_LVT_LINT0, entry & ~LAPIC_LVT_REMOTE_IRR);
	if (l->lint_level[0] && lapic_lint0_is_level(l))
		lapic_lvt_fire(l, LAPIC_LVT_LINT0, fx);
}

static void lapic_lint0_write(struct lapic *l, u32 entry, struct lapic_effect *fx)
{
	if (!(entry & LAPIC_LVT_LEVEL))
		l->lint0_remote_irr = false;
	if (l->lint0_remote_irr)
		entry |= LAPIC_LVT_REMOTE_IRR;
	lapic_reg_write(l, LAPIC_REG_LVT_LINT0, entry);
	if (l->lint_level[0] && lapic_lint0_is_level(l) && !l->lint0_remote_irr)
		lapic_lvt_fire(l, LAPIC_LVT_LINT0, fx);
}

/* Writes an entry whose read-only and reserved bits the caller cleared. Adds to the effect. */
void lapic_lvt_write(struct lapic *l, enum lapic_lvt lvt, u32 entry, u64 now,
		     struct lapic_effect *fx)
{
	if (!l->sw_enabled)
		entry |= LAPIC_LVT_MASKED;
	if (lvt == LAPIC_LVT_LINT0) {
		fx->flags |= LAPIC_FX_PIC;
		lapic_lint0_write(l, entry, fx);
		return;
	}
	/* The timer first settles what was due under the old entry. */
	if (lvt == LAPIC_LVT_TIMER) {
		fx->flags |= LAPIC_FX_TIMER | LAPIC_FX_PENDING;
		lapic_timer_set_lvt(l, entry, now);
		return;
	}
	lapic_reg_write(l, lapic_lvt_reg(lvt), entry);
}

/* Software disabled the APIC, which masks all entries. Adds to the effect. */
void lapic_lvt_mask_all(struct lapic *l, u64 now, struct lapic_effect *fx)
{
	int lvt;

	for (lvt = LAPIC_LVT_TIMER; lvt < LAPIC_LVT_NR; lvt++) {
		const u32 entry = lapic_reg_read(l, lapic_lvt_reg(lvt)) & ~LAPIC_LVT_REMOTE_IRR;

		lapic_lvt_write(l, lvt, entry | LAPIC_LVT_MASKED, now, fx);
	}
}

/**
 * lapic_accept_pic() - does the output of the 8259 pair reach this processor?
 * @l: the APIC
 *
 * It does through LINT0 in ExtINT mode, and past an APIC that is globally disabled, whose LINT0 pin
 * is the processor's INTR.
 *
 * Return: true if it does.
 */
bool lapic_accept_pic(const struct lapic *l)
{
	const u32 entry = lapic_reg_read(l, LAPIC_REG_LVT_LINT0);

	if (!lapic_enabled(l))
		return true;
	return !(entry & LAPIC_LVT_MASKED) && lapic_lvt_mode(entry) == IRQ_MSG_EXTINT;
}

/**
 * lapic_nmi_lint1() - does an NMI of the board reach this processor through LINT1?
 * @l: the APIC
 *
 * Return: true if it does.
 */
bool lapic_nmi_lint1(const struct lapic *l)
{
	const u32 entry = lapic_reg_read(l, LAPIC_REG_LVT_LINT1);

	if (!lapic_enabled(l))
		return true;
	return !(entry & LAPIC_LVT_MASKED) && lapic_lvt_mode(entry) == IRQ_MSG_NMI;
}
