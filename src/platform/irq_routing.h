/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where a global system interrupt (GSI) leads: to inputs of the 8259 pair and of the I/O APIC, or
 * to a message. A table is built once and constant from then on; a change is another table.
 */
#ifndef VMH_IRQ_ROUTING_H
#define VMH_IRQ_ROUTING_H

#include <linux/kvm.h>
#include <linux/types.h>
#include <linux/vmh.h>

/* GSIs are below it, and a table has at most as many routes: KVM_CAP_IRQ_ROUTING. */
#define IRQ_GSIS_MAX		4096
/* A chip is wired to a GSI once: two 8259s and an I/O APIC. */
#define IRQ_ROUTES_PER_GSI	3
#define IRQ_ROUTING_PINS	24

/**
 * enum irq_route_kind - what a route leads to
 * @IRQ_ROUTE_PIC: input @pin of the 8259 pair, 0 to 15.
 * @IRQ_ROUTE_IOAPIC: input @pin of the I/O APIC.
 * @IRQ_ROUTE_MSI: the message that @address and @data make.
 */
enum irq_route_kind {
	IRQ_ROUTE_PIC,
	IRQ_ROUTE_IOAPIC,
	IRQ_ROUTE_MSI,
};

/**
 * struct irq_route - one way that a GSI takes
 * @address: of the message.
 * @data: of the message.
 * @gsi: whose it is.
 * @kind: enum irq_route_kind.
 * @pin: of the chip.
 */
struct irq_route {
	u64 address;
	u32 data;
	u16 gsi;
	u8 kind;
	u8 pin;
};

/**
 * struct irq_routing - a table
 * @nr_routes: routes in it.
 * @nr_gsis: the GSIs that have a route are below it.
 * @ioapic_gsi: by input of the I/O APIC: which GSI leads there, or -1.
 * @pic_gsi: the same for the 8259 pair.
 * @route: sorted by GSI.
 *
 * Behind the routes is, per GSI, where its routes start, and once more where the last ones end.
 */
struct irq_routing {
	u16 nr_routes;
	u16 nr_gsis;
	s16 ioapic_gsi[IRQ_ROUTING_PINS];
	s16 pic_gsi[16];
	struct irq_route route[];
};

/**
 * struct irq_routing_rules - what the VM allows
 * @chips: it has an 8259 pair and an I/O APIC.
 * @wide_ids: messages have 32-bit destinations, so bits 39:32 of the address have to be 0.
 */
struct irq_routing_rules {
	bool chips;
	bool wide_ids;
};

int irq_routing_check(const struct kvm_irq_routing_entry *entry, u32 nr,
		      const struct irq_routing_rules *rules, struct vmh_error *err);
size_t irq_routing_bytes(const struct kvm_irq_routing_entry *entry, u32 nr);
int irq_routing_build(struct irq_routing *table, const struct kvm_irq_routing_entry *entry, u32 nr,
		      struct vmh_error *err);
unsigned int irq_routing_find(const struct irq_routing *table, u32 gsi,
			      const struct irq_route **routes);
u32 irq_routing_default(struct kvm_irq_routing_entry *entry);

/* Entries that irq_routing_default() writes. */
#define IRQ_ROUTING_DEFAULT_NR	(IRQ_ROUTING_PINS + 16)

#endif
