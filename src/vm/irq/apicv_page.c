// SPDX-License-Identifier: GPL-2.0
/* Which ends of interrupts the processor must tell, where it delivers interrupts by itself. */
#include "irq.h"
#include "vcpu.h"

/**
 * vmh_apicv_changed() - interrupts were accepted, or the APIC has another state
 * @vcpu: the vCPU, loaded.
 */
void vmh_apicv_changed(struct vmh_vcpu *vcpu)
{
	u64 bitmap[4];

	if (!vcpu->vmx.apicv.on)
		return;
	lapic_eoi_exits(&vcpu->apic.lapic, bitmap);
	vmx_apicv_set_eoi_exits(&vcpu->vmx, bitmap);
}
