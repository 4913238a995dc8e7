/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What guests are offered by three machines: one that claims every feature there is, a server
 * processor of 2017, and one of 2010 without XSAVE.
 */
#ifndef VMH_VECTORS_CPUID_POLICY_H
#define VMH_VECTORS_CPUID_POLICY_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <cpuid_policy.h>

struct cpuid_machine_leaf {
	u32 leaf;
	u32 subleaf;
	u32 regs[CPUID_NR_REGS];
};

struct cpuid_machine {
	const struct cpuid_machine_leaf *leaf;
	u32 nr;
	u32 otherwise;		/* in all registers of any other leaf */
	const struct cpuid_kernel_word *kernel;
	u32 kernel_nr;
};

#define CPUID_ALL_OPTIONS	(~0U)

/* What of speculation control there is. */
#define CPUID_SPEC_OPTIONS	(CPUID_OPTION_SPEC_CTRL | CPUID_OPTION_IBRS | CPUID_OPTION_IBPB | \
				 CPUID_OPTION_STIBP | CPUID_OPTION_SSBD | \
				 CPUID_OPTION_L1D_FLUSH | CPUID_OPTION_SSB_NO)

struct cpuid_policy_case {
	const char *name;
	const struct cpuid_machine *machine;
	u32 options;
	u64 xcr0;
	u32 leaf;
	u32 subleaf;
	enum cpuid_reg reg;
	u32 mask;		/* 0: the leaf must not be there */
	u32 want;
};

static const struct cpuid_machine_leaf cpuid_all_leaves[] = {
	{ 4, 3, { 0 } },
	{ 0x80000000, 0, { 0x80000021, 0, 0, 0 } },
	{ 0xd, 0, { 0x2e7, 0x240, 0xa88, 0 } },
	{ 0xd, 2, { 0x100, 0x240, 0, 0 } },
	{ 0xd, 5, { 0x40, 0x440, 0, 0 } },
	{ 0xd, 6, { 0x200, 0x480, 0, 0 } },
	{ 0xd, 7, { 0x400, 0x680, 0, 0 } },
	{ 0xd, 9, { 8, 0xa80, 0, 0 } },
};

static const struct cpuid_machine_leaf cpuid_server_leaves[] = {
	{ 0, 0, { 0x16, 0x756e6547, 0x6c65746e, 0x49656e69 } },
	{ 1, 0, { 0x50654, 0x07400800, 0x7ffefbff, 0xbfebfbff } },
	{ 2, 0, { 0x76036301, 0xf0b5ff, 0, 0xc30000 } },
	{ 4, 0, { 0x7c004121, 0x1c0003f, 0x3f, 0 } },
	{ 4, 1, { 0x7c004122, 0x1c0003f, 0x3f, 0 } },
	{ 5, 0, { 0x40, 0x40, 3, 0x2020 } },
	{ 6, 0, { 0x77, 2, 9, 0 } },
	{ 7, 0, { 0, 0xd39ffffb, 0x18, 0xbc000400 } },
	{ 0xa, 0, { 0x7300404, 0, 0, 0x603 } },
	{ 0xb, 0, { 1, 2, 0x100, 7 } },
	{ 0xb, 1, { 6, 0x20, 0x201, 7 } },
	{ 0xd, 0, { 0x2e7, 0xa88, 0xa88, 0 } },
	{ 0xd, 1, { 0xf, 0xa08, 0x100, 0 } },
	{ 0xd, 2, { 0x100, 0x240, 0, 0 } },
	{ 0xd, 5, { 0x40, 0x440, 0, 0 } },
	{ 0xd, 6, { 0x200, 0x480, 0, 0 } },
	{ 0xd, 7, { 0x400, 0x680, 0, 0 } },
	{ 0xd, 8, { 0x80, 0, 1, 0 } },
	{ 0xd, 9, { 8, 0xa80, 0, 0 } },
	{ 0x14, 0, { 1, 0xf, 7, 0 } },
	{ 0x15, 0, { 2, 0xa8, 0, 0 } },
	{ 0x16, 0, { 0x834, 0xe74, 0x64, 0 } },
	{ 0x80000000, 0, { 0x80000008, 0, 0, 0 } },
	{ 0x80000001, 0, { 0, 0, 0x121, 0x2c100800 } },
	{ 0x80000002, 0, { 1, 2, 3, 4 } },
	{ 0x80000004, 0, { 5, 6, 7, 8 } },
	{ 0x80000006, 0, { 0, 0, 0x1006040, 0 } },
	{ 0x80000007, 0, { 0, 0, 0, 0x100 } },
	{ 0x80000008, 0, { 0x392e, 0, 0, 0 } },
};

