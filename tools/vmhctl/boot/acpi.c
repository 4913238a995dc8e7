// SPDX-License-Identifier: GPL-2.0
/*
 * ACPI tables (ACPI Specification 6.5, chapter 5): the processors and the I/O APIC, the power
 * button, how to power off and how to reset, the virtio devices. The PC's own devices are where
 * they always are.
 */
#include "acpi.h"
#include "acpi_dsdt.h"
#include "layout.h"
#include "pm1.h"
#include "reset.h"
#include "table.h"

#define ALL_CPUS		0xff
#define LEGACY_PICS		1	/* MADT flag: a pair of 8259 is there too */
#define LATENCY_C2_NONE		101	/* larger than 100 us: no such state */
#define LATENCY_C3_NONE		1001

enum { MADT_LAPIC = 0, MADT_IOAPIC = 1, MADT_OVERRIDE = 2, MADT_LAPIC_NMI = 4 };
enum { MPS_ACTIVE_HIGH = 1, MPS_LEVEL = 3 << 2 };

enum {
	FADT_WBINVD		= 1 << 0,
	FADT_C1			= 1 << 2,
	FADT_NO_SLEEP_BUTTON	= 1 << 5,
	FADT_NO_RTC_WAKE	= 1 << 6,
	FADT_RESET_REGISTER	= 1 << 10,
};

enum { BOOT_LEGACY_DEVICES = 1 << 0, BOOT_NO_VGA = 1 << 2, BOOT_NO_MSI = 1 << 3 };

struct acpi_rsdp {
	char signature[8];
	uint8_t checksum;
	char oem[6];
	uint8_t revision;
	uint32_t rsdt_gpa;
	uint32_t length;
	uint64_t xsdt_gpa;
	uint8_t extended_checksum;
	uint8_t reserved[3];
} __attribute__((packed));

struct acpi_header {
	char signature[4];
	uint32_t length;
	uint8_t revision;
	uint8_t checksum;
	char oem[6];
	char oem_table[8];
	uint32_t oem_revision;
	char creator[4];
	uint32_t creator_revision;
} __attribute__((packed));

struct acpi_address {
	uint8_t space;
	uint8_t bits;
	uint8_t offset;
	uint8_t access;
	uint64_t address;
} __attribute__((packed));

struct acpi_fadt {
	struct acpi_header header;
	uint32_t facs_gpa;
	uint32_t dsdt_gpa;
	uint8_t reserved0;
	uint8_t profile;
	uint16_t sci_irq;
	uint32_t smi_command;
	uint8_t acpi_enable;
	uint8_t acpi_disable;
	uint8_t s4_request;
	uint8_t pstate_control;
	uint32_t pm1a_event;
	uint32_t pm1b_event;
	uint32_t pm1a_control;
	uint32_t pm1b_control;
	uint32_t pm2_control;
	uint32_t pm_timer;
	uint32_t gpe0;
	uint32_t gpe1;
	uint8_t pm1_event_length;
	uint8_t pm1_control_length;
	uint8_t pm2_control_length;
	uint8_t pm_timer_length;
	uint8_t gpe0_length;
	uint8_t gpe1_length;
	uint8_t gpe1_base;
	uint8_t cstate_control;
	uint16_t c2_latency_us;
	uint16_t c3_latency_us;
	uint16_t flush_size;
	uint16_t flush_stride;
	uint8_t duty_offset;
	uint8_t duty_width;
	uint8_t day_alarm;
	uint8_t month_alarm;
	uint8_t century;
	uint16_t boot_flags;
	uint8_t reserved1;
	uint32_t flags;
	struct acpi_address reset_register;
	uint8_t reset_value;
	uint8_t reserved2[3];
	uint64_t x_facs_gpa;
	uint64_t x_dsdt_gpa;
	struct acpi_address x_registers[8];
} __attribute__((packed));

