/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Local APIC, as an xAPIC and as an x2APIC. Intel SDM volume 3, chapter "Advanced Programmable
 * Interrupt Controller (APIC)".
 *
 * A struct lapic belongs to the thread of its vCPU: nothing here is safe against a second CPU.
 * Times are nanoseconds of one monotonic clock of the caller.
 *
 * The registers live in a page that the caller supplies, and nowhere else, so that it can be the
 * processor's virtual-APIC page. What is kept beside the page is either invisible in it or can be
 * computed from it again, by lapic_recompute().
 */
#ifndef VMH_LAPIC_H
#define VMH_LAPIC_H

#include <linux/bits.h>
#include <linux/types.h>

#include "irq_msg.h"
#include "lapic_regs.h"

struct kvm_lapic_state;

/* One tick of the timer at divide-by-1, unless lapic_set_bus_period() says otherwise. */
#define LAPIC_BUS_PERIOD_NS	1
/* The longest: the longest time at divide-by-128 still has 63 bits. */
#define LAPIC_BUS_PERIOD_MAX_NS	BIT(24)

/* How often a periodic timer may interrupt, unless lapic_set_timer_floor() says otherwise. */
#define LAPIC_TIMER_FLOOR_NS	200000

/* The local vector table, in register order. */
enum lapic_lvt {
	LAPIC_LVT_TIMER,
	LAPIC_LVT_THERMAL,
	LAPIC_LVT_PMC,
	LAPIC_LVT_LINT0,
	LAPIC_LVT_LINT1,
	LAPIC_LVT_ERROR,
};

/* Timer modes, as encoded in the timer's LVT entry. */
enum lapic_timer_mode {
	LAPIC_TIMER_ONESHOT = 0,
	LAPIC_TIMER_PERIODIC = 1,
	LAPIC_TIMER_TSC_DEADLINE = 2,
};

/* What a VM's configuration gives to its APICs; lapic_set_features(). */
enum lapic_feature {
	LAPIC_HAS_X2APIC = BIT(0),		/* CPUID.01H:ECX[21] */
	LAPIC_HAS_TSC_DEADLINE = BIT(1),	/* CPUID.01H:ECX[24] */
	LAPIC_HAS_EOI_SUPPRESSION = BIT(2),	/* version register, bit 24 */
	LAPIC_RESETS_TO_EXTINT = BIT(3),	/* the BSP starts with LINT0 = ExtINT, unmasked */
	LAPIC_STATE_ID_32BIT = BIT(4),		/* KVM_X2APIC_API_USE_32BIT_IDS */
};

/* What the caller has to do after a call: struct lapic_effect, flags. */
enum lapic_fx {
	LAPIC_FX_IPI = BIT(0),		/* deliver .ipi */
	LAPIC_FX_EOI = BIT(1),		/* tell the I/O APICs that .eoi_vector was EOIed */
	LAPIC_FX_TIMER = BIT(2),	/* read the timer's deadline again */
	LAPIC_FX_PENDING = BIT(3),	/* look at lapic_highest_pending() again */
	LAPIC_FX_MAP = BIT(4),		/* lapic_get_dest() changed */
	LAPIC_FX_NMI = BIT(5),		/* an LVT entry asks this vCPU for an NMI */
	LAPIC_FX_SMI = BIT(6),		/* … an SMI */
	LAPIC_FX_INIT = BIT(7),		/* … an INIT */
	LAPIC_FX_PIC = BIT(8),		/* lapic_accept_pic() may have changed */
	LAPIC_FX_EOI_EDGE = BIT(9),	/* .eoi_vector was EOIed, of no interest to I/O APICs */
};

/**
 * struct lapic_effect - what follows from an access
 * @flags: enum lapic_fx
 * @ipi: with LAPIC_FX_IPI
 * @eoi_vector: with LAPIC_FX_EOI and LAPIC_FX_EOI_EDGE
 *
 * A call that takes one overwrites @flags.
 */
struct lapic_effect {
	unsigned int flags;
	struct irq_msg ipi;
	u8 eoi_vector;
};

