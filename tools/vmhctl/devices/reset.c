// SPDX-License-Identifier: GPL-2.0
/*
 * The ways in which a PC's software resets it: the keyboard controller, port 0x92 and the reset
 * register. Each ends the VM well. Of the keyboard controller there is no more than that.
 */
#include "reset.h"
#include "vm.h"
#include "vmhctl.h"

#define I8042_COMMAND		0x64
#define I8042_PULSE_RESET	0xfe
#define SYSTEM_CONTROL_A	0x92
#define SYSTEM_CONTROL_A20	0x02
#define SYSTEM_CONTROL_RESET	0x01
#define RESET_CPU		0x04

/* Nothing typed, and ready for commands. */
static uint8_t i8042_status(void *opaque, unsigned int offset)
{
	(void)opaque;
	(void)offset;
	return 0;
}

static void i8042_command(void *opaque, unsigned int offset, uint8_t value)
{
	(void)offset;
	if (value == I8042_PULSE_RESET)
		vm_end(opaque, VMHCTL_OK);
}

/* A20 is always on. */
static uint8_t control_a_read(void *opaque, unsigned int offset)
{
	(void)opaque;
	(void)offset;
	return SYSTEM_CONTROL_A20;
}

static void control_a_write(void *opaque, unsigned int offset, uint8_t value)
{
	(void)offset;
	if (value & SYSTEM_CONTROL_RESET)
		vm_end(opaque, VMHCTL_OK);
}

static void reset_write(void *opaque, unsigned int offset, uint8_t value)
{
	(void)offset;
	if (value & RESET_CPU)
		vm_end(opaque, VMHCTL_OK);
}

/* Give a VM the ways to reset it. */
void reset_add(struct vm *vm)
{
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "i8042", .base = I8042_COMMAND, .count = 1, .opaque = vm,
		.read = i8042_status, .write = i8042_command,
	});
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "port92", .base = SYSTEM_CONTROL_A, .count = 1, .opaque = vm,
		.read = control_a_read, .write = control_a_write,
	});
	/* A wider access here is one to the PCI configuration address. */
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "reset", .base = RESET_PORT, .count = 1, .byte_only = true, .opaque = vm,
		.write = reset_write,
	});
}