static const struct cpuid_machine_leaf cpuid_old_leaves[] = {
	{ 0, 0, { 0xb, 0x756e6547, 0x6c65746e, 0x49656e69 } },
	{ 1, 0, { 0x20652, 0x00100800, 0x02bee3ff, 0xbfebfbff } },
	{ 0x80000000, 0, { 0x80000004, 0, 0, 0 } },
	{ 0x80000001, 0, { 0, 0, 1, 0x28100800 } },
};

/* Says that it has XSAVE, but not the leaf that tells of it. */
static const struct cpuid_machine_leaf cpuid_liar_leaves[] = {
	{ 0, 0, { 0xb, 0x756e6547, 0x6c65746e, 0x49656e69 } },
	{ 1, 0, { 0x20652, 0x00100800, 0xffffffff, 0xffffffff } },
};

/* A kernel that has switched off PCID, SMEP, RDSEED, XSAVEC and all of leaf 0x80000008. */
static const struct cpuid_kernel_word cpuid_wary_words[] = {
	{ 1, 0, CPUID_REG_ECX, 0xfffdffff },
	{ 7, 0, CPUID_REG_EBX, 0xfffbff7f },
	{ 0xd, 1, CPUID_REG_EAX, 0xfffffffd },
	{ 0x80000008, 0, CPUID_REG_EBX, 0 },
};

static const struct cpuid_machine cpuid_wary = {
	cpuid_all_leaves, ARRAY_SIZE(cpuid_all_leaves), ~0U,
	cpuid_wary_words, ARRAY_SIZE(cpuid_wary_words),
};
static const struct cpuid_machine cpuid_liar = {
	cpuid_liar_leaves, ARRAY_SIZE(cpuid_liar_leaves), 0,
};
static const struct cpuid_machine cpuid_all = {
	cpuid_all_leaves, ARRAY_SIZE(cpuid_all_leaves), ~0U,
};
static const struct cpuid_machine cpuid_server = {
	cpuid_server_leaves, ARRAY_SIZE(cpuid_server_leaves), 0,
};
static const struct cpuid_machine cpuid_old = {
	cpuid_old_leaves, ARRAY_SIZE(cpuid_old_leaves), 0,
};

#define ALL		&cpuid_all, CPUID_ALL_OPTIONS, U64_MAX
#define NONE		&cpuid_all, 0, U64_MAX
#define ALL_WITHOUT(o)	&cpuid_all, ~(u32)CPUID_OPTION_##o, U64_MAX
#define ALL_XCR0(x)	&cpuid_all, CPUID_ALL_OPTIONS, x
#define SERVER		&cpuid_server, CPUID_ALL_OPTIONS & ~(u32)CPUID_SPEC_OPTIONS, 0xe7
#define SERVER_PKU	&cpuid_server, CPUID_ALL_OPTIONS, 0x2e7
#define WARY		&cpuid_wary, CPUID_ALL_OPTIONS, U64_MAX
#define OLD		&cpuid_old, CPUID_ALL_OPTIONS, 7
#define WHOLE(leaf, sub, reg, want)	leaf, sub, CPUID_REG_##reg, ~0U, want
#define BITS(leaf, sub, reg, mask, want) leaf, sub, CPUID_REG_##reg, mask, want
#define GONE(leaf, sub)			leaf, sub, CPUID_REG_EAX, 0, 0

