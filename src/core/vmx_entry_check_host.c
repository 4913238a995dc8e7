// SPDX-License-Identifier: GPL-2.0
/* Entry checks on the host state that the next exit will load. */
#include <linux/kernel.h>

#include "vmx_entry_check_internal.h"

#define REGISTERS	"Checks on Host Control Registers, MSRs, and SSP"
#define SEGMENTS	"Checks on Host Segment and Descriptor-Table Registers"
#define SIZE		"Checks Related to Address-Space Size"

static bool host_is_64(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->exit & VMX_CTL_EXIT_HOST_64;
}

static bool host_is_32(const struct vmx_entry_state *s, unsigned int arg)
{
	return !host_is_64(s, arg);
}

static bool loads_pat(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->exit & VMX_CTL_EXIT_LOAD_PAT;
}

static bool loads_efer(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->exit & VMX_CTL_EXIT_LOAD_EFER;
}

static bool cr0_is_allowed(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	const struct vmx_caps *caps = s->view->caps;

	return entry_fixed_bits(value, caps->cr0_fixed0 & ~(CR0_NW | CR0_CD),
				caps->cr0_fixed1 | CR0_NW | CR0_CD, expected);
}

static bool cr4_is_allowed(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	const struct vmx_caps *caps = s->view->caps;

	return entry_fixed_bits(value, caps->cr4_fixed0, caps->cr4_fixed1, expected);
}

static bool is_physical(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	return entry_only_bits(value, entry_phys_mask(s, 0), expected);
}

static bool efer_fits_size(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	const u64 bits = EFER_LMA_BIT | EFER_LME_BIT;
	u64 wanted = host_is_64(s, 0) ? bits : 0;

	return entry_expect(value, (value & ~bits) | wanted, expected);
}

static bool selector_is_plain(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			      u64 *expected)
{
	return entry_only_bits(value, 0xfff8, expected);
}

static bool is_not_zero(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	*expected = 8;
	return value;
}

static bool size_fits_processor(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				u64 *expected)
{
	u64 bit = VMX_CTL_EXIT_HOST_64;

	*expected = s->view->host_long_mode ? value | bit : value & ~bit;
	return value == *expected;
}

static bool guest_is_32(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	return entry_expect(value, value & ~(u64)VMX_CTL_ENTRY_GUEST_64, expected);
}

static bool has_pae(const struct vmx_entry_state *s, unsigned int arg, u64 value, u64 *expected)
{
	return entry_expect(value, value | CR4_PAE, expected);
}

static bool has_no_pcide(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			 u64 *expected)
{
	return entry_expect(value, value & ~CR4_PCIDE, expected);
}

static bool is_32_bits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		       u64 *expected)
{
	return entry_only_bits(value, 0xffffffff, expected);
}

#define ROW(number, f, n, when, what, in, words) \
	{ .id = (number), .field = VMX_F_##f, .name = (n), .text = (words), .chapter = (in), \
	  .applies = (when), .holds = (what) }
#define SELECTOR(number, f, n) \
	ROW(number, f, n, NULL, selector_is_plain, SEGMENTS, "selector: RPL and TI are 0")
#define CANONICAL(number, f, n, in) \
	ROW(number, f, n, NULL, entry_is_canonical, in, "a canonical address")

static const struct vmx_entry_check checks[] = {
	ROW(2001, HOST_CR0, "host-cr0", NULL, cr0_is_allowed, REGISTERS,
	    "bits of CR0 that VMX fixes have their values"),
	ROW(2002, HOST_CR4, "host-cr4", NULL, cr4_is_allowed, REGISTERS,
	    "bits of CR4 that VMX fixes have their values"),
	ROW(2003, HOST_CR3, "host-cr3", NULL, is_physical, REGISTERS,
	    "CR3 fits the physical-address width"),
	CANONICAL(2004, HOST_SYSENTER_ESP, "host-sysenter-esp", REGISTERS),
	CANONICAL(2005, HOST_SYSENTER_EIP, "host-sysenter-eip", REGISTERS),
	ROW(2006, HOST_PAT, "host-pat", loads_pat, entry_pat_is_valid, REGISTERS,
	    "each byte is a memory type: 0, 1, 4, 5, 6, 7"),
	ROW(2007, HOST_EFER, "host-efer-reserved", loads_efer, entry_efer_is_valid, REGISTERS,
	    "reserved bits are 0"),
	ROW(2008, HOST_EFER, "host-efer-mode", loads_efer, efer_fits_size, REGISTERS,
	    "LMA and LME are both as host address-space size"),
	SELECTOR(2101, HOST_ES_SELECTOR, "host-es-selector"),
	SELECTOR(2102, HOST_CS_SELECTOR, "host-cs-selector"),
	SELECTOR(2103, HOST_SS_SELECTOR, "host-ss-selector"),
	SELECTOR(2104, HOST_DS_SELECTOR, "host-ds-selector"),
	SELECTOR(2105, HOST_FS_SELECTOR, "host-fs-selector"),
	SELECTOR(2106, HOST_GS_SELECTOR, "host-gs-selector"),
	SELECTOR(2107, HOST_TR_SELECTOR, "host-tr-selector"),
	ROW(2108, HOST_CS_SELECTOR, "host-cs-null", NULL, is_not_zero, SEGMENTS, "CS is not 0"),
	ROW(2109, HOST_TR_SELECTOR, "host-tr-null", NULL, is_not_zero, SEGMENTS, "TR is not 0"),
	ROW(2110, HOST_SS_SELECTOR, "host-ss-null", host_is_32, is_not_zero, SEGMENTS,
	    "SS is not 0 for a 32-bit host"),
	CANONICAL(2111, HOST_FS_BASE, "host-fs-base", SEGMENTS),
	CANONICAL(2112, HOST_GS_BASE, "host-gs-base", SEGMENTS),
	CANONICAL(2113, HOST_TR_BASE, "host-tr-base", SEGMENTS),
	CANONICAL(2114, HOST_GDTR_BASE, "host-gdtr-base", SEGMENTS),
	CANONICAL(2115, HOST_IDTR_BASE, "host-idtr-base", SEGMENTS),
	ROW(2201, EXIT_CONTROLS, "host-size", NULL, size_fits_processor, SIZE,
	    "host address-space size is as the processor is now"),
	ROW(2202, ENTRY_CONTROLS, "guest-size", host_is_32, guest_is_32, SIZE,
	    "no IA-32e mode guest on a 32-bit host"),
	ROW(2203, HOST_CR4, "host-pae", host_is_64, has_pae, SIZE, "CR4.PAE for a 64-bit host"),
	ROW(2204, HOST_CR4, "host-pcide", host_is_32, has_no_pcide, SIZE,
	    "no CR4.PCIDE for a 32-bit host"),
	ROW(2205, HOST_RIP, "host-rip-canonical", host_is_64, entry_is_canonical, SIZE,
	    "a canonical address"),
	ROW(2206, HOST_RIP, "host-rip-width", host_is_32, is_32_bits, SIZE,
	    "bits 63:32 are 0 for a 32-bit host"),
};

const struct vmx_entry_table vmx_entry_table_host = { checks, ARRAY_SIZE(checks) };
