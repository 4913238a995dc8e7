/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_PM1_H
#define VMHCTL_PM1_H

#include <stdatomic.h>
#include <stdint.h>

struct vm;

/**
 * struct pm1 - ACPI's fixed power management registers
 * @vm: what is powered off.
 * @enable: event enable register, by bytes. No event ever happens.
 * @control: control register, by bytes.
 */
struct pm1 {
	struct vm *vm;
	atomic_uchar enable[2];
	atomic_uchar control[2];
};

void pm1_add(struct pm1 *pm1, struct vm *vm);

#endif /* VMHCTL_PM1_H */
