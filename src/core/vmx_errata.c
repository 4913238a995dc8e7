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

/* Microcode that mends an erratum: none does. */
#define NEVER_FIXED	(~0U)

/**
 * struct vmx_erratum - an erratum of one stepping
 * @signature: of it.
 * @fixed: first revision of microcode without it, or NEVER_FIXED.
 */
struct vmx_erratum {
	u32 signature;
	u32 fixed;
};

/* "VMX-Preemption Timer Does Not Count Down at the Rate Specified". */
static const struct vmx_erratum vmx_timer_errata[] = {
	{ 0x106a0, NEVER_FIXED },	/* AAM126: Xeon 3500 C0 */
	{ 0x106a1, NEVER_FIXED },	/* AAM126: Xeon 3500 C1 */
	{ 0x106a4, NEVER_FIXED },	/* AAJ124: Core i7-900 C0 */
	{ 0x106a5, NEVER_FIXED },	/* AAJ124, AAK139, AAM126: Core i7-900, Xeon 5500 D0 */
	{ 0x106e5, NEVER_FIXED },	/* AAN92, AAO95, AAP86: Core i7-800, Xeon 3400 B1 */
	{ 0x20652, NEVER_FIXED },	/* AAT59, AAU65, AAX65: Core i3 to i7, Xeon L3406 C2 */
	{ 0x20655, NEVER_FIXED },	/* AAU65: Core i3 and i5 desktop K0 */
	{ 0x206e6, NEVER_FIXED },	/* BA86: Xeon 7500 D0 */
	{ 0x306a8, NEVER_FIXED },	/* Xeon E3-1200 v2, as found by users of KVM: no number */
};

bool vmx_timer_is_broken(u32 signature, u32 microcode)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vmx_timer_errata); i++) {
		const struct vmx_erratum *row = &vmx_timer_errata[i];

		if ((signature & SIGNATURE_MASK) == row->signature)
			return row->fixed == NEVER_FIXED || microcode < row->fixed;
	}
	return false;
}
