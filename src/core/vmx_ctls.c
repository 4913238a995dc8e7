// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/bitops.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "ept.h"
#include "vmx_ctls.h"

#define CPUID1_ECX_VMX		BIT(5)

/* IA32_VMX_BASIC: exits for INS and OUTS tell segment and address size. */
#define BASIC_STRING_IO_INFO	BIT_ULL(54)

/* IA32_VMX_BASIC: what a VMCS looks like in memory: revision, its size, and the memory's type. */
#define BASIC_VMCS		(GENMASK_ULL(30, 0) | GENMASK_ULL(44, 32) | GENMASK_ULL(53, 50))

/* IA32_VMX_MISC: how often the preemption timer counts. */
#define MISC_TIMER_RATE		GENMASK_ULL(4, 0)

/* IA32_VMX_EPT_VPID_CAP. */
#define CAP_EPT_EXEC_ONLY	BIT_ULL(0)
#define CAP_EPT_WALK_4		BIT_ULL(6)
#define CAP_EPT_WB		BIT_ULL(14)
#define CAP_EPT_2M		BIT_ULL(16)
#define CAP_EPT_1G		BIT_ULL(17)
#define CAP_INVEPT		BIT_ULL(20)
#define CAP_EPT_AD		BIT_ULL(21)
#define CAP_INVEPT_SINGLE	BIT_ULL(25)
#define CAP_INVEPT_ALL		BIT_ULL(26)
#define CAP_INVVPID		BIT_ULL(32)
#define CAP_INVVPID_SINGLE	BIT_ULL(41)
#define CAP_INVVPID_ALL		BIT_ULL(42)

#define CAP_EPT_NEEDED		(CAP_EPT_WALK_4 | CAP_EPT_WB | CAP_INVEPT | CAP_INVEPT_ALL)
#define CAP_EPT_USED		(CAP_EPT_NEEDED | CAP_EPT_EXEC_ONLY | CAP_EPT_2M | CAP_EPT_1G | \
				 CAP_EPT_AD | CAP_INVEPT_SINGLE)

const u32 vmx_ctl_minimum[VMX_CTL_WORDS] = {
	[VMX_CTL_WORD_PIN] = VMX_CTL_PIN_EXT_INTR | VMX_CTL_PIN_NMI | VMX_CTL_PIN_VIRTUAL_NMIS,
	/* What a guest does not always have of its own is emulated: ports, debug registers, CR8. */
	[VMX_CTL_WORD_PROC] = VMX_CTL_PROC_TSC_OFFSET | VMX_CTL_PROC_HLT | VMX_CTL_PROC_MWAIT |
			      VMX_CTL_PROC_RDPMC | VMX_CTL_PROC_CR8_LOAD | VMX_CTL_PROC_CR8_STORE |
			      VMX_CTL_PROC_MOV_DR | VMX_CTL_PROC_UNCOND_IO |
			      VMX_CTL_PROC_MSR_BITMAPS | VMX_CTL_PROC_MONITOR |
			      VMX_CTL_PROC_SECONDARY,
	[VMX_CTL_WORD_PROC2] = VMX_CTL_PROC2_EPT | VMX_CTL_PROC2_UNRESTRICTED,
	/* Exits need not acknowledge interrupts: see vmx_posted_choose(). */
	[VMX_CTL_WORD_EXIT] = VMX_CTL_EXIT_SAVE_DEBUG | VMX_CTL_EXIT_HOST_64 |
			      VMX_CTL_EXIT_LOAD_EFER,
	[VMX_CTL_WORD_ENTRY] = VMX_CTL_ENTRY_LOAD_DEBUG | VMX_CTL_ENTRY_LOAD_EFER,
};

/* Turned on and off while a guest runs, so they must be possible, and to have off too. */
static const u32 vmx_ctl_switched[VMX_CTL_WORDS] = {
	[VMX_CTL_WORD_PROC] = VMX_CTL_PROC_INTR_WINDOW | VMX_CTL_PROC_NMI_WINDOW |
			      VMX_CTL_PROC_MOV_DR,
	[VMX_CTL_WORD_ENTRY] = VMX_CTL_ENTRY_GUEST_64,
};

