// SPDX-License-Identifier: GPL-2.0
/*
 * Errata of VT-x that matter to vmh, from Intel's specification updates. No emulator and no
 * hypervisor is in here: those are probed.
 */
#include <linux/bits.h>
#include <linux/kernel.h>
#include "vmx_errata.h"

/* Family, model, stepping and type; the rest is reserved. */
#define SIGNATURE_MASK	(GENMASK(27, 16) | GENMASK(13, 0))

/* The same without the stepping. */
#define MODEL_MASK	(SIGNATURE_MASK & ~GENMASK(3, 0))

/* "VMX-Preemption Timer Does Not Count Down at the Rate Specified". */
static const u32 vmx_timer_errata[] = {
	0x106a0,	/* AAM126: Xeon 3500 C0 */
	0x106a1,	/* AAM126: Xeon 3500 C1 */
	0x106a4,	/* AAJ124: Core i7-900 C0 */
	0x106a5,	/* AAJ124, AAK139, AAM126: Core i7-900, Xeon 5500 D0 */
	0x106e5,	/* AAN92, AAO95, AAP86: Core i7-800, Xeon 3400 B1 */
	0x20652,	/* AAT59, AAU65, AAX65: Core i3 to i7, Xeon L3406 C2 */
	0x20655,	/* AAU65: Core i3 and i5 desktop K0 */
	0x206e6,	/* BA86: Xeon 7500 D0 */
	0x306a8,	/* Xeon E3-1200 v2, as found by users of KVM: no number */
};

/* "VM Exit May Incorrectly Clear IA32_PERF_GLOBAL_CTRL [34:32]". */
static const u32 vmx_counter_errata[] = {
	0x106a0,	/* AAK155: Core i7-900, Xeon 3500 and 5500 */
	0x106e0,	/* AAP115: Core i7-800, Xeon 3400 */
	0x20650,	/* AAT100: Core i3 to i7, mobile and desktop */
	0x206c0,	/* BC86, AAY89, BD102: Core i7-980, Xeon 3600 and 5600 */
	0x206e0,	/* BA97: Xeon 6500, Xeon 7500 */
};

static bool vmx_is_listed(const u32 *list, size_t nr, u32 signature)
{
	while (nr--)
		if (list[nr] == signature)
			return true;
	return false;
}

bool vmx_timer_is_broken(u32 signature)
{
	return vmx_is_listed(vmx_timer_errata, ARRAY_SIZE(vmx_timer_errata),
			     signature & SIGNATURE_MASK);
}

bool vmx_exit_spoils_counters(u32 signature)
{
	return vmx_is_listed(vmx_counter_errata, ARRAY_SIZE(vmx_counter_errata),
			     signature & MODEL_MASK);
}
