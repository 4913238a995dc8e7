/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Speculation control of guests: which of the processor's means they are offered, by what the
 * host's kernel has found of them, and which values its MSRs can have. SDM volume 4,
 * "IA32_SPEC_CTRL", "IA32_PRED_CMD", "IA32_FLUSH_CMD", "IA32_ARCH_CAPABILITIES".
 */
#ifndef VMH_SPEC_CTRL_H
#define VMH_SPEC_CTRL_H

#include <linux/bits.h>
#include <linux/types.h>

#include "cpuid_table.h"

/* What the host has, as its kernel sees it: struct spec_host. */
#define SPEC_HOST_MSR		BIT(0)		/* IA32_SPEC_CTRL, switched at entry and exit */
#define SPEC_HOST_IBRS		BIT(1)
#define SPEC_HOST_IBPB		BIT(2)
#define SPEC_HOST_STIBP		BIT(3)
#define SPEC_HOST_SSBD		BIT(4)
#define SPEC_HOST_L1D_FLUSH	BIT(5)		/* IA32_FLUSH_CMD */
#define SPEC_HOST_L1D_HIDDEN	BIT(6)		/* no guest finds another's data in the L1 cache */

/* IA32_SPEC_CTRL. */
#define SPEC_CTRL_BIT_IBRS	BIT_ULL(0)
#define SPEC_CTRL_BIT_STIBP	BIT_ULL(1)
#define SPEC_CTRL_BIT_SSBD	BIT_ULL(2)

/* The one bit of IA32_PRED_CMD, and that of IA32_FLUSH_CMD. */
#define SPEC_CMD_BIT		BIT_ULL(0)

/* IA32_ARCH_CAPABILITIES. */
#define SPEC_CAP_RDCL_NO	BIT_ULL(0)
#define SPEC_CAP_IBRS_ALL	BIT_ULL(1)
#define SPEC_CAP_RSBA		BIT_ULL(2)
#define SPEC_CAP_SKIP_L1DFL	BIT_ULL(3)
#define SPEC_CAP_SSB_NO		BIT_ULL(4)
#define SPEC_CAP_MDS_NO		BIT_ULL(5)
#define SPEC_CAP_PSCHANGE_NO	BIT_ULL(6)
#define SPEC_CAP_TSX_CTRL	BIT_ULL(7)
#define SPEC_CAP_SBDR_NO	BIT_ULL(13)
#define SPEC_CAP_FBSDP_NO	BIT_ULL(14)
#define SPEC_CAP_PSDP_NO	BIT_ULL(15)
#define SPEC_CAP_FB_CLEAR	BIT_ULL(17)
#define SPEC_CAP_RRSBA		BIT_ULL(19)
#define SPEC_CAP_BHI_NO		BIT_ULL(20)
#define SPEC_CAP_PBRSB_NO	BIT_ULL(24)
#define SPEC_CAP_GDS_NO		BIT_ULL(26)
#define SPEC_CAP_RFDS_NO	BIT_ULL(27)
#define SPEC_CAP_RFDS_CLEAR	BIT_ULL(28)
#define SPEC_CAP_ITS_NO		BIT_ULL(62)

/**
 * struct spec_host - what the speculation control of guests depends on
 * @features: SPEC_HOST_* bits.
 * @arch_caps: IA32_ARCH_CAPABILITIES, 0 without.
 * @immune: SPEC_CAP_*_NO bits that hold, as the kernel knows, whatever @arch_caps says.
 * @leaf_7_2_edx: CPUID leaf 7, subleaf 2, EDX.
 */
struct spec_host {
	u32 features;
	u64 arch_caps;
	u64 immune;
	u32 leaf_7_2_edx;
};

/**
 * spec_cpuid_options() - what CPUID can offer of it
 * @host: the host.
 *
 * Return: CPUID_OPTION_* bits of cpuid_policy.h.
 */
u32 spec_cpuid_options(const struct spec_host *host);

/**
 * spec_arch_caps() - IA32_ARCH_CAPABILITIES of a guest
 * @host: the host.
 *
 * Return: its value at power-up, and the most that a VMM can claim.
 */
u64 spec_arch_caps(const struct spec_host *host);

/**
 * spec_arch_caps_ok() - can a guest be told this?
 * @host: the host.
 * @value: of IA32_ARCH_CAPABILITIES.
 *
 * A VMM may hide what there is, and may warn of a processor that the guest could move to; but it
 * cannot call a guest safe that is not.
 *
 * Return: whether it can.
 */
bool spec_arch_caps_ok(const struct spec_host *host, u64 value);

/**
 * spec_ctrl_valid() - bits of IA32_SPEC_CTRL that can be set
 * @host: the host.
 *
 * Return: a mask; the processor may allow fewer.
 */
u64 spec_ctrl_valid(const struct spec_host *host);

/**
 * spec_guest_has_ctrl() - does a guest have IA32_SPEC_CTRL?
 * @cpuid: its CPUID.
 *
 * Return: whether any feature that lives there is offered.
 */
bool spec_guest_has_ctrl(const struct cpuid_table *cpuid);

/**
 * spec_guest_has_pred_cmd() - does a guest have IA32_PRED_CMD?
 * @cpuid: its CPUID.
 *
 * Return: whether it does.
 */
bool spec_guest_has_pred_cmd(const struct cpuid_table *cpuid);

/**
 * spec_guest_has_flush_cmd() - does a guest have IA32_FLUSH_CMD?
 * @cpuid: its CPUID.
 *
 * Return: whether it does.
 */
bool spec_guest_has_flush_cmd(const struct cpuid_table *cpuid);

/**
 * spec_guest_has_arch_caps() - does a guest have IA32_ARCH_CAPABILITIES?
 * @cpuid: its CPUID.
 *
 * Return: whether it does.
 */
bool spec_guest_has_arch_caps(const struct cpuid_table *cpuid);

#endif /* VMH_SPEC_CTRL_H */
