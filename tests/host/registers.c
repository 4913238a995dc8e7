// SPDX-License-Identifier: GPL-2.0
/*
 * Which registers of the platform models, and which CPUID registers with features, the case tables
 * reach. The tables run here once more, with each access noted down; what no row reads or writes is
 * named, and fails.
 */
#include <check.h>
#include <stdio.h>

#include <linux/kernel.h>
#include <cpuid_bits.h>
#include <ioapic.h>
#include <lapic.h>
#include <lapic_regs.h>
#include <pic.h>
#include <pit.h>

enum device {
	XAPIC,			/* by offset in the page */
	X2APIC,			/* by MSR - LAPIC_MSR_FIRST */
	IOAPIC_PAGE,		/* by offset */
	IOAPIC_INDEX,		/* by IOREGSEL */
	PIC,			/* by enum pic_word, chip * PIC_WORDS */
	PIT,			/* by enum pit_word */
	DEVICES,
};

#define INDICES		0x400

static u8 seen[DEVICES][2][INDICES];

static void note(enum device device, bool write, u32 index)
{
	if (index < INDICES)
		seen[device][write][index] = 1;
}

static int noted_lapic_mmio_read(struct lapic *l, u32 offset, u64 now, u32 *val)
{
	int ret = lapic_mmio_read(l, offset, now, val);

	if (!ret)
		note(XAPIC, false, offset);
	return ret;
}

static int noted_lapic_mmio_write(struct lapic *l, u32 offset, u32 val, u64 now,
				  struct lapic_effect *fx)
{
	int ret = lapic_mmio_write(l, offset, val, now, fx);

	if (!ret)
		note(XAPIC, true, offset);
	return ret;
}

static int noted_lapic_msr_read(struct lapic *l, u32 msr, u64 now, u64 *val)
{
	int ret = lapic_msr_read(l, msr, now, val);

	if (lapic_x2apic(l))
		note(X2APIC, false, msr - LAPIC_MSR_FIRST);
	return ret;
}

static int noted_lapic_msr_write(struct lapic *l, u32 msr, u64 val, u64 now,
				 struct lapic_effect *fx)
{
	if (lapic_x2apic(l))
		note(X2APIC, true, msr - LAPIC_MSR_FIRST);
	return lapic_msr_write(l, msr, val, now, fx);
}

static int noted_ioapic_mmio_read(const struct ioapic *io, u32 offset, unsigned int len, u64 *val)
{
	note(IOAPIC_PAGE, false, offset);
	if (offset == 0x10)
		note(IOAPIC_INDEX, false, io->regsel);
	return ioapic_mmio_read(io, offset, len, val);
}

static int noted_ioapic_mmio_write(struct ioapic *io, u32 offset, unsigned int len, u64 val,
				   struct irq_msg *out, unsigned int max)
{
	note(IOAPIC_PAGE, true, offset);
	if (offset == 0x10)
		note(IOAPIC_INDEX, true, io->regsel);
	return ioapic_mmio_write(io, offset, len, val, out, max);
}

/* Command words; of OCW2, which has eight commands, each. What is read: the first four. */
enum pic_word {
	PIC_ICW1, PIC_ICW2, PIC_ICW3, PIC_ICW4, PIC_OCW1, PIC_OCW3, PIC_ELCR,
	PIC_OCW2 = 8,
	PIC_WORDS = 16,
	PIC_READS_IRR = 0, PIC_READS_ISR, PIC_READS_POLL, PIC_READS_IMR,
};

static unsigned int pic_chip_of(u16 port)
{
	return port >= 0xa0 && port != 0x4d0;
}

static int noted_pic_port_read(struct pic *p, u16 port, u8 *val)
{
	unsigned int chip = pic_chip_of(port), word;

	if (port >= 0x4d0)
		word = PIC_ELCR;
	else if (p->chips[chip].poll)
		word = PIC_READS_POLL;
	else if (port & 1)
		word = PIC_READS_IMR;
	else
		word = p->chips[chip].read_isr ? PIC_READS_ISR : PIC_READS_IRR;
	note(PIC, false, chip * PIC_WORDS + word);
	return pic_port_read(p, port, val);
}

static int noted_pic_port_write(struct pic *p, u16 port, u8 val)
{
	unsigned int chip = pic_chip_of(port), word, step = p->chips[chip].init_step;

	if (port >= 0x4d0)
		word = PIC_ELCR;
	else if (port & 1)
		word = step == PIC_INIT_DONE ? PIC_OCW1 : PIC_ICW2 + step - PIC_INIT_ICW2;
	else if (val & 0x10)
		word = PIC_ICW1;
	else
		word = val & 8 ? PIC_OCW3 : PIC_OCW2 + (val >> 5);
	note(PIC, true, chip * PIC_WORDS + word);
	return pic_port_write(p, port, val);
}

