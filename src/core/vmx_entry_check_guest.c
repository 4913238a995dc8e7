// SPDX-License-Identifier: GPL-2.0
/* Entry checks on guest control registers, debug registers, MSRs, tables, RIP and RFLAGS. */
#include <linux/kernel.h>

#include "vmx_entry_check_internal.h"

#define REGISTERS	"Checks on Guest Control Registers, Debug Registers, and MSRs"
#define TABLES		"Checks on Guest Descriptor-Table Registers"
#define RIP_RFLAGS	"Checks on Guest RIP, RFLAGS, and SSP"

#define BNDCFGS_RESERVED GENMASK_ULL(11, 2)

static bool in_long_mode(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->long_mode;
}

static bool not_in_long_mode(const struct vmx_entry_state *s, unsigned int arg)
{
	return !s->long_mode;
}

static bool has_entry_control(const struct vmx_entry_state *s, unsigned int bit)
{
	return s->entry & BIT(bit);
}

static bool has_paging(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->cr0 & CR0_PG;
}

static bool has_efer_and_paging(const struct vmx_entry_state *s, unsigned int bit)
{
	return has_entry_control(s, bit) && has_paging(s, 0);
}

static bool has_cet(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->cr4 & CR4_CET;
}

static bool cr0_is_allowed(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	u64 must = s->view->caps->cr0_fixed0 & ~(CR0_NW | CR0_CD);
	u64 may = s->view->caps->cr0_fixed1 | CR0_NW | CR0_CD;

	if (s->unrestricted) {
		must &= ~(CR0_PE | CR0_PG);
		may |= CR0_PE | CR0_PG;
	}
	return entry_fixed_bits(value, must, may, expected);
}

static bool paging_is_protected(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				u64 *expected)
{
	return entry_expect(value, value | CR0_PE, expected);
}

static bool cr4_is_allowed(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			   u64 *expected)
{
	return entry_fixed_bits(value, s->view->caps->cr4_fixed0, s->view->caps->cr4_fixed1,
				expected);
}

static bool has_write_protect(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			      u64 *expected)
{
	return entry_expect(value, value | CR0_WP, expected);
}

static bool debugctl_is_valid(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			      u64 *expected)
{
	return entry_only_bits(value, s->view->debugctl, expected);
}

static bool long_mode_pages(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	return entry_expect(value, value | CR0_PG, expected);
}

static bool long_mode_has_pae(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			      u64 *expected)
{
	return entry_expect(value, value | CR4_PAE, expected);
}

static bool has_no_pcide(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			 u64 *expected)
{
	return entry_expect(value, value & ~CR4_PCIDE, expected);
}

static bool is_physical(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	return entry_only_bits(value, entry_phys_mask(s, 0), expected);
}

static bool is_32_bits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		       u64 *expected)
{
	return entry_only_bits(value, 0xffffffff, expected);
}

static bool is_16_bits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		       u64 *expected)
{
	return entry_only_bits(value, 0xffff, expected);
}

static bool efer_lma_fits_mode(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			       u64 *expected)
{
	u64 wanted = s->long_mode ? EFER_LMA_BIT : 0;

	return entry_expect(value, (value & ~EFER_LMA_BIT) | wanted, expected);
}

static bool efer_lme_fits_lma(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			      u64 *expected)
{
	u64 wanted = value & EFER_LMA_BIT ? EFER_LME_BIT : 0;

	return entry_expect(value, (value & ~EFER_LME_BIT) | wanted, expected);
}

static bool bndcfgs_is_valid(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			     u64 *expected)
{
	if (!entry_only_bits(value, ~BNDCFGS_RESERVED, expected))
		return false;
	return entry_canonical(s, value, expected);
}

static bool runs_64_bit_code(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->long_mode && (s->rights[SEG_CS] & RIGHTS_L);
}

static bool runs_other_code(const struct vmx_entry_state *s, unsigned int arg)
{
	return !runs_64_bit_code(s, arg);
}

static bool rflags_reserved_is_right(const struct vmx_entry_state *s, unsigned int arg,
				     u64 value, u64 *expected)
{
	return entry_fixed_bits(value, RFLAGS_FIXED, RFLAGS_VALID, expected);
}

static bool cannot_be_v8086(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->long_mode || !(s->cr0 & CR0_PE);
}

static bool is_not_v8086(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			 u64 *expected)
{
	return entry_expect(value, value & ~RFLAGS_VM, expected);
}

static bool injects_interrupt(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->event && EVENT_TYPE(s->event) == EVENT_EXTERNAL;
}

static bool takes_interrupts(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			     u64 *expected)
{
	return entry_expect(value, value | RFLAGS_IF, expected);
}

/* Bit numbers of VM-entry controls, for has_entry_control(). */
enum { LOAD_DEBUG = 2, LOAD_PAT = 14, LOAD_EFER = 15, LOAD_BNDCFGS = 16 };

#define ROW(number, f, n, when, a, what, in, words) \
	{ .id = (number), .arg = (a), .field = VMX_F_##f, .name = (n), .text = (words), \
	  .chapter = (in), .applies = (when), .holds = (what) }

