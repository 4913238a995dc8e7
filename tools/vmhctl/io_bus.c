// SPDX-License-Identifier: GPL-2.0
/* I/O ports: which device answers. What nobody answers reads as all ones, as on an empty bus. */
#include <assert.h>

#include "io_bus.h"
#include "message.h"

/**
 * io_bus_add() - put a device on the bus
 * @bus: the bus; no vCPU runs yet.
 * @range: copied. Ranges do not overlap.
 */
void io_bus_add(struct io_bus *bus, const struct io_range *range)
{
	assert(bus->nr < IO_BUS_MAX);
	bus->ranges[bus->nr++] = *range;
}

static const struct io_range *io_bus_find(const struct io_bus *bus, uint16_t port, bool single)
{
	for (size_t i = 0; i < bus->nr; i++) {
		const struct io_range *range = &bus->ranges[i];

		if ((uint16_t)(port - range->base) < range->count && (single || !range->byte_only))
			return range;
	}
	return NULL;
}

/**
 * io_bus_read() - the guest reads a port
 * @bus: the bus.
 * @port: first port.
 * @data: receives @size bytes.
 * @size: 1, 2 or 4.
 */
void io_bus_read(struct io_bus *bus, uint16_t port, uint8_t *data, unsigned int size)
{
	bool answered = false;

	for (unsigned int i = 0; i < size; i++) {
		uint16_t at = port + i;
		const struct io_range *range = io_bus_find(bus, at, size == 1);

		data[i] = 0xff;
		if (!range)
			continue;
		answered = true;
		if (range->read)
			data[i] = range->read(range->opaque, at - range->base);
	}
	if (bus->trace && !answered)
		complain("io: read of %u bytes from port %#x: no device", size, port);
}

/**
 * io_bus_write() - the guest writes a port
 * @bus: the bus.
 * @port: first port.
 * @data: @size bytes.
 * @size: 1, 2 or 4.
 */
void io_bus_write(struct io_bus *bus, uint16_t port, const uint8_t *data, unsigned int size)
{
	bool answered = false;

	for (unsigned int i = 0; i < size; i++) {
		uint16_t at = port + i;
		const struct io_range *range = io_bus_find(bus, at, size == 1);

		if (!range)
			continue;
		answered = true;
		if (range->write)
			range->write(range->opaque, at - range->base, data[i]);
	}
	if (bus->trace && !answered) {
		uint32_t value = 0;

		for (unsigned int i = size; i--; )
			value = value << 8 | data[i];
		complain("io: write of %#x, %u bytes, to port %#x: no device",
			 value, size, port);
	}
}
