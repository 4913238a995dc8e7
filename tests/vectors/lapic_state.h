/* SPDX-License-Identifier: GPL-2.0 */
/* The local APIC's state, out and in. */
#ifndef VMH_VECTORS_LAPIC_STATE_H
#define VMH_VECTORS_LAPIC_STATE_H

#include "lapic_script.h"

#define lapic_state_case lapic_script

static const struct lapic_state_case lapic_state_cases[] = {
	{ "reset state", LAPIC_STARTS_RESET, .id = 5, .steps = {
		L_GET(), L_STATE(LAPIC_REG_ID, 5u << 24), L_STATE(LAPIC_REG_VERSION, 0x50014),
		L_STATE(LAPIC_REG_SVR, 0xff), L_STATE(LAPIC_REG_DFR, ~0u),
		L_STATE(LAPIC_REG_LVT_ERROR, 0x10000), L_SET(), L_R(LAPIC_REG_SVR, 0xff) } },
	{ "requests and service", .steps = {
		L_LEVEL(0x31), L_EDGE(0x81), L_TAKE(0x81), L_GET(), L_STATE(0x210, 1u << 17),
		L_STATE(0x190, 1u << 17), L_STATE(0x140, 1u << 1), L_STATE(LAPIC_REG_PPR, 0x80),
		L_RESET(), L_SET(), L_MAX(0x31, 0x81), L_IDLE(), L_EOI(FX_EDGE_ENDED, 0x81),
		L_TAKE(0x31), L_EOI(FX_LEVEL_ENDED, 0x31) } },
	{ "software enable", .steps = {
		L_GET(), L_RESET(), L_REFUSE(0x31), L_SET(), L_EDGE(0x31), L_PENDING(0x31) } },
	{ "TPR, LDR and DFR", .steps = {
		L_W(LAPIC_REG_TPR, 0x45), L_W(LAPIC_REG_LDR, 0x03000000), L_W(LAPIC_REG_DFR, 0),
		L_GET(), L_RESET(), L_SET(), L_R(LAPIC_REG_TPR, 0x45), L_R(LAPIC_REG_PPR, 0x45),
		L_R(LAPIC_REG_LDR, 0x03000000), L_R(LAPIC_REG_DFR, 0x0fffffff) } },
	{ "LVT entries", .steps = {
		L_W(LAPIC_REG_LVT_THERMAL, 0x10255), L_W(LAPIC_REG_LVT_PMC, 0x400),
		L_W(LAPIC_REG_LVT_LINT0, 0x700), L_W(LAPIC_REG_LVT_LINT1, 0x2400),
		L_W(LAPIC_REG_LVT_ERROR, 0xfe), L_GET(), L_RESET(), L_SET(),
		L_R(LAPIC_REG_LVT_THERMAL, 0x10255), L_R(LAPIC_REG_LVT_PMC, 0x400),
		L_R(LAPIC_REG_LVT_LINT0, 0x700), L_R(LAPIC_REG_LVT_LINT1, 0x2400),
		L_R(LAPIC_REG_LVT_ERROR, 0xfe) } },
	{ "LINT0's remote IRR", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_TAKE(0x55), L_GET(), L_RESET(),
		L_SET(), L_R(LAPIC_REG_LVT_LINT0, 0xc055), L_EOI(FX_LEVEL_ENDED, 0x55),
		L_PENDING(0x55) } },
	{ "unmasked ExtINT while software-disabled", LAPIC_STARTS_RESET, .steps = {
		L_GET(), L_EDIT(LAPIC_REG_LVT_LINT0, 0x700), L_EDIT(LAPIC_REG_LVT_LINT1, 0x400),
		L_SET(), L_WIRED(true, true), L_R(LAPIC_REG_LVT_LINT0, 0x700) } },
	{ "ICR and ESR", .steps = {
		L_W(LAPIC_REG_ICR2, 0x03000000), L_W(LAPIC_REG_ICR, 0x4041), L_REFUSE(1),
		L_W(LAPIC_REG_ESR, 0), L_GET(), L_RESET(), L_SET(), L_R(LAPIC_REG_ICR2, 0x03000000),
		L_R(LAPIC_REG_ICR, 0x4041), L_R(LAPIC_REG_ESR, 0x40) } },
	{ "errors not asked for yet are not kept", .steps = {
		L_REFUSE(1), L_GET(), L_SET(), L_W(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ESR, 0) } },
	{ "SVR suppression", .features = LAPIC_HAS_EOI_SUPPRESSION, .steps = {
		L_W(LAPIC_REG_SVR, 0x11ff), L_GET(), L_RESET(), L_SET(), L_R(LAPIC_REG_SVR, 0x11ff),
		L_FEATURES(0, 40), L_SET(), L_R(LAPIC_REG_SVR, 0x1ff) } },

	/* x2APIC */
	{ "x2APIC id in xAPIC's format", LAPIC_STARTS_X2APIC, .id = 0x12, .steps = {
		L_GET(), L_STATE(LAPIC_REG_ID, 0x12000000), L_STATE(LAPIC_REG_LDR, 0x10004),
		L_SET(),
		L_MR(LAPIC_REG_ID, 0x12), L_MR(LAPIC_REG_LDR, 0x10004) } },
	{ "x2APIC id of 32 bits", LAPIC_STARTS_X2APIC, .id = 0x12345,
		.features = LAPIC_STATE_ID_32BIT,
	  .steps = { L_GET(), L_STATE(LAPIC_REG_ID, 0x12345), L_SET(),
	  L_MR(LAPIC_REG_ID, 0x12345) } },
	{ "32-bit ids do not touch xAPIC", .id = 0x12, .features = LAPIC_STATE_ID_32BIT, .steps = {
		L_GET(), L_STATE(LAPIC_REG_ID, 0x12000000), L_SET() } },
	{ "x2APIC ICR is split", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_ICR, 0x1234567800004041ull), L_GET(), L_STATE(LAPIC_REG_ICR, 0x4041),
		L_STATE(LAPIC_REG_ICR2, 0x12345678), L_STATE(LAPIC_REG_ICR + 4, 0), L_INIT(),
		L_SET(),
		L_MR(LAPIC_REG_ICR, 0x1234567800004041ull) } },
	{ "x2APIC LDR is derived", LAPIC_STARTS_X2APIC, .id = 0x12, .steps = {
		L_GET(), L_EDIT(LAPIC_REG_LDR, 0xff), L_SET(), L_MR(LAPIC_REG_LDR, 0x10004) } },

	/* The timer */
	{ "one-shot goes on", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x55), L_W(LAPIC_REG_TMICT, 1000), L_AT(500), L_GET(),
		L_STATE(LAPIC_REG_TMICT, 1000), L_STATE(LAPIC_REG_TMCCT, 750), L_RESET(),
		L_AT(1000000), L_SET(), L_DUE(1001500), L_R(LAPIC_REG_TMICT, 1000) } },
	{ "expired one-shot stays expired", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x55), L_W(LAPIC_REG_TMICT, 1000), L_AT(2000),
		L_EXPIRE(true),
		L_GET(), L_STATE(LAPIC_REG_TMCCT, 0), L_RESET(), L_SET(), L_DUE(U64_MAX),
		L_PENDING(0x55) } },
	{ "expiry not yet seen is not lost", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x55), L_W(LAPIC_REG_TMICT, 1000), L_AT(3000), L_GET(),
		L_STATE(LAPIC_REG_TMCCT, 1), L_RESET(), L_SET(), L_DUE(3002) } },
	{ "expiry at this moment is not lost", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x55), L_W(LAPIC_REG_TMICT, 1000), L_AT(2000), L_GET(),
		L_STATE(LAPIC_REG_TMCCT, 1) } },
	{ "periodic goes on", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x20055), L_W(LAPIC_REG_TMICT, 500000), L_AT(100000),
		L_GET(),
		L_RESET(), L_AT(0), L_SET(), L_DUE(900000), L_AT(900000), L_EXPIRE(true),
		L_DUE(1900000) } },
	{ "periodic without a current count starts over", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x20055), L_W(LAPIC_REG_TMICT, 500000), L_AT(1000),
		L_GET(),
		L_EDIT(LAPIC_REG_TMCCT, 0), L_SET(), L_DUE(1001000) } },
	{ "current count above the initial one", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x55), L_W(LAPIC_REG_TMICT, 1000), L_GET(),
		L_EDIT(LAPIC_REG_TMCCT, ~0u), L_SET(), L_DUE(2000) } },
	{ "divide configuration", .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x55), L_W(LAPIC_REG_TDCR, 0xa),
		L_W(LAPIC_REG_TMICT, 1000),
		L_GET(), L_RESET(), L_SET(), L_DUE(128000) } },
	{ "masked timer", .steps = {
		L_W(LAPIC_REG_TMICT, 1000), L_GET(), L_RESET(), L_SET(), L_NEVER(), L_AT(500),
		L_R(LAPIC_REG_TMCCT, 750) } },
	{ "a TSC deadline survives", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x40055), L_TSC(5, 5), L_GET(), L_SET(), L_TSC_IS(5),
		L_EDIT(LAPIC_REG_LVT_TIMER, 0x55), L_SET(), L_TSC_IS(0) } },
	{ "TSC deadline mode needs its feature", .steps = {
		L_GET(), L_EDIT(LAPIC_REG_LVT_TIMER, 0x40055), L_SET(),
		L_R(LAPIC_REG_LVT_TIMER, 0x55) } },

	/* Hostile states */
	{ "another id", .id = 5, .steps = {
		L_GET(), L_EDIT(LAPIC_REG_ID, 6u << 24), L_EDIT(LAPIC_REG_TPR, 0x55), L_SETX(),
		L_R(LAPIC_REG_TPR, 0) } },
	{ "another x2APIC id", LAPIC_STARTS_X2APIC, .id = 5, .features = LAPIC_STATE_ID_32BIT,
	  .steps = { L_GET(), L_EDIT(LAPIC_REG_ID, 5u << 24), L_SETX() } },
	{ "another x2APIC id of 8 bits", LAPIC_STARTS_X2APIC, .id = 5, .steps = {
		L_GET(), L_EDIT(LAPIC_REG_ID, 6u << 24), L_EDIT(LAPIC_REG_TPR, 0x55), L_SET(),
		L_GET() } },
	{ "vector below 16 requested", .steps = { L_GET(), L_EDIT(0x200, 0x8000), L_SET(),
		L_IDLE(), L_R(0x200, 0x8000) } },
	{ "vector below 16 in service", .steps = { L_GET(), L_EDIT(0x100, 1), L_SET(),
		L_R(0x100, 1) } },
	{ "reserved bits are dropped", .steps = {
		L_GET(), L_EDIT(LAPIC_REG_TPR, ~0u), L_EDIT(LAPIC_REG_SVR, ~0u),
		L_EDIT(LAPIC_REG_LVT_TIMER, ~0u), L_EDIT(LAPIC_REG_LVT_LINT1, ~0u),
		L_EDIT(LAPIC_REG_TDCR, ~0u), L_EDIT(LAPIC_REG_ICR, ~0u),
		L_EDIT(LAPIC_REG_VERSION, ~0u),
		L_SET(), L_R(LAPIC_REG_TPR, 0xff), L_R(LAPIC_REG_SVR, 0x3ff),
		L_R(LAPIC_REG_LVT_TIMER, 0x300ff), L_R(LAPIC_REG_LVT_LINT1, 0x1a7ff),
		L_R(LAPIC_REG_TDCR, 0xb), L_R(LAPIC_REG_ICR, ~0x1000u),
		L_R(LAPIC_REG_VERSION, 0x50014) } },
};

static inline bool lapic_state_case_ok(const struct lapic_state_case *c, char *why, size_t why_len)
{
	return lapic_script_ok(c, why, why_len);
}

#endif /* VMH_VECTORS_LAPIC_STATE_H */
