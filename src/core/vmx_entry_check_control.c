// SPDX-License-Identifier: GPL-2.0
/* Entry checks on the control words and what they demand of each other. */
#include <linux/kernel.h>

#include "vmx_entry_check_internal.h"

#define EXECUTION	"VM-Execution Control Fields"
#define EXIT		"VM-Exit Control Fields"
#define ENTRY		"VM-Entry Control Fields"

#define ENTRY_DEACTIVATE_DUAL	BIT(11)
#define MISC_CR3_TARGETS(misc)	((misc) >> 16 & 0x1ff)

static bool has_secondary(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->proc & VMX_CTL_PROC_SECONDARY;
}

static bool word_is_allowed(const struct vmx_entry_state *s, unsigned int word, u64 value,
			    u64 *expected)
{
	u64 allowed = s->view->caps->ctls[word];

	return entry_fixed_bits((u32)value, (u32)allowed, allowed >> 32, expected);
}

static bool cr3_targets_fit(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			    u64 *expected)
{
	return entry_at_most(value, MISC_CR3_TARGETS(s->view->caps->misc), expected);
}

static bool tpr_threshold_fits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			       u64 *expected)
{
	return entry_only_bits(value, 15, expected);
}

static bool uses_tpr_threshold(const struct vmx_entry_state *s, unsigned int arg)
{
	return (s->proc & VMX_CTL_PROC_TPR_SHADOW) && !(s->proc2 & VMX_CTL_PROC2_VIRT_INTR);
}

static bool vpid_is_not_zero(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			     u64 *expected)
{
	*expected = 1;
	return value;
}

static bool has_proc2(const struct vmx_entry_state *s, unsigned int bit)
{
	return s->proc2 & BIT(bit);
}

static bool posts_interrupts(const struct vmx_entry_state *s, unsigned int arg)
{
	return s->pin & VMX_CTL_PIN_POSTED_INTR;
}

static bool vector_fits(const struct vmx_entry_state *s, unsigned int arg, u64 value,
			u64 *expected)
{
	return entry_at_most(value, 255, expected);
}

static bool multiplier_is_not_zero(const struct vmx_entry_state *s, unsigned int arg, u64 value,
				   u64 *expected)
{
	*expected = 1;
	return value;
}

/*
 * One control demands others: rows of what must be in the word of @field when @word has @ifs set,
 * or, with @clear, when it has them clear.
 */
struct dependency {
	u8 word;
	u8 on_word;
	bool clear;
	u32 ifs;
	u32 must;
	u32 must_not;
};

enum {
	NMI_NEEDS_EXITING, NMI_WINDOW_NEEDS_VIRTUAL, SHADOW_FOR_VIRTUAL_APIC, X2APIC_ALONE,
	DELIVERY_NEEDS_EXITING, POSTED_NEEDS_DELIVERY, POSTED_NEEDS_ACK, PML_NEEDS_EPT,
	UNRESTRICTED_NEEDS_EPT, MODE_NEEDS_EPT, TIMER_NEEDED_TO_SAVE, NO_SMM, NO_DUAL,
};

