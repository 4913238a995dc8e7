/* SPDX-License-Identifier: GPL-2.0 */
/* Processors by their signature: with a preemption timer that counts wrong, and neighbours. */
#ifndef VMH_VECTORS_VMX_ERRATA_H
#define VMH_VECTORS_VMX_ERRATA_H

#include <linux/kernel.h>
#include <vmx_errata.h>

struct vmx_errata_case {
	const char *name;
	u32 signature;
	u32 microcode;
	bool broken;
};

static const struct vmx_errata_case vmx_errata_cases[] = {
	{ "Xeon 3500 C0", 0x106a0, 0, true },
	{ "Xeon 3500 C1", 0x106a1, 0, true },
	{ "Core i7-900 C0", 0x106a4, 0x11, true },
	{ "Xeon 5500 D0", 0x106a5, 0x1d, true },
	{ "Core i7-800 B1", 0x106e5, 0xa, true },
	{ "Core i5-500 C2", 0x20652, 0x11, true },
	{ "Core i5-600 K0", 0x20655, 7, true },
	{ "Xeon 7500 D0", 0x206e6, 0xd, true },
	{ "Xeon E3-1200 v2", 0x306a8, 0x15, true },
	{ "newest microcode does not mend it", 0x306a8, 0xffffffff, true },
	{ "a processor of another type", 0x116a5, 0, false },
	{ "reserved bits are not", 0xf000c000 | 0x106a5, 0, true },
	{ "Core i7 with 32 nm, six cores", 0x206c2, 0x1f, false },
	{ "Core i7-2600", 0x206a7, 0x2f, false },
	{ "Xeon E3-1200 v2 of the stepping after", 0x306a9, 0x21, false },
	{ "Xeon E5-2600 v3", 0x306f2, 0x49, false },
	{ "Skylake server", 0x50654, 0x2006e05, false },
	{ "Alder Lake", 0x90672, 0x37, false },
	{ "no signature", 0, 0, false },
};

static inline bool vmx_errata_case_ok(const struct vmx_errata_case *c, char *why, size_t why_len)
{
	bool got = vmx_timer_is_broken(c->signature, c->microcode);

	snprintf(why, why_len, "%s", got ? "broken" : "not broken");
	return got == c->broken;
}

#endif /* VMH_VECTORS_VMX_ERRATA_H */