/**
 * struct lapic_timer - timer state that the register page does not show
 * @deadline_ns: next expiry in one-shot and periodic mode, U64_MAX when stopped
 * @period_ns: initial count times @tick_ns
 * @tsc_deadline: IA32_TSC_DEADLINE, 0 when disarmed
 * @floor_ns: least distance of two interrupts in periodic mode
 * @bus_ns: length of a tick at divide-by-1
 * @tick_ns: length of a tick, from the divide configuration
 * @mode: enum lapic_timer_mode, from the LVT entry
 * @masked: from the LVT entry
 */
struct lapic_timer {
	u64 deadline_ns;
	u64 period_ns;
	u64 tsc_deadline;
	u64 floor_ns;
	u32 bus_ns;
	u32 tick_ns;
	u8 mode;
	bool masked;
};

/**
 * struct lapic - a local APIC
 * @regs: its register page, 4 KiB, aligned to 4 bytes
 * @base: IA32_APIC_BASE
 * @id: its x2APIC id; the xAPIC id is the low 8 bits
 * @features: enum lapic_feature
 * @esr_pending: errors since the last write to the error status register
 * @irr_max: highest vector in IRR or -1 (recomputable)
 * @isr_max: highest vector in ISR or -1 (recomputable)
 * @phys_bits: width of a guest-physical address
 * @sw_enabled: SVR bit 8 (recomputable)
 * @bsp: reset makes it the bootstrap processor's
 * @lint_level: state of the LINT0 and LINT1 inputs
 * @lint0_remote_irr: LINT0's level interrupt was accepted and not yet EOIed
 * @timer: the timer
 */
struct lapic {
	void *regs;
	u64 base;
	u32 id;
	u32 features;
	u32 esr_pending;
	int irr_max;
	int isr_max;
	u8 phys_bits;
	bool sw_enabled;
	bool bsp;
	bool lint_level[2];
	bool lint0_remote_irr;
	struct lapic_timer timer;
};

/**
 * struct lapic_dest - all that decides whether a message is for an APIC
 * @id: x2APIC id
 * @ldr: logical id: 32 bits of an x2APIC, or the 8 bits of an xAPIC
 * @enabled: globally enabled; otherwise nothing reaches it
 * @sw_enabled: takes fixed interrupts too
 * @x2apic: in x2APIC mode
 * @cluster: xAPIC with the cluster model of logical destinations
 *
 * A copy, for senders: a struct lapic itself may only be looked at by its owner.
 */
struct lapic_dest {
	u32 id;
	u32 ldr;
	bool enabled;
	bool sw_enabled;
	bool x2apic;
	bool cluster;
};

/* lapic.c: the interrupt file */
void lapic_init(struct lapic *l, void *regs, u32 id, bool bsp);
void lapic_set_features(struct lapic *l, u32 features, u8 phys_bits);
void lapic_reset(struct lapic *l, bool init_only);
int lapic_check_base(u64 from, u64 to, bool has_x2apic, u8 phys_bits, bool host_initiated);
int lapic_set_base(struct lapic *l, u64 val, bool host_initiated);
void lapic_recompute(struct lapic *l);
bool lapic_accept(struct lapic *l, u8 vector, bool level_triggered);
int lapic_deliverable(struct lapic *l);
void lapic_ack(struct lapic *l, u8 vector);
void lapic_eoi(struct lapic *l, struct lapic_effect *fx);
void lapic_eoi_induced(struct lapic *l, u8 vector, struct lapic_effect *fx);
void lapic_set_tpr(struct lapic *l, u8 tpr);

/* lapic_lvt.c: local interrupts and errors */
void lapic_lvt_deliver(struct lapic *l, enum lapic_lvt lvt, struct lapic_effect *fx);
void lapic_set_lint(struct lapic *l, unsigned int pin, bool level, struct lapic_effect *fx);
bool lapic_accept_pic(const struct lapic *l);
bool lapic_nmi_lint1(const struct lapic *l);

/* lapic_access.c: registers */
int lapic_mmio_read(struct lapic *l, u32 offset, u64 now, u32 *val);
int lapic_mmio_write(struct lapic *l, u32 offset, u32 val, u64 now, struct lapic_effect *fx);
int lapic_msr_read(struct lapic *l, u32 msr, u64 now, u64 *val);
int lapic_msr_write(struct lapic *l, u32 msr, u64 val, u64 now, struct lapic_effect *fx);
void lapic_apicv_write(struct lapic *l, u32 offset, u64 now, struct lapic_effect *fx);

