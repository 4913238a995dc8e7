/* SPDX-License-Identifier: GPL-2.0 */
/*
 * VMX capabilities: a processor that can do everything, and the same with one thing missing, or
 * one thing forced, each time.
 */
#ifndef VMH_VECTORS_VMX_CTLS_H
#define VMH_VECTORS_VMX_CTLS_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/vmh.h>
#include <ept.h>
#include <vmx_ctls.h>

enum vmx_ctls_what {
	VMX_ADJUST,		/* vmx_ctl_adjust(): capability a, required b, optional c */
	VMX_UNUSABLE,		/* the full processor without some bits */
	VMX_FEATURES,		/* the same; features lost */
	VMX_EPT_FEATURES,	/* the same; vmx_ept_features() left */
	VMX_DIFFER,		/* the same beside the full one; pin controls b are not used */
	VMX_INVVPID,		/* the same; vmx_invvpid_type() */
	VMX_NMI,		/* vmx_nmi_way(a, b) */
};

/* Bits taken from, or forced upon, the full processor. */
enum vmx_ctls_place {
	VMX_IN_NOTHING,
	VMX_IN_CPUID,
	VMX_IN_FEATURE_CONTROL,	/* added */
	VMX_IN_BASIC,
	VMX_IN_CTL,		/* bits of word that may not be 1 */
	VMX_IN_CTL_FORCED,	/* bits of word that must be 1 */
	VMX_IN_EPT_VPID,
	VMX_IN_MISC,
	VMX_IN_CR4,		/* must be 1 */
	VMX_IN_CR4_MAY,		/* cannot be 1 */
	VMX_IN_NMI,		/* enum vmx_nmi_way */
};

struct vmx_ctls_case {
	const char *name;
	enum vmx_ctls_what what;
	enum vmx_ctls_place place;
	enum vmx_ctl_word word;
	u64 a;
	u32 b;
	u32 c;
	u64 want;
	u32 missing;		/* VMX_ADJUST */
	const char *text;	/* VMX_UNUSABLE: words that must be in it */
};

#define ADJUST(n, cap, required, optional, out, lost) \
	{ .name = "adjust: " n, .what = VMX_ADJUST, .a = (cap), .b = (required), .c = (optional), \
	  .want = (out), .missing = (lost) }
#define BAD_CTL(w, ctl, why, words) \
	{ .name = "without " words, .what = VMX_UNUSABLE, .place = VMX_IN_CTL, \
	  .word = VMX_CTL_WORD_##w, .a = VMX_CTL_##w##_##ctl, .want = VMH_UNUSABLE_##why, \
	  .text = words }