static const struct cpuid_policy_case cpuid_policy_cases[] = {
	/* Every feature there is: exactly these are offered. */
	{ "all: leaf 1 ECX", ALL, WHOLE(1, 0, ECX, 0xf6fa3203) },
	{ "all: leaf 1 EDX", ALL, WHOLE(1, 0, EDX, 0x0f8bfbff) },
	{ "all: leaf 6 EAX", ALL, WHOLE(6, 0, EAX, 4) },
	{ "all: leaf 7 EBX", ALL, WHOLE(7, 0, EBX, 0xfdbf27eb) },
	{ "all: leaf 7 ECX", ALL, WHOLE(7, 0, ECX, 0x1a405f4f) },
	{ "all: leaf 7 EDX", ALL, WHOLE(7, 0, EDX, 0xbc80451c) },
	{ "all: leaf 7.1 EAX", ALL, WHOLE(7, 1, EAX, 0x00801cb0) },
	{ "all: leaf 0xd.1 EAX", ALL, WHOLE(0xd, 1, EAX, 0xf) },
	{ "all: leaf 0x80000001 ECX", ALL, WHOLE(0x80000001, 0, ECX, 0x121) },
	{ "all: leaf 0x80000001 EDX", ALL, WHOLE(0x80000001, 0, EDX, 0x2c100800) },
	{ "all: leaf 0x80000007 EDX", ALL, WHOLE(0x80000007, 0, EDX, 0x100) },
	{ "all: leaf 7.2 EDX", ALL, WHOLE(7, 2, EDX, 0x3f) },
	{ "all: no fourth subleaf of leaf 7", ALL, GONE(7, 3) },
	{ "all: leaf 0x80000008 EBX", ALL, WHOLE(0x80000008, 0, EBX, 0x0500d200) },
	{ "all: no feature in leaf 6 ECX", ALL, WHOLE(6, 0, ECX, 0) },
	{ "all: no feature in leaf 7.1 EBX", ALL, WHOLE(7, 1, EBX, 0) },

	/* Nothing but the features that need no option. */
	{ "no options: leaf 1 ECX", NONE, WHOLE(1, 0, ECX, 0xc2fa2203) },
	{ "no options: leaf 1 EDX", NONE, WHOLE(1, 0, EDX, 0x0f8bfbff) },
	{ "no options: leaf 7 EBX", NONE, WHOLE(7, 0, EBX, 0x219c23cb) },
	{ "no options: leaf 7 ECX", NONE, WHOLE(7, 0, ECX, 0x1a000101) },
	{ "no options: leaf 7 EDX", NONE, WHOLE(7, 0, EDX, 0x20004410) },
	{ "no options: leaf 7.1 EAX", NONE, WHOLE(7, 1, EAX, 0x00001c80) },
	{ "no options: leaf 7.2 EDX", NONE, WHOLE(7, 2, EDX, 0x00000020) },
	{ "no options: leaf 0x80000001 ECX", NONE, WHOLE(0x80000001, 0, ECX, 0x00000121) },
	{ "no options: leaf 0x80000001 EDX", NONE, WHOLE(0x80000001, 0, EDX, 0x24100800) },
	{ "no options: leaf 0x80000007 EDX", NONE, WHOLE(0x80000007, 0, EDX, 0x00000100) },
	{ "no options: leaf 0x80000008 EBX", NONE, WHOLE(0x80000008, 0, EBX, 0x00000200) },
	{ "no options: leaf 6 EAX", NONE, WHOLE(6, 0, EAX, 4) },
	{ "no options but KVM's leaves", &cpuid_all, CPUID_OPTION_KVM_LEAVES, U64_MAX,
	  WHOLE(0x40000001, 0, EAX, 0x3880) },

	/* What options are for. */
	{ "no XSAVE option: no XSAVE", ALL_WITHOUT(XSAVE), BITS(1, 0, ECX, 1 << 26, 0) },
	{ "no XSAVE option: no AVX, FMA, F16C", ALL_WITHOUT(XSAVE),
	  BITS(1, 0, ECX, 0x30001000, 0) },
	{ "no XSAVE option: no AVX2, no AVX-512", ALL_WITHOUT(XSAVE),
	  BITS(7, 0, EBX, 0xdc230020, 0) },
	{ "no XSAVE option: the rest stays", ALL_WITHOUT(XSAVE),
	  BITS(7, 0, EBX, 0x20000089, 0x20000089) },
	{ "no XSAVE option: no leaf 0xd", ALL_WITHOUT(XSAVE), GONE(0xd, 0) },
	{ "no XSAVES option", ALL_WITHOUT(XSAVES), WHOLE(0xd, 1, EAX, 7) },
	{ "no INVPCID option", ALL_WITHOUT(INVPCID), BITS(7, 0, EBX, 0x480, 0x080) },
	{ "no RDTSCP option", ALL_WITHOUT(RDTSCP),
	  BITS(0x80000001, 0, EDX, 0x0c000000, 0x04000000) },
	{ "no UMIP option: no UMIP", ALL_WITHOUT(UMIP), BITS(7, 0, ECX, 1 << 2, 0) },
	{ "no RDTSCP option: no RDPID", ALL_WITHOUT(RDTSCP), BITS(7, 0, ECX, 1 << 22, 0) },
	{ "no IBRS: no SPEC_CTRL", ALL_WITHOUT(IBRS), BITS(7, 0, EDX, 0x8c000400, 0x88000400) },
	{ "no IBRS: AMD's bit neither", ALL_WITHOUT(IBRS),
	  WHOLE(0x80000008, 0, EBX, 0x05009200) },
	{ "no IBPB: no SPEC_CTRL", ALL_WITHOUT(IBPB), BITS(7, 0, EDX, 0x8c000000, 0x88000000) },
	{ "no IBPB: AMD's bit neither", ALL_WITHOUT(IBPB),
	  WHOLE(0x80000008, 0, EBX, 0x0500c200) },
	{ "no STIBP", ALL_WITHOUT(STIBP), BITS(7, 0, EDX, 0x8c000000, 0x84000000) },
	{ "no STIBP: AMD's bit neither", ALL_WITHOUT(STIBP),
	  WHOLE(0x80000008, 0, EBX, 0x05005200) },
	{ "no SSBD", ALL_WITHOUT(SSBD), BITS(7, 0, EDX, 0x8c000000, 0x0c000000) },
	{ "no SSBD: AMD's bit neither", ALL_WITHOUT(SSBD),
	  WHOLE(0x80000008, 0, EBX, 0x0400d200) },
	{ "speculative store bypass", ALL_WITHOUT(SSB_NO), WHOLE(0x80000008, 0, EBX, 0x0100d200) },
	{ "no L1D_FLUSH", ALL_WITHOUT(L1D_FLUSH), BITS(7, 0, EDX, 0x30000000, 0x20000000) },
	{ "no SPEC_CTRL MSR: no more bits of it", ALL_WITHOUT(SPEC_CTRL),
	  WHOLE(7, 2, EDX, 0x20) },
	{ "the kernel has PCID off", WARY, WHOLE(1, 0, ECX, 0xf6f83203) },
	{ "the kernel has SMEP and RDSEED off", WARY, WHOLE(7, 0, EBX, 0xfdbb276b) },
	{ "the kernel has XSAVEC off", WARY, WHOLE(0xd, 1, EAX, 0xd) },
	{ "what vmh provides is not the kernel's", WARY, WHOLE(0x80000008, 0, EBX, 0x0500d000) },
	{ "what the kernel does not tell of is the machine's", WARY, WHOLE(7, 0, ECX, 0x1a405f4f) },
	{ "no XCR0: no XSAVE", ALL_XCR0(0), BITS(1, 0, ECX, 1 << 26, 0) },
	{ "XCR0 without SSE: no XSAVE", ALL_XCR0(1), BITS(1, 0, ECX, 1 << 26, 0) },
	{ "XCR0 with SSE: XSAVE, no AVX", ALL_XCR0(3), BITS(1, 0, ECX, 0x14000000, 0x04000000) },
	{ "XCR0 with SSE: no leaf 0xd.2", ALL_XCR0(3), GONE(0xd, 2) },
	{ "XCR0 with AVX: AVX, no AVX-512", ALL_XCR0(7), BITS(7, 0, EBX, 0x00010020, 0x20) },
	{ "XCR0 with half of AVX-512", ALL_XCR0(0x67), BITS(7, 0, EBX, 1 << 16, 0) },
	{ "XCR0 without PKRU: no PKU", ALL_XCR0(0xe7), BITS(7, 0, ECX, 0x18, 0) },
	{ "XCR0 with PKRU: PKU, and OSPKE later", ALL_XCR0(0x2e7), BITS(7, 0, ECX, 0x18, 8) },
	{ "XCR0 with AVX-512 but not AVX", ALL_XCR0(0xe3), BITS(7, 0, EBX, 1 << 16, 0) },
	{ "callers cannot ask for AVX", &cpuid_all, CPUID_OPTION_AVX | CPUID_OPTION_AVX512, 0xe7,
	  BITS(1, 0, ECX, 1 << 28, 0) },

	/* A server. */
	{ "server: highest leaf", SERVER, WHOLE(0, 0, EAX, 0xd) },
	{ "server: vendor", SERVER, WHOLE(0, 0, EDX, 0x49656e69) },
	{ "server: signature", SERVER, WHOLE(1, 0, EAX, 0x50654) },
	{ "server: topology is the VMM's", SERVER, WHOLE(1, 0, EBX, 0x0800) },
	{ "server: leaf 1 ECX", SERVER, WHOLE(1, 0, ECX, 0xf6fa3203) },
	{ "server: leaf 1 EDX", SERVER, WHOLE(1, 0, EDX, 0x0f8bfbff) },
	{ "server: cache descriptors", SERVER, WHOLE(2, 0, EAX, 0x76036301) },
	{ "server: first cache, not shared", SERVER, WHOLE(4, 0, EAX, 0x121) },
	{ "server: second cache's sets", SERVER, WHOLE(4, 1, ECX, 0x3f) },
	{ "server: end of the caches", SERVER, WHOLE(4, 2, EAX, 0) },
	{ "server: no fourth cache", SERVER, GONE(4, 3) },
	{ "server: no MONITOR", SERVER, GONE(5, 0) },
	{ "server: ARAT", SERVER, WHOLE(6, 0, EAX, 4) },
	{ "server: subleaves of leaf 7", SERVER, WHOLE(7, 0, EAX, 0) },
	{ "server: no leaf 7.1", SERVER, GONE(7, 1) },
	{ "server: leaf 7 EBX", SERVER, WHOLE(7, 0, EBX, 0xd19f27eb) },
	{ "server: leaf 7 EDX", SERVER, WHOLE(7, 0, EDX, 0x20000400) },
	{ "server: leaf 0x80000008 EBX", SERVER, WHOLE(0x80000008, 0, EBX, 0) },
	{ "server: no performance counters", SERVER, GONE(0xa, 0) },
	{ "server: topology has a place", SERVER, WHOLE(0xb, 0, EBX, 0) },
	{ "server: XCR0, without PKRU", SERVER, WHOLE(0xd, 0, EAX, 0xe7) },
	{ "server: XSAVE size at reset", SERVER, WHOLE(0xd, 0, EBX, 0x240) },
	{ "server: XSAVE size of all, without PKRU", SERVER, WHOLE(0xd, 0, ECX, 0xa80) },
	{ "server: no supervisor state", SERVER, WHOLE(0xd, 1, ECX, 0) },
	{ "server: size of ZMM", SERVER, WHOLE(0xd, 7, EAX, 0x400) },
	{ "server: no PT state", SERVER, GONE(0xd, 8) },
	{ "server: no PKRU", SERVER, GONE(0xd, 9) },
	{ "server: PKU, and UMIP that it lacks", SERVER_PKU, WHOLE(7, 0, ECX, 0xc) },
	{ "server: XCR0 with PKRU", SERVER_PKU, WHOLE(0xd, 0, EAX, 0x2e7) },
	{ "server: XSAVE size of all, with PKRU", SERVER_PKU, WHOLE(0xd, 0, ECX, 0xa88) },
	{ "server: place of PKRU", SERVER_PKU, WHOLE(0xd, 9, EBX, 0xa80) },
	{ "server: no processor trace", SERVER, GONE(0x14, 0) },
	{ "server: no clock", SERVER, GONE(0x15, 0) },
	{ "server: KVM's leaves", SERVER, WHOLE(0x40000000, 0, EBX, 0x4b4d564b) },
	{ "server: KVM's highest leaf", SERVER, WHOLE(0x40000000, 0, EAX, 0x40000001) },
	{ "server: what of KVM's there is", SERVER, WHOLE(0x40000001, 0, EAX, 0x01003ae9) },
	{ "server: vmh", SERVER, WHOLE(0x40000100, 0, EBX, 0x56686d56) },
	{ "server: vmh, second part", SERVER, WHOLE(0x40000100, 0, ECX, 0x6d56686d) },
	{ "server: vmh, third part", SERVER, WHOLE(0x40000100, 0, EDX, 0x686d5668) },
	{ "server: highest extended leaf", SERVER, WHOLE(0x80000000, 0, EAX, 0x80000008) },
	{ "server: brand", SERVER, WHOLE(0x80000002, 0, EDX, 4) },
	{ "server: end of brand", SERVER, WHOLE(0x80000004, 0, EAX, 5) },
	{ "server: no L1 cache as AMD tells it", SERVER, GONE(0x80000005, 0) },
	{ "server: L2 cache", SERVER, WHOLE(0x80000006, 0, ECX, 0x1006040) },
	{ "server: invariant TSC", SERVER, WHOLE(0x80000007, 0, EDX, 0x100) },
	{ "server: widths of addresses", SERVER, WHOLE(0x80000008, 0, EAX, 0x302a) },

	{ "no KVM leaves: vmh in their place", ALL_WITHOUT(KVM_LEAVES),
	  WHOLE(0x40000000, 0, EBX, 0x56686d56) },
	{ "no KVM leaves: no features", ALL_WITHOUT(KVM_LEAVES), GONE(0x40000001, 0) },
	{ "no KVM clock", ALL_WITHOUT(KVM_CLOCK), WHOLE(0x40000001, 0, EAX, 0x3ae0) },
	{ "KVM clock, unstable", ALL_WITHOUT(KVM_CLOCK_STABLE), WHOLE(0x40000001, 0, EAX, 0x3ae9) },
	{ "no stolen time: no flush by it", ALL_WITHOUT(KVM_STEAL),
	  WHOLE(0x40000001, 0, EAX, 0x010038c9) },
	{ "no EOIs in memory", ALL_WITHOUT(KVM_PV_EOI), WHOLE(0x40000001, 0, EAX, 0x01003aa9) },

	{ "XSAVE without a leaf 0xd", &cpuid_liar, CPUID_ALL_OPTIONS, 7,
	  BITS(1, 0, ECX, 1 << 26, 0) },

	/* A processor of 2010. */
	{ "old: highest leaf", OLD, WHOLE(0, 0, EAX, 0xb) },
	{ "old: no leaf 0xd", OLD, GONE(0xd, 0) },
	{ "old: leaf 1 ECX with what vmh provides", OLD, WHOLE(1, 0, ECX, 0x82ba2203) },
	{ "old: TSC_ADJUST is emulated", OLD, WHOLE(7, 0, EBX, 2) },
	{ "old: highest extended leaf", OLD, WHOLE(0x80000000, 0, EAX, 0x80000004) },
	{ "old: no widths of addresses", OLD, GONE(0x80000008, 0) },
	{ "old: no 1 GiB pages", OLD, WHOLE(0x80000001, 0, EDX, 0x28100800) },
};

