/* SPDX-License-Identifier: GPL-2.0 */
/* What a guest's CPUID returns, and what follows from it, for a usual table and for odd ones. */
#ifndef VMH_VECTORS_CPUID_TABLE_H
#define VMH_VECTORS_CPUID_TABLE_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <cpuid_table.h>

#define CPUID_TABLE_ROOM	24

enum cpuid_table_what {
	CPUID_QUERY,		/* want = what CPUID returns for leaf, subleaf */
	CPUID_SET,		/* value = outcome of cpuid_table_set() */
	CPUID_CR4,		/* value = cpuid_cr4_valid(); and so on */
	CPUID_CR4_OFFERED,
	CPUID_EFER,
	CPUID_XCR0,
	CPUID_XSS,
	CPUID_PHYS_BITS,
	CPUID_HAS,		/* leaf, reg = subleaf / 32, bit = subleaf % 32 */
	CPUID_HIDDEN,		/* likewise, after cpuid_table_hide() of that bit */
	CPUID_SAME,		/* with that bit of the usual table's entry nr. @leaf turned over */
	CPUID_SAME_CUT,		/* with the usual table's last @leaf entries left out */
};

struct cpuid_table_case {
	const char *name;
	const struct kvm_cpuid_entry2 *entry;	/* NULL: the usual table */
	u32 nr;
	enum cpuid_table_what what;
	struct cpuid_dynamic now;
	u32 leaf;
	u32 subleaf;
	u32 want[CPUID_NR_REGS];
	s64 value;
};

#define CPUID_ENTRY(leaf, a, b, c, d) \
	{ .function = leaf, .eax = a, .ebx = b, .ecx = c, .edx = d }
#define CPUID_SUB(leaf, sub, a, b, c, d) \
	{ .function = leaf, .index = sub, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX, \
	  .eax = a, .ebx = b, .ecx = c, .edx = d }

#define CPUID_GENUINE_INTEL	.ebx = 0x756e6547, .ecx = 0x6c65746e, .edx = 0x49656e69
#define CPUID_AUTHENTIC_AMD	.ebx = 0x68747541, .ecx = 0x444d4163, .edx = 0x69746e65
#define CPUID_HYGON_GENUINE	.ebx = 0x6f677948, .ecx = 0x656e6975, .edx = 0x6e65476e
#define CPUID_VENDOR(max, words)	{ .function = 0, .eax = max, words }

/* XSAVE; SMEP, SMAP, FSGSBASE; UMIP; PCID. */
static const struct kvm_cpuid_entry2 cpuid_usual[] = {
	CPUID_VENDOR(0xd, CPUID_GENUINE_INTEL),
	CPUID_ENTRY(1, 0x506e3, 0x00010800, 0x04020201, 0x178bfbff),
	CPUID_ENTRY(2, 0x76036301, 0xf0b5ff, 0, 0xc30000),
	CPUID_SUB(4, 0, 0x121, 0x1c0003f, 0x3f, 0),
	CPUID_SUB(4, 1, 0x122, 0x1c0003f, 0x3f, 1),
	CPUID_SUB(7, 0, 0, 0x00100081, 4, 0),
	CPUID_SUB(0xb, 0, 0, 1, 0x100, 5),
	CPUID_SUB(0xb, 1, 2, 4, 0x201, 5),
	CPUID_SUB(0xd, 0, 0xe7, 0x240, 0xa88, 0),
	CPUID_SUB(0xd, 1, 0xf, 0, 0x100, 0),
	CPUID_SUB(0xd, 2, 0x100, 0x240, 0, 0),
	CPUID_SUB(0xd, 5, 0x40, 0x440, 0, 0),
	CPUID_SUB(0xd, 6, 0x200, 0x480, 2, 0),
	CPUID_SUB(0xd, 7, 0x400, 0x680, 0, 0),
	CPUID_SUB(0xd, 8, 0x80, 0, 1, 0),
	CPUID_ENTRY(0x40000000, 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d),
	CPUID_ENTRY(0x40000001, 9, 0, 0, 0),
	CPUID_ENTRY(0x40000100, 0x40000100, 1, 2, 3),
	CPUID_ENTRY(0x80000000, 0x80000008, 0, 0, 0),
	CPUID_ENTRY(0x80000001, 0, 0, 0x121, 0x2c100800),
	CPUID_ENTRY(0x80000008, 0x3027, 0, 0, 0),
};

