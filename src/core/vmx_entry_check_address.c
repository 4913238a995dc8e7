// SPDX-License-Identifier: GPL-2.0
/* Entry checks on control fields that are addresses: bitmaps, APIC pages, EPT, MSR areas. */
#include <linux/kernel.h>

#include "vmx_entry_check_internal.h"

#define EXECUTION	"VM-Execution Control Fields"
#define EXIT		"VM-Exit Control Fields"
#define ENTRY		"VM-Entry Control Fields"

/* IA32_VMX_EPT_VPID_CAP. */
#define CAP_WALK_4	BIT_ULL(6)
#define CAP_WALK_5	BIT_ULL(7)
#define CAP_UC		BIT_ULL(8)
#define CAP_WB		BIT_ULL(14)
#define CAP_AD		BIT_ULL(21)

/* SDM, "Extended-Page-Table Pointer (EPTP)". */
#define EPTP_TYPE(eptp)	((eptp) & 7)
#define EPTP_TYPE_UC	0
#define EPTP_TYPE_WB	6
#define EPTP_WALK(eptp)	((eptp) >> 3 & 7)
#define EPTP_AD		BIT_ULL(6)
#define EPTP_LOW_BITS	GENMASK_ULL(6, 0)

#define VMFUNC_EPTP_SWITCHING	BIT_ULL(0)
#define MSR_ENTRY_BYTES		16

#define IN_PROC2	BIT(15)		/* of the argument: a bit number of the secondary word */

/* The argument: a control's bit number; IN_PROC2 says in which word. */
static bool control_is_on(const struct vmx_entry_state *s, unsigned int arg)
{
	return arg & IN_PROC2 ? s->proc2 >> (arg & 31) & 1 : s->proc >> arg & 1;
}

static bool is_page_address(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	return entry_only_bits(value, entry_phys_mask(s, 12), expected);
}

static bool posts_interrupts(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->pin & VMX_CTL_PIN_POSTED_INTR;
}

static bool is_line_address(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	return entry_only_bits(value, entry_phys_mask(s, 6), expected);
}

static bool switches_eptp(const struct vmx_entry_state *s, unsigned int arg)
{
	return (s->proc2 & VMX_CTL_PROC2_VMFUNC) &&
	       (entry_read(s, VMX_F_VM_FUNCTIONS) & VMFUNC_EPTP_SWITCHING);
}

static bool switching_has_ept(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			      u64 *expected)
{
	*expected = value & ~VMFUNC_EPTP_SWITCHING;
	return s->proc2 & VMX_CTL_PROC2_EPT;
}

static bool eptp_type_is_supported(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				   u64 *expected)
{
	u64 caps = s->view->caps->ept_vpid;

	*expected = caps & CAP_WB ? EPTP_TYPE_WB : EPTP_TYPE_UC;
	return (EPTP_TYPE(value) == EPTP_TYPE_WB && (caps & CAP_WB)) ||
	       (EPTP_TYPE(value) == EPTP_TYPE_UC && (caps & CAP_UC));
}

static bool eptp_walk_is_supported(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				   u64 *expected)
{
	u64 caps = s->view->caps->ept_vpid;

	*expected = 3;
	return (EPTP_WALK(value) == 3 && (caps & CAP_WALK_4)) ||
	       (EPTP_WALK(value) == 4 && (caps & CAP_WALK_5));
}

static bool eptp_ad_is_supported(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				 u64 *expected)
{
	*expected = value & ~EPTP_AD;
	return !(value & EPTP_AD) || (s->view->caps->ept_vpid & CAP_AD);
}

static bool eptp_reserved_is_zero(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				  u64 *expected)
{
	return entry_only_bits(value, entry_phys_mask(s, 12) | EPTP_LOW_BITS, expected);
}

/* The argument is the field with the count: an area without entries may lie anywhere. */
static bool area_is_used(const struct vmx_entry_state *s, unsigned int count_field)
{
	return (u32)entry_read(s, count_field);
}

static bool area_is_aligned(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	return entry_only_bits(value, GENMASK_ULL(63, 4), expected);
}

