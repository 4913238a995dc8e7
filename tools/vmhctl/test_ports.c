// SPDX-License-Identifier: GPL-2.0
/* The two ports through which a flat guest talks: a character out, and the end. */
#include "console.h"
#include "test_ports.h"
#include "vm.h"

#define PORT_DEBUG	0xe9
#define PORT_EXIT	0xf4

static void debug_write(void *opaque, unsigned int offset, uint8_t value)
{
	(void)opaque;
	(void)offset;
	console_put(value);
}

static void exit_write(void *opaque, unsigned int offset, uint8_t value)
{
	(void)offset;
	vm_end(opaque, value);
}

/* Give a VM the test ports. */
void test_ports_add(struct vm *vm)
{
	io_bus_add(&vm->bus, &(struct io_range){
		.name = "debug", .base = PORT_DEBUG, .count = 1, .write = debug_write,
	});
	io_bus_add(&vm->bus, &(struct io_range){
		.name = "exit", .base = PORT_EXIT, .count = 1, .opaque = vm, .write = exit_write,
	});
}
