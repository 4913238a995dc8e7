// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/string.h>
#include "cpuid_bits.h"
#include "cpuid_policy.h"

/* Leaves beyond tell of performance monitoring, tracing, enclaves and clocks, none of them ours. */
#define CPUID_MAX_BASIC		CPUID_LEAF_XSAVE
#define CPUID_MAX_EXTENDED	CPUID_LEAF_ADDRESSES

/* Leaf 4 ends with a cache of type 0; a machine has fewer than this. */
#define CPUID_MAX_CACHES	16

/* Leaf 1, EBX: brand and CLFLUSH size; the rest is topology. Leaf 4, EAX: the same. */
#define CPUID_1_EBX_KEEP	GENMASK(15, 0)
#define CPUID_4_EAX_KEEP	GENMASK(13, 0)
#define CPUID_4_EAX_TYPE	GENMASK(4, 0)

#define CPUID_LINEAR_BITS	48

/* Subleaves of leaf 7 beyond the first. */
#define CPUID_MAX_7		2U

#define XCR0_X87_SSE		(BIT_ULL(0) | BIT_ULL(1))
#define XCR0_YMM		BIT_ULL(2)
#define XCR0_AVX512		GENMASK_ULL(7, 5)
#define XCR0_PKRU		BIT_ULL(9)
#define XSAVE_FIRST_EXTENDED	2
#define XSAVE_FIXED_BYTES	576

#define CPUID_WORD(a, b, c, d)	((u32)(a) | (u32)(b) << 8 | (u32)(c) << 16 | (u32)(d) << 24)

/* A list of entries in the making. */
struct cpuid_list {
	const struct cpuid_source *source;
	struct kvm_cpuid_entry2 *out;
	u32 max;
	u32 nr;
	u32 options;
	u64 xcr0;
	/* Where entries go that have no room, so that only the end has to look. */
	struct kvm_cpuid_entry2 spill;
};

static struct kvm_cpuid_entry2 *cpuid_list_add(struct cpuid_list *list, u32 leaf, u32 subleaf,
					       u32 flags)
{
	struct kvm_cpuid_entry2 *entry = list->nr < list->max ? &list->out[list->nr] : &list->spill;

	memset(entry, 0, sizeof(*entry));
	entry->function = leaf;
	entry->index = subleaf;
	entry->flags = flags;
	list->nr++;
	return entry;
}

/* The machine's own leaf, cut down by the table of bits in the registers that have rows there. */
static u32 cpuid_offered(const struct cpuid_list *list, u32 leaf, u32 subleaf, u8 reg, u32 machine)
{
	u32 offered = 0;
	size_t i;

	for (i = 0; i < cpuid_bits_nr; i++) {
		const struct cpuid_bit *row = &cpuid_bits[i];

		if (row->leaf != leaf || row->subleaf != subleaf || row->reg != reg)
			continue;
		if (row->needs & ~list->options)
			continue;
		if (row->offer == CPUID_FORCE ||
		    (row->offer == CPUID_PASS && (machine & BIT(row->bit))))
			offered |= BIT(row->bit);
	}
	return offered;
}

static void cpuid_read(const struct cpuid_list *list, u32 leaf, u32 subleaf,
		       u32 regs[CPUID_NR_REGS])
{
	const struct cpuid_source *source = list->source;
	size_t i;

	source->read(source->ctx, leaf, subleaf, regs);
	for (i = 0; i < source->kernel_nr; i++) {
		const struct cpuid_kernel_word *word = &source->kernel[i];

		if (word->leaf == leaf && word->subleaf == subleaf)
			regs[word->reg] &= word->bits;
	}
}

