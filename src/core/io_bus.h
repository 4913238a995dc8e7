/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes to ports or device memory that are of interest to somebody: by address, width and value.
 * A table is constant once it is in use; a change is another table, so readers need no lock beyond
 * what keeps the old one alive.
 */
#ifndef VMH_IO_BUS_H
#define VMH_IO_BUS_H

#include <linux/types.h>

/**
 * struct io_bus_entry - a write that is waited for
 * @addr: the port or guest-physical address.
 * @data: the value; 0 with @any_data.
 * @len: bytes: 1, 2, 4 or 8; 0 for any width and value.
 * @any_data: any value.
 * @target: whom to tell.
 */
struct io_bus_entry {
	u64 addr;
	u64 data;
	u32 len;
	bool any_data;
	void *target;
};

/**
 * struct io_bus - a table
 * @nr: how many entries.
 * @entry: sorted by address, width and value.
 */
struct io_bus {
	u32 nr;
	struct io_bus_entry entry[];
};

size_t io_bus_bytes(u32 nr);
bool io_bus_clashes(const struct io_bus *bus, const struct io_bus_entry *entry);
int io_bus_index(const struct io_bus *bus, const struct io_bus_entry *entry);
void io_bus_insert(struct io_bus *to, const struct io_bus *from, const struct io_bus_entry *entry);
void io_bus_remove(struct io_bus *to, const struct io_bus *from, u32 index);
void *io_bus_find(const struct io_bus *bus, u64 addr, u32 len, u64 data);

#endif
