/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The language of the local APIC's case tables: a row is a list of steps against a fresh APIC, and
 * each step does one thing or compares one thing.
 */
#ifndef VMH_VECTORS_LAPIC_SCRIPT_H
#define VMH_VECTORS_LAPIC_SCRIPT_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <lapic.h>

#define LAPIC_MAX_STEPS	24

struct lapic_run {
	struct lapic l;
	u32 page[1024];
	struct kvm_lapic_state state;
	struct lapic_effect fx;
	u64 now;
	unsigned int step;
	char *why;
	size_t why_len;
};

struct lapic_step {
	bool (*run)(struct lapic_run *r, const struct lapic_step *s);
	u32 a;
	u64 b;
	u64 c;
};

enum lapic_start {
	LAPIC_STARTS_ON,	/* xAPIC, enabled by software */
	LAPIC_STARTS_RESET,	/* as at power-up */
	LAPIC_STARTS_X2APIC,	/* x2APIC, enabled by software */
};

struct lapic_script {
	const char *name;
	enum lapic_start start;
	u32 id;
	u32 features;
	bool bsp;
	struct lapic_step steps[LAPIC_MAX_STEPS];
};

static inline bool lapic_expect(struct lapic_run *r, const char *what, u64 got, u64 want)
{
	if (got == want)
		return true;
	snprintf(r->why, r->why_len, "step %u: %s is %#llx, want %#llx", r->step, what,
		 (unsigned long long)got, (unsigned long long)want);
	return false;
}

/* Memory accesses: write, read and compare; X: the APIC does not answer. */
static inline bool lapic_do_write(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "error", -lapic_mmio_write(&r->l, s->a, s->b, r->now, &r->fx), s->c);
}

static inline bool lapic_do_read(struct lapic_run *r, const struct lapic_step *s)
{
	u32 val;

	return lapic_expect(r, "error", -lapic_mmio_read(&r->l, s->a, r->now, &val), s->c) &&
	       lapic_expect(r, "register", val, s->b);
}

#define L_W(reg, val)		{ lapic_do_write, reg, val }
#define L_WX(reg, val)		{ lapic_do_write, reg, val, ENODEV }
#define L_R(reg, want)		{ lapic_do_read, reg, want }
#define L_RX(reg)		{ lapic_do_read, reg, 0, ENODEV }

/* MSR accesses, by the register's offset; X: #GP. */
static inline bool lapic_do_wrmsr(struct lapic_run *r, const struct lapic_step *s)
{
	const u32 msr = LAPIC_MSR_FIRST + s->a / 16;

	return lapic_expect(r, "error", -lapic_msr_write(&r->l, msr, s->b, r->now, &r->fx), s->c);
}

static inline bool lapic_do_rdmsr(struct lapic_run *r, const struct lapic_step *s)
{
	const u32 msr = LAPIC_MSR_FIRST + s->a / 16;
	u64 val = 0;

	return lapic_expect(r, "error", -lapic_msr_read(&r->l, msr, r->now, &val), s->c) &&
	       lapic_expect(r, "register", val, s->b);
}

#define L_MW(reg, val)		{ lapic_do_wrmsr, reg, val }
#define L_MWX(reg, val)		{ lapic_do_wrmsr, reg, val, EINVAL }
#define L_MR(reg, want)		{ lapic_do_rdmsr, reg, want }
#define L_MRX(reg)		{ lapic_do_rdmsr, reg, 0, EINVAL }

/* The page itself, as a processor with APIC virtualisation sees and writes it. */
static inline bool lapic_do_poke(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_page_write(r->page, s->a, s->b);
	return true;
}

static inline bool lapic_do_peek(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "word in the page", lapic_page_read(r->page, s->a), s->b);
}

static inline bool lapic_do_apicv(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_page_write(r->page, s->a, s->b);
	lapic_apicv_write(&r->l, s->a, r->now, &r->fx);
	return true;
}

