// SPDX-License-Identifier: GPL-2.0
/* Entry checks on guest state that is in no register, and on the PDPTEs. */
#include <linux/kernel.h>

#include "vmx_entry_check_internal.h"

#define NONREGISTER	"Checks on Guest Non-Register State"
#define PDPTES		"Checks on Guest Page-Directory-Pointer-Table Entries"

/* IA32_VMX_MISC: the activity states that the processor has. */
#define MISC_HLT		BIT_ULL(6)
#define MISC_SHUTDOWN		BIT_ULL(7)
#define MISC_WAIT_SIPI		BIT_ULL(8)

#define VECTOR_DB		1
#define VECTOR_MC		18

/* SDM, "Guest Non-Register State": pending debug exceptions. */
#define PENDING_BS		BIT_ULL(14)
#define PENDING_RTM		BIT_ULL(16)
#define PENDING_ALLOWED		(GENMASK_ULL(3, 0) | BIT_ULL(12) | PENDING_BS | PENDING_RTM)

#define LINK_NONE		(~0ULL)

#define PDPTE_P			BIT_ULL(0)
#define PDPTE_RESERVED		(GENMASK_ULL(2, 1) | GENMASK_ULL(8, 5))

static bool activity_exists(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	u64 misc = s->view->caps->misc;

	*expected = ACTIVITY_ACTIVE;
	switch (value) {
	case ACTIVITY_ACTIVE:
		return true;
	case ACTIVITY_HLT:
		return misc & MISC_HLT;
	case ACTIVITY_SHUTDOWN:
		return misc & MISC_SHUTDOWN;
	case ACTIVITY_WAIT_SIPI:
		return misc & MISC_WAIT_SIPI;
	}
	return false;
}

static bool halts_at_cpl_0(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	*expected = ACTIVITY_ACTIVE;
	return value != ACTIVITY_HLT || !RIGHTS_DPL(s->rights[SEG_SS]);
}

static bool is_in_shadow(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->interruptibility & (BLOCKED_STI | BLOCKED_MOV_SS);
}

static bool is_active(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		      u64 *expected)
{
	return entry_expect(value, ACTIVITY_ACTIVE, expected);
}

static bool injects(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->event;
}

static bool event_wakes_hlt(u32 event)
{
	switch (EVENT_TYPE(event)) {
	case EVENT_EXTERNAL:
	case EVENT_NMI:
		return true;
	case EVENT_EXCEPTION:
		return EVENT_VECTOR(event) == VECTOR_DB || EVENT_VECTOR(event) == VECTOR_MC;
	case EVENT_OTHER:
		return !EVENT_VECTOR(event);
	}
	return false;
}

static bool event_wakes_shutdown(u32 event)
{
	return EVENT_TYPE(event) == EVENT_NMI ||
	       (EVENT_TYPE(event) == EVENT_EXCEPTION && EVENT_VECTOR(event) == VECTOR_MC);
}

static bool event_fits_activity(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				u64 *expected)
{
	*expected = ACTIVITY_ACTIVE;
	switch (value) {
	case ACTIVITY_HLT:
		return event_wakes_hlt(s->event);
	case ACTIVITY_SHUTDOWN:
		return event_wakes_shutdown(s->event);
	case ACTIVITY_WAIT_SIPI:
		return false;
	}
	return true;
}

static bool blocking_reserved_is_zero(const struct vmx_entry_state *s, unsigned int arg,
				      u64 value, u64 *expected)
{
	return entry_only_bits(value, GENMASK(4, 0), expected);
}

static bool has_one_shadow(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	*expected = value & ~(u64)BLOCKED_STI;
	return !(value & BLOCKED_STI) || !(value & BLOCKED_MOV_SS);
}

static bool interrupts_are_off(const struct vmx_entry_state *s, unsigned int arg)
{
	return !(s->rflags & RFLAGS_IF);
}

static bool injects_type(const struct vmx_entry_state *s, unsigned int type)
{
	return s->event && EVENT_TYPE(s->event) == type;
}

static bool injects_nmi_virtually(const struct vmx_entry_state *s, unsigned int arg)
{
	return (s->pin & VMX_CTL_PIN_VIRTUAL_NMIS) && injects_type(s, EVENT_NMI);
}

static bool blocking_by_enclave(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->interruptibility & BLOCKED_ENCLAVE;
}

static bool is_not_blocked(u64 value, u64 blocking, u64 *expected)
{
	return entry_expect(value, value & ~blocking, expected);
}

static bool no_sti(const struct vmx_entry_state *s, unsigned int arg, u64 value, u64 *expected)
{
	return is_not_blocked(value, BLOCKED_STI, expected);
}

static bool no_mov_ss(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		      u64 *expected)
{
	return is_not_blocked(value, BLOCKED_MOV_SS, expected);
}

static bool no_shadow(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		      u64 *expected)
{
	return is_not_blocked(value, BLOCKED_STI | BLOCKED_MOV_SS, expected);
}

static bool no_smi(const struct vmx_entry_state *s, unsigned int arg, u64 value, u64 *expected)
{
	return is_not_blocked(value, BLOCKED_SMI, expected);
}

static bool no_nmi(const struct vmx_entry_state *s, unsigned int arg, u64 value, u64 *expected)
{
	return is_not_blocked(value, BLOCKED_NMI, expected);
}