static const struct vmx_entry_check checks[] = {
	ROW(3001, CR0, "guest-cr0", NULL, 0, cr0_is_allowed, REGISTERS,
	    "bits of CR0 that VMX fixes have their values"),
	ROW(3002, CR0, "guest-cr0-pg-pe", has_paging, 0, paging_is_protected, REGISTERS,
	    "CR0.PE with CR0.PG"),
	ROW(3003, CR4, "guest-cr4", NULL, 0, cr4_is_allowed, REGISTERS,
	    "bits of CR4 that VMX fixes have their values"),
	ROW(3004, CR0, "guest-cet-wp", has_cet, 0, has_write_protect, REGISTERS,
	    "CR0.WP with CR4.CET"),
	ROW(3005, DEBUGCTL, "guest-debugctl", has_entry_control, LOAD_DEBUG, debugctl_is_valid,
	    REGISTERS, "reserved bits of IA32_DEBUGCTL are 0"),
	ROW(3006, CR0, "guest-long-mode-pg", in_long_mode, 0, long_mode_pages, REGISTERS,
	    "CR0.PG in IA-32e mode"),
	ROW(3007, CR4, "guest-long-mode-pae", in_long_mode, 0, long_mode_has_pae, REGISTERS,
	    "CR4.PAE in IA-32e mode"),
	ROW(3008, CR4, "guest-pcide", not_in_long_mode, 0, has_no_pcide, REGISTERS,
	    "CR4.PCIDE only in IA-32e mode"),
	ROW(3009, CR3, "guest-cr3", NULL, 0, is_physical, REGISTERS,
	    "CR3 fits the physical-address width"),
	ROW(3010, DR7, "guest-dr7", has_entry_control, LOAD_DEBUG, is_32_bits, REGISTERS,
	    "bits 63:32 of DR7 are 0"),
	ROW(3011, SYSENTER_ESP, "guest-sysenter-esp", NULL, 0, entry_is_canonical, REGISTERS,
	    "a canonical address"),
	ROW(3012, SYSENTER_EIP, "guest-sysenter-eip", NULL, 0, entry_is_canonical, REGISTERS,
	    "a canonical address"),
	ROW(3013, PAT, "guest-pat", has_entry_control, LOAD_PAT, entry_pat_is_valid, REGISTERS,
	    "each byte is a memory type: 0, 1, 4, 5, 6, 7"),
	ROW(3014, EFER, "guest-efer-reserved", has_entry_control, LOAD_EFER,
	    entry_efer_is_valid, REGISTERS, "reserved bits are 0"),
	ROW(3015, EFER, "guest-efer-lma", has_entry_control, LOAD_EFER, efer_lma_fits_mode,
	    REGISTERS, "LMA is as the control IA-32e mode guest"),
	ROW(3016, EFER, "guest-efer-lme", has_efer_and_paging, LOAD_EFER, efer_lme_fits_lma,
	    REGISTERS, "LME is as LMA while CR0.PG is 1"),
	ROW(3017, BNDCFGS, "guest-bndcfgs", has_entry_control, LOAD_BNDCFGS, bndcfgs_is_valid,
	    REGISTERS, "bits 11:2 are 0 and the address is canonical"),
	ROW(3101, GDTR_BASE, "guest-gdtr-base", NULL, 0, entry_is_canonical, TABLES,
	    "a canonical address"),
	ROW(3102, IDTR_BASE, "guest-idtr-base", NULL, 0, entry_is_canonical, TABLES,
	    "a canonical address"),
	ROW(3103, GDTR_LIMIT, "guest-gdtr-limit", NULL, 0, is_16_bits, TABLES, "bits 31:16 are 0"),
	ROW(3104, IDTR_LIMIT, "guest-idtr-limit", NULL, 0, is_16_bits, TABLES, "bits 31:16 are 0"),
	ROW(3201, RIP, "guest-rip-width", runs_other_code, 0, is_32_bits, RIP_RFLAGS,
	    "bits 63:32 are 0 outside 64-bit mode"),
	ROW(3202, RIP, "guest-rip-canonical", runs_64_bit_code, 0, entry_is_canonical, RIP_RFLAGS,
	    "bits above the linear-address width are alike"),
	ROW(3203, RFLAGS, "guest-rflags-reserved", NULL, 0, rflags_reserved_is_right, RIP_RFLAGS,
	    "bits 63:22, 15, 5, 3 are 0 and bit 1 is 1"),
	ROW(3204, RFLAGS, "guest-rflags-vm", cannot_be_v8086, 0, is_not_v8086, RIP_RFLAGS,
	    "VM is 0 in IA-32e mode and in real mode"),
	ROW(3205, RFLAGS, "guest-rflags-if", injects_interrupt, 0, takes_interrupts, RIP_RFLAGS,
	    "IF is 1 when an external interrupt is injected"),
};

const struct vmx_entry_table vmx_entry_table_guest = { checks, ARRAY_SIZE(checks) };