static bool area_fits(const struct vmx_entry_state *s, unsigned int count_field, u64 value,
		      u64 *expected)
{
	u64 bytes = (u64)(u32)entry_read(s, count_field) * MSR_ENTRY_BYTES;

	return entry_at_most(value, entry_phys_mask(s, 0) - (bytes - 1), expected);
}

#define ROW(number, f, n, when, what, a, in, words) \
	{ .id = (number), .arg = (a), .field = VMX_F_##f, .name = (n), .text = (words), \
	  .chapter = (in), .applies = (when), .holds = (what) }
#define PAGE(number, f, n, on) \
	ROW(number, f, n, control_is_on, is_page_address, on, EXECUTION, \
	    "a physical address that is a multiple of 4096")
#define EPTP(number, n, what, words) \
	ROW(number, EPTP, n, control_is_on, what, IN_PROC2 | 1, EXECUTION, words)
#define AREA_ALIGNMENT(number, f, count, n, in) \
	ROW(number, f, n "-alignment", area_is_used, area_is_aligned, VMX_F_##count, in, \
	    "the area's address is a multiple of 16")
#define AREA_WIDTH(number, f, count, n, in) \
	ROW(number, f, n "-width", area_is_used, area_fits, VMX_F_##count, in, \
	    "the area ends within the physical-address width")

static const struct vmx_entry_check checks[] = {
	PAGE(1101, IO_BITMAP_A, "io-bitmap-a", 25),
	PAGE(1102, IO_BITMAP_B, "io-bitmap-b", 25),
	PAGE(1103, MSR_BITMAP, "msr-bitmap", 28),
	PAGE(1104, VIRTUAL_APIC, "virtual-apic", 21),
	PAGE(1105, APIC_ACCESS, "apic-access", IN_PROC2 | 0),
	ROW(1106, POSTED_DESCRIPTOR, "posted-descriptor", posts_interrupts, is_line_address, 0,
	    EXECUTION, "a physical address that is a multiple of 64"),
	EPTP(1107, "eptp-type", eptp_type_is_supported, "the memory type is one for EPT tables"),
	EPTP(1108, "eptp-walk", eptp_walk_is_supported, "a page-walk length that there is"),
	EPTP(1109, "eptp-accessed-dirty", eptp_ad_is_supported,
	     "accessed and dirty flags only where the processor has them"),
	EPTP(1110, "eptp-reserved", eptp_reserved_is_zero,
	     "reserved bits are 0 and the address fits the physical-address width"),
	PAGE(1111, PML, "pml", IN_PROC2 | 17),
	ROW(1112, VM_FUNCTIONS, "eptp-switching-ept", switches_eptp, switching_has_ept, 0,
	    EXECUTION, "EPTP switching needs EPT"),
	ROW(1113, EPTP_LIST, "eptp-list", switches_eptp, is_page_address, 0, EXECUTION,
	    "a physical address that is a multiple of 4096"),
	PAGE(1114, VMREAD_BITMAP, "vmread-bitmap", IN_PROC2 | 14),
	PAGE(1115, VMWRITE_BITMAP, "vmwrite-bitmap", IN_PROC2 | 14),
	PAGE(1116, VE_INFO, "ve-information", IN_PROC2 | 18),
	AREA_ALIGNMENT(1117, EXIT_MSR_STORE, EXIT_MSR_STORES, "exit-msr-store", EXIT),
	AREA_WIDTH(1118, EXIT_MSR_STORE, EXIT_MSR_STORES, "exit-msr-store", EXIT),
	AREA_ALIGNMENT(1119, EXIT_MSR_LOAD, EXIT_MSR_LOADS, "exit-msr-load", EXIT),
	AREA_WIDTH(1120, EXIT_MSR_LOAD, EXIT_MSR_LOADS, "exit-msr-load", EXIT),
	AREA_ALIGNMENT(1121, ENTRY_MSR_LOAD, ENTRY_MSR_LOADS, "entry-msr-load", ENTRY),
	AREA_WIDTH(1122, ENTRY_MSR_LOAD, ENTRY_MSR_LOADS, "entry-msr-load", ENTRY),
};

const struct vmx_entry_table vmx_entry_table_addresses = { checks, ARRAY_SIZE(checks) };
