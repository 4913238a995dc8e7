// SPDX-License-Identifier: GPL-2.0
#include "table.h"
#include "../vectors/vmx_ctls.h"

TABLE_TEST(vmx_ctls)

START_TEST(reasons)
{
	char text[sizeof_field(struct vmh_info, reason)];
	enum vmh_unusable a, b;

	/* Each reason has words of its own, which fit, with or without the MSRs at hand. */
	for (a = VMH_USABLE; a <= VMH_UNUSABLE_FRED; a++) {
		char other[sizeof(text)];

		vmx_unusable_text(a, NULL, text, sizeof(text));
		ck_assert_uint_lt(strlen(text), sizeof(text) - 1);
		for (b = VMH_USABLE; b < a; b++) {
			vmx_unusable_text(b, NULL, other, sizeof(other));
			ck_assert_str_ne(text, other);
		}
	}
	vmx_unusable_text(VMH_UNUSABLE_FRED + 1, NULL, text, sizeof(text));
	ck_assert_str_eq(text, "unknown");
	vmx_unusable_text(VMH_UNUSABLE_IN_USE, NULL, text, 5);
	ck_assert_str_eq(text, "VT-x");
}
END_TEST

START_TEST(names)
{
	unsigned int word, bit;

	for (word = 0; word < VMX_CTL_WORDS; word++)
		for (bit = 0; bit < 32; bit++)
			if (vmx_ctl_minimum[word] & 1U << bit)
				ck_assert_ptr_nonnull(vmx_ctl_name(word, bit));
	ck_assert_str_eq(vmx_ctl_name(VMX_CTL_WORD_PROC2, 1), "enable EPT");
	ck_assert_ptr_null(vmx_ctl_name(VMX_CTL_WORD_PIN, 1));
	ck_assert_ptr_null(vmx_ctl_name(VMX_CTL_WORD_PROC, 32));
}
END_TEST

/*
 * The capability MSRs of a Skylake server. What must be 1 has to be in the words that are chosen,
 * and nothing that may not be.
 */
START_TEST(skylake)
{
	const struct vmx_caps caps = {
		.cpuid1_ecx = 0x7ffefbff,
		.feature_control = 5,
		.basic = 0xda040000000004ULL,
		.ctls = {
			[VMX_CTL_WORD_PIN] = 0x7f00000016ULL,
			[VMX_CTL_WORD_PROC] = 0xfff9fffe04006172ULL,
			[VMX_CTL_WORD_PROC2] = 0x053cff00000000ULL | 0xffULL << 32,
			[VMX_CTL_WORD_EXIT] = 0x1ffffff00036dfbULL,
			[VMX_CTL_WORD_ENTRY] = 0x3ffff000011fbULL,
		},
		.misc = 0x7004c1e7,
		.ept_vpid = 0xf0106734141ULL,
	};
	u32 out, word;

	ck_assert_int_eq(vmx_unusable(&caps), VMH_USABLE);
	for (word = 0; word < VMX_CTL_WORDS; word++) {
		ck_assert_int_eq(vmx_ctl_adjust(caps.ctls[word], vmx_ctl_minimum[word], ~0U, &out,
						NULL), 0);
		ck_assert_uint_eq(out & (u32)caps.ctls[word], (u32)caps.ctls[word]);
		ck_assert_uint_eq(out & ~(u32)(caps.ctls[word] >> 32), 0);
	}
	ck_assert(vmx_caps_has_true_ctls(caps.basic));
	ck_assert_uint_eq(vmx_features_from_caps(&caps) & VMH_CPU_PREEMPTION_TIMER,
			  VMH_CPU_PREEMPTION_TIMER);
	ck_assert_uint_eq(vmx_features_from_caps(&caps) & VMH_CPU_POSTED_INTR, 0);
}
END_TEST

/* With every control, then without EPT's capabilities, then without one word after another. */
START_TEST(features)
{
	const u64 ept = VMH_CPU_EPT | VMH_CPU_EPT_2M | VMH_CPU_EPT_1G | VMH_CPU_EPT_AD |
			VMH_CPU_PML;
	const u64 pin = VMH_CPU_POSTED_INTR | VMH_CPU_PREEMPTION_TIMER;
	const u64 all = 2 * VMH_CPU_PAUSE_LOOP_EXITING - 1;
	const u64 every = ~0U * (1ULL << 32);
	struct vmx_caps caps = {
		.cpuid1_ecx = ~0U, .ctls = { every, every, every, every, every },
		.ept_vpid = ~0ULL,
	};

	ck_assert_uint_eq(vmx_features_from_caps(&caps), all);
	caps.ept_vpid = 0;
	ck_assert_uint_eq(vmx_features_from_caps(&caps), all & ~ept);
	caps.ctls[VMX_CTL_WORD_PIN] = 0;
	ck_assert_uint_eq(vmx_features_from_caps(&caps), all & ~ept & ~pin);
	caps.ctls[VMX_CTL_WORD_PROC] = 0;
	ck_assert_uint_eq(vmx_features_from_caps(&caps), all & ~ept & ~pin & ~VMH_CPU_MSR_BITMAPS);
	caps.ctls[VMX_CTL_WORD_PROC2] = 0;
	ck_assert_uint_eq(vmx_features_from_caps(&caps), VMH_CPU_VMX);
}
END_TEST

Suite *vmx_ctls_suite(void)
{
	Suite *suite = suite_create("vmx_ctls");
	TCase *tcase = tcase_create("controls");

	tcase_add_table(tcase, vmx_ctls);
	tcase_add_test(tcase, reasons);
	tcase_add_test(tcase, names);
	tcase_add_test(tcase, skylake);
	tcase_add_test(tcase, features);
	suite_add_tcase(suite, tcase);
	return suite;
}
