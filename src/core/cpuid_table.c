// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/compiler.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/minmax.h>
#include <linux/nospec.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include "cpuid_table.h"

#define CPUID_APIC_BASE_ENABLE	BIT_ULL(11)

#define CPUID_EFER_SCE		BIT_ULL(0)
#define CPUID_EFER_LME		BIT_ULL(8)
#define CPUID_EFER_LMA		BIT_ULL(10)
#define CPUID_EFER_NXE		BIT_ULL(11)

/* CR4: VME PVI TSD DE PSE PAE MCE PGE PCE OSFXSR OSXMMEXCPT. */
#define CPUID_CR4_ALWAYS	GENMASK_ULL(10, 0)
#define CPUID_CR4_OSXSAVE	BIT_ULL(18)
#define CPUID_CR4_PKE		BIT_ULL(22)

/* SDM, "XSAVE Area": legacy region and header; then components, some aligned to 64 bytes. */
#define XSAVE_FIXED_BYTES	576
#define XSAVE_ALIGN_BYTES	64
#define XSAVE_COMPONENT_ALIGNED	BIT(1)
#define XSAVE_FIRST_EXTENDED	2

#define CPUID_PHYS_BITS_DEFAULT	36
#define CPUID_PHYS_BITS_MAX	52
#define CPUID_LINEAR_BITS	48

static_assert(CPUID_TABLE_MAX < U16_MAX);	/* places are kept in u16 */

/* A bit of CR4 that goes with a feature. */
struct cpuid_cr4_bit {
	u8 cr4_bit;
	u8 reg;
	u8 bit;
	u32 leaf;
};

static const struct cpuid_cr4_bit cpuid_cr4_bits[] = {
	{ 11, CPUID_REG_ECX, 2,  CPUID_LEAF_FEATURES_7 },	/* UMIP */
	{ 16, CPUID_REG_EBX, 0,  CPUID_LEAF_FEATURES_7 },	/* FSGSBASE */
	{ 17, CPUID_REG_ECX, 17, CPUID_LEAF_FEATURES },		/* PCIDE */
	{ 18, CPUID_REG_ECX, CPUID_BIT_XSAVE, CPUID_LEAF_FEATURES },
	{ 20, CPUID_REG_EBX, 7,  CPUID_LEAF_FEATURES_7 },	/* SMEP */
	{ 21, CPUID_REG_EBX, 20, CPUID_LEAF_FEATURES_7 },	/* SMAP */
	{ 22, CPUID_REG_ECX, CPUID_BIT_PKU, CPUID_LEAF_FEATURES_7 },
};

size_t cpuid_table_bytes(u32 capacity)
{
	return struct_size((struct cpuid_table *)NULL, entry, capacity);
}

void cpuid_table_init(struct cpuid_table *table, u32 capacity, const struct cpuid_caps *caps)
{
	memset(table, 0, sizeof(*table));
	table->capacity = min_t(u32, capacity, CPUID_TABLE_MAX);
	table->caps = *caps;
}

/* Ranges are told apart by the two highest bits; the one of 0xc0000000 is empty. */
static u32 cpuid_range(u32 leaf)
{
	return leaf >> 30;
}

static u32 cpuid_place(u32 leaf)
{
	return leaf & GENMASK(29, 0);
}

const struct kvm_cpuid_entry2 *cpuid_table_find(const struct cpuid_table *table, u32 leaf,
						u32 subleaf)
{
	u32 place = cpuid_place(leaf), i = 0;

	if (place < CPUID_TABLE_DIRECT) {
		place = array_index_nospec(place, CPUID_TABLE_DIRECT);
		i = table->first[cpuid_range(leaf)][place];
		if (!i--)
			return NULL;
	}
	for (; i < table->nr; i++) {
		const struct kvm_cpuid_entry2 *entry = &table->entry[i];

		if (entry->function != leaf)
			continue;
		if (entry->index == subleaf || !(entry->flags & KVM_CPUID_FLAG_SIGNIFCANT_INDEX))
			return entry;
	}
	return NULL;
}

static void cpuid_load(const struct kvm_cpuid_entry2 *entry, u32 regs[CPUID_NR_REGS])
{
	regs[CPUID_REG_EAX] = entry->eax;
	regs[CPUID_REG_EBX] = entry->ebx;
	regs[CPUID_REG_ECX] = entry->ecx;
	regs[CPUID_REG_EDX] = entry->edx;
}

/* Is @leaf within the range whose first leaf says how far it goes? */
static bool cpuid_leaf_is_in_range(const struct cpuid_table *table, u32 leaf)
{
	const struct kvm_cpuid_entry2 *base;
	u32 first = leaf & GENMASK(31, 30);

	/* Hypervisors stand side by side, 0x100 leaves each. */
	if (first == CPUID_LEAF_HYPERVISOR)
		first = leaf & ~0xffU;
	base = cpuid_table_find(table, first, 0);
	return base && leaf <= base->eax;
}