enum pit_word {
	PIT_COUNT,		/* + channel */
	PIT_READ_BACK = 3,
	PIT_LATCH,		/* + channel */
	PIT_ACCESS = 8,		/* + 4 * channel, + 1 to 3 */
	PIT_MODE = 24,		/* + 8 * channel, + 0 to 5 */
	PIT_BCD = 48,		/* + channel */
	PIT_SPEAKER = 51,
};

static void note_pit_control(u8 val)
{
	unsigned int channel = val >> 6, access = val >> 4 & 3, mode = val >> 1 & 7;

	if (channel == 3) {
		note(PIT, true, PIT_READ_BACK);
	} else if (!access) {
		note(PIT, true, PIT_LATCH + channel);
	} else {
		note(PIT, true, PIT_ACCESS + 4 * channel + access);
		note(PIT, true, PIT_MODE + 8 * channel + mode);
		if (val & 1)
			note(PIT, true, PIT_BCD + channel);
	}
}

static int noted_pit_port_read(struct pit *p, u16 port, u64 now, u8 *val)
{
	note(PIT, false, port == PIT_PORT_SPEAKER ? PIT_SPEAKER : port - PIT_PORT_FIRST);
	return pit_port_read(p, port, now, val);
}

static int noted_pit_port_write(struct pit *p, u16 port, u8 val, u64 now)
{
	if (port == PIT_PORT_LAST)
		note_pit_control(val);
	else
		note(PIT, true, port == PIT_PORT_SPEAKER ? PIT_SPEAKER : port - PIT_PORT_FIRST);
	return pit_port_write(p, port, val, now);
}

#define lapic_mmio_read		noted_lapic_mmio_read
#define lapic_mmio_write	noted_lapic_mmio_write
#define lapic_msr_read		noted_lapic_msr_read
#define lapic_msr_write		noted_lapic_msr_write
#define ioapic_mmio_read	noted_ioapic_mmio_read
#define ioapic_mmio_write	noted_ioapic_mmio_write
#define pic_port_read		noted_pic_port_read
#define pic_port_write		noted_pic_port_write
#define pit_port_read		noted_pit_port_read
#define pit_port_write		noted_pit_port_write

#include "../vectors/cpuid_policy.h"
#include "../vectors/ioapic.h"
#include "../vectors/lapic_access.h"
#include "../vectors/lapic_lvt.h"
#include "../vectors/lapic_timer.h"
#include "../vectors/pic.h"
#include "../vectors/pit.h"

/* Registers that exist: @count of them from @first on, @step apart. */
struct range {
	const char *what;
	u8 device;
	bool read;
	bool write;
	u16 first;
	u16 step;
	u16 count;
};

#define READ	true, false
#define WRITE	false, true
#define BOTH	true, true

