/* SPDX-License-Identifier: GPL-2.0 */
/* Tables of routes: what userspace may give, and where a GSI leads then. */
#ifndef VMH_VECTORS_IRQ_ROUTING_H
#define VMH_VECTORS_IRQ_ROUTING_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/string.h>
#include <irq_routing.h>

#define IRQ_ROUTING_ROWS	6
#define IRQ_ROUTING_ROOM	(IRQ_GSIS_MAX / 4 + 64)	/* words of 8 bytes */

struct irq_routing_case {
	const char *name;
	u32 nr;
	struct kvm_irq_routing_entry entry[IRQ_ROUTING_ROWS];
	struct irq_routing_rules rules;
	const char *field;	/* that is refused; NULL: none */
	u32 ask;		/* which GSI … */
	u32 want_nr;		/* … has how many routes … */
	u8 kind[IRQ_ROUTES_PER_GSI];	/* … of which kinds … */
	u8 pin[IRQ_ROUTES_PER_GSI];	/* … to which pins */
};

#define TO_IOAPIC(g, p)	{ .gsi = g, .type = KVM_IRQ_ROUTING_IRQCHIP, \
			  .u.irqchip = { .irqchip = KVM_IRQCHIP_IOAPIC, .pin = p } }
#define TO_MASTER(g, p)	{ .gsi = g, .type = KVM_IRQ_ROUTING_IRQCHIP, \
			  .u.irqchip = { .irqchip = KVM_IRQCHIP_PIC_MASTER, .pin = p } }
#define TO_SLAVE(g, p)	{ .gsi = g, .type = KVM_IRQ_ROUTING_IRQCHIP, \
			  .u.irqchip = { .irqchip = KVM_IRQCHIP_PIC_SLAVE, .pin = p } }
#define TO_MSI(g, lo, hi, d)	{ .gsi = g, .type = KVM_IRQ_ROUTING_MSI, \
			  .u.msi = { .address_lo = lo, .address_hi = hi, .data = d } }

static const struct irq_routing_case irq_routing_cases[] = {
	{ "nothing", 0, { }, { true } },
	{ "one pin", 1, { TO_IOAPIC(5, 7) }, { true }, NULL, 5, 1, { IRQ_ROUTE_IOAPIC }, { 7 } },
	{ "other GSI", 1, { TO_IOAPIC(5, 7) }, { true }, NULL, 4 },
	{ "GSI beyond", 1, { TO_IOAPIC(5, 7) }, { true }, NULL, 6 },
	{ "GSI far beyond", 1, { TO_IOAPIC(5, 7) }, { true }, NULL, ~0U },
	{ "pins of two chips", 2, { TO_MASTER(3, 3), TO_IOAPIC(3, 3) }, { true }, NULL, 3, 2,
	  { IRQ_ROUTE_PIC, IRQ_ROUTE_IOAPIC }, { 3, 3 } },
	{ "pins of three chips", 3, { TO_SLAVE(3, 1), TO_IOAPIC(3, 23), TO_MASTER(3, 7) },
	  { true }, NULL, 3, 3, { IRQ_ROUTE_PIC, IRQ_ROUTE_IOAPIC, IRQ_ROUTE_PIC }, { 9, 23, 7 } },
	{ "not in order", 4, { TO_IOAPIC(9, 1), TO_IOAPIC(0, 2), TO_MASTER(9, 4),
	  TO_MSI(4, 0, 0, 0) },
	  { true }, NULL, 9, 2, { IRQ_ROUTE_IOAPIC, IRQ_ROUTE_PIC }, { 1, 4 } },
	{ "message", 2, { TO_IOAPIC(0, 0), TO_MSI(95, 0xfee00000, 0, 0x41) }, { true }, NULL,
	  95, 1, { IRQ_ROUTE_MSI } },
	{ "message above 4 GiB", 2, { TO_MSI(3, 0xfee01008, 0x1200, 0x4041), TO_MASTER(2, 1) },
	  { true }, NULL, 3, 1, { IRQ_ROUTE_MSI } },
	{ "message whose address has all bits", 1, { TO_MSI(0, ~0U, ~0U, ~0U) }, { true }, NULL,
	  0, 1, { IRQ_ROUTE_MSI } },
	{ "the highest GSI", 1, { TO_IOAPIC(IRQ_GSIS_MAX - 1, 0) }, { true }, NULL,
	  IRQ_GSIS_MAX - 1, 1, { IRQ_ROUTE_IOAPIC } },
	{ "two GSIs to one pin", 2, { TO_IOAPIC(1, 5), TO_IOAPIC(2, 5) }, { true }, NULL, 2, 1,
	  { IRQ_ROUTE_IOAPIC }, { 5 } },
	{ "one chip twice", 2, { TO_IOAPIC(1, 5), TO_IOAPIC(1, 6) }, { true }, "entries" },
	{ "one 8259 twice", 3, { TO_MASTER(1, 5), TO_IOAPIC(1, 6), TO_MASTER(1, 6) }, { true },
	  "entries" },
	{ "a message and a pin", 2, { TO_IOAPIC(1, 5), TO_MSI(1, 0, 0, 0) }, { true }, "entries" },
	{ "two messages", 2, { TO_MSI(1, 0, 0, 1), TO_MSI(1, 0, 0, 1) }, { true }, "entries" },
	{ "GSI too high", 1, { TO_IOAPIC(IRQ_GSIS_MAX, 0) }, { true }, "entries.gsi" },
	{ "I/O APIC pin too high", 1, { TO_IOAPIC(0, 24) }, { true }, "entries.pin" },
	{ "8259 pin too high", 1, { TO_MASTER(0, 8) }, { true }, "entries.pin" },
	{ "second 8259's pin too high", 1, { TO_SLAVE(0, 8) }, { true }, "entries.pin" },
	{ "pin far too high", 1, { TO_SLAVE(0, ~0U) }, { true }, "entries.pin" },
	{ "no such chip", 1, { { .type = KVM_IRQ_ROUTING_IRQCHIP, .u.irqchip.irqchip = 3 } },
	  { true }, "entries.irqchip" },
	{ "no such type", 1, { { .type = KVM_IRQ_ROUTING_HV_SINT } }, { true }, "entries.type" },
	{ "type 0", 1, { { .type = 0 } }, { true }, "entries.type" },
	{ "flags of a pin", 1, { { .type = KVM_IRQ_ROUTING_IRQCHIP, .flags = 1 } }, { true },
	  "entries.flags" },
	{ "flags of a message", 1, { { .type = KVM_IRQ_ROUTING_MSI, .flags = 2 } }, { true },
	  "entries.flags" },
	{ "a message's device", 1,
	  { { .type = KVM_IRQ_ROUTING_MSI, .flags = KVM_MSI_VALID_DEVID } },
	  { true }, NULL, 0, 1, { IRQ_ROUTE_MSI } },
	{ "no chips, a pin", 1, { TO_IOAPIC(0, 0) }, { false }, "entries.type" },
	{ "no chips, a message", 1, { TO_MSI(0, 0, 0, 0) }, { false }, NULL, 0, 1,
	  { IRQ_ROUTE_MSI } },
	{ "wide destination", 1, { TO_MSI(0, 0, 0x100, 0) }, { true, true }, NULL, 0, 1,
	  { IRQ_ROUTE_MSI } },
	{ "low bits of a wide destination", 1, { TO_MSI(0, 0, 0x101, 0) }, { true, true },
	  "entries.address_hi" },
	{ "the same, narrow", 1, { TO_MSI(0, 0, 0x101, 0) }, { true }, NULL, 0, 1,
	  { IRQ_ROUTE_MSI } },
};