static const struct kvm_cpuid_entry2 cpuid_amd[] = {
	CPUID_VENDOR(1, CPUID_AUTHENTIC_AMD), CPUID_ENTRY(1, 7, 7, 7, 7),
};

static const struct kvm_cpuid_entry2 cpuid_hygon[] = {
	CPUID_VENDOR(1, CPUID_HYGON_GENUINE), CPUID_ENTRY(1, 7, 7, 7, 7),
};

static const struct kvm_cpuid_entry2 cpuid_twice[] = {
	CPUID_ENTRY(1, 1, 1, 1, 1), CPUID_ENTRY(1, 2, 2, 2, 2), CPUID_ENTRY(0, 1, 0, 0, 0),
};

static const struct kvm_cpuid_entry2 cpuid_mixed[] = {
	CPUID_SUB(7, 1, 1, 1, 1, 1), CPUID_ENTRY(0, 7, 0, 0, 0), CPUID_SUB(7, 0, 2, 2, 2, 2),
	CPUID_ENTRY(0x20, 3, 3, 3, 3), CPUID_ENTRY(0x4f000000, 4, 4, 4, 4),
	CPUID_ENTRY(0xc0000000, 5, 5, 5, 5),
};

/* Protection keys. */
static const struct kvm_cpuid_entry2 cpuid_pku[] = {
	CPUID_VENDOR(0xd, CPUID_GENUINE_INTEL), CPUID_SUB(7, 0, 1, 0, 8, 0),
	CPUID_SUB(7, 1, 0, 0, 8, 0),
};

static const struct kvm_cpuid_entry2 cpuid_no_xsave[] = {
	CPUID_VENDOR(0xd, CPUID_GENUINE_INTEL), CPUID_ENTRY(1, 0, 0, 0, 1),
	CPUID_SUB(0xd, 0, 7, 7, 7, 0), CPUID_SUB(0xd, 1, 0, 9, 0x100, 0),
};

/* A component whose size is odd, and one that follows it at once. */
static const struct kvm_cpuid_entry2 cpuid_dense[] = {
	CPUID_VENDOR(0xd, CPUID_GENUINE_INTEL), CPUID_ENTRY(1, 0, 0, 1 << 26, 0),
	CPUID_SUB(0xd, 0, 0x27, 0x240, 0xa88, 0), CPUID_SUB(0xd, 1, 0xf, 0, 0, 0),
	CPUID_SUB(0xd, 2, 0x108, 0x240, 0, 0), CPUID_SUB(0xd, 5, 0x40, 0x440, 0, 0),
};

#define CPUID_WIDTHS(width) { CPUID_ENTRY(0x80000008, width, 0, 0, 0) }
static const struct kvm_cpuid_entry2 cpuid_linear_57[] = CPUID_WIDTHS(0x3927);
static const struct kvm_cpuid_entry2 cpuid_linear_0[] = CPUID_WIDTHS(0x27);
static const struct kvm_cpuid_entry2 cpuid_phys_52[] = CPUID_WIDTHS(0x3034);
static const struct kvm_cpuid_entry2 cpuid_phys_53[] = CPUID_WIDTHS(0x3035);
static const struct kvm_cpuid_entry2 cpuid_phys_31[] = CPUID_WIDTHS(0x301f);
static const struct kvm_cpuid_entry2 cpuid_phys_0[] = CPUID_WIDTHS(0x3000);
static const struct kvm_cpuid_entry2 cpuid_too_many[CPUID_TABLE_ROOM + 1];

