/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The CPUID table of a vCPU: what VMH_SET_CPUID2 was given, ready for a CPUID exit to be a look-up
 * and four loads. SDM, "CPUID—CPU Identification".
 */
#ifndef VMH_CPUID_TABLE_H
#define VMH_CPUID_TABLE_H

#include <linux/kvm.h>
#include <linux/types.h>

#include "cpuid_reg.h"

/* KVM's bound for VMH_SET_CPUID2. */
#define CPUID_TABLE_MAX		256

/* Leaves of each range that are found without a search, and ranges, by the leaf's bits 31:30. */
#define CPUID_TABLE_DIRECT	0x20
#define CPUID_TABLE_RANGES	4

/**
 * struct cpuid_caps - what a guest can use at most, whatever the VMM's table says
 * @cr4: bits of CR4 that the processor and vmh allow.
 * @xcr0: state components that vmh switches; 0 without XSAVE.
 * @xss: supervisor state components that vmh switches.
 * @phys_bits: width of a guest-physical address.
 */
struct cpuid_caps {
	u64 cr4;
	u64 xcr0;
	u64 xss;
	u32 phys_bits;
};

/**
 * struct cpuid_dynamic - guest state that shows in CPUID
 * @cr4: CR4.
 * @apic_base: IA32_APIC_BASE.
 * @xcr0: XCR0.
 * @xss: IA32_XSS.
 */
struct cpuid_dynamic {
	u64 cr4;
	u64 apic_base;
	u64 xcr0;
	u64 xss;
};

/**
 * struct cpuid_table - a vCPU's CPUID
 * @nr: entries in it.
 * @capacity: entries it has room for, at most CPUID_TABLE_MAX.
 * @caps: what a guest can use at most.
 * @first: by range and by the leaf's place in it, one more than the place of the leaf's first
 *	entry in @entry; 0 when it has none.
 * @entry: in the VMM's order.
 */
struct cpuid_table {
	u32 nr;
	u32 capacity;
	struct cpuid_caps caps;
	u16 first[CPUID_TABLE_RANGES][CPUID_TABLE_DIRECT];
	struct kvm_cpuid_entry2 entry[];
};

/**
 * cpuid_table_bytes() - memory that a table takes
 * @capacity: entries it shall have room for.
 *
 * Return: bytes.
 */
size_t cpuid_table_bytes(u32 capacity);

/**
 * cpuid_table_init() - an empty table
 * @table: memory of cpuid_table_bytes(@capacity).
 * @capacity: entries it has room for.
 * @caps: what a guest can use at most.
 */
void cpuid_table_init(struct cpuid_table *table, u32 capacity, const struct cpuid_caps *caps);

/**
 * cpuid_table_set() - take over a VMM's entries
 * @table: initialised; what it held is replaced, unless the call fails.
 * @entries: a stable copy of the VMM's; of two for the same leaf and subleaf the first counts.
 * @nr: number of them.
 *
 * The caller calls cpuid_table_update() next.
 *
 * Return: 0; -E2BIG when there are more than the table has room for; -EINVAL when the width of a
 * linear address is not 48 bits (or left at 0), or that of a physical one is beyond 52.
 */
int cpuid_table_set(struct cpuid_table *table, const struct kvm_cpuid_entry2 *entries, u32 nr);

/**
 * cpuid_table_update() - bring the bits that follow guest state up to date
 * @table: the table.
 * @now: the state.
 *
 * To be called after cpuid_table_set() and when one of the values changes: OSXSAVE, OSPKE, the APIC
 * bit, and the sizes in leaf 0xd.
 */
void cpuid_table_update(struct cpuid_table *table, const struct cpuid_dynamic *now);

/**
 * cpuid_table_same() - would these entries change anything?
 * @table: the table.
 * @entries: a VMM's.
 * @nr: number of them.
 *
 * Return: false when there is a difference beyond the bits that follow guest state.
 */
bool cpuid_table_same(const struct cpuid_table *table, const struct kvm_cpuid_entry2 *entries,
		      u32 nr);

