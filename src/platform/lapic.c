// SPDX-License-Identifier: GPL-2.0
/*
 * Local APIC: reset, modes, and the interrupt file: what is requested (IRR), in service (ISR), and
 * deliverable at the processor's priority (PPR).
 */
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "lapic_internal.h"

/* Until lapic_set_features(): what a processor has whose CPUID does not say. */
#define LAPIC_PHYS_BITS_DEFAULT	36

static void lapic_vector_set(struct lapic *l, u32 bank, u8 vector)
{
	const u32 reg = lapic_vector_reg(bank, vector);

	lapic_reg_write(l, reg, lapic_reg_read(l, reg) | BIT(vector % 32));
}

static void lapic_vector_clear(struct lapic *l, u32 bank, u8 vector)
{
	const u32 reg = lapic_vector_reg(bank, vector);

	lapic_reg_write(l, reg, lapic_reg_read(l, reg) & ~BIT(vector % 32));
}

static bool lapic_vector_test(const struct lapic *l, u32 bank, u8 vector)
{
	return lapic_reg_read(l, lapic_vector_reg(bank, vector)) & BIT(vector % 32);
}

/* None above @most is set. */
static int lapic_vector_highest(const struct lapic *l, u32 bank, u8 most)
{
	int i;

	for (i = most / 32; i >= 0; i--) {
		const u32 word = lapic_reg_read(l, bank + i * 16);

		if (word)
			return i * 32 + fls(word) - 1;
	}
	return -1;
}

/*
 * The registers whose contents depend on the mode: the id has 8 bits on top or all 32; an x2APIC's
 * logical id follows from its id; and its ICR is one register of 64 bits.
 */
static void lapic_load_mode_regs(struct lapic *l)
{
	lapic_reg_write(l, LAPIC_REG_ICR + 4, 0);
	lapic_reg_write(l, LAPIC_REG_ICR2, 0);
	if (lapic_x2apic(l)) {
		lapic_reg_write(l, LAPIC_REG_ID, l->id);
		lapic_reg_write(l, LAPIC_REG_LDR, (l->id >> 4) << 16 | BIT(l->id & 0xf));
	} else {
		lapic_reg_write(l, LAPIC_REG_ID, l->id << 24);
		lapic_reg_write(l, LAPIC_REG_LDR, 0);
	}
}

static void lapic_load_version(struct lapic *l)
{
	u32 version = LAPIC_VERSION;

	if (l->features & LAPIC_HAS_EOI_SUPPRESSION)
		version |= LAPIC_VERSION_EOI_SUPPRESSION;
	lapic_reg_write(l, LAPIC_REG_VERSION, version);
}

static void lapic_reset_regs(struct lapic *l)
{
	int lvt;

	memset(l->regs, 0, LAPIC_REGS_BYTES);
	lapic_load_version(l);
	lapic_load_mode_regs(l);
	lapic_reg_write(l, LAPIC_REG_DFR, ~0u);
	lapic_reg_write(l, LAPIC_REG_SVR, 0xff);
	for (lvt = LAPIC_LVT_TIMER; lvt < LAPIC_LVT_NR; lvt++)
		lapic_reg_write(l, lapic_lvt_reg(lvt), LAPIC_LVT_MASKED);
	if (l->bsp && (l->features & LAPIC_RESETS_TO_EXTINT))
		lapic_reg_write(l, LAPIC_REG_LVT_LINT0, IRQ_MSG_EXTINT << LAPIC_MODE_SHIFT);
	l->esr_pending = 0;
	l->lint0_remote_irr = false;
	lapic_timer_restore(l, 0, 0);
	lapic_recompute(l);
}

/**
 * lapic_init() - power up a local APIC
 * @l: the APIC
 * @regs: its register page, 4 KiB, which stays the caller's
 * @id: its x2APIC id
 * @bsp: it is the bootstrap processor's
 *
 * It has no optional feature until lapic_set_features().
 */
void lapic_init(struct lapic *l, void *regs, u32 id, bool bsp)
{
	memset(l, 0, sizeof(*l));
	l->regs = regs;
	l->id = id;
	l->bsp = bsp;
	l->phys_bits = LAPIC_PHYS_BITS_DEFAULT;
	l->timer.floor_ns = LAPIC_TIMER_FLOOR_NS;
	l->timer.bus_ns = LAPIC_BUS_PERIOD_NS;
	lapic_reset(l, false);
}

