// SPDX-License-Identifier: GPL-2.0
/* Task switches of a guest: src/core/task_switch.c does them, here is what it works on. */
#include <linux/mm.h>
#include <asm/processor-flags.h>

#include "guest_memory.h"
#include "task_switch.h"
#include "vcpu.h"
#include "vm_insn.h"
#include "vmx_guest.h"

static_assert(TASK_ES == (int)VMX_ES && TASK_LDTR == (int)VMX_LDTR && TASK_TR == (int)VMX_TR);
static_assert(TASK_ESP == (int)VMX_RSP);

static int vmh_task_read(void *ctx, u64 linear, void *buf, unsigned int len,
			 struct guest_fault *fault)
{
	return vmh_guest_copy_implicit(ctx, (u32)linear, buf, len, false, fault);
}

static int vmh_task_write(void *ctx, u64 linear, const void *buf, unsigned int len,
			  struct guest_fault *fault)
{
	return vmh_guest_copy_implicit(ctx, (u32)linear, (void *)buf, len, true, fault);
}

static int vmh_task_load_cr3(void *ctx, u64 cr3)
{
	struct vmh_vcpu *vcpu = ctx;
	const struct kvm_sregs sregs = {
		.cr0 = vmx_guest_cr0(), .cr3 = cr3, .cr4 = vmx_guest_cr4(),
	};
	u64 pdptr[4];
	int pae = vmh_guest_read_pdptrs(vcpu, &sregs, pdptr);

	if (pae < 0)
		return pae;
	vmx_set_cr3(&vcpu->vmx, cr3);
	if (pae)
		vmx_set_pdptrs(pdptr);
	return 0;
}

static const struct task_ops vmh_task_ops = {
	.read = vmh_task_read,
	.write = vmh_task_write,
	.load_cr3 = vmh_task_load_cr3,
};

static void vmh_task_get_state(struct vmh_vcpu *vcpu, struct task_state *state)
{
	unsigned int i;

	*state = (struct task_state) {
		.cr0 = vmx_guest_cr0(),
		.cr3 = vmx_real_cr3(),
		.dr7 = vcpu->vmx.dr7,
		.eip = vmx_guest_rip() + vcpu->vmx.task.insn_len,
		.eflags = vmx_guest_rflags(),
		.gdt_base = vmx_guest_gdt_base(),
		.gdt_limit = vmx_guest_gdt_limit(),
	};
	for (i = 0; i < TASK_NR_GPRS; i++)
		state->gpr[i] = i == TASK_ESP ? vmx_guest_rsp() : vcpu->vmx.gpr[i];
	for (i = 0; i < TASK_NR_SEGS; i++) {
		state->seg[i].selector = vmx_get_selector(i);
		vmx_get_hidden_segment(&state->seg[i].hidden, i);
	}
}

static void vmh_task_set_state(struct vmh_vcpu *vcpu, const struct task_state *state)
{
	unsigned int i;

	/* TS is the only bit that a task switch changes, and the guest's own. */
	vmx_set_guest_ts();
	vmx_set_dr7(&vcpu->vmx, state->dr7);
	vmx_set_guest_rip(state->eip);
	vmx_set_guest_rflags(state->eflags);
	for (i = 0; i < TASK_NR_GPRS; i++)
		vcpu->vmx.gpr[i] = state->gpr[i];
	vmx_set_guest_rsp(state->gpr[TASK_ESP]);
	for (i = 0; i < TASK_NR_SEGS; i++)
		vmx_set_hidden_segment(i, state->seg[i].selector, &state->seg[i].hidden);
}

/*
 * What ends with the old task: the event that came through a gate has been delivered, and NMIs are
 * blocked if it was one; an IRET ends that. The shadow of STI or MOV SS is over.
 */
static void vmh_task_settle_events(struct vmh_vcpu *vcpu)
{
	const struct vmx_task *task = &vcpu->vmx.task;

	if (task->source == TASK_GATE)
		vmx_cancel_event(&vcpu->vmx);
	vmx_set_shadow(0);
	if (task->nmi)
		vmx_mask_nmi(&vcpu->vmx, true);
	else if (task->source == TASK_IRET)
		vmx_mask_nmi(&vcpu->vmx, false);
}

/**
 * vmh_vcpu_task_switch() - settle the exit VMX_TASK_SWITCH
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread, may sleep.
 *
 * Return: 1 to run on; 0 to exit to userspace: memory was out of reach.
 */
int vmh_vcpu_task_switch(struct vmh_vcpu *vcpu)
{
	const struct task_request request = {
		.source = vcpu->vmx.task.source,
		.selector = vcpu->vmx.task.selector,
		.has_error_code = vcpu->vmx.task.has_error_code,
		.error_code = vcpu->vmx.task.error_code,
	};
	struct task_state state;
	struct guest_fault fault;
	int ret;

	vmh_task_get_state(vcpu, &state);
	ret = task_switch(&state, &request, &vmh_task_ops, vcpu, &fault);
	if (ret == -EFAULT) {
		vmh_guest_inject_fault(vcpu, &fault);
		return 1;
	}
	if (ret < 0)
		return vmh_vcpu_internal_error(vcpu, KVM_INTERNAL_ERROR_EMULATION);
	vmh_task_set_state(vcpu, &state);
	vmh_task_settle_events(vcpu);
	if (ret == TASK_SWITCH_FAULTED)
		vmh_guest_inject_fault(vcpu, &fault);
	else if (ret == TASK_SWITCH_TRAP)
		vmx_inject_db(&vcpu->vmx, VMX_DR6_BT);
	return 1;
}