/* A message is the only entry of its GSI. */
static inline bool irq_routing_sends(const struct irq_routing_case *c, const struct irq_route *r)
{
	const struct kvm_irq_routing_entry *e = c->entry;

	if (r->kind != IRQ_ROUTE_MSI)
		return !r->address && !r->data;
	while (e->gsi != r->gsi)
		e++;
	return (u32)r->address == e->u.msi.address_lo &&
	       r->address >> 32 == e->u.msi.address_hi && r->data == e->u.msi.data;
}

static inline bool irq_routing_leads(const struct irq_routing_case *c,
				     const struct irq_routing *table, char *why, size_t why_len)
{
	const struct irq_route *route;
	u32 i, nr = irq_routing_find(table, c->ask, &route);

	if (nr != c->want_nr) {
		snprintf(why, why_len, "%u routes, want %u", nr, c->want_nr);
		return false;
	}
	for (i = 0; i < nr; i++) {
		if (route[i].kind == c->kind[i] && route[i].pin == c->pin[i] &&
		    route[i].gsi == c->ask && irq_routing_sends(c, &route[i]))
			continue;
		snprintf(why, why_len, "route %u: kind %u pin %u", i, route[i].kind, route[i].pin);
		return false;
	}
	return true;
}

/* Each pin knows a GSI that leads to it, or that none does. */
static inline bool irq_routing_named(const struct irq_routing *table, int gsi, u32 kind, u32 pin)
{
	const struct irq_route *r;
	u32 leading = 0;

	for (r = table->route; r < table->route + table->nr_routes; r++) {
		if (r->kind != kind || r->pin != pin)
			continue;
		if ((int)r->gsi == gsi)
			return true;
		leading++;
	}
	return !leading && gsi == -1;
}

static inline bool irq_routing_leads_back(const struct irq_routing_case *c,
					  const struct irq_routing *table)
{
	u32 pin;

	for (pin = 0; pin < ARRAY_SIZE(table->ioapic_gsi); pin++)
		if (!irq_routing_named(table, table->ioapic_gsi[pin], IRQ_ROUTE_IOAPIC, pin))
			return false;
	for (pin = 0; pin < ARRAY_SIZE(table->pic_gsi); pin++)
		if (!irq_routing_named(table, table->pic_gsi[pin], IRQ_ROUTE_PIC, pin))
			return false;
	return table->nr_routes == c->nr;
}

static inline bool irq_routing_case_ok(const struct irq_routing_case *c, char *why, size_t why_len)
{
	static u64 room[IRQ_ROUTING_ROOM];
	struct irq_routing *table;
	struct vmh_error err = {};
	int ret = irq_routing_check(c->entry, c->nr, &c->rules, &err);

	snprintf(why, why_len, "no room");
	if (!ret && irq_routing_bytes(c->entry, c->nr) > sizeof(room))
		return false;
	/* At the end of the room, where a sanitiser sees what comes behind it. */
	memset(room, 0x5a, sizeof(room));
	table = (void *)room + sizeof(room);
	if (!ret)
		table = (void *)table - ALIGN(irq_routing_bytes(c->entry, c->nr), 8);
	if (!ret)
		ret = irq_routing_build(table, c->entry, c->nr, &err);
	if (c->field) {
		snprintf(why, why_len, "%d, %s", ret, err.field);
		return ret == -EINVAL && !strcmp(err.field, c->field);
	}
	snprintf(why, why_len, "%d, %s", ret, err.text);
	if (ret || !irq_routing_leads(c, table, why, why_len))
		return false;
	snprintf(why, why_len, "pins do not lead back");
	return irq_routing_leads_back(c, table);
}

#endif
