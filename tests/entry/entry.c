// SPDX-License-Identifier: GPL-2.0
/*
 * vmh_entry.ko: our entry checks beside the processor's. For every row of the table a VMCS is made
 * by vmh's own code, given the row's guest state, spoiled as the row says, checked, and entered:
 * the processor has to refuse just what the checks refuse, and for the reason they give.
 *
 * The guest has no memory at all: an entry that succeeds ends with an EPT violation.
 */
#include <linux/gfp.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <asm/processor.h>
#include <asm/vmx.h>

#include "ept.h"
#include "page_pool.h"
#include "vmx.h"
#include "vmx_entry_check.h"
#include "../kunit/kunit.h"
#include "../vectors/vmx_entry_rows.h"
#include "bochs.h"
#include "kvm.h"

MODULE_DESCRIPTION("Test of vmh's VM-entry checks against the processor's");
MODULE_LICENSE("GPL");

static char *differs = "";
module_param(differs, charp, 0444);
MODULE_PARM_DESC(differs, "whose known differences to expect: bochs, kvm, nested (both), or none");

/* enter.S */
int vmx_enter(struct vmx_vcpu *v);

#define CPUID_ENTRIES	8
#define EPTP_4_LEVELS	0x1e		/* write-back, 4-level walk */
#define MAX_CHECKS	512

/* SDM, "VM Instruction Error Numbers". */
#define ERROR_CONTROLS	7
#define ERROR_HOST	8

/* What came of an entry, and what the checks say will. */
enum verdict {
	ENTERED,
	REFUSED_CONTROLS,
	REFUSED_HOST,
	REFUSED_GUEST,
	REFUSED_OTHERWISE,
};

static const char *const verdict_names[] = {
	"entered", "controls refused", "host state refused", "guest state refused",
	"refused for another reason",
};

static struct cpuid_table *cpuid_table;
static unsigned long ept_root;
static bool entries_ran;

/**
 * enum outcome - what has become of a check, the best first
 * @CONFIRMED: it alone failed, and the processor refused.
 * @DIFFERING: it failed, and Bochs is known not to refuse.
 * @TOGETHER: it failed with others, of a feature that this processor lacks, and that refused.
 * @NO_FIELD: the processor lacks the field, or bits of it.
 * @NOT_HERE: its row is for the model only: a 32-bit host, say.
 * @OUTCOMES: how many there are.
 */
enum outcome {
	CONFIRMED,
	DIFFERING,
	TOGETHER,
	NO_FIELD,
	NOT_HERE,
	OUTCOMES,
};

/* What rows told of each check, by its place: a bit per enum outcome. */
static u8 outcomes[MAX_CHECKS];

static int entry_alloc(void)
{
	struct cpuid_caps caps;

	cpuid_table = kvzalloc(cpuid_table_bytes(CPUID_ENTRIES), GFP_KERNEL);
	ept_root = get_zeroed_page(GFP_KERNEL);
	if (!cpuid_table || !ept_root)
		return -ENOMEM;
	vmx_guest_caps(&caps);
	cpuid_table_init(cpuid_table, CPUID_ENTRIES, &caps);
	return 0;
}

static void entry_free(void)
{
	free_page(ept_root);
	kvfree(cpuid_table);
}

/* KUnit does not call entry_suite_exit() if this fails. */
static int entry_suite_init(struct kunit_suite *suite)
{
	enum vmh_unusable why;
	int ret = page_pool_init();

	if (ret)
		return ret;
	ret = vmx_hw_init();
	if (ret)
		goto exit_pool;
	ret = vmx_hw_get(&why);
	if (ret)
		goto exit_hw;
	ret = entry_alloc();
	if (ret)
		goto free;
	entries_ran = true;
	return 0;

free:
	entry_free();
	vmx_hw_put();
exit_hw:
	vmx_hw_exit();
exit_pool:
	page_pool_exit();
	return ret;
}

static void entry_suite_exit(struct kunit_suite *suite)
{
	entry_free();
	vmx_hw_put();
	vmx_hw_exit();
	page_pool_exit();
}

static bool vmcs_try_write(u32 field, u64 value)
{
	bool ok;

	asm volatile("vmwrite %[value], %[field]"
		     : "=@cca" (ok)
		     : [field] "r" ((unsigned long)field), [value] "rm" (value));
	return ok;
}

static void write_base(void *unused, u32 field, u64 value)
{
	vmcs_try_write(field, value);
}

/* Some drop bits that are reserved: of access rights, KVM does. */
static bool vmcs_holds(u32 field, u64 value)
{
	u64 held;

	return vmcs_try_write(field, value) && vmcs_try_read(field, &held) && held == value;
}