/* Adds a leaf as the machine has it. */
static struct kvm_cpuid_entry2 *cpuid_add_same(struct cpuid_list *list, u32 leaf, u32 subleaf,
					       u32 flags)
{
	struct kvm_cpuid_entry2 *entry = cpuid_list_add(list, leaf, subleaf, flags);
	u32 regs[CPUID_NR_REGS];

	cpuid_read(list, leaf, subleaf, regs);
	entry->eax = regs[CPUID_REG_EAX];
	entry->ebx = regs[CPUID_REG_EBX];
	entry->ecx = regs[CPUID_REG_ECX];
	entry->edx = regs[CPUID_REG_EDX];
	return entry;
}

/* Adds a leaf with nothing but offered features in it. */
static struct kvm_cpuid_entry2 *cpuid_add_features(struct cpuid_list *list, u32 leaf, u32 subleaf,
						   u32 flags)
{
	struct kvm_cpuid_entry2 *entry = cpuid_add_same(list, leaf, subleaf, flags);

	entry->eax = cpuid_offered(list, leaf, subleaf, CPUID_REG_EAX, entry->eax);
	entry->ebx = cpuid_offered(list, leaf, subleaf, CPUID_REG_EBX, entry->ebx);
	entry->ecx = cpuid_offered(list, leaf, subleaf, CPUID_REG_ECX, entry->ecx);
	entry->edx = cpuid_offered(list, leaf, subleaf, CPUID_REG_EDX, entry->edx);
	return entry;
}

static void cpuid_add_leaf_1(struct cpuid_list *list)
{
	struct kvm_cpuid_entry2 *entry = cpuid_add_features(list, CPUID_LEAF_FEATURES, 0, 0);
	u32 regs[CPUID_NR_REGS];

	cpuid_read(list, CPUID_LEAF_FEATURES, 0, regs);
	entry->eax = regs[CPUID_REG_EAX];
	entry->ebx = regs[CPUID_REG_EBX] & CPUID_1_EBX_KEEP;
}

static void cpuid_add_caches(struct cpuid_list *list)
{
	u32 subleaf, type = 1;

	for (subleaf = 0; type && subleaf < CPUID_MAX_CACHES; subleaf++) {
		struct kvm_cpuid_entry2 *entry;

		entry = cpuid_add_same(list, CPUID_LEAF_CACHES, subleaf,
				       KVM_CPUID_FLAG_SIGNIFCANT_INDEX);
		type = entry->eax & CPUID_4_EAX_TYPE;
		entry->eax &= CPUID_4_EAX_KEEP;
	}
}

static void cpuid_add_leaf_7(struct cpuid_list *list)
{
	struct kvm_cpuid_entry2 *entry;
	u32 regs[CPUID_NR_REGS];
	u32 subleaf, last;

	cpuid_read(list, CPUID_LEAF_FEATURES_7, 0, regs);
	last = min(regs[CPUID_REG_EAX], CPUID_MAX_7);
	entry = cpuid_add_features(list, CPUID_LEAF_FEATURES_7, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX);
	entry->eax = last;
	for (subleaf = 1; subleaf <= last; subleaf++)
		cpuid_add_features(list, CPUID_LEAF_FEATURES_7, subleaf,
				   KVM_CPUID_FLAG_SIGNIFCANT_INDEX);
}

static void cpuid_add_xsave(struct cpuid_list *list)
{
	const u32 indexed = KVM_CPUID_FLAG_SIGNIFCANT_INDEX;
	struct kvm_cpuid_entry2 *entry;
	u32 component, bytes = XSAVE_FIXED_BYTES;

	if (!list->xcr0)
		return;
	entry = cpuid_list_add(list, CPUID_LEAF_XSAVE, 0, indexed);
	cpuid_add_features(list, CPUID_LEAF_XSAVE, 1, indexed);
	for (component = XSAVE_FIRST_EXTENDED; component < 63; component++) {
		struct kvm_cpuid_entry2 *part;

		if (!(list->xcr0 & BIT_ULL(component)))
			continue;
		part = cpuid_add_same(list, CPUID_LEAF_XSAVE, component, indexed);
		bytes = max(bytes, part->ebx + part->eax);
	}
	/* Filled in last: it has the size of all parts together. */
	entry->eax = (u32)list->xcr0;
	entry->ebx = XSAVE_FIXED_BYTES;
	entry->ecx = bytes;
	entry->edx = list->xcr0 >> 32;
}

