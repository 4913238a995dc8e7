// SPDX-License-Identifier: GPL-2.0
#include <linux/build_bug.h>
#include <linux/kernel.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "irq_routing.h"
#include "vm_error.h"

static_assert(IRQ_ROUTING_PINS == KVM_IOAPIC_NUM_PINS);
static_assert(sizeof(struct irq_route) == 16);

#define PIC_CHIP_INPUTS	8

#define BAD(code, member, got, expected) \
	vm_error_field(err, VMH_E_##code, offsetof(struct kvm_irq_routing, entries), \
		       "entries." #member, got, expected)

static int irq_routing_check_chip(const struct kvm_irq_routing_entry *e,
				  const struct irq_routing_rules *rules, struct vmh_error *err)
{
	const u32 chip = e->u.irqchip.irqchip;
	const u32 inputs = chip == KVM_IRQCHIP_IOAPIC ? IRQ_ROUTING_PINS : PIC_CHIP_INPUTS;

	if (!rules->chips)
		return BAD(VALUE, type, e->type, KVM_IRQ_ROUTING_MSI);
	if (chip > KVM_IRQCHIP_IOAPIC)
		return BAD(VALUE, irqchip, chip, KVM_IRQCHIP_IOAPIC);
	if (e->u.irqchip.pin >= inputs)
		return BAD(VALUE, pin, e->u.irqchip.pin, inputs - 1);
	return 0;
}

static int irq_routing_check_entry(const struct kvm_irq_routing_entry *e,
				   const struct irq_routing_rules *rules, struct vmh_error *err)
{
	const u32 known = e->type == KVM_IRQ_ROUTING_MSI ? KVM_MSI_VALID_DEVID : 0;

	if (e->gsi >= IRQ_GSIS_MAX)
		return BAD(VALUE, gsi, e->gsi, IRQ_GSIS_MAX - 1);
	if (e->flags & ~known)
		return BAD(UNKNOWN_FLAGS, flags, e->flags, known);
	if (e->type == KVM_IRQ_ROUTING_IRQCHIP)
		return irq_routing_check_chip(e, rules, err);
	if (e->type != KVM_IRQ_ROUTING_MSI)
		return BAD(VALUE, type, e->type, KVM_IRQ_ROUTING_MSI);
	if (rules->wide_ids && (e->u.msi.address_hi & 0xff))
		return BAD(VALUE, address_hi, e->u.msi.address_hi,
			   e->u.msi.address_hi & ~0xffU);
	return 0;
}

/**
 * irq_routing_check() - may these entries make a table?
 * @entry: what userspace gave.
 * @nr: how many, at most IRQ_GSIS_MAX.
 * @rules: what the VM allows.
 * @err: why not.
 *
 * Whether entries fit each other is for irq_routing_build() to find.
 *
 * Return: 0 or -EINVAL.
 */
int irq_routing_check(const struct kvm_irq_routing_entry *entry, u32 nr,
		      const struct irq_routing_rules *rules, struct vmh_error *err)
{
	u32 i;
	int ret;

	for (i = 0; i < nr; i++) {
		ret = irq_routing_check_entry(&entry[i], rules, err);
		if (ret)
			return ret;
	}
	return 0;
}

static u32 irq_routing_nr_gsis(const struct kvm_irq_routing_entry *entry, u32 nr)
{
	u32 i, gsis = 0;

	for (i = 0; i < nr; i++)
		gsis = max_t(u32, gsis, entry[i].gsi + 1);
	return gsis;
}

/**
 * irq_routing_bytes() - memory that a table takes
 * @entry: entries that irq_routing_check() passed.
 * @nr: how many.
 *
 * Return: bytes.
 */
size_t irq_routing_bytes(const struct kvm_irq_routing_entry *entry, u32 nr)
{
	return sizeof(struct irq_routing) + nr * sizeof(struct irq_route) +
	       (irq_routing_nr_gsis(entry, nr) + 1) * sizeof(u16);
}

static u16 *irq_routing_starts(struct irq_routing *table)
{
	return (u16 *)&table->route[table->nr_routes];
}

static void irq_route_from(struct irq_route *route, const struct kvm_irq_routing_entry *e)
{
	*route = (struct irq_route) { .gsi = e->gsi };
	if (e->type == KVM_IRQ_ROUTING_MSI) {
		route->kind = IRQ_ROUTE_MSI;
		route->address = e->u.msi.address_lo | (u64)e->u.msi.address_hi << 32;
		route->data = e->u.msi.data;
		return;
	}
	route->pin = e->u.irqchip.pin;
	route->kind = IRQ_ROUTE_IOAPIC;
	if (e->u.irqchip.irqchip == KVM_IRQCHIP_IOAPIC)
		return;
	route->kind = IRQ_ROUTE_PIC;
	if (e->u.irqchip.irqchip == KVM_IRQCHIP_PIC_SLAVE)
		route->pin += PIC_CHIP_INPUTS;
}

/* Two routes of one GSI: to two chips, or else there may be but one. */
static bool irq_routes_clash(const struct irq_route *a, const struct irq_route *b)
{
	if (a->kind == IRQ_ROUTE_MSI || b->kind == IRQ_ROUTE_MSI)
		return true;
	if (a->kind != b->kind)
		return false;
	return a->kind == IRQ_ROUTE_IOAPIC ||
	       a->pin / PIC_CHIP_INPUTS == b->pin / PIC_CHIP_INPUTS;
}

/* Routes of one GSI in a row; a fourth one clashes with one of three. */
static bool irq_routing_is_sound(const struct irq_routing *table)
{
	u32 i, k;

	for (i = 1; i < table->nr_routes; i++)
		for (k = i; k-- > 0 && table->route[k].gsi == table->route[i].gsi;)
			if (irq_routes_clash(&table->route[k], &table->route[i]))
				return false;
	return true;
}

/* By counting: first how many each GSI has, then where each starts, then each route's place. */
static void irq_routing_sort(struct irq_routing *table, const struct kvm_irq_routing_entry *entry,
			     u32 nr)
{
	u16 *start = irq_routing_starts(table);
	u32 i, gsi;

	memset(start, 0, (table->nr_gsis + 1) * sizeof(*start));
	for (i = 0; i < nr; i++)
		start[entry[i].gsi + 1]++;
	for (gsi = 0; gsi < table->nr_gsis; gsi++)
		start[gsi + 1] += start[gsi];
	/* From the back, so that each start ends up where it belongs. */
	for (i = 0; i < nr; i++)
		irq_route_from(&table->route[start[entry[i].gsi]++], &entry[i]);
	for (gsi = table->nr_gsis; gsi > 0; gsi--)
		start[gsi] = start[gsi - 1];
	start[0] = 0;
}

static void irq_routing_reverse(struct irq_routing *table)
{
	const struct irq_route *r;

	memset(table->ioapic_gsi, 0xff, sizeof(table->ioapic_gsi));
	memset(table->pic_gsi, 0xff, sizeof(table->pic_gsi));
	for (r = table->route; r < table->route + table->nr_routes; r++) {
		if (r->kind == IRQ_ROUTE_IOAPIC)
			table->ioapic_gsi[r->pin] = r->gsi;
		else if (r->kind == IRQ_ROUTE_PIC)
			table->pic_gsi[r->pin] = r->gsi;
	}
}

/**
 * irq_routing_build() - make a table
 * @table: memory of irq_routing_bytes().
 * @entry: entries that irq_routing_check() passed.
 * @nr: how many.
 * @err: why not.
 *
 * Return: 0; -EINVAL when a GSI has two routes to one chip, or a message and something else.
 */
int irq_routing_build(struct irq_routing *table, const struct kvm_irq_routing_entry *entry, u32 nr,
		      struct vmh_error *err)
{
	table->nr_routes = nr;
	table->nr_gsis = irq_routing_nr_gsis(entry, nr);
	irq_routing_sort(table, entry, nr);
	if (!irq_routing_is_sound(table))
		return vm_error_field(err, VMH_E_ROUTE_CLASH,
				      offsetof(struct kvm_irq_routing, entries), "entries", nr, 0);
	irq_routing_reverse(table);
	return 0;
}

/**
 * irq_routing_find() - where a GSI leads
 * @table: the table.
 * @gsi: any number.
 * @routes: the first of its routes; the others follow.
 *
 * Return: how many routes, 0 to IRQ_ROUTES_PER_GSI.
 */
unsigned int irq_routing_find(const struct irq_routing *table, u32 gsi,
			      const struct irq_route **routes)
{
	const u16 *start = (const u16 *)&table->route[table->nr_routes];

	if (gsi >= table->nr_gsis)
		return 0;
	gsi = array_index_nospec(gsi, table->nr_gsis);
	*routes = &table->route[start[gsi]];
	return start[gsi + 1] - start[gsi];
}

/**
 * irq_routing_default() - how GSIs are wired before userspace says otherwise
 * @entry: room for IRQ_ROUTING_DEFAULT_NR.
 *
 * GSI n to input n of the I/O APIC and, below 16, to input n of the 8259 pair.
 *
 * Return: how many entries.
 */
u32 irq_routing_default(struct kvm_irq_routing_entry *entry)
{
	u32 gsi, nr = 0;

	memset(entry, 0, IRQ_ROUTING_DEFAULT_NR * sizeof(*entry));
	for (gsi = 0; gsi < IRQ_ROUTING_PINS; gsi++) {
		entry[nr].gsi = gsi;
		entry[nr].type = KVM_IRQ_ROUTING_IRQCHIP;
		entry[nr].u.irqchip.irqchip = KVM_IRQCHIP_IOAPIC;
		entry[nr++].u.irqchip.pin = gsi;
		if (gsi >= 2 * PIC_CHIP_INPUTS)
			continue;
		entry[nr].gsi = gsi;
		entry[nr].type = KVM_IRQ_ROUTING_IRQCHIP;
		entry[nr].u.irqchip.irqchip = gsi < PIC_CHIP_INPUTS ? KVM_IRQCHIP_PIC_MASTER :
								      KVM_IRQCHIP_PIC_SLAVE;
		entry[nr++].u.irqchip.pin = gsi % PIC_CHIP_INPUTS;
	}
	return nr;
}