#undef ALL
#undef NONE
#undef ALL_WITHOUT
#undef ALL_XCR0
#undef SERVER
#undef WARY
#undef OLD
#undef WHOLE
#undef BITS
#undef GONE

static inline void cpuid_machine_read(void *ctx, u32 leaf, u32 subleaf, u32 regs[CPUID_NR_REGS])
{
	const struct cpuid_machine *machine = ctx;
	u32 i;

	for (i = 0; i < CPUID_NR_REGS; i++)
		regs[i] = machine->otherwise;
	for (i = 0; i < machine->nr; i++)
		if (machine->leaf[i].leaf == leaf && machine->leaf[i].subleaf == subleaf)
			memcpy(regs, machine->leaf[i].regs, sizeof(machine->leaf[i].regs));
}

/* The list is in ascending order, so that a VMM may search it and nothing is there twice. */
static inline bool cpuid_policy_in_order(const struct kvm_cpuid_entry2 *entry, int nr)
{
	int i;

	for (i = 1; i < nr; i++) {
		u64 before = (u64)entry[i - 1].function << 32 | entry[i - 1].index;

		if (before >= ((u64)entry[i].function << 32 | entry[i].index))
			return false;
	}
	return true;
}

static inline bool cpuid_policy_case_found(const struct cpuid_policy_case *c,
					   const struct kvm_cpuid_entry2 *entry, char *why,
					   size_t why_len)
{
	const u32 regs[CPUID_NR_REGS] = { entry->eax, entry->ebx, entry->ecx, entry->edx };
	u32 got = regs[c->reg] & c->mask;

	if (!c->mask) {
		snprintf(why, why_len, "the leaf is there");
		return false;
	}
	snprintf(why, why_len, "%#x, want %#x", got, c->want);
	return got == c->want;
}

