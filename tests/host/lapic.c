// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>
#include <string.h>

#include "table.h"
#include "../vectors/lapic.h"

TABLE_TEST(lapic)

/* The interrupt file as sets, searched from the top each time. */
struct file {
	bool irr[256], isr[256], tmr[256];
	u8 tpr;
};

static int highest(const bool *set)
{
	int vector;

	for (vector = 255; vector >= 0 && !set[vector]; vector--)
		;
	return vector;
}

static int file_ppr(const struct file *f)
{
	int isrv = highest(f->isr);

	if (isrv < 0 || f->tpr >> 4 >= isrv >> 4)
		return f->tpr;
	return isrv & 0xf0;
}

static int file_pending(const struct file *f)
{
	int vector = highest(f->irr);

	return vector >> 4 > file_ppr(f) >> 4 ? vector : -1;
}

static bool bank_is(struct lapic *l, u32 bank, const bool *set)
{
	u32 word = 0;
	int i;

	for (i = 0; i < 256; i++) {
		if (i % 32 == 0)
			lapic_mmio_read(l, lapic_vector_reg(bank, i), 0, &word);
		if (set[i] != (word >> i % 32 & 1))
			return false;
	}
	return true;
}

static void check_file(struct lapic *l, const struct file *f)
{
	u32 ppr;

	ck_assert_int_eq(lapic_highest_pending(l), file_pending(f));
	ck_assert_int_eq(lapic_highest_irr(l), highest(f->irr));
	ck_assert_int_eq(lapic_highest_isr(l), highest(f->isr));
	lapic_mmio_read(l, LAPIC_REG_PPR, 0, &ppr);
	ck_assert_uint_eq(ppr, file_ppr(f));
	ck_assert(bank_is(l, LAPIC_REG_IRR, f->irr) && bank_is(l, LAPIC_REG_ISR, f->isr) &&
		  bank_is(l, LAPIC_REG_TMR, f->tmr));
}

static void do_accept(struct lapic *l, struct file *f)
{
	u8 vector = 16 + random() % 240;
	bool level = random() % 3 == 0;

	ck_assert(lapic_accept(l, vector, level));
	f->irr[vector] = true;
	f->tmr[vector] = level;
}

static void do_ack(struct lapic *l, struct file *f)
{
	int vector = lapic_highest_pending(l);

	if (vector < 0)
		return;
	lapic_ack(l, vector);
	f->irr[vector] = false;
	f->isr[vector] = true;
}

static void do_eoi(struct lapic *l, struct file *f)
{
	int vector = highest(f->isr);
	struct lapic_effect fx;

	lapic_mmio_write(l, LAPIC_REG_EOI, 0, 0, &fx);
	if (vector < 0) {
		ck_assert_uint_eq(fx.flags, 0);
		return;
	}
	ck_assert_uint_eq(fx.flags, f->tmr[vector] ? FX_LEVEL_ENDED : FX_EDGE_ENDED);
	ck_assert_int_eq(fx.eoi_vector, vector);
	f->isr[vector] = false;
}

static void do_tpr(struct lapic *l, struct file *f)
{
	struct lapic_effect fx;

	f->tpr = random() % 2 ? random() : 0;
	lapic_mmio_write(l, LAPIC_REG_TPR, f->tpr, 0, &fx);
}

/* The caches say what a search of the page would. */
START_TEST(against_sets)
{
	static void (*const ops[])(struct lapic *l, struct file *f) = {
		do_accept, do_accept, do_ack, do_ack, do_eoi, do_tpr,
	};
	static u32 page[1024];
	struct lapic_effect fx;
	struct file f = {};
	struct lapic l;
	int i;

	srandom(1);
	lapic_init(&l, page, 0, true);
	lapic_mmio_write(&l, LAPIC_REG_SVR, 0x1ff, 0, &fx);
	for (i = 0; i < 10000; i++) {
		ops[random() % ARRAY_SIZE(ops)](&l, &f);
		check_file(&l, &f);
	}
}
END_TEST

static const u32 all_features = LAPIC_HAS_X2APIC | LAPIC_HAS_TSC_DEADLINE |
				LAPIC_HAS_EOI_SUPPRESSION | LAPIC_STATE_ID_32BIT;

static void any_access(struct lapic *l, u64 now, struct lapic_effect *fx)
{
	u32 offset = random() % 4 ? random() % 0x40 * 16 : random() % 0x1100;
	u64 val = (u64)random() << (random() % 2 * 33) ^ random();
	u32 val32;
	u64 val64;

	switch (random() % 8) {
	case 0:
		lapic_mmio_read(l, offset, now, &val32);
		lapic_msr_read(l, LAPIC_MSR_FIRST + offset / 16, now, &val64);
		break;
	case 1:
		lapic_set_base(l, BASE_OFF | (random() % 4) << 10, random() % 2);
		break;
	case 2:
		lapic_set_tsc_deadline(l, val);
		lapic_timer_expired(l, now);
		break;
	case 3:
		lapic_set_lint(l, random() % 2, random() % 2, fx);
		lapic_accept(l, val, random() % 2);
		break;
	case 4:
		if (lapic_highest_pending(l) >= 0)
			lapic_ack(l, lapic_highest_pending(l));
		break;
	case 5:
		lapic_msr_write(l, LAPIC_MSR_FIRST + offset / 16, val & GENMASK(16, 0), now, fx);
		break;
	default:
		lapic_mmio_write(l, offset, val, now, fx);
		lapic_msr_write(l, LAPIC_MSR_FIRST + offset / 16, val, now, fx);
	}
}

static bool page_has(const struct lapic *l, u32 reg, u32 bit)
{
	return lapic_page_read(l->regs, reg) & bit;
}

