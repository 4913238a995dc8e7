// SPDX-License-Identifier: GPL-2.0
/* Which devices there are, and at which ports. */
#include <time.h>

#include "board.h"
#include "console.h"
#include "reset.h"
#include "vm.h"

#define COM1_PORT	0x3f8
#define COM1_IRQ	4
#define NS_PER_S	1000000000ULL

static void serial_transmit(void *opaque, uint8_t byte)
{
	(void)opaque;
	console_put(byte);
}

static void serial_set_irq(void *opaque, bool level)
{
	vm_irq_line(opaque, COM1_IRQ, level);
}

static void serial_wake(void *opaque)
{
	vm_wake_main(opaque);
}

static uint64_t serial_now_ns(void *opaque)
{
	struct timespec now;

	(void)opaque;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * NS_PER_S + now.tv_nsec;
}

/**
 * board_init() - put the devices on a VM's bus
 * @board: they live here; as long as the VM does.
 * @vm: created, not started.
 */
void board_init(struct board *board, struct vm *vm)
{
	board->serial_ops = (struct serial_ops){
		.opaque = vm,
		.transmit = serial_transmit,
		.set_irq = serial_set_irq,
		.wake = serial_wake,
		.now_ns = serial_now_ns,
	};
	serial_init(&board->serial, &board->serial_ops);
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "com1", .base = COM1_PORT, .count = UART_PORTS,
		.opaque = &board->serial, .read = serial_read, .write = serial_write,
	});
	cmos_init(&board->cmos);
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "cmos", .base = CMOS_PORT, .count = CMOS_PORTS,
		.opaque = &board->cmos, .read = cmos_read, .write = cmos_write,
	});
	pm1_add(&board->pm1, vm);
	reset_add(vm);
	pci_host_add(&board->pci_host, vm);
}

/* For main_loop_run(): what is typed goes to COM1. */
struct main_loop_input board_input(struct board *board)
{
	return (struct main_loop_input){
		.opaque = &board->serial, .room = serial_room, .receive = serial_receive,
		.send_break = serial_break, .attend = serial_attend,
	};
}
