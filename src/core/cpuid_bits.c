// SPDX-License-Identifier: GPL-2.0
/*
 * Every feature bit of CPUID that is known, and what becomes of it. SDM, "CPUID—CPU
 * Identification". A row that passes without a word is instructions alone, or state that VT-x
 * switches by itself.
 */
#include <linux/kernel.h>
#include "cpuid_bits.h"
#include "cpuid_policy.h"

#define ROW(leaf, subleaf, reg, bit, offer, needs) \
	{ CPUID_LEAF_##leaf, subleaf, CPUID_REG_##reg, bit, CPUID_##offer, needs }

const struct cpuid_bit cpuid_bits[] = {
	/* Leaf 1, ECX. */
	ROW(FEATURES, 0, ECX, 0, PASS, 0),	/* SSE3 */
	ROW(FEATURES, 0, ECX, 1, PASS, 0),	/* PCLMULQDQ */
	ROW(FEATURES, 0, ECX, 2, HIDE, 0),	/* DTES64: no debug store */
	ROW(FEATURES, 0, ECX, 3, HIDE, 0),	/* MONITOR: the instructions exit and fault */
	ROW(FEATURES, 0, ECX, 4, HIDE, 0),	/* DS-CPL: no debug store */
	ROW(FEATURES, 0, ECX, 5, HIDE, 0),	/* VMX: no nested VMs */
	ROW(FEATURES, 0, ECX, 6, HIDE, 0),	/* SMX: no safer mode */
	ROW(FEATURES, 0, ECX, 7, HIDE, 0),	/* EST: frequency is the host's */
	ROW(FEATURES, 0, ECX, 8, HIDE, 0),	/* TM2: temperature is the host's */
	ROW(FEATURES, 0, ECX, 9, PASS, 0),	/* SSSE3 */
	ROW(FEATURES, 0, ECX, 10, HIDE, 0),	/* CNXT-ID: L1 mode MSR bit is not virtualised */
	ROW(FEATURES, 0, ECX, 11, HIDE, 0),	/* SDBG: no silicon debug */
	ROW(FEATURES, 0, ECX, 12, PASS, CPUID_OPTION_AVX),	/* FMA */
	ROW(FEATURES, 0, ECX, 13, PASS, 0),	/* CX16 */
	ROW(FEATURES, 0, ECX, 14, HIDE, 0),	/* xTPR: MSR bit is not virtualised */
	ROW(FEATURES, 0, ECX, 15, HIDE, 0),	/* PDCM: no performance counters */
	ROW(FEATURES, 0, ECX, 17, PASS, 0),	/* PCID: with EPT the guest's own */
	ROW(FEATURES, 0, ECX, 18, HIDE, 0),	/* DCA: no device is behind it */
	ROW(FEATURES, 0, ECX, 19, PASS, 0),	/* SSE4.1 */
	ROW(FEATURES, 0, ECX, 20, PASS, 0),	/* SSE4.2 */
	ROW(FEATURES, 0, ECX, 21, FORCE, 0),	/* x2APIC: the local APIC model has it */
	ROW(FEATURES, 0, ECX, 22, PASS, 0),	/* MOVBE */
	ROW(FEATURES, 0, ECX, 23, PASS, 0),	/* POPCNT */
	ROW(FEATURES, 0, ECX, 24, HIDE, 0),	/* TSC-deadline: it takes an in-kernel APIC */
	ROW(FEATURES, 0, ECX, 25, PASS, 0),	/* AES */
	ROW(FEATURES, 0, ECX, 26, PASS, CPUID_OPTION_XSAVE),	/* XSAVE: XCR0 is switched */
	ROW(FEATURES, 0, ECX, 27, HIDE, 0),	/* OSXSAVE: follows CR4: cpuid_table_update() */
	ROW(FEATURES, 0, ECX, 28, PASS, CPUID_OPTION_AVX),	/* AVX */
	ROW(FEATURES, 0, ECX, 29, PASS, CPUID_OPTION_AVX),	/* F16C */
	ROW(FEATURES, 0, ECX, 30, PASS, 0),	/* RDRAND */
	ROW(FEATURES, 0, ECX, 31, FORCE, 0),	/* hypervisor: tells that this is a VM */

	/* Leaf 1, EDX. */
	ROW(FEATURES, 0, EDX, 0, PASS, 0),	/* FPU */
	ROW(FEATURES, 0, EDX, 1, PASS, 0),	/* VME */
	ROW(FEATURES, 0, EDX, 2, PASS, 0),	/* DE */
	ROW(FEATURES, 0, EDX, 3, PASS, 0),	/* PSE */
	ROW(FEATURES, 0, EDX, 4, PASS, 0),	/* TSC */
	ROW(FEATURES, 0, EDX, 5, PASS, 0),	/* MSR */
	ROW(FEATURES, 0, EDX, 6, PASS, 0),	/* PAE */
	ROW(FEATURES, 0, EDX, 7, PASS, 0),	/* MCE */
	ROW(FEATURES, 0, EDX, 8, PASS, 0),	/* CX8 */
	ROW(FEATURES, 0, EDX, 9, FORCE, 0),	/* APIC: the local APIC model */
	ROW(FEATURES, 0, EDX, 11, PASS, 0),	/* SEP */
	ROW(FEATURES, 0, EDX, 12, PASS, 0),	/* MTRR */
	ROW(FEATURES, 0, EDX, 13, PASS, 0),	/* PGE */
	ROW(FEATURES, 0, EDX, 14, PASS, 0),	/* MCA */
	ROW(FEATURES, 0, EDX, 15, PASS, 0),	/* CMOV */
	ROW(FEATURES, 0, EDX, 16, PASS, 0),	/* PAT */
	ROW(FEATURES, 0, EDX, 17, PASS, 0),	/* PSE-36 */
	ROW(FEATURES, 0, EDX, 18, HIDE, 0),	/* PSN: serial number of the host */
	ROW(FEATURES, 0, EDX, 19, PASS, 0),	/* CLFSH */
	ROW(FEATURES, 0, EDX, 21, HIDE, 0),	/* DS: no debug store */
	ROW(FEATURES, 0, EDX, 22, HIDE, 0),	/* ACPI: clock modulation is the host's */
	ROW(FEATURES, 0, EDX, 23, PASS, 0),	/* MMX */
	ROW(FEATURES, 0, EDX, 24, PASS, 0),	/* FXSR */
	ROW(FEATURES, 0, EDX, 25, PASS, 0),	/* SSE */
	ROW(FEATURES, 0, EDX, 26, PASS, 0),	/* SSE2 */
	ROW(FEATURES, 0, EDX, 27, PASS, 0),	/* SS */
	ROW(FEATURES, 0, EDX, 28, HIDE, 0),	/* HTT: topology is the VMM's */
	ROW(FEATURES, 0, EDX, 29, HIDE, 0),	/* TM: temperature is the host's */
	ROW(FEATURES, 0, EDX, 31, HIDE, 0),	/* PBE: no performance counters */

	/* Leaf 6: thermal and power management. */
	ROW(POWER, 0, EAX, 0, HIDE, 0),		/* thermometer: the host's */
	ROW(POWER, 0, EAX, 1, HIDE, 0),		/* turbo boost: frequency is the host's */
	ROW(POWER, 0, EAX, 2, FORCE, 0),	/* ARAT: the local APIC model never stops */
	ROW(POWER, 0, EAX, 7, HIDE, 0),		/* HWP: frequency is the host's */

	/* Leaf 7, subleaf 0, EBX. */
	ROW(FEATURES_7, 0, EBX, 0, PASS, 0),	/* FSGSBASE */
	ROW(FEATURES_7, 0, EBX, 1, FORCE, 0),	/* TSC_ADJUST: the MSR is emulated */
	ROW(FEATURES_7, 0, EBX, 2, HIDE, 0),	/* SGX: no enclaves */
	ROW(FEATURES_7, 0, EBX, 3, PASS, 0),	/* BMI1 */
	ROW(FEATURES_7, 0, EBX, 4, HIDE, 0),	/* HLE: no transactions */
	ROW(FEATURES_7, 0, EBX, 5, PASS, CPUID_OPTION_AVX),	/* AVX2 */
	ROW(FEATURES_7, 0, EBX, 6, PASS, 0),	/* FDP_EXCPTN_ONLY */
	ROW(FEATURES_7, 0, EBX, 7, PASS, 0),	/* SMEP */
	ROW(FEATURES_7, 0, EBX, 8, PASS, 0),	/* BMI2 */
	ROW(FEATURES_7, 0, EBX, 9, PASS, 0),	/* ERMS */
	ROW(FEATURES_7, 0, EBX, 10, PASS, CPUID_OPTION_INVPCID),	/* INVPCID */
	ROW(FEATURES_7, 0, EBX, 11, HIDE, 0),	/* RTM: no transactions */
	ROW(FEATURES_7, 0, EBX, 12, HIDE, 0),	/* RDT-M: cache monitoring is the host's */
	ROW(FEATURES_7, 0, EBX, 13, PASS, 0),	/* ZERO_FCS_FDS */
	ROW(FEATURES_7, 0, EBX, 14, HIDE, 0),	/* MPX: bound registers are not switched */
	ROW(FEATURES_7, 0, EBX, 15, HIDE, 0),	/* RDT-A: cache allocation is the host's */
	ROW(FEATURES_7, 0, EBX, 16, PASS, CPUID_OPTION_AVX512),	/* AVX512F */
	ROW(FEATURES_7, 0, EBX, 17, PASS, CPUID_OPTION_AVX512),	/* AVX512DQ */
	ROW(FEATURES_7, 0, EBX, 18, PASS, 0),	/* RDSEED */
	ROW(FEATURES_7, 0, EBX, 19, PASS, 0),	/* ADX */
	ROW(FEATURES_7, 0, EBX, 20, PASS, 0),	/* SMAP */
	ROW(FEATURES_7, 0, EBX, 21, PASS, CPUID_OPTION_AVX512),	/* AVX512_IFMA */
	ROW(FEATURES_7, 0, EBX, 23, PASS, 0),	/* CLFLUSHOPT */
	ROW(FEATURES_7, 0, EBX, 24, PASS, 0),	/* CLWB */
	ROW(FEATURES_7, 0, EBX, 25, HIDE, 0),	/* PT: its MSRs are not virtualised */
	ROW(FEATURES_7, 0, EBX, 26, PASS, CPUID_OPTION_AVX512),	/* AVX512PF */
	ROW(FEATURES_7, 0, EBX, 27, PASS, CPUID_OPTION_AVX512),	/* AVX512ER */
	ROW(FEATURES_7, 0, EBX, 28, PASS, CPUID_OPTION_AVX512),	/* AVX512CD */
	ROW(FEATURES_7, 0, EBX, 29, PASS, 0),	/* SHA */
	ROW(FEATURES_7, 0, EBX, 30, PASS, CPUID_OPTION_AVX512),	/* AVX512BW */
	ROW(FEATURES_7, 0, EBX, 31, PASS, CPUID_OPTION_AVX512),	/* AVX512VL */

	/* Leaf 7, subleaf 0, ECX. */
	ROW(FEATURES_7, 0, ECX, 0, PASS, 0),	/* PREFETCHWT1 */
	ROW(FEATURES_7, 0, ECX, 1, PASS, CPUID_OPTION_AVX512),	/* AVX512_VBMI */
	ROW(FEATURES_7, 0, ECX, 2, FORCE, CPUID_OPTION_UMIP),	/* UMIP */
	ROW(FEATURES_7, 0, ECX, 3, PASS, CPUID_OPTION_PKU),	/* PKU: PKRU is switched */
	ROW(FEATURES_7, 0, ECX, 4, HIDE, 0),	/* OSPKE: follows CR4: cpuid_table_update() */
	ROW(FEATURES_7, 0, ECX, 5, HIDE, 0),	/* WAITPKG: its VMX control is off */
	ROW(FEATURES_7, 0, ECX, 6, PASS, CPUID_OPTION_AVX512),	/* AVX512_VBMI2 */
	ROW(FEATURES_7, 0, ECX, 7, HIDE, 0),	/* CET_SS: its MSRs are not switched */
	ROW(FEATURES_7, 0, ECX, 8, PASS, 0),	/* GFNI */
	ROW(FEATURES_7, 0, ECX, 9, PASS, CPUID_OPTION_AVX),	/* VAES */
	ROW(FEATURES_7, 0, ECX, 10, PASS, CPUID_OPTION_AVX),	/* VPCLMULQDQ */
	ROW(FEATURES_7, 0, ECX, 11, PASS, CPUID_OPTION_AVX512),	/* AVX512_VNNI */
	ROW(FEATURES_7, 0, ECX, 12, PASS, CPUID_OPTION_AVX512),	/* AVX512_BITALG */
	ROW(FEATURES_7, 0, ECX, 13, HIDE, 0),	/* TME: memory encryption is the host's */
	ROW(FEATURES_7, 0, ECX, 14, PASS, CPUID_OPTION_AVX512),	/* AVX512_VPOPCNTDQ */
	ROW(FEATURES_7, 0, ECX, 16, HIDE, 0),	/* LA57: guest tables have 4 levels at most */
	ROW(FEATURES_7, 0, ECX, 22, PASS, CPUID_OPTION_RDTSCP),	/* RDPID */
	ROW(FEATURES_7, 0, ECX, 23, HIDE, 0),	/* key locker: its keys are not switched */
	/* bus-lock detect: its MSR bit is not virtualised */
	ROW(FEATURES_7, 0, ECX, 24, HIDE, 0),
	ROW(FEATURES_7, 0, ECX, 25, PASS, 0),	/* CLDEMOTE */
	ROW(FEATURES_7, 0, ECX, 27, PASS, 0),	/* MOVDIRI */
	ROW(FEATURES_7, 0, ECX, 28, PASS, 0),	/* MOVDIR64B */
	ROW(FEATURES_7, 0, ECX, 29, HIDE, 0),	/* ENQCMD: no PASID translation */
	ROW(FEATURES_7, 0, ECX, 30, HIDE, 0),	/* SGX_LC: no enclaves */
	ROW(FEATURES_7, 0, ECX, 31, HIDE, 0),	/* PKS: its MSR is not switched */

	/* Leaf 7, subleaf 0, EDX. */
	ROW(FEATURES_7, 0, EDX, 2, PASS, CPUID_OPTION_AVX512),	/* AVX512_4VNNIW */
	ROW(FEATURES_7, 0, EDX, 3, PASS, CPUID_OPTION_AVX512),	/* AVX512_4FMAPS */
	ROW(FEATURES_7, 0, EDX, 4, PASS, 0),	/* FSRM */
	ROW(FEATURES_7, 0, EDX, 5, HIDE, 0),	/* UINTR: user interrupts are not switched */
	ROW(FEATURES_7, 0, EDX, 8, PASS, CPUID_OPTION_AVX512),	/* AVX512_VP2INTERSECT */
	ROW(FEATURES_7, 0, EDX, 9, HIDE, 0),	/* SRBDS_CTRL: its MSR is the host's */
	ROW(FEATURES_7, 0, EDX, 10, PASS, 0),	/* MD_CLEAR: VERW works in a guest too */
	ROW(FEATURES_7, 0, EDX, 11, HIDE, 0),	/* RTM_ALWAYS_ABORT: no transactions */
	ROW(FEATURES_7, 0, EDX, 14, PASS, 0),	/* SERIALIZE */
	ROW(FEATURES_7, 0, EDX, 15, HIDE, 0),	/* hybrid: vCPUs are all alike */
	ROW(FEATURES_7, 0, EDX, 16, HIDE, 0),	/* TSXLDTRK: no transactions */
	ROW(FEATURES_7, 0, EDX, 18, HIDE, 0),	/* PCONFIG: memory encryption is the host's */
	/* architectural LBRs: their MSRs are not switched */
	ROW(FEATURES_7, 0, EDX, 19, HIDE, 0),
	ROW(FEATURES_7, 0, EDX, 20, HIDE, 0),	/* CET_IBT: its MSRs are not switched */
	ROW(FEATURES_7, 0, EDX, 22, HIDE, 0),	/* AMX_BF16: tile state is not switched */
	ROW(FEATURES_7, 0, EDX, 23, PASS, CPUID_OPTION_AVX512),	/* AVX512_FP16 */
	ROW(FEATURES_7, 0, EDX, 24, HIDE, 0),	/* AMX_TILE: tile state is not switched */
	ROW(FEATURES_7, 0, EDX, 25, HIDE, 0),	/* AMX_INT8: tile state is not switched */
	ROW(FEATURES_7, 0, EDX, 26, FORCE, CPUID_OPTION_IBRS | CPUID_OPTION_IBPB),
	ROW(FEATURES_7, 0, EDX, 27, FORCE, CPUID_OPTION_STIBP),
	ROW(FEATURES_7, 0, EDX, 28, FORCE, CPUID_OPTION_L1D_FLUSH),
	ROW(FEATURES_7, 0, EDX, 29, FORCE, 0),	/* ARCH_CAPABILITIES: spec_arch_caps() */
	ROW(FEATURES_7, 0, EDX, 30, HIDE, 0),	/* CORE_CAPABILITIES: no such MSR */
	ROW(FEATURES_7, 0, EDX, 31, FORCE, CPUID_OPTION_SSBD),

	/* Leaf 7, subleaf 1, EAX. */
	ROW(FEATURES_7, 1, EAX, 4, PASS, CPUID_OPTION_AVX),	/* AVX_VNNI */
	ROW(FEATURES_7, 1, EAX, 5, PASS, CPUID_OPTION_AVX512),	/* AVX512_BF16 */
	ROW(FEATURES_7, 1, EAX, 7, PASS, 0),	/* CMPCCXADD */
	ROW(FEATURES_7, 1, EAX, 10, PASS, 0),	/* FZRM */
	ROW(FEATURES_7, 1, EAX, 11, PASS, 0),	/* FSRS */
	ROW(FEATURES_7, 1, EAX, 12, PASS, 0),	/* FSRC */
	ROW(FEATURES_7, 1, EAX, 22, HIDE, 0),	/* HRESET: its MSR is not virtualised */
	ROW(FEATURES_7, 1, EAX, 23, PASS, CPUID_OPTION_AVX),	/* AVX_IFMA */
	/* LAM: its bits of CR3 and CR4 are not virtualised */
	ROW(FEATURES_7, 1, EAX, 26, HIDE, 0),

	/* Leaf 7, subleaf 2, EDX: further bits of SPEC_CTRL. */
	ROW(FEATURES_7, 2, EDX, 0, PASS, CPUID_OPTION_SPEC_CTRL),	/* PSFD */
	ROW(FEATURES_7, 2, EDX, 1, PASS, CPUID_OPTION_SPEC_CTRL),	/* IPRED_CTRL */
	ROW(FEATURES_7, 2, EDX, 2, PASS, CPUID_OPTION_SPEC_CTRL),	/* RRSBA_CTRL */
	ROW(FEATURES_7, 2, EDX, 3, PASS, CPUID_OPTION_SPEC_CTRL),	/* DDPD_U */
	ROW(FEATURES_7, 2, EDX, 4, PASS, CPUID_OPTION_SPEC_CTRL),	/* BHI_CTRL */
	ROW(FEATURES_7, 2, EDX, 5, PASS, 0),	/* MCDT_NO: says something, and no more */

	/* Leaf 0xd, subleaf 1, EAX. */
	ROW(XSAVE, 1, EAX, 0, PASS, CPUID_OPTION_XSAVE),	/* XSAVEOPT */
	ROW(XSAVE, 1, EAX, 1, PASS, CPUID_OPTION_XSAVE),	/* XSAVEC */
	ROW(XSAVE, 1, EAX, 2, PASS, CPUID_OPTION_XSAVE),	/* XGETBV with ECX=1 */
	ROW(XSAVE, 1, EAX, 3, PASS, CPUID_OPTION_XSAVES | CPUID_OPTION_XSAVE),	/* XSAVES */
	ROW(XSAVE, 1, EAX, 4, HIDE, 0),		/* XFD: its MSRs are not switched */

	/* Leaf 0x40000001, EAX: what KVM offers its guests. */
	ROW(KVM_FEATURES, 0, EAX, 0, FORCE, CPUID_OPTION_KVM_CLOCK),	/* CLOCKSOURCE: old MSRs */
	ROW(KVM_FEATURES, 0, EAX, 3, FORCE, CPUID_OPTION_KVM_CLOCK),	/* CLOCKSOURCE2 */
	ROW(KVM_FEATURES, 0, EAX, 5, FORCE, CPUID_OPTION_KVM_STEAL),	/* STEAL_TIME */
	ROW(KVM_FEATURES, 0, EAX, 6, FORCE, CPUID_OPTION_KVM_PV_EOI),	/* PV_EOI */
	ROW(KVM_FEATURES, 0, EAX, 7, FORCE, 0),	/* PV_UNHALT */
	ROW(KVM_FEATURES, 0, EAX, 9, FORCE, CPUID_OPTION_KVM_STEAL),	/* PV_TLB_FLUSH */
	ROW(KVM_FEATURES, 0, EAX, 11, FORCE, 0),	/* PV_SEND_IPI */
	ROW(KVM_FEATURES, 0, EAX, 12, FORCE, 0),	/* POLL_CONTROL */
	ROW(KVM_FEATURES, 0, EAX, 13, FORCE, 0),	/* PV_SCHED_YIELD */
	/* CLOCKSOURCE_STABLE_BIT: the flag of the same name means something */
	ROW(KVM_FEATURES, 0, EAX, 24, FORCE,
	    CPUID_OPTION_KVM_CLOCK | CPUID_OPTION_KVM_CLOCK_STABLE),

	/* Leaf 0x80000001, ECX. */
	ROW(EXT_FEATURES, 0, ECX, 0, PASS, 0),	/* LAHF_LM */
	ROW(EXT_FEATURES, 0, ECX, 5, PASS, 0),	/* LZCNT */
	ROW(EXT_FEATURES, 0, ECX, 8, PASS, 0),	/* PREFETCHW */

	/* Leaf 0x80000001, EDX. */
	ROW(EXT_FEATURES, 0, EDX, 11, PASS, 0),	/* SYSCALL */
	ROW(EXT_FEATURES, 0, EDX, 20, PASS, 0),	/* NX */
	ROW(EXT_FEATURES, 0, EDX, 26, PASS, 0),	/* 1 GiB pages */
	ROW(EXT_FEATURES, 0, EDX, 27, PASS, CPUID_OPTION_RDTSCP),	/* RDTSCP */
	ROW(EXT_FEATURES, 0, EDX, 29, PASS, 0),	/* long mode */

	/* Leaf 0x80000007, EDX. */
	ROW(EXT_POWER, 0, EDX, 8, PASS, 0),	/* invariant TSC: as the host's */

	/* Leaf 0x80000008, EBX: AMD's bits for the same, which guests look at too. */
	ROW(ADDRESSES, 0, EBX, 9, PASS, 0),	/* WBNOINVD: exits as WBINVD does */
	ROW(ADDRESSES, 0, EBX, 12, FORCE, CPUID_OPTION_IBPB),
	ROW(ADDRESSES, 0, EBX, 14, FORCE, CPUID_OPTION_IBRS),
	ROW(ADDRESSES, 0, EBX, 15, FORCE, CPUID_OPTION_STIBP),
	ROW(ADDRESSES, 0, EBX, 24, FORCE, CPUID_OPTION_SSBD),
	ROW(ADDRESSES, 0, EBX, 26, FORCE, CPUID_OPTION_SSB_NO),
};

const size_t cpuid_bits_nr = ARRAY_SIZE(cpuid_bits);