static void cpuid_add_signature(struct cpuid_list *list, u32 leaf, u32 max, const u32 words[3])
{
	struct kvm_cpuid_entry2 *entry = cpuid_list_add(list, leaf, 0, 0);

	entry->eax = max;
	entry->ebx = words[0];
	entry->ecx = words[1];
	entry->edx = words[2];
}

/* What of KVM's interface there is. */
static void cpuid_add_kvm_features(struct cpuid_list *list)
{
	struct kvm_cpuid_entry2 *entry = cpuid_list_add(list, CPUID_LEAF_KVM_FEATURES, 0, 0);

	entry->eax = cpuid_offered(list, CPUID_LEAF_KVM_FEATURES, 0, CPUID_REG_EAX, 0);
}

/* The hypervisor's name: vmh's, and KVM's for guests that look for KVM's interface. */
static void cpuid_add_hypervisor(struct cpuid_list *list)
{
	static const u32 kvm[] = {
		CPUID_WORD('K', 'V', 'M', 'K'), CPUID_WORD('V', 'M', 'K', 'V'),
		CPUID_WORD('M', 0, 0, 0),
	};
	static const u32 vmh[] = {
		CPUID_WORD('V', 'm', 'h', 'V'), CPUID_WORD('m', 'h', 'V', 'm'),
		CPUID_WORD('h', 'V', 'm', 'h'),
	};

	if (list->options & CPUID_OPTION_KVM_LEAVES) {
		cpuid_add_signature(list, CPUID_LEAF_HYPERVISOR, CPUID_LEAF_KVM_FEATURES, kvm);
		cpuid_add_kvm_features(list);
	} else {
		cpuid_add_signature(list, CPUID_LEAF_HYPERVISOR, CPUID_LEAF_HYPERVISOR, vmh);
	}
	cpuid_add_signature(list, CPUID_LEAF_VMH, CPUID_LEAF_VMH, vmh);
}

static void cpuid_add_addresses(struct cpuid_list *list)
{
	struct kvm_cpuid_entry2 *entry = cpuid_list_add(list, CPUID_LEAF_ADDRESSES, 0, 0);
	u32 regs[CPUID_NR_REGS];

	cpuid_read(list, CPUID_LEAF_ADDRESSES, 0, regs);
	entry->eax = min_t(u32, regs[CPUID_REG_EAX] & 0xff, list->source->phys_bits);
	entry->eax |= CPUID_LINEAR_BITS << 8;
	entry->ebx = cpuid_offered(list, CPUID_LEAF_ADDRESSES, 0, CPUID_REG_EBX,
				   regs[CPUID_REG_EBX]);
}

static void cpuid_add_basic(struct cpuid_list *list)
{
	struct kvm_cpuid_entry2 *entry = cpuid_add_same(list, CPUID_LEAF_VENDOR, 0, 0);
	u32 max_leaf = min_t(u32, entry->eax, CPUID_MAX_BASIC);

	entry->eax = max_leaf;
	cpuid_add_leaf_1(list);
	cpuid_add_same(list, CPUID_LEAF_CACHE_DESCRIPTORS, 0, 0);
	if (max_leaf >= CPUID_LEAF_CACHES)
		cpuid_add_caches(list);
	if (max_leaf >= CPUID_LEAF_POWER)
		cpuid_add_features(list, CPUID_LEAF_POWER, 0, 0);
	if (max_leaf >= CPUID_LEAF_FEATURES_7)
		cpuid_add_leaf_7(list);
	/* A place for the VMM's topology: it has no levels until then. */
	if (max_leaf >= CPUID_LEAF_TOPOLOGY)
		cpuid_list_add(list, CPUID_LEAF_TOPOLOGY, 0, KVM_CPUID_FLAG_SIGNIFCANT_INDEX);
	if (max_leaf >= CPUID_LEAF_XSAVE)
		cpuid_add_xsave(list);
}

