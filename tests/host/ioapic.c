// SPDX-License-Identifier: GPL-2.0
#include <stdlib.h>

#include "table.h"
#include "../vectors/ioapic.h"

TABLE_TEST(ioapic)

/* An entry that is likely to be of use: few vectors, seldom masked. */
static u32 any_entry(void)
{
	u32 modes = random() % 8 ? 0x100 : 0x700;

	u32 entry = random() & (0x8000 | modes);

	if (random() % 4 == 0)
		entry |= 0x10000;
	return entry | (0x30 + random() % 4);
}

static void any_operation(struct ioapic *io, struct irq_msg *out)
{
	static const u32 offsets[] = { 0, 0x10, 0x10, 0x10, 0x40, 4 };
	u64 val;

	switch (random() % 8) {
	case 0:
		ioapic_eoi(io, 0x30 + random() % 4, out, IOAPIC_NR_PINS);
		break;
	case 1:
		ioapic_mmio_read(io, random() % 0x120, random() % 10, &val);
		break;
	case 2:
		ioapic_mmio_write(io, random() % 0x120, random() % 10, random(), out,
				  IOAPIC_NR_PINS);
		break;
	case 3:
		ioapic_mmio_write(io, 0, 4, 0x10 + random() % 48, out, IOAPIC_NR_PINS);
		ioapic_mmio_write(io, offsets[random() % ARRAY_SIZE(offsets)], 4, any_entry(), out,
				  IOAPIC_NR_PINS);
		break;
	default:
		ioapic_set_irq(io, random() % 25, random() % 3, random() % 2, out);
	}
}

/* No level interrupt is ever stuck: asserted, not masked, and yet not on its way. */
static bool pin_is_sane(const struct ioapic *io, int pin)
{
	u64 rte = io->rte[pin];
	bool level = (rte & IOAPIC_RTE_LEVEL) && (rte >> IOAPIC_RTE_MODE_SHIFT & 7) < 2;

	if ((io->irr >> pin & 1) != (io->sources[pin] != 0) || (rte & 0x00fffffffffe1000ull))
		return false;
	if (!level)
		return !(rte & IOAPIC_RTE_REMOTE_IRR);
	return !io->sources[pin] || (rte & (IOAPIC_RTE_MASKED | IOAPIC_RTE_REMOTE_IRR));
}

static bool pins_are_sane(const struct ioapic *io)
{
	int pin;

	for (pin = 0; pin < IOAPIC_NR_PINS; pin++)
		if (!pin_is_sane(io, pin))
			return false;
	return true;
}

START_TEST(any_operations)
{
	struct kvm_ioapic_state state, again;
	struct irq_msg out[IOAPIC_NR_PINS];
	struct ioapic io, other;
	int i;

	srandom(5);
	ioapic_init(&io);
	for (i = 0; i < 50000; i++) {
		any_operation(&io, out);
		ck_assert(pins_are_sane(&io));
		ioapic_get_state(&io, &state);
		ioapic_init(&other);
		ck_assert(ioapic_set_state(&other, &state, out, IOAPIC_NR_PINS) >= 0);
		ioapic_get_state(&other, &again);
		ck_assert(!memcmp(state.redirtbl, again.redirtbl, sizeof(state.redirtbl)));
	}
}
END_TEST

/* Who gives too little room gets an error before anything changes. */
START_TEST(too_few_messages)
{
	struct irq_msg out[IOAPIC_NR_PINS];
	struct kvm_ioapic_state state;
	struct ioapic io, before;

	ioapic_init(&io);
	ioapic_get_state(&io, &state);
	state.id = 5;
	before = io;
	ck_assert_int_eq(ioapic_mmio_write(&io, 0, 4, 0x12, out, IOAPIC_NR_PINS - 1), -ENOSPC);
	ck_assert_int_eq(ioapic_eoi(&io, 0x31, out, IOAPIC_NR_PINS - 1), -ENOSPC);
	ck_assert_int_eq(ioapic_set_state(&io, &state, out, IOAPIC_NR_PINS - 1), -ENOSPC);
	ck_assert_mem_eq(&io, &before, sizeof(io));
}
END_TEST

/* Behind the entries are the sources. Here they look like entries of the vector that ends. */
START_TEST(entries_end)
{
	struct irq_msg out[IOAPIC_NR_PINS];
	unsigned long level[256 / BITS_PER_LONG] = {}, all[256 / BITS_PER_LONG] = {};
	struct ioapic io, before;

	ioapic_init(&io);
	io.sources[0] = IOAPIC_RTE_REMOTE_IRR | IOAPIC_RTE_LEVEL | 0x31;
	before = io;
	ck_assert_int_eq(ioapic_eoi(&io, 0x31, out, IOAPIC_NR_PINS), 0);
	ck_assert_mem_eq(&io, &before, sizeof(io));
	ck_assert_uint_eq(ioapic_pins_of(&io, 0x31), 0);
	ioapic_vectors(&io, level, all);
	ck_assert(!test_bit(0x31, level) && !test_bit(0x31, all));
}
END_TEST

/* The vectors whose EOI matters, and all that may arrive. */
START_TEST(vectors_of_entries)
{
	unsigned long level[256 / BITS_PER_LONG] = {}, all[256 / BITS_PER_LONG] = {};
	struct ioapic io;

	ioapic_init(&io);
	io.rte[0] = 0x31;
	io.rte[1] = 0x8042;
	io.rte[2] = 0x18053;
	io.rte[3] = 0x10064;
	io.rte[23] = 0x80ff;
	ioapic_vectors(&io, level, all);
	ck_assert(!test_bit(0x31, level) && test_bit(0x31, all));
	ck_assert(test_bit(0x42, level) && test_bit(0x42, all));
	ck_assert(test_bit(0x53, level) && !test_bit(0x53, all));
	ck_assert(!test_bit(0x64, level) && !test_bit(0x64, all));
	ck_assert(test_bit(0xff, level) && test_bit(0xff, all));
	ck_assert_uint_eq(find_first_bit(level, 256), 0x42);
	ioapic_vectors(&io, level, NULL);
	ck_assert_uint_eq(find_next_bit(level, 256, 0x54), 0xff);
}
END_TEST

Suite *ioapic_suite(void)
{
	Suite *suite = suite_create("ioapic");
	TCase *tcase = tcase_create("table");

	tcase_add_table(tcase, ioapic);
	tcase_add_test(tcase, any_operations);
	tcase_add_test(tcase, too_few_messages);
	tcase_add_test(tcase, entries_end);
	tcase_add_test(tcase, vectors_of_entries);
	suite_add_tcase(suite, tcase);
	return suite;
}
