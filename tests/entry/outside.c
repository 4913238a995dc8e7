// SPDX-License-Identifier: GPL-2.0
/*
 * VMX instructions on a processor that has left VMX operation, as a thread may execute them that a
 * reboot did not wait for: each faults, and nothing comes of it.
 */
#include <linux/gfp.h>
#include <linux/preempt.h>
#include <linux/string.h>

#include "vmcs.h"
#include "vmx.h"
#include "../kunit/kunit.h"

static void reads(struct kunit *test, u64 page_hpa)
{
	KUNIT_EXPECT_EQ(test, vmcs_read(GUEST_RIP), 0);
}

static void tries_to_read(struct kunit *test, u64 page_hpa)
{
	u64 value = 1;

	vmcs_try_read(GUEST_RIP, &value);
	KUNIT_EXPECT_EQ(test, value, 0);
}

static void writes(struct kunit *test, u64 page_hpa)
{
	vmcs_write(GUEST_RIP, 1);
}

static void loads(struct kunit *test, u64 page_hpa)
{
	vmcs_make_current(page_hpa);
}

static void clears(struct kunit *test, u64 page_hpa)
{
	vmcs_clear(page_hpa);
}

static void flushes(struct kunit *test, u64 page_hpa)
{
	vmx_flush_all_ept();
}

static const struct outside_row {
	const char *name;
	void (*execute)(struct kunit *test, u64 page_hpa);
} outside_rows[] = {
	{ "VMREAD", reads },
	{ "VMREAD of a field that need not exist", tries_to_read },
	{ "VMWRITE", writes },
	{ "VMPTRLD", loads },
	{ "VMCLEAR", clears },
	{ "INVEPT", flushes },
};

static void outside_row(struct kunit *test)
{
	const struct outside_row *row = test->param_value;
	unsigned long page = get_zeroed_page(GFP_KERNEL);

	KUNIT_ASSERT_NE(test, page, 0);
	KUNIT_ASSERT_FALSE(test, this_cpu_read(vmx_cpu_on));
	preempt_disable();
	row->execute(test, __pa(page));
	preempt_enable();
	KUNIT_EXPECT_FALSE(test, !!memchr_inv((void *)page, 0, PAGE_SIZE));
	free_page(page);
}

static void outside_describe(const struct outside_row *row, char *text)
{
	strscpy(text, row->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(outside, outside_rows, outside_describe);

static struct kunit_case outside_cases[] = {
	KUNIT_CASE_PARAM(outside_row, outside_gen_params),
	{}
};

static struct kunit_suite outside_suite = {
	.name = "outside_vmx",
	.test_cases = outside_cases,
};

kunit_test_suite(outside_suite);
