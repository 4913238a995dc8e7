// SPDX-License-Identifier: GPL-2.0
/*
 * The VM's interrupt controllers: lines in, messages out (irq_bus.c). Everything runs under the
 * irqchip's lock, with interrupts off, since timers and other threads drive lines too.
 */
#include <linux/slab.h>

#include "account.h"
#include "fail_point.h"
#include "irq.h"
#include "irqchip.h"
#include "ticks.h"
#include "vcpu.h"
#include "vmh_compat.h"

/*
 * The end of an interrupt, of which somebody wants to know. An eventfd's lock cannot be taken in a
 * turn, so the thread tells when its turn is over, and before it leaves RUN.
 */
static void vmh_irq_tell_later(struct vmh_vcpu *vcpu)
{
	set_bit(VMH_REQ_ENDED, &vcpu->requests);
}

/**
 * vmh_irq_eoi() - a level-triggered interrupt has ended
 * @vcpu: the vCPU that ended it.
 * @vector: its vector.
 *
 * Context: the vCPU's thread; interrupts may be off.
 */
void vmh_irq_eoi(struct vmh_vcpu *vcpu, u8 vector)
{
	struct vmh_irqchip *chip = vcpu->vm->irqchip;
	struct irq_msg msg[IOAPIC_NR_PINS];
	unsigned long flags;
	bool tell;
	int i, nr;

	if (chip->split) {
		vmh_split_eoi(vcpu, vector);
		return;
	}
	raw_spin_lock_irqsave(&chip->lock, flags);
	tell = vmh_irq_ended_ioapic(chip, ioapic_pins_of(&chip->ioapic, vector));
	nr = ioapic_eoi(&chip->ioapic, vector, msg, ARRAY_SIZE(msg));
	for (i = 0; i < nr; i++)
		vmh_irq_send_device(chip, &msg[i]);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	if (unlikely(tell))
		vmh_irq_tell_later(vcpu);
}

/**
 * vmh_irq_pic_pending() - does the 8259 pair assert INTR?
 * @vm: the VM, with irqchip.
 *
 * Context: any; the answer may be outdated at once.
 */
bool vmh_irq_pic_pending(struct vm_handler_ctx *vm)
{
	return READ_ONCE(vm->irqchip->pic.output);
}

/**
 * vmh_irq_pic_ack() - acknowledge the 8259's interrupt
 * @vcpu: the vCPU that takes it; its VM has an irqchip.
 *
 * Context: its thread; interrupts may be off.
 *
 * Return: the vector.
 */
int vmh_irq_pic_ack(struct vmh_vcpu *vcpu)
{
	struct vmh_irqchip *chip = vcpu->vm->irqchip;
	unsigned long flags;
	int vector;
	bool tell;

	raw_spin_lock_irqsave(&chip->lock, flags);
	vector = pic_ack(&chip->pic);
	tell = vmh_irq_ended_pic(chip);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	if (unlikely(tell))
		vmh_irq_tell_later(vcpu);
	return vector;
}

void vmh_pit_rearm(struct vmh_irqchip *chip, u64 now)
{
	u64 next = pit_next_tick(&chip->pit, now);

	chip->pit_armed_ns = next;
	if (next == U64_MAX)
		hrtimer_try_to_cancel(&chip->pit_timer);
	else
		hrtimer_start(&chip->pit_timer, ns_to_ktime(min_t(u64, next, KTIME_MAX)),
			      HRTIMER_MODE_ABS_HARD);
}

/* If channel 0 has ticked: a pulse on line 0. Ticks that were missed are not made up for. */
static void vmh_pit_tick(struct vmh_irqchip *chip, u64 now)
{
	if (chip->pit_armed_ns > now)
		return;
	vmh_irq_gsi_locked(chip, 0, VMH_IRQ_SOURCE_PIT, true);
	vmh_irq_gsi_locked(chip, 0, VMH_IRQ_SOURCE_PIT, false);
	vmh_pit_rearm(chip, now);
}

static enum hrtimer_restart vmh_pit_fires(struct hrtimer *timer)
{
	struct vmh_irqchip *chip = container_of(timer, struct vmh_irqchip, pit_timer);
	unsigned long flags;

	raw_spin_lock_irqsave(&chip->lock, flags);
	vmh_pit_tick(chip, vmh_now_ns());
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return HRTIMER_NORESTART;
}

static bool vmh_port_is_pit(const struct vmh_irqchip *chip, u16 port)
{
	return chip->has_pit && (port == PIT_PORT_SPEAKER ||
				 (port >= PIT_PORT_FIRST && port <= PIT_PORT_LAST));
}

