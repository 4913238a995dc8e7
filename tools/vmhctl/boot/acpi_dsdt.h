/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_ACPI_DSDT_H
#define VMHCTL_ACPI_DSDT_H

#include "table.h"

void acpi_dsdt_code(struct table *table, unsigned int virtio_devices);

#endif /* VMHCTL_ACPI_DSDT_H */
