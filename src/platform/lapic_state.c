// SPDX-License-Identifier: GPL-2.0
/*
 * Local APIC: its state as KVM_GET_LAPIC and KVM_SET_LAPIC carry it. That is the register page as
 * an xAPIC shows it, in x2APIC mode too, except that the id may then have all its 32 bits.
 */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/string.h>

#include "lapic_internal.h"

static_assert(sizeof(struct kvm_lapic_state) == LAPIC_REGS_BYTES);

/* The state is an array of char: its registers are not aligned as u32 must be. */
static u32 lapic_state_get(const struct kvm_lapic_state *state, u32 reg)
{
	u32 val;

	memcpy(&val, &state->regs[reg], sizeof(val));
	return val;
}

static void lapic_state_put(struct kvm_lapic_state *state, u32 reg, u32 val)
{
	memcpy(&state->regs[reg], &val, sizeof(val));
}

/* How the state carries the id. */
static u32 lapic_state_id(const struct lapic *l)
{
	if (lapic_x2apic(l) && (l->features & LAPIC_STATE_ID_32BIT))
		return l->id;
	return l->id << 24;
}

/**
 * lapic_get_state() - copy the state out
 * @l: the APIC
 * @now: the time
 * @state: the copy
 *
 * Errors that the guest has not asked for yet, and IA32_TSC_DEADLINE, are not in it.
 */
void lapic_get_state(struct lapic *l, u64 now, struct kvm_lapic_state *state)
{
	u32 count = lapic_timer_count(l, now);

	/* Expired but not yet delivered: 1 left to count, so that the interrupt is not lost. */
	if (!count && now >= lapic_timer_deadline(l))
		count = 1;
	lapic_update_ppr(l);
	memcpy(state->regs, l->regs, sizeof(state->regs));
	lapic_state_put(state, LAPIC_REG_ID, lapic_state_id(l));
	lapic_state_put(state, LAPIC_REG_TMCCT, count);
	if (lapic_x2apic(l)) {
		lapic_state_put(state, LAPIC_REG_ICR2, lapic_reg_read(l, LAPIC_REG_ICR + 4));
		lapic_state_put(state, LAPIC_REG_ICR + 4, 0);
	}
}

/*
 * An x2APIC's id cannot be written, so it is not checked: a VMM may know its low 8 bits only. A
 * vector below 16 is not refused either. A guest cannot make one; it stays pending for ever.
 */
static int lapic_check_state(const struct lapic *l, const struct kvm_lapic_state *state)
{
	if (lapic_x2apic(l) && !(l->features & LAPIC_STATE_ID_32BIT))
		return 0;
	return lapic_state_get(state, LAPIC_REG_ID) == lapic_state_id(l) ? 0 : -EINVAL;
}

/* The registers of which each bit is plain state; bits that there are not become 0. */
static const struct {
	u16 reg;
	u32 mask;
} lapic_state_regs[] = {
	{ LAPIC_REG_TPR, 0xff },
	{ LAPIC_REG_ESR, 0xff },
	{ LAPIC_REG_LVT_THERMAL, LAPIC_LVT_VECTOR | LAPIC_LVT_MODE | LAPIC_LVT_MASKED },
	{ LAPIC_REG_LVT_PMC, LAPIC_LVT_VECTOR | LAPIC_LVT_MODE | LAPIC_LVT_MASKED },
	{ LAPIC_REG_LVT_LINT0, LAPIC_LVT_VECTOR | LAPIC_LVT_MODE | LAPIC_LVT_POLARITY |
			       LAPIC_LVT_REMOTE_IRR | LAPIC_LVT_LEVEL | LAPIC_LVT_MASKED },
	{ LAPIC_REG_LVT_LINT1, LAPIC_LVT_VECTOR | LAPIC_LVT_MODE | LAPIC_LVT_POLARITY |
			       LAPIC_LVT_LEVEL | LAPIC_LVT_MASKED },
	{ LAPIC_REG_LVT_ERROR, LAPIC_LVT_VECTOR | LAPIC_LVT_MASKED },
	{ LAPIC_REG_TMICT, ~0u },
	{ LAPIC_REG_TDCR, 0xb },
};

static void lapic_load_common(struct lapic *l, const struct kvm_lapic_state *state)
{
	u32 reg, i;

	for (i = 0; i < ARRAY_SIZE(lapic_state_regs); i++) {
		reg = lapic_state_regs[i].reg;
		lapic_reg_write(l, reg, lapic_state_get(state, reg) & lapic_state_regs[i].mask);
	}
	for (reg = LAPIC_REG_ISR; reg < LAPIC_REG_ESR; reg += 16)
		lapic_reg_write(l, reg, lapic_state_get(state, reg));
}

/* The registers that depend on features and mode. */
static void lapic_load_others(struct lapic *l, const struct kvm_lapic_state *state)
{
	u32 svr = 0xff | LAPIC_SVR_ENABLE | LAPIC_SVR_FOCUS;
	u32 lvtt = LAPIC_LVT_VECTOR | LAPIC_LVT_MASKED | BIT(LAPIC_LVT_TIMER_SHIFT);

	if (l->features & LAPIC_HAS_EOI_SUPPRESSION)
		svr |= LAPIC_SVR_EOI_SUPPRESS;
	if (l->features & LAPIC_HAS_TSC_DEADLINE)
		lvtt |= BIT(LAPIC_LVT_TIMER_SHIFT + 1);
	lapic_reg_write(l, LAPIC_REG_SVR, lapic_state_get(state, LAPIC_REG_SVR) & svr);
	lapic_reg_write(l, LAPIC_REG_LVT_TIMER,
			lapic_state_get(state, LAPIC_REG_LVT_TIMER) & lvtt);
	lapic_reg_write(l, LAPIC_REG_ICR,
			lapic_state_get(state, LAPIC_REG_ICR) & ~(u32)LAPIC_ICR_BUSY);
	lapic_reg_write(l, LAPIC_REG_DFR, lapic_state_get(state, LAPIC_REG_DFR) | 0x0fffffff);
	if (lapic_x2apic(l)) {
		lapic_reg_write(l, LAPIC_REG_ICR + 4, lapic_state_get(state, LAPIC_REG_ICR2));
		return;
	}
	lapic_reg_write(l, LAPIC_REG_ICR2, lapic_state_get(state, LAPIC_REG_ICR2) & 0xff000000);
	lapic_reg_write(l, LAPIC_REG_LDR, lapic_state_get(state, LAPIC_REG_LDR) & 0xff000000);
}

/**
 * lapic_set_state() - replace the state
 * @l: the APIC; its IA32_APIC_BASE and features say how the state is read, so they are set before
 * @now: the time; the timer goes on from the current count in the state
 * @state: the new state
 *
 * Reserved bits are dropped, and read-only registers keep their values. Everything that enum
 * lapic_fx names may have changed.
 *
 * Return: 0, or -EINVAL, and nothing is changed: the id is not this APIC's.
 */
int lapic_set_state(struct lapic *l, u64 now, const struct kvm_lapic_state *state)
{
	int ret;

	ret = lapic_check_state(l, state);
	if (ret)
		return ret;
	lapic_load_common(l, state);
	lapic_load_others(l, state);
	l->esr_pending = 0;
	l->lint0_remote_irr = lapic_reg_read(l, LAPIC_REG_LVT_LINT0) & LAPIC_LVT_REMOTE_IRR;
	lapic_recompute(l);
	lapic_timer_restore(l, lapic_state_get(state, LAPIC_REG_TMCCT), now);
	return 0;
}