/* Exits that nobody handles, and so must be possible to have off. */
static const u32 vmx_ctl_unwanted[VMX_CTL_WORDS] = {
	[VMX_CTL_WORD_PROC] = VMX_CTL_PROC_INVLPG | VMX_CTL_PROC_CR3_LOAD |
			      VMX_CTL_PROC_CR3_STORE | VMX_CTL_PROC_RDTSC |
			      VMX_CTL_PROC_MONITOR_TRAP,
	[VMX_CTL_WORD_PROC2] = VMX_CTL_PROC2_APIC_ACCESSES | VMX_CTL_PROC2_DESCRIPTOR |
			       VMX_CTL_PROC2_RDRAND | VMX_CTL_PROC2_RDSEED |
			       VMX_CTL_PROC2_BUS_LOCK,
};

/* A capability beyond controls that no VM can do without, and the reason when it is missing. */
struct vmx_needed_row {
	u64 ept_vpid;
	enum vmh_unusable why;
};

static const struct vmx_needed_row vmx_needed_rows[] = {
	{ CAP_EPT_WALK_4, VMH_UNUSABLE_NO_EPT_WALK },
	{ CAP_EPT_WB, VMH_UNUSABLE_NO_EPT_WRITE_BACK },
	{ CAP_INVEPT | CAP_INVEPT_ALL, VMH_UNUSABLE_NO_INVEPT },
};

/* What the capability MSRs say of each feature; all of a row must hold. */
struct vmx_feature_row {
	u64 feature;
	enum vmx_ctl_word word;
	u32 control;
	u64 ept_vpid;
};

static const struct vmx_feature_row vmx_feature_rows[] = {
	{ VMH_CPU_EPT, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_EPT, CAP_EPT_NEEDED },
	{ VMH_CPU_VPID, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_VPID, 0 },
	{ VMH_CPU_UNRESTRICTED_GUEST, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_UNRESTRICTED, 0 },
	{ VMH_CPU_EPT_2M, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_EPT, CAP_EPT_2M },
	{ VMH_CPU_EPT_1G, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_EPT, CAP_EPT_1G },
	{ VMH_CPU_EPT_AD, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_EPT, CAP_EPT_AD },
	{ VMH_CPU_PML, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_PML, CAP_EPT_AD },
	{ VMH_CPU_APIC_REGISTER_VIRT, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_APIC_REGISTERS, 0 },
	{ VMH_CPU_VIRT_INTR_DELIVERY, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_VIRT_INTR, 0 },
	{ VMH_CPU_POSTED_INTR, VMX_CTL_WORD_PIN, VMX_CTL_PIN_POSTED_INTR, 0 },
	{ VMH_CPU_PREEMPTION_TIMER, VMX_CTL_WORD_PIN, VMX_CTL_PIN_PREEMPTION_TIMER, 0 },
	{ VMH_CPU_TSC_SCALING, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_TSC_SCALING, 0 },
	{ VMH_CPU_XSAVES, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_XSAVES, 0 },
	{ VMH_CPU_MSR_BITMAPS, VMX_CTL_WORD_PROC, VMX_CTL_PROC_MSR_BITMAPS, 0 },
	{ VMH_CPU_INVPCID, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_INVPCID, 0 },
	{ VMH_CPU_RDTSCP, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_RDTSCP, 0 },
	{ VMH_CPU_PAUSE_LOOP_EXITING, VMX_CTL_WORD_PROC2, VMX_CTL_PROC2_PAUSE_LOOP, 0 },
};

static u32 vmx_must_be_1(u64 capability)
{
	return (u32)capability;
}

static u32 vmx_may_be_1(u64 capability)
{
	return capability >> 32;
}

int vmx_ctl_adjust(u64 capability, u32 required, u32 optional, u32 *out, u32 *missing)
{
	u32 lost = required & ~vmx_may_be_1(capability);

	*out = ((required | optional) & vmx_may_be_1(capability)) | vmx_must_be_1(capability);
	if (missing)
		*missing = lost;
	return lost ? -EOPNOTSUPP : 0;
}

u64 vmx_features_from_caps(const struct vmx_caps *caps)
{
	u64 features = VMH_CPU_VMX;
	size_t i;

	if (!(caps->cpuid1_ecx & CPUID1_ECX_VMX))
		return 0;
	for (i = 0; i < ARRAY_SIZE(vmx_feature_rows); i++) {
		const struct vmx_feature_row *row = &vmx_feature_rows[i];

		if (!(row->control & ~vmx_may_be_1(caps->ctls[row->word])) &&
		    !(row->ept_vpid & ~caps->ept_vpid))
			features |= row->feature;
	}
	return features;
}

