/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_IO_BUS_H
#define VMHCTL_IO_BUS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define IO_BUS_MAX	16

/**
 * struct io_range - ports or memory addresses that a device answers
 * @name: the device.
 * @base: first address.
 * @count: number of addresses.
 * @byte_only: answers one-byte accesses only; wider ones pass it by.
 * @opaque: given back to the functions.
 * @access: an access of @size bytes follows, the first of them at @base + @offset; NULL when the
 *	device does not care. Not called for an access that begins before @base.
 * @read: one byte from @base + @offset; NULL reads all ones.
 * @write: one byte to @base + @offset; NULL ignores it.
 * @load: a device with wider registers: a whole read of @size bytes, none of them beyond the range.
 *	With it @store, and none of the three above.
 * @store: a whole write.
 *
 * The devices of a PC's board are eight bits wide. The bus cuts wider accesses into bytes for them,
 * as the ISA bus did. The functions are called by any vCPU's thread: they do their own locking.
 */
struct io_range {
	const char *name;
	uint64_t base;
	uint32_t count;
	bool byte_only;
	void *opaque;
	void (*access)(void *opaque, unsigned int offset, unsigned int size);
	uint8_t (*read)(void *opaque, unsigned int offset);
	void (*write)(void *opaque, unsigned int offset, uint8_t value);
	void (*load)(void *opaque, unsigned int offset, uint8_t *data, unsigned int size);
	void (*store)(void *opaque, unsigned int offset, const uint8_t *data, unsigned int size);
};

/**
 * struct io_bus - the I/O ports of a VM, or its memory-mapped devices
 * @name: which of the two, for @trace.
 * @nr: ranges in use.
 * @trace: print accesses that no device answers.
 * @ranges: the devices. Constant once vCPUs run.
 */
struct io_bus {
	const char *name;
	size_t nr;
	bool trace;
	struct io_range ranges[IO_BUS_MAX];
};

void io_bus_add(struct io_bus *bus, const struct io_range *range);
void io_bus_read(struct io_bus *bus, uint64_t address, uint8_t *data, unsigned int size);
void io_bus_write(struct io_bus *bus, uint64_t address, const uint8_t *data, unsigned int size);

#endif /* VMHCTL_IO_BUS_H */