static const struct range ranges[] = {
	{ "xAPIC ID, version", XAPIC, BOTH, 0x20, 0x10, 2 },
	{ "xAPIC TPR to SVR", XAPIC, BOTH, 0x80, 0x10, 8 },
	{ "xAPIC ISR, TMR, IRR", XAPIC, BOTH, 0x100, 0x10, 24 },
	{ "xAPIC ESR", XAPIC, BOTH, 0x280, 0x10, 1 },
	{ "xAPIC ICR, LVT, counts", XAPIC, BOTH, 0x300, 0x10, 10 },
	{ "xAPIC divide configuration", XAPIC, BOTH, 0x3e0, 0x10, 1 },
	{ "x2APIC ID, version", X2APIC, BOTH, 2, 1, 2 },
	{ "x2APIC TPR", X2APIC, BOTH, 8, 1, 1 },
	{ "x2APIC PPR, EOI", X2APIC, BOTH, 0xa, 1, 2 },
	{ "x2APIC LDR", X2APIC, BOTH, 0xd, 1, 1 },
	{ "x2APIC SVR", X2APIC, BOTH, 0xf, 1, 1 },
	{ "x2APIC ISR, TMR, IRR", X2APIC, BOTH, 0x10, 1, 24 },
	{ "x2APIC ESR", X2APIC, BOTH, 0x28, 1, 1 },
	{ "x2APIC ICR", X2APIC, BOTH, 0x30, 1, 1 },
	{ "x2APIC LVT, counts", X2APIC, BOTH, 0x32, 1, 8 },
	{ "x2APIC divide configuration, self IPI", X2APIC, BOTH, 0x3e, 1, 2 },
	{ "I/O APIC select, window", IOAPIC_PAGE, BOTH, 0, 0x10, 2 },
	{ "I/O APIC EOI", IOAPIC_PAGE, WRITE, 0x40, 1, 1 },
	{ "I/O APIC ID, version, arbitration", IOAPIC_INDEX, BOTH, 0, 1, 3 },
	{ "I/O APIC redirection", IOAPIC_INDEX, BOTH, 0x10, 1, 2 * IOAPIC_NR_PINS },
	{ "first PIC ICW1 to OCW1, OCW3, ELCR", PIC, WRITE, PIC_ICW1, 1, 7 },
	{ "first PIC OCW2", PIC, WRITE, PIC_OCW2, 1, 8 },
	{ "first PIC IRR, ISR, poll, IMR", PIC, READ, 0, 1, 4 },
	{ "first PIC ELCR", PIC, READ, PIC_ELCR, 1, 1 },
	{ "second PIC ICW1 to OCW1, OCW3, ELCR", PIC, WRITE, PIC_WORDS, 1, 7 },
	{ "second PIC OCW2", PIC, WRITE, PIC_WORDS + PIC_OCW2, 1, 8 },
	{ "second PIC IRR, ISR, poll, IMR", PIC, READ, PIC_WORDS, 1, 4 },
	{ "second PIC ELCR", PIC, READ, PIC_WORDS + PIC_ELCR, 1, 1 },
	{ "PIT counts", PIT, BOTH, PIT_COUNT, 1, 3 },
	{ "PIT read-back, latches", PIT, WRITE, PIT_READ_BACK, 1, 4 },
	{ "PIT channel 0 access", PIT, WRITE, PIT_ACCESS + 1, 1, 3 },
	{ "PIT channel 1 access", PIT, WRITE, PIT_ACCESS + 5, 1, 3 },
	{ "PIT channel 2 access", PIT, WRITE, PIT_ACCESS + 9, 1, 3 },
	{ "PIT channel 0 mode", PIT, WRITE, PIT_MODE, 1, 6 },
	{ "PIT channel 2 mode", PIT, WRITE, PIT_MODE + 16, 1, 6 },
	{ "PIT BCD", PIT, WRITE, PIT_BCD, 1, 1 },
	{ "port 0x61", PIT, BOTH, PIT_SPEAKER, 1, 1 },
};

#define RUN(stem) do {								\
	for (unsigned int i = 0; i < ARRAY_SIZE(stem##_cases); i++)		\
		ck_assert(stem##_case_ok(&stem##_cases[i], why, sizeof(why)));	\
} while (0)

static void run_tables(void)
{
	char why[256];

	RUN(ioapic);
	RUN(lapic_access);
	RUN(lapic_lvt);
	RUN(lapic_timer);
	RUN(pic);
	RUN(pit);
}

static unsigned int covered(const struct range *range, bool write, unsigned int *missing)
{
	unsigned int i, index, nr = 0;

	if (write ? !range->write : !range->read)
		return 0;
	for (i = 0; i < range->count; i++) {
		index = range->first + i * range->step;
		if (seen[range->device][write][index]) {
			nr++;
			continue;
		}
		fprintf(stderr, "no row %s %s: %#x\n", write ? "writes" : "reads", range->what,
			index);
		++*missing;
	}
	return nr;
}

START_TEST(platform)
{
	unsigned int i, nr = 0, missing = 0;

	run_tables();
	for (i = 0; i < ARRAY_SIZE(ranges); i++)
		nr += covered(&ranges[i], false, &missing) + covered(&ranges[i], true, &missing);
	printf("platform registers: %u of %u covered, reads and writes\n", nr, nr + missing);
	ck_assert_uint_eq(missing, 0);
}
END_TEST

static bool feature_is_covered(const struct cpuid_bit *bit)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cpuid_policy_cases); i++) {
		const struct cpuid_policy_case *c = &cpuid_policy_cases[i];

		if (c->leaf == bit->leaf && c->subleaf == bit->subleaf && c->reg == bit->reg &&
		    c->mask & 1u << bit->bit)
			return true;
	}
	return false;
}

START_TEST(features)
{
	unsigned int i, nr = 0;

	for (i = 0; i < cpuid_bits_nr; i++) {
		if (feature_is_covered(&cpuid_bits[i]))
			nr++;
		else
			fprintf(stderr, "no row for leaf %x.%x register %u bit %u\n",
				cpuid_bits[i].leaf, cpuid_bits[i].subleaf, cpuid_bits[i].reg,
				cpuid_bits[i].bit);
	}
	printf("CPUID features: %u of %zu covered\n", nr, cpuid_bits_nr);
	ck_assert_uint_eq(nr, cpuid_bits_nr);
}
END_TEST

Suite *registers_suite(void)
{
	Suite *suite = suite_create("registers");
	TCase *tcase = tcase_create("coverage");

	tcase_add_test(tcase, platform);
	tcase_add_test(tcase, features);
	suite_add_tcase(suite, tcase);
	return suite;
}