#define CPUID_OF(table)		.entry = table, .nr = ARRAY_SIZE(table)
#define CPUID_NONE		.entry = cpuid_too_many, .nr = 0
#define CPUID_ON		.xcr0 = 1, .apic_base = 0xfee00900

static const struct cpuid_table_case cpuid_table_cases[] = {
	/* Queries of the usual table. */
	{ "leaf without subleaves", .leaf = 2, .want = { 0x76036301, 0xf0b5ff, 0, 0xc30000 } },
	{ "its subleaf does not matter", .leaf = 2, .subleaf = 77,
	  .want = { 0x76036301, 0xf0b5ff, 0, 0xc30000 } },
	{ "first subleaf", .leaf = 4, .want = { 0x121, 0x1c0003f, 0x3f, 0 } },
	{ "second subleaf", .leaf = 4, .subleaf = 1, .want = { 0x122, 0x1c0003f, 0x3f, 1 } },
	{ "missing subleaf", .leaf = 4, .subleaf = 2 },
	{ "largest subleaf", .leaf = 4, .subleaf = ~0U },
	{ "gap below the highest leaf", .leaf = 3 },
	{ "gap with a subleaf", .leaf = 0xa, .subleaf = 3 },
	{ "topology", .leaf = 0xb, .subleaf = 1, .want = { 2, 4, 0x201, 5 } },
	{ "topology, no such level", .leaf = 0xb, .subleaf = 2, .want = { 0, 0, 2, 5 } },
	{ "topology, level beyond 8 bits", .leaf = 0xb, .subleaf = 0x1ff,
	  .want = { 0, 0, 0xff, 5 } },
	{ "beyond the highest basic leaf", .leaf = 0xe, .subleaf = 2,
	  .want = { 0x100, 0x240, 0, 0 } },
	{ "far beyond", .leaf = 0x3fffffff, .subleaf = 2, .want = { 0x100, 0x240, 0, 0 } },
	{ "beyond, and no such subleaf", .leaf = 0x20, .subleaf = 40 },
	{ "V2 topology is beyond", .leaf = 0x1f, .subleaf = 2, .want = { 0x100, 0x240, 0, 0 } },
	{ "hypervisor", .leaf = 0x40000000, .want = { 0x40000001, 0x4b4d564b, 0x564b4d56, 0x4d } },
	{ "hypervisor's features", .leaf = 0x40000001, .want = { 9 } },
	{ "beyond the hypervisor's leaves", .leaf = 0x40000002, .subleaf = 2,
	  .want = { 0x100, 0x240, 0, 0 } },
	{ "second hypervisor", .leaf = 0x40000100, .want = { 0x40000100, 1, 2, 3 } },
	{ "beyond the second hypervisor", .leaf = 0x40000101, .subleaf = 2,
	  .want = { 0x100, 0x240, 0, 0 } },
	{ "where no hypervisor is", .leaf = 0x40000200, .subleaf = 2,
	  .want = { 0x100, 0x240, 0, 0 } },
	{ "extended", .leaf = 0x80000001, .want = { 0, 0, 0x121, 0x2c100800 } },
	{ "extended gap", .leaf = 0x80000005 },
	{ "beyond the extended leaves", .leaf = 0x80000009, .subleaf = 2,
	  .want = { 0x100, 0x240, 0, 0 } },
	{ "fourth range", .leaf = 0xc0000000, .subleaf = 2, .want = { 0x100, 0x240, 0, 0 } },
	{ "last leaf", .leaf = ~0U, .subleaf = 2, .want = { 0x100, 0x240, 0, 0 } },

	/* Queries of odd tables. */
	{ "empty table", CPUID_NONE, .leaf = 0 },
	{ "empty table, far leaf", CPUID_NONE, .leaf = 0x80000001 },
	{ "AMD: beyond reads as zeros", CPUID_OF(cpuid_amd), .leaf = 2 },
	{ "AMD: within", CPUID_OF(cpuid_amd), .leaf = 1, .want = { 7, 7, 7, 7 } },
	{ "Hygon: beyond reads as zeros", CPUID_OF(cpuid_hygon), .leaf = 0x80000000 },
	{ "first of two counts", CPUID_OF(cpuid_twice), .leaf = 1, .want = { 1, 1, 1, 1 } },
	{ "subleaves out of order, first", CPUID_OF(cpuid_mixed), .leaf = 7,
	  .want = { 2, 2, 2, 2 } },
	{ "subleaves out of order, second", CPUID_OF(cpuid_mixed), .leaf = 7, .subleaf = 1,
	  .want = { 1, 1, 1, 1 } },
	{ "leaf that is searched for", CPUID_OF(cpuid_mixed), .leaf = 0x20,
	  .want = { 3, 3, 3, 3 } },
	{ "hypervisor leaf that is searched for", CPUID_OF(cpuid_mixed), .leaf = 0x4f000000,
	  .want = { 4, 4, 4, 4 } },
	{ "leaf of the fourth range", CPUID_OF(cpuid_mixed), .leaf = 0xc0000000,
	  .want = { 5, 5, 5, 5 } },

	/* What follows guest state. */
	{ "no OSXSAVE at first", .leaf = 1, .now = { CPUID_ON },
	  .want = { 0x506e3, 0x00010800, 0x04020201, 0x178bfbff } },
	{ "OSXSAVE", .leaf = 1, .now = { CPUID_ON, .cr4 = 0x40000 },
	  .want = { 0x506e3, 0x00010800, 0x0c020201, 0x178bfbff } },
	{ "other bits of CR4 do not show", .leaf = 1, .now = { CPUID_ON, .cr4 = ~0x40000ULL },
	  .want = { 0x506e3, 0x00010800, 0x04020201, 0x178bfbff } },
	{ "no OSXSAVE without XSAVE", CPUID_OF(cpuid_no_xsave), .leaf = 1,
	  .now = { CPUID_ON, .cr4 = 0x40000 }, .want = { 0, 0, 0, 0x201 } },
	{ "OSPKE", CPUID_OF(cpuid_pku), .leaf = 7, .now = { CPUID_ON, .cr4 = 0x400000 },
	  .want = { 1, 0, 0x18, 0 } },
	{ "OSPKE, CR4.PKE clear", CPUID_OF(cpuid_pku), .leaf = 7,
	  .now = { CPUID_ON, .cr4 = ~0x400000ULL }, .want = { 1, 0, 8, 0 } },
	{ "OSPKE is in the first subleaf", CPUID_OF(cpuid_pku), .leaf = 7, .subleaf = 1,
	  .now = { CPUID_ON, .cr4 = 0x400000 }, .want = { 0, 0, 8, 0 } },
	{ "no OSPKE without PKU", .leaf = 7, .now = { CPUID_ON, .cr4 = 0x400000 },
	  .want = { 0, 0x00100081, 4, 0 } },
	{ "APIC off", .leaf = 1, .now = { .xcr0 = 1, .apic_base = 0xfee00100 },
	  .want = { 0x506e3, 0x00010800, 0x04020201, 0x178bf9ff } },
	{ "no APIC", .leaf = 1, .now = { .xcr0 = 1 },
	  .want = { 0x506e3, 0x00010800, 0x04020201, 0x178bf9ff } },
	{ "APIC on, and not the boot processor's", .leaf = 1,
	  .now = { .xcr0 = 1, .apic_base = 0xfee00800 },
	  .want = { 0x506e3, 0x00010800, 0x04020201, 0x178bfbff } },
	{ "XSAVE size, x87", .leaf = 0xd, .now = { CPUID_ON, .cr4 = 0x40000 },
	  .want = { 0xe7, 0x240, 0xa88, 0 } },
	{ "XSAVE size, AVX", .leaf = 0xd, .now = { .xcr0 = 7 }, .want = { 0xe7, 0x340, 0xa88, 0 } },
	{ "XSAVE size, AVX-512", .leaf = 0xd, .now = { .xcr0 = 0xe7 },
	  .want = { 0xe7, 0xa80, 0xa88, 0 } },
	{ "compact size, AVX", .leaf = 0xd, .subleaf = 1, .now = { .xcr0 = 7 },
	  .want = { 0xf, 0x340, 0x100, 0 } },
	{ "compact size, AVX-512", .leaf = 0xd, .subleaf = 1, .now = { .xcr0 = 0xe7 },
	  .want = { 0xf, 0x980, 0x100, 0 } },
	{ "compact size, gap closed and aligned", .leaf = 0xd, .subleaf = 1,
	  .now = { .xcr0 = 0x61 }, .want = { 0xf, 0x480, 0x100, 0 } },
	{ "compact size, nothing aligned", CPUID_OF(cpuid_dense), .leaf = 0xd, .subleaf = 1,
	  .now = { .xcr0 = 0x27 }, .want = { 0xf, 0x388, 0, 0 } },
	{ "compact size, supervisor state", .leaf = 0xd, .subleaf = 1,
	  .now = { .xcr0 = 7, .xss = 0x100 }, .want = { 0xf, 0x3c0, 0x100, 0 } },
	{ "no compact size without XSAVEC", CPUID_OF(cpuid_no_xsave), .leaf = 0xd, .subleaf = 1,
	  .now = { .xcr0 = 7 }, .want = { 0, 9, 0x100, 0 } },

	/* Tables that are refused. */
	{ "as many as there is room for", .what = CPUID_SET, .entry = cpuid_too_many,
	  .nr = CPUID_TABLE_ROOM },
	{ "one too many", .what = CPUID_SET, CPUID_OF(cpuid_too_many), .value = -E2BIG },
	{ "far too many", .what = CPUID_SET, .entry = cpuid_too_many, .nr = ~0U,
	  .value = -E2BIG },
	{ "57-bit linear addresses", .what = CPUID_SET, CPUID_OF(cpuid_linear_57),
	  .value = -EINVAL },
	{ "linear addresses left open", .what = CPUID_SET, CPUID_OF(cpuid_linear_0) },
	{ "52-bit physical addresses", .what = CPUID_SET, CPUID_OF(cpuid_phys_52) },
	{ "53-bit physical addresses", .what = CPUID_SET, CPUID_OF(cpuid_phys_53),
	  .value = -EINVAL },
	{ "31-bit physical addresses", .what = CPUID_SET, CPUID_OF(cpuid_phys_31),
	  .value = -EINVAL },

	/* What a guest may set. */
	{ "CR4 of the usual table", .what = CPUID_CR4, .value = 0x370fff },
	{ "CR4 without a table", .what = CPUID_CR4, CPUID_NONE, .value = 0x7ff },
	{ "CR4 that a table may allow", .what = CPUID_CR4_OFFERED, CPUID_NONE,
	  .value = 0x770fff },
	{ "CR4 with protection keys", .what = CPUID_CR4, CPUID_OF(cpuid_pku), .value = 0x4007ff },
	{ "CR4 without XSAVE", .what = CPUID_CR4, CPUID_OF(cpuid_no_xsave), .value = 0x7ff },
	{ "EFER", .what = CPUID_EFER, .value = 0xd01 },
	{ "EFER without a table", .what = CPUID_EFER, CPUID_NONE },
	{ "XCR0, within what is switched", .what = CPUID_XCR0, .value = 0xe7 },
	{ "XCR0 without XSAVE", .what = CPUID_XCR0, CPUID_OF(cpuid_no_xsave) },
	{ "IA32_XSS", .what = CPUID_XSS, .value = 0x100 },
	{ "IA32_XSS without XSAVES", .what = CPUID_XSS, CPUID_OF(cpuid_no_xsave) },
	{ "physical addresses", .what = CPUID_PHYS_BITS, .value = 39 },
	{ "physical addresses not told", .what = CPUID_PHYS_BITS, CPUID_NONE, .value = 36 },
	{ "physical addresses of 0 bits", .what = CPUID_PHYS_BITS, CPUID_OF(cpuid_phys_0),
	  .value = 36 },
	{ "physical addresses wider than the machine's", .what = CPUID_PHYS_BITS,
	  CPUID_OF(cpuid_phys_52), .value = 46 },

	/* Single bits. */
	{ "has: SMEP", .what = CPUID_HAS, .leaf = 7, .subleaf = 32 + 7, .value = 1 },
	{ "has: not AVX2", .what = CPUID_HAS, .leaf = 7, .subleaf = 32 + 5 },
	{ "has: long mode", .what = CPUID_HAS, .leaf = 0x80000001, .subleaf = 96 + 29,
	  .value = 1 },
	{ "has: highest bit", .what = CPUID_HAS, .leaf = 0, .subleaf = 32 + 30, .value = 1 },
	{ "has: no such leaf", .what = CPUID_HAS, .leaf = 0x15, .subleaf = 0 },
	{ "hide: SMEP", .what = CPUID_HIDDEN, .leaf = 7, .subleaf = 32 + 7 },
	{ "hide: no such leaf", .what = CPUID_HIDDEN, .leaf = 0x15, .subleaf = 0 },

	/* Setting the same again. */
	{ "same: all of it", .what = CPUID_SAME_CUT, .value = 1 },
	{ "same: an entry is missing", .what = CPUID_SAME_CUT, .leaf = 1 },
	{ "same: none are there", .what = CPUID_SAME_CUT, .leaf = ARRAY_SIZE(cpuid_usual) },
	{ "same: OSXSAVE follows CR4", .what = CPUID_SAME, .leaf = 1, .subleaf = 64 + 27,
	  .value = 1 },
	{ "same: OSPKE follows CR4", .what = CPUID_SAME, .leaf = 5, .subleaf = 64 + 4,
	  .value = 1 },
	{ "same: the APIC bit follows its base", .what = CPUID_SAME, .leaf = 1,
	  .subleaf = 96 + 9, .value = 1 },
	{ "same: XSAVE's sizes follow XCR0", .what = CPUID_SAME, .leaf = 8, .subleaf = 32 + 7,
	  .value = 1 },
	{ "same: XSAVES' size too", .what = CPUID_SAME, .leaf = 9, .subleaf = 32, .value = 1 },
	{ "same: not the offset of a component", .what = CPUID_SAME, .leaf = 10, .subleaf = 32 },
	{ "same: not the model", .what = CPUID_SAME, .leaf = 1, .subleaf = 4 },
	{ "same: not a feature", .what = CPUID_SAME, .leaf = 5, .subleaf = 32 + 7 },
	{ "same: not the width of addresses", .what = CPUID_SAME, .leaf = 20, .subleaf = 0 },
	{ "same: KVM's unhalt can be hidden", .what = CPUID_SAME, .leaf = 16, .subleaf = 7,
	  .value = 1 },
	{ "same: not KVM's clock", .what = CPUID_SAME, .leaf = 16, .subleaf = 3 },
};

