// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/kernel.h>
#include "cpuid_policy.h"
#include "spec_ctrl.h"

/* CPUID leaf 7, EDX; leaf 0x80000008, EBX, where AMD has a bit for each. */
#define BIT_IBRS_IBPB	26
#define BIT_STIBP	27
#define BIT_L1D_FLUSH	28
#define BIT_ARCH_CAPS	29
#define BIT_SSBD	31
#define BIT_AMD_IBPB	12
#define BIT_AMD_IBRS	14
#define BIT_AMD_STIBP	15
#define BIT_AMD_SSBD	24

/*
 * What a guest may be told, where it is so. Not here: TSX_CTRL and TAA_NO, as guests have no
 * transactions; and what tells of MSRs that they do not have.
 */
#define CAPS_PASSED	(SPEC_CAP_RDCL_NO | SPEC_CAP_IBRS_ALL | SPEC_CAP_RSBA | \
			 SPEC_CAP_SKIP_L1DFL | SPEC_CAP_SSB_NO | SPEC_CAP_MDS_NO | \
			 SPEC_CAP_SBDR_NO | SPEC_CAP_FBSDP_NO | SPEC_CAP_PSDP_NO | \
			 SPEC_CAP_FB_CLEAR | SPEC_CAP_RRSBA | SPEC_CAP_BHI_NO | \
			 SPEC_CAP_PBRSB_NO | SPEC_CAP_GDS_NO | SPEC_CAP_RFDS_NO | \
			 SPEC_CAP_RFDS_CLEAR | SPEC_CAP_ITS_NO)

/* Warnings: they are never wrong. */
#define CAPS_WARNINGS	(SPEC_CAP_RSBA | SPEC_CAP_RRSBA)

struct spec_option {
	u32 features;		/* all of them */
	u32 option;
};

static const struct spec_option spec_options[] = {
	{ SPEC_HOST_MSR | SPEC_HOST_IBRS, CPUID_OPTION_IBRS },
	{ SPEC_HOST_IBPB, CPUID_OPTION_IBPB },
	{ SPEC_HOST_MSR | SPEC_HOST_STIBP, CPUID_OPTION_STIBP },
	{ SPEC_HOST_MSR | SPEC_HOST_SSBD, CPUID_OPTION_SSBD },
	{ SPEC_HOST_MSR, CPUID_OPTION_SPEC_CTRL },
	{ SPEC_HOST_L1D_FLUSH, CPUID_OPTION_L1D_FLUSH },
};

/* A bit of leaf 7.2, EDX, and the controls in IA32_SPEC_CTRL that it tells of. */
struct spec_control {
	unsigned int bit;
	u64 controls;
};

static const struct spec_control spec_controls[] = {
	{ 0, BIT_ULL(7) },			/* PSFD */
	{ 1, BIT_ULL(3) | BIT_ULL(4) },		/* IPRED_DIS_U, IPRED_DIS_S */
	{ 2, BIT_ULL(5) | BIT_ULL(6) },		/* RRSBA_DIS_U, RRSBA_DIS_S */
	{ 3, BIT_ULL(8) },			/* DDPD_U */
	{ 4, BIT_ULL(10) },			/* BHI_DIS_S */
};

u32 spec_cpuid_options(const struct spec_host *host)
{
	u32 options = 0;
	size_t i;

	for (i = 0; i < ARRAY_SIZE(spec_options); i++)
		if (!(spec_options[i].features & ~host->features))
			options |= spec_options[i].option;
	if (spec_arch_caps(host) & SPEC_CAP_SSB_NO)
		options |= CPUID_OPTION_SSB_NO;
	return options;
}

u64 spec_arch_caps(const struct spec_host *host)
{
	u64 caps = (host->arch_caps | host->immune) & CAPS_PASSED;

	/* A guest has no guests of its own that could change page sizes. */
	caps |= SPEC_CAP_PSCHANGE_NO;
	if (host->features & SPEC_HOST_L1D_HIDDEN)
		caps |= SPEC_CAP_SKIP_L1DFL;
	return caps;
}

bool spec_arch_caps_ok(const struct spec_host *host, u64 value)
{
	return !(value & ~(spec_arch_caps(host) | CAPS_WARNINGS));
}

u64 spec_ctrl_valid(const struct spec_host *host)
{
	u64 valid = 0;
	size_t i;

	if (!(host->features & SPEC_HOST_MSR))
		return 0;
	/* Where there is IBRS, STIBP may be set, though it may mean nothing. */
	if (host->features & SPEC_HOST_IBRS)
		valid |= SPEC_CTRL_BIT_IBRS | SPEC_CTRL_BIT_STIBP;
	if (host->features & SPEC_HOST_STIBP)
		valid |= SPEC_CTRL_BIT_STIBP;
	if (host->features & SPEC_HOST_SSBD)
		valid |= SPEC_CTRL_BIT_SSBD;
	for (i = 0; i < ARRAY_SIZE(spec_controls); i++)
		if (host->leaf_7_2_edx & BIT(spec_controls[i].bit))
			valid |= spec_controls[i].controls;
	return valid;
}

static bool spec_has_7(const struct cpuid_table *cpuid, unsigned int bit)
{
	return cpuid_has(cpuid, CPUID_LEAF_FEATURES_7, CPUID_REG_EDX, bit);
}

static bool spec_has_amd(const struct cpuid_table *cpuid, unsigned int bit)
{
	return cpuid_has(cpuid, CPUID_LEAF_ADDRESSES, CPUID_REG_EBX, bit);
}

bool spec_guest_has_ctrl(const struct cpuid_table *cpuid)
{
	return spec_has_7(cpuid, BIT_IBRS_IBPB) || spec_has_7(cpuid, BIT_STIBP) ||
	       spec_has_7(cpuid, BIT_SSBD) || spec_has_amd(cpuid, BIT_AMD_IBRS) ||
	       spec_has_amd(cpuid, BIT_AMD_STIBP) || spec_has_amd(cpuid, BIT_AMD_SSBD);
}

bool spec_guest_has_pred_cmd(const struct cpuid_table *cpuid)
{
	return spec_has_7(cpuid, BIT_IBRS_IBPB) || spec_has_amd(cpuid, BIT_AMD_IBPB);
}

bool spec_guest_has_flush_cmd(const struct cpuid_table *cpuid)
{
	return spec_has_7(cpuid, BIT_L1D_FLUSH);
}

bool spec_guest_has_arch_caps(const struct cpuid_table *cpuid)
{
	return spec_has_7(cpuid, BIT_ARCH_CAPS);
}