static bool cpuid_vendor_is(const struct kvm_cpuid_entry2 *entry, const char *vendor)
{
	u32 words[3] = { entry->ebx, entry->edx, entry->ecx };

	return !memcmp(words, vendor, sizeof(words));
}

/* What a leaf beyond its range reads as: the highest basic leaf, or nothing. */
static const struct kvm_cpuid_entry2 *cpuid_beyond(const struct cpuid_table *table, u32 subleaf)
{
	const struct kvm_cpuid_entry2 *base = cpuid_table_find(table, CPUID_LEAF_VENDOR, 0);

	if (!base || cpuid_vendor_is(base, "AuthenticAMD") || cpuid_vendor_is(base, "HygonGenuine"))
		return NULL;
	return cpuid_table_find(table, base->eax, subleaf);
}

/* Not in the table: SDM, "CPUID—CPU Identification", on invalid leaves and subleaves. */
static noinline void cpuid_query_missing(const struct cpuid_table *table, u32 leaf, u32 subleaf,
					 u32 regs[CPUID_NR_REGS])
{
	const struct kvm_cpuid_entry2 *entry = NULL;

	memset(regs, 0, CPUID_NR_REGS * sizeof(*regs));
	if (!cpuid_leaf_is_in_range(table, leaf))
		entry = cpuid_beyond(table, subleaf);
	if (entry) {
		cpuid_load(entry, regs);
		return;
	}
	if (leaf != CPUID_LEAF_TOPOLOGY && leaf != CPUID_LEAF_TOPOLOGY_V2)
		return;
	/* Topology levels that do not exist still tell the subleaf and the x2APIC id. */
	entry = cpuid_table_find(table, leaf, 0);
	if (entry) {
		regs[CPUID_REG_ECX] = subleaf & 0xff;
		regs[CPUID_REG_EDX] = entry->edx;
	}
}

void cpuid_table_query(const struct cpuid_table *table, u32 leaf, u32 subleaf,
		       u32 regs[CPUID_NR_REGS])
{
	const struct kvm_cpuid_entry2 *entry = cpuid_table_find(table, leaf, subleaf);

	if (likely(entry))
		cpuid_load(entry, regs);
	else
		cpuid_query_missing(table, leaf, subleaf, regs);
}

static int cpuid_entry_check(const struct kvm_cpuid_entry2 *entry)
{
	u32 phys_bits = entry->eax & 0xff, linear_bits = (entry->eax >> 8) & 0xff;

	if (entry->function != CPUID_LEAF_ADDRESSES)
		return 0;
	if (phys_bits > CPUID_PHYS_BITS_MAX || (phys_bits && phys_bits < 32))
		return -EINVAL;
	return linear_bits && linear_bits != CPUID_LINEAR_BITS ? -EINVAL : 0;
}

static void cpuid_table_index(struct cpuid_table *table)
{
	u32 i;

	memset(table->first, 0, sizeof(table->first));
	for (i = 0; i < table->nr; i++) {
		u32 leaf = table->entry[i].function, place = cpuid_place(leaf);
		u16 *first;

		if (place >= CPUID_TABLE_DIRECT)
			continue;
		first = &table->first[cpuid_range(leaf)][place];
		if (!*first)
			*first = i + 1;
	}
}

int cpuid_table_set(struct cpuid_table *table, const struct kvm_cpuid_entry2 *entries, u32 nr)
{
	u32 i;
	int ret;

	if (nr > table->capacity)
		return -E2BIG;
	for (i = 0; i < nr; i++) {
		ret = cpuid_entry_check(&entries[i]);
		if (ret)
			return ret;
	}
	if (nr)
		memcpy(table->entry, entries, nr * sizeof(*entries));
	table->nr = nr;
	cpuid_table_index(table);
	return 0;
}

/* The bits of an entry that cpuid_table_update() and cpuid_table_hide() write. */
static void cpuid_dynamic_bits(const struct kvm_cpuid_entry2 *entry, u32 bits[CPUID_NR_REGS])
{
	memset(bits, 0, CPUID_NR_REGS * sizeof(*bits));
	switch (entry->function) {
	case CPUID_LEAF_FEATURES:
		bits[CPUID_REG_ECX] = BIT(CPUID_BIT_OSXSAVE);
		bits[CPUID_REG_EDX] = BIT(CPUID_BIT_APIC);
		break;
	case CPUID_LEAF_FEATURES_7:
		if (!entry->index)
			bits[CPUID_REG_ECX] = BIT(CPUID_BIT_OSPKE);
		break;
	case CPUID_LEAF_XSAVE:
		if (entry->index <= 1)
			bits[CPUID_REG_EBX] = ~0U;
		break;
	case CPUID_LEAF_KVM_FEATURES:
		bits[CPUID_REG_EAX] = BIT(CPUID_BIT_PV_UNHALT);
		break;
	}
}