/**
 * lapic_set_features() - say what the APIC offers
 * @l: the APIC
 * @features: enum lapic_feature
 * @phys_bits: width of a guest-physical address, 32 to 52
 *
 * For when CPUID is set. LAPIC_RESETS_TO_EXTINT shows at the next reset.
 */
void lapic_set_features(struct lapic *l, u32 features, u8 phys_bits)
{
	l->features = features;
	l->phys_bits = clamp_t(u8, phys_bits, 32, 52);
	lapic_load_version(l);
}

/**
 * lapic_reset() - reset a local APIC
 * @l: the APIC
 * @init_only: an INIT, which leaves IA32_APIC_BASE and so the mode; otherwise as at power-up
 *
 * Intel SDM, "Local APIC State After It Has Been Reset" and "x2APIC States". Everything that
 * enum lapic_fx names may have changed.
 */
void lapic_reset(struct lapic *l, bool init_only)
{
	if (!init_only)
		l->base = LAPIC_BASE_DEFAULT | LAPIC_BASE_ENABLE | (l->bsp ? LAPIC_BASE_BSP : 0);
	lapic_reset_regs(l);
}

/* Intel SDM, "x2APIC State Transitions": x2APIC is entered from xAPIC and left by disabling. */
static bool lapic_may_change_mode(u64 from, u64 to)
{
	if (from == to)
		return true;
	if (to == (LAPIC_BASE_ENABLE | LAPIC_BASE_X2APIC))
		return from == LAPIC_BASE_ENABLE;
	return to == 0 || from == 0;
}

/**
 * lapic_check_base() - can IA32_APIC_BASE be changed so?
 * @from: its value
 * @to: the new one
 * @has_x2apic: there is an x2APIC mode
 * @phys_bits: width of a guest-physical address
 * @host_initiated: restores state: any valid mode may follow any other
 *
 * Return: 0, or -EINVAL for reserved bits, a mode that there is not, or a transition that is
 * illegal: the guest gets #GP.
 */
int lapic_check_base(u64 from, u64 to, bool has_x2apic, u8 phys_bits, bool host_initiated)
{
	const u64 mode_bits = LAPIC_BASE_ENABLE | LAPIC_BASE_X2APIC;
	u64 known = GENMASK_ULL(phys_bits - 1, 12) | LAPIC_BASE_BSP | LAPIC_BASE_ENABLE;

	if (has_x2apic)
		known |= LAPIC_BASE_X2APIC;
	if ((to & ~known) || (to & mode_bits) == LAPIC_BASE_X2APIC)
		return -EINVAL;
	if (!host_initiated && !lapic_may_change_mode(from & mode_bits, to & mode_bits))
		return -EINVAL;
	return 0;
}

/**
 * lapic_set_base() - write IA32_APIC_BASE
 * @l: the APIC
 * @val: new value
 * @host_initiated: restores state: any valid mode may follow any other, and no register is lost
 *	but those whose contents depend on the mode
 *
 * A guest that disables the APIC resets its registers. Everything that enum lapic_fx names may
 * have changed.
 *
 * Return: 0, or -EINVAL for reserved bits, a mode that there is not, or a transition that is
 * illegal: the guest gets #GP.
 */
int lapic_set_base(struct lapic *l, u64 val, bool host_initiated)
{
	const u64 mode_bits = LAPIC_BASE_ENABLE | LAPIC_BASE_X2APIC;
	const u64 from = l->base & mode_bits, to = val & mode_bits;
	int ret = lapic_check_base(l->base, val, l->features & LAPIC_HAS_X2APIC, l->phys_bits,
				   host_initiated);

	if (ret)
		return ret;
	l->base = val;
	if (from == to)
		return 0;
	if (!to && !host_initiated)
		lapic_reset_regs(l);
	else if ((from ^ to) & LAPIC_BASE_X2APIC)
		lapic_load_mode_regs(l);
	return 0;
}

/**
 * lapic_recompute() - rebuild what is derived from the register page
 * @l: the APIC
 *
 * For after the page was changed by something else: a processor with APIC virtualisation.
 */
void lapic_recompute(struct lapic *l)
{
	l->irr_max = lapic_vector_highest(l, LAPIC_REG_IRR, 255);
	l->isr_max = lapic_vector_highest(l, LAPIC_REG_ISR, 255);
	l->sw_enabled = lapic_reg_read(l, LAPIC_REG_SVR) & LAPIC_SVR_ENABLE;
	lapic_update_ppr(l);
}