static const struct dependency dependencies[] = {
	[NMI_NEEDS_EXITING] = { .word = VMX_CTL_WORD_PIN, .ifs = VMX_CTL_PIN_NMI, .clear = true,
				.on_word = VMX_CTL_WORD_PIN,
				.must_not = VMX_CTL_PIN_VIRTUAL_NMIS },
	[NMI_WINDOW_NEEDS_VIRTUAL] = { .word = VMX_CTL_WORD_PIN, .ifs = VMX_CTL_PIN_VIRTUAL_NMIS,
				       .clear = true, .on_word = VMX_CTL_WORD_PROC,
				       .must_not = VMX_CTL_PROC_NMI_WINDOW },
	[SHADOW_FOR_VIRTUAL_APIC] = { .word = VMX_CTL_WORD_PROC, .ifs = VMX_CTL_PROC_TPR_SHADOW,
				      .clear = true, .on_word = VMX_CTL_WORD_PROC2,
				      .must_not = VMX_CTL_PROC2_X2APIC |
						  VMX_CTL_PROC2_APIC_REGISTERS |
						  VMX_CTL_PROC2_VIRT_INTR },
	[X2APIC_ALONE] = { .word = VMX_CTL_WORD_PROC2, .ifs = VMX_CTL_PROC2_X2APIC,
			   .on_word = VMX_CTL_WORD_PROC2,
			   .must_not = VMX_CTL_PROC2_APIC_ACCESSES },
	[DELIVERY_NEEDS_EXITING] = { .word = VMX_CTL_WORD_PROC2, .ifs = VMX_CTL_PROC2_VIRT_INTR,
				     .on_word = VMX_CTL_WORD_PIN, .must = VMX_CTL_PIN_EXT_INTR },
	[POSTED_NEEDS_DELIVERY] = { .word = VMX_CTL_WORD_PIN, .ifs = VMX_CTL_PIN_POSTED_INTR,
				    .on_word = VMX_CTL_WORD_PROC2,
				    .must = VMX_CTL_PROC2_VIRT_INTR },
	[POSTED_NEEDS_ACK] = { .word = VMX_CTL_WORD_PIN, .ifs = VMX_CTL_PIN_POSTED_INTR,
			       .on_word = VMX_CTL_WORD_EXIT, .must = VMX_CTL_EXIT_ACK_INTR },
	[PML_NEEDS_EPT] = { .word = VMX_CTL_WORD_PROC2, .ifs = VMX_CTL_PROC2_PML,
			    .on_word = VMX_CTL_WORD_PROC2, .must = VMX_CTL_PROC2_EPT },
	[UNRESTRICTED_NEEDS_EPT] = { .word = VMX_CTL_WORD_PROC2,
				     .ifs = VMX_CTL_PROC2_UNRESTRICTED,
				     .on_word = VMX_CTL_WORD_PROC2, .must = VMX_CTL_PROC2_EPT },
	[MODE_NEEDS_EPT] = { .word = VMX_CTL_WORD_PROC2, .ifs = VMX_CTL_PROC2_MODE_EXEC,
			     .on_word = VMX_CTL_WORD_PROC2, .must = VMX_CTL_PROC2_EPT },
	[TIMER_NEEDED_TO_SAVE] = { .word = VMX_CTL_WORD_PIN, .ifs = VMX_CTL_PIN_PREEMPTION_TIMER,
				   .clear = true, .on_word = VMX_CTL_WORD_EXIT,
				   .must_not = VMX_CTL_EXIT_SAVE_TIMER },
	/* vmh is never in SMM, so these two have no condition. */
	[NO_SMM] = { .on_word = VMX_CTL_WORD_ENTRY, .must_not = VMX_CTL_ENTRY_SMM },
	[NO_DUAL] = { .on_word = VMX_CTL_WORD_ENTRY, .must_not = ENTRY_DEACTIVATE_DUAL },
};

static u32 control_word(const struct vmx_entry_state *s, unsigned int word)
{
	const u32 words[VMX_CTL_WORDS] = { s->pin, s->proc, s->proc2, s->exit, s->entry };

	return words[word];
}

static bool dependency_applies(const struct vmx_entry_state *s, unsigned int which)
{
	const struct dependency *d = &dependencies[which];
	u32 word = control_word(s, d->word);

	return d->clear ? !(word & d->ifs) : (word & d->ifs) == d->ifs;
}

static bool dependency_holds(const struct vmx_entry_state *s, unsigned int which, u64 value,
			     u64 *expected)
{
	const struct dependency *d = &dependencies[which];
	u32 word = control_word(s, d->on_word);

	*expected = ((u32)value | d->must) & ~d->must_not;
	return (word & d->must) == d->must && !(word & d->must_not);
}

#define ROW(number, f, n, when, what, a, in, words) \
	{ .id = (number), .arg = (a), .field = VMX_F_##f, .name = (n), .text = (words), \
	  .chapter = (in), .applies = (when), .holds = (what) }
#define WORD(number, f, word, n, in) \
	ROW(number, f, n, NULL, word_is_allowed, VMX_CTL_WORD_##word, in, \
	    "bits that must be 1 are, and no bit is that may not be")
#define DEPENDS(number, f, n, which, in, words) \
	ROW(number, f, n, dependency_applies, dependency_holds, which, in, words)

