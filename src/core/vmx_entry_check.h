/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What a processor checks before it enters a guest, so that a failed entry can be explained: the
 * processor itself says only that something was wrong. SDM, "VM Entries": "Checks on VMX Controls
 * and Host-State Area" and "Checking and Loading Guest State".
 *
 * Left out is what needs memory beyond the VMCS: the virtual-APIC page's VTPR, the entries of MSR
 * areas, the revision of a linked VMCS.
 */
#ifndef VMH_VMX_ENTRY_CHECK_H
#define VMH_VMX_ENTRY_CHECK_H

#include <linux/types.h>
#include <linux/vmh.h>

#include "vmx_ctls.h"

/**
 * struct vmx_entry_view - a VMCS and the processor that is to enter it
 * @read: reads a field, by its encoding; 0 for one that the processor does not have.
 * @ctx: for @read.
 * @caps: the processor's capability MSRs.
 * @phys_bits: width of a physical address.
 * @linear_bits: the most bits of a linear address: 48, or 57.
 * @host_long_mode: the processor is in IA-32e mode.
 * @debugctl: bits of IA32_DEBUGCTL that are not reserved.
 * @efer: bits of IA32_EFER that are not reserved.
 */
struct vmx_entry_view {
	u64 (*read)(void *ctx, u32 field);
	void *ctx;
	const struct vmx_caps *caps;
	u8 phys_bits;
	u8 linear_bits;
	bool host_long_mode;
	u64 debugctl;
	u64 efer;
};

struct vmx_entry_state;

/**
 * struct vmx_entry_check - one check
 * @id: its number, for ever: thousands are the enum vmh_entry_group.
 * @arg: for the two functions: which control, segment, bit.
 * @field: VMCS field that is wrong when it fails.
 * @name: for tools and logs, for ever; fits vmh_entry_failure.name.
 * @text: what has to hold; fits vmh_entry_failure.text.
 * @chapter: where in the SDM.
 * @applies: whether there is anything to check; NULL: always.
 * @holds: whether it holds; else writes what would have.
 */
struct vmx_entry_check {
	u16 id;
	u16 arg;
	u32 field;
	const char *name;
	const char *text;
	const char *chapter;
	bool (*applies)(const struct vmx_entry_state *s, unsigned int arg);
	bool (*holds)(const struct vmx_entry_state *s, unsigned int arg, u64 value,
		      u64 *expected);
};

/**
 * struct vmx_entry_failure - a check that failed
 * @check: it.
 * @value: what the field held.
 * @expected: the value, bound or mask that would have passed.
 */
struct vmx_entry_failure {
	const struct vmx_entry_check *check;
	u64 value;
	u64 expected;
};

/**
 * struct vmx_entry_result - the outcome of all checks
 * @total: checks made.
 * @failed: checks that failed.
 * @failure: the first VMH_EXPLAIN_MAX of those, group by group.
 */
struct vmx_entry_result {
	u32 total;
	u32 failed;
	struct vmx_entry_failure failure[VMH_EXPLAIN_MAX];
};

/**
 * vmx_entry_checks_run() - make all checks
 * @view: of what.
 * @result: where to.
 *
 * Context: any; pure, but for @view->read.
 */
void vmx_entry_checks_run(const struct vmx_entry_view *view, struct vmx_entry_result *result);

/**
 * vmx_entry_checks_count() - how many checks there are
 */
unsigned int vmx_entry_checks_count(void);

/**
 * vmx_entry_check_at() - a check by its place
 * @index: below vmx_entry_checks_count().
 */
const struct vmx_entry_check *vmx_entry_check_at(unsigned int index);

/**
 * vmx_entry_check_group() - what a check is about
 * @check: the check.
 */
static inline enum vmh_entry_group vmx_entry_check_group(const struct vmx_entry_check *check)
{
	return (enum vmh_entry_group)(check->id / 1000);
}

/**
 * vmx_entry_failure_show() - a failure as userspace gets it
 * @failure: the failure.
 * @out: where to; written as a whole.
 *
 * Value and expectation are 0 where they would tell an address or register of the host.
 */
void vmx_entry_failure_show(const struct vmx_entry_failure *failure, struct vmh_entry_failure *out);

#endif /* VMH_VMX_ENTRY_CHECK_H */