/* Says whether the processor has all the fields, and they hold what they are given. */
static bool spoil(const struct vmx_entry_check_case *c)
{
	unsigned int i;
	u64 value;

	vmx_entry_base_state(c->base, write_base, NULL);
	if (c->base == VMX_BASE_LONG)
		vmcs_set_bits(VM_ENTRY_CONTROLS, VM_ENTRY_IA32E_MODE);
	for (i = 0; i < ARRAY_SIZE(c->change); i++) {
		const struct vmx_entry_change *change = &c->change[i];

		if (!change->clear && !change->set)
			continue;
		if (!vmcs_try_read(change->field, &value) ||
		    !vmcs_holds(change->field, (value & ~change->clear) | change->set))
			return false;
	}
	return true;
}

/* Not vmx_run(): that handles exits, and wants a task with an FPU state. */
static enum verdict processor_verdict(struct vmx_vcpu *v, u32 *reason)
{
	if (vmx_enter(v)) {
		*reason = vmcs_read32(VM_INSTRUCTION_ERROR);
		if (*reason == ERROR_CONTROLS)
			return REFUSED_CONTROLS;
		return *reason == ERROR_HOST ? REFUSED_HOST : REFUSED_OTHERWISE;
	}
	*reason = vmcs_read32(VM_EXIT_REASON);
	if (!(*reason & VMX_EXIT_REASONS_FAILED_VMENTRY))
		return ENTERED;
	return (u16)*reason == EXIT_REASON_INVALID_STATE ? REFUSED_GUEST : REFUSED_OTHERWISE;
}

/* A processor looks at controls and host state before the guest state. */
static enum verdict our_verdict(const struct vmx_entry_result *result)
{
	enum verdict verdict = ENTERED;
	unsigned int i;

	for (i = 0; i < min_t(u32, result->failed, VMH_EXPLAIN_MAX); i++) {
		switch (vmx_entry_check_group(result->failure[i].check)) {
		case VMH_ENTRY_CONTROLS:
			return REFUSED_CONTROLS;
		case VMH_ENTRY_HOST:
			return REFUSED_HOST;
		case VMH_ENTRY_GUEST:
			verdict = REFUSED_GUEST;
		}
	}
	return verdict;
}

struct comparison {
	bool has_fields;
	struct vmx_entry_result result;
	enum verdict processor;
	u32 reason;
};

/* Interrupts are off from the first change to the last: nothing may reload the host state. */
static void compare(struct vmx_vcpu *v, const struct vmx_entry_check_case *c,
		    struct comparison *out)
{
	preempt_disable();
	vmx_vcpu_load(v);
	local_irq_disable();
	vmx_refresh_host_state(v);
	vmx_state_load(v);
	out->has_fields = spoil(c);
	if (out->has_fields) {
		vmx_explain(v, &out->result);
		out->processor = processor_verdict(v, &out->reason);
	}
	local_irq_enable();
	vmx_vcpu_put(v);
	preempt_enable();
}

static void note_outcome(u16 id, enum outcome outcome)
{
	unsigned int i;

	for (i = 0; i < vmx_entry_checks_count(); i++)
		if (vmx_entry_check_at(i)->id == id)
			outcomes[i] |= BIT(outcome);
}

static void note_agreement(const struct vmx_entry_result *result)
{
	unsigned int i;

	/* With several it could have been any of them. */
	for (i = 0; i < min_t(u32, result->failed, VMH_EXPLAIN_MAX); i++)
		note_outcome(result->failure[i].check->id,
			     result->failed == 1 ? CONFIRMED : TOGETHER);
}

static const struct entry_difference *find_in(const struct entry_difference *rows,
					      unsigned int count, const char *name, bool left)
{
	unsigned int i;

	for (i = 0; i < count; i++)
		if (!strcmp(rows[i].row, name) && (!left || rows[i].left) &&
		    !(rows[i].basic & ~vmx_conf.caps.basic))
			return &rows[i];
	return NULL;
}

/* Nested in Bochs, KVM differs, and Bochs where KVM leaves the check to it. */
static const struct entry_difference *find_difference(const struct vmx_entry_check_case *c)
{
	const struct entry_difference *found = NULL;
	bool nested = !strcmp(differs, "nested");

	if (nested || !strcmp(differs, "kvm"))
		found = find_in(kvm_differences, ARRAY_SIZE(kvm_differences), c->name, false);
	if (!found && (nested || !strcmp(differs, "bochs")))
		found = find_in(bochs_differences, ARRAY_SIZE(bochs_differences), c->name, nested);
	return found;
}

