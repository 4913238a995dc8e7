/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_ACPI_H
#define VMHCTL_ACPI_H

#include <stddef.h>
#include <stdint.h>

/* Ports of the power management registers, and the sleep type that means "off". */
#define ACPI_PM1_EVENT_PORT	0x600
#define ACPI_PM1_EVENT_PORTS	4
#define ACPI_PM1_CONTROL_PORT	0x604
#define ACPI_PM1_CONTROL_PORTS	2
#define ACPI_SLEEP_TYPE_OFF	5
#define ACPI_SCI_IRQ		9

size_t acpi_build(uint8_t *at, size_t room, uint64_t gpa, unsigned int cpus,
		  unsigned int virtio_devices);

#endif /* VMHCTL_ACPI_H */
