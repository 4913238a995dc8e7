/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VMX control words: which bits a processor allows, which it demands, and whether that is enough.
 * SDM, "VMX Capability Reporting Facility" and "VM-Execution Control Fields".
 */
#ifndef VMH_VMX_CTLS_H
#define VMH_VMX_CTLS_H

#include <linux/bits.h>
#include <linux/types.h>
#include <linux/vmh.h>

/* Pin-based VM-execution controls. */
#define VMX_CTL_PIN_EXT_INTR		BIT(0)		/* external-interrupt exiting */
#define VMX_CTL_PIN_NMI			BIT(3)		/* NMI exiting */
#define VMX_CTL_PIN_VIRTUAL_NMIS	BIT(5)
#define VMX_CTL_PIN_PREEMPTION_TIMER	BIT(6)
#define VMX_CTL_PIN_POSTED_INTR		BIT(7)

/* Primary processor-based VM-execution controls. */
#define VMX_CTL_PROC_INTR_WINDOW	BIT(2)
#define VMX_CTL_PROC_TSC_OFFSET		BIT(3)
#define VMX_CTL_PROC_HLT		BIT(7)
#define VMX_CTL_PROC_INVLPG		BIT(9)
#define VMX_CTL_PROC_MWAIT		BIT(10)
#define VMX_CTL_PROC_RDPMC		BIT(11)
#define VMX_CTL_PROC_RDTSC		BIT(12)
#define VMX_CTL_PROC_CR3_LOAD		BIT(15)
#define VMX_CTL_PROC_CR3_STORE		BIT(16)
#define VMX_CTL_PROC_CR8_LOAD		BIT(19)
#define VMX_CTL_PROC_CR8_STORE		BIT(20)
#define VMX_CTL_PROC_TPR_SHADOW		BIT(21)
#define VMX_CTL_PROC_NMI_WINDOW		BIT(22)
#define VMX_CTL_PROC_MOV_DR		BIT(23)
#define VMX_CTL_PROC_UNCOND_IO		BIT(24)
#define VMX_CTL_PROC_IO_BITMAPS		BIT(25)
#define VMX_CTL_PROC_MONITOR_TRAP	BIT(27)
#define VMX_CTL_PROC_MSR_BITMAPS	BIT(28)
#define VMX_CTL_PROC_MONITOR		BIT(29)
#define VMX_CTL_PROC_PAUSE		BIT(30)
#define VMX_CTL_PROC_SECONDARY		BIT(31)

/* Secondary processor-based VM-execution controls. */
#define VMX_CTL_PROC2_APIC_ACCESSES	BIT(0)
#define VMX_CTL_PROC2_EPT		BIT(1)
#define VMX_CTL_PROC2_DESCRIPTOR	BIT(2)
#define VMX_CTL_PROC2_RDTSCP		BIT(3)
#define VMX_CTL_PROC2_X2APIC		BIT(4)
#define VMX_CTL_PROC2_VPID		BIT(5)
#define VMX_CTL_PROC2_WBINVD		BIT(6)
#define VMX_CTL_PROC2_UNRESTRICTED	BIT(7)
#define VMX_CTL_PROC2_APIC_REGISTERS	BIT(8)
#define VMX_CTL_PROC2_VIRT_INTR		BIT(9)
#define VMX_CTL_PROC2_PAUSE_LOOP	BIT(10)
#define VMX_CTL_PROC2_RDRAND		BIT(11)
#define VMX_CTL_PROC2_INVPCID		BIT(12)
#define VMX_CTL_PROC2_VMFUNC		BIT(13)
#define VMX_CTL_PROC2_SHADOW_VMCS	BIT(14)
#define VMX_CTL_PROC2_ENCLS		BIT(15)
#define VMX_CTL_PROC2_RDSEED		BIT(16)
#define VMX_CTL_PROC2_PML		BIT(17)
#define VMX_CTL_PROC2_EPT_VIOLATION_VE	BIT(18)
#define VMX_CTL_PROC2_CONCEAL_PT	BIT(19)
#define VMX_CTL_PROC2_XSAVES		BIT(20)
#define VMX_CTL_PROC2_MODE_EXEC		BIT(22)		/* mode-based execute control for EPT */
#define VMX_CTL_PROC2_TSC_SCALING	BIT(25)
#define VMX_CTL_PROC2_USER_WAIT		BIT(26)		/* enable user wait and pause */
#define VMX_CTL_PROC2_BUS_LOCK		BIT(30)		/* VMM bus-lock detection */

