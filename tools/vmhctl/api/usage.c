// SPDX-License-Identifier: GPL-2.0
/* What a VM uses, and where its time goes: for show, limits and top. */
#include "names.h"
#include "usage.h"
#include "vmhctl.h"

const char *const turn_names[TURNS] = { "guest", "kernel", "user", "idle", "throttled" };

/* Print the resources as a table. */
void usage_print(const struct vmh_usage *usage)
{
	printf("%-16s  %14s  %14s  %16s  %10s\n", "RESOURCE", "USED", "PEAK", "LIMIT", "DENIED");
	for (unsigned int i = 0; i < usage->nr; i++) {
		const struct vmh_resource_usage *res = &usage->res[i];
		const struct resource_kind *kind = resource_kind(i);
		char used[AMOUNT_LEN], peak[AMOUNT_LEN] = "-", limit[AMOUNT_LEN];

		format_amount(used, kind->unit, res->used);
		if (!kind->running)
			format_amount(peak, kind->unit, res->peak);
		format_limit(limit, i, res->limit);
		printf("%-16s  %14s  %14s  %16s  %10llu\n", kind->name, used, peak, limit,
		       res->denied);
	}
}

/* Write the resources as an object "resources". */
void usage_json(struct json *json, const struct vmh_usage *usage)
{
	json_object(json, "resources");
	for (unsigned int i = 0; i < usage->nr && i < VMH_RES_NR; i++) {
		const struct vmh_resource_usage *res = &usage->res[i];

		json_object(json, resource_name(i));
		json_number(json, "used", res->used);
		json_number(json, "peak", res->peak);
		if (res->limit == VMH_NO_LIMIT)
			json_null(json, "limit");
		else
			json_number(json, "limit", res->limit);
		json_number(json, "denied", res->denied);
		json_object_end(json);
	}
	json_object_end(json);
}

/* The turns of a VM's time, by turn_names. */
void usage_turns(const struct vmh_stats *stats, uint64_t ns[TURNS])
{
	ns[TURN_GUEST] = stats->guest_ns;
	ns[TURN_KERNEL] = stats->kernel_ns;
	ns[TURN_USER] = stats->user_ns;
	ns[TURN_IDLE] = stats->idle_ns;
	ns[TURN_THROTTLED] = stats->throttled_ns;
}

/**
 * usage_top_exits() - the most frequent exit reasons
 * @exits: counts, by reason.
 * @nr: how many reasons.
 * @reasons: receives those that occurred, the most frequent first.
 * @room: how many fit.
 *
 * Return: how many there are in @reasons.
 */
size_t usage_top_exits(const __u64 *exits, size_t nr, unsigned int *reasons, size_t room)
{
	size_t count = 0;

	for (size_t reason = 0; reason < nr; reason++) {
		size_t at = count;

		if (!exits[reason])
			continue;
		while (at && exits[reasons[at - 1]] < exits[reason])
			at--;
		if (at == room)
			continue;
		if (count < room)
			count++;
		for (size_t i = count - 1; i > at; i--)
			reasons[i] = reasons[i - 1];
		reasons[at] = reason;
	}
	return count;
}

/* An exit reason by name, or its number if it has none. */
const char *usage_exit_name(char text[AMOUNT_LEN], unsigned int reason)
{
	const char *name = exit_reason_name(reason);

	if (name)
		snprintf(text, AMOUNT_LEN, "%s", name);
	else
		snprintf(text, AMOUNT_LEN, "reason_%u", reason);
	return text;
}