/* All these chips have 8-bit ports. */
static bool vmh_irqchip_has_ports(const struct vmh_irqchip *chip, unsigned int size)
{
	return chip && size == 1 && !chip->split;
}

static bool vmh_port_is_chips(const struct vmh_irqchip *chip, u16 port)
{
	return vmh_port_is_pic(port) || vmh_port_is_pit(chip, port);
}

/**
 * vmh_irqchip_has_port() - do the controllers take accesses to a port?
 * @vm: the VM.
 * @port: the port.
 * @size: bytes.
 */
bool vmh_irqchip_has_port(const struct vm_handler_ctx *vm, u16 port, unsigned int size)
{
	return vmh_irqchip_has_ports(vm->irqchip, size) && vmh_port_is_chips(vm->irqchip, port);
}

static void vmh_pit_byte(struct vmh_irqchip *chip, u16 port, bool in, u8 *value)
{
	u64 now = vmh_now_ns();

	/* A tick that is due belongs to what was programmed before this access. */
	vmh_pit_tick(chip, now);
	if (in) {
		pit_port_read(&chip->pit, port, now, value);
	} else {
		pit_port_write(&chip->pit, port, *value, now);
		vmh_pit_rearm(chip, now);
	}
}

/* Says whether somebody has to be told of an interrupt's end. */
static bool vmh_pic_byte(struct vmh_irqchip *chip, u16 port, bool in, u8 *value)
{
	bool tell;

	if (in)
		pic_port_read(&chip->pic, port, value);
	else
		pic_port_write(&chip->pic, port, *value);
	tell = vmh_irq_ended_pic(chip);
	vmh_irq_kick_for_pic(chip);
	return tell;
}

static noinline void vmh_irqchip_byte(struct vmh_vcpu *vcpu, u16 port, bool in, u8 *value)
{
	struct vmh_irqchip *chip = vcpu->vm->irqchip;
	unsigned long flags;
	bool tell = false;

	raw_spin_lock_irqsave(&chip->lock, flags);
	if (vmh_port_is_pic(port))
		tell = vmh_pic_byte(chip, port, in, value);
	else
		vmh_pit_byte(chip, port, in, value);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	if (unlikely(tell))
		vmh_irq_tell_later(vcpu);
}

/**
 * vmh_irqchip_port() - a port access that may be to the controllers
 * @vcpu: the vCPU whose access it is.
 * @port: the port.
 * @size: bytes.
 * @in: the guest reads.
 * @value: what is written, or where to put what is read.
 *
 * Context: its thread; interrupts may be off.
 *
 * Return: whether it was.
 */
bool vmh_irqchip_port(struct vmh_vcpu *vcpu, u16 port, unsigned int size, bool in, u32 *value)
{
	const struct vmh_irqchip *chip = vcpu->vm->irqchip;
	u8 byte = *value;

	if (!vmh_irqchip_has_ports(chip, size))
		return false;
	/* Looked at first, for it is read most, and needs no lock. */
	if (in && pic_peek_mask(&chip->pic, port, &byte)) {
		*value = byte;
		return true;
	}
	if (!vmh_port_is_chips(chip, port))
		return false;
	vmh_irqchip_byte(vcpu, port, in, &byte);
	if (in)
		*value = byte;
	return true;
}

static void vmh_ioapic_access(struct vmh_irqchip *chip, u32 offset, unsigned int len, void *data,
			      bool write)
{
	struct irq_msg msg[IOAPIC_NR_PINS];
	u64 value = 0;
	int i, nr;

	if (!write) {
		ioapic_mmio_read(&chip->ioapic, offset, len, &value);
		memcpy(data, &value, len);
		return;
	}
	memcpy(&value, data, len);
	nr = ioapic_mmio_write(&chip->ioapic, offset, len, value, msg, ARRAY_SIZE(msg));
	for (i = 0; i < nr; i++)
		vmh_irq_send_device(chip, &msg[i]);
}

/**
 * vmh_irqchip_mmio() - a device access that may be to the I/O APIC
 * @vm: the VM.
 * @gpa: guest-physical address.
 * @len: 1 to 8 bytes.
 * @data: what is written, or where to put what is read.
 * @write: direction.
 *
 * Return: whether it was.
 */