/* lapic_virt.c: a processor that uses the register page by itself */
u16 lapic_intr_status(const struct lapic *l);
void lapic_set_intr_status(struct lapic *l, u16 status);
u8 lapic_tpr_threshold(const struct lapic *l);
void lapic_eoi_exits(const struct lapic *l, u64 bitmap[4]);

/* lapic_dest.c: destinations */
void lapic_get_dest(const struct lapic *l, struct lapic_dest *dest);
bool lapic_dest_match(const struct lapic_dest *dest, const struct irq_msg *msg);
bool lapic_match(const struct lapic *l, const struct irq_msg *msg);

/* lapic_timer.c: the timer */
void lapic_set_timer_floor(struct lapic *l, u64 floor_ns);
void lapic_set_bus_period(struct lapic *l, u32 bus_ns);
u64 lapic_timer_deadline(const struct lapic *l);
bool lapic_timer_expired(struct lapic *l, u64 now);
void lapic_set_tsc_deadline(struct lapic *l, u64 tsc);

/* lapic_state.c: KVM_GET_LAPIC and KVM_SET_LAPIC */
void lapic_get_state(struct lapic *l, u64 now, struct kvm_lapic_state *state);
int lapic_set_state(struct lapic *l, u64 now, const struct kvm_lapic_state *state);

/** lapic_base() - IA32_APIC_BASE */
static inline u64 lapic_base(const struct lapic *l)
{
	return l->base;
}

/** lapic_enabled() - is it globally enabled? */
static inline bool lapic_enabled(const struct lapic *l)
{
	return l->base & LAPIC_BASE_ENABLE;
}

/** lapic_x2apic() - is it in x2APIC mode? */
static inline bool lapic_x2apic(const struct lapic *l)
{
	return l->base & LAPIC_BASE_X2APIC;
}

/** lapic_mmio_gpa() - where its register page is, if lapic_enabled() and not lapic_x2apic() */
static inline u64 lapic_mmio_gpa(const struct lapic *l)
{
	return l->base & ~(u64)0xfff;
}

/**
 * lapic_needs_time() - does an access to a register depend on the time?
 * @offset: in the page
 *
 * Those that are accessed for each interrupt do not, so that nobody need look at the clock.
 */
static inline bool lapic_needs_time(u32 offset)
{
	return offset != LAPIC_REG_EOI && offset != LAPIC_REG_TPR && offset != LAPIC_REG_ICR &&
	       offset != LAPIC_REG_ICR2 && offset != LAPIC_REG_SELF_IPI;
}

/** lapic_highest_irr() - highest vector requested, or -1; whatever the priorities say */
static inline int lapic_highest_irr(const struct lapic *l)
{
	return l->irr_max;
}

/** lapic_highest_isr() - highest vector in service, or -1 */
static inline int lapic_highest_isr(const struct lapic *l)
{
	return l->isr_max;
}

/** lapic_highest_pending() - the vector to deliver to the processor now, or -1 */
static inline int lapic_highest_pending(struct lapic *l)
{
	return l->irr_max < 0 ? -1 : lapic_deliverable(l);
}

/** lapic_get_tpr() - the task-priority register */
static inline u8 lapic_get_tpr(const struct lapic *l)
{
	return lapic_page_read(l->regs, LAPIC_REG_TPR) & 0xff;
}

/** lapic_get_cr8() - CR8: the task-priority class */
static inline u8 lapic_get_cr8(const struct lapic *l)
{
	return lapic_get_tpr(l) >> 4;
}

/** lapic_set_cr8() - write CR8; the sub-class becomes 0 */
static inline void lapic_set_cr8(struct lapic *l, u8 cr8)
{
	lapic_set_tpr(l, (cr8 & 0xf) << 4);
}

/** lapic_tsc_deadline() - IA32_TSC_DEADLINE: a guest TSC value, or 0 when disarmed */
static inline u64 lapic_tsc_deadline(const struct lapic *l)
{
	return l->timer.tsc_deadline;
}

#endif