static bool cpuid_entry_same(const struct kvm_cpuid_entry2 *a, const struct kvm_cpuid_entry2 *b)
{
	u32 dynamic[CPUID_NR_REGS], x[CPUID_NR_REGS], y[CPUID_NR_REGS];
	unsigned int reg;

	if (a->function != b->function || a->index != b->index || a->flags != b->flags)
		return false;
	cpuid_dynamic_bits(a, dynamic);
	cpuid_load(a, x);
	cpuid_load(b, y);
	for (reg = 0; reg < CPUID_NR_REGS; reg++)
		if ((x[reg] ^ y[reg]) & ~dynamic[reg])
			return false;
	return true;
}

bool cpuid_table_same(const struct cpuid_table *table, const struct kvm_cpuid_entry2 *entries,
		      u32 nr)
{
	u32 i;

	for (i = 0; i < nr && nr == table->nr; i++)
		if (!cpuid_entry_same(&table->entry[i], &entries[i]))
			return false;
	return nr == table->nr;
}

/* Size of an XSAVE area with the components in @features, by the sizes in the table. */
static u32 cpuid_xsave_bytes(const struct cpuid_table *table, u64 features, bool compacted)
{
	u32 component, bytes = XSAVE_FIXED_BYTES;

	for (component = XSAVE_FIRST_EXTENDED; component < 63; component++) {
		const struct kvm_cpuid_entry2 *entry;

		if (!(features & BIT_ULL(component)))
			continue;
		entry = cpuid_table_find(table, CPUID_LEAF_XSAVE, component);
		if (!entry)
			continue;
		if (!compacted) {
			bytes = max(bytes, entry->ebx + entry->eax);
			continue;
		}
		if (entry->ecx & XSAVE_COMPONENT_ALIGNED)
			bytes = ALIGN(bytes, XSAVE_ALIGN_BYTES);
		bytes += entry->eax;
	}
	return bytes;
}

static struct kvm_cpuid_entry2 *cpuid_table_entry(struct cpuid_table *table, u32 leaf, u32 subleaf)
{
	return (struct kvm_cpuid_entry2 *)cpuid_table_find(table, leaf, subleaf);
}

static void cpuid_assign(u32 *reg, unsigned int bit, bool value)
{
	*reg = value ? *reg | BIT(bit) : *reg & ~BIT(bit);
}

void cpuid_table_hide(struct cpuid_table *table, u32 leaf, enum cpuid_reg reg, unsigned int bit)
{
	struct kvm_cpuid_entry2 *entry = cpuid_table_entry(table, leaf, 0);
	u32 *const regs[CPUID_NR_REGS] = {
		[CPUID_REG_EAX] = entry ? &entry->eax : NULL,
		[CPUID_REG_EBX] = entry ? &entry->ebx : NULL,
		[CPUID_REG_ECX] = entry ? &entry->ecx : NULL,
		[CPUID_REG_EDX] = entry ? &entry->edx : NULL,
	};

	if (entry)
		cpuid_assign(regs[reg], bit, false);
}

void cpuid_table_update(struct cpuid_table *table, const struct cpuid_dynamic *now)
{
	struct kvm_cpuid_entry2 *features, *features_7, *xsave, *compacted;

	features = cpuid_table_entry(table, CPUID_LEAF_FEATURES, 0);
	if (features) {
		bool has_xsave = features->ecx & BIT(CPUID_BIT_XSAVE);

		cpuid_assign(&features->ecx, CPUID_BIT_OSXSAVE,
			     has_xsave && (now->cr4 & CPUID_CR4_OSXSAVE));
		cpuid_assign(&features->edx, CPUID_BIT_APIC,
			     now->apic_base & CPUID_APIC_BASE_ENABLE);
	}
	features_7 = cpuid_table_entry(table, CPUID_LEAF_FEATURES_7, 0);
	if (features_7)
		cpuid_assign(&features_7->ecx, CPUID_BIT_OSPKE,
			     (features_7->ecx & BIT(CPUID_BIT_PKU)) && (now->cr4 & CPUID_CR4_PKE));
	xsave = cpuid_table_entry(table, CPUID_LEAF_XSAVE, 0);
	if (xsave)
		xsave->ebx = cpuid_xsave_bytes(table, now->xcr0, false);
	compacted = cpuid_table_entry(table, CPUID_LEAF_XSAVE, 1);
	if (compacted && compacted->eax & (BIT(CPUID_BIT_XSAVEC) | BIT(CPUID_BIT_XSAVES)))
		compacted->ebx = cpuid_xsave_bytes(table, now->xcr0 | now->xss, true);
}

