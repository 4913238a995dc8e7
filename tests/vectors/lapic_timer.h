/* SPDX-License-Identifier: GPL-2.0 */
/* The local APIC's timer. With the reset value of the divide configuration, a tick is 2 ns. */
#ifndef VMH_VECTORS_LAPIC_TIMER_H
#define VMH_VECTORS_LAPIC_TIMER_H

#include "lapic_script.h"

#define lapic_timer_case lapic_script

#define LVTT_ONESHOT	0x55
#define LVTT_PERIODIC	0x20055
#define LVTT_TSC	0x40055
#define LVTT_MASKED	0x10000
#define FX_TIMER	(LAPIC_FX_TIMER | LAPIC_FX_PENDING)

#define L_LVTT(val)	L_W(LAPIC_REG_LVT_TIMER, val)
#define L_TMICT(val)	L_W(LAPIC_REG_TMICT, val)
#define L_TDCR(val)	L_W(LAPIC_REG_TDCR, val)
#define L_TMCCT(want)	L_R(LAPIC_REG_TMCCT, want)

/* A count of 1000 under a divide configuration. */
#define DIVIDE(text, config, ns) \
	{ text, .steps = { L_LVTT(LVTT_ONESHOT), L_TDCR(config), L_TMICT(1000), \
			   L_DUE(1000 * (ns)), L_AT(ns), L_TMCCT(999), L_AT(999 * (ns)), \
			   L_TMCCT(1) } }