static void note_difference(struct kunit *test, const struct vmx_entry_check_case *c,
			    const struct entry_difference *difference)
{
	kunit_info(test, "%s differs: %s: %s\n", differs, c->name, difference->why);
	note_outcome(c->check, DIFFERING);
}

static void judge(struct kunit *test, const struct vmx_entry_check_case *c,
		  const struct comparison *seen)
{
	enum verdict ours = our_verdict(&seen->result);
	const char *first = seen->result.failed ? seen->result.failure[0].check->name : "none";
	const struct entry_difference *difference = find_difference(c);

	if (difference) {
		note_difference(test, c, difference);
		KUNIT_EXPECT_NE_MSG(test, (int)ours, (int)seen->processor,
				    "%s: %s no longer differs", c->name, differs);
		return;
	}
	KUNIT_EXPECT_EQ_MSG(test, (int)ours, (int)seen->processor,
			    "%s: checks say %s (%u fail, first %s), processor: %s (%#x)", c->name,
			    verdict_names[ours], seen->result.failed, first,
			    verdict_names[seen->processor], seen->reason);
	if (ours == seen->processor)
		note_agreement(&seen->result);
}

static void entry_row(struct kunit *test)
{
	const struct vmx_entry_check_case *c = test->param_value;
	struct comparison *seen = kunit_kzalloc(test, sizeof(*seen), GFP_KERNEL);
	struct vmx_vcpu *v = kunit_kzalloc(test, sizeof(*v), GFP_KERNEL);
	const struct entry_difference *difference = find_difference(c);

	KUNIT_ASSERT_NOT_NULL(test, seen);
	KUNIT_ASSERT_NOT_NULL(test, v);
	if (c->only_model || c->host_32) {
		note_outcome(c->check, NOT_HERE);
		return;
	}
	if (difference && difference->stops) {
		note_difference(test, c, difference);
		return;
	}
	v->tsc_ratio = GUEST_TSC_RATIO_ONE;
	KUNIT_ASSERT_EQ(test, vmx_vcpu_create(v, cpuid_table, __pa(ept_root) | EPTP_4_LEVELS), 0);
	compare(v, c, seen);
	vmx_vcpu_destroy(v);
	if (seen->has_fields)
		judge(test, c, seen);
	else
		note_outcome(c->check, NO_FIELD);
}

static void entry_describe(const struct vmx_entry_check_case *c, char *text)
{
	strscpy(text, c->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(entry, vmx_entry_check_cases, entry_describe);

struct summary_row {
	const char *name;
	enum vmh_entry_group group;
};

static const struct summary_row summary_rows[] = {
	{ "controls", VMH_ENTRY_CONTROLS },
	{ "host state", VMH_ENTRY_HOST },
	{ "guest state", VMH_ENTRY_GUEST },
};

static void entry_summary(struct kunit *test)
{
	const struct summary_row *row = test->param_value;
	unsigned int i, total = 0, count[OUTCOMES] = {};

	if (!entries_ran) {
		KUNIT_FAIL(test, "nothing was entered");
		return;
	}
	for (i = 0; i < vmx_entry_checks_count(); i++) {
		const struct vmx_entry_check *check = vmx_entry_check_at(i);

		if (vmx_entry_check_group(check) != row->group)
			continue;
		total++;
		if (outcomes[i])
			count[__ffs(outcomes[i])]++;
		else
			KUNIT_FAIL(test, "%s was not provoked", check->name);
	}
	KUNIT_EXPECT_LE(test, vmx_entry_checks_count(), (unsigned int)MAX_CHECKS);
	kunit_info(test, "entry checks of %s: %u; the processor confirms %u, differs in %u, lacks the feature of %u, the field of %u; %u cannot be provoked here\n",
		   row->name, total, count[CONFIRMED], count[DIFFERING], count[TOGETHER],
		   count[NO_FIELD], count[NOT_HERE]);
}

static void summary_describe(const struct summary_row *row, char *text)
{
	strscpy(text, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(summary, summary_rows, summary_describe);

static struct kunit_case entry_cases[] = {
	KUNIT_CASE_PARAM(entry_row, entry_gen_params),
	{}
};

/* A suite of its own: the rows of one are numbered through. */
static struct kunit_case summary_cases[] = {
	KUNIT_CASE_PARAM(entry_summary, summary_gen_params),
	{}
};

static struct kunit_suite entry_suite = {
	.name = "entry",
	.suite_init = entry_suite_init,
	.suite_exit = entry_suite_exit,
	.test_cases = entry_cases,
};

static struct kunit_suite summary_suite = {
	.name = "entry_summary",
	.test_cases = summary_cases,
};

kunit_test_suites(&entry_suite, &summary_suite);
