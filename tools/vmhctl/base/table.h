/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_TABLE_H
#define VMHCTL_TABLE_H

#include <assert.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/**
 * struct table - memory that firmware tables are appended to
 * @at: where it starts.
 * @gpa: the same place for the guest.
 * @room: how much may be used.
 * @used: how much is.
 */
struct table {
	uint8_t *at;
	uint64_t gpa;
	size_t room;
	size_t used;
};

/* Append a copy of @item and return it, to be amended. The callers make room enough. */
static inline void *table_add(struct table *table, const void *item, size_t bytes)
{
	uint8_t *at = table->at + table->used;

	assert(bytes <= table->room - table->used);
	memcpy(at, item, bytes);
	table->used += bytes;
	return at;
}

/* What to put into a checksum field, which is 0 meanwhile, so that all bytes add up to 0. */
static inline uint8_t table_checksum(const void *start, size_t bytes)
{
	const uint8_t *at = start;
	uint8_t sum = 0;

	while (bytes--)
		sum += *at++;
	return -sum;
}

#endif /* VMHCTL_TABLE_H */
