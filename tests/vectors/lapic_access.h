/* SPDX-License-Identifier: GPL-2.0 */
/* Each register of the local APIC, through memory and through MSRs. */
#ifndef VMH_VECTORS_LAPIC_ACCESS_H
#define VMH_VECTORS_LAPIC_ACCESS_H

#include "lapic_script.h"

#define lapic_access_case lapic_script

/* All that may be written to a register of an xAPIC, and what is there then. */
#define XAPIC_BITS(text, reg, want) \
	{ text, .steps = { L_W(reg, ~0u), L_R(reg, want), L_W(reg, 0), L_W(LAPIC_REG_ESR, 0), \
			   L_R(LAPIC_REG_ESR, 0) } }
/* A read-only register of an xAPIC: writes are ignored, and not an error. */
#define XAPIC_RO(text, reg, want) \
	{ text, .id = 0x12, .steps = { L_R(reg, want), L_W(reg, ~(want)), L_FX(0), L_R(reg, want), \
				       L_W(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ESR, 0) } }
#define XAPIC_NONE(text, offset) \
	{ text, .steps = { L_R(offset, 0), L_W(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ESR, 0x80), \
			   L_W(offset, 1), L_FX(LAPIC_FX_PENDING), L_W(LAPIC_REG_ESR, 0), \
			   L_R(LAPIC_REG_ESR, 0x80) } }
/* A register of an x2APIC: the value with all writable bits, and a bit that is reserved. */
#define X2APIC_RW(text, reg, all, reserved) \
	{ text, LAPIC_STARTS_X2APIC, .steps = { L_MW(reg, all), L_MR(reg, all), \
		L_MWX(reg, reserved), L_MR(reg, all), L_MWX(reg, 1ull << 32), L_MR(reg, all) } }
#define X2APIC_RO(text, reg, want) \
	{ text, LAPIC_STARTS_X2APIC, .id = 0x12, .steps = { \
		L_MR(reg, want), L_MWX(reg, want), L_MWX(reg, 0), L_MR(reg, want) } }
#define X2APIC_NONE(text, reg) \
	{ text, LAPIC_STARTS_X2APIC, .steps = { L_MRX(reg), L_MWX(reg, 0) } }

/* A vector is bit 5 of word @n of IRR, TMR and ISR, where only the APIC itself writes. */
#define XAPIC_VECTOR(n) \
	{ "IRR, TMR and ISR " #n, .steps = { \
		L_LEVEL(32 * (n) + 5), L_R(LAPIC_REG_IRR + 16 * (n), 0x20), \
		L_R(LAPIC_REG_TMR + 16 * (n), 0x20), L_TAKE(32 * (n) + 5), \
		L_R(LAPIC_REG_IRR + 16 * (n), 0), L_W(LAPIC_REG_IRR + 16 * (n), ~0u), \
		L_W(LAPIC_REG_TMR + 16 * (n), 0), L_W(LAPIC_REG_ISR + 16 * (n), 0), \
		L_R(LAPIC_REG_IRR + 16 * (n), 0), L_R(LAPIC_REG_TMR + 16 * (n), 0x20), \
		L_R(LAPIC_REG_ISR + 16 * (n), 0x20) } }
#define X2APIC_VECTOR(n) \
	{ "x2 IRR, TMR and ISR " #n, LAPIC_STARTS_X2APIC, .steps = { \
		L_LEVEL(32 * (n) + 5), L_MR(LAPIC_REG_IRR + 16 * (n), 0x20), \
		L_MR(LAPIC_REG_TMR + 16 * (n), 0x20), L_TAKE(32 * (n) + 5), \
		L_MWX(LAPIC_REG_IRR + 16 * (n), 0), L_MWX(LAPIC_REG_TMR + 16 * (n), 0), \
		L_MWX(LAPIC_REG_ISR + 16 * (n), 0), L_MR(LAPIC_REG_IRR + 16 * (n), 0), \
		L_MR(LAPIC_REG_ISR + 16 * (n), 0x20) } }

