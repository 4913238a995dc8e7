// SPDX-License-Identifier: GPL-2.0
/*
 * What the host's kernel knows of its processors. CPUID alone would tell of features that the
 * kernel has switched off, by its command line or because they are broken, and of means against
 * speculation that the microcode does not really have.
 */
#include <linux/jump_label.h>
#include <asm/cpufeature.h>
#include <asm/processor.h>

#include "cpuid_policy.h"
#include "ept.h"
#include "vmh_compat.h"
#include "vmx.h"
#include "vmx_pretend.h"

/* The kernel's words that are registers of CPUID; the rest are of its own making. */
static const struct {
	u8 word;
	u8 subleaf;
	u8 reg;
	u32 leaf;
} vmx_kernel_words[] = {
	{ CPUID_1_EDX, 0, CPUID_REG_EDX, CPUID_LEAF_FEATURES },
	{ CPUID_1_ECX, 0, CPUID_REG_ECX, CPUID_LEAF_FEATURES },
	{ CPUID_6_EAX, 0, CPUID_REG_EAX, CPUID_LEAF_POWER },
	{ CPUID_7_0_EBX, 0, CPUID_REG_EBX, CPUID_LEAF_FEATURES_7 },
	{ CPUID_7_ECX, 0, CPUID_REG_ECX, CPUID_LEAF_FEATURES_7 },
	{ CPUID_7_EDX, 0, CPUID_REG_EDX, CPUID_LEAF_FEATURES_7 },
	{ CPUID_7_1_EAX, 1, CPUID_REG_EAX, CPUID_LEAF_FEATURES_7 },
	{ CPUID_D_1_EAX, 1, CPUID_REG_EAX, CPUID_LEAF_XSAVE },
	{ CPUID_8000_0001_ECX, 0, CPUID_REG_ECX, CPUID_LEAF_EXT_FEATURES },
	{ CPUID_8000_0001_EDX, 0, CPUID_REG_EDX, CPUID_LEAF_EXT_FEATURES },
	{ CPUID_8000_0008_EBX, 0, CPUID_REG_EBX, CPUID_LEAF_ADDRESSES },
};

static_assert(ARRAY_SIZE(vmx_kernel_words) == VMX_KERNEL_WORDS);

/**
 * vmx_kernel_cpuid() - CPUID as the kernel sees it
 * @words: where to.
 */
void vmx_kernel_cpuid(struct cpuid_kernel_word words[VMX_KERNEL_WORDS])
{
	unsigned int i;

	for (i = 0; i < VMX_KERNEL_WORDS; i++)
		words[i] = (struct cpuid_kernel_word) {
			.leaf = vmx_kernel_words[i].leaf,
			.subleaf = vmx_kernel_words[i].subleaf,
			.reg = vmx_kernel_words[i].reg,
			.bits = boot_cpu_data.x86_capability[vmx_kernel_words[i].word],
		};
}

/**
 * vmx_guest_caps() - what a guest's CPUID can give it at most
 * @caps: where to.
 */
void vmx_guest_caps(struct cpuid_caps *caps)
{
	struct cpuid_kernel_word words[VMX_KERNEL_WORDS];

	vmx_kernel_cpuid(words);
	*caps = (struct cpuid_caps) {
		.cr4 = (vmx_conf.caps.cr4_fixed1 & cpuid_cr4_of_kernel(words, VMX_KERNEL_WORDS)) |
		       vmx_conf.cr4_emulated,
		.xcr0 = vmx_conf.host_xcr0 & VMX_GUEST_XCR0,
		.phys_bits = min_t(u32, EPT_GPA_BITS, boot_cpu_data.x86_phys_bits),
	};
}

/* Features of the kernel's, or flaws that it has found, and what they are to us. */
struct vmx_spec_row {
	u16 kernel;
	u64 ours;
};

static const struct vmx_spec_row vmx_spec_features[] = {
	{ X86_FEATURE_MSR_SPEC_CTRL, SPEC_HOST_MSR },
	{ X86_FEATURE_IBRS, SPEC_HOST_IBRS },
	{ X86_FEATURE_IBPB, SPEC_HOST_IBPB },
	{ X86_FEATURE_STIBP, SPEC_HOST_STIBP },
	{ X86_FEATURE_SPEC_CTRL_SSBD, SPEC_HOST_SSBD },
	{ X86_FEATURE_AMD_SSBD, SPEC_HOST_SSBD },
	{ X86_FEATURE_FLUSH_L1D, SPEC_HOST_L1D_FLUSH },
};

static const struct vmx_spec_row vmx_spec_flaws[] = {
	{ X86_BUG_CPU_MELTDOWN, SPEC_CAP_RDCL_NO },
	{ X86_BUG_SPEC_STORE_BYPASS, SPEC_CAP_SSB_NO },
	{ X86_BUG_MDS, SPEC_CAP_MDS_NO },
	{ VMX_BUG_RFDS, SPEC_CAP_RFDS_NO },
	{ VMX_BUG_ITS, SPEC_CAP_ITS_NO },
};

static bool vmx_is_immune(const struct vmx_spec_row *row)
{
	return row->kernel != VMX_BUG_UNKNOWN && !boot_cpu_has_bug(row->kernel);
}

static u64 vmx_host_arch_caps(void)
{
	u64 caps = 0;

	if (boot_cpu_has(X86_FEATURE_ARCH_CAPABILITIES))
		vmh_rdmsr_safe(MSR_IA32_ARCH_CAPABILITIES, &caps);
	return caps;
}

/* Leaf 7 says in EAX how many subleaves it has. */
static u32 vmx_leaf_7_2_edx(void)
{
	u32 eax, ebx, ecx, edx;

	if (boot_cpu_data.cpuid_level < 7 || cpuid_eax(7) < 2)
		return 0;
	cpuid_count(7, 2, &eax, &ebx, &ecx, &edx);
	return edx;
}

/**
 * vmx_spec_choose() - find out what guests can have of speculation control
 *
 * Context: at module load, after vmx_l1d_choose().
 */
void vmx_spec_choose(void)
{
	struct spec_host *host = &vmx_conf.spec;
	unsigned int i;

	host->arch_caps = vmx_host_arch_caps();
	host->leaf_7_2_edx = vmx_leaf_7_2_edx();
	for (i = 0; i < ARRAY_SIZE(vmx_spec_features); i++)
		if (boot_cpu_has(vmx_spec_features[i].kernel))
			host->features |= vmx_spec_features[i].ours;
	for (i = 0; i < ARRAY_SIZE(vmx_spec_flaws); i++)
		if (vmx_is_immune(&vmx_spec_flaws[i]))
			host->immune |= vmx_spec_flaws[i].ours;
	if (vmx_host_is_safe_from_gds())
		host->immune |= SPEC_CAP_GDS_NO;
	if (!boot_cpu_has_bug(X86_BUG_L1TF) || static_key_enabled(&vmx_l1d_flush))
		host->features |= SPEC_HOST_L1D_HIDDEN;
	/* Guests have no transactions: not even a guest that tries. */
	vmx_conf.tsx_off = boot_cpu_has(X86_FEATURE_RTM) && (host->arch_caps & SPEC_CAP_TSX_CTRL);
	vmx_pretend_spec(host);
}