/* Intel SDM, "Task and Processor Priorities". */
u32 lapic_update_ppr(struct lapic *l)
{
	const u32 tpr = lapic_get_tpr(l);
	const u32 isrv = l->isr_max < 0 ? 0 : l->isr_max;
	const u32 ppr = (tpr & 0xf0) >= (isrv & 0xf0) ? tpr : isrv & 0xf0;

	lapic_reg_write(l, LAPIC_REG_PPR, ppr);
	return ppr;
}

/**
 * lapic_accept() - take a fixed or lowest-priority interrupt
 * @l: the APIC
 * @vector: vector
 * @level_triggered: its EOI is to be broadcast
 *
 * Return: true if it is now requested; false if the APIC is disabled or the vector below 16, which
 * is an error that it records.
 */
bool lapic_accept(struct lapic *l, u8 vector, bool level_triggered)
{
	if (!l->sw_enabled || !lapic_enabled(l))
		return false;
	if (vector < LAPIC_FIRST_VECTOR) {
		lapic_error(l, LAPIC_ESR_RECV_ILLEGAL);
		return false;
	}
	if (level_triggered)
		lapic_vector_set(l, LAPIC_REG_TMR, vector);
	else
		lapic_vector_clear(l, LAPIC_REG_TMR, vector);
	lapic_vector_set(l, LAPIC_REG_IRR, vector);
	l->irr_max = max_t(int, l->irr_max, vector);
	return true;
}

/**
 * lapic_deliverable() - the requested vector that the priorities let through
 * @l: the APIC
 *
 * A vector requested before software disabled the APIC is still delivered. The task priority is
 * read afresh, because a TPR shadow changes it without an exit. Callers that expect nothing to be
 * requested call lapic_highest_pending(), which is inline.
 *
 * Return: the vector, or -1.
 */
int lapic_deliverable(struct lapic *l)
{
	const u32 ppr = lapic_update_ppr(l);

	if (!lapic_enabled(l) || l->irr_max < 0 || (l->irr_max & 0xf0) <= (int)(ppr & 0xf0))
		return -1;
	return l->irr_max;
}

/**
 * lapic_ack() - the processor takes a vector: from requested to in service
 * @l: the APIC
 * @vector: what lapic_highest_pending() said
 */
void lapic_ack(struct lapic *l, u8 vector)
{
	lapic_vector_clear(l, LAPIC_REG_IRR, vector);
	lapic_vector_set(l, LAPIC_REG_ISR, vector);
	l->irr_max = lapic_vector_highest(l, LAPIC_REG_IRR, vector);
	l->isr_max = max_t(int, l->isr_max, vector);
	lapic_update_ppr(l);
}

/**
 * lapic_eoi_induced() - the processor virtualised an EOI and exited because of it
 * @l: the APIC
 * @vector: the vector that left service
 * @fx: what follows
 */
void lapic_eoi_induced(struct lapic *l, u8 vector, struct lapic_effect *fx)
{
	const bool suppress = lapic_reg_read(l, LAPIC_REG_SVR) & LAPIC_SVR_EOI_SUPPRESS;

	fx->flags = LAPIC_FX_PENDING;
	fx->eoi_vector = vector;
	if (!lapic_vector_test(l, LAPIC_REG_TMR, vector))
		fx->flags |= LAPIC_FX_EOI_EDGE;
	else if (!suppress)
		fx->flags |= LAPIC_FX_EOI;
	if (l->lint0_remote_irr)
		lapic_lint0_eoi(l, vector, fx);
}

/**
 * lapic_eoi() - end of interrupt: the highest vector in service leaves it
 * @l: the APIC
 * @fx: what follows; nothing if no vector was in service
 */
void lapic_eoi(struct lapic *l, struct lapic_effect *fx)
{
	const int vector = l->isr_max;

	fx->flags = 0;
	if (vector < 0)
		return;
	lapic_vector_clear(l, LAPIC_REG_ISR, vector);
	l->isr_max = lapic_vector_highest(l, LAPIC_REG_ISR, vector);
	lapic_update_ppr(l);
	lapic_eoi_induced(l, vector, fx);
}

/**
 * lapic_set_tpr() - write the task-priority register
 * @l: the APIC
 * @tpr: class in bits 7:4, sub-class in bits 3:0
 */
void lapic_set_tpr(struct lapic *l, u8 tpr)
{
	lapic_reg_write(l, LAPIC_REG_TPR, tpr);
	lapic_update_ppr(l);
}
