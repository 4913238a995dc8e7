// SPDX-License-Identifier: GPL-2.0
/* Task switches, which no processor does for a guest. SDM, "Treatment of Task Switches". */
#include "exit.h"
#include "task_switch.h"

#define TASK_QUAL_SOURCE(qual)	((qual) >> 30 & 3)

/* What came through a task gate; it is queued again, until the switch has delivered it. */
static void vmx_task_event(struct vmx_task *task)
{
	u32 info = vmcs_read32(IDT_VECTORING_INFO_FIELD);

	if (!(info & VECTORING_INFO_VALID_MASK))
		return;
	switch (info & VECTORING_INFO_TYPE_MASK) {
	case INTR_TYPE_NMI_INTR:
		task->nmi = true;
		break;
	case INTR_TYPE_HARD_EXCEPTION:
		task->has_error_code = info & VECTORING_INFO_DELIVER_CODE_MASK;
		if (task->has_error_code)
			task->error_code = vmcs_read32(IDT_VECTORING_ERROR_CODE);
		break;
	case INTR_TYPE_SOFT_INTR:
	case INTR_TYPE_SOFT_EXCEPTION:
	case INTR_TYPE_PRIV_SW_EXCEPTION:
		task->insn_len = vmcs_read32(VM_EXIT_INSTRUCTION_LEN);
		break;
	}
}

enum vmx_result vmx_exit_task_switch(struct vmx_vcpu *v)
{
	u32 qual = vmcs_read(EXIT_QUALIFICATION);

	v->task = (struct vmx_task) {
		.selector = qual, .source = TASK_QUAL_SOURCE(qual),
	};
	if (v->task.source == TASK_GATE)
		vmx_task_event(&v->task);
	else
		v->task.insn_len = vmcs_read32(VM_EXIT_INSTRUCTION_LEN);
	return VMX_TASK_SWITCH;
}
