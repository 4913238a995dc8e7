/* SPDX-License-Identifier: GPL-2.0 */
/* Which fields of a VMCS matter: with the least of controls, and with one more each time. */
#ifndef VMH_VECTORS_VMX_FIELD_USE_H
#define VMH_VECTORS_VMX_FIELD_USE_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <vmx_field_use.h>

struct vmx_field_use_case {
	const char *name;
	u32 field;
	enum vmx_ctl_word word;
	u32 control;		/* on beside the minimum; off, if the minimum has it */
	bool listed;
	bool matters;
	unsigned int bits;
};

#define ALWAYS(n, f, b) { n, f, VMX_CTL_WORD_PIN, 0, true, true, b }
#define NEVER(n, f, b) { n, f, VMX_CTL_WORD_PIN, 0, true, false, b }
#define UNKNOWN(n, f, b) { n, f, VMX_CTL_WORD_PIN, 0, false, false, b }
/* Matters with a control that is no part of the minimum. */
#define WITH(n, f, b, w, c) \
	{ n ", off", f, VMX_CTL_WORD_##w, 0, true, false, b }, \
	{ n, f, VMX_CTL_WORD_##w, VMX_CTL_##w##_##c, true, true, b }
/* Does not without one that is. */
#define WITHOUT(n, f, b, w, c) \
	{ n, f, VMX_CTL_WORD_##w, 0, true, true, b }, \
	{ n ", off", f, VMX_CTL_WORD_##w, VMX_CTL_##w##_##c, true, false, b }

static const struct vmx_field_use_case vmx_field_use_cases[] = {
	WITHOUT("VPID", 0x0000, 16, PROC2, VPID),
	WITH("posted-interrupt vector", 0x0002, 16, PIN, POSTED_INTR),
	WITH("EPTP index", 0x0004, 16, PROC2, EPT_VIOLATION_VE),
	NEVER("HLAT prefix size", 0x0006, 16),
	UNKNOWN("a 16-bit control that does not exist", 0x000a, 16),
	ALWAYS("ES selector", 0x0800, 16),
	ALWAYS("TR selector", 0x080e, 16),
	WITH("interrupt status", 0x0810, 16, PROC2, VIRT_INTR),
	WITH("PML index", 0x0812, 16, PROC2, PML),
	ALWAYS("host TR selector", 0x0c0c, 16),
	UNKNOWN("a host selector that does not exist", 0x0c0e, 16),
	WITH("I/O bitmap A", 0x2000, 64, PROC, IO_BITMAPS),
	WITHOUT("MSR bitmap", 0x2004, 64, PROC, MSR_BITMAPS),
	NEVER("MSRs that an exit stores", 0x2006, 64),
	WITHOUT("TSC offset", 0x2010, 64, PROC, TSC_OFFSET),
	WITH("virtual-APIC page", 0x2012, 64, PROC, TPR_SHADOW),
	WITHOUT("EPT pointer", 0x201a, 64, PROC2, EPT),
	WITH("EOI exits, last", 0x2022, 64, PROC2, VIRT_INTR),
	WITH("XSS-exiting bitmap", 0x202c, 64, PROC2, XSAVES),
	WITH("ENCLS-exiting bitmap", 0x202e, 64, PROC2, ENCLS),
	WITH("TSC multiplier", 0x2032, 64, PROC2, TSC_SCALING),
	NEVER("tertiary controls", 0x2034, 64),
	UNKNOWN("the high half of a field", 0x2005, 64),
	UNKNOWN("the guest-physical address, to be read only", 0x2400, 64),
	ALWAYS("link pointer", 0x2800, 64),
	WITHOUT("DEBUGCTL", 0x2802, 64, ENTRY, LOAD_DEBUG),
	WITH("PAT", 0x2804, 64, ENTRY, LOAD_PAT),
	WITHOUT("EFER", 0x2806, 64, ENTRY, LOAD_EFER),
	WITH("BNDCFGS", 0x2812, 64, ENTRY, LOAD_BNDCFGS),
	NEVER("a PDPTE, before there is PAE paging", 0x280a, 64),
	WITH("host PAT", 0x2c00, 64, EXIT, LOAD_PAT),
	WITHOUT("host EFER", 0x2c02, 64, EXIT, LOAD_EFER),
	WITH("host PERF_GLOBAL_CTRL", 0x2c04, 64, EXIT, LOAD_PERF),
	ALWAYS("page-fault mask", 0x4006, 32),
	ALWAYS("page-fault match", 0x4008, 32),
	ALWAYS("CR3 targets", 0x400a, 32),
	ALWAYS("how many MSRs an exit stores", 0x400e, 32),
	ALWAYS("how many MSRs an exit loads", 0x4010, 32),
	ALWAYS("how many MSRs an entry loads", 0x4014, 32),
	ALWAYS("event to inject", 0x4016, 32),
	NEVER("error code of no event", 0x4018, 32),
	WITH("TPR threshold", 0x401c, 32, PROC, TPR_SHADOW),
	WITHOUT("secondary controls", 0x401e, 32, PROC, SECONDARY),
	WITH("PLE window", 0x4022, 32, PROC2, PAUSE_LOOP),
	UNKNOWN("the exit reason, to be read only", 0x4402, 32),
	ALWAYS("access rights of TR", 0x4822, 32),
	NEVER("SMBASE", 0x4828, 32),
	WITH("preemption timer", 0x482e, 32, PIN, PREEMPTION_TIMER),
	ALWAYS("host SYSENTER_CS", 0x4c00, 32),
	ALWAYS("CR4 read shadow", 0x6006, 64),
	NEVER("a CR3 target", 0x6008, 64),
	ALWAYS("DR7", 0x681a, 64),
	ALWAYS("SYSENTER_EIP", 0x6826, 64),
	NEVER("shadow-stack pointer", 0x682a, 64),
	ALWAYS("host CR3", 0x6c02, 64),
	NEVER("host RSP, which the entry writes", 0x6c14, 64),
	ALWAYS("host RIP", 0x6c16, 64),
};

#undef ALWAYS
#undef NEVER
#undef UNKNOWN
#undef WITH
#undef WITHOUT

static inline bool vmx_field_use_case_ok(const struct vmx_field_use_case *c, char *why,
					 size_t why_len)
{
	const struct vmx_field_row *row = vmx_field_row_of(c->field);
	u32 controls[VMX_CTL_WORDS];
	bool matters;

	memcpy(controls, vmx_ctl_minimum, sizeof(controls));
	/* VPID is used where it is there. */
	controls[VMX_CTL_WORD_PROC2] |= VMX_CTL_PROC2_VPID;
	controls[c->word] ^= c->control;
	matters = row && vmx_field_matters(row, controls);
	snprintf(why, why_len, "%s, %s, %u bits", row ? "listed" : "not listed",
		 matters ? "matters" : "does not matter", vmx_field_bits(c->field));
	return !!row == c->listed && matters == c->matters && vmx_field_bits(c->field) == c->bits;
}

#endif /* VMH_VECTORS_VMX_FIELD_USE_H */
