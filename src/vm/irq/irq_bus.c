// SPDX-License-Identifier: GPL-2.0
/*
 * Interrupt messages, from any sender to the vCPUs' local APICs, where they are only posted. All
 * but the last step is under the irqchip's lock, with interrupts off, since timers and other
 * threads send too.
 */
#include "irq.h"
#include "irqchip.h"
#include "kick.h"
#include "vcpu.h"

/* The processor updates neither the trigger mode register nor the EOI-exit bitmap. */
static bool vmh_apic_processor_takes(const struct vmh_vcpu *vcpu, u8 vector, bool level_triggered)
{
	const struct vmx_apicv *apicv = &vcpu->vmx.apicv;

	return apicv->on && !level_triggered &&
	       !(READ_ONCE(apicv->eoi_exits[vector / 64]) & BIT_ULL(vector % 64));
}

/**
 * vmh_apic_post() - send an interrupt to a vCPU
 * @vcpu: the vCPU.
 * @vector: its vector.
 * @level_triggered: an EOI goes back to the I/O APIC.
 *
 * Context: any, interrupts off too.
 */
void vmh_apic_post(struct vmh_vcpu *vcpu, u8 vector, bool level_triggered)
{
	struct vmx_posted *posted = &vcpu->vmx.posted;
	struct vmh_apic *apic = &vcpu->apic;

	if (vmh_apic_processor_takes(vcpu, vector, level_triggered)) {
		set_bit(vector, posted->vectors);
		set_bit(VMX_POSTED_ON, &posted->control);
		vmh_vcpu_notify(vcpu);
		return;
	}
	if (level_triggered)
		set_bit(vector, apic->posted_level);
	else
		clear_bit(vector, apic->posted_level);
	set_bit(vector, apic->posted);
	/* After the vector, and before the kick looks at the thread's mode. */
	set_bit(VMX_POSTED_TO_THREAD, &posted->control);
	vmh_vcpu_kick(vcpu);
}

/* One message to one vCPU. Returns 1, or 0 when it means nothing to it. */
static int vmh_irq_deliver(struct vmh_vcpu *vcpu, const struct irq_msg *msg)
{
	switch (msg->mode) {
	case IRQ_MSG_FIXED:
	case IRQ_MSG_LOWEST:
		vmh_apic_post(vcpu, msg->vector, msg->level_triggered);
		break;
	case IRQ_MSG_NMI:
		vmh_vcpu_send_nmi(vcpu);
		break;
	case IRQ_MSG_INIT:
		if (msg->assert)
			vmh_vcpu_request(vcpu, VMH_REQ_INIT);
		break;
	case IRQ_MSG_SIPI:
		WRITE_ONCE(vcpu->sipi_vector, msg->vector);
		vmh_vcpu_request(vcpu, VMH_REQ_SIPI);
		break;
	default:
		return 0;
	}
	return 1;
}

static bool vmh_irq_is_for(const struct vmh_vcpu *vcpu, const struct vmh_vcpu *from,
			   const struct irq_msg *msg)
{
	switch (msg->shorthand) {
	case IRQ_MSG_TO_SELF:
		return vcpu == from;
	case IRQ_MSG_TO_ALL:
		return true;
	case IRQ_MSG_TO_OTHERS:
		return vcpu != from;
	default:
		return lapic_dest_match(&vcpu->apic.dest, msg);
	}
}

/* Lowest priority: one of those addressed, in turn. */
static struct vmh_vcpu *vmh_irq_choose(struct vmh_irqchip *chip, const struct irq_msg *msg)
{
	struct vmh_vcpu *vcpu, *first = NULL;
	unsigned long id;

	vmh_for_each_vcpu(chip->vm, id, vcpu) {
		if (!lapic_dest_match(&vcpu->apic.dest, msg))
			continue;
		if (id >= chip->next_lowest) {
			chip->next_lowest = id + 1;
			return vcpu;
		}
		if (!first)
			first = vcpu;
	}
	if (first)
		chip->next_lowest = first->id + 1;
	return first;
}

static int vmh_irq_deliver_to(struct vmh_irqchip *chip, u32 id, const struct irq_msg *msg)
{
	struct vmh_vcpu *vcpu = xa_load(&chip->vm->cpu_ctx.vcpus, id);

	return vcpu && lapic_dest_match(&vcpu->apic.dest, msg) ? vmh_irq_deliver(vcpu, msg) : 0;
}