struct acpi_facs {
	char signature[4];
	uint32_t length;
	uint32_t hardware_signature;
	uint32_t waking_vector;
	uint32_t global_lock;
	uint32_t flags;
	uint64_t x_waking_vector;
	uint8_t version;
	uint8_t reserved[31];
} __attribute__((packed));

struct acpi_madt {
	struct acpi_header header;
	uint32_t lapic_gpa;
	uint32_t flags;
} __attribute__((packed));

struct madt_lapic {
	uint8_t type;
	uint8_t length;
	uint8_t uid;
	uint8_t apic_id;
	uint32_t enabled;
} __attribute__((packed));

struct madt_ioapic {
	uint8_t type;
	uint8_t length;
	uint8_t id;
	uint8_t reserved;
	uint32_t gpa;
	uint32_t gsi_base;
} __attribute__((packed));

struct madt_override {
	uint8_t type;
	uint8_t length;
	uint8_t bus;
	uint8_t irq;
	uint32_t gsi;
	uint16_t flags;
} __attribute__((packed));

struct madt_lapic_nmi {
	uint8_t type;
	uint8_t length;
	uint8_t uid;
	uint16_t flags;
	uint8_t pin;
} __attribute__((packed));

_Static_assert(sizeof(struct acpi_rsdp) == 36, "RSDP");
_Static_assert(sizeof(struct acpi_header) == 36, "table header");
_Static_assert(sizeof(struct acpi_fadt) == 244, "FADT, revision 4");
_Static_assert(sizeof(struct acpi_facs) == 64, "FACS");
_Static_assert(sizeof(struct acpi_madt) == 44, "MADT");

static struct acpi_header acpi_header(const char *signature, uint8_t revision)
{
	struct acpi_header header = {
		.revision = revision, .oem = "VMH   ", .oem_table = "VMHCTL  ",
		.oem_revision = 1, .creator = "VMH ", .creator_revision = 1,
	};

	memcpy(header.signature, signature, sizeof(header.signature));
	return header;
}

/* The table that starts at @header ends here. Returns its address for the guest. */
static uint64_t acpi_finish(struct table *table, struct acpi_header *header)
{
	size_t start = (uint8_t *)header - table->at;

	header->length = table->used - start;
	header->checksum = table_checksum(header, header->length);
	return table->gpa + start;
}

static void acpi_align(struct table *table, size_t alignment)
{
	table->used = (table->used + alignment - 1) / alignment * alignment;
}

static uint64_t acpi_add_facs(struct table *table)
{
	struct acpi_facs facs = { .signature = "FACS", .length = sizeof(facs), .version = 2 };

	acpi_align(table, sizeof(facs));
	table_add(table, &facs, sizeof(facs));
	return table->gpa + table->used - sizeof(facs);
}

static uint64_t acpi_add_dsdt(struct table *table, unsigned int virtio_devices)
{
	struct acpi_header init = acpi_header("DSDT", 2);
	struct acpi_header *header = table_add(table, &init, sizeof(init));

	acpi_dsdt_code(table, virtio_devices);
	return acpi_finish(table, header);
}

static uint64_t acpi_add_fadt(struct table *table, uint64_t facs_gpa, uint64_t dsdt_gpa)
{
	struct acpi_fadt init = {
		.header = acpi_header("FACP", 4),
		.facs_gpa = facs_gpa,
		.dsdt_gpa = dsdt_gpa,
		.sci_irq = ACPI_SCI_IRQ,
		.pm1a_event = ACPI_PM1_EVENT_PORT,
		.pm1a_control = ACPI_PM1_CONTROL_PORT,
		.pm1_event_length = ACPI_PM1_EVENT_PORTS,
		.pm1_control_length = ACPI_PM1_CONTROL_PORTS,
		.c2_latency_us = LATENCY_C2_NONE,
		.c3_latency_us = LATENCY_C3_NONE,
		.century = 0x32,
		.boot_flags = BOOT_LEGACY_DEVICES | BOOT_NO_VGA | BOOT_NO_MSI,
		.flags = FADT_WBINVD | FADT_C1 | FADT_NO_SLEEP_BUTTON | FADT_NO_RTC_WAKE |
			 FADT_RESET_REGISTER,
		.reset_register = { .space = 1, .bits = 8, .access = 1, .address = RESET_PORT },
		.reset_value = RESET_VALUE,
		.x_facs_gpa = facs_gpa,
		.x_dsdt_gpa = dsdt_gpa,
	};

	acpi_align(table, 8);
	return acpi_finish(table, table_add(table, &init, sizeof(init)));
}

