/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_RESET_H
#define VMHCTL_RESET_H

#include <stdint.h>

struct vm;

/* The PC's reset register; ACPI names it too. */
#define RESET_PORT	0xcf9
#define RESET_VALUE	0x06

void reset_add(struct vm *vm);

#endif /* VMHCTL_RESET_H */
