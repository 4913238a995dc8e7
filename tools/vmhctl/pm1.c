// SPDX-License-Identifier: GPL-2.0
/* ACPI's PM1 event and control registers: the way to power off. */
#include "acpi.h"
#include "pm1.h"
#include "vm.h"
#include "vmhctl.h"

#define STATUS_BYTES		2	/* the event block: status, then enable */
#define CONTROL_SCI_ENABLE	0x01	/* ACPI mode, from the start */
#define CONTROL_HIGH		1	/* the byte with the bits below */
#define CONTROL_SLEEP_TYPE(v)	((v) >> 2 & 7)
#define CONTROL_SLEEP_ENABLE	0x20

static uint8_t event_read(void *opaque, unsigned int offset)
{
	struct pm1 *pm1 = opaque;

	return offset < STATUS_BYTES ? 0 : pm1->enable[offset - STATUS_BYTES];
}

static void event_write(void *opaque, unsigned int offset, uint8_t value)
{
	struct pm1 *pm1 = opaque;

	if (offset >= STATUS_BYTES)
		pm1->enable[offset - STATUS_BYTES] = value;
}

static uint8_t control_read(void *opaque, unsigned int offset)
{
	struct pm1 *pm1 = opaque;

	return pm1->control[offset] | (offset == CONTROL_HIGH ? 0 : CONTROL_SCI_ENABLE);
}

static void control_write(void *opaque, unsigned int offset, uint8_t value)
{
	struct pm1 *pm1 = opaque;

	/* The enable bit is write-only. */
	if (offset == CONTROL_HIGH && (value & CONTROL_SLEEP_ENABLE)) {
		if (CONTROL_SLEEP_TYPE(value) == ACPI_SLEEP_TYPE_OFF)
			vm_end(pm1->vm, VMHCTL_OK);
		value &= ~CONTROL_SLEEP_ENABLE;
	}
	pm1->control[offset] = value;
}

/**
 * pm1_add() - give a VM the registers
 * @pm1: filled in; lives as long as the VM.
 * @vm: the VM.
 */
void pm1_add(struct pm1 *pm1, struct vm *vm)
{
	*pm1 = (struct pm1){ .vm = vm };
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "pm1-event", .base = ACPI_PM1_EVENT_PORT, .count = ACPI_PM1_EVENT_PORTS,
		.opaque = pm1, .read = event_read, .write = event_write,
	});
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "pm1-control", .base = ACPI_PM1_CONTROL_PORT,
		.count = ACPI_PM1_CONTROL_PORTS,
		.opaque = pm1, .read = control_read, .write = control_write,
	});
}
