// SPDX-License-Identifier: GPL-2.0
/*
 * The table by which systems without ACPI find processors and the I/O APIC (Intel MultiProcessor
 * Specification 1.4). ISA interrupt n is wired to pin n, as the in-kernel controllers do it.
 */
#include "layout.h"
#include "mptable.h"
#include "table.h"

#define SPEC_1_4		4
#define APIC_VERSION		0x14
#define IOAPIC_VERSION		0x11
#define ISA_BUS			0
#define ISA_IRQS		16
#define ALL_APICS		0xff
#define CPU_SIGNATURE		0x600	/* family 6; the guest asks CPUID anyway */
#define CPU_FEATURES		0x201	/* FPU and APIC */

enum { ENTRY_CPU, ENTRY_BUS, ENTRY_IOAPIC, ENTRY_INTERRUPT, ENTRY_LOCAL_INTERRUPT };
enum { CPU_ENABLED = 1, CPU_BOOT = 2, IOAPIC_ENABLED = 1 };
enum { INT_VECTORED, INT_NMI, INT_SMI, INT_EXTERNAL };

struct mp_floating {
	char signature[4];
	uint32_t table_gpa;
	uint8_t paragraphs;
	uint8_t revision;
	uint8_t checksum;
	uint8_t features[5];
} __attribute__((packed));

struct mp_header {
	char signature[4];
	uint16_t length;
	uint8_t revision;
	uint8_t checksum;
	char oem[8];
	char product[12];
	uint32_t oem_table;
	uint16_t oem_length;
	uint16_t entries;
	uint32_t lapic_gpa;
	uint16_t extended_length;
	uint8_t extended_checksum;
	uint8_t reserved;
} __attribute__((packed));

struct mp_cpu {
	uint8_t type;
	uint8_t apic_id;
	uint8_t apic_version;
	uint8_t flags;
	uint32_t signature;
	uint32_t features;
	uint32_t reserved[2];
} __attribute__((packed));

struct mp_bus {
	uint8_t type;
	uint8_t id;
	char name[6];
} __attribute__((packed));

struct mp_ioapic {
	uint8_t type;
	uint8_t id;
	uint8_t version;
	uint8_t flags;
	uint32_t gpa;
} __attribute__((packed));

struct mp_interrupt {
	uint8_t type;
	uint8_t kind;
	uint16_t flags;
	uint8_t bus;
	uint8_t irq;
	uint8_t apic_id;
	uint8_t pin;
} __attribute__((packed));

_Static_assert(sizeof(struct mp_floating) == 16, "MP floating pointer");
_Static_assert(sizeof(struct mp_header) == 44, "MP table header");
_Static_assert(sizeof(struct mp_cpu) == 20, "MP processor entry");
_Static_assert(sizeof(struct mp_bus) == 8, "MP bus entry");
_Static_assert(sizeof(struct mp_ioapic) == 8, "MP I/O APIC entry");
_Static_assert(sizeof(struct mp_interrupt) == 8, "MP interrupt entry");

static void add_interrupt(struct table *table, uint8_t type, uint8_t kind, uint8_t irq,
			  uint8_t apic_id, uint8_t pin)
{
	struct mp_interrupt interrupt = {
		.type = type, .kind = kind, .bus = ISA_BUS, .irq = irq, .apic_id = apic_id,
		.pin = pin,
	};

	table_add(table, &interrupt, sizeof(interrupt));
}

static uint16_t add_entries(struct table *table, unsigned int cpus)
{
	struct mp_bus bus = { .type = ENTRY_BUS, .id = ISA_BUS, .name = "ISA   " };
	struct mp_ioapic ioapic = {
		.type = ENTRY_IOAPIC, .id = cpus, .version = IOAPIC_VERSION,
		.flags = IOAPIC_ENABLED, .gpa = LAYOUT_IOAPIC_GPA,
	};

	for (unsigned int id = 0; id < cpus; id++) {
		struct mp_cpu cpu = {
			.type = ENTRY_CPU, .apic_id = id, .apic_version = APIC_VERSION,
			.flags = CPU_ENABLED | (id ? 0 : CPU_BOOT),
			.signature = CPU_SIGNATURE, .features = CPU_FEATURES,
		};

		table_add(table, &cpu, sizeof(cpu));
	}
	table_add(table, &bus, sizeof(bus));
	table_add(table, &ioapic, sizeof(ioapic));
	for (unsigned int irq = 0; irq < ISA_IRQS; irq++)
		add_interrupt(table, ENTRY_INTERRUPT, INT_VECTORED, irq, ioapic.id, irq);
	add_interrupt(table, ENTRY_LOCAL_INTERRUPT, INT_EXTERNAL, 0, 0, 0);
	add_interrupt(table, ENTRY_LOCAL_INTERRUPT, INT_NMI, 0, ALL_APICS, 1);
	return cpus + ISA_IRQS + 4;
}

/**
 * mptable_build() - write the table
 * @at: where; zeroed.
 * @room: bytes there; 8 KiB are enough for every number of vCPUs.
 * @gpa: the same place for the guest, between 0xf0000 and 1 MiB.
 * @cpus: vCPUs, whose APIC ids count from 0.
 *
 * Return: bytes used.
 */
size_t mptable_build(uint8_t *at, size_t room, uint64_t gpa, unsigned int cpus)
{
	struct table table = { .at = at, .gpa = gpa, .room = room };
	struct mp_floating floating_init = {
		.signature = "_MP_", .table_gpa = gpa + sizeof(floating_init), .paragraphs = 1,
		.revision = SPEC_1_4,
	};
	struct mp_header header_init = {
		.signature = "PCMP", .revision = SPEC_1_4, .oem = "VMH     ",
		.product = "VMHCTL      ", .lapic_gpa = LAYOUT_LAPIC_GPA,
	};
	struct mp_floating *floating = table_add(&table, &floating_init, sizeof(floating_init));
	struct mp_header *header = table_add(&table, &header_init, sizeof(header_init));

	floating->checksum = table_checksum(floating, sizeof(*floating));
	header->entries = add_entries(&table, cpus);
	header->length = table.used - sizeof(*floating);
	header->checksum = table_checksum(header, header->length);
	return table.used;
}
