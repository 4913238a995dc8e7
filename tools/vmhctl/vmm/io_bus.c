// SPDX-License-Identifier: GPL-2.0
/* Which device answers an access. What nobody answers reads as all ones, as on an empty bus. */
#include <assert.h>

#include "io_bus.h"
#include "message.h"

/**
 * io_bus_add() - put a device on the bus
 * @bus: the bus; no vCPU runs yet.
 * @range: copied. Ranges do not overlap, but that one which answers single bytes only may lie
 *	within one that comes later.
 */
void io_bus_add(struct io_bus *bus, const struct io_range *range)
{
	assert(bus->nr < IO_BUS_MAX);
	bus->ranges[bus->nr++] = *range;
}

static const struct io_range *io_bus_find(const struct io_bus *bus, uint64_t address,
					  bool single)
{
	for (size_t i = 0; i < bus->nr; i++) {
		const struct io_range *range = &bus->ranges[i];

		if (address - range->base < range->count && (single || !range->byte_only))
			return range;
	}
	return NULL;
}

/* The device that takes an access as a whole, if one does. */
static const struct io_range *io_bus_whole(const struct io_bus *bus, uint64_t address,
					   unsigned int size)
{
	const struct io_range *range = io_bus_find(bus, address, size == 1);

	return range && range->load && range->count - (address - range->base) >= size ? range :
											NULL;
}

/* The device for byte @i of an access. */
static const struct io_range *io_bus_select(const struct io_bus *bus, uint64_t address,
					    unsigned int i, unsigned int size)
{
	const struct io_range *range = io_bus_find(bus, address + i, size == 1);

	if (range && range->access && i == 0)
		range->access(range->opaque, address - range->base, size);
	return range;
}

/**
 * io_bus_read() - the guest reads
 * @bus: the bus.
 * @address: first address.
 * @data: receives @size bytes.
 * @size: 1 to 8.
 */
void io_bus_read(struct io_bus *bus, uint64_t address, uint8_t *data, unsigned int size)
{
	const struct io_range *whole = io_bus_whole(bus, address, size);
	bool answered = false;

	if (whole) {
		whole->load(whole->opaque, address - whole->base, data, size);
		return;
	}
	for (unsigned int i = 0; i < size; i++) {
		const struct io_range *range = io_bus_select(bus, address, i, size);

		data[i] = 0xff;
		if (!range)
			continue;
		answered = true;
		if (range->read)
			data[i] = range->read(range->opaque, address + i - range->base);
	}
	if (bus->trace && !answered)
		complain("%s %#llx: read of %u bytes: no device", bus->name,
			 (unsigned long long)address, size);
}

/**
 * io_bus_write() - the guest writes
 * @bus: the bus.
 * @address: first address.
 * @data: @size bytes.
 * @size: 1 to 8.
 */
void io_bus_write(struct io_bus *bus, uint64_t address, const uint8_t *data, unsigned int size)
{
	const struct io_range *whole = io_bus_whole(bus, address, size);
	unsigned long long value = 0;
	bool answered = false;

	if (whole) {
		whole->store(whole->opaque, address - whole->base, data, size);
		return;
	}
	for (unsigned int i = 0; i < size; i++) {
		const struct io_range *range = io_bus_select(bus, address, i, size);

		if (!range)
			continue;
		answered = true;
		if (range->write)
			range->write(range->opaque, address + i - range->base, data[i]);
	}
	if (!bus->trace || answered)
		return;
	for (unsigned int i = size; i--; )
		value = value << 8 | data[i];
	complain("%s %#llx: write of %u bytes, %#llx: no device", bus->name,
		 (unsigned long long)address, size, value);
}
