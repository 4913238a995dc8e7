/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What guests are offered of speculation control, on processors of several years and with what
 * their kernels have switched off.
 */
#ifndef VMH_VECTORS_SPEC_CTRL_H
#define VMH_VECTORS_SPEC_CTRL_H

#include <linux/kernel.h>
#include <linux/string.h>
#include <cpuid_policy.h>
#include <spec_ctrl.h>

enum spec_ctrl_what {
	SPEC_OPTIONS,		/* spec_cpuid_options() */
	SPEC_CAPS,		/* spec_arch_caps() */
	SPEC_CAPS_OK,		/* spec_arch_caps_ok() of value */
	SPEC_VALID,		/* spec_ctrl_valid() */
	SPEC_HAS_CTRL,		/* has the guest the MSR, with CPUID 7.EDX and 0x80000008.EBX? */
	SPEC_HAS_PRED,
	SPEC_HAS_FLUSH,
	SPEC_HAS_CAPS,
};

struct spec_ctrl_case {
	const char *name;
	enum spec_ctrl_what what;
	const struct spec_host *host;
	u64 value;
	u32 edx;
	u32 ebx;
	u64 want;
};

#define SPEC_ALL_FEATURES (SPEC_HOST_MSR | SPEC_HOST_IBRS | SPEC_HOST_IBPB | SPEC_HOST_STIBP | \
			   SPEC_HOST_SSBD | SPEC_HOST_L1D_FLUSH)
#define SPEC_ALL_OPTIONS (CPUID_OPTION_SPEC_CTRL | CPUID_OPTION_IBRS | CPUID_OPTION_IBPB | \
			  CPUID_OPTION_STIBP | CPUID_OPTION_SSBD | CPUID_OPTION_L1D_FLUSH)

/* An emulator, or microcode of 2017: nothing there, and nothing known of flaws. */
static const struct spec_host spec_none = { };

/* Skylake with microcode of 2018: plain IBRS, each flaw; the kernel empties the L1 cache. */
static const struct spec_host spec_skylake = { SPEC_ALL_FEATURES | SPEC_HOST_L1D_HIDDEN };

/* The same with l1tf=off. */
static const struct spec_host spec_skylake_l1tf_off = { SPEC_ALL_FEATURES };

/* Cascade Lake: enhanced IBRS, no Meltdown, TSX_CTRL, VERW for fill buffers. */
static const struct spec_host spec_cascade = {
	SPEC_ALL_FEATURES | SPEC_HOST_L1D_HIDDEN, 0x2a4ab, SPEC_CAP_RDCL_NO | SPEC_CAP_MDS_NO,
};

/* Alder Lake: all of leaf 7.2, and BHI_CTRL. */
static const struct spec_host spec_alder = {
	SPEC_ALL_FEATURES | SPEC_HOST_L1D_HIDDEN, 0xd6b | SPEC_CAP_RRSBA,
	SPEC_CAP_RDCL_NO | SPEC_CAP_MDS_NO | SPEC_CAP_GDS_NO | SPEC_CAP_ITS_NO, 0x3f,
};

/* Microcode that the kernel takes for bad: nothing of IA32_SPEC_CTRL is left but IBPB. */
static const struct spec_host spec_bad_microcode = {
	SPEC_HOST_IBPB | SPEC_HOST_L1D_FLUSH, 0, 0, 0x3f,
};

/* Features without the MSR, which no processor has. */
static const struct spec_host spec_no_msr = {
	SPEC_ALL_FEATURES & ~SPEC_HOST_MSR, 0, SPEC_CAP_SSB_NO, 0x3f,
};

/* SSBD alone, as some hypervisors have it for guests of theirs. */
static const struct spec_host spec_ssbd_alone = { SPEC_HOST_MSR | SPEC_HOST_SSBD };

/* Bits of IA32_ARCH_CAPABILITIES that are for MSRs which guests have not, and unknown ones. */
static const struct spec_host spec_all_caps = { 0, ~0ULL };

