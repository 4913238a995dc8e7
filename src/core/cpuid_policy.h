/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What of the machine's CPUID guests are offered: VMH_GET_SUPPORTED_CPUID. The table behind it has
 * one row for each bit; a bit without a row is not offered.
 */
#ifndef VMH_CPUID_POLICY_H
#define VMH_CPUID_POLICY_H

#include <linux/bits.h>
#include <linux/kvm.h>
#include <linux/types.h>

#include "cpuid_reg.h"

/* What else must be there for a row to be offered: features of VT-x, or of vmh. */
#define CPUID_OPTION_XSAVE		BIT(0)		/* XSETBV and XCR0 are virtualised */
#define CPUID_OPTION_XSAVES		BIT(1)		/* "enable XSAVES/XRSTORS" */
#define CPUID_OPTION_INVPCID		BIT(2)		/* "enable INVPCID" */
#define CPUID_OPTION_RDTSCP		BIT(3)		/* "enable RDTSCP" */
#define CPUID_OPTION_SPEC_CTRL		BIT(4)		/* IA32_SPEC_CTRL */
#define CPUID_OPTION_KVM_LEAVES		BIT(5)		/* answer as KVM at 0x40000000 */
#define CPUID_OPTION_KVM_CLOCK		BIT(6)		/* kvmclock's MSRs are virtualised */
#define CPUID_OPTION_KVM_CLOCK_STABLE	BIT(7)		/* and the host's TSC is stable */
#define CPUID_OPTION_KVM_STEAL		BIT(8)		/* the host counts what vCPUs wait for */
/* What of speculation control the host's kernel has: spec_cpuid_options(). */
#define CPUID_OPTION_IBRS		BIT(9)
#define CPUID_OPTION_IBPB		BIT(10)
#define CPUID_OPTION_STIBP		BIT(11)
#define CPUID_OPTION_SSBD		BIT(12)
#define CPUID_OPTION_L1D_FLUSH		BIT(13)
#define CPUID_OPTION_SSB_NO		BIT(14)		/* no speculative store bypass */
#define CPUID_OPTION_KVM_PV_EOI		BIT(15)		/* EOIs exit */
#define CPUID_OPTION_UMIP		BIT(16)		/* the processor's, or emulated */
/* Set from @xcr0 when the table is built. */
#define CPUID_OPTION_PKU		BIT(29)
#define CPUID_OPTION_AVX		BIT(30)
#define CPUID_OPTION_AVX512		BIT(31)

/* Entries that cpuid_policy_supported() writes at most. */
#define CPUID_POLICY_MAX		80

/**
 * struct cpuid_source - the machine
 * @read: executes CPUID with EAX @leaf and ECX @subleaf; @regs by enum cpuid_reg.
 * @ctx: for @read.
 * @kernel: what the kernel sees; registers that are not here count as @read gives them.
 * @kernel_nr: how many of those.
 * @options: CPUID_OPTION_* that hold.
 * @phys_bits: most bits of a guest-physical address.
 * @xcr0: state components that vmh switches; 0 without XSAVE.
 */
struct cpuid_source {
	void (*read)(void *ctx, u32 leaf, u32 subleaf, u32 regs[CPUID_NR_REGS]);
	void *ctx;
	const struct cpuid_kernel_word *kernel;
	size_t kernel_nr;
	u32 options;
	u32 phys_bits;
	u64 xcr0;
};

/**
 * cpuid_policy_supported() - all that a guest can be given
 * @source: the machine.
 * @out: the entries, in ascending order of leaf and subleaf; a VMM may use them as they are.
 * @max: entries @out has room for; CPUID_POLICY_MAX is always enough.
 *
 * Topology (initial APIC id, logical processors, leaf 0xb) is the VMM's to fill in.
 *
 * Context: any; pure but for @source.
 * Return: number of entries; -E2BIG when @max is too small.
 */
int cpuid_policy_supported(const struct cpuid_source *source, struct kvm_cpuid_entry2 *out,
			   u32 max);

#endif /* VMH_CPUID_POLICY_H */