static void cpuid_add_extended(struct cpuid_list *list)
{
	struct kvm_cpuid_entry2 *entry = cpuid_list_add(list, CPUID_LEAF_EXTENDED, 0, 0);
	u32 leaf, max_leaf, regs[CPUID_NR_REGS];

	cpuid_read(list, CPUID_LEAF_EXTENDED, 0, regs);
	max_leaf = min_t(u32, regs[CPUID_REG_EAX], CPUID_MAX_EXTENDED);
	entry->eax = max_leaf;
	if (max_leaf >= CPUID_LEAF_EXT_FEATURES)
		cpuid_add_features(list, CPUID_LEAF_EXT_FEATURES, 0, 0);
	for (leaf = CPUID_LEAF_BRAND; leaf < CPUID_LEAF_BRAND + 3 && leaf <= max_leaf; leaf++)
		cpuid_add_same(list, leaf, 0, 0);
	if (max_leaf >= CPUID_LEAF_EXT_CACHE)
		cpuid_add_same(list, CPUID_LEAF_EXT_CACHE, 0, 0);
	if (max_leaf >= CPUID_LEAF_EXT_POWER)
		cpuid_add_features(list, CPUID_LEAF_EXT_POWER, 0, 0);
	if (max_leaf >= CPUID_LEAF_ADDRESSES)
		cpuid_add_addresses(list);
}

/* State components that a guest can have here; 0 when it cannot have XSAVE. */
static u64 cpuid_usable_xcr0(const struct cpuid_list *list)
{
	u32 regs[CPUID_NR_REGS];
	u64 xcr0;

	if (!(list->options & CPUID_OPTION_XSAVE))
		return 0;
	cpuid_read(list, CPUID_LEAF_VENDOR, 0, regs);
	if (regs[CPUID_REG_EAX] < CPUID_LEAF_XSAVE)
		return 0;
	cpuid_read(list, CPUID_LEAF_FEATURES, 0, regs);
	if (!(regs[CPUID_REG_ECX] & BIT(CPUID_BIT_XSAVE)))
		return 0;
	cpuid_read(list, CPUID_LEAF_XSAVE, 0, regs);
	xcr0 = regs[CPUID_REG_EAX] | (u64)regs[CPUID_REG_EDX] << 32;
	xcr0 &= list->source->xcr0;
	return (xcr0 & XCR0_X87_SSE) == XCR0_X87_SSE ? xcr0 : 0;
}

/* What rows ask for beyond the source's own options. */
static u32 cpuid_xcr0_options(u64 xcr0, u32 options)
{
	options &= ~(CPUID_OPTION_AVX | CPUID_OPTION_AVX512 | CPUID_OPTION_PKU);
	if (!xcr0)
		return options & ~(CPUID_OPTION_XSAVE | CPUID_OPTION_XSAVES);
	if (xcr0 & XCR0_PKRU)
		options |= CPUID_OPTION_PKU;
	if (!(xcr0 & XCR0_YMM))
		return options;
	options |= CPUID_OPTION_AVX;
	return (xcr0 & XCR0_AVX512) == XCR0_AVX512 ? options | CPUID_OPTION_AVX512 : options;
}

int cpuid_policy_supported(const struct cpuid_source *source, struct kvm_cpuid_entry2 *out, u32 max)
{
	struct cpuid_list list = {
		.source		= source,
		.out		= out,
		.max		= max,
		.options	= source->options,
	};

	list.xcr0 = cpuid_usable_xcr0(&list);
	list.options = cpuid_xcr0_options(list.xcr0, list.options);
	cpuid_add_basic(&list);
	cpuid_add_hypervisor(&list);
	cpuid_add_extended(&list);
	return list.nr > max ? -E2BIG : (int)list.nr;
}
