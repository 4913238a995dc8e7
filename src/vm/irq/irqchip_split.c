// SPDX-License-Identifier: GPL-2.0
/*
 * Local APICs here, the other controllers in the VMM. Its I/O APIC sends messages, and wants to
 * know when a level-triggered one has ended; its 8259 pair gives a vCPU vectors with VMH_INTERRUPT.
 */
#include "irq.h"
#include "irqchip.h"
#include "vcpu.h"

/* SDM, "Message Data Register Format". */
#define MSI_DATA_VECTOR		0xffU
#define MSI_DATA_LEVEL		BIT(15)

/**
 * vmh_split_accepts_pic() - does the vCPU take vectors from the VMM's 8259 pair?
 * @vcpu: the vCPU.
 */
bool vmh_split_accepts_pic(const struct vmh_vcpu *vcpu)
{
	return vcpu->vm->irqchip->split && lapic_accept_pic(&vcpu->apic.lapic);
}

static bool vmh_split_pin_raises(struct vmh_irqchip *chip, u32 pin, u8 vector)
{
	const struct irq_route *route;
	unsigned int i, nr = irq_routing_find(chip->routing, pin, &route);

	for (i = 0; i < nr; i++)
		if (route[i].kind == IRQ_ROUTE_MSI && (route[i].data & MSI_DATA_LEVEL) &&
		    (route[i].data & MSI_DATA_VECTOR) == vector)
			return true;
	return false;
}

/**
 * vmh_split_eoi() - a level-triggered interrupt has ended: does the VMM's I/O APIC have to know?
 * @vcpu: the vCPU that ended it.
 * @vector: its vector.
 *
 * Context: the vCPU's thread; interrupts may be off.
 */
void vmh_split_eoi(struct vmh_vcpu *vcpu, u8 vector)
{
	struct vmh_irqchip *chip = vcpu->vm->irqchip;
	unsigned long flags;
	u32 pin;

	raw_spin_lock_irqsave(&chip->lock, flags);
	for (pin = 0; pin < chip->split_pins && !vmh_split_pin_raises(chip, pin, vector); pin++)
		;
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	if (pin == chip->split_pins)
		return;
	vcpu->eoi_vector = vector;
	set_bit(VMH_REQ_EOI, &vcpu->requests);
}