#define OPTIONS(n, h, wanted) \
	{ .name = "options: " n, .what = SPEC_OPTIONS, .host = &spec_##h, .want = (wanted) }
#define CAPS(n, h, wanted) \
	{ .name = "capabilities: " n, .what = SPEC_CAPS, .host = &spec_##h, .want = (wanted) }
#define CLAIM(n, h, v, yes) \
	{ .name = "claim: " n, .what = SPEC_CAPS_OK, .host = &spec_##h, .value = (v), \
	  .want = (yes) }
#define VALID(n, h, wanted) \
	{ .name = "SPEC_CTRL: " n, .what = SPEC_VALID, .host = &spec_##h, .want = (wanted) }
#define GUEST(n, w, d, b, yes) \
	{ .name = "guest: " n, .what = SPEC_HAS_##w, .edx = (d), .ebx = (b), .want = (yes) }

static const struct spec_ctrl_case spec_ctrl_cases[] = {
	OPTIONS("none", none, 0),
	OPTIONS("Skylake", skylake, SPEC_ALL_OPTIONS),
	OPTIONS("Cascade Lake", cascade, SPEC_ALL_OPTIONS),
	OPTIONS("Alder Lake", alder, SPEC_ALL_OPTIONS),
	OPTIONS("bad microcode", bad_microcode, CPUID_OPTION_IBPB | CPUID_OPTION_L1D_FLUSH),
	OPTIONS("features without the MSR", no_msr,
		CPUID_OPTION_IBPB | CPUID_OPTION_L1D_FLUSH | CPUID_OPTION_SSB_NO),
	OPTIONS("SSBD alone", ssbd_alone, CPUID_OPTION_SPEC_CTRL | CPUID_OPTION_SSBD),
	OPTIONS("SSB_NO of the processor's own", all_caps, CPUID_OPTION_SSB_NO),

	CAPS("none: page sizes are nobody's to change", none, 0x40),
	CAPS("Skylake: the L1 cache is emptied", skylake, 0x48),
	CAPS("Skylake with l1tf=off", skylake_l1tf_off, 0x40),
	CAPS("Cascade Lake: no TSX_CTRL, no TAA_NO", cascade, 0x2a06b),
	CAPS("Alder Lake", alder, 0x400000000408006bULL),
	CAPS("all bits there could be", all_caps, 0x400000001d1ae07fULL),

	CLAIM("nothing", none, 0, true),
	CLAIM("what there is", none, 0x40, true),
	CLAIM("less", cascade, 0x22061, true),
	CLAIM("RDCL_NO where it is not so", skylake, 0x49, false),
	CLAIM("MDS_NO where it is not so", none, 0x20, false),
	CLAIM("TSX_CTRL, which guests have not", cascade, 0x80, false),
	CLAIM("TAA_NO, where nobody has transactions", cascade, 0x100, false),
	CLAIM("an unknown bit", all_caps, 1ULL << 40, false),
	CLAIM("warnings for where the guest may move to", none,
	      SPEC_CAP_RSBA | SPEC_CAP_RRSBA, true),

	VALID("none", none, 0),
	VALID("Skylake", skylake, 7),
	VALID("Alder Lake", alder, 0x5ff),
	VALID("bad microcode", bad_microcode, 0),
	VALID("features without the MSR", no_msr, 0),
	VALID("SSBD alone", ssbd_alone, 4),

	GUEST("no feature, no SPEC_CTRL", CTRL, 0, 0, false),
	GUEST("IBRS and IBPB", CTRL, 1 << 26, 0, true),
	GUEST("STIBP", CTRL, 1 << 27, 0, true),
	GUEST("SSBD", CTRL, 1U << 31, 0, true),
	GUEST("AMD's IBRS", CTRL, 0, 1 << 14, true),
	GUEST("AMD's STIBP", CTRL, 0, 1 << 15, true),
	GUEST("AMD's SSBD", CTRL, 0, 1 << 24, true),
	GUEST("AMD's IBPB is another MSR", CTRL, 0, 1 << 12, false),
	GUEST("other features of the leaves", CTRL, 0x70000000, 0xfe7f2fff, false),
	GUEST("no feature, no PRED_CMD", PRED, 0, 0, false),
	GUEST("PRED_CMD with IBRS", PRED, 1 << 26, 0, true),
	GUEST("PRED_CMD with AMD's IBPB", PRED, 0, 1 << 12, true),
	GUEST("no PRED_CMD with others", PRED, 0xfbffffff, 0xffffefff, false),
	GUEST("FLUSH_CMD", FLUSH, 1 << 28, 0, true),
	GUEST("no FLUSH_CMD with others", FLUSH, 0xefffffff, ~0U, false),
	GUEST("ARCH_CAPABILITIES", CAPS, 1 << 29, 0, true),
	GUEST("no ARCH_CAPABILITIES with others", CAPS, 0xdfffffff, ~0U, false),
};

#undef OPTIONS
#undef CAPS
#undef CLAIM
#undef VALID
#undef GUEST

static inline u64 spec_ctrl_case_guest(const struct spec_ctrl_case *c)
{
	static union {
		struct cpuid_table table;
		u8 room[sizeof(struct cpuid_table) + 2 * sizeof(struct kvm_cpuid_entry2)];
	} guest;
	const struct kvm_cpuid_entry2 entries[] = {
		{ .function = 7, .flags = KVM_CPUID_FLAG_SIGNIFCANT_INDEX, .edx = c->edx },
		{ .function = 0x80000008, .ebx = c->ebx },
	};
	const struct cpuid_caps caps = { };

	cpuid_table_init(&guest.table, ARRAY_SIZE(entries), &caps);
	if (cpuid_table_set(&guest.table, entries, ARRAY_SIZE(entries)))
		return ~0ULL;
	switch (c->what) {
	case SPEC_HAS_CTRL:
		return spec_guest_has_ctrl(&guest.table);
	case SPEC_HAS_PRED:
		return spec_guest_has_pred_cmd(&guest.table);
	case SPEC_HAS_FLUSH:
		return spec_guest_has_flush_cmd(&guest.table);
	default:
		return spec_guest_has_arch_caps(&guest.table);
	}
}

static inline bool spec_ctrl_case_ok(const struct spec_ctrl_case *c, char *why, size_t why_len)
{
	u64 got;

	switch (c->what) {
	case SPEC_OPTIONS:
		got = spec_cpuid_options(c->host);
		break;
	case SPEC_CAPS:
		got = spec_arch_caps(c->host);
		break;
	case SPEC_CAPS_OK:
		got = spec_arch_caps_ok(c->host, c->value);
		break;
	case SPEC_VALID:
		got = spec_ctrl_valid(c->host);
		break;
	default:
		got = spec_ctrl_case_guest(c);
		break;
	}
	snprintf(why, why_len, "%#llx, want %#llx", got, c->want);
	return got == c->want;
}

#endif /* VMH_VECTORS_SPEC_CTRL_H */