/* VM-exit controls. */
#define VMX_CTL_EXIT_SAVE_DEBUG		BIT(2)
#define VMX_CTL_EXIT_HOST_64		BIT(9)		/* host address-space size */
#define VMX_CTL_EXIT_LOAD_PERF		BIT(12)
#define VMX_CTL_EXIT_ACK_INTR		BIT(15)
#define VMX_CTL_EXIT_SAVE_PAT		BIT(18)
#define VMX_CTL_EXIT_LOAD_PAT		BIT(19)
#define VMX_CTL_EXIT_SAVE_EFER		BIT(20)
#define VMX_CTL_EXIT_LOAD_EFER		BIT(21)
#define VMX_CTL_EXIT_SAVE_TIMER		BIT(22)		/* save VMX-preemption timer value */
#define VMX_CTL_EXIT_CLEAR_BNDCFGS	BIT(23)
#define VMX_CTL_EXIT_CONCEAL_PT		BIT(24)

/* VM-entry controls. */
#define VMX_CTL_ENTRY_LOAD_DEBUG	BIT(2)
#define VMX_CTL_ENTRY_GUEST_64		BIT(9)		/* IA-32e mode guest */
#define VMX_CTL_ENTRY_SMM		BIT(10)
#define VMX_CTL_ENTRY_LOAD_PERF		BIT(13)
#define VMX_CTL_ENTRY_LOAD_PAT		BIT(14)
#define VMX_CTL_ENTRY_LOAD_EFER		BIT(15)
#define VMX_CTL_ENTRY_LOAD_BNDCFGS	BIT(16)
#define VMX_CTL_ENTRY_CONCEAL_PT	BIT(17)

/* IA32_FEATURE_CONTROL. */
#define VMX_FEATURE_CONTROL_LOCKED	BIT_ULL(0)
#define VMX_FEATURE_CONTROL_OUTSIDE_SMX	BIT_ULL(2)

/**
 * enum vmx_ctl_word - a control word of the VMCS
 * @VMX_CTL_WORD_PIN: pin-based VM-execution controls.
 * @VMX_CTL_WORD_PROC: primary processor-based VM-execution controls.
 * @VMX_CTL_WORD_PROC2: secondary processor-based VM-execution controls.
 * @VMX_CTL_WORD_EXIT: VM-exit controls.
 * @VMX_CTL_WORD_ENTRY: VM-entry controls.
 * @VMX_CTL_WORDS: how many there are.
 */
enum vmx_ctl_word {
	VMX_CTL_WORD_PIN,
	VMX_CTL_WORD_PROC,
	VMX_CTL_WORD_PROC2,
	VMX_CTL_WORD_EXIT,
	VMX_CTL_WORD_ENTRY,
	VMX_CTL_WORDS,
};

/**
 * enum vmx_nmi_way - how an NMI of the host's that ended a stay in guest mode gets to its handler
 * @VMX_NMI_INT2: by the gate in the IDT, which INT 2 goes through too.
 * @VMX_NMI_FRED: by the kernel's entry for events that a hypervisor hands on.
 * @VMX_NMI_NONE: by none. With FRED the kernel dies of an INT 2 of its own.
 */
enum vmx_nmi_way {
	VMX_NMI_INT2,
	VMX_NMI_FRED,
	VMX_NMI_NONE,
};

/**
 * vmx_nmi_way() - how to hand an NMI on
 * @fred: the kernel takes events by FRED.
 * @entry: it has an entry for those that a hypervisor hands on.
 */
static inline enum vmx_nmi_way vmx_nmi_way(bool fred, bool entry)
{
	if (!fred)
		return VMX_NMI_INT2;
	return entry ? VMX_NMI_FRED : VMX_NMI_NONE;
}

/**
 * struct vmx_caps - the capability MSRs of one processor, as read
 * @cpuid1_ecx: CPUID leaf 1, ECX.
 * @feature_control: IA32_FEATURE_CONTROL.
 * @basic: IA32_VMX_BASIC.
 * @ctls: by enum vmx_ctl_word: bits 31:0 must be 1, bits 63:32 may be 1. For the primary words
 *	these are the IA32_VMX_TRUE_* MSRs when vmx_caps_has_true_ctls(); PROC2 is 0 when the
 *	processor has no secondary controls.
 * @misc: IA32_VMX_MISC.
 * @cr0_fixed0: bits of CR0 that must be 1 in VMX operation.
 * @cr0_fixed1: bits of CR0 that may be 1.
 * @cr4_fixed0: bits of CR4 that must be 1.
 * @cr4_fixed1: bits of CR4 that may be 1.
 * @ept_vpid: IA32_VMX_EPT_VPID_CAP; 0 when the processor has neither EPT nor VPID.
 * @nmi: how the kernel's NMIs are handed on.
 */
struct vmx_caps {
	u32 cpuid1_ecx;
	u64 feature_control;
	u64 basic;
	u64 ctls[VMX_CTL_WORDS];
	u64 misc;
	u64 cr0_fixed0;
	u64 cr0_fixed1;
	u64 cr4_fixed0;
	u64 cr4_fixed1;
	u64 ept_vpid;
	enum vmx_nmi_way nmi;
};

