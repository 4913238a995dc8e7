// SPDX-License-Identifier: GPL-2.0
/* VM entries that fail, explained: to the VMM that ran the vCPU, and by VMH_EXPLAIN. */
#include <linux/kernel.h>
#include <linux/string.h>

#include "run.h"
#include "vcpu.h"
#include "vm_error.h"

static void vmh_entry_record(const struct vmh_entry_explanation *why, struct vmh_error *err)
{
	struct vmh_entry_failure first;

	if (!why->result.failed) {
		vm_error_field(err, VMH_E_ENTRY_CHECK, VM_ERROR_NO_OFFSET, "unexplained",
			       why->reason, 0);
		scnprintf(err->text, sizeof(err->text),
			  "the processor refused to enter the guest, and no known check fails");
		return;
	}
	vmx_entry_failure_show(&why->result.failure[0], &first);
	vm_error_field(err, VMH_E_ENTRY_CHECK, VM_ERROR_NO_OFFSET, first.name, first.value,
		       first.expected);
	scnprintf(err->text, sizeof(err->text), "VM entry failed: not so: %s", first.text);
}

/**
 * vmh_vcpu_entry_failed() - find out and remember why an entry failed
 * @vcpu: the vCPU, loaded.
 * @err: filled with the first check that fails, or that none does.
 *
 * Return: the exit reason, or the VM-instruction error if the instruction itself failed.
 */
u32 vmh_vcpu_entry_failed(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	struct vmh_entry_explanation *why = &vcpu->last_failure;
	u32 reason = vcpu->vmx.exit_reason;

	why->source = reason ? VMH_EXPLAIN_GUEST_STATE : VMH_EXPLAIN_INSTRUCTION;
	why->reason = reason ?: vcpu->vmx.instruction_error;
	vmx_explain(&vcpu->vmx, &why->result);
	vmh_entry_record(why, err);
	return why->reason;
}

/**
 * vmh_vcpu_explain() - VMH_EXPLAIN
 * @vcpu: the vCPU, its lock held, loaded.
 * @last: what vmh_vcpu_entry_failed() remembered, instead of the state now.
 * @out: zeroed but for size and flags; filled.
 */
void vmh_vcpu_explain(struct vmh_vcpu *vcpu, bool last, struct vmh_explain *out)
{
	struct vmh_entry_explanation now = { .source = VMH_EXPLAIN_NOW };
	const struct vmh_entry_explanation *why = &vcpu->last_failure;
	unsigned int i;

	if (!last) {
		vmx_explain(&vcpu->vmx, &now.result);
		why = &now;
	}
	out->nr = why->result.failed;
	out->total = why->result.total;
	out->source = why->source;
	out->reason = why->reason;
	for (i = 0; i < min_t(u32, out->nr, VMH_EXPLAIN_MAX); i++)
		vmx_entry_failure_show(&why->result.failure[i], &out->failure[i]);
}