static const struct lapic_access_case lapic_access_cases[] = {
	/* xAPIC */
	XAPIC_RO("ID", LAPIC_REG_ID, 0x12000000u),
	XAPIC_RO("version", LAPIC_REG_VERSION, 0x50014u),
	XAPIC_BITS("TPR", LAPIC_REG_TPR, 0xff),
	XAPIC_RO("APR", LAPIC_REG_APR, 0u),
	XAPIC_RO("PPR", LAPIC_REG_PPR, 0u),
	XAPIC_RO("RRD", LAPIC_REG_RRD, 0u),
	XAPIC_BITS("LDR", LAPIC_REG_LDR, 0xff000000),
	XAPIC_BITS("DFR", LAPIC_REG_DFR, 0xffffffff),
	{ "DFR: low bits are ones", .steps = {
		L_W(LAPIC_REG_DFR, 0), L_R(LAPIC_REG_DFR, 0x0fffffff), L_FX(LAPIC_FX_MAP) } },
	XAPIC_BITS("SVR", LAPIC_REG_SVR, 0x3ff),
	XAPIC_RO("ISR 0", 0x100, 0u), XAPIC_RO("ISR 7", 0x170, 0u),
	XAPIC_RO("TMR 0", 0x180, 0u), XAPIC_RO("TMR 7", 0x1f0, 0u),
	XAPIC_RO("IRR 0", 0x200, 0u), XAPIC_RO("IRR 7", 0x270, 0u),
	XAPIC_VECTOR(1), XAPIC_VECTOR(2), XAPIC_VECTOR(3), XAPIC_VECTOR(4), XAPIC_VECTOR(5),
	XAPIC_VECTOR(6), XAPIC_VECTOR(7),
	XAPIC_BITS("ICR high", LAPIC_REG_ICR2, 0xff000000),
	XAPIC_BITS("LVT timer", LAPIC_REG_LVT_TIMER, 0x300ff),
	{ "LVT timer with TSC deadline", .features = LAPIC_HAS_TSC_DEADLINE, .steps = {
		L_W(LAPIC_REG_LVT_TIMER, 0x400ff), L_R(LAPIC_REG_LVT_TIMER, 0x400ff) } },
	XAPIC_BITS("LVT thermal", LAPIC_REG_LVT_THERMAL, 0x107ff),
	XAPIC_BITS("LVT performance counters", LAPIC_REG_LVT_PMC, 0x107ff),
	XAPIC_BITS("LVT LINT0", LAPIC_REG_LVT_LINT0, 0x1a7ff),
	XAPIC_BITS("LVT LINT1", LAPIC_REG_LVT_LINT1, 0x1a7ff),
	XAPIC_BITS("LVT error", LAPIC_REG_LVT_ERROR, 0x100ff),
	XAPIC_BITS("initial count", LAPIC_REG_TMICT, 0xffffffff),
	XAPIC_RO("current count", LAPIC_REG_TMCCT, 0u),
	XAPIC_BITS("divide configuration", LAPIC_REG_TDCR, 0xb),
	{ "EOI register", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_R(LAPIC_REG_EOI, 0), L_W(LAPIC_REG_EOI, 0),
		L_FX(FX_EDGE_ENDED), L_MAX(-1, -1) } },
	{ "EOI register: any value ends", .steps = {
		L_LEVEL(0x31), L_TAKE(0x31), L_W(LAPIC_REG_EOI, 0x1234), L_FX(FX_LEVEL_ENDED) } },
	{ "LDR changes the map", .steps = { L_W(LAPIC_REG_LDR, 0), L_FX(LAPIC_FX_MAP) } },
	{ "SVR changes the map when it enables", LAPIC_STARTS_RESET, .steps = {
		L_W(LAPIC_REG_SVR, 0xfe), L_FX(0), L_W(LAPIC_REG_SVR, 0x1fe), L_FX(LAPIC_FX_MAP),
		L_W(LAPIC_REG_SVR, 0x1ff), L_FX(0) } },
	{ "SVR disable masks the LVT", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x700), L_W(LAPIC_REG_LVT_ERROR, 0x55),
		L_W(LAPIC_REG_SVR, 0xff),
		L_FX(LAPIC_FX_MAP | LAPIC_FX_PIC | LAPIC_FX_TIMER | LAPIC_FX_PENDING),
		L_R(LAPIC_REG_LVT_LINT0, 0x10700), L_R(LAPIC_REG_LVT_ERROR, 0x10055),
		L_W(LAPIC_REG_LVT_ERROR, 0x55), L_R(LAPIC_REG_LVT_ERROR, 0x10055),
		L_W(LAPIC_REG_SVR, 0x1ff), L_R(LAPIC_REG_LVT_ERROR, 0x10055),
		L_W(LAPIC_REG_LVT_ERROR, 0x55), L_R(LAPIC_REG_LVT_ERROR, 0x55) } },
	XAPIC_NONE("no register at 0", 0x000), XAPIC_NONE("no register at 0x10", 0x010),
	XAPIC_NONE("no register at 0x40", 0x040), XAPIC_NONE("no register at 0x290", 0x290),
	XAPIC_NONE("no CMCI", 0x2f0), XAPIC_NONE("no self IPI", LAPIC_REG_SELF_IPI),
	XAPIC_NONE("no register at 0x3d0", 0x3d0), XAPIC_NONE("past the registers", 0x400),
	XAPIC_NONE("end of the page", 0xff0), XAPIC_NONE("far outside", 0xfffffff0u),
	{ "parts of a register", .id = 0x12, .steps = {
		L_R(LAPIC_REG_ID + 3, 0x12), L_R(LAPIC_REG_ID + 2, 0x1200),
		L_R(LAPIC_REG_ID + 4, 0),
		L_R(LAPIC_REG_ID + 15, 0), L_R(LAPIC_REG_VERSION + 1, 0x500) } },
	{ "unaligned write", .steps = {
		L_W(LAPIC_REG_TPR + 4, 0x55), L_W(LAPIC_REG_TPR + 1, 0x55), L_FX(0),
		L_R(LAPIC_REG_TPR, 0) } },
	{ "no MSRs", .steps = { L_MRX(LAPIC_REG_ID), L_MWX(LAPIC_REG_TPR, 0) } },
	{ "off: neither memory nor MSRs", .steps = {
		L_BASE(BASE_OFF), L_RX(LAPIC_REG_ID), L_WX(LAPIC_REG_TPR, 1),
		L_MRX(LAPIC_REG_ID) } },

	/* The error status register */
	{ "ESR shows errors after a write only", .steps = {
		L_REFUSE(1), L_R(LAPIC_REG_ESR, 0), L_W(LAPIC_REG_ESR, 0xff),
		L_R(LAPIC_REG_ESR, 0x40),
		L_R(LAPIC_REG_ESR, 0x40), L_W(LAPIC_REG_ESR, 0), L_R(LAPIC_REG_ESR, 0) } },
	{ "ESR collects errors", .steps = {
		L_REFUSE(1), L_R(0x2f0, 0), L_W(LAPIC_REG_ICR, 1), L_W(LAPIC_REG_ESR, 0),
		L_R(LAPIC_REG_ESR, 0xe0) } },

	/* The interrupt command register */
	{ "ICR: fixed, physical", .steps = {
		L_W(LAPIC_REG_ICR2, 0x05000000), L_FX(0), L_W(LAPIC_REG_ICR, 0x4041),
		L_IPI(5, 0x41, FIXED, TO_DEST, 0), L_R(LAPIC_REG_ICR, 0x4041),
		L_R(LAPIC_REG_ICR2, 0x05000000) } },
	{ "ICR: lowest priority, logical", .steps = {
		L_W(LAPIC_REG_ICR2, 0x0f000000), L_W(LAPIC_REG_ICR, 0x4941),
		L_IPI(0xf, 0x41, LOWEST, TO_DEST, 1) } },
	{ "ICR: SMI", .steps = { L_W(LAPIC_REG_ICR, 0x4200), L_IPI(0, 0, SMI, TO_DEST, 0) } },
	{ "ICR: NMI with any vector", .steps = {
		L_W(LAPIC_REG_ICR, 0x4403), L_IPI(0, 3, NMI, TO_DEST, 0) } },
	{ "ICR: remote read", .steps = {
		L_W(LAPIC_REG_ICR, 0x4302), L_IPI(0, 2, REMOTE_READ, TO_DEST, 0) } },
	{ "ICR: INIT", .steps = {
		L_W(LAPIC_REG_ICR2, 0x01000000), L_W(LAPIC_REG_ICR, 0xc500),
		L_IPI(1, 0, INIT, TO_DEST, 0) } },
	{ "ICR: INIT as an edge", .steps = {
		L_W(LAPIC_REG_ICR, 0x4500), L_IPI(0, 0, INIT, TO_DEST, 0) } },
	{ "ICR: INIT level de-assert does nothing", .steps = {
		L_W(LAPIC_REG_ICR, 0x8500), L_FX(0), L_R(LAPIC_REG_ICR, 0x8500) } },
	{ "ICR: SIPI", .steps = {
		L_W(LAPIC_REG_ICR2, 0x01000000), L_W(LAPIC_REG_ICR, 0x4699),
		L_IPI(1, 0x99, SIPI, TO_DEST, 0) } },
	{ "ICR: no ExtINT", .steps = { L_W(LAPIC_REG_ICR, 0x4741), L_FX(0) } },
	{ "ICR: fixed to self", .steps = {
		L_W(LAPIC_REG_ICR, 0x44041), L_FX(LAPIC_FX_PENDING), L_PENDING(0x41) } },
	{ "ICR: NMI to self", .steps = {
		L_W(LAPIC_REG_ICR, 0x44400), L_IPI(0, 0, NMI, TO_SELF, 0) } },
	{ "ICR: to all", .steps = {
		L_W(LAPIC_REG_ICR, 0x84041), L_IPI(0, 0x41, FIXED, TO_ALL, 0) } },
	{ "ICR: to others", .steps = {
		L_W(LAPIC_REG_ICR, 0xc4041), L_IPI(0, 0x41, FIXED, TO_OTHERS, 0) } },
	{ "ICR: level trigger is sent as an edge", .steps = {
		L_W(LAPIC_REG_ICR, 0xc041), L_IPI(0, 0x41, FIXED, TO_DEST, 0) } },
	{ "ICR: delivery status is read-only", .steps = {
		L_W(LAPIC_REG_ICR, 0x5041), L_R(LAPIC_REG_ICR, 0x4041) } },
	{ "ICR: reserved bits", .steps = {
		L_W(LAPIC_REG_ICR, 0xfff33841), L_R(LAPIC_REG_ICR, 0xfff32841) } },
	{ "ICR: vector 15 is not sent", .steps = {
		L_W(LAPIC_REG_ICR, 0x400f), L_FX(LAPIC_FX_PENDING), L_W(LAPIC_REG_ESR, 0),
		L_R(LAPIC_REG_ESR, 0x20) } },
	{ "ICR: vector 15 to self is not sent", .steps = {
		L_W(LAPIC_REG_ICR, 0x4400f), L_IDLE(), L_W(LAPIC_REG_ESR, 0),
		L_R(LAPIC_REG_ESR, 0x20) } },

	/* x2APIC */
	X2APIC_VECTOR(1), X2APIC_VECTOR(2), X2APIC_VECTOR(3), X2APIC_VECTOR(4), X2APIC_VECTOR(5),
	X2APIC_VECTOR(6), X2APIC_VECTOR(7),
	X2APIC_RO("x2 ID", LAPIC_REG_ID, 0x12),
	X2APIC_RO("x2 version", LAPIC_REG_VERSION, 0x50014),
	X2APIC_RW("x2 TPR", LAPIC_REG_TPR, 0xff, 0x100),
	X2APIC_RO("x2 PPR", LAPIC_REG_PPR, 0),
	X2APIC_RO("x2 LDR", LAPIC_REG_LDR, 0x10004),
	X2APIC_RW("x2 SVR", LAPIC_REG_SVR, 0x3ff, 0x1400),
	{ "x2 SVR suppression", LAPIC_STARTS_X2APIC, .features = LAPIC_HAS_EOI_SUPPRESSION,
	  .steps = { L_MW(LAPIC_REG_SVR, 0x11ff), L_MR(LAPIC_REG_SVR, 0x11ff) } },
	X2APIC_RO("x2 ISR 0", 0x100, 0), X2APIC_RO("x2 ISR 7", 0x170, 0),
	X2APIC_RO("x2 TMR 0", 0x180, 0), X2APIC_RO("x2 TMR 7", 0x1f0, 0),
	X2APIC_RO("x2 IRR 0", 0x200, 0), X2APIC_RO("x2 IRR 7", 0x270, 0),
	X2APIC_RW("x2 ESR", LAPIC_REG_ESR, 0, 1),
	X2APIC_RW("x2 LVT timer", LAPIC_REG_LVT_TIMER, 0x300ff, 0x40000),
	X2APIC_RW("x2 LVT thermal", LAPIC_REG_LVT_THERMAL, 0x107ff, 0x800),
	X2APIC_RW("x2 LVT performance counters", LAPIC_REG_LVT_PMC, 0x107ff, 0x20000),
	X2APIC_RW("x2 LVT LINT0", LAPIC_REG_LVT_LINT0, 0x1a7ff, 0x800),
	X2APIC_RW("x2 LVT LINT1", LAPIC_REG_LVT_LINT1, 0x1a7ff, 0x800),
	X2APIC_RW("x2 LVT error", LAPIC_REG_LVT_ERROR, 0x100ff, 0x100),
	X2APIC_RW("x2 initial count", LAPIC_REG_TMICT, 0xffffffff, 1ull << 63),
	X2APIC_RO("x2 current count", LAPIC_REG_TMCCT, 0),
	X2APIC_RW("x2 divide configuration", LAPIC_REG_TDCR, 0xb, 0x4),
	X2APIC_NONE("x2 has no APR", LAPIC_REG_APR),
	X2APIC_NONE("x2 has no RRD", LAPIC_REG_RRD),
	X2APIC_NONE("x2 has no DFR", LAPIC_REG_DFR),
	X2APIC_NONE("x2 has no ICR high", LAPIC_REG_ICR2),
	X2APIC_NONE("x2 has no CMCI", 0x2f0),
	X2APIC_NONE("x2 has nothing at 0", 0),
	X2APIC_NONE("x2 has nothing at 0x840", 0x400),
	X2APIC_NONE("x2 has nothing at 0x8ff", 0xff0),
	X2APIC_NONE("not an APIC's MSR", 0x1000),
	{ "x2 read-only LVT bits are ignored", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_LVT_LINT0, 0x15055), L_MR(LAPIC_REG_LVT_LINT0, 0x10055),
		L_MW(LAPIC_REG_LVT_ERROR, 0x1055), L_MR(LAPIC_REG_LVT_ERROR, 0x55) } },
	{ "x2 EOI", LAPIC_STARTS_X2APIC, .steps = {
		L_LEVEL(0x31), L_TAKE(0x31), L_MRX(LAPIC_REG_EOI), L_MWX(LAPIC_REG_EOI, 1),
		L_MAX(-1, 0x31), L_MW(LAPIC_REG_EOI, 0), L_FX(FX_LEVEL_ENDED) } },
	{ "x2 self IPI", LAPIC_STARTS_X2APIC, .steps = {
		L_MRX(LAPIC_REG_SELF_IPI), L_MWX(LAPIC_REG_SELF_IPI, 0x131),
		L_MW(LAPIC_REG_SELF_IPI, 0x31), L_FX(LAPIC_FX_PENDING), L_TAKE(0x31),
		L_EOI(FX_EDGE_ENDED, 0x31) } },
	{ "x2 self IPI of vector 15", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_SELF_IPI, 15), L_IDLE(), L_MW(LAPIC_REG_ESR, 0),
		L_MR(LAPIC_REG_ESR, 0x40) } },
	{ "x2 ICR: 32-bit destination", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_ICR, 0x1234567800004041ull),
		L_IPI32(0x12345678, 0x41, FIXED, TO_DEST, 0),
		L_MR(LAPIC_REG_ICR, 0x1234567800004041ull) } },
	{ "x2 ICR: logical", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_ICR, 0x0001000300004841ull),
		L_IPI32(0x10003, 0x41, FIXED, TO_DEST, 1) } },
	{ "x2 ICR: to others", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_ICR, 0xc4500), L_IPI32(0, 0, INIT, TO_OTHERS, 0) } },
	{ "x2 ICR: fixed to self", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_ICR, 0x44041), L_FX(LAPIC_FX_PENDING), L_PENDING(0x41) } },
	{ "x2 ICR: delivery status is ignored", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_ICR, 0x5041), L_MR(LAPIC_REG_ICR, 0x4041) } },
	{ "x2 ICR: reserved bits", LAPIC_STARTS_X2APIC, .steps = {
		L_MWX(LAPIC_REG_ICR, 0x6041), L_MWX(LAPIC_REG_ICR, 0x14041),
		L_MWX(LAPIC_REG_ICR, 0x104041), L_MR(LAPIC_REG_ICR, 0) } },
	{ "x2 illegal registers are no APIC error", LAPIC_STARTS_X2APIC, .steps = {
		L_MRX(LAPIC_REG_DFR), L_MW(LAPIC_REG_ESR, 0), L_MR(LAPIC_REG_ESR, 0) } },
	{ "x2: no memory", LAPIC_STARTS_X2APIC, .steps = {
		L_RX(LAPIC_REG_ID), L_WX(LAPIC_REG_TPR, 1) } },

	/* Writes that the processor made */
	{ "APIC-write of the id is undone", .id = 0x12, .steps = {
		L_APICV(LAPIC_REG_ID, 0x55000000), L_PEEK(LAPIC_REG_ID, 0x12000000) } },
	{ "APIC-write of an LVT entry drops bits", .steps = {
		L_APICV(LAPIC_REG_LVT_ERROR, ~0u), L_PEEK(LAPIC_REG_LVT_ERROR, 0x100ff) } },
	{ "APIC-write of the LVT while disabled", LAPIC_STARTS_RESET, .steps = {
		L_APICV(LAPIC_REG_LVT_ERROR, 0x55), L_PEEK(LAPIC_REG_LVT_ERROR, 0x10055) } },
	{ "APIC-write of SVR disables", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x700), L_APICV(LAPIC_REG_SVR, 0xff), L_REFUSE(0x31),
		L_PEEK(LAPIC_REG_LVT_LINT0, 0x10700) } },
	{ "APIC-write of ESR", .steps = {
		L_REFUSE(1), L_APICV(LAPIC_REG_ESR, 0x1ff), L_PEEK(LAPIC_REG_ESR, 0x40) } },
	{ "APIC-write of ICR sends", .steps = {
		L_POKE(LAPIC_REG_ICR2, 0x03000000), L_APICV(LAPIC_REG_ICR, 0x5041),
		L_IPI(3, 0x41, FIXED, TO_DEST, 0), L_PEEK(LAPIC_REG_ICR, 0x4041) } },
	{ "APIC-write of DFR", .steps = {
		L_APICV(LAPIC_REG_DFR, 0), L_PEEK(LAPIC_REG_DFR, 0x0fffffff),
		L_FX(LAPIC_FX_MAP) } },
	{ "APIC-write of EOI ends", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_APICV(LAPIC_REG_EOI, 0), L_FX(FX_EDGE_ENDED) } },
	{ "APIC-write starts the timer", .steps = {
		L_AT(1000), L_W(LAPIC_REG_LVT_TIMER, 0x55), L_APICV(LAPIC_REG_TMICT, 100),
		L_FX(LAPIC_FX_TIMER | LAPIC_FX_PENDING), L_DUE(1200) } },
	{ "APIC-write of self IPI", LAPIC_STARTS_X2APIC, .steps = {
		L_APICV(LAPIC_REG_SELF_IPI, 0x31), L_PENDING(0x31) } },
	{ "APIC-write of an x2APIC's ICR", LAPIC_STARTS_X2APIC, .steps = {
		L_POKE(LAPIC_REG_ICR + 4, 0x12345), L_APICV(LAPIC_REG_ICR, 0x4041),
		L_IPI32(0x12345, 0x41, FIXED, TO_DEST, 0) } },
	{ "interrupt status", .steps = {
		L_STATUS(0), L_EDGE(0x31), L_STATUS(0x31), L_EDGE(0x52), L_STATUS(0x52),
		L_TAKE(0x52), L_STATUS(0x5231) } },
	{ "interrupt status of a disabled APIC", LAPIC_STARTS_ON, .steps = {
		L_EDGE(0x31), L_BASE(LAPIC_BASE_DEFAULT), L_STATUS(0),
		L_SET_STATUS(0x4142), L_STATUS(0) } },
	{ "the processor took one and ended it", .steps = {
		L_EDGE(0x31), L_EDGE(0x52), L_POKE(LAPIC_REG_IRR + 0x20, 0),
		L_POKE(LAPIC_REG_ISR + 0x20, 1 << 18), L_SET_STATUS(0x5231), L_MAX(0x31, 0x52),
		L_IDLE(), L_POKE(LAPIC_REG_ISR + 0x20, 0), L_SET_STATUS(0x31), L_MAX(0x31, -1),
		L_PENDING(0x31) } },
	{ "EOI exits: level-triggered vectors", .steps = {
		L_EOI_EXITS(0, 0), L_LEVEL(0x31), L_LEVEL(0xff), L_EDGE(0x41),
		L_EOI_EXITS(0, 1ULL << 0x31), L_EOI_EXITS(1, 0), L_EOI_EXITS(2, 0),
		L_EOI_EXITS(3, 1ULL << 63), L_EDGE(0x31), L_EOI_EXITS(0, 0) } },
	{ "EOI exits: each half of each word", .steps = {
		L_LEVEL(0x18), L_LEVEL(0x28), L_LEVEL(0x48), L_LEVEL(0x68), L_LEVEL(0x88),
		L_LEVEL(0xa8), L_LEVEL(0xc8), L_LEVEL(0xe8),
		L_EOI_EXITS(0, 1ULL << 0x18 | 1ULL << 0x28),
		L_EOI_EXITS(1, 1ULL << 0x08 | 1ULL << 0x28),
		L_EOI_EXITS(2, 1ULL << 0x08 | 1ULL << 0x28),
		L_EOI_EXITS(3, 1ULL << 0x08 | 1ULL << 0x28) } },
	{ "EOI exits: LINT0 while it waits for its EOI", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x80bf), L_EOI_EXITS(2, 0), L_LINT(0, 1),
		L_EOI_EXITS(0, 0), L_EOI_EXITS(1, 0), L_EOI_EXITS(2, 1ULL << 63),
		L_EOI_EXITS(3, 0) } },
	{ "APIC-write outside the registers", .steps = {
		L_APICV(0x3f0, 0x31), L_FX(0), L_APICV(0x800, 1), L_FX(0), L_IDLE() } },
};

static inline bool lapic_access_case_ok(const struct lapic_access_case *c, char *why,
					size_t why_len)
{
	return lapic_script_ok(c, why, why_len);
}

#endif /* VMH_VECTORS_LAPIC_ACCESS_H */
