/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_RESOURCE_H
#define VMHCTL_RESOURCE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/vmh.h>

/* Room for an amount in words. */
#define AMOUNT_LEN	32

enum unit { UNIT_COUNT, UNIT_BYTES, UNIT_NS };

/**
 * struct resource_kind - what vmhctl knows of a resource
 * @name: enum vmh_resource in lower case, without its prefix.
 * @unit: what it is counted in.
 * @running: only ever counts up; its limit is a rate, per second.
 */
struct resource_kind {
	const char *name;
	enum unit unit;
	bool running;
};

const struct resource_kind *resource_kind(unsigned int resource);
const char *resource_name(unsigned int resource);
const char *format_amount(char text[AMOUNT_LEN], enum unit unit, uint64_t value);
const char *format_limit(char text[AMOUNT_LEN], unsigned int resource, uint64_t limit);
const char *resource_parse_limit(const char *text, struct vmh_limit *limit);

#endif /* VMHCTL_RESOURCE_H */