/* An APIC's id is its vCPU's. With more than 255 vCPUs, 8 bits of destination match several ids. */
static bool vmh_irq_names_one(const struct vmh_irqchip *chip, const struct irq_msg *msg)
{
	if (msg->logical || msg->shorthand != IRQ_MSG_TO_DEST)
		return false;
	if (msg->dest_32bit)
		return msg->dest != IRQ_MSG_BROADCAST_32;
	return msg->dest != IRQ_MSG_BROADCAST_8 &&
	       chip->vm->config.vcpu_count <= IRQ_MSG_BROADCAST_8;
}

/* An x2APIC's logical id is 16 bits of cluster and a bit for each of 16 ids in it. */
static bool vmh_irq_names_cluster(const struct vmh_irqchip *chip, const struct irq_msg *msg)
{
	return msg->logical && msg->dest_32bit && msg->shorthand == IRQ_MSG_TO_DEST &&
	       msg->mode != IRQ_MSG_LOWEST && msg->dest != IRQ_MSG_BROADCAST_32 &&
	       !chip->nr_xapics;
}

static int vmh_irq_deliver_to_cluster(struct vmh_irqchip *chip, const struct irq_msg *msg)
{
	unsigned long members = msg->dest & 0xffff;
	u32 first = msg->dest >> 16 << 4;
	unsigned int member;
	int nr = 0;

	for_each_set_bit(member, &members, 16)
		nr += vmh_irq_deliver_to(chip, first + member, msg);
	return nr;
}

/**
 * vmh_irq_send_locked() - vmh_irq_send() with the lock held
 * @chip: the VM's controllers.
 * @from: the vCPU whose APIC sends it; NULL for others.
 * @msg: the message.
 *
 * Return: how many vCPUs it went to.
 */
int vmh_irq_send_locked(struct vmh_irqchip *chip, struct vmh_vcpu *from,
			const struct irq_msg *msg)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;
	int nr = 0;

	if (vmh_irq_names_one(chip, msg))
		return vmh_irq_deliver_to(chip, msg->dest, msg);
	if (vmh_irq_names_cluster(chip, msg))
		return vmh_irq_deliver_to_cluster(chip, msg);
	if (msg->mode == IRQ_MSG_LOWEST && msg->shorthand == IRQ_MSG_TO_DEST) {
		vcpu = vmh_irq_choose(chip, msg);
		return vcpu ? vmh_irq_deliver(vcpu, msg) : 0;
	}
	vmh_for_each_vcpu(chip->vm, id, vcpu)
		if (vmh_irq_is_for(vcpu, from, msg))
			nr += vmh_irq_deliver(vcpu, msg);
	return nr;
}

/**
 * vmh_irq_send_device() - a message of a device or of the I/O APIC
 * @chip: the VM's controllers, their lock held.
 * @msg: the message.
 *
 * Return: how many vCPUs it went to.
 */
int vmh_irq_send_device(struct vmh_irqchip *chip, struct irq_msg *msg)
{
	msg->exact = chip->vm->cpu_ctx.apic_exact;
	return vmh_irq_send_locked(chip, NULL, msg);
}

/**
 * vmh_irq_send() - deliver an interrupt message
 * @chip: the VM's controllers.
 * @from: the vCPU whose APIC sends it; NULL for others.
 * @msg: the message.
 *
 * Context: any, interrupts off too.
 *
 * Return: how many vCPUs it went to.
 */
int vmh_irq_send(struct vmh_irqchip *chip, struct vmh_vcpu *from, const struct irq_msg *msg)
{
	unsigned long flags;
	int nr;

	/* To oneself there is nobody to look up. */
	if (msg->shorthand == IRQ_MSG_TO_SELF)
		return vmh_irq_deliver(from, msg);
	raw_spin_lock_irqsave(&chip->lock, flags);
	nr = vmh_irq_send_locked(chip, from, msg);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return nr;
}

/**
 * vmh_irq_kick_for_pic() - the 8259 pair may have an interrupt
 * @chip: the VM's controllers, their lock held.
 *
 * Its INTR goes to LINT0 of every vCPU; one that accepts it there has to look.
 */
void vmh_irq_kick_for_pic(struct vmh_irqchip *chip)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;

	if (!pic_output(&chip->pic))
		return;
	vmh_for_each_vcpu(chip->vm, id, vcpu)
		vmh_vcpu_kick(vcpu);
}