static u32 cpuid_reg_of(const struct cpuid_table *table, u32 leaf, u32 subleaf, enum cpuid_reg reg)
{
	const struct kvm_cpuid_entry2 *entry = cpuid_table_find(table, leaf, subleaf);
	u32 regs[CPUID_NR_REGS];

	if (!entry)
		return 0;
	cpuid_load(entry, regs);
	return regs[reg];
}

bool cpuid_has(const struct cpuid_table *table, u32 leaf, enum cpuid_reg reg, unsigned int bit)
{
	return cpuid_reg_of(table, leaf, 0, reg) & BIT(bit);
}

u64 cpuid_cr4_valid(const struct cpuid_table *table)
{
	u64 valid = CPUID_CR4_ALWAYS;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cpuid_cr4_bits); i++) {
		const struct cpuid_cr4_bit *row = &cpuid_cr4_bits[i];

		if (cpuid_has(table, row->leaf, row->reg, row->bit))
			valid |= BIT_ULL(row->cr4_bit);
	}
	return valid & table->caps.cr4;
}

u64 cpuid_cr4_offered(const struct cpuid_table *table)
{
	u64 offered = CPUID_CR4_ALWAYS;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cpuid_cr4_bits); i++)
		offered |= BIT_ULL(cpuid_cr4_bits[i].cr4_bit);
	return offered & table->caps.cr4;
}

static bool cpuid_kernel_lacks(const struct cpuid_kernel_word *words, size_t nr,
			       const struct cpuid_cr4_bit *row)
{
	size_t i;

	for (i = 0; i < nr; i++)
		if (words[i].leaf == row->leaf && !words[i].subleaf && words[i].reg == row->reg)
			return !(words[i].bits & BIT(row->bit));
	return false;
}

u64 cpuid_cr4_of_kernel(const struct cpuid_kernel_word *words, size_t nr)
{
	u64 cr4 = ~0ULL;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(cpuid_cr4_bits); i++)
		if (cpuid_kernel_lacks(words, nr, &cpuid_cr4_bits[i]))
			cr4 &= ~BIT_ULL(cpuid_cr4_bits[i].cr4_bit);
	return cr4;
}

u64 cpuid_efer_valid(const struct cpuid_table *table)
{
	u32 features = cpuid_reg_of(table, CPUID_LEAF_EXT_FEATURES, 0, CPUID_REG_EDX);
	u64 valid = 0;

	if (features & BIT(CPUID_BIT_SYSCALL))
		valid |= CPUID_EFER_SCE;
	if (features & BIT(CPUID_BIT_NX))
		valid |= CPUID_EFER_NXE;
	if (features & BIT(CPUID_BIT_LONG_MODE))
		valid |= CPUID_EFER_LME | CPUID_EFER_LMA;
	return valid;
}

u64 cpuid_efer_offered(void)
{
	return CPUID_EFER_SCE | CPUID_EFER_NXE | CPUID_EFER_LME | CPUID_EFER_LMA;
}

u64 cpuid_xcr0_valid(const struct cpuid_table *table)
{
	u64 valid = cpuid_reg_of(table, CPUID_LEAF_XSAVE, 0, CPUID_REG_EDX);

	if (!cpuid_has(table, CPUID_LEAF_FEATURES, CPUID_REG_ECX, CPUID_BIT_XSAVE))
		return 0;
	valid = valid << 32 | cpuid_reg_of(table, CPUID_LEAF_XSAVE, 0, CPUID_REG_EAX);
	return valid & table->caps.xcr0;
}

u64 cpuid_xss_valid(const struct cpuid_table *table)
{
	u64 valid = cpuid_reg_of(table, CPUID_LEAF_XSAVE, 1, CPUID_REG_EDX);

	if (!(cpuid_reg_of(table, CPUID_LEAF_XSAVE, 1, CPUID_REG_EAX) & BIT(CPUID_BIT_XSAVES)))
		return 0;
	valid = valid << 32 | cpuid_reg_of(table, CPUID_LEAF_XSAVE, 1, CPUID_REG_ECX);
	return valid & table->caps.xss;
}

unsigned int cpuid_phys_bits(const struct cpuid_table *table)
{
	u32 bits = cpuid_reg_of(table, CPUID_LEAF_ADDRESSES, 0, CPUID_REG_EAX) & 0xff;

	return min_t(u32, bits ? bits : CPUID_PHYS_BITS_DEFAULT, table->caps.phys_bits);
}