/*
 * What vmh cannot do without and has on all the time, per control word. Besides, vmx_unusable()
 * sees to it that interrupt-window and NMI-window exiting can be turned on, and that exits for CR3
 * and INVLPG can be off.
 */
extern const u32 vmx_ctl_minimum[VMX_CTL_WORDS];

/**
 * vmx_ctl_adjust() - choose the bits of one control word
 * @capability: the word's capability MSR.
 * @required: bits that must be set.
 * @optional: bits to set where the processor allows it.
 * @out: the word, with the bits that the processor demands.
 * @missing: required bits that the processor does not allow; may be NULL.
 *
 * Return: 0; -EOPNOTSUPP when a required bit is missing; @out and @missing are written anyway.
 */
int vmx_ctl_adjust(u64 capability, u32 required, u32 optional, u32 *out, u32 *missing);

/**
 * vmx_ctl_allowed() - can these bits of a control word be set?
 * @capability: the word's capability MSR.
 * @bits: the bits.
 */
static inline bool vmx_ctl_allowed(u64 capability, u32 bits)
{
	return !(bits & ~(u32)(capability >> 32));
}

/**
 * vmx_ctl_name() - a control's name in the SDM's words
 * @word: which word.
 * @bit: which bit.
 *
 * Return: a constant string; NULL for a control that vmh does not know.
 */
const char *vmx_ctl_name(enum vmx_ctl_word word, unsigned int bit);

/**
 * vmx_caps_has_true_ctls() - are there IA32_VMX_TRUE_* MSRs?
 * @basic: IA32_VMX_BASIC.
 */
static inline bool vmx_caps_has_true_ctls(u64 basic)
{
	return basic & (1ULL << 55);
}

/**
 * vmx_features_from_caps() - what a processor can do
 * @caps: its capability MSRs; all zero without VMX.
 *
 * Return: VMH_CPU_* bits.
 */
u64 vmx_features_from_caps(const struct vmx_caps *caps);

/**
 * vmx_unusable() - can vmh run on a processor?
 * @caps: its capability MSRs; only @cpuid1_ecx is read when that says there is no VMX.
 *
 * An IA32_FEATURE_CONTROL that is not locked passes: the caller sets and locks it before VMXON.
 *
 * Whether VT-x is in use already is the caller's to find out.
 *
 * Return: VMH_USABLE, or the first reason why not.
 */
enum vmh_unusable vmx_unusable(const struct vmx_caps *caps);

/**
 * vmx_unusable_text() - why vmh cannot run, in words
 * @why: from vmx_unusable().
 * @caps: the processor's MSRs, to name the control that is missing; may be NULL.
 * @buf: filled, NUL-terminated; empty for VMH_USABLE.
 * @size: size of @buf, bytes; that of vmh_info.reason is enough.
 */
void vmx_unusable_text(enum vmh_unusable why, const struct vmx_caps *caps, char *buf, size_t size);

/* Bits of CR4 that guests can have, or that vmh sets itself. */
#define VMX_CR4_USED	(GENMASK_ULL(11, 0) | BIT_ULL(13) | GENMASK_ULL(18, 16) | \
			 GENMASK_ULL(22, 20))

/**
 * enum vmx_invvpid - how to forget what is cached under one VPID: a type of INVVPID
 * @VMX_INVVPID_NONE: there is no such type, and INVEPT has to do.
 * @VMX_INVVPID_SINGLE: that VPID.
 * @VMX_INVVPID_ALL: every VPID.
 */
enum vmx_invvpid {
	VMX_INVVPID_NONE	= 0,
	VMX_INVVPID_SINGLE	= 1,
	VMX_INVVPID_ALL		= 2,
};

/**
 * vmx_invvpid_type() - the least that covers one VPID
 * @caps: the capability MSRs.
 */
enum vmx_invvpid vmx_invvpid_type(const struct vmx_caps *caps);

/**
 * vmx_caps_differ() - does a processor lack what vmh uses?
 * @chosen: the capabilities that the controls were chosen by.
 * @used: the controls that vmh turns on there, all the time or at times.
 * @caps: those of another processor.
 *
 * What a processor can do beyond that is of no interest: those of a hybrid machine are not alike.
 *
 * Return: true when a VMCS that is made for the one cannot be entered on the other.
 */
bool vmx_caps_differ(const struct vmx_caps *chosen, const u32 used[VMX_CTL_WORDS],
		     const struct vmx_caps *caps);

/**
 * vmx_ept_features() - what the EPT builder may use
 * @caps: the capability MSRs.
 *
 * Return: EPT_FEATURE_* bits.
 */
u32 vmx_ept_features(const struct vmx_caps *caps);

#endif /* VMH_VMX_CTLS_H */
