// SPDX-License-Identifier: GPL-2.0
/*
 * ACPI's PM1 event and control registers (ACPI Specification 6.5, "PM1 Event Grouping"): the power
 * button, and the way to power off. A guest that wants to know of the button enables its event, and
 * gets the SCI while both bits are set.
 */
#include "pm1.h"
#include "vm.h"
#include "vmhctl.h"

#define STATUS_BYTES		2	/* the event block: status, then enable */
#define CONTROL_SCI_ENABLE	0x01	/* ACPI mode, from the start */
#define CONTROL_HIGH		1	/* the byte with the bits below */
#define CONTROL_SLEEP_TYPE(v)	((v) >> 2 & 7)
#define CONTROL_SLEEP_ENABLE	0x20
#define EVENT_HIGH		1	/* the byte with the button's bit, in status and enable */
#define EVENT_POWER_BUTTON	0x01

/* With the lock held, so that the last level is the right one. */
static void set_sci(struct pm1 *pm1)
{
	bool level = pm1->status & pm1->enable[EVENT_HIGH] & EVENT_POWER_BUTTON;

	if (level == pm1->sci)
		return;
	pm1->sci = level;
	vm_irq_line(pm1->vm, ACPI_SCI_IRQ, level);
}

static uint8_t event_read(void *opaque, unsigned int offset)
{
	struct pm1 *pm1 = opaque;
	uint8_t value = 0;

	pthread_mutex_lock(&pm1->lock);
	if (offset >= STATUS_BYTES)
		value = pm1->enable[offset - STATUS_BYTES];
	else if (offset == EVENT_HIGH)
		value = pm1->status;
	pthread_mutex_unlock(&pm1->lock);
	return value;
}

/* A status bit goes away when a 1 is written to it. */
static void event_write(void *opaque, unsigned int offset, uint8_t value)
{
	struct pm1 *pm1 = opaque;

	pthread_mutex_lock(&pm1->lock);
	if (offset >= STATUS_BYTES)
		pm1->enable[offset - STATUS_BYTES] = value;
	else if (offset == EVENT_HIGH)
		pm1->status &= ~value;
	set_sci(pm1);
	pthread_mutex_unlock(&pm1->lock);
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
 * pm1_press_power_button() - ask the guest to power off
 * @pm1: any thread may call.
 *
 * Return: false if the guest has not enabled the button, and does not know of it.
 */
bool pm1_press_power_button(struct pm1 *pm1)
{
	bool enabled;

	pthread_mutex_lock(&pm1->lock);
	enabled = pm1->enable[EVENT_HIGH] & EVENT_POWER_BUTTON;
	if (enabled) {
		pm1->status |= EVENT_POWER_BUTTON;
		set_sci(pm1);
	}
	pthread_mutex_unlock(&pm1->lock);
	return enabled;
}

/**
 * pm1_add() - give a VM the registers
 * @pm1: filled in; lives as long as the VM.
 * @vm: the VM.
 */
void pm1_add(struct pm1 *pm1, struct vm *vm)
{
	*pm1 = (struct pm1){ .vm = vm, .lock = PTHREAD_MUTEX_INITIALIZER };
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
