// SPDX-License-Identifier: GPL-2.0
/*
 * What the DSDT says, in ACPI's machine language (ACPI Specification 6.5, chapter 20): how to power
 * off, and where the virtio devices are. All but the numbers in it is the same for every VM.
 */
#include "acpi.h"
#include "acpi_dsdt.h"
#include "layout.h"
#include "pm1.h"

enum {
	OP_BYTE = 0x0a, OP_NAME = 0x08, OP_STRING = 0x0d, OP_SCOPE = 0x10, OP_BUFFER = 0x11,
	OP_EXTENDED = 0x5b, OP_DEVICE = 0x82
};

/* Resource descriptors: fixed memory that can be written, an edge-triggered interrupt, the end. */
enum { RES_MEMORY = 0x86, RES_INTERRUPT = 0x89, RES_END = 0x79 };
enum { MEMORY_WRITABLE = 1, INTERRUPT_CONSUMER = 1, INTERRUPT_EDGE = 2 };

/* A package's length counts itself: one byte up to 63; two, the first with the low four bits. */
#define LENGTH_1_MAX	63
#define LENGTH_2_LOW(n)	(0x40 | ((n) & 15))
#define LENGTH_2_HIGH(n) ((n) >> 4)

/* Name (\_S5, Package (4) { 5, 5, 0, 0 }): the sleep type to write for "off". */
static const uint8_t power_off[] = {
	OP_NAME, '_', 'S', '5', '_',
	0x12, 0x08, 0x04, 0x0a, ACPI_SLEEP_TYPE_OFF, 0x0a, ACPI_SLEEP_TYPE_OFF, 0x00, 0x00,
};

struct aml_resources {
	uint8_t memory;
	uint16_t memory_bytes;
	uint8_t writable;
	uint32_t base;
	uint32_t length;
	uint8_t interrupt;
	uint16_t interrupt_bytes;
	uint8_t flags;
	uint8_t count;
	uint32_t gsi;
	uint8_t end;
	uint8_t checksum;	/* 0: none */
} __attribute__((packed));

/* Device (VR0n) { Name (_HID, "LNRO0005") Name (_UID, n) Name (_CRS, Buffer { resources }) } */
struct aml_virtio {
	uint8_t extended;
	uint8_t device;
	uint8_t device_length;
	char name[4];
	uint8_t hid_name;
	char hid[4];
	uint8_t hid_string;
	char hid_value[9];
	uint8_t uid_name;
	char uid[4];
	uint8_t uid_byte;
	uint8_t uid_value;
	uint8_t crs_name;
	char crs[4];
	uint8_t crs_buffer;
	uint8_t crs_length;
	uint8_t crs_byte;
	uint8_t crs_bytes;
	struct aml_resources resources;
} __attribute__((packed));

struct aml_scope {
	uint8_t scope;
	uint8_t length_low;
	uint8_t length_high;
	char name[5];
} __attribute__((packed));

#define DEVICE_LENGTH	(sizeof(struct aml_virtio) - offsetof(struct aml_virtio, device_length))
#define CRS_LENGTH	(sizeof(struct aml_virtio) - offsetof(struct aml_virtio, crs_length))

_Static_assert(sizeof(struct aml_resources) == 23, "12 of memory, 9 of interrupt, 2 of end");
_Static_assert(DEVICE_LENGTH <= LENGTH_1_MAX, "a length of one byte");

static void add_virtio(struct table *table, unsigned int slot)
{
	struct aml_virtio init = {
		.extended = OP_EXTENDED, .device = OP_DEVICE, .device_length = DEVICE_LENGTH,
		.name = { 'V', 'R', '0', '0' + slot },
		.hid_name = OP_NAME, .hid = "_HID", .hid_string = OP_STRING,
		.hid_value = "LNRO0005",
		.uid_name = OP_NAME, .uid = "_UID", .uid_byte = OP_BYTE, .uid_value = slot,
		.crs_name = OP_NAME, .crs = "_CRS", .crs_buffer = OP_BUFFER,
		.crs_length = CRS_LENGTH, .crs_byte = OP_BYTE,
		.crs_bytes = sizeof(struct aml_resources),
		.resources = {
			.memory = RES_MEMORY, .memory_bytes = 9, .writable = MEMORY_WRITABLE,
			.base = LAYOUT_VIRTIO_GPA + slot * LAYOUT_VIRTIO_BYTES,
			.length = LAYOUT_VIRTIO_BYTES,
			.interrupt = RES_INTERRUPT, .interrupt_bytes = 6,
			.flags = INTERRUPT_CONSUMER | INTERRUPT_EDGE, .count = 1,
			.gsi = LAYOUT_VIRTIO_GSI + slot,
			.end = RES_END,
		},
	};

	table_add(table, &init, sizeof(init));
}

/**
 * acpi_dsdt_code() - append what the DSDT says
 * @table: after the DSDT's header.
 * @virtio_devices: how many there are, in the slots from 0 on.
 */
void acpi_dsdt_code(struct table *table, unsigned int virtio_devices)
{
	size_t length = sizeof(struct aml_scope) - offsetof(struct aml_scope, length_low) +
			virtio_devices * sizeof(struct aml_virtio);
	struct aml_scope scope = {
		.scope = OP_SCOPE, .length_low = LENGTH_2_LOW(length),
		.length_high = LENGTH_2_HIGH(length), .name = "\\_SB_",
	};

	table_add(table, power_off, sizeof(power_off));
	if (!virtio_devices)
		return;
	table_add(table, &scope, sizeof(scope));
	for (unsigned int slot = 0; slot < virtio_devices; slot++)
		add_virtio(table, slot);
}