/* The usual entries, some of them left out or with a bit turned over. */
static inline bool cpuid_table_case_same(const struct cpuid_table_case *c,
					 const struct cpuid_table *table)
{
	struct kvm_cpuid_entry2 entry[ARRAY_SIZE(cpuid_usual)], *spoilt = &entry[c->leaf];
	u32 bit = 1U << (c->subleaf % 32);

	memcpy(entry, cpuid_usual, sizeof(entry));
	if (c->what == CPUID_SAME_CUT)
		return cpuid_table_same(table, entry, ARRAY_SIZE(entry) - c->leaf);
	switch (c->subleaf / 32) {
	case CPUID_REG_EAX:
		spoilt->eax ^= bit;
		break;
	case CPUID_REG_EBX:
		spoilt->ebx ^= bit;
		break;
	case CPUID_REG_ECX:
		spoilt->ecx ^= bit;
		break;
	default:
		spoilt->edx ^= bit;
	}
	return cpuid_table_same(table, entry, ARRAY_SIZE(entry));
}

static inline s64 cpuid_table_case_value(const struct cpuid_table_case *c,
					 struct cpuid_table *table)
{
	switch (c->what) {
	case CPUID_SAME:
	case CPUID_SAME_CUT:
		return cpuid_table_case_same(c, table);
	case CPUID_HIDDEN:
		cpuid_table_hide(table, c->leaf, (enum cpuid_reg)(c->subleaf / 32),
				 c->subleaf % 32);
		return cpuid_has(table, c->leaf, (enum cpuid_reg)(c->subleaf / 32),
				 c->subleaf % 32);
	case CPUID_CR4:
		return cpuid_cr4_valid(table);
	case CPUID_CR4_OFFERED:
		return cpuid_cr4_offered(table);
	case CPUID_EFER:
		return cpuid_efer_valid(table);
	case CPUID_XCR0:
		return cpuid_xcr0_valid(table);
	case CPUID_XSS:
		return cpuid_xss_valid(table);
	case CPUID_PHYS_BITS:
		return cpuid_phys_bits(table);
	case CPUID_HAS:
		return cpuid_has(table, c->leaf, (enum cpuid_reg)(c->subleaf / 32),
				 c->subleaf % 32);
	case CPUID_QUERY:
	case CPUID_SET:
		break;
	}
	return 0;
}