/* The controls of a word that are missing, or cannot be off although they must. */
static u32 vmx_ctl_wrong(const struct vmx_caps *caps, enum vmx_ctl_word word)
{
	u32 needed = vmx_ctl_minimum[word] | vmx_ctl_switched[word];
	u32 off = vmx_ctl_unwanted[word] | vmx_ctl_switched[word];

	return (needed & ~vmx_may_be_1(caps->ctls[word])) | (off & vmx_must_be_1(caps->ctls[word]));
}

static bool vmx_has_controls(const struct vmx_caps *caps)
{
	int word;

	for (word = 0; word < VMX_CTL_WORDS; word++)
		if (vmx_ctl_wrong(caps, word))
			return false;
	return true;
}

/* EPT: the control, and what it is no use without. */
static enum vmh_unusable vmx_ept_unusable(const struct vmx_caps *caps)
{
	size_t i;

	if (!(vmx_may_be_1(caps->ctls[VMX_CTL_WORD_PROC2]) & VMX_CTL_PROC2_EPT))
		return VMH_UNUSABLE_NO_EPT;
	for (i = 0; i < ARRAY_SIZE(vmx_needed_rows); i++)
		if (vmx_needed_rows[i].ept_vpid & ~caps->ept_vpid)
			return vmx_needed_rows[i].why;
	return VMH_USABLE;
}

enum vmh_unusable vmx_unusable(const struct vmx_caps *caps)
{
	u64 features = vmx_features_from_caps(caps);
	enum vmh_unusable why = vmx_ept_unusable(caps);

	if (!features)
		return VMH_UNUSABLE_NO_VMX;
	if ((caps->feature_control & VMX_FEATURE_CONTROL_LOCKED) &&
	    !(caps->feature_control & VMX_FEATURE_CONTROL_OUTSIDE_SMX))
		return VMH_UNUSABLE_LOCKED;
	if (why != VMH_USABLE)
		return why;
	if (!(features & VMH_CPU_UNRESTRICTED_GUEST))
		return VMH_UNUSABLE_NO_UNRESTRICTED;
	if (!(caps->basic & BASIC_STRING_IO_INFO))
		return VMH_UNUSABLE_NO_IO_INFO;
	if (!vmx_has_controls(caps))
		return VMH_UNUSABLE_NO_CONTROL;
	return caps->nmi == VMX_NMI_NONE ? VMH_UNUSABLE_FRED : VMH_USABLE;
}

static const char *vmx_unusable_reason(enum vmh_unusable why)
{
	switch (why) {
	case VMH_USABLE:
		return "";
	case VMH_UNUSABLE_NO_VMX:
		return "the processor has no VT-x, or it is hidden from this system";
	case VMH_UNUSABLE_LOCKED:
		return "VT-x is switched off and locked by the firmware: see its setup";
	case VMH_UNUSABLE_NO_EPT:
		return "VT-x lacks extended page tables (EPT)";
	case VMH_UNUSABLE_NO_EPT_WALK:
		return "VT-x lacks extended page tables (EPT) of 4 levels";
	case VMH_UNUSABLE_NO_EPT_WRITE_BACK:
		return "VT-x lacks extended page tables (EPT) in write-back memory";
	case VMH_UNUSABLE_NO_INVEPT:
		return "VT-x lacks INVEPT for all contexts";
	case VMH_UNUSABLE_NO_IO_INFO:
		return "VT-x lacks exit information about INS and OUTS";
	case VMH_UNUSABLE_NO_VPID:
		break;
	case VMH_UNUSABLE_NO_UNRESTRICTED:
		return "VT-x lacks unrestricted guests";
	case VMH_UNUSABLE_NO_CONTROL:
		return "VT-x lacks a control that vmh needs";
	case VMH_UNUSABLE_IN_USE:
		return "VT-x is in use: by KVM (load it with enable_virt_at_load=0), or by another";
	case VMH_UNUSABLE_CPUS_DIFFER:
		return "the processors of this machine differ in their VT-x features";
	case VMH_UNUSABLE_SHUTDOWN:
		return "the machine is shutting down, or has come back from sleep without VT-x";
	case VMH_UNUSABLE_FRED:
		return "the kernel takes NMIs by FRED and offers no way to hand on one: fred=off";
	}
	return "unknown";
}

