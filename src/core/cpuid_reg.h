/* SPDX-License-Identifier: GPL-2.0 */
/* The registers that CPUID returns, and the leaves and bits that more than one file names. */
#ifndef VMH_CPUID_REG_H
#define VMH_CPUID_REG_H

#include <linux/types.h>

/**
 * enum cpuid_reg - a register that CPUID returns
 * @CPUID_REG_EAX: EAX.
 * @CPUID_REG_EBX: EBX.
 * @CPUID_REG_ECX: ECX.
 * @CPUID_REG_EDX: EDX.
 * @CPUID_NR_REGS: how many there are.
 */
enum cpuid_reg {
	CPUID_REG_EAX,
	CPUID_REG_EBX,
	CPUID_REG_ECX,
	CPUID_REG_EDX,
	CPUID_NR_REGS,
};

/**
 * struct cpuid_kernel_word - a register of CPUID, as the host's kernel sees it
 * @leaf: EAX.
 * @subleaf: ECX.
 * @reg: enum cpuid_reg.
 * @bits: the features that the kernel knows of and has not switched off, on all processors.
 */
struct cpuid_kernel_word {
	u32 leaf;
	u8 subleaf;
	u8 reg;
	u32 bits;
};

#define CPUID_LEAF_VENDOR		0x00000000U
#define CPUID_LEAF_FEATURES		0x00000001U
#define CPUID_LEAF_CACHE_DESCRIPTORS	0x00000002U
#define CPUID_LEAF_CACHES		0x00000004U
#define CPUID_LEAF_POWER		0x00000006U
#define CPUID_LEAF_FEATURES_7		0x00000007U
#define CPUID_LEAF_TOPOLOGY		0x0000000bU
#define CPUID_LEAF_XSAVE		0x0000000dU
#define CPUID_LEAF_TOPOLOGY_V2		0x0000001fU
#define CPUID_LEAF_HYPERVISOR		0x40000000U
#define CPUID_LEAF_KVM_FEATURES		0x40000001U
#define CPUID_LEAF_VMH			0x40000100U
#define CPUID_LEAF_EXTENDED		0x80000000U
#define CPUID_LEAF_EXT_FEATURES		0x80000001U
#define CPUID_LEAF_BRAND		0x80000002U
#define CPUID_LEAF_EXT_CACHE		0x80000006U
#define CPUID_LEAF_EXT_POWER		0x80000007U
#define CPUID_LEAF_ADDRESSES		0x80000008U

/* Leaf 1, ECX and EDX. */
#define CPUID_BIT_X2APIC	21
#define CPUID_BIT_XSAVE		26
#define CPUID_BIT_OSXSAVE	27
#define CPUID_BIT_APIC		9

/* Leaf 7, subleaf 0, ECX. */
#define CPUID_BIT_PKU		3
#define CPUID_BIT_OSPKE		4

/* Leaf 0xd, subleaf 1, EAX. */
#define CPUID_BIT_XSAVEC	1
#define CPUID_BIT_XSAVES	3

/* Leaf 0x40000001, EAX. */
#define CPUID_BIT_PV_UNHALT	7

/* Leaf 0x80000001, EDX. */
#define CPUID_BIT_SYSCALL	11
#define CPUID_BIT_NX		20
#define CPUID_BIT_LONG_MODE	29

#endif /* VMH_CPUID_REG_H */
