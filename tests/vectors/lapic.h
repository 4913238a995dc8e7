/* SPDX-License-Identifier: GPL-2.0 */
/* The local APIC's interrupt file, priorities, modes and resets. */
#ifndef VMH_VECTORS_LAPIC_H
#define VMH_VECTORS_LAPIC_H

#include "lapic_script.h"

#define lapic_case lapic_script

static const struct lapic_case lapic_cases[] = {
	/* Requests and priorities */
	{ "nothing requested", .steps = { L_IDLE(), L_MAX(-1, -1) } },
	{ "edge: request, service, end", .steps = {
		L_EDGE(0x31), L_MAX(0x31, -1), L_R(0x210, 1u << 17), L_TAKE(0x31), L_IDLE(),
		L_MAX(-1, 0x31), L_R(0x110, 1u << 17), L_R(0x210, 0),
		L_EOI(FX_EDGE_ENDED, 0x31), L_MAX(-1, -1), L_R(0x110, 0) } },
	{ "level: TMR set, EOI broadcast", .steps = {
		L_LEVEL(0x31), L_R(0x190, 1u << 17), L_TAKE(0x31), L_EOI(FX_LEVEL_ENDED, 0x31),
		L_R(0x190, 1u << 17) } },
	{ "edge after level clears TMR", .steps = {
		L_LEVEL(0x31), L_TAKE(0x31), L_EOI(FX_LEVEL_ENDED, 0x31), L_EDGE(0x31),
		L_R(0x190, 0), L_TAKE(0x31), L_EOI(FX_EDGE_ENDED, 0x31) } },
	{ "a second request of a vector merges", .steps = {
		L_EDGE(0x40), L_EDGE(0x40), L_TAKE(0x40), L_EOI(FX_EDGE_ENDED, 0x40), L_IDLE() } },
	{ "requested again while in service", .steps = {
		L_EDGE(0x40), L_TAKE(0x40), L_EDGE(0x40), L_IDLE(), L_MAX(0x40, 0x40),
		L_EOI(FX_EDGE_ENDED, 0x40), L_TAKE(0x40) } },
	{ "the highest vector first", .steps = {
		L_EDGE(0x31), L_EDGE(0xf1), L_EDGE(0x80), L_TAKE(0xf1), L_EOI(FX_EDGE_ENDED, 0xf1),
		L_TAKE(0x80), L_EOI(FX_EDGE_ENDED, 0x80), L_TAKE(0x31) } },
	{ "same class does not nest", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_EDGE(0x3f), L_IDLE(), L_EOI(FX_EDGE_ENDED, 0x31),
		L_TAKE(0x3f) } },
	{ "higher class nests; EOI ends the highest", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_EDGE(0x40), L_TAKE(0x40), L_MAX(-1, 0x40),
		L_EOI(FX_EDGE_ENDED, 0x40), L_MAX(-1, 0x31), L_EOI(FX_EDGE_ENDED, 0x31) } },
	{ "lower class waits", .steps = {
		L_EDGE(0x80), L_TAKE(0x80), L_EDGE(0x70), L_IDLE(), L_EOI(FX_EDGE_ENDED, 0x80),
		L_PENDING(0x70) } },
	{ "EOI with nothing in service", .steps = { L_EDGE(0x31), L_EOI(0, 0), L_PENDING(0x31) } },
	{ "lowest and highest vector", .steps = {
		L_EDGE(16), L_EDGE(255), L_R(0x200, 1u << 16), L_R(0x270, 1u << 31), L_TAKE(255),
		L_EOI(FX_EDGE_ENDED, 255), L_TAKE(16) } },
	{ "vector 15 is an error", .steps = {
		L_REFUSE(15), L_IDLE(), L_W(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ESR, 0x40) } },
	{ "vector 0 is an error", .steps = {
		L_REFUSE(0), L_W(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ESR, 0x40) } },

	/* Task and processor priority */
	{ "TPR holds its class and below", .steps = {
		L_W(LAPIC_REG_TPR, 0x40), L_EDGE(0x4f), L_IDLE(), L_W(LAPIC_REG_TPR, 0x30),
		L_FX(LAPIC_FX_PENDING), L_PENDING(0x4f) } },
	{ "TPR sub-class does not count", .steps = {
		L_W(LAPIC_REG_TPR, 0x3f), L_EDGE(0x40), L_PENDING(0x40) } },
	{ "TPR 0xff holds all", .steps = {
		L_W(LAPIC_REG_TPR, 0xff), L_EDGE(0xff), L_IDLE(), L_W(LAPIC_REG_TPR, 0),
		L_PENDING(0xff) } },
	{ "PPR follows TPR", .steps = {
		L_W(LAPIC_REG_TPR, 0x2b), L_PEEK(LAPIC_REG_PPR, 0x2b), L_R(LAPIC_REG_PPR, 0x2b) } },
	{ "PPR follows ISR above TPR", .steps = {
		L_W(LAPIC_REG_TPR, 0x2b), L_EDGE(0x57), L_TAKE(0x57), L_R(LAPIC_REG_PPR, 0x50) } },
	{ "PPR with TPR in the class of ISR", .steps = {
		L_EDGE(0x57), L_TAKE(0x57), L_W(LAPIC_REG_TPR, 0x53), L_R(LAPIC_REG_PPR, 0x53) } },
	{ "PPR with TPR above ISR", .steps = {
		L_EDGE(0x57), L_TAKE(0x57), L_W(LAPIC_REG_TPR, 0x61), L_R(LAPIC_REG_PPR, 0x61) } },
	{ "CR8 is TPR's class", .steps = {
		L_CR8(0x9, 0x9), L_R(LAPIC_REG_TPR, 0x90), L_CR8(0x1f, 0xf), L_CR8(0, 0) } },
	{ "a TPR shadow changes TPR unseen", .steps = {
		L_EDGE(0x41), L_POKE(LAPIC_REG_TPR, 0x40), L_IDLE(), L_PEEK(LAPIC_REG_PPR, 0x40),
		L_POKE(LAPIC_REG_TPR, 0), L_PENDING(0x41) } },

	/* Software disable */
	{ "off after reset: nothing accepted", LAPIC_STARTS_RESET, .steps = {
		L_REFUSE(0x31), L_IDLE(), L_R(LAPIC_REG_SVR, 0xff) } },
	{ "software off refuses, keeps what it has", .steps = {
		L_EDGE(0x31), L_W(LAPIC_REG_SVR, 0xff), L_REFUSE(0x41), L_PENDING(0x31) } },
	{ "software off: errors stay unseen", LAPIC_STARTS_RESET, .steps = {
		L_REFUSE(3), L_W(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ESR, 0) } },

	/* IA32_APIC_BASE */
	{ "base after power-up", LAPIC_STARTS_RESET, .steps = { L_BASE_IS(BASE_ON) } },
	{ "base of the bootstrap processor", LAPIC_STARTS_RESET, .bsp = true, .steps = {
		L_BASE_IS(BASE_ON | LAPIC_BASE_BSP), L_BASE(BASE_ON), L_BASE_IS(BASE_ON),
		L_RESET(), L_BASE_IS(BASE_ON | LAPIC_BASE_BSP) } },
	{ "base moves", .steps = { L_BASE(0xfffffff000ull | LAPIC_BASE_ENABLE),
		L_R(0x30, LAPIC_VERSION) } },
	{ "base above the physical width", .steps = {
		L_BASEX(0x10000000000ull | LAPIC_BASE_ENABLE), L_HOSTX(0x10000000000ull),
		L_BASE_IS(BASE_ON) } },
	{ "base above a narrower width", .steps = {
		L_FEATURES(0, 36), L_BASEX(0x1000000000ull | LAPIC_BASE_ENABLE),
		L_BASE(0xf00000000ull | LAPIC_BASE_ENABLE) } },
	{ "base: reserved low bits", .steps = {
		L_BASEX(BASE_ON | 1), L_BASEX(BASE_ON | 1 << 7), L_BASEX(BASE_ON | 1 << 9) } },
	{ "x2APIC without the feature", .steps = { L_BASEX(BASE_X2APIC), L_HOSTX(BASE_X2APIC) } },
	{ "xAPIC to x2APIC", .id = 0x23, .features = LAPIC_HAS_X2APIC, .steps = {
		L_EDGE(0x31), L_BASE(BASE_X2APIC), L_MR(LAPIC_REG_ID, 0x23),
		L_MR(LAPIC_REG_LDR, 2u << 16 | 1u << 3), L_PENDING(0x31), L_RX(LAPIC_REG_ID) } },
	{ "xAPIC to x2APIC: half of ICR goes", .features = LAPIC_HAS_X2APIC, .steps = {
		L_W(LAPIC_REG_ICR2, 0x03000000), L_W(LAPIC_REG_ICR, 0x4041), L_BASE(BASE_X2APIC),
		L_MR(LAPIC_REG_ICR, 0x4041), L_PEEK(LAPIC_REG_ICR2, 0) } },
	{ "the host takes x2APIC back: half of ICR goes", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_ICR, 0x1234567800004041ull), L_HOST(BASE_ON),
		L_R(LAPIC_REG_ICR, 0x4041), L_R(LAPIC_REG_ICR2, 0),
		L_PEEK(LAPIC_REG_ICR + 4, 0) } },
	{ "x2APIC to xAPIC", LAPIC_STARTS_X2APIC, .steps = { L_BASEX(BASE_ON),
		L_BASE_IS(BASE_X2APIC) } },
	{ "x2APIC to off", LAPIC_STARTS_X2APIC, .id = 5, .steps = {
		L_EDGE(0x31), L_BASE(BASE_OFF), L_IDLE(), L_MRX(LAPIC_REG_ID), L_RX(LAPIC_REG_ID),
		L_BASE(BASE_ON), L_R(LAPIC_REG_ID, 5u << 24), L_R(LAPIC_REG_SVR, 0xff) } },
	{ "off to x2APIC", .features = LAPIC_HAS_X2APIC, .steps = {
		L_BASE(BASE_OFF), L_BASEX(BASE_X2APIC), L_BASE(BASE_ON), L_BASE(BASE_X2APIC) } },
	{ "x2APIC bit alone", .features = LAPIC_HAS_X2APIC, .steps = {
		L_BASEX(BASE_OFF | LAPIC_BASE_X2APIC), L_HOSTX(BASE_OFF | LAPIC_BASE_X2APIC) } },
	{ "globally off: pending vector lost", .steps = {
		L_EDGE(0x31), L_BASE(BASE_OFF), L_IDLE(), L_REFUSE(0x41), L_BASE(BASE_ON),
		L_IDLE() } },
	{ "the host may make any transition", .id = 7, .features = LAPIC_HAS_X2APIC, .steps = {
		L_HOST(BASE_OFF), L_HOST(BASE_X2APIC), L_MR(LAPIC_REG_ID, 7), L_HOST(BASE_ON),
		L_R(LAPIC_REG_ID, 7u << 24), L_R(LAPIC_REG_SVR, 0x1ff) } },
	{ "the host loses no register", .features = LAPIC_HAS_X2APIC, .steps = {
		L_EDGE(0x31), L_W(LAPIC_REG_LVT_ERROR, 0x55), L_HOST(BASE_OFF), L_IDLE(),
		L_HOST(BASE_X2APIC), L_PENDING(0x31), L_MR(LAPIC_REG_LVT_ERROR, 0x55) } },
	{ "the host in xAPIC keeps LDR", .steps = {
		L_W(LAPIC_REG_LDR, 0x02000000), L_HOST(BASE_OFF), L_HOST(BASE_ON),
		L_R(LAPIC_REG_LDR, 0x02000000) } },

	/* Reset: "Local APIC State After Power-Up or Reset" */
	{ "reset values", LAPIC_STARTS_RESET, .id = 3, .steps = {
		L_R(LAPIC_REG_ID, 3u << 24), L_R(LAPIC_REG_VERSION, 0x50014), L_R(LAPIC_REG_TPR, 0),
		L_R(LAPIC_REG_PPR, 0), L_R(LAPIC_REG_LDR, 0), L_R(LAPIC_REG_DFR, ~0u),
		L_R(LAPIC_REG_SVR, 0xff), L_R(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ICR, 0),
		L_R(LAPIC_REG_ICR2, 0), L_R(LAPIC_REG_TMICT, 0), L_R(LAPIC_REG_TMCCT, 0),
		L_R(LAPIC_REG_TDCR, 0) } },
	{ "reset masks all LVT entries", LAPIC_STARTS_RESET, .steps = {
		L_R(LAPIC_REG_LVT_TIMER, 0x10000), L_R(LAPIC_REG_LVT_THERMAL, 0x10000),
		L_R(LAPIC_REG_LVT_PMC, 0x10000), L_R(LAPIC_REG_LVT_LINT0, 0x10000),
		L_R(LAPIC_REG_LVT_LINT1, 0x10000), L_R(LAPIC_REG_LVT_ERROR, 0x10000) } },
	{ "reset clears requests and service", .steps = {
		L_LEVEL(0x31), L_EDGE(0x51), L_TAKE(0x51), L_RESET(), L_IDLE(), L_MAX(-1, -1),
		L_R(0x110, 0), L_R(0x120, 0), L_R(0x190, 0), L_R(0x210, 0),
		L_R(LAPIC_REG_SVR, 0xff) } },
	{ "reset leaves x2APIC", LAPIC_STARTS_X2APIC, .id = 9, .steps = {
		L_RESET(), L_BASE_IS(BASE_ON), L_R(LAPIC_REG_ID, 9u << 24),
		L_R(LAPIC_REG_LDR, 0) } },
	{ "INIT keeps x2APIC and the base", LAPIC_STARTS_X2APIC, .id = 9, .steps = {
		L_EDGE(0x31), L_INIT(), L_IDLE(), L_BASE_IS(BASE_X2APIC), L_MR(LAPIC_REG_ID, 9),
		L_MR(LAPIC_REG_LDR, 1u << 9), L_MR(LAPIC_REG_SVR, 0xff) } },
	{ "INIT in xAPIC clears LDR", .id = 9, .steps = {
		L_W(LAPIC_REG_LDR, 0x02000000), L_INIT(), L_R(LAPIC_REG_LDR, 0),
		L_R(LAPIC_REG_ID, 9u << 24) } },
	{ "INIT of a disabled APIC leaves it so", .steps = {
		L_BASE(BASE_OFF), L_INIT(), L_BASE_IS(BASE_OFF) } },
	{ "bootstrap LINT0 starts as ExtINT", LAPIC_STARTS_RESET, .bsp = true,
	  .features = LAPIC_RESETS_TO_EXTINT, .steps = {
		L_R(LAPIC_REG_LVT_LINT0, 0x700), L_WIRED(true, false) } },
	{ "others' LINT0 does not", LAPIC_STARTS_RESET, .features = LAPIC_RESETS_TO_EXTINT,
	  .steps = { L_R(LAPIC_REG_LVT_LINT0, 0x10000), L_WIRED(false, false) } },

	/* APIC virtualisation: the page changes by itself */
	{ "recompute finds requests", .steps = {
		L_POKE(0x250, 1u << 4), L_IDLE(), L_RECOMPUTE(), L_PENDING(0xa4),
		L_MAX(0xa4, -1) } },
	{ "recompute finds service", .steps = {
		L_POKE(0x150, 1u << 4), L_EDGE(0x55), L_RECOMPUTE(), L_IDLE(), L_MAX(0x55, 0xa4),
		L_PEEK(LAPIC_REG_PPR, 0xa0) } },
	{ "recompute updates PPR", .steps = {
		L_POKE(0x150, 1u << 4), L_RECOMPUTE(), L_PEEK(LAPIC_REG_PPR, 0xa0) } },
	{ "recompute finds software disable", .steps = {
		L_POKE(LAPIC_REG_SVR, 0xff), L_RECOMPUTE(), L_REFUSE(0x31) } },
	{ "EOI exit of a level vector", .steps = {
		L_LEVEL(0x66), L_EOI_INDUCED(FX_LEVEL_ENDED, 0x66) } },
	{ "EOI exit of an edge vector", .steps = { L_EOI_INDUCED(FX_EDGE_ENDED, 0x66) } },

	/* EOI-broadcast suppression */
	{ "suppression is announced", .features = LAPIC_HAS_EOI_SUPPRESSION, .steps = {
		L_R(LAPIC_REG_VERSION, 0x1050014), L_FEATURES(0, 40),
		L_R(LAPIC_REG_VERSION, 0x50014) } },
	{ "suppressed broadcast", .features = LAPIC_HAS_EOI_SUPPRESSION, .steps = {
		L_W(LAPIC_REG_SVR, 0x11ff), L_R(LAPIC_REG_SVR, 0x11ff), L_LEVEL(0x31), L_TAKE(0x31),
		L_EOI(LAPIC_FX_PENDING, 0x31) } },
	{ "no suppression without the feature", .steps = {
		L_W(LAPIC_REG_SVR, 0x11ff), L_R(LAPIC_REG_SVR, 0x1ff), L_LEVEL(0x31), L_TAKE(0x31),
		L_EOI(FX_LEVEL_ENDED, 0x31) } },
};

static inline bool lapic_case_ok(const struct lapic_case *c, char *why, size_t why_len)
{
	return lapic_script_ok(c, why, why_len);
}

#endif /* VMH_VECTORS_LAPIC_H */
