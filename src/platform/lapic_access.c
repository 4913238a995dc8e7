// SPDX-License-Identifier: GPL-2.0
/*
 * Local APIC: reads and writes of its registers, as xAPIC through memory and as x2APIC through
 * MSRs. Intel SDM, "Local APIC Register Address Map" and "Extended XAPIC (x2APIC)".
 */
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/nospec.h>

#include "lapic_internal.h"

/* Which accesses a register allows. */
enum lapic_access {
	XAPIC_R = BIT(0),
	XAPIC_W = BIT(1),
	X2APIC_R = BIT(2),
	X2APIC_W = BIT(3),
};

#define LAPIC_RO	(XAPIC_R | XAPIC_W | X2APIC_R)	/* xAPIC: writes are ignored */
#define LAPIC_RW	(XAPIC_R | XAPIC_W | X2APIC_R | X2APIC_W)

#define LAPIC_LVT_BASIC	(LAPIC_LVT_VECTOR | LAPIC_LVT_MASKED)

/**
 * struct lapic_reg - one register
 * @writable: bits that a write sets
 * @ignored: read-only bits, which a write may hold without being refused
 * @access: enum lapic_access; none at all for an address without register
 */
struct lapic_reg {
	u32 writable;
	u32 ignored;
	u8 access;
};

static const struct lapic_reg lapic_regs[LAPIC_REGS_BYTES / 16] = {
	[LAPIC_REG_ID / 16] = { .access = LAPIC_RO },
	[LAPIC_REG_VERSION / 16] = { .access = LAPIC_RO },
	[LAPIC_REG_TPR / 16] = { .access = LAPIC_RW, .writable = 0xff },
	[LAPIC_REG_APR / 16] = { .access = XAPIC_R | XAPIC_W },
	[LAPIC_REG_PPR / 16] = { .access = LAPIC_RO },
	[LAPIC_REG_EOI / 16] = { .access = XAPIC_R | XAPIC_W | X2APIC_W },
	[LAPIC_REG_RRD / 16] = { .access = XAPIC_R | XAPIC_W },
	[LAPIC_REG_LDR / 16] = { .access = LAPIC_RO, .writable = 0xff000000 },
	[LAPIC_REG_DFR / 16] = { .access = XAPIC_R | XAPIC_W, .writable = 0xf0000000 },
	[LAPIC_REG_SVR / 16] = {
		.access = LAPIC_RW,
		.writable = 0xff | LAPIC_SVR_ENABLE | LAPIC_SVR_FOCUS,
	},
	/* ISR, TMR and IRR */
	[LAPIC_REG_ISR / 16 ... LAPIC_REG_ISR / 16 + 23] = { .access = LAPIC_RO },
	[LAPIC_REG_ESR / 16] = { .access = LAPIC_RW },
	[LAPIC_REG_ICR / 16] = {
		.access = LAPIC_RW,
		.writable = LAPIC_ICR_KNOWN,
		.ignored = LAPIC_ICR_BUSY,
	},
	[LAPIC_REG_ICR2 / 16] = { .access = XAPIC_R | XAPIC_W, .writable = 0xff000000 },
	[LAPIC_REG_LVT_TIMER / 16] = {
		.access = LAPIC_RW,
		.writable = LAPIC_LVT_BASIC | LAPIC_TIMER_PERIODIC << LAPIC_LVT_TIMER_SHIFT,
		.ignored = LAPIC_LVT_STATUS,
	},
	[LAPIC_REG_LVT_THERMAL / 16 ... LAPIC_REG_LVT_PMC / 16] = {
		.access = LAPIC_RW,
		.writable = LAPIC_LVT_BASIC | LAPIC_LVT_MODE,
		.ignored = LAPIC_LVT_STATUS,
	},
	[LAPIC_REG_LVT_LINT0 / 16 ... LAPIC_REG_LVT_LINT1 / 16] = {
		.access = LAPIC_RW,
		.writable = LAPIC_LVT_BASIC | LAPIC_LVT_MODE | LAPIC_LVT_POLARITY | LAPIC_LVT_LEVEL,
		.ignored = LAPIC_LVT_STATUS | LAPIC_LVT_REMOTE_IRR,
	},
	[LAPIC_REG_LVT_ERROR / 16] = {
		.access = LAPIC_RW,
		.writable = LAPIC_LVT_BASIC,
		.ignored = LAPIC_LVT_STATUS,
	},
	[LAPIC_REG_TMICT / 16] = { .access = LAPIC_RW, .writable = ~0u },
	[LAPIC_REG_TMCCT / 16] = { .access = LAPIC_RO },
	[LAPIC_REG_TDCR / 16] = { .access = LAPIC_RW, .writable = 0xb },
	[LAPIC_REG_SELF_IPI / 16] = { .access = X2APIC_W, .writable = 0xff },
};