bool vmh_irqchip_mmio(struct vm_handler_ctx *vm, u64 gpa, unsigned int len, void *data, bool write)
{
	struct vmh_irqchip *chip = vm->irqchip;
	unsigned long flags;

	if (!chip || chip->split || gpa < chip->ioapic.base_gpa ||
	    gpa >= chip->ioapic.base_gpa + IOAPIC_SIZE_BYTES)
		return false;
	raw_spin_lock_irqsave(&chip->lock, flags);
	vmh_ioapic_access(chip, gpa - chip->ioapic.base_gpa, len, data, write);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return true;
}

static void vmh_irqchip_init(struct vmh_irqchip *chip, struct vm_handler_ctx *vm)
{
	raw_spin_lock_init(&chip->lock);
	vmh_irqfds_init(chip);
	pic_init(&chip->pic);
	ioapic_init(&chip->ioapic);
	vmh_hrtimer_setup(&chip->pit_timer, vmh_pit_fires, CLOCK_MONOTONIC, HRTIMER_MODE_ABS_HARD);
	chip->pit_armed_ns = U64_MAX;
	chip->vm = vm;
}

static int vmh_irqchip_make(struct vm_handler_ctx *vm, bool split, u32 pins, struct vmh_error *err)
{
	struct resource_denial denial;
	struct vmh_irqchip *chip;
	int ret;

	if (vm->irqchip)
		return vm_error_set(err, VMH_E_EXISTS);
	if (vm->cpu_ctx.nr)
		return vm_error_set(err, VMH_E_HAS_VCPUS);
	if (vmh_charge_one(vm, VMH_RES_KERNEL_BYTES, sizeof(*chip), &denial))
		return resource_denial_error(&denial, err);
	chip = vmh_fail_null(irqchip_memory, kzalloc(sizeof(*chip), GFP_KERNEL_ACCOUNT));
	if (!chip) {
		ret = vm_error_set(err, VMH_E_NO_MEMORY);
		goto uncharge;
	}
	vmh_irqchip_init(chip, vm);
	chip->split = split;
	chip->split_pins = pins;
	ret = vmh_routing_create(chip, err);
	if (ret)
		goto free_chip;
	vm->irqchip = chip;
	return 0;

free_chip:
	kfree(chip);
uncharge:
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, sizeof(*chip));
	return ret;
}

/**
 * vmh_irqchip_create() - put interrupt controllers into a VM
 * @vm: the VM, its lock held, without vCPUs.
 * @err: why not.
 *
 * Return: 0; -EEXIST; -EINVAL when there are vCPUs; -ENOMEM; -EDQUOT.
 */
int vmh_irqchip_create(struct vm_handler_ctx *vm, struct vmh_error *err)
{
	return vmh_irqchip_make(vm, false, 0, err);
}

/**
 * vmh_irqchip_create_split() - only local APICs: KVM_CAP_SPLIT_IRQCHIP
 * @vm: the VM, its lock held, without vCPUs.
 * @pins: inputs of the VMM's I/O APIC: the GSIs below it.
 * @err: why not.
 *
 * Return: as vmh_irqchip_create().
 */
int vmh_irqchip_create_split(struct vm_handler_ctx *vm, u32 pins, struct vmh_error *err)
{
	return vmh_irqchip_make(vm, true, pins, err);
}

/**
 * vmh_irqchip_stop() - no more interrupts from the timer
 * @vm: the VM, which nobody uses any more.
 */
void vmh_irqchip_stop(struct vm_handler_ctx *vm)
{
	if (vm->irqchip)
		hrtimer_cancel(&vm->irqchip->pit_timer);
}

/**
 * vmh_irqchip_destroy() - undo vmh_irqchip_create()
 * @vm: the VM, which nobody uses any more.
 */
void vmh_irqchip_destroy(struct vm_handler_ctx *vm)
{
	if (!vm->irqchip)
		return;
	vmh_routing_destroy(vm->irqchip);
	kfree(vm->irqchip);
	vm->irqchip = NULL;
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, sizeof(*vm->irqchip));
}

/**
 * vmh_irqchip_create_pit() - put an 8254 into a VM
 * @vm: the VM, its lock held.
 * @err: why not.
 *
 * Return: 0; -ENXIO without irqchip; -EEXIST.
 */
int vmh_irqchip_create_pit(struct vm_handler_ctx *vm, struct vmh_error *err)
{
	struct vmh_irqchip *chip = vmh_whole_irqchip(vm);
	unsigned long flags;

	if (!chip)
		return vm_error_set(err, VMH_E_NO_IRQCHIP);
	if (chip->has_pit)
		return vm_error_set(err, VMH_E_EXISTS);
	raw_spin_lock_irqsave(&chip->lock, flags);
	pit_init(&chip->pit, vmh_now_ns());
	chip->has_pit = true;
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return 0;
}
