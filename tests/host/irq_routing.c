// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include "table.h"
#include "../vectors/irq_routing.h"

TABLE_TEST(irq_routing)

/* GSI n leads to input n of the I/O APIC, and of the 8259 pair if there is one. */
START_TEST(without_a_table)
{
	const struct kvm_irq_routing_entry unused = { .gsi = ~0U };
	struct kvm_irq_routing_entry entry[IRQ_ROUTING_DEFAULT_NR + 1] = {};
	u32 nr, i, gsi, chip, seen[3] = {};

	entry[IRQ_ROUTING_DEFAULT_NR] = unused;
	nr = irq_routing_default(entry);
	ck_assert_uint_eq(nr, IRQ_ROUTING_DEFAULT_NR);
	ck_assert(!memcmp(&entry[nr], &unused, sizeof(unused)));
	for (i = 0; i < nr; i++) {
		gsi = entry[i].gsi;
		chip = entry[i].u.irqchip.irqchip;
		ck_assert_uint_eq(entry[i].type, KVM_IRQ_ROUTING_IRQCHIP);
		ck_assert_uint_eq(entry[i].flags, 0);
		ck_assert_uint_eq(entry[i].u.irqchip.pin + (chip == KVM_IRQCHIP_PIC_SLAVE ? 8 : 0),
				  gsi);
		ck_assert_uint_lt(chip, ARRAY_SIZE(seen));
		ck_assert_uint_eq(seen[chip] & BIT(gsi), 0);
		seen[chip] |= BIT(gsi);
	}
	ck_assert_uint_eq(seen[KVM_IRQCHIP_IOAPIC], BIT(IRQ_ROUTING_PINS) - 1);
	ck_assert_uint_eq(seen[KVM_IRQCHIP_PIC_MASTER], 0xff);
	ck_assert_uint_eq(seen[KVM_IRQCHIP_PIC_SLAVE], 0xff00);
}
END_TEST

Suite *irq_routing_suite(void)
{
	Suite *suite = suite_create("irq_routing");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, irq_routing);
	tcase_add_test(tcase, without_a_table);
	suite_add_tcase(suite, tcase);
	return suite;
}