static const struct lapic_timer_case lapic_timer_cases[] = {
	{ "stopped after reset", LAPIC_STARTS_RESET, .steps = {
		L_NEVER(), L_TMCCT(0), L_EXPIRE(false), L_TSC_IS(0) } },

	/* One-shot */
	{ "one-shot", .steps = {
		L_AT(5000), L_LVTT(LVTT_ONESHOT), L_FX(FX_TIMER), L_TMICT(1000), L_FX(FX_TIMER),
		L_DUE(7000), L_TMCCT(1000), L_AT(5001), L_TMCCT(1000), L_AT(5002), L_TMCCT(999),
		L_AT(6999), L_TMCCT(1), L_EXPIRE(false), L_AT(7000), L_TMCCT(0), L_EXPIRE(true),
		L_TAKE(0x55), L_NEVER(), L_TMCCT(0), L_AT(99999), L_EXPIRE(false) } },
	{ "a slower bus", .steps = {
		L_BUS(40), L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_DUE(80000), L_TMCCT(1000),
		L_AT(80), L_TMCCT(999), L_TDCR(0xb), L_TMICT(1000), L_DUE(80 + 40000) } },
	{ "the slowest bus", .steps = {
		L_BUS(LAPIC_BUS_PERIOD_MAX_NS), L_LVTT(LVTT_ONESHOT), L_TDCR(0xa), L_TMICT(~0u),
		L_DUE(0x7fffffff80000000), L_TMCCT(~0u) } },
	{ "one-shot: late expiry", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(50000), L_TMCCT(0), L_EXPIRE(true),
		L_NEVER() } },
	{ "one-shot: written again while running", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(1000), L_TMICT(10), L_DUE(1020) } },
	{ "one-shot: count 0 stops", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_TMICT(0), L_NEVER(), L_TMCCT(0), L_AT(9999),
		L_EXPIRE(false) } },
	{ "one-shot: count 1", .steps = {
		L_AT(10), L_LVTT(LVTT_ONESHOT), L_TMICT(1), L_DUE(12), L_AT(12), L_EXPIRE(true) } },
	{ "one-shot: largest count and divisor", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TDCR(0xa), L_TMICT(0xffffffff), L_DUE(549755813760ull),
		L_AT(549755813759ull), L_TMCCT(1), L_AT(127), L_TMCCT(0xffffffff) } },
	{ "one-shot: an expiry not yet seen comes before a new count", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(2000), L_TMICT(1000), L_PENDING(0x55),
		L_DUE(4000) } },
	{ "initial count reads back", .steps = {
		L_TMICT(0x12345678), L_R(LAPIC_REG_TMICT, 0x12345678) } },
	{ "in an x2APIC", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_LVT_TIMER, LVTT_ONESHOT), L_MW(LAPIC_REG_TMICT, 1000),
		L_FX(FX_TIMER),
		L_DUE(2000), L_AT(1000), L_MR(LAPIC_REG_TMCCT, 500) } },
	DIVIDE("divide by 1", 0xb, 1ull), DIVIDE("divide by 2", 0x0, 2ull),
	DIVIDE("divide by 4", 0x1, 4ull), DIVIDE("divide by 8", 0x2, 8ull),
	DIVIDE("divide by 16", 0x3, 16ull), DIVIDE("divide by 32", 0x8, 32ull),
	DIVIDE("divide by 64", 0x9, 64ull), DIVIDE("divide by 128", 0xa, 128ull),
	{ "the divisor changes under a running timer", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(1000), L_TDCR(0x3), L_FX(FX_TIMER),
		L_TMCCT(500), L_DUE(9000) } },
	{ "an expiry not yet seen comes before a new divisor", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(2000), L_TDCR(0x3), L_PENDING(0x55),
		L_NEVER() } },
	{ "the divisor does not change", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(1001), L_TDCR(0), L_DUE(2000) } },

	/* Periodic */
	{ "periodic", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TMICT(500000), L_DUE(1000000), L_AT(1000000),
		L_TMCCT(500000), L_EXPIRE(true), L_TAKE(0x55), L_EOI(FX_EDGE_ENDED, 0x55),
		L_DUE(2000000), L_AT(2500000), L_TMCCT(250000), L_EXPIRE(true), L_DUE(3000000),
		L_TMCCT(250000) } },
	{ "periodic: missed ticks are one interrupt, on the grid", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TMICT(500000), L_AT(7300000), L_EXPIRE(true),
		L_DUE(8000000),
		L_EXPIRE(false) } },
	{ "periodic: asleep for years", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TDCR(0xb), L_TMICT(200001),
		L_AT(200001ull * 5000000000000ull),
		L_EXPIRE(true), L_DUE(200001ull * 5000000000001ull) } },
	{ "periodic: floor of 200 us", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TDCR(0xb), L_TMICT(30000), L_DUE(210000), L_AT(30000),
		L_EXPIRE(false), L_TMCCT(30000), L_AT(45000), L_TMCCT(15000), L_AT(210000),
		L_EXPIRE(true), L_DUE(420000) } },
	{ "periodic: period of 1 ns", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TDCR(0xb), L_TMICT(1), L_DUE(200000), L_TMCCT(1),
		L_AT(200000),
		L_EXPIRE(true), L_DUE(400000) } },
	{ "periodic: another floor", .steps = {
		L_FLOOR(1000), L_LVTT(LVTT_PERIODIC), L_TDCR(0xb), L_TMICT(300), L_DUE(1200) } },
	{ "periodic: no floor", .steps = {
		L_FLOOR(0), L_LVTT(LVTT_PERIODIC), L_TDCR(0xb), L_TMICT(1), L_DUE(1) } },
	{ "periodic: count 0 stops", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TMICT(500000), L_TMICT(0), L_NEVER() } },

	/* Masks and modes */
	{ "masked: runs, no deadline", .steps = {
		L_LVTT(LVTT_ONESHOT | LVTT_MASKED), L_TMICT(1000), L_NEVER(), L_AT(1000),
		L_TMCCT(500),
		L_AT(2000), L_TMCCT(0), L_EXPIRE(false), L_IDLE() } },
	{ "unmasked before it expires", .steps = {
		L_LVTT(LVTT_ONESHOT | LVTT_MASKED), L_TMICT(1000), L_AT(1000), L_LVTT(LVTT_ONESHOT),
		L_DUE(2000) } },
	{ "unmasked after it expired", .steps = {
		L_LVTT(LVTT_ONESHOT | LVTT_MASKED), L_TMICT(1000), L_AT(2000), L_LVTT(LVTT_ONESHOT),
		L_NEVER(), L_IDLE(), L_TMCCT(0) } },
	{ "periodic, unmasked later", .steps = {
		L_LVTT(LVTT_PERIODIC | LVTT_MASKED), L_TMICT(500000), L_AT(7300000),
		L_TMCCT(350000),
		L_LVTT(LVTT_PERIODIC), L_IDLE(), L_DUE(8000000) } },
	{ "masked after it expired, before that was seen", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(2000), L_LVTT(LVTT_ONESHOT | LVTT_MASKED),
		L_NEVER(), L_TMCCT(0) } },
	{ "software disable stops interrupts, not the count", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_W(LAPIC_REG_SVR, 0xff), L_NEVER(),
		L_AT(1000),
		L_TMCCT(500) } },
	{ "one-shot to periodic keeps counting", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(500000), L_LVTT(LVTT_PERIODIC), L_DUE(1000000),
		L_AT(1000000), L_EXPIRE(true), L_DUE(2000000) } },
	{ "periodic to one-shot keeps counting", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TMICT(500000), L_AT(1500000), L_EXPIRE(true),
		L_LVTT(LVTT_ONESHOT), L_DUE(2000000), L_AT(2000000), L_EXPIRE(true), L_NEVER() } },
	{ "expired one-shot to periodic does not restart", .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_AT(2000), L_EXPIRE(true),
		L_LVTT(LVTT_PERIODIC),
		L_NEVER(), L_TMCCT(0) } },
	{ "vector 15", .steps = {
		L_LVTT(0xf), L_TMICT(1000), L_AT(2000), L_EXPIRE(false), L_W(LAPIC_REG_ESR, 0),
		L_R(LAPIC_REG_ESR, 0x40) } },
	{ "reset stops it", .steps = {
		L_LVTT(LVTT_PERIODIC), L_TMICT(500000), L_INIT(), L_NEVER(), L_TMCCT(0),
		L_R(LAPIC_REG_TMICT, 0) } },

	/* TSC deadline */
	{ "TSC deadline", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_LVTT(LVTT_TSC), L_TSC(123456, 123456), L_NEVER(), L_TMCCT(0), L_EXPIRE(true),
		L_TSC_IS(0), L_TAKE(0x55), L_EXPIRE(false) } },
	{ "TSC deadline: 0 disarms", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_LVTT(LVTT_TSC), L_TSC(123456, 123456), L_TSC(0, 0), L_EXPIRE(false) } },
	{ "TSC deadline: ignored in other modes", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_TSC(5, 0), L_LVTT(LVTT_PERIODIC), L_TSC(5, 0), L_LVTT(LVTT_TSC), L_TSC_IS(0) } },
	{ "TSC deadline: initial count ignored", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_LVTT(LVTT_TSC), L_TMICT(1000), L_R(LAPIC_REG_TMICT, 0), L_TMCCT(0), L_NEVER() } },
	{ "TSC deadline: masked expiry disarms silently", .features = LAPIC_HAS_TSC_DEADLINE,
		.steps = {
		L_LVTT(LVTT_TSC | LVTT_MASKED), L_TSC(5, 5), L_EXPIRE(false), L_TSC_IS(0),
		L_IDLE() } },
	{ "TSC deadline to one-shot disarms", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_LVTT(LVTT_TSC), L_TSC(5, 5), L_LVTT(LVTT_ONESHOT), L_TSC_IS(0), L_NEVER(),
		L_EXPIRE(false) } },
	{ "one-shot to TSC deadline disarms", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_LVTT(LVTT_TSC), L_NEVER(),
		L_R(LAPIC_REG_TMICT, 0), L_LVTT(LVTT_ONESHOT), L_NEVER() } },
	{ "TSC deadline: another write of its mode keeps it", .features = LAPIC_HAS_TSC_DEADLINE,
	  .steps = { L_LVTT(LVTT_TSC), L_TSC(5, 5), L_LVTT(LVTT_TSC | 0x66), L_TSC_IS(5) } },
	{ "TSC deadline: INIT disarms", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_LVTT(LVTT_TSC), L_TSC(5, 5), L_INIT(), L_TSC_IS(0) } },
	{ "no TSC deadline without the feature: one-shot", .steps = {
		L_LVTT(LVTT_TSC), L_R(LAPIC_REG_LVT_TIMER, LVTT_ONESHOT), L_TSC(5, 0) } },
	{ "the reserved mode does nothing", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_LVTT(LVTT_ONESHOT), L_TMICT(1000), L_LVTT(0x60055), L_NEVER(), L_TMICT(1000),
		L_NEVER(),
		L_TSC(5, 0), L_AT(99999), L_EXPIRE(false) } },
};

static inline bool lapic_timer_case_ok(const struct lapic_timer_case *c, char *why, size_t why_len)
{
	return lapic_script_ok(c, why, why_len);
}

#endif /* VMH_VECTORS_LAPIC_TIMER_H */
