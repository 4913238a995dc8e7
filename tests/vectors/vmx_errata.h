/* SPDX-License-Identifier: GPL-2.0 */
/* Processors by their signature: those with errata that matter to vmh, and neighbours. */
#ifndef VMH_VECTORS_VMX_ERRATA_H
#define VMH_VECTORS_VMX_ERRATA_H

#include <linux/kernel.h>
#include <vmx_errata.h>

struct vmx_errata_case {
	const char *name;
	u32 signature;
	bool timer;
	bool counters;
};

static const struct vmx_errata_case vmx_errata_cases[] = {
	{ "Xeon 3500 C0", 0x106a0, true, true },
	{ "Xeon 3500 C1", 0x106a1, true, true },
	{ "Core i7-900 C0", 0x106a4, true, true },
	{ "Xeon 5500 D0", 0x106a5, true, true },
	{ "Core i7-800 B1", 0x106e5, true, true },
	{ "Core i5-500 C2", 0x20652, true, true },
	{ "Core i5-600 K0", 0x20655, true, true },
	{ "Xeon 7500 D0", 0x206e6, true, true },
	{ "Xeon E3-1200 v2", 0x306a8, true, false },
	{ "a processor of another type", 0x116a5, false, false },
	{ "reserved bits are not", 0xf000c000 | 0x106a5, true, true },
	{ "Core i7 with 32 nm, six cores", 0x206c2, false, true },
	{ "Core i7-2600", 0x206a7, false, false },
	{ "Xeon E3-1200 v2 of the stepping after", 0x306a9, false, false },
	{ "Xeon E5-2600 v3", 0x306f2, false, false },
	{ "Skylake server", 0x50654, false, false },
	{ "Alder Lake", 0x90672, false, false },
	{ "no signature", 0, false, false },
};

static inline bool vmx_errata_case_ok(const struct vmx_errata_case *c, char *why, size_t why_len)
{
	bool timer = vmx_timer_is_broken(c->signature);
	bool counters = vmx_exit_spoils_counters(c->signature);

	snprintf(why, why_len, "timer %s, counters %s", timer ? "broken" : "right",
		 counters ? "spoiled" : "kept");
	return timer == c->timer && counters == c->counters;
}

#endif /* VMH_VECTORS_VMX_ERRATA_H */
