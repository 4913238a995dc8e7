/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_BOARD_H
#define VMHCTL_BOARD_H

#include "cmos.h"
#include "main_loop.h"
#include "pci_host.h"
#include "pm1.h"
#include "serial.h"

struct vm;

/**
 * struct board - the devices around the processors that live in this process
 * @serial: COM1, the console.
 * @serial_ops: what it is connected to.
 * @cmos: the clock.
 * @pm1: the power button, and the way to power off.
 * @pci_host: an empty PCI bus.
 */
struct board {
	struct serial serial;
	struct serial_ops serial_ops;
	struct cmos cmos;
	struct pm1 pm1;
	struct pci_host pci_host;
};

void board_init(struct board *board, struct vm *vm);
struct main_loop_input board_input(struct board *board);

#endif /* VMHCTL_BOARD_H */