static inline bool cpuid_policy_case_ok(const struct cpuid_policy_case *c, char *why,
					size_t why_len)
{
	static struct kvm_cpuid_entry2 entry[CPUID_POLICY_MAX];
	const struct cpuid_source source = {
		.read = cpuid_machine_read, .ctx = (void *)c->machine, .options = c->options,
		.phys_bits = 42, .xcr0 = c->xcr0,
		.kernel = c->machine->kernel, .kernel_nr = c->machine->kernel_nr,
	};
	int i, nr = cpuid_policy_supported(&source, entry, CPUID_POLICY_MAX);

	if (nr < 0 || !cpuid_policy_in_order(entry, nr)) {
		snprintf(why, why_len, "%d entries, or out of order", nr);
		return false;
	}
	if (cpuid_policy_supported(&source, entry, nr - 1) != -E2BIG ||
	    cpuid_policy_supported(&source, entry, nr) != nr) {
		snprintf(why, why_len, "room for %d is needed, but less is enough", nr);
		return false;
	}
	for (i = 0; i < nr; i++)
		if (entry[i].function == c->leaf && entry[i].index == c->subleaf)
			return cpuid_policy_case_found(c, &entry[i], why, why_len);
	snprintf(why, why_len, "the leaf is missing");
	return !c->mask;
}

#endif /* VMH_VECTORS_CPUID_POLICY_H */