static inline bool lapic_do_recompute(struct lapic_run *r, const struct lapic_step *s)
{
	(void)s;
	lapic_recompute(&r->l);
	return true;
}

/* What the processor knows beside the page, told and learned. */
static inline bool lapic_do_status(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "interrupt status", lapic_intr_status(&r->l), s->a);
}

static inline bool lapic_do_set_status(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_set_intr_status(&r->l, s->a);
	return true;
}

static inline bool lapic_do_eoi_exits(struct lapic_run *r, const struct lapic_step *s)
{
	u64 bitmap[4];

	lapic_eoi_exits(&r->l, bitmap);
	return lapic_expect(r, "word of EOI exits", bitmap[s->a], s->b);
}

#define L_STATUS(want)		{ lapic_do_status, want }
#define L_SET_STATUS(status)	{ lapic_do_set_status, status }
#define L_EOI_EXITS(word, want)	{ lapic_do_eoi_exits, word, want }
#define L_POKE(reg, val)	{ lapic_do_poke, reg, val }
#define L_PEEK(reg, want)	{ lapic_do_peek, reg, want }
#define L_APICV(reg, val)	{ lapic_do_apicv, reg, val }
#define L_RECOMPUTE()		{ lapic_do_recompute }

/* Interrupts: accept by edge or level, or be refused; compare what is pending; take; end. */
static inline bool lapic_do_accept(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "acceptance", lapic_accept(&r->l, s->a, s->b), s->c);
}

static inline bool lapic_do_pending(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "pending vector", lapic_highest_pending(&r->l), (u64)(int)s->a);
}

static inline bool lapic_do_take(struct lapic_run *r, const struct lapic_step *s)
{
	if (!lapic_do_pending(r, s))
		return false;
	lapic_ack(&r->l, s->a);
	return true;
}

static inline bool lapic_do_fx(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "effect", r->fx.flags, s->a) &&
	       (!s->b || lapic_expect(r, "EOI vector", r->fx.eoi_vector, s->b));
}

static inline bool lapic_do_eoi(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_eoi(&r->l, &r->fx);
	return lapic_do_fx(r, s);
}

static inline bool lapic_do_eoi_induced(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_eoi_induced(&r->l, s->b, &r->fx);
	return lapic_do_fx(r, s);
}

static inline bool lapic_do_max(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "highest IRR", lapic_highest_irr(&r->l), (u64)(int)s->a) &&
	       lapic_expect(r, "highest ISR", lapic_highest_isr(&r->l), s->b);
}

#define L_EDGE(vector)		{ lapic_do_accept, vector, false, true }
#define L_LEVEL(vector)		{ lapic_do_accept, vector, true, true }
#define L_REFUSE(vector)	{ lapic_do_accept, vector, false, false }
#define L_PENDING(vector)	{ lapic_do_pending, vector }
#define L_IDLE()		{ lapic_do_pending, (u32)-1 }
#define L_TAKE(vector)		{ lapic_do_take, vector }
#define L_FX(flags)		{ lapic_do_fx, flags }
#define L_EOI(flags, vector)	{ lapic_do_eoi, flags, vector }
#define L_EOI_INDUCED(flags, vector) { lapic_do_eoi_induced, flags, vector }
#define L_MAX(irr, isr)		{ lapic_do_max, (u32)(irr), (u64)(isr) }

#define FX_EDGE_ENDED	(LAPIC_FX_PENDING | LAPIC_FX_EOI_EDGE)
#define FX_LEVEL_ENDED	(LAPIC_FX_PENDING | LAPIC_FX_EOI)

/* The message that the last access sent. */
#define L_IPI_BITS(vector, mode, shorthand, logical, wide) \
	((vector) | (mode) << 8 | (shorthand) << 16 | (logical) << 24 | (wide) << 25)