static bool caches_match(struct lapic *l)
{
	struct lapic copy = *l;

	lapic_recompute(&copy);
	return copy.irr_max == l->irr_max && copy.isr_max == l->isr_max &&
	       copy.sw_enabled == l->sw_enabled &&
	       page_has(l, LAPIC_REG_LVT_TIMER, LAPIC_LVT_MASKED) == l->timer.masked &&
	       page_has(l, LAPIC_REG_LVT_LINT0, LAPIC_LVT_REMOTE_IRR) == l->lint0_remote_irr;
}

static bool timer_runs(const struct lapic *l)
{
	return lapic_timer_deadline(l) != U64_MAX;
}

/*
 * A one-shot timer that expired and was then made periodic stands still, which the state cannot
 * express: there, a periodic timer at 0 is about to be reloaded.
 */
static bool timer_is_stuck(const struct lapic *l)
{
	return l->timer.mode == LAPIC_TIMER_PERIODIC && l->timer.period_ns &&
	       l->timer.deadline_ns == U64_MAX;
}

/* Its state makes another APIC the same, up to the timer's fraction of a tick. */
static void check_state(struct lapic *l, u64 now)
{
	static u32 page[1024];
	struct kvm_lapic_state state, again;
	struct lapic other;
	unsigned int i;

	lapic_get_state(l, now, &state);
	lapic_init(&other, page, l->id, false);
	lapic_set_features(&other, all_features, 40);
	if (lapic_set_base(&other, lapic_base(l), true) || lapic_set_state(&other, now, &state))
		ck_abort_msg("state refused");
	lapic_get_state(&other, now, &again);
	for (i = 0; i < sizeof(state.regs); i++)
		if (state.regs[i] != again.regs[i])
			ck_abort_msg("byte %#x of the state differs", i);
	ck_assert(lapic_highest_pending(&other) == lapic_highest_pending(l) &&
		  timer_runs(&other) == timer_runs(l) &&
		  lapic_accept_pic(&other) == lapic_accept_pic(l));
}

/* Whatever the guest does: caches match the page, and the state can be taken over. */
START_TEST(any_accesses)
{
	static u32 page[1024];
	struct lapic_effect fx;
	struct lapic l;
	u64 now = 0;
	int i;

	srandom(2);
	lapic_init(&l, page, 0x12345, false);
	lapic_set_features(&l, all_features, 40);
	for (i = 0; i < 100000; i++) {
		now += random() % 1000000;
		any_access(&l, now, &fx);
		if (!caches_match(&l))
			ck_abort_msg("caches do not match");
		if (!timer_is_stuck(&l))
			check_state(&l, now);
	}
}
END_TEST

/* An APIC in the middle of its work: a timer runs, one interrupt is served and one waits. */
static void make_busy(struct lapic *l, void *page, bool x2apic)
{
	struct lapic_effect fx;

	lapic_init(l, page, 3, false);
	lapic_set_features(l, LAPIC_HAS_X2APIC, 40);
	lapic_mmio_write(l, LAPIC_REG_SVR, 0x1ff, 0, &fx);
	lapic_mmio_write(l, LAPIC_REG_LVT_TIMER, 0x20060, 0, &fx);
	lapic_mmio_write(l, LAPIC_REG_TMICT, 1000000, 0, &fx);
	if (x2apic)
		ck_assert_int_eq(lapic_set_base(l, lapic_base(l) | LAPIC_BASE_X2APIC, false), 0);
	lapic_accept(l, 0x51, false);
	lapic_ack(l, 0x51);
	lapic_accept(l, 0x31, false);
}

static void write_busy(struct lapic *l, void *page, u32 reg, u32 value, u64 now, bool x2apic,
		       struct lapic_effect *fx)
{
	make_busy(l, page, x2apic);
	memset(fx, 0, sizeof(*fx));
	if (x2apic)
		lapic_msr_write(l, LAPIC_MSR_FIRST + reg / 16, value, now, fx);
	else
		lapic_mmio_write(l, reg, value, now, fx);
	l->regs = NULL;
}

/* What lapic_needs_time() leaves out ends alike at whatever time; and something is left out. */
START_TEST(some_need_no_time)
{
	static const u32 values[] = { 0, 0x45, 0x4062 };
	static u32 page[2][1024];
	struct lapic_effect fx[2];
	struct lapic l[2];
	unsigned int timeless = 0;

	for (u32 reg = 0; reg < 0x400; reg += 16) {
		if (lapic_needs_time(reg))
			continue;
		timeless++;
		for (unsigned int i = 0; i < 2 * ARRAY_SIZE(values); i++) {
			memset(l, 0, sizeof(l));
			for (unsigned int late = 0; late < 2; late++)
				write_busy(&l[late], page[late], reg, values[i / 2],
					   late * 1234567890123ULL, i % 2, &fx[late]);
			ck_assert_mem_eq(&l[0], &l[1], sizeof(l[0]));
			ck_assert_mem_eq(page[0], page[1], sizeof(page[0]));
			ck_assert_mem_eq(&fx[0], &fx[1], sizeof(fx[0]));
		}
	}
	ck_assert_uint_eq(timeless, 5);
	ck_assert(lapic_needs_time(LAPIC_REG_TMICT) && lapic_needs_time(LAPIC_REG_LVT_TIMER));
}
END_TEST

Suite *lapic_suite(void)
{
	Suite *suite = suite_create("lapic");
	TCase *tcase = tcase_create("table");

	tcase_set_timeout(tcase, 60);
	tcase_add_table(tcase, lapic);
	tcase_add_test(tcase, against_sets);
	tcase_add_test(tcase, any_accesses);
	tcase_add_test(tcase, some_need_no_time);
	suite_add_tcase(suite, tcase);
	return suite;
}