static bool pending_reserved_is_zero(const struct vmx_entry_state *s, unsigned int arg,
				     u64 value, u64 *expected)
{
	return entry_only_bits(value, PENDING_ALLOWED, expected);
}

/* A step that was due is pending where it could not be delivered: in a shadow, in HLT. */
static bool step_may_be_pending(const struct vmx_entry_state *s, unsigned int arg)
{
	return is_in_shadow(s, arg) || entry_read(s, VMX_F_ACTIVITY) == ACTIVITY_HLT;
}

static bool step_fits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		      u64 *expected)
{
	bool steps = (s->rflags & RFLAGS_TF) &&
		     !(entry_read(s, VMX_F_DEBUGCTL) & DEBUGCTL_BTF);

	return entry_expect(value, steps ? value | PENDING_BS : value & ~PENDING_BS, expected);
}

static bool links_vmcs(const struct vmx_entry_state *s, unsigned int arg)
{
	return entry_read(s, VMX_F_LINK_POINTER) != LINK_NONE;
}

static bool is_page_address(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	return entry_only_bits(value, entry_phys_mask(s, 12), expected);
}

static bool loads_pdptes(const struct vmx_entry_state *s, unsigned int arg)
{
	return (s->proc2 & VMX_CTL_PROC2_EPT) && (s->cr0 & CR0_PG) && (s->cr4 & CR4_PAE) &&
	       !s->long_mode;
}

static bool pdpte_is_valid(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	u64 allowed = entry_phys_mask(s, 0) & ~PDPTE_RESERVED;

	*expected = allowed;
	return !(value & PDPTE_P) || entry_only_bits(value, allowed, expected);
}

#define ROW(number, f, n, when, a, what, words) \
	{ .id = (number), .arg = (a), .field = VMX_F_##f, .name = (n), .text = (words), \
	  .chapter = NONREGISTER, .applies = (when), .holds = (what) }
#define PDPTE(number) \
	{ .id = 3720 + (number), .field = VMX_F_PDPTE##number, .name = "guest-pdpte" #number, \
	  .text = "reserved bits of a present entry are 0", .chapter = PDPTES, \
	  .applies = loads_pdptes, .holds = pdpte_is_valid }

static const struct vmx_entry_check checks[] = {
	ROW(3701, ACTIVITY, "activity", NULL, 0, activity_exists, "a state the processor has"),
	ROW(3702, ACTIVITY, "activity-hlt-cpl", NULL, 0, halts_at_cpl_0, "HLT only at CPL 0"),
	ROW(3703, ACTIVITY, "activity-shadow", is_in_shadow, 0, is_active,
	    "active while STI or MOV SS block"),
	ROW(3704, ACTIVITY, "activity-event", injects, 0, event_fits_activity,
	    "the injected event can come in this state"),
	ROW(3705, INTERRUPTIBILITY, "blocking-reserved", NULL, 0, blocking_reserved_is_zero,
	    "bits 31:5 are 0"),
	ROW(3706, INTERRUPTIBILITY, "blocking-both", NULL, 0, has_one_shadow,
	    "blocking by STI or by MOV SS, not both"),
	ROW(3707, INTERRUPTIBILITY, "blocking-sti-if", interrupts_are_off, 0, no_sti,
	    "blocking by STI needs RFLAGS.IF"),
	ROW(3708, INTERRUPTIBILITY, "blocking-interrupt", injects_type, EVENT_EXTERNAL, no_shadow,
	    "no blocking by STI or MOV SS when an external interrupt is injected"),
	ROW(3709, INTERRUPTIBILITY, "blocking-nmi-mov-ss", injects_type, EVENT_NMI, no_mov_ss,
	    "no blocking by MOV SS when an NMI is injected"),
	ROW(3710, INTERRUPTIBILITY, "blocking-smi", NULL, 0, no_smi,
	    "no blocking by SMI outside SMM"),
	ROW(3711, INTERRUPTIBILITY, "blocking-nmi-sti", injects_type, EVENT_NMI, no_sti,
	    "some processors: no blocking by STI when an NMI is injected"),
	ROW(3712, INTERRUPTIBILITY, "blocking-nmi", injects_nmi_virtually, 0, no_nmi,
	    "no blocking by NMI when a virtual NMI is injected"),
	ROW(3713, INTERRUPTIBILITY, "blocking-enclave", blocking_by_enclave, 0, no_mov_ss,
	    "no blocking by MOV SS with enclave interruption"),
	ROW(3714, PENDING_DEBUG, "pending-debug-reserved", NULL, 0, pending_reserved_is_zero,
	    "bits 11:4, 13, 15 and 63:17 are 0"),
	ROW(3715, PENDING_DEBUG, "pending-debug-step", step_may_be_pending, 0, step_fits,
	    "BS is 1 with TF and without BTF, else 0, in a shadow and in HLT"),
	ROW(3716, LINK_POINTER, "link-pointer", links_vmcs, 0, is_page_address,
	    "all ones, or a physical address that is a multiple of 4096"),
	PDPTE(0), PDPTE(1), PDPTE(2), PDPTE(3),
};

const struct vmx_entry_table vmx_entry_table_nonregister = { checks, ARRAY_SIZE(checks) };
