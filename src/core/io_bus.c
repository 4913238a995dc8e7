// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/string.h>

#include "io_bus.h"

/**
 * io_bus_bytes() - memory that a table takes
 * @nr: entries.
 *
 * Return: bytes; 0 for no entries, for which there is no table.
 */
size_t io_bus_bytes(u32 nr)
{
	return nr ? sizeof(struct io_bus) + nr * sizeof(struct io_bus_entry) : 0;
}

static bool io_bus_before(const struct io_bus_entry *e, u64 addr, u32 len, u64 data)
{
	if (e->addr != addr)
		return e->addr < addr;
	if (e->len != len)
		return e->len < len;
	return e->data < data;
}

/* The first entry that does not sort before these values. */
static u32 io_bus_lower(const struct io_bus *bus, u64 addr, u32 len, u64 data)
{
	u32 low = 0, high = bus->nr, mid;

	while (low < high) {
		mid = (low + high) / 2;
		if (io_bus_before(&bus->entry[mid], addr, len, data))
			low = mid + 1;
		else
			high = mid;
	}
	return low;
}

static bool io_bus_entries_clash(const struct io_bus_entry *a, const struct io_bus_entry *b)
{
	if (!a->len || !b->len)
		return true;
	return a->len == b->len && (a->any_data || b->any_data || a->data == b->data);
}

/**
 * io_bus_clashes() - would a write be of interest to two?
 * @bus: the table; NULL for an empty one.
 * @entry: a new entry.
 *
 * Return: whether an entry there is for some of the same writes.
 */
bool io_bus_clashes(const struct io_bus *bus, const struct io_bus_entry *entry)
{
	u32 i;

	if (!bus)
		return false;
	for (i = io_bus_lower(bus, entry->addr, 0, 0); i < bus->nr; i++) {
		if (bus->entry[i].addr != entry->addr)
			return false;
		if (io_bus_entries_clash(&bus->entry[i], entry))
			return true;
	}
	return false;
}

/**
 * io_bus_index() - look for an entry that is the same in everything
 * @bus: the table; NULL for an empty one.
 * @entry: what it looks like.
 *
 * Return: its index, or -ENOENT.
 */
int io_bus_index(const struct io_bus *bus, const struct io_bus_entry *entry)
{
	const struct io_bus_entry *e;
	u32 i;

	if (!bus)
		return -ENOENT;
	i = io_bus_lower(bus, entry->addr, entry->len, entry->data);
	e = &bus->entry[i];
	if (i == bus->nr || e->addr != entry->addr || e->len != entry->len ||
	    e->data != entry->data || e->any_data != entry->any_data || e->target != entry->target)
		return -ENOENT;
	return i;
}

/**
 * io_bus_insert() - a table with one entry more
 * @to: memory of io_bus_bytes() for it.
 * @from: the table as it is; NULL for an empty one.
 * @entry: the entry, which clashes with none there.
 */
void io_bus_insert(struct io_bus *to, const struct io_bus *from, const struct io_bus_entry *entry)
{
	const u32 nr = from ? from->nr : 0;
	u32 at = 0;

	to->nr = nr + 1;
	if (from) {
		at = io_bus_lower(from, entry->addr, entry->len, entry->data);
		memcpy(to->entry, from->entry, at * sizeof(*entry));
		memcpy(&to->entry[at + 1], &from->entry[at], (nr - at) * sizeof(*entry));
	}
	to->entry[at] = *entry;
}

/**
 * io_bus_remove() - a table with one entry less
 * @to: memory of io_bus_bytes() for it, if any is left.
 * @from: the table as it is.
 * @index: the entry that goes.
 */
void io_bus_remove(struct io_bus *to, const struct io_bus *from, u32 index)
{
	to->nr = from->nr - 1;
	memcpy(to->entry, from->entry, index * sizeof(to->entry[0]));
	memcpy(&to->entry[index], &from->entry[index + 1],
	       (to->nr - index) * sizeof(to->entry[0]));
}

/**
 * io_bus_find() - which target waits for a write?
 * @bus: the table.
 * @addr: where to.
 * @len: bytes.
 * @data: what, the bytes above @len being 0.
 *
 * Return: the target, or NULL.
 */
void *io_bus_find(const struct io_bus *bus, u64 addr, u32 len, u64 data)
{
	const struct io_bus_entry *e;
	u32 i = io_bus_lower(bus, addr, 0, 0);

	/* A target that takes every width is alone at its address. */
	e = &bus->entry[i];
	if (i == bus->nr || e->addr != addr)
		return NULL;
	if (!e->len)
		return e->target;
	/* One that takes every value is alone with its width. */
	i = io_bus_lower(bus, addr, len, 0);
	e = &bus->entry[i];
	if (i == bus->nr || e->addr != addr || e->len != len)
		return NULL;
	if (e->any_data)
		return e->target;
	i = io_bus_lower(bus, addr, len, data);
	e = &bus->entry[i];
	if (i == bus->nr || e->addr != addr || e->len != len || e->data != data)
		return NULL;
	return e->target;
}
