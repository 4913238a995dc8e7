// SPDX-License-Identifier: GPL-2.0
/*
 * The local APIC's model beside a processor that delivers its interrupts. While the guest runs the
 * processor changes the register page; after each stay there the model learns of it, before each
 * the processor learns what the model has come to. So between two stays nothing differs from a
 * vCPU whose interrupts are injected.
 */
#include "irq.h"
#include "ticks.h"
#include "vcpu.h"

/* Guest interrupt status: the requested vector is in the low byte. */
#define APICV_REQUESTED	0xff

/**
 * vmh_apicv_before_entry() - tell the processor what is requested and in service
 * @vcpu: the vCPU, loaded, with virtual-interrupt delivery.
 *
 * Context: its thread, interrupts off.
 */
void vmh_apicv_before_entry(struct vmh_vcpu *vcpu)
{
	vmx_apicv_set_status(&vcpu->vmx, lapic_intr_status(&vcpu->apic.lapic));
}

/**
 * vmh_apicv_after_exit() - learn what the processor has taken and ended
 * @vcpu: the vCPU, loaded, with virtual-interrupt delivery.
 *
 * Context: its thread, interrupts off.
 */
void vmh_apicv_after_exit(struct vmh_vcpu *vcpu)
{
	lapic_set_intr_status(&vcpu->apic.lapic, vmx_apicv_get_status(&vcpu->vmx));
}

/**
 * vmh_apicv_before_quiet_entry() - hide from the processor what is requested
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread, interrupts off.
 */
void vmh_apicv_before_quiet_entry(struct vmh_vcpu *vcpu)
{
	if (vcpu->vmx.apicv.on)
		vmx_apicv_set_status(&vcpu->vmx,
				     lapic_intr_status(&vcpu->apic.lapic) & ~APICV_REQUESTED);
	else if (vcpu->vmx.tpr_shadow)
		vmx_set_tpr_threshold(&vcpu->vmx, 0);
}

/**
 * vmh_apicv_after_quiet_exit() - learn what the processor has ended, and was told of besides
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread, interrupts off.
 */
void vmh_apicv_after_quiet_exit(struct vmh_vcpu *vcpu)
{
	u16 hidden, status;

	if (!vcpu->vmx.apicv.on)
		return;
	hidden = lapic_intr_status(&vcpu->apic.lapic) & APICV_REQUESTED;
	status = vmx_apicv_get_status(&vcpu->vmx);
	if ((status & APICV_REQUESTED) < hidden)
		status = (status & ~APICV_REQUESTED) | hidden;
	lapic_set_intr_status(&vcpu->apic.lapic, status);
}

/**
 * vmh_apicv_eoi() - settle the exit VMX_EOI
 * @vcpu: the vCPU, loaded, with virtual-interrupt delivery.
 */
void vmh_apicv_eoi(struct vmh_vcpu *vcpu)
{
	struct lapic_effect fx;

	lapic_eoi_induced(&vcpu->apic.lapic, vcpu->vmx.apic_vector, &fx);
	vmh_apic_effect(vcpu, &fx);
}

/**
 * vmh_apicv_write() - settle the exit VMX_APIC_WRITE
 * @vcpu: the vCPU, loaded, with virtual-interrupt delivery.
 */
void vmh_apicv_write(struct vmh_vcpu *vcpu)
{
	struct lapic_effect fx;

	lapic_apicv_write(&vcpu->apic.lapic, vcpu->vmx.apic_offset, vmh_now_ns(), &fx);
	vmh_apic_effect(vcpu, &fx);
}