/**
 * cpuid_table_hide() - take a feature away that the VMM's entries claim
 * @table: the table.
 * @leaf: EAX; subleaf 0.
 * @reg: which register.
 * @bit: which bit of it.
 */
void cpuid_table_hide(struct cpuid_table *table, u32 leaf, enum cpuid_reg reg, unsigned int bit);

/**
 * cpuid_table_find() - the entry of a leaf
 * @table: the table.
 * @leaf: EAX.
 * @subleaf: ECX; ignored for leaves that have none.
 *
 * Return: the entry, or NULL.
 */
const struct kvm_cpuid_entry2 *cpuid_table_find(const struct cpuid_table *table, u32 leaf,
						u32 subleaf);

/**
 * cpuid_table_query() - what CPUID returns to the guest
 * @table: the table.
 * @leaf: EAX.
 * @subleaf: ECX.
 * @regs: EAX, EBX, ECX, EDX, by enum cpuid_reg.
 *
 * A leaf beyond the highest of its range reads as the highest basic leaf, as on Intel's processors
 * (as zeros when the table's vendor is AMD or Hygon); a gap reads as zeros.
 */
void cpuid_table_query(const struct cpuid_table *table, u32 leaf, u32 subleaf,
		       u32 regs[CPUID_NR_REGS]);

/**
 * cpuid_has() - does the guest have a feature?
 * @table: the table.
 * @leaf: EAX; subleaf 0.
 * @reg: which register.
 * @bit: which bit of it.
 *
 * Return: the bit; false when there is no such leaf.
 */
bool cpuid_has(const struct cpuid_table *table, u32 leaf, enum cpuid_reg reg, unsigned int bit);

/**
 * cpuid_cr4_valid() - bits that the guest may set in CR4
 * @table: the table.
 *
 * The bits that every processor with VT-x has are in it whatever the table says, so that a guest
 * without a table can use paging. Bits of features that vmh does not offer never are.
 *
 * Return: a mask, within struct cpuid_caps.
 */
u64 cpuid_cr4_valid(const struct cpuid_table *table);

/**
 * cpuid_cr4_offered() - bits that a guest of the right table may set in CR4
 * @table: a table; what is in it does not matter.
 *
 * Return: a mask, within struct cpuid_caps.
 */
u64 cpuid_cr4_offered(const struct cpuid_table *table);

/**
 * cpuid_cr4_of_kernel() - bits of CR4 that go with what the host's kernel has left on
 * @words: what it sees of CPUID.
 * @nr: how many words.
 *
 * Return: a mask, for struct cpuid_caps: a feature that the kernel has switched off is no guest's
 * either, whatever its CPUID says.
 */
u64 cpuid_cr4_of_kernel(const struct cpuid_kernel_word *words, size_t nr);

/**
 * cpuid_efer_valid() - bits that the guest may set in IA32_EFER
 * @table: the table.
 *
 * Return: a mask; LMA is in it when LME is.
 */
u64 cpuid_efer_valid(const struct cpuid_table *table);

/**
 * cpuid_efer_offered() - bits that a guest of the right table may set in IA32_EFER
 *
 * Return: a mask.
 */
u64 cpuid_efer_offered(void);

/**
 * cpuid_xcr0_valid() - bits that the guest may set in XCR0
 * @table: the table.
 *
 * Return: a mask, within struct cpuid_caps; 0 when the guest has no XSAVE.
 */
u64 cpuid_xcr0_valid(const struct cpuid_table *table);

/**
 * cpuid_xss_valid() - bits that the guest may set in IA32_XSS
 * @table: the table.
 *
 * Return: a mask, within struct cpuid_caps; 0 when the guest has no XSAVES.
 */
u64 cpuid_xss_valid(const struct cpuid_table *table);

/**
 * cpuid_phys_bits() - width of the guest's physical addresses
 * @table: the table.
 *
 * Return: bits; 36 when the table does not say; never more than in struct cpuid_caps.
 */
unsigned int cpuid_phys_bits(const struct cpuid_table *table);

#endif /* VMH_CPUID_TABLE_H */
