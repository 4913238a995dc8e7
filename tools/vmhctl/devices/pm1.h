/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_PM1_H
#define VMHCTL_PM1_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

/* Ports of the power management registers, and the sleep type that means "off". */
#define ACPI_PM1_EVENT_PORT	0x600
#define ACPI_PM1_EVENT_PORTS	4
#define ACPI_PM1_CONTROL_PORT	0x604
#define ACPI_PM1_CONTROL_PORTS	2
#define ACPI_SLEEP_TYPE_OFF	5
#define ACPI_SCI_IRQ		9

struct vm;

/**
 * struct pm1 - ACPI's fixed power management registers
 * @vm: what is powered off.
 * @lock: of @status, @enable and @sci.
 * @status: high byte of the event status register; the low one is always 0.
 * @enable: event enable register, by bytes.
 * @sci: level of the interrupt line.
 * @control: control register, by bytes.
 */
struct pm1 {
	struct vm *vm;
	pthread_mutex_t lock;
	uint8_t status;
	uint8_t enable[2];
	bool sci;
	atomic_uchar control[2];
};

bool pm1_press_power_button(struct pm1 *pm1);
void pm1_add(struct pm1 *pm1, struct vm *vm);

#endif /* VMHCTL_PM1_H */