static const struct vmx_entry_check checks[] = {
	WORD(1001, PIN_CONTROLS, PIN, "pin-controls", EXECUTION),
	WORD(1002, PROC_CONTROLS, PROC, "proc-controls", EXECUTION),
	ROW(1003, PROC2_CONTROLS, "proc2-controls", has_secondary, word_is_allowed,
	    VMX_CTL_WORD_PROC2, EXECUTION, "no bit is 1 that may not be"),
	ROW(1004, CR3_TARGETS, "cr3-targets", NULL, cr3_targets_fit, 0, EXECUTION,
	    "at most as many CR3-target values as the processor has"),
	ROW(1005, TPR_THRESHOLD, "tpr-threshold", uses_tpr_threshold, tpr_threshold_fits, 0,
	    EXECUTION, "bits 31:4 are 0"),
	DEPENDS(1006, PIN_CONTROLS, "virtual-nmis", NMI_NEEDS_EXITING, EXECUTION,
		"virtual NMIs need NMI exiting"),
	DEPENDS(1007, PROC_CONTROLS, "nmi-window", NMI_WINDOW_NEEDS_VIRTUAL, EXECUTION,
		"NMI-window exiting needs virtual NMIs"),
	DEPENDS(1008, PROC2_CONTROLS, "virtual-apic-shadow", SHADOW_FOR_VIRTUAL_APIC, EXECUTION,
		"x2APIC mode, APIC-register virtualization, interrupt delivery need TPR shadow"),
	DEPENDS(1009, PROC2_CONTROLS, "x2apic-alone", X2APIC_ALONE, EXECUTION,
		"virtualize x2APIC mode excludes virtualize APIC accesses"),
	DEPENDS(1010, PIN_CONTROLS, "delivery-exiting", DELIVERY_NEEDS_EXITING, EXECUTION,
		"virtual-interrupt delivery needs external-interrupt exiting"),
	DEPENDS(1011, PROC2_CONTROLS, "posted-delivery", POSTED_NEEDS_DELIVERY, EXECUTION,
		"posted interrupts need virtual-interrupt delivery"),
	DEPENDS(1012, EXIT_CONTROLS, "posted-acknowledge", POSTED_NEEDS_ACK, EXECUTION,
		"posted interrupts need acknowledge interrupt on exit"),
	ROW(1013, POSTED_VECTOR, "posted-vector", posts_interrupts, vector_fits, 0, EXECUTION,
	    "the notification vector is below 256"),
	ROW(1014, VPID, "vpid", has_proc2, vpid_is_not_zero, 5, EXECUTION,
	    "VPID is not 0, which is the host's"),
	DEPENDS(1015, PROC2_CONTROLS, "pml-ept", PML_NEEDS_EPT, EXECUTION, "PML needs EPT"),
	DEPENDS(1016, PROC2_CONTROLS, "unrestricted-ept", UNRESTRICTED_NEEDS_EPT, EXECUTION,
		"unrestricted guest needs EPT"),
	DEPENDS(1017, PROC2_CONTROLS, "mode-based-ept", MODE_NEEDS_EPT, EXECUTION,
		"mode-based execute control needs EPT"),
	ROW(1018, TSC_MULTIPLIER, "tsc-multiplier", has_proc2, multiplier_is_not_zero, 25,
	    EXECUTION, "the TSC multiplier is not 0"),
	WORD(1019, EXIT_CONTROLS, EXIT, "exit-controls", EXIT),
	DEPENDS(1020, EXIT_CONTROLS, "save-timer", TIMER_NEEDED_TO_SAVE, EXIT,
		"saving the preemption timer needs an activated one"),
	WORD(1021, ENTRY_CONTROLS, ENTRY, "entry-controls", ENTRY),
	DEPENDS(1022, ENTRY_CONTROLS, "entry-to-smm", NO_SMM, ENTRY,
		"entry to SMM is for a processor in SMM"),
	DEPENDS(1023, ENTRY_CONTROLS, "dual-monitor", NO_DUAL, ENTRY,
		"deactivating dual-monitor treatment is for a processor in SMM"),
};

const struct vmx_entry_table vmx_entry_table_controls = { checks, ARRAY_SIZE(checks) };
