// SPDX-License-Identifier: GPL-2.0
/*
 * What a flat guest talks to: a port for characters, one to end with, and memory behind both
 * buses to write to and read back, which tells the width of the accesses too. One vCPU at a time
 * may use that memory.
 */
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

static void scratch_access(void *opaque, unsigned int offset, unsigned int size)
{
	struct scratch *scratch = opaque;

	if (offset != scratch->width_at)
		scratch->width = size;
}

static uint8_t scratch_read(void *opaque, unsigned int offset)
{
	struct scratch *scratch = opaque;

	return offset == scratch->width_at ? scratch->width : scratch->bytes[offset];
}

static void scratch_write(void *opaque, unsigned int offset, uint8_t value)
{
	((struct scratch *)opaque)->bytes[offset] = value;
}

static void scratch_add(struct scratch *scratch, struct io_bus *bus, uint64_t base,
			uint32_t count, unsigned int width_at)
{
	*scratch = (struct scratch){ .width_at = width_at };
	io_bus_add(bus, &(struct io_range){
		.name = "scratch", .base = base, .count = count, .opaque = scratch,
		.access = scratch_access, .read = scratch_read, .write = scratch_write,
	});
}

/**
 * test_ports_add() - give a VM what a flat guest talks to
 * @test_ports: filled in; lives as long as the VM.
 * @vm: the VM.
 */
void test_ports_add(struct test_ports *test_ports, struct vm *vm)
{
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "debug", .base = PORT_DEBUG, .count = 1, .write = debug_write,
	});
	io_bus_add(&vm->ports, &(struct io_range){
		.name = "exit", .base = PORT_EXIT, .count = 1, .opaque = vm, .write = exit_write,
	});
	scratch_add(&test_ports->ports, &vm->ports, TEST_SCRATCH_PORT, TEST_SCRATCH_PORTS + 1,
		    TEST_SCRATCH_PORTS);
	scratch_add(&test_ports->mmio, &vm->mmio, TEST_SCRATCH_GPA, TEST_SCRATCH_BYTES,
		    TEST_SCRATCH_WIDTH);
}
