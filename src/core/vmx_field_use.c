// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/kernel.h>
#include "vmx_field_use.h"

#define USED(field)		{ field, field, VMX_FIELD_USED }
#define RUN(first, last)	{ first, last, VMX_FIELD_USED }
#define WITH(first, last, word, controls) \
	{ first, last, VMX_FIELD_USED, VMX_CTL_WORD_##word, VMX_CTL_##word##_##controls }
#define LATER(first, last)	{ first, last, VMX_FIELD_LATER }
#define EMPTY(first, last)	{ first, last, VMX_FIELD_EMPTY }
#define OFF(first, last)	{ first, last, VMX_FIELD_OFF }

const struct vmx_field_row vmx_field_rows[] = {
	/* 16 bits: control, guest, host. */
	WITH(0x0000, 0x0000, PROC2, VPID),
	WITH(0x0002, 0x0002, PIN, POSTED_INTR),
	WITH(0x0004, 0x0004, PROC2, EPT_VIOLATION_VE),	/* EPTP index */
	OFF(0x0006, 0x0008),			/* HLAT prefix, last PID-pointer index */
	RUN(0x0800, 0x080e),			/* segment selectors */
	WITH(0x0810, 0x0810, PROC2, VIRT_INTR),	/* interrupt status */
	WITH(0x0812, 0x0812, PROC2, PML),
	OFF(0x0814, 0x0814),			/* UINV */
	RUN(0x0c00, 0x0c0c),			/* host's selectors */

	/* 64 bits: control. */
	WITH(0x2000, 0x2002, PROC, IO_BITMAPS),
	WITH(0x2004, 0x2004, PROC, MSR_BITMAPS),
	EMPTY(0x2006, 0x200a),			/* lists of MSRs */
	OFF(0x200c, 0x200c),			/* executive VMCS */
	WITH(0x200e, 0x200e, PROC2, PML),
	WITH(0x2010, 0x2010, PROC, TSC_OFFSET),
	WITH(0x2012, 0x2012, PROC, TPR_SHADOW),	/* virtual-APIC page */
	WITH(0x2014, 0x2014, PROC2, APIC_ACCESSES),
	WITH(0x2016, 0x2016, PIN, POSTED_INTR),
	WITH(0x2018, 0x2018, PROC2, VMFUNC),
	WITH(0x201a, 0x201a, PROC2, EPT),
	WITH(0x201c, 0x2022, PROC2, VIRT_INTR),	/* EOI exits */
	WITH(0x2024, 0x2024, PROC2, VMFUNC),	/* EPTP list */
	WITH(0x2026, 0x2028, PROC2, SHADOW_VMCS),
	WITH(0x202a, 0x202a, PROC2, EPT_VIOLATION_VE),
	WITH(0x202c, 0x202c, PROC2, XSAVES),
	WITH(0x202e, 0x202e, PROC2, ENCLS),
	OFF(0x2030, 0x2030),			/* sub-page permissions */
	WITH(0x2032, 0x2032, PROC2, TSC_SCALING),
	OFF(0x2034, 0x2044),			/* tertiary controls … secondary exit controls */
	OFF(0x204a, 0x204c),			/* virtual SPEC_CTRL */
	OFF(0x2052, 0x2052),			/* data of an injected event, with FRED */

	/* 64 bits: guest, host. */
	USED(0x2800),				/* link pointer */
	WITH(0x2802, 0x2802, ENTRY, LOAD_DEBUG),
	WITH(0x2804, 0x2804, ENTRY, LOAD_PAT),
	WITH(0x2806, 0x2806, ENTRY, LOAD_EFER),
	WITH(0x2808, 0x2808, ENTRY, LOAD_PERF),
	LATER(0x280a, 0x2810),			/* PDPTEs */
	WITH(0x2812, 0x2812, ENTRY, LOAD_BNDCFGS),
	OFF(0x2814, 0x2818),			/* RTIT_CTL, LBR_CTL, PKRS */
	OFF(0x281a, 0x2828),			/* FRED */
	WITH(0x2c00, 0x2c00, EXIT, LOAD_PAT),
	WITH(0x2c02, 0x2c02, EXIT, LOAD_EFER),
	WITH(0x2c04, 0x2c04, EXIT, LOAD_PERF),
	OFF(0x2c06, 0x2c06),			/* PKRS */
	OFF(0x2c08, 0x2c16),			/* FRED */

	/* 32 bits: control, guest, host. */
	RUN(0x4000, 0x4016),			/* controls, masks, counts, event to inject */
	EMPTY(0x4018, 0x401a),			/* the event's error code and length */
	WITH(0x401c, 0x401c, PROC, TPR_SHADOW),
	WITH(0x401e, 0x401e, PROC, SECONDARY),
	WITH(0x4020, 0x4022, PROC2, PAUSE_LOOP),
	OFF(0x4024, 0x4024),			/* instruction time-out */
	RUN(0x4800, 0x4826),			/* segments, interruptibility, activity */
	OFF(0x4828, 0x4828),			/* SMBASE: a monitor in SMM's */
	USED(0x482a),				/* SYSENTER_CS */
	WITH(0x482e, 0x482e, PIN, PREEMPTION_TIMER),
	USED(0x4c00),

	/* Natural width: control, guest, host. */
	RUN(0x6000, 0x6006),			/* CR0 and CR4: masks, shadows */
	EMPTY(0x6008, 0x600e),			/* CR3 targets */
	RUN(0x6800, 0x6826),
	OFF(0x6828, 0x682c),			/* CET */
	RUN(0x6c00, 0x6c12),
	LATER(0x6c14, 0x6c14),			/* RSP: by enter.S */
	USED(0x6c16),
	OFF(0x6c18, 0x6c1c),			/* CET */
};

const size_t vmx_field_rows_nr = ARRAY_SIZE(vmx_field_rows);

const struct vmx_field_row *vmx_field_row_of(u32 field)
{
	size_t i;

	for (i = 0; i < vmx_field_rows_nr; i++)
		if (field >= vmx_field_rows[i].first && field <= vmx_field_rows[i].last &&
		    !(field % VMX_FIELD_STEP))
			return &vmx_field_rows[i];
	return NULL;
}

bool vmx_field_matters(const struct vmx_field_row *row, const u32 controls[VMX_CTL_WORDS])
{
	if (row->use != VMX_FIELD_USED)
		return false;
	return !(row->controls & ~controls[row->word]);
}

unsigned int vmx_field_bits(u32 field)
{
	static const u8 bits[] = { 16, 64, 32, 64 };

	return bits[field >> 13 & 3];
}
