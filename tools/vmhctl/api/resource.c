// SPDX-License-Identifier: GPL-2.0
/* The resources of a VM: their names, and their amounts in words, both ways. */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "resource.h"
#include "size.h"
#include "vmhctl.h"

#define NS_PER_S	1000000000ULL

static const struct resource_kind kinds[VMH_RES_NR] = {
	[VMH_RES_SLOT_BYTES]	  = { "slot_bytes", UNIT_BYTES, false },
	[VMH_RES_POPULATED_BYTES] = { "populated_bytes", UNIT_BYTES, false },
	[VMH_RES_EPT_PAGES]	  = { "ept_pages", UNIT_COUNT, false },
	[VMH_RES_KERNEL_BYTES]	  = { "kernel_bytes", UNIT_BYTES, false },
	[VMH_RES_VCPUS]		  = { "vcpus", UNIT_COUNT, false },
	[VMH_RES_SLOTS]		  = { "slots", UNIT_COUNT, false },
	[VMH_RES_EVENTFDS]	  = { "eventfds", UNIT_COUNT, false },
	[VMH_RES_EXITS]		  = { "exits", UNIT_COUNT, true },
	[VMH_RES_RUN_NS]	  = { "run_ns", UNIT_NS, true },
};

/* What is known of a resource; one that a newer module has is called "unknown". */
const struct resource_kind *resource_kind(unsigned int resource)
{
	static const struct resource_kind unknown = { "unknown", UNIT_COUNT, false };

	return resource < ARRAY_SIZE(kinds) ? &kinds[resource] : &unknown;
}

/* enum vmh_resource in lower case, without its prefix. */
const char *resource_name(unsigned int resource)
{
	return resource_kind(resource)->name;
}

static void format_bytes(char text[AMOUNT_LEN], uint64_t bytes)
{
	static const char *const units[] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	unsigned int unit = 0;
	double value = bytes;

	while (value >= 1024 && unit < ARRAY_SIZE(units) - 1) {
		value /= 1024;
		unit++;
	}
	/* Whole amounts without a fraction; of others as much as tells them apart. */
	if (value == (uint64_t)value)
		snprintf(text, AMOUNT_LEN, "%.0f %s", value, units[unit]);
	else
		snprintf(text, AMOUNT_LEN, "%.1f %s", value, units[unit]);
}

static void format_ns(char text[AMOUNT_LEN], uint64_t ns)
{
	uint64_t minutes = ns / (60 * NS_PER_S);

	if (ns < NS_PER_S)
		snprintf(text, AMOUNT_LEN, "%.1f ms", ns / 1e6);
	else if (minutes < 10)
		snprintf(text, AMOUNT_LEN, "%.1f s", ns / 1e9);
	else
		snprintf(text, AMOUNT_LEN, "%llu h %02llu min",
			 (unsigned long long)minutes / 60, (unsigned long long)minutes % 60);
}

/**
 * format_amount() - an amount in words
 * @text: receives them.
 * @unit: of what.
 * @value: how much.
 *
 * Return: @text.
 */
const char *format_amount(char text[AMOUNT_LEN], enum unit unit, uint64_t value)
{
	if (unit == UNIT_BYTES)
		format_bytes(text, value);
	else if (unit == UNIT_NS)
		format_ns(text, value);
	else
		snprintf(text, AMOUNT_LEN, "%llu", (unsigned long long)value);
	return text;
}

/**
 * format_limit() - a limit in words
 * @text: receives them.
 * @resource: enum vmh_resource; of a running count the limit is a rate.
 * @limit: VMH_NO_LIMIT for none.
 *
 * Return: @text.
 */
const char *format_limit(char text[AMOUNT_LEN], unsigned int resource, uint64_t limit)
{
	const struct resource_kind *kind = resource_kind(resource);

	if (limit == VMH_NO_LIMIT)
		snprintf(text, AMOUNT_LEN, "none");
	else if (!kind->running)
		format_amount(text, kind->unit, limit);
	else if (kind->unit == UNIT_NS)
		snprintf(text, AMOUNT_LEN, "%g processors", limit / 1e9);
	else
		snprintf(text, AMOUNT_LEN, "%llu/s", (unsigned long long)limit);
	return text;
}

/* Processors, as "1.5": at most nine digits before the point and after it. */
static bool parse_processors(const char *text, uint64_t *ns)
{
	uint64_t whole = 0, fraction = 0, weight = NS_PER_S;
	const char *start = text;

	for (; isdigit((unsigned char)*text) && text - start < 9; text++)
		whole = 10 * whole + (*text - '0');
	if (text == start)
		return false;
	if (*text == '.') {
		if (!isdigit((unsigned char)*++text))
			return false;
		for (; isdigit((unsigned char)*text) && weight > 1; text++) {
			weight /= 10;
			fraction += weight * (*text - '0');
		}
	}
	*ns = whole * NS_PER_S + fraction;
	return !*text;
}

static bool parse_none(const char *text, uint64_t *value)
{
	*value = VMH_NO_LIMIT;
	return !strcmp(text, "none");
}

static bool parse_value(const struct resource_kind *kind, const char *text, uint64_t *value)
{
	if (!(kind->unit == UNIT_BYTES ? parse_size : parse_number)(text, value))
		return false;
	/* The number that means "none" to the kernel is no amount. */
	return *value != VMH_NO_LIMIT;
}

static const char *no_such_resource(void)
{
	static char text[256];
	size_t used = snprintf(text, sizeof(text), "no such resource; there are");

	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++)
		used += snprintf(text + used, sizeof(text) - used, " %s,", kinds[i].name);
	snprintf(text + used, sizeof(text) - used, " and run, which is run_ns in processors");
	return text;
}

/**
 * resource_parse_limit() - read RESOURCE=VALUE
 * @text: a resource's name, or "run" for run_ns in processors; then an amount or "none".
 * @limit: filled in.
 *
 * Return: NULL, or what is wrong, in words.
 */
const char *resource_parse_limit(const char *text, struct vmh_limit *limit)
{
	const char *value = strchr(text, '=');
	size_t length = value ? (size_t)(value - text) : strlen(text);
	uint64_t amount;

	*limit = (struct vmh_limit){ 0 };
	if (!value)
		return "not of the form RESOURCE=VALUE";
	value++;
	if (length == strlen("run") && !strncmp(text, "run", length)) {
		limit->resource = VMH_RES_RUN_NS;
		if (parse_none(value, &amount) || parse_processors(value, &amount))
			goto out_taken;
		return "not a number of processors such as 1.5, nor none";
	}
	for (unsigned int i = 0; i < ARRAY_SIZE(kinds); i++) {
		if (strlen(kinds[i].name) != length || strncmp(kinds[i].name, text, length))
			continue;
		limit->resource = i;
		if (parse_none(value, &amount) || parse_value(&kinds[i], value, &amount))
			goto out_taken;
		return kinds[i].unit == UNIT_BYTES ? "not a size such as 512M or 1G, nor none" :
						     "not a number, nor none";
	}
	return no_such_resource();

out_taken:
	limit->limit = amount;
	return NULL;
}