static inline bool lapic_do_ipi(struct lapic_run *r, const struct lapic_step *s)
{
	const struct irq_msg *m = &r->fx.ipi;

	return lapic_expect(r, "effect", r->fx.flags, LAPIC_FX_IPI) &&
	       lapic_expect(r, "destination", m->dest, s->a) &&
	       lapic_expect(r, "message", L_IPI_BITS(m->vector, m->mode, m->shorthand, m->logical,
						     m->dest_32bit), s->b) &&
	       lapic_expect(r, "assertion", m->assert, true) &&
	       lapic_expect(r, "trigger", m->level_triggered, false);
}

#define L_IPI(dest, vector, mode, shorthand, logical) \
	{ lapic_do_ipi, dest, L_IPI_BITS(vector, IRQ_MSG_##mode, IRQ_MSG_##shorthand, logical, 0) }
#define L_IPI32(dest, vector, mode, shorthand, logical) \
	{ lapic_do_ipi, dest, L_IPI_BITS(vector, IRQ_MSG_##mode, IRQ_MSG_##shorthand, logical, 1) }

/* IA32_APIC_BASE by the guest or the host, X: refused; resets. */
static inline bool lapic_do_base(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "error", -lapic_set_base(&r->l, s->b, s->a), s->c);
}

static inline bool lapic_do_base_is(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "IA32_APIC_BASE", lapic_base(&r->l), s->b);
}

static inline bool lapic_do_reset(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_reset(&r->l, s->a);
	return true;
}

static inline bool lapic_do_features(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_set_features(&r->l, s->a, s->b);
	return true;
}

static inline bool lapic_do_bus(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_set_bus_period(&r->l, s->a);
	lapic_reset(&r->l, false);
	lapic_mmio_write(&r->l, LAPIC_REG_SVR, LAPIC_SVR_ENABLE | 0xff, r->now, &r->fx);
	return true;
}

#define L_BUS(ns)		{ lapic_do_bus, ns }
#define L_BASE(val)		{ lapic_do_base, false, val }
#define L_BASEX(val)		{ lapic_do_base, false, val, EINVAL }
#define L_HOST(val)		{ lapic_do_base, true, val }
#define L_HOSTX(val)		{ lapic_do_base, true, val, EINVAL }
#define L_BASE_IS(want)		{ lapic_do_base_is, 0, want }
#define L_RESET()		{ lapic_do_reset, false }
#define L_INIT()		{ lapic_do_reset, true }
#define L_FEATURES(f, bits)	{ lapic_do_features, f, bits }

#define BASE_OFF	0xfee00000ull
#define BASE_ON		(BASE_OFF | LAPIC_BASE_ENABLE)
#define BASE_X2APIC	(BASE_ON | LAPIC_BASE_X2APIC)

/* Local interrupts. */
static inline bool lapic_do_lvt(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_lvt_deliver(&r->l, s->a, &r->fx);
	return true;
}

static inline bool lapic_do_lint(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_set_lint(&r->l, s->a, s->b, &r->fx);
	return true;
}

static inline bool lapic_do_pic(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "PIC reaches the CPU", lapic_accept_pic(&r->l), s->a) &&
	       lapic_expect(r, "NMI reaches the CPU", lapic_nmi_lint1(&r->l), s->b);
}

static inline bool lapic_do_cr8(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_set_cr8(&r->l, s->a);
	return lapic_expect(r, "CR8", lapic_get_cr8(&r->l), s->b) &&
	       lapic_expect(r, "TPR", lapic_get_tpr(&r->l), s->b << 4);
}

#define L_LVT(lvt)		{ lapic_do_lvt, LAPIC_LVT_##lvt }
#define L_LINT(pin, level)	{ lapic_do_lint, pin, level }
#define L_WIRED(pic, nmi)	{ lapic_do_pic, pic, nmi }
#define L_CR8(val, want)	{ lapic_do_cr8, val, want }

/* The timer: the time goes on; compare deadlines; expire. */
static inline bool lapic_do_at(struct lapic_run *r, const struct lapic_step *s)
{
	r->now = s->b;
	return true;
}

static inline bool lapic_do_due(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "deadline", lapic_timer_deadline(&r->l), s->b);
}