/* The first control that makes the machine unusable. */
static const char *vmx_wrong_control(const struct vmx_caps *caps)
{
	int word;

	for (word = 0; word < VMX_CTL_WORDS; word++) {
		u32 wrong = vmx_ctl_wrong(caps, word);

		if (wrong)
			return vmx_ctl_name(word, __ffs(wrong));
	}
	return "none";
}

void vmx_unusable_text(enum vmh_unusable why, const struct vmx_caps *caps, char *buf, size_t size)
{
	size_t len = scnprintf(buf, size, "%s", vmx_unusable_reason(why));

	if (why == VMH_UNUSABLE_NO_CONTROL && caps)
		scnprintf(buf + len, size - len, ": %s", vmx_wrong_control(caps));
}

enum vmx_invvpid vmx_invvpid_type(const struct vmx_caps *caps)
{
	if (!(caps->ept_vpid & CAP_INVVPID))
		return VMX_INVVPID_NONE;
	if (caps->ept_vpid & CAP_INVVPID_SINGLE)
		return VMX_INVVPID_SINGLE;
	return caps->ept_vpid & CAP_INVVPID_ALL ? VMX_INVVPID_ALL : VMX_INVVPID_NONE;
}

/* Bits that are 1 on one processor, and cannot be, or must not be 0, on another. */
static bool vmx_bits_differ(u64 used, u64 must_be_1, u64 fixed0, u64 fixed1)
{
	return (used & ~fixed1) || (fixed0 & ~must_be_1);
}

static bool vmx_controls_differ(const struct vmx_caps *chosen, const u32 used[VMX_CTL_WORDS],
				const struct vmx_caps *caps)
{
	int word;

	for (word = 0; word < VMX_CTL_WORDS; word++) {
		u32 on = vmx_ctl_minimum[word] | vmx_must_be_1(chosen->ctls[word]);
		u64 theirs = caps->ctls[word];

		if (vmx_bits_differ(used[word] | on | vmx_ctl_switched[word], on,
				    vmx_must_be_1(theirs), vmx_may_be_1(theirs)))
			return true;
	}
	return false;
}

static bool vmx_registers_differ(const struct vmx_caps *chosen, const struct vmx_caps *caps)
{
	/* CR0's bits are the guest's in all processors; of CR4's, those that are offered. */
	u64 cr4 = chosen->cr4_fixed1 & VMX_CR4_USED;

	return vmx_bits_differ(chosen->cr0_fixed1 & U32_MAX, chosen->cr0_fixed0, caps->cr0_fixed0,
			       caps->cr0_fixed1) ||
	       vmx_bits_differ(cr4, chosen->cr4_fixed0, caps->cr4_fixed0, caps->cr4_fixed1);
}

bool vmx_caps_differ(const struct vmx_caps *chosen, const u32 used[VMX_CTL_WORDS],
		     const struct vmx_caps *caps)
{
	const u64 ept = chosen->ept_vpid & CAP_EPT_USED;
	const u64 basic = BASIC_VMCS | BASIC_STRING_IO_INFO;
	const bool timer = used[VMX_CTL_WORD_PIN] & VMX_CTL_PIN_PREEMPTION_TIMER;

	return !(caps->cpuid1_ecx & CPUID1_ECX_VMX) || ((chosen->basic ^ caps->basic) & basic) ||
	       vmx_controls_differ(chosen, used, caps) || (ept & ~caps->ept_vpid) ||
	       vmx_invvpid_type(chosen) != vmx_invvpid_type(caps) ||
	       (timer && ((chosen->misc ^ caps->misc) & MISC_TIMER_RATE)) ||
	       vmx_registers_differ(chosen, caps);
}

u32 vmx_ept_features(const struct vmx_caps *caps)
{
	u32 features = 0;

	if (caps->ept_vpid & CAP_EPT_2M)
		features |= EPT_FEATURE_2M;
	if (caps->ept_vpid & CAP_EPT_1G)
		features |= EPT_FEATURE_1G;
	if (caps->ept_vpid & CAP_EPT_AD)
		features |= EPT_FEATURE_AD;
	if (caps->ept_vpid & CAP_EPT_EXEC_ONLY)
		features |= EPT_FEATURE_EXEC_ONLY;
	return features;
}
