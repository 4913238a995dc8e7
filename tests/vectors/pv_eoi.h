/* SPDX-License-Identifier: GPL-2.0 */
/* EOIs in memory: what the MSR takes, and which interrupts may be ended so. */
#ifndef VMH_VECTORS_PV_EOI_H
#define VMH_VECTORS_PV_EOI_H

#include <pv_eoi.h>
#include "lapic_script.h"

#define PV_EOI_PHYS_BITS	40

#define pv_eoi_case lapic_script

static inline bool lapic_do_pv_msr(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "validity", pv_eoi_msr_valid(s->b, PV_EOI_PHYS_BITS), s->c);
}

static inline bool lapic_do_offer(struct lapic_run *r, const struct lapic_step *s)
{
	return lapic_expect(r, "offer", pv_eoi_may_offer(&r->l), s->a);
}

#define L_PV_MSR(value)		{ lapic_do_pv_msr, 0, value, true }
#define L_PV_MSRX(value)	{ lapic_do_pv_msr, 0, value, false }
#define L_OFFER()		{ lapic_do_offer, true }
#define L_NO_OFFER()		{ lapic_do_offer, false }

static const struct pv_eoi_case pv_eoi_cases[] = {
	/* The MSR */
	{ "off", .steps = { L_PV_MSR(0) } },
	{ "on", .steps = { L_PV_MSR(0x1001) } },
	{ "4-byte aligned", .steps = { L_PV_MSR(0x1005) } },
	{ "2-byte aligned", .steps = { L_PV_MSRX(0x1003), L_PV_MSRX(0x1002) } },
	{ "the highest address", .steps = { L_PV_MSR(0xfffffffffdULL) } },
	{ "no physical address", .steps = { L_PV_MSRX(0x10000000001ULL), L_PV_MSRX(~2ULL) } },
	{ "no physical address, not used", .steps = {
		L_PV_MSR(0x10000000000ULL), L_PV_MSR(~3ULL) } },

	/* What is in service */
	{ "nothing in service", .steps = { L_NO_OFFER() } },
	{ "an edge", .steps = { L_EDGE(0x31), L_NO_OFFER(), L_TAKE(0x31), L_OFFER() } },
	{ "an edge that has ended", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_EOI(FX_EDGE_ENDED, 0x31), L_NO_OFFER() } },
	{ "lowest vector", .steps = { L_EDGE(16), L_TAKE(16), L_OFFER() } },
	{ "highest vector", .steps = { L_EDGE(255), L_TAKE(255), L_OFFER() } },
	{ "the first vector of a register", .steps = { L_EDGE(0x40), L_TAKE(0x40), L_OFFER() } },
	{ "an x2APIC's", LAPIC_STARTS_X2APIC, .steps = {
		L_MW(LAPIC_REG_SELF_IPI, 0x31), L_TAKE(0x31), L_OFFER() } },
	{ "a level", .steps = { L_LEVEL(0x31), L_TAKE(0x31), L_NO_OFFER() } },
	{ "a level with directed EOI", .features = LAPIC_HAS_EOI_SUPPRESSION, .steps = {
		L_W(LAPIC_REG_SVR, 0x11ff), L_LEVEL(0x31), L_TAKE(0x31), L_NO_OFFER() } },
	{ "an edge beside old levels", .steps = {
		L_LEVEL(0x32), L_TAKE(0x32), L_EOI(FX_LEVEL_ENDED, 0x32), L_EDGE(0x31),
		L_TAKE(0x31), L_OFFER() } },
	{ "an edge that was a level", .steps = {
		L_LEVEL(0x31), L_TAKE(0x31), L_EOI(FX_LEVEL_ENDED, 0x31), L_EDGE(0x31),
		L_TAKE(0x31), L_OFFER() } },

	/* What is requested */
	{ "a lower one waits", .steps = {
		L_EDGE(0x80), L_TAKE(0x80), L_EDGE(0x31), L_NO_OFFER() } },
	{ "a higher one comes", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_EDGE(0x80), L_NO_OFFER() } },
	{ "the same one again", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_EDGE(0x31), L_NO_OFFER() } },
	{ "one that TPR holds", .steps = {
		L_EDGE(0x80), L_TAKE(0x80), L_W(LAPIC_REG_TPR, 0xf0), L_EDGE(0x90), L_IDLE(),
		L_NO_OFFER() } },
	{ "the last of several", .steps = {
		L_EDGE(0x80), L_EDGE(0x31), L_TAKE(0x80), L_NO_OFFER(),
		L_EOI(FX_EDGE_ENDED, 0x80), L_TAKE(0x31), L_OFFER() } },

	/* What was interrupted */
	{ "a nested one, and the outer one after it", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_OFFER(), L_EDGE(0x80), L_TAKE(0x80), L_NO_OFFER(),
		L_EOI(FX_EDGE_ENDED, 0x80), L_OFFER() } },
	{ "nested in a neighbour's register", .steps = {
		L_EDGE(0x5f), L_TAKE(0x5f), L_EDGE(0x60), L_TAKE(0x60), L_NO_OFFER() } },
	{ "nested in the same register", .steps = {
		L_EDGE(0x4f), L_TAKE(0x4f), L_EDGE(0x50), L_TAKE(0x50), L_NO_OFFER() } },
	{ "nested in the lowest", .steps = {
		L_EDGE(16), L_TAKE(16), L_EDGE(255), L_TAKE(255), L_NO_OFFER() } },

	/* LINT0, and the whole APIC */
	{ "LINT0 waits for its EOI", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_TAKE(0x55), L_NO_OFFER() } },
	{ "LINT0 waits for an edge's EOI", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x8055), L_LINT(0, 1), L_TAKE(0x55),
		L_W(LAPIC_REG_LVT_LINT0, 0x8066), L_EOI(FX_LEVEL_ENDED, 0x55), L_EDGE(0x66),
		L_TAKE(0x66), L_NO_OFFER() } },
	{ "LINT0 as an edge", .steps = {
		L_W(LAPIC_REG_LVT_LINT0, 0x55), L_LINT(0, 1), L_TAKE(0x55), L_OFFER() } },
	{ "software off still ends what it has", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_W(LAPIC_REG_SVR, 0xff), L_OFFER() } },
	{ "hardware off", .steps = {
		L_EDGE(0x31), L_TAKE(0x31), L_HOST(BASE_OFF), L_NO_OFFER() } },
};

static inline bool pv_eoi_case_ok(const struct pv_eoi_case *c, char *why, size_t why_len)
{
	return lapic_script_ok(c, why, why_len);
}

#endif /* VMH_VECTORS_PV_EOI_H */
