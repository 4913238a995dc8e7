// SPDX-License-Identifier: GPL-2.0
/*
 * From a GSI to the controllers' inputs or to a message. The table is read and replaced under the
 * irqchip's lock, which delivery needs anyway.
 */
#include <linux/slab.h>

#include "account.h"
#include "fail_point.h"
#include "irq.h"
#include "irqchip.h"

static size_t vmh_routing_bytes(const struct irq_routing *table)
{
	return sizeof(*table) + table->nr_routes * sizeof(table->route[0]) +
	       (table->nr_gsis + 1) * sizeof(u16);
}

static int vmh_routing_make(struct vm_handler_ctx *vm, const struct kvm_irq_routing_entry *entries,
			    u32 nr, struct irq_routing **out, struct vmh_error *err)
{
	const size_t bytes = irq_routing_bytes(entries, nr);
	struct resource_denial denial;
	struct irq_routing *table;
	int ret;

	if (vmh_charge_one(vm, VMH_RES_KERNEL_BYTES, bytes, &denial))
		return resource_denial_error(&denial, err);
	table = vmh_fail_null(routing_memory, kvzalloc(bytes, GFP_KERNEL_ACCOUNT));
	if (!table) {
		ret = vm_error_set(err, VMH_E_NO_MEMORY);
		goto uncharge;
	}
	ret = irq_routing_build(table, entries, nr, err);
	if (ret)
		goto free_table;
	*out = table;
	return 0;

free_table:
	kvfree(table);
uncharge:
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, bytes);
	return ret;
}

static void vmh_routing_free(struct vm_handler_ctx *vm, struct irq_routing *table)
{
	const size_t bytes = vmh_routing_bytes(table);

	kvfree(table);
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, bytes);
}

/**
 * vmh_routing_create() - GSIs as they are wired at first
 * @chip: new controllers, which nobody else knows.
 * @err: why not.
 *
 * Return: 0; -ENOMEM; -EDQUOT.
 */
int vmh_routing_create(struct vmh_irqchip *chip, struct vmh_error *err)
{
	struct kvm_irq_routing_entry *entries;
	u32 nr;
	int ret;

	entries = vmh_fail_null(entries_memory, kcalloc(IRQ_ROUTING_DEFAULT_NR, sizeof(*entries),
							GFP_KERNEL_ACCOUNT));
	if (!entries)
		return vm_error_set(err, VMH_E_NO_MEMORY);
	nr = chip->split ? 0 : irq_routing_default(entries);
	ret = vmh_routing_make(chip->vm, entries, nr, &chip->routing, err);
	kfree(entries);
	return ret;
}

/**
 * vmh_routing_destroy() - undo vmh_routing_create()
 * @chip: controllers, which nobody uses any more.
 */
void vmh_routing_destroy(struct vmh_irqchip *chip)
{
	vmh_routing_free(chip->vm, chip->routing);
}

/**
 * vmh_routing_set() - VMH_SET_GSI_ROUTING
 * @vm: the VM, its lock held.
 * @entries: all routes that there shall be, copied from userspace.
 * @nr: how many, at most IRQ_GSIS_MAX.
 * @err: why not.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL; -EDQUOT; -ENOMEM.
 */
int vmh_routing_set(struct vm_handler_ctx *vm, const struct kvm_irq_routing_entry *entries, u32 nr,
		    struct vmh_error *err)
{
	const struct irq_routing_rules rules = {
		.chips = vmh_whole_irqchip(vm), .wide_ids = vm->cpu_ctx.apic_ids_32bit,
	};
	struct vmh_irqchip *chip = vm->irqchip;
	struct irq_routing *table;
	int ret;

	if (!chip) {
		vm_error_set(err, VMH_E_NO_IRQCHIP);
		return vm_error_as(err, -EINVAL);
	}
	ret = irq_routing_check(entries, nr, &rules, err);
	if (!ret)
		ret = vmh_routing_make(vm, entries, nr, &table, err);
	if (ret)
		return ret;
	raw_spin_lock_irq(&chip->lock);
	swap(chip->routing, table);
	raw_spin_unlock_irq(&chip->lock);
	vmh_routing_free(vm, table);
	return 0;
}

static int vmh_irq_ioapic_locked(struct vmh_irqchip *chip, u32 pin, enum vmh_irq_source source,
				 bool level)
{
	struct irq_msg msg;
	int ret = ioapic_set_irq(&chip->ioapic, pin, source, level, &msg);

	return ret == IRQ_LINE_DELIVERED ? vmh_irq_send_device(chip, &msg) : ret;
}

static int vmh_irq_pic_locked(struct vmh_irqchip *chip, u32 pin, enum vmh_irq_source source,
			      bool level)
{
	int ret = pic_set_irq(&chip->pic, pin, source, level);

	vmh_irq_kick_for_pic(chip);
	return ret;
}