/* The register at an offset in the page, or NULL if @access to it is not possible. */
static const struct lapic_reg *lapic_reg_find(u32 offset, u8 access)
{
	u32 index = offset / 16;

	if (index >= ARRAY_SIZE(lapic_regs))
		return NULL;
	index = array_index_nospec(index, ARRAY_SIZE(lapic_regs));
	return lapic_regs[index].access & access ? &lapic_regs[index] : NULL;
}

/* Some bits are there only with a feature. */
static u32 lapic_reg_writable(const struct lapic *l, const struct lapic_reg *reg)
{
	if (reg == &lapic_regs[LAPIC_REG_SVR / 16] && (l->features & LAPIC_HAS_EOI_SUPPRESSION))
		return reg->writable | LAPIC_SVR_EOI_SUPPRESS;
	/* An xAPIC's reserved bits can be written, and are ignored. */
	if (reg == &lapic_regs[LAPIC_REG_ICR / 16] && !lapic_x2apic(l))
		return ~(u32)LAPIC_ICR_BUSY;
	if (reg == &lapic_regs[LAPIC_REG_LVT_TIMER / 16] &&
	    (l->features & LAPIC_HAS_TSC_DEADLINE))
		return reg->writable | LAPIC_TIMER_TSC_DEADLINE << LAPIC_LVT_TIMER_SHIFT;
	return reg->writable;
}

static u32 lapic_reg_get(struct lapic *l, u32 reg, u64 now)
{
	switch (reg) {
	case LAPIC_REG_PPR:
		return lapic_update_ppr(l);
	case LAPIC_REG_TMCCT:
		return lapic_timer_count(l, now);
	case LAPIC_REG_EOI:
		return 0;
	default:
		return lapic_reg_read(l, reg);
	}
}

static void lapic_write_svr(struct lapic *l, u32 val, u64 now, struct lapic_effect *fx)
{
	const bool enable = val & LAPIC_SVR_ENABLE;

	lapic_reg_write(l, LAPIC_REG_SVR, val);
	if (enable == l->sw_enabled)
		return;
	fx->flags |= LAPIC_FX_MAP;
	if (!enable)
		lapic_lvt_mask_all(l, now, fx);
	l->sw_enabled = enable;
}

static void lapic_write_esr(struct lapic *l)
{
	lapic_reg_write(l, LAPIC_REG_ESR, l->esr_pending);
	l->esr_pending = 0;
}

static void lapic_self_ipi(struct lapic *l, u8 vector, struct lapic_effect *fx)
{
	fx->flags |= LAPIC_FX_PENDING;
	lapic_accept(l, vector, false);
}

/*
 * A write of the ICR sends. The level and trigger bits matter for an INIT only: its deassertion was
 * for APICs with arbitration ids and does nothing. Everything else is sent as an edge.
 */
static void lapic_write_icr(struct lapic *l, u32 low, u32 dest, struct lapic_effect *fx)
{
	const struct irq_msg msg = {
		.dest = dest,
		.vector = low & LAPIC_LVT_VECTOR,
		.mode = (low & LAPIC_LVT_MODE) >> LAPIC_MODE_SHIFT,
		.shorthand = (low >> LAPIC_ICR_SHORTHAND_SHIFT) & 3,
		.logical = low & LAPIC_ICR_LOGICAL,
		.dest_32bit = lapic_x2apic(l),
		.assert = true,
	};

	lapic_reg_write(l, LAPIC_REG_ICR, low);
	if (msg.mode == IRQ_MSG_EXTINT)
		return;
	if (msg.mode == IRQ_MSG_INIT && (low & LAPIC_ICR_LEVEL) && !(low & LAPIC_ICR_ASSERT))
		return;
	if ((msg.mode == IRQ_MSG_FIXED || msg.mode == IRQ_MSG_LOWEST) &&
	    msg.vector < LAPIC_FIRST_VECTOR) {
		fx->flags |= LAPIC_FX_PENDING;
		lapic_error(l, LAPIC_ESR_SEND_ILLEGAL);
		return;
	}
	if (msg.shorthand == IRQ_MSG_TO_SELF && msg.mode == IRQ_MSG_FIXED) {
		lapic_self_ipi(l, msg.vector, fx);
		return;
	}
	fx->ipi = msg;
	fx->flags |= LAPIC_FX_IPI;
}