static uint64_t acpi_add_madt(struct table *table, unsigned int cpus)
{
	struct acpi_madt init = {
		.header = acpi_header("APIC", 4), .lapic_gpa = LAYOUT_LAPIC_GPA,
		.flags = LEGACY_PICS,
	};
	struct madt_ioapic ioapic = {
		.type = MADT_IOAPIC, .length = sizeof(ioapic), .gpa = LAYOUT_IOAPIC_GPA,
	};
	struct madt_override sci = {
		.type = MADT_OVERRIDE, .length = sizeof(sci),
		.irq = ACPI_SCI_IRQ, .gsi = ACPI_SCI_IRQ,
		.flags = MPS_ACTIVE_HIGH | MPS_LEVEL,
	};
	struct madt_lapic_nmi nmi = {
		.type = MADT_LAPIC_NMI, .length = sizeof(nmi), .uid = ALL_CPUS, .pin = 1,
	};
	struct acpi_madt *madt;

	acpi_align(table, 8);
	madt = table_add(table, &init, sizeof(init));
	for (unsigned int id = 0; id < cpus; id++) {
		struct madt_lapic lapic = {
			.type = MADT_LAPIC, .length = sizeof(lapic), .uid = id, .apic_id = id,
			.enabled = 1,
		};

		table_add(table, &lapic, sizeof(lapic));
	}
	table_add(table, &ioapic, sizeof(ioapic));
	table_add(table, &sci, sizeof(sci));
	table_add(table, &nmi, sizeof(nmi));
	return acpi_finish(table, &madt->header);
}

static uint64_t acpi_add_xsdt(struct table *table, const uint64_t *gpas, size_t bytes)
{
	struct acpi_header init = acpi_header("XSDT", 1);
	struct acpi_header *header;

	acpi_align(table, 8);
	header = table_add(table, &init, sizeof(init));
	table_add(table, gpas, bytes);
	return acpi_finish(table, header);
}

/**
 * acpi_build() - write the tables
 * @at: where; zeroed.
 * @room: bytes there; 8 KiB are enough for every number of vCPUs.
 * @gpa: the same place for the guest; the root pointer comes first.
 * @cpus: vCPUs, whose APIC ids count from 0.
 * @virtio_devices: how many of those there are.
 *
 * Return: bytes used.
 */
size_t acpi_build(uint8_t *at, size_t room, uint64_t gpa, unsigned int cpus,
		  unsigned int virtio_devices)
{
	struct table table = { .at = at, .gpa = gpa, .room = room };
	struct acpi_rsdp init = {
		.signature = "RSD PTR ", .oem = "VMH   ", .revision = 2, .length = sizeof(init),
	};
	struct acpi_rsdp *rsdp;
	uint64_t facs_gpa, dsdt_gpa, tables[2];

	rsdp = table_add(&table, &init, sizeof(init));
	facs_gpa = acpi_add_facs(&table);
	dsdt_gpa = acpi_add_dsdt(&table, virtio_devices);
	tables[0] = acpi_add_fadt(&table, facs_gpa, dsdt_gpa);
	tables[1] = acpi_add_madt(&table, cpus);
	rsdp->xsdt_gpa = acpi_add_xsdt(&table, tables, sizeof(tables));
	/* The first checksum is over what revision 1 had of this structure. */
	rsdp->checksum = table_checksum(rsdp, offsetof(struct acpi_rsdp, length));
	rsdp->extended_checksum = table_checksum(rsdp, sizeof(*rsdp));
	return table.used;
}