#define SPARE(w, ctl) \
	{ .name = "without " #ctl " on " #w, .what = VMX_UNUSABLE, .place = VMX_IN_CTL, \
	  .word = VMX_CTL_WORD_##w, .a = VMX_CTL_##w##_##ctl, .want = VMH_USABLE, .text = "" }
#define BAD_FORCED(w, ctl, words) \
	{ .name = "forced " words, .what = VMX_UNUSABLE, .place = VMX_IN_CTL_FORCED, \
	  .word = VMX_CTL_WORD_##w, .a = VMX_CTL_##w##_##ctl, .want = VMH_UNUSABLE_NO_CONTROL, \
	  .text = words }
#define BAD(n, p, bits, why, words) \
	{ .name = n, .what = VMX_UNUSABLE, .place = VMX_IN_##p, .a = (bits), \
	  .want = VMH_UNUSABLE_##why, .text = words }
#define GOOD(n, p, bits) \
	{ .name = n, .what = VMX_UNUSABLE, .place = VMX_IN_##p, .a = (bits), .want = VMH_USABLE, \
	  .text = "" }
#define LOST(n, p, w, bits, features) \
	{ .name = "features: " n, .what = VMX_FEATURES, .place = VMX_IN_##p, \
	  .word = VMX_CTL_WORD_##w, .a = (bits), .want = (features) }
#define EPT_LEFT(n, bits, left) \
	{ .name = "EPT: " n, .what = VMX_EPT_FEATURES, .place = VMX_IN_EPT_VPID, .a = (bits), \
	  .want = (left) }
#define INVVPID(n, bits, type) \
	{ .name = "INVVPID: " n, .what = VMX_INVVPID, .place = VMX_IN_EPT_VPID, .a = (bits), \
	  .want = VMX_INVVPID_##type }
#define DIFFER(n, p, bits, yes) \
	{ .name = "differ: " n, .what = VMX_DIFFER, .place = VMX_IN_##p, .a = (bits), \
	  .want = (yes) }
#define DIFFER_UNUSED(n, p, bits, unused, yes) \
	{ .name = "differ: " n, .what = VMX_DIFFER, .place = VMX_IN_##p, .a = (bits), \
	  .b = (unused), .want = (yes) }
#define NMI(n, fred, entry, way) \
	{ .name = "NMI: " n, .what = VMX_NMI, .a = (fred), .b = (entry), .want = VMX_NMI_##way }

/* What vmh uses on the full processor, but for what never is off. */
static const u32 vmx_ctls_used[VMX_CTL_WORDS] = {
	[VMX_CTL_WORD_PIN] = VMX_CTL_PIN_PREEMPTION_TIMER,
	[VMX_CTL_WORD_PROC2] = VMX_CTL_PROC2_RDTSCP,
};

static const struct vmx_ctls_case vmx_ctls_cases[] = {
	ADJUST("nothing asked, nothing forced", 0xffffffff00000000ULL, 0, 0, 0, 0),
	ADJUST("what must be 1 is", 0xffffffff00000016ULL, 0, 0, 0x16, 0),
	ADJUST("required", 0x000000ff00000016ULL, 0x81, 0, 0x97, 0),
	ADJUST("required but not allowed", 0x0000007f00000016ULL, 0x81, 0, 0x17, 0x80),
	ADJUST("optional", 0x000000ff00000016ULL, 0, 0x88, 0x9e, 0),
	ADJUST("optional but not allowed", 0x0000007f00000016ULL, 1, 0x88, 0x1f, 0),
	ADJUST("required and optional", 0x000000ff00000000ULL, 0x80, 0x80, 0x80, 0),
	ADJUST("highest bit", 0xffffffff00000000ULL, 1U << 31, 0, 1U << 31, 0),
	ADJUST("no such word at all", 0, 0x82, 0x10, 0, 0x82),

	GOOD("everything", NOTHING, 0),
	GOOD("feature control not locked", FEATURE_CONTROL, 0),
	GOOD("feature control not locked, VMX off", FEATURE_CONTROL, 1 << 1),
	GOOD("locked with VMX on", FEATURE_CONTROL, 5),
	GOOD("locked with VMX on inside SMX too", FEATURE_CONTROL, 7),
	BAD("locked with VMX off", FEATURE_CONTROL, 1, LOCKED, "firmware"),
	BAD("locked with VMX inside SMX only", FEATURE_CONTROL, 3, LOCKED, "firmware"),
	BAD("no VMX", CPUID, 1 << 5, NO_VMX, "no VT-x"),
	BAD("no EPT walk of 4 levels", EPT_VPID, 1ULL << 6, NO_EPT_WALK, "4 levels"),
	BAD("no EPT write-back", EPT_VPID, 1ULL << 14, NO_EPT_WRITE_BACK, "write-back"),
	BAD("no INVEPT", EPT_VPID, 1ULL << 20, NO_INVEPT, "INVEPT"),
	GOOD("no single-context INVEPT", EPT_VPID, 1ULL << 25),
	BAD("no all-context INVEPT", EPT_VPID, 1ULL << 26, NO_INVEPT, "INVEPT"),
	GOOD("no INVVPID", EPT_VPID, 1ULL << 32),
	GOOD("no single-context INVVPID", EPT_VPID, 1ULL << 41),
	BAD("neither EPT's nor VPID's capabilities", EPT_VPID, ~0ULL, NO_EPT_WALK, "EPT"),
	BAD("no INS/OUTS information", BASIC, 1ULL << 54, NO_IO_INFO, "INS and OUTS"),
	BAD("no way to hand on an NMI", NMI, VMX_NMI_NONE, FRED, "fred=off"),
	GOOD("NMIs handed on by FRED's entry", NMI, VMX_NMI_FRED),
	NMI("an IDT", false, false, INT2),
	NMI("an IDT, on a kernel that can do FRED", false, true, INT2),
	NMI("FRED with an entry for hypervisors", true, true, FRED),
	NMI("FRED without one", true, false, NONE),
	GOOD("no 2M pages", EPT_VPID, 1ULL << 16),
	GOOD("no 1G pages", EPT_VPID, 1ULL << 17),
	GOOD("no accessed bits", EPT_VPID, 1ULL << 21),
	GOOD("no execute-only pages", EPT_VPID, 1ULL << 0),
	GOOD("no uncacheable EPT", EPT_VPID, 1ULL << 8),

	BAD_CTL(PROC2, EPT, NO_EPT, "EPT"),
	{ .name = "no VPID", .what = VMX_UNUSABLE, .place = VMX_IN_CTL, .word = VMX_CTL_WORD_PROC2,
	  .a = VMX_CTL_PROC2_VPID, .want = VMH_USABLE, .text = "" },
	BAD_CTL(PROC2, UNRESTRICTED, NO_UNRESTRICTED, "unrestricted guest"),
	BAD_CTL(PIN, EXT_INTR, NO_CONTROL, ": external-interrupt exiting"),
	BAD_CTL(PIN, NMI, NO_CONTROL, ": NMI exiting"),
	BAD_CTL(PIN, VIRTUAL_NMIS, NO_CONTROL, ": virtual NMIs"),
	BAD_CTL(PROC, INTR_WINDOW, NO_CONTROL, ": interrupt-window exiting"),
	BAD_CTL(PROC, NMI_WINDOW, NO_CONTROL, ": NMI-window exiting"),
	BAD_CTL(PROC, TSC_OFFSET, NO_CONTROL, ": use TSC offsetting"),
	BAD_CTL(PROC, HLT, NO_CONTROL, ": HLT exiting"),
	BAD_CTL(PROC, MWAIT, NO_CONTROL, ": MWAIT exiting"),
	BAD_CTL(PROC, RDPMC, NO_CONTROL, ": RDPMC exiting"),
	BAD_CTL(PROC, CR8_LOAD, NO_CONTROL, ": CR8-load exiting"),
	BAD_CTL(PROC, CR8_STORE, NO_CONTROL, ": CR8-store exiting"),
	BAD_CTL(PROC, MOV_DR, NO_CONTROL, ": MOV-DR exiting"),
	BAD_CTL(PROC, UNCOND_IO, NO_CONTROL, ": unconditional I/O exiting"),
	BAD_CTL(PROC, MSR_BITMAPS, NO_CONTROL, ": use MSR bitmaps"),
	BAD_CTL(PROC, MONITOR, NO_CONTROL, ": MONITOR exiting"),
	BAD_CTL(PROC, SECONDARY, NO_CONTROL, ": activate secondary controls"),
	BAD_CTL(EXIT, SAVE_DEBUG, NO_CONTROL, ": save debug controls"),
	BAD_CTL(EXIT, HOST_64, NO_CONTROL, ": host address-space size"),
	SPARE(EXIT, SAVE_PAT),
	SPARE(EXIT, LOAD_PAT),
	SPARE(EXIT, SAVE_EFER),
	BAD_CTL(EXIT, LOAD_EFER, NO_CONTROL, ": load IA32_EFER on exit"),
	BAD_CTL(ENTRY, LOAD_DEBUG, NO_CONTROL, ": load debug controls"),
	BAD_CTL(ENTRY, GUEST_64, NO_CONTROL, ": IA-32e mode guest"),
	SPARE(ENTRY, LOAD_PAT),
	BAD_CTL(ENTRY, LOAD_EFER, NO_CONTROL, ": load IA32_EFER on entry"),
	BAD_FORCED(PROC, CR3_LOAD, ": CR3-load exiting"),
	BAD_FORCED(PROC, CR3_STORE, ": CR3-store exiting"),
	BAD_FORCED(PROC, INVLPG, ": INVLPG exiting"),
	BAD_FORCED(PROC, RDTSC, ": RDTSC exiting"),
	BAD_FORCED(PROC, INTR_WINDOW, ": interrupt-window exiting"),
	BAD_FORCED(PROC, MONITOR_TRAP, ": monitor trap flag"),
	BAD_FORCED(PROC2, APIC_ACCESSES, ": virtualize APIC accesses"),
	BAD_FORCED(PROC2, DESCRIPTOR, ": descriptor-table exiting"),
	BAD_FORCED(PROC2, RDRAND, ": RDRAND exiting"),
	BAD_FORCED(PROC2, RDSEED, ": RDSEED exiting"),
	BAD_FORCED(PROC2, BUS_LOCK, ": VMM bus-lock detection"),

	LOST("all there", NOTHING, PIN, 0, 0),
	LOST("no VMX, nothing else", CPUID, PIN, 1 << 5, (1ULL << 18) - 1),
	LOST("no EPT control", CTL, PROC2, VMX_CTL_PROC2_EPT,
	     VMH_CPU_EPT | VMH_CPU_EPT_2M | VMH_CPU_EPT_1G | VMH_CPU_EPT_AD),
	LOST("no write-back", EPT_VPID, PIN, 1ULL << 14, VMH_CPU_EPT),
	LOST("no VPID", CTL, PROC2, VMX_CTL_PROC2_VPID, VMH_CPU_VPID),
	LOST("no INVVPID", EPT_VPID, PIN, 1ULL << 32, 0),
	LOST("no unrestricted guest", CTL, PROC2, VMX_CTL_PROC2_UNRESTRICTED,
	     VMH_CPU_UNRESTRICTED_GUEST),
	LOST("no 2M pages", EPT_VPID, PIN, 1ULL << 16, VMH_CPU_EPT_2M),
	LOST("no 1G pages", EPT_VPID, PIN, 1ULL << 17, VMH_CPU_EPT_1G),
	LOST("no accessed bits, so no PML", EPT_VPID, PIN, 1ULL << 21,
	     VMH_CPU_EPT_AD | VMH_CPU_PML),
	LOST("no PML", CTL, PROC2, VMX_CTL_PROC2_PML, VMH_CPU_PML),
	LOST("no APIC registers", CTL, PROC2, VMX_CTL_PROC2_APIC_REGISTERS,
	     VMH_CPU_APIC_REGISTER_VIRT),
	LOST("no interrupt delivery", CTL, PROC2, VMX_CTL_PROC2_VIRT_INTR,
	     VMH_CPU_VIRT_INTR_DELIVERY),
	LOST("no posted interrupts", CTL, PIN, VMX_CTL_PIN_POSTED_INTR, VMH_CPU_POSTED_INTR),
	LOST("no preemption timer", CTL, PIN, VMX_CTL_PIN_PREEMPTION_TIMER,
	     VMH_CPU_PREEMPTION_TIMER),
	LOST("no TSC scaling", CTL, PROC2, VMX_CTL_PROC2_TSC_SCALING, VMH_CPU_TSC_SCALING),
	LOST("no XSAVES", CTL, PROC2, VMX_CTL_PROC2_XSAVES, VMH_CPU_XSAVES),
	LOST("no MSR bitmaps", CTL, PROC, VMX_CTL_PROC_MSR_BITMAPS, VMH_CPU_MSR_BITMAPS),
	LOST("no INVPCID", CTL, PROC2, VMX_CTL_PROC2_INVPCID, VMH_CPU_INVPCID),
	LOST("no RDTSCP", CTL, PROC2, VMX_CTL_PROC2_RDTSCP, VMH_CPU_RDTSCP),
	LOST("no PAUSE loops", CTL, PROC2, VMX_CTL_PROC2_PAUSE_LOOP, VMH_CPU_PAUSE_LOOP_EXITING),
	LOST("no secondary controls", CTL, PROC2, 0xffffffff,
	     ((1ULL << 18) - 1) & ~(VMH_CPU_VMX | VMH_CPU_POSTED_INTR | VMH_CPU_PREEMPTION_TIMER |
				    VMH_CPU_MSR_BITMAPS)),

	EPT_LEFT("all", 0,
		 EPT_FEATURE_2M | EPT_FEATURE_1G | EPT_FEATURE_AD | EPT_FEATURE_EXEC_ONLY),
	EPT_LEFT("no 2M", 1ULL << 16, EPT_FEATURE_1G | EPT_FEATURE_AD | EPT_FEATURE_EXEC_ONLY),
	EPT_LEFT("no 1G", 1ULL << 17, EPT_FEATURE_2M | EPT_FEATURE_AD | EPT_FEATURE_EXEC_ONLY),
	EPT_LEFT("no accessed bits", 1ULL << 21,
		 EPT_FEATURE_2M | EPT_FEATURE_1G | EPT_FEATURE_EXEC_ONLY),
	EPT_LEFT("no execute only", 1, EPT_FEATURE_2M | EPT_FEATURE_1G | EPT_FEATURE_AD),

	INVVPID("all there", 0, SINGLE),
	INVVPID("no single-context type", 1ULL << 41, ALL),
	INVVPID("only individual addresses", 3ULL << 41, NONE),
	INVVPID("none", 1ULL << 32, NONE),
	INVVPID("none, types or not", 1ULL << 32 | 3ULL << 41, NONE),

	DIFFER("alike", NOTHING, 0, 0),
	DIFFER("feature control is each processor's own", FEATURE_CONTROL, 1, 0),
	DIFFER("other bits of CPUID do not matter", CPUID, 1 << 0, 0),
	DIFFER("no VMX on one", CPUID, 1 << 5, 1),
	DIFFER("no tertiary controls on one, which are not used", BASIC, 1ULL << 49, 0),
	DIFFER("VMCS revision", BASIC, 1, 1),
	DIFFER("VMCS size", BASIC, 1ULL << 44, 1),
	DIFFER("INS/OUTS information", BASIC, 1ULL << 54, 1),
	DIFFER("a control", CTL, VMX_CTL_PIN_PREEMPTION_TIMER, 1),
	DIFFER_UNUSED("a control that is not used", CTL, VMX_CTL_PIN_PREEMPTION_TIMER,
		      VMX_CTL_PIN_PREEMPTION_TIMER, 0),
	DIFFER("a control that is always on", CTL, VMX_CTL_PIN_NMI, 1),
	DIFFER("a control that nobody asked for", CTL, VMX_CTL_PIN_POSTED_INTR, 0),
	DIFFER("a control that must be on, and is off", CTL_FORCED, VMX_CTL_PIN_POSTED_INTR, 1),
	DIFFER("a control that must be on, and is", CTL_FORCED, VMX_CTL_PIN_NMI, 0),
	DIFFER("1G pages", EPT_VPID, 1ULL << 17, 1),
	DIFFER("EPT of 5 levels, which is not used", EPT_VPID, 1ULL << 7, 0),
	DIFFER("INVEPT", EPT_VPID, 1ULL << 25, 1),
	DIFFER("INVVPID", EPT_VPID, 1ULL << 41, 1),
	DIFFER("INVVPID of an address, which is not used", EPT_VPID, 1ULL << 40, 0),
	DIFFER("the timer's rate", MISC, 1, 1),
	DIFFER_UNUSED("the rate of a timer that is not used", MISC, 1,
		      VMX_CTL_PIN_PREEMPTION_TIMER, 0),
	DIFFER("activity states, which are not used", MISC, 1 << 6, 0),
	DIFFER("CR4", CR4, 1 << 13, 1),
	DIFFER("SMEP", CR4_MAY, 1 << 20, 1),
	DIFFER("LAM, which is not offered", CR4_MAY, 1 << 28, 0),
};

#undef ADJUST
#undef BAD_CTL
#undef SPARE
#undef BAD_FORCED
#undef BAD
#undef GOOD
#undef LOST
#undef EPT_LEFT
#undef INVVPID
#undef DIFFER
#undef DIFFER_UNUSED

static inline void vmx_ctls_full(struct vmx_caps *caps)
{
	u32 word;

	memset(caps, 0, sizeof(*caps));
	caps->cpuid1_ecx = U32_MAX;
	caps->basic = U64_MAX;
	for (word = 0; word < VMX_CTL_WORDS; word++)
		caps->ctls[word] = 0xffffffff00000000ULL;
	caps->ept_vpid = U64_MAX;
	caps->misc = U64_MAX;
	caps->cr0_fixed1 = U32_MAX;
	caps->cr4_fixed1 = U64_MAX;
}

static inline void vmx_ctls_spoil(const struct vmx_ctls_case *c, struct vmx_caps *caps)
{
	switch (c->place) {
	case VMX_IN_NOTHING:
		break;
	case VMX_IN_CPUID:
		caps->cpuid1_ecx &= ~c->a;
		break;
	case VMX_IN_FEATURE_CONTROL:
		caps->feature_control |= c->a;
		break;
	case VMX_IN_BASIC:
		caps->basic &= ~c->a;
		break;
	case VMX_IN_CTL:
		caps->ctls[c->word] &= ~(c->a << 32);
		break;
	case VMX_IN_CTL_FORCED:
		caps->ctls[c->word] |= c->a;
		break;
	case VMX_IN_EPT_VPID:
		caps->ept_vpid &= ~c->a;
		break;
	case VMX_IN_MISC:
		caps->misc &= ~c->a;
		break;
	case VMX_IN_CR4:
		caps->cr4_fixed0 |= c->a;
		break;
	case VMX_IN_CR4_MAY:
		caps->cr4_fixed1 &= ~c->a;
		break;
	case VMX_IN_NMI:
		caps->nmi = c->a;
		break;
	}
}

static inline bool vmx_ctls_case_adjust(const struct vmx_ctls_case *c, char *why, size_t why_len)
{
	u32 out = 0xdead, missing = 0xdead;
	int ret = vmx_ctl_adjust(c->a, c->b, c->c, &out, &missing);

	snprintf(why, why_len, "returned %d: %#x, missing %#x", ret, out, missing);
	return ret == (c->missing ? -EOPNOTSUPP : 0) && out == c->want && missing == c->missing &&
	       vmx_ctl_adjust(c->a, c->b, c->c, &out, NULL) == ret;
}

static inline bool vmx_ctls_case_unusable(const struct vmx_ctls_case *c,
					  const struct vmx_caps *caps, char *why, size_t why_len)
{
	enum vmh_unusable got = vmx_unusable(caps);
	char text[sizeof_field(struct vmh_info, reason)];

	vmx_unusable_text(got, caps, text, sizeof(text));
	snprintf(why, why_len, "%d, \"%s\"", (int)got, text);
	/* The whole text must have fitted. */
	return got == (enum vmh_unusable)c->want && strstr(text, c->text) &&
	       strlen(text) < sizeof(text) - 1 && !text[0] == (got == VMH_USABLE);
}

static inline bool vmx_ctls_case_differ(const struct vmx_ctls_case *c, const struct vmx_caps *full,
					const struct vmx_caps *caps)
{
	u32 used[VMX_CTL_WORDS];

	memcpy(used, vmx_ctls_used, sizeof(used));
	used[VMX_CTL_WORD_PIN] &= ~c->b;
	return vmx_caps_differ(full, used, caps);
}

static inline bool vmx_ctls_case_ok(const struct vmx_ctls_case *c, char *why, size_t why_len)
{
	struct vmx_caps full, caps;
	u64 got;

	vmx_ctls_full(&full);
	vmx_ctls_full(&caps);
	vmx_ctls_spoil(c, &caps);
	switch (c->what) {
	case VMX_ADJUST:
		return vmx_ctls_case_adjust(c, why, why_len);
	case VMX_UNUSABLE:
		return vmx_ctls_case_unusable(c, &caps, why, why_len);
	case VMX_FEATURES:
		got = vmx_features_from_caps(&full) & ~vmx_features_from_caps(&caps);
		break;
	case VMX_EPT_FEATURES:
		got = vmx_ept_features(&caps);
		break;
	case VMX_INVVPID:
		got = vmx_invvpid_type(&caps);
		break;
	case VMX_DIFFER:
		got = vmx_ctls_case_differ(c, &full, &caps);
		break;
	case VMX_NMI:
		got = vmx_nmi_way(c->a, c->b);
		break;
	default:
		return false;
	}
	snprintf(why, why_len, "%#llx, want %#llx", got, c->want);
	return got == c->want;
}

#endif /* VMH_VECTORS_VMX_CTLS_H */