static inline bool cpuid_table_case_query(const struct cpuid_table_case *c,
					  const struct cpuid_table *table, char *why,
					  size_t why_len)
{
	u32 regs[CPUID_NR_REGS];

	cpuid_table_query(table, c->leaf, c->subleaf, regs);
	if (!memcmp(regs, c->want, sizeof(regs)))
		return true;
	snprintf(why, why_len, "eax %#x, ebx %#x, ecx %#x, edx %#x", regs[0], regs[1], regs[2],
		 regs[3]);
	return false;
}

static inline bool cpuid_table_case_ok(const struct cpuid_table_case *c, char *why, size_t why_len)
{
	static struct {
		struct cpuid_table table;
		struct kvm_cpuid_entry2 entry[CPUID_TABLE_ROOM];
	} room;
	const struct cpuid_caps caps = {
		.cr4 = ~0x2000ULL, .xcr0 = 0xe7, .xss = 0x100, .phys_bits = 46,
	};
	struct cpuid_table *table = &room.table;
	s64 got;

	cpuid_table_init(table, CPUID_TABLE_ROOM, &caps);
	if (c->entry)
		got = cpuid_table_set(table, c->entry, c->nr);
	else
		got = cpuid_table_set(table, cpuid_usual, ARRAY_SIZE(cpuid_usual));
	if (got != (c->what == CPUID_SET ? c->value : 0)) {
		snprintf(why, why_len, "set: %lld", got);
		return false;
	}
	if (c->what == CPUID_SET)
		return true;
	if (c->now.xcr0)
		cpuid_table_update(table, &c->now);
	if (c->what == CPUID_QUERY)
		return cpuid_table_case_query(c, table, why, why_len);
	got = cpuid_table_case_value(c, table);
	snprintf(why, why_len, "got %#llx, want %#llx", got, c->value);
	return got == c->value;
}

#endif /* VMH_VECTORS_CPUID_TABLE_H */
