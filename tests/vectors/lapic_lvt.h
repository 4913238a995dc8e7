/* SPDX-License-Identifier: GPL-2.0 */
/* The local vector table, the LINT inputs, and error interrupts. */
#ifndef VMH_VECTORS_LAPIC_LVT_H
#define VMH_VECTORS_LAPIC_LVT_H

#include "lapic_script.h"

#define lapic_lvt_case lapic_script

static const struct lapic_lvt_case lapic_lvt_cases[] = {
	{ "masked entry", .steps = { L_LVT(THERMAL), L_FX(0), L_IDLE() } },
	{ "fixed", .steps = {
		L_W(LAPIC_REG_LVT_THERMAL, 0x55), L_LVT(THERMAL), L_FX(LAPIC_FX_PENDING),
		L_TAKE(0x55), L_EOI(FX_EDGE_ENDED, 0x55) } },
	{ "fixed, vector 15", .steps = {
		L_W(LAPIC_REG_LVT_THERMAL, 15), L_LVT(THERMAL), L_IDLE(), L_W(LAPIC_REG_ESR, 0),
		L_R(LAPIC_REG_ESR, 0x40) } },
	{ "NMI", .steps = { L_W(LAPIC_REG_LVT_THERMAL, 0x400), L_LVT(THERMAL),
		L_FX(LAPIC_FX_NMI) } },
	{ "SMI", .steps = { L_W(LAPIC_REG_LVT_THERMAL, 0x200), L_LVT(THERMAL),
		L_FX(LAPIC_FX_SMI) } },
	{ "INIT", .steps = { L_W(LAPIC_REG_LVT_LINT1, 0x500), L_LVT(LINT1), L_FX(LAPIC_FX_INIT) } },
	{ "reserved delivery mode", .steps = {
		L_W(LAPIC_REG_LVT_THERMAL, 0x355), L_LVT(THERMAL), L_FX(0), L_IDLE() } },
	{ "nothing from a globally disabled APIC", .steps = {
		L_W(LAPIC_REG_LVT_THERMAL, 0x400), L_HOST(BASE_OFF), L_LVT(THERMAL), L_FX(0) } },
	{ "performance interrupt masks its entry", .steps = {
		L_W(LAPIC_REG_LVT_PMC, 0x400), L_LVT(PMC), L_FX(LAPIC_FX_NMI),
		L_R(LAPIC_REG_LVT_PMC, 0x10400), L_LVT(PMC), L_FX(0),
		L_W(LAPIC_REG_LVT_PMC, 0x400), L_LVT(PMC), L_FX(LAPIC_FX_NMI) } },
	{ "thermal interrupt does not", .steps = {
		L_W(LAPIC_REG_LVT_THERMAL, 0x55), L_LVT(THERMAL),
		L_R(LAPIC_REG_LVT_THERMAL, 0x55) } },

	/* What is wired to the pins */
	{ "reset: neither PIC nor NMI", LAPIC_STARTS_RESET, .steps = { L_WIRED(false, false) } },
	{ "ExtINT on LINT0, NMI on LINT1", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x700), L_FX(LAPIC_FX_PIC), L_WIRED(true, false),
		L_W(LAPIC_REG_LVT_LINT1, 0x400), L_WIRED(true, true),
		L_W(LAPIC_REG_LVT_LINT0, 0x10700), L_WIRED(false, true),
		L_W(LAPIC_REG_LVT_LINT1, 0x10400), L_WIRED(false, false) } },
	{ "fixed on LINT0 is not ExtINT", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x55), L_W(LAPIC_REG_LVT_LINT1, 0x55),
		L_WIRED(false, false) } },
	{ "disabled APIC: pins are INTR and NMI", .steps = {
		L_BASE(BASE_OFF), L_WIRED(true, true) } },
	{ "software disable masks ExtINT", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x700), L_W(LAPIC_REG_SVR, 0xff),
		L_WIRED(false, false) } },

	/* The LINT inputs */
	{ "LINT0 edge", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x55), L_LINT(0, 1), L_FX(LAPIC_FX_PENDING), L_TAKE(0x55),
		L_LINT(0, 1), L_IDLE(), L_EOI(FX_EDGE_ENDED, 0x55), L_IDLE(), L_LINT(0, 0),
		L_LINT(0, 1), L_PENDING(0x55) } },
	{ "LINT0 level: remote IRR until EOI", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_R(LAPIC_REG_LVT_LINT0, 0xc055),
		L_TAKE(0x55), L_LINT(0, 0), L_EOI(FX_LEVEL_ENDED, 0x55),
		L_R(LAPIC_REG_LVT_LINT0, 0x8055), L_IDLE() } },
	{ "LINT0 level: still asserted at EOI", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_TAKE(0x55), L_LINT(0, 1),
		L_IDLE(),
		L_EOI(FX_LEVEL_ENDED, 0x55), L_PENDING(0x55), L_R(LAPIC_REG_LVT_LINT0, 0xc055) } },
	{ "LINT0 level: asserted again after EOI", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_TAKE(0x55), L_LINT(0, 0),
		L_EOI(FX_LEVEL_ENDED, 0x55), L_LINT(0, 1), L_PENDING(0x55) } },
	{ "LINT0 level: another vector's EOI", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_TAKE(0x55), L_EDGE(0x66),
		L_TAKE(0x66),
		L_EOI(FX_EDGE_ENDED, 0x66), L_R(LAPIC_REG_LVT_LINT0, 0xc055), L_IDLE() } },
	{ "LINT0 level: asserted before unmasked", .steps = {
		L_LINT(0, 1), L_FX(0), L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_PENDING(0x55) } },
	{ "LINT0 edge before unmasked is lost", .steps = {
		L_LINT(0, 1), L_W(LAPIC_REG_LVT_LINT0, 0x55), L_IDLE() } },
	{ "LINT0 made edge-triggered forgets remote IRR", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_W(LAPIC_REG_LVT_LINT0, 0x10055),
		L_R(LAPIC_REG_LVT_LINT0, 0x10055), L_W(LAPIC_REG_LVT_LINT0, 0x18055),
		L_R(LAPIC_REG_LVT_LINT0, 0x18055) } },
	{ "LINT0 remote IRR survives a write", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_W(LAPIC_REG_LVT_LINT0, 0x18055),
		L_R(LAPIC_REG_LVT_LINT0, 0x1c055) } },
	{ "LINT0 NMI is an edge whatever the trigger", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8400), L_LINT(0, 1), L_FX(LAPIC_FX_NMI), L_LINT(0, 1),
		L_FX(0), L_LINT(0, 0), L_LINT(0, 1), L_FX(LAPIC_FX_NMI) } },
	{ "LINT0 ExtINT", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x700), L_LINT(0, 1), L_FX(LAPIC_FX_PIC), L_IDLE() } },
	{ "LINT1 NMI", .steps = {
		L_W(LAPIC_REG_LVT_LINT1, 0x400), L_LINT(1, 1), L_FX(LAPIC_FX_NMI), L_LINT(1, 1),
		L_FX(0) } },
	{ "LINT1 is never level-sensitive", .steps = {
		L_W(LAPIC_REG_LVT_LINT1, 0x8055), L_LINT(1, 1), L_TAKE(0x55),
		L_EOI(FX_EDGE_ENDED, 0x55), L_IDLE() } },
	{ "no LINT2", .steps = { L_LINT(2, 1), L_FX(0), L_LINT(~0u, 1), L_FX(0) } },

	/* Errors */
	{ "error interrupt", .steps = {
		L_W(LAPIC_REG_LVT_ERROR, 0xfe), L_REFUSE(1), L_TAKE(0xfe),
		L_EOI(FX_EDGE_ENDED, 0xfe) } },
	{ "error interrupt once until ESR is written", .steps = {
		L_W(LAPIC_REG_LVT_ERROR, 0xfe), L_REFUSE(1), L_TAKE(0xfe),
		L_EOI(FX_EDGE_ENDED, 0xfe),
		L_W(LAPIC_REG_ICR, 1), L_IDLE(), L_W(LAPIC_REG_ESR, 0), L_REFUSE(1),
		L_PENDING(0xfe) } },
	{ "error interrupt with the lowest vector", .steps = {
		L_W(LAPIC_REG_LVT_ERROR, 16), L_REFUSE(1), L_PENDING(16) } },
	{ "error interrupt masked", .steps = {
		L_W(LAPIC_REG_LVT_ERROR, 0x100fe), L_REFUSE(1), L_IDLE() } },
	{ "error interrupt by an illegal address", .steps = {
		L_W(LAPIC_REG_LVT_ERROR, 0xfe), L_R(0x2f0, 0), L_PENDING(0xfe) } },
	{ "error interrupt with an illegal vector", .steps = {
		L_W(LAPIC_REG_LVT_ERROR, 7), L_W(LAPIC_REG_ICR, 1), L_IDLE(), L_W(LAPIC_REG_ESR, 0),
		L_R(LAPIC_REG_ESR, 0x60) } },
};

static inline bool lapic_lvt_case_ok(const struct lapic_lvt_case *c, char *why, size_t why_len)
{
	return lapic_script_ok(c, why, why_len);
}

#endif /* VMH_VECTORS_LAPIC_LVT_H */