/* Writes a register; @val has writable bits only. Adds to the effect. */
static void lapic_reg_set(struct lapic *l, u32 reg, u32 val, u64 now, struct lapic_effect *fx)
{
	switch (reg) {
	case LAPIC_REG_EOI:
		lapic_eoi(l, fx);
		break;
	case LAPIC_REG_TPR:
		fx->flags |= LAPIC_FX_PENDING;
		lapic_set_tpr(l, val);
		break;
	case LAPIC_REG_ICR:
		lapic_write_icr(l, val, lapic_reg_read(l, LAPIC_REG_ICR2) >> 24, fx);
		break;
	case LAPIC_REG_ICR2:
		lapic_reg_write(l, reg, val);
		break;
	case LAPIC_REG_TMICT:
		fx->flags |= LAPIC_FX_TIMER | LAPIC_FX_PENDING;
		lapic_timer_set_count(l, val, now);
		break;
	case LAPIC_REG_TDCR:
		fx->flags |= LAPIC_FX_TIMER | LAPIC_FX_PENDING;
		lapic_timer_set_divide(l, val, now);
		break;
	case LAPIC_REG_SELF_IPI:
		lapic_self_ipi(l, val, fx);
		break;
	case LAPIC_REG_LVT_TIMER ... LAPIC_REG_LVT_ERROR:
		lapic_lvt_write(l, (reg - LAPIC_REG_LVT) / 16, val, now, fx);
		break;
	case LAPIC_REG_SVR:
		lapic_write_svr(l, val, now, fx);
		break;
	case LAPIC_REG_ESR:
		lapic_write_esr(l);
		break;
	case LAPIC_REG_DFR:
		val |= 0x0fffffff;
		fallthrough;
	case LAPIC_REG_LDR:
		fx->flags |= LAPIC_FX_MAP;
		lapic_reg_write(l, reg, val);
		break;
	}
}

/* An xAPIC was accessed where there is no register. */
static void lapic_illegal_register(struct lapic *l)
{
	lapic_error(l, LAPIC_ESR_ILLEGAL_REG);
}

/**
 * lapic_mmio_read() - read a register of an xAPIC
 * @l: the APIC
 * @offset: in the page; bytes 4 to 15 of a register's 16 read as 0
 * @now: the time
 * @val: the result, of which a narrower access takes the low part
 *
 * Return: 0, or -ENODEV if the APIC is not in xAPIC mode: the page is ordinary memory then.
 */
int lapic_mmio_read(struct lapic *l, u32 offset, u64 now, u32 *val)
{
	const u32 byte = offset & 0xf;

	*val = 0;
	if (!lapic_enabled(l) || lapic_x2apic(l))
		return -ENODEV;
	if (!lapic_reg_find(offset, XAPIC_R))
		lapic_illegal_register(l);
	else if (byte < 4)
		*val = lapic_reg_get(l, offset - byte, now) >> (8 * byte);
	return 0;
}

/**
 * lapic_mmio_write() - write a register of an xAPIC
 * @l: the APIC
 * @offset: in the page; a write that is not aligned to 16 is ignored
 * @val: 32 bits; the caller ignores narrower writes
 * @now: the time
 * @fx: what follows
 *
 * Return: 0, or -ENODEV if the APIC is not in xAPIC mode: the page is ordinary memory then.
 */
