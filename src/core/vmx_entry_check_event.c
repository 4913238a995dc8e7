// SPDX-License-Identifier: GPL-2.0
/* Entry checks on the event to be injected. */
#include <linux/kernel.h>

#include "vmx_entry_check_internal.h"

#define CHAPTER		"VM-Entry Control Fields"

#define MISC_ZERO_LENGTH	BIT_ULL(30)	/* IA32_VMX_MISC: instructions of length 0 */
#define BASIC_ANY_ERROR_CODE	BIT_ULL(56)	/* IA32_VMX_BASIC: error code with any exception */

#define MAX_EXCEPTION		31
#define MAX_INSN_LEN		15

static bool injects(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->event;
}

/* Type 1 is reserved; type 7 is for a pending monitor-trap-flag exit, where there is that flag. */
static bool type_exists(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	u64 may = s->view->caps->ctls[VMX_CTL_WORD_PROC] >> 32;
	unsigned int type = EVENT_TYPE(s->event);

	*expected = (EVENT_EXTERNAL << 8) | (value & ~0x700ULL);
	return type != 1 && (type != EVENT_OTHER || (may & VMX_CTL_PROC_MONITOR_TRAP));
}

static bool vector_fits_type(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			     u64 *expected)
{
	unsigned int vector = EVENT_VECTOR(s->event);

	switch (EVENT_TYPE(s->event)) {
	case EVENT_NMI:
		return entry_expect(vector, 2, expected);
	case EVENT_EXCEPTION:
		return entry_at_most(vector, MAX_EXCEPTION, expected);
	case EVENT_OTHER:
		return entry_expect(vector, 0, expected);
	}
	return true;
}

/* SDM, "Error Code Summary": #DF, #TS, #NP, #SS, #GP, #PF, #AC, #CP. */
static bool exception_has_error_code(unsigned int vector)
{
	const u32 with = BIT(8) | GENMASK(14, 10) | BIT(17) | BIT(21);

	return vector <= MAX_EXCEPTION && (with & BIT(vector));
}

static bool error_code_fits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	bool exception = EVENT_TYPE(s->event) == EVENT_EXCEPTION;
	bool real_mode = s->unrestricted && !(s->cr0 & CR0_PE);
	bool wanted = exception && !real_mode && exception_has_error_code(EVENT_VECTOR(s->event));
	bool delivered = s->event & EVENT_ERROR_CODE;

	*expected = wanted ? value | EVENT_ERROR_CODE : value & ~(u64)EVENT_ERROR_CODE;
	if (exception && !real_mode && (s->view->caps->basic & BASIC_ANY_ERROR_CODE))
		return true;
	return delivered == wanted;
}

static bool reserved_is_zero(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			     u64 *expected)
{
	return entry_only_bits(value, EVENT_VALID | 0xfff, expected);
}

static bool delivers_error_code(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->event & EVENT_ERROR_CODE;
}

static bool error_code_is_16_bits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				  u64 *expected)
{
	return entry_only_bits(value, 0xffff, expected);
}

static bool is_software_event(const struct vmx_entry_state *s, unsigned int arg)
{
	unsigned int type = EVENT_TYPE(s->event);

	return s->event && type >= EVENT_SW_INTERRUPT && type <= EVENT_SW_EXCEPTION;
}

static bool length_fits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	if (!value && !(s->view->caps->misc & MISC_ZERO_LENGTH)) {
		*expected = 1;
		return false;
	}
	return entry_at_most(value, MAX_INSN_LEN, expected);
}

#define ROW(number, f, n, when, what, words) \
	{ .id = (number), .field = VMX_F_##f, .name = (n), .text = (words), .chapter = CHAPTER, \
	  .applies = (when), .holds = (what) }

static const struct vmx_entry_check checks[] = {
	ROW(1201, EVENT_INFO, "event-type", injects, type_exists, "the event's type exists"),
	ROW(1202, EVENT_INFO, "event-vector", injects, vector_fits_type,
	    "NMI is vector 2, exceptions are below 32, other events 0"),
	ROW(1203, EVENT_INFO, "event-has-error-code", injects, error_code_fits,
	    "an error code with those exceptions that have one, and only with them"),
	ROW(1204, EVENT_INFO, "event-reserved", injects, reserved_is_zero, "bits 30:12 are 0"),
	ROW(1205, EVENT_ERROR_CODE, "event-error-code", delivers_error_code,
	    error_code_is_16_bits, "bits 31:16 of the error code are 0"),
	ROW(1206, EVENT_INSN_LEN, "event-instruction-length", is_software_event, length_fits,
	    "a software event's instruction has 1 to 15 bytes"),
};

const struct vmx_entry_table vmx_entry_table_event = { checks, ARRAY_SIZE(checks) };