static inline bool lapic_do_expire(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "expiry", lapic_timer_expired(&r->l, r->now), s->a);
}

static inline bool lapic_do_tsc(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_set_tsc_deadline(&r->l, s->b);
	return lapic_expect(r, "TSC deadline", lapic_tsc_deadline(&r->l), s->c);
}

static inline bool lapic_do_tsc_is(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "TSC deadline", lapic_tsc_deadline(&r->l), s->b);
}

static inline bool lapic_do_floor(struct lapic_run *r, const struct lapic_step *s)
{
	lapic_set_timer_floor(&r->l, s->b);
	return true;
}

#define L_AT(ns)		{ lapic_do_at, 0, ns }
#define L_DUE(ns)		{ lapic_do_due, 0, ns }
#define L_NEVER()		{ lapic_do_due, 0, U64_MAX }
#define L_EXPIRE(interrupts)	{ lapic_do_expire, interrupts }
#define L_TSC(val, want)	{ lapic_do_tsc, 0, val, want }
#define L_TSC_IS(want)		{ lapic_do_tsc_is, 0, want }
#define L_FLOOR(ns)		{ lapic_do_floor, 0, ns }

/* State: get, compare, edit, set. */
static inline bool lapic_do_get(struct lapic_run *r, const struct lapic_step *s)
{
	(void)s;
	lapic_get_state(&r->l, r->now, &r->state);
	return true;
}

static inline bool lapic_do_set(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "error", -lapic_set_state(&r->l, r->now, &r->state), s->c);
}

static inline bool lapic_do_state_is(struct lapic_run *r, const struct lapic_step *s)
{
	u32 val;

	memcpy(&val, &r->state.regs[s->a], sizeof(val));
	return lapic_expect(r, "word of the state", val, s->b);
}

static inline bool lapic_do_edit(struct lapic_run *r, const struct lapic_step *s)
{
	const u32 val = s->b;

	memcpy(&r->state.regs[s->a], &val, sizeof(val));
	return true;
}

#define L_GET()			{ lapic_do_get }
#define L_SET()			{ lapic_do_set }
#define L_SETX()		{ lapic_do_set, 0, 0, EINVAL }
#define L_STATE(reg, want)	{ lapic_do_state_is, reg, want }
#define L_EDIT(reg, val)	{ lapic_do_edit, reg, val }

static inline bool lapic_script_start(struct lapic_run *r, const struct lapic_script *c)
{
	u32 features = c->features;

	if (c->start == LAPIC_STARTS_X2APIC)
		features |= LAPIC_HAS_X2APIC;
	memset(r, 0, sizeof(*r));
	lapic_init(&r->l, r->page, c->id, c->bsp);
	lapic_set_features(&r->l, features, 40);
	lapic_reset(&r->l, false);
	if (c->start == LAPIC_STARTS_RESET)
		return true;
	if (lapic_mmio_write(&r->l, LAPIC_REG_SVR, 0x1ff, 0, &r->fx))
		return false;
	if (c->start == LAPIC_STARTS_ON)
		return true;
	return !lapic_set_base(&r->l, lapic_base(&r->l) | LAPIC_BASE_X2APIC, false);
}

static inline bool lapic_script_ok(const struct lapic_script *c, char *why, size_t why_len)
{
	static struct lapic_run r;	/* too big for a stack */

	if (!lapic_script_start(&r, c)) {
		snprintf(why, why_len, "cannot start");
		return false;
	}
	r.why = why;
	r.why_len = why_len;
	for (r.step = 0; r.step < LAPIC_MAX_STEPS && c->steps[r.step].run; r.step++)
		if (!c->steps[r.step].run(&r, &c->steps[r.step]))
			return false;
	return true;
}

#endif /* VMH_VECTORS_LAPIC_SCRIPT_H */
