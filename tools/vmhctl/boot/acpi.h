/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_ACPI_H
#define VMHCTL_ACPI_H

#include <stddef.h>
#include <stdint.h>

size_t acpi_build(uint8_t *at, size_t room, uint64_t gpa, unsigned int cpus,
		  unsigned int virtio_devices);

#endif /* VMHCTL_ACPI_H */