/* Without KVM_CAP_X2APIC_API a message's destination has 8 bits. */
static int vmh_irq_msi_locked(struct vmh_irqchip *chip, u64 address, u32 data)
{
	const struct cpu_context *cpus = &chip->vm->cpu_ctx;
	struct irq_msg msg;

	if (!cpus->apic_ids_32bit)
		address = (u32)address;
	irq_msg_from_msi(address, data, &msg);
	return vmh_irq_send_device(chip, &msg);
}

static int vmh_irq_route_locked(struct vmh_irqchip *chip, const struct irq_route *route,
				enum vmh_irq_source source, bool level)
{
	switch (route->kind) {
	case IRQ_ROUTE_PIC:
		return vmh_irq_pic_locked(chip, route->pin, source, level);
	case IRQ_ROUTE_IOAPIC:
		return vmh_irq_ioapic_locked(chip, route->pin, source, level);
	default:
		return level ? vmh_irq_msi_locked(chip, route->address, route->data) :
			       IRQ_LINE_IGNORED;
	}
}

/**
 * vmh_irq_gsi_locked() - vmh_irq_set_gsi() with the lock held
 * @chip: the VM's controllers.
 * @gsi: any number.
 * @source: what drives it.
 * @level: to what.
 *
 * Return: as vmh_irq_set_gsi().
 */
int vmh_irq_gsi_locked(struct vmh_irqchip *chip, u32 gsi, enum vmh_irq_source source, bool level)
{
	const struct irq_route *route;
	unsigned int i, nr = irq_routing_find(chip->routing, gsi, &route);
	int one, ret = IRQ_LINE_IGNORED;

	for (i = 0; i < nr; i++) {
		one = vmh_irq_route_locked(chip, &route[i], source, level);
		if (one >= 0)
			ret = max(ret, 0) + one;
	}
	return ret;
}

/**
 * vmh_irq_pulse_locked() - an edge: up and down
 * @chip: the VM's controllers, their lock held.
 * @gsi: any number.
 */
void vmh_irq_pulse_locked(struct vmh_irqchip *chip, u32 gsi)
{
	const struct irq_route *route;
	unsigned int i, nr = irq_routing_find(chip->routing, gsi, &route);

	for (i = 0; i < nr; i++) {
		vmh_irq_route_locked(chip, &route[i], VMH_IRQ_SOURCE_USER, true);
		if (route[i].kind != IRQ_ROUTE_MSI)
			vmh_irq_route_locked(chip, &route[i], VMH_IRQ_SOURCE_USER, false);
	}
}

/**
 * vmh_irq_set_gsi() - drive an interrupt
 * @vm: the VM, with irqchip.
 * @gsi: global system interrupt; nothing happens if it leads nowhere.
 * @source: what drives it; a line is up as long as any source holds it up.
 * @level: to what.
 *
 * Context: any, interrupts off too.
 *
 * Return: how many vCPUs or 8259 inputs it went to; 0 when it merged with one that is pending; -1
 * when it is masked, not raised, or leads nowhere.
 */
int vmh_irq_set_gsi(struct vm_handler_ctx *vm, u32 gsi, enum vmh_irq_source source, bool level)
{
	struct vmh_irqchip *chip = vm->irqchip;
	unsigned long flags;
	int ret;

	raw_spin_lock_irqsave(&chip->lock, flags);
	ret = vmh_irq_gsi_locked(chip, gsi, source, level);
	raw_spin_unlock_irqrestore(&chip->lock, flags);
	return ret;
}

/**
 * vmh_irq_signal_msi() - VMH_SIGNAL_MSI
 * @vm: the VM.
 * @msi: the message.
 * @err: why not.
 *
 * Return: how many vCPUs it went to; -EINVAL.
 */
int vmh_irq_signal_msi(struct vm_handler_ctx *vm, const struct kvm_msi *msi,
		       struct vmh_error *err)
{
	struct vmh_irqchip *chip = vm->irqchip;
	int ret;

	if (!chip) {
		vm_error_set(err, VMH_E_NO_IRQCHIP);
		return vm_error_as(err, -EINVAL);
	}
	if (vm->cpu_ctx.apic_ids_32bit && (msi->address_hi & 0xff))
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_msi, address_hi,
				      msi->address_hi, msi->address_hi & ~0xffU);
	if (msi->flags & ~KVM_MSI_VALID_DEVID)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct kvm_msi, flags, msi->flags,
				      KVM_MSI_VALID_DEVID);
	raw_spin_lock_irq(&chip->lock);
	ret = vmh_irq_msi_locked(chip, msi->address_lo | (u64)msi->address_hi << 32, msi->data);
	raw_spin_unlock_irq(&chip->lock);
	return ret;
}