int lapic_mmio_write(struct lapic *l, u32 offset, u32 val, u64 now, struct lapic_effect *fx)
{
	const struct lapic_reg *reg = lapic_reg_find(offset, XAPIC_W);

	fx->flags = 0;
	if (!lapic_enabled(l) || lapic_x2apic(l))
		return -ENODEV;
	if (!reg) {
		fx->flags |= LAPIC_FX_PENDING;
		lapic_illegal_register(l);
	} else if (!(offset & 0xf)) {
		lapic_reg_set(l, offset, val & lapic_reg_writable(l, reg), now, fx);
	}
	return 0;
}

static u64 lapic_read_icr64(const struct lapic *l)
{
	return lapic_reg_read(l, LAPIC_REG_ICR) | (u64)lapic_reg_read(l, LAPIC_REG_ICR + 4) << 32;
}

/**
 * lapic_msr_read() - read a register of an x2APIC
 * @l: the APIC
 * @msr: LAPIC_MSR_FIRST to LAPIC_MSR_LAST
 * @now: the time
 * @val: the result
 *
 * Return: 0, or -EINVAL if the guest gets #GP: not in x2APIC mode, no such register, write-only.
 */
int lapic_msr_read(struct lapic *l, u32 msr, u64 now, u64 *val)
{
	const u32 offset = (msr - LAPIC_MSR_FIRST) * 16;

	if (!lapic_x2apic(l) || msr < LAPIC_MSR_FIRST || msr > LAPIC_MSR_LAST)
		return -EINVAL;
	if (!lapic_reg_find(offset, X2APIC_R))
		return -EINVAL;
	if (offset == LAPIC_REG_ICR)
		*val = lapic_read_icr64(l);
	else
		*val = lapic_reg_get(l, offset, now);
	return 0;
}

/**
 * lapic_msr_write() - write a register of an x2APIC
 * @l: the APIC
 * @msr: LAPIC_MSR_FIRST to LAPIC_MSR_LAST
 * @val: value
 * @now: the time
 * @fx: what follows
 *
 * Return: 0, or -EINVAL if the guest gets #GP: not in x2APIC mode, no such register, read-only, or
 * a reserved bit set.
 */
int lapic_msr_write(struct lapic *l, u32 msr, u64 val, u64 now, struct lapic_effect *fx)
{
	const u32 offset = (msr - LAPIC_MSR_FIRST) * 16;
	const struct lapic_reg *reg;
	u64 known;

	fx->flags = 0;
	if (!lapic_x2apic(l) || msr < LAPIC_MSR_FIRST || msr > LAPIC_MSR_LAST)
		return -EINVAL;
	reg = lapic_reg_find(offset, X2APIC_W);
	if (!reg)
		return -EINVAL;
	known = lapic_reg_writable(l, reg) | reg->ignored;
	if (offset == LAPIC_REG_ICR)
		known |= GENMASK_ULL(63, 32);
	if (val & ~known)
		return -EINVAL;

	val &= ~(u64)reg->ignored;
	if (offset == LAPIC_REG_ICR) {
		lapic_reg_write(l, LAPIC_REG_ICR + 4, val >> 32);
		lapic_write_icr(l, val, val >> 32, fx);
	} else {
		lapic_reg_set(l, offset, val, now, fx);
	}
	return 0;
}

/**
 * lapic_apicv_write() - complete a write that the processor made to the virtual-APIC page
 * @l: the APIC
 * @offset: from the exit qualification of an APIC-write VM exit
 * @now: the time
 * @fx: what follows
 *
 * The page holds the raw value already: it gets the value that the register would have.
 */
void lapic_apicv_write(struct lapic *l, u32 offset, u64 now, struct lapic_effect *fx)
{
	const u32 reg = offset & 0xff0;
	const bool x2apic = lapic_x2apic(l);
	const struct lapic_reg *r = lapic_reg_find(reg, x2apic ? X2APIC_W : XAPIC_W);
	u32 val;

	fx->flags = 0;
	if (!r)
		return;
	val = lapic_reg_read(l, reg);
	if (reg == LAPIC_REG_ID)
		lapic_reg_write(l, reg, l->id << 24);
	else if (reg == LAPIC_REG_ICR && x2apic)
		lapic_write_icr(l, val & r->writable, lapic_reg_read(l, reg + 4), fx);
	else
		lapic_reg_set(l, reg, val & lapic_reg_writable(l, r), now, fx);
}
