// SPDX-License-Identifier: GPL-2.0
/*
 * Posted interrupts: another processor leaves a vector in the vCPU's descriptor and sends an
 * interrupt of a certain number; a processor in guest mode takes that for a notification, and
 * requests the vectors of the guest without an exit. SDM, "Posted-Interrupt Processing".
 *
 * To tell a notification from an interrupt of the host's, the processor has to acknowledge either
 * ("acknowledge interrupt on exit"). So what is the host's is handled here, by its own gate, or by
 * the kernel's entry for what its own hypervisor hands on.
 */
#include <linux/module.h>
#include <asm/desc.h>
#include <asm/vmx.h>

#include "vmh_compat.h"
#include "vmx.h"

void vmx_call_interrupt_gate(unsigned long entry);

static bool posted = true;
module_param(posted, bool, 0444);
MODULE_PARM_DESC(posted, "Let the processor take posted interrupts, where it can and apicv is used");

/* The kernel has one table for all processors. */
static const gate_desc *vmx_host_idt __ro_after_init;

/**
 * vmx_posted_choose() - shall exits acknowledge interrupts, and processors post them?
 *
 * Context: at module load, when it is known whether processors deliver interrupts by themselves.
 */
void vmx_posted_choose(void)
{
	u32 exit_ctls = vmx_conf.caps.ctls[VMX_CTL_WORD_EXIT] >> 32;
	struct desc_ptr idt;

	store_idt(&idt);
	vmx_host_idt = (const gate_desc *)idt.address;
	vmx_conf.acknowledge = vmx_conf.apicv && (exit_ctls & VMX_CTL_EXIT_ACK_INTR) &&
			       vmx_host_takes_interrupts();
	vmx_conf.posted = vmx_conf.acknowledge && posted && VMH_HOST_HAS_POSTED_VECTOR &&
			  (vmx_conf.features & VMH_CPU_POSTED_INTR);
}

/**
 * vmx_posted_create() - let a new vCPU take posted interrupts, if they are used
 * @v: the vCPU, loaded, with virtual-interrupt delivery.
 */
void vmx_posted_create(struct vmx_vcpu *v)
{
	u64 descriptor_hpa = __pa(&v->posted);

	if (!vmx_conf.acknowledge)
		return;
	v->apicv.acknowledges = true;
	vmcs_set_bits(VM_EXIT_CONTROLS, VMX_CTL_EXIT_ACK_INTR);
	if (!vmx_conf.posted || WARN_ON_ONCE(!IS_ALIGNED(descriptor_hpa, sizeof(v->posted))))
		return;
	v->apicv.posted = true;
	vmcs_write(POSTED_INTR_NV, VMH_HOST_POSTED_VECTOR);
	vmcs_write(POSTED_INTR_DESC_ADDR, descriptor_hpa);
	vmcs_set_bits(PIN_BASED_VM_EXEC_CONTROL, VMX_CTL_PIN_POSTED_INTR);
}

/**
 * vmx_posted_notify() - have a processor look at the descriptor of the vCPU that it runs
 * @cpu: the processor; not this one.
 *
 * Context: preemption off.
 */
void vmx_posted_notify(int cpu)
{
	vmx_host_send_posted(cpu);
}

/**
 * vmx_handle_host_interrupt() - handle what the last exit has acknowledged
 * @v: the vCPU; its host_interrupt is not 0.
 *
 * Context: interrupts off; the turn has ended, so the handler finds the host's registers.
 */
void vmx_handle_host_interrupt(struct vmx_vcpu *v)
{
	unsigned int vector = v->host_interrupt & INTR_INFO_VECTOR_MASK;

	v->host_interrupt = 0;
	if (VMX_HOST_GATES)
		vmx_call_interrupt_gate(gate_offset(&vmx_host_idt[vector]));
	else
		vmx_host_hand_on(vector);
}
