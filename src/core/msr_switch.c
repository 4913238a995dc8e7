// SPDX-License-Identifier: GPL-2.0
/* Which MSRs an entry and an exit switch. */
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/string.h>
#include "msr_switch.h"

static_assert(sizeof(struct msr_switch_entry) == 16);

/* The place of PEBS records is the host's, so none may be written in a guest. */
static u64 guest_value(const struct msr_switch_pair *pair)
{
	return pair->msr == MSR_SWITCH_PEBS_ENABLE ? 0 : pair->guest;
}

static bool is_left_alone(const struct msr_switch_pair *pair)
{
	return pair->host == guest_value(pair) || pair->msr == MSR_SWITCH_DS_AREA ||
	       pair->msr == MSR_SWITCH_PEBS_CONFIG;
}

static int add(struct msr_switch *out, const struct msr_switch_pair *pair)
{
	if (out->nr == MSR_SWITCH_MAX)
		return -E2BIG;
	out->guest[out->nr] = (struct msr_switch_entry) {
		.msr = pair->msr, .value = guest_value(pair),
	};
	out->host[out->nr] = (struct msr_switch_entry) {
		.msr = pair->msr, .value = pair->host,
	};
	out->nr++;
	return 0;
}

int msr_switch_make(struct msr_switch *out, const struct msr_switch_pair *pairs, u32 nr,
		    bool has_fields)
{
	const struct msr_switch_pair *pair;
	int ret = 0;

	memset(out, 0, sizeof(*out));
	for (pair = pairs; pair < pairs + nr && !ret; pair++) {
		if (is_left_alone(pair))
			continue;
		if (pair->msr == MSR_SWITCH_GLOBAL_CTRL && has_fields) {
			out->global_fields = true;
			out->global_guest = pair->guest;
			out->global_host = pair->host;
			continue;
		}
		/* A record that is under way is still written. */
		if (pair->msr == MSR_SWITCH_PEBS_ENABLE) {
			out->pebs_off = true;
			out->pebs_host = pair->host;
		}
		ret = add(out, pair);
	}
	return ret;
}

bool msr_switch_same(const struct msr_switch *a, const struct msr_switch *b)
{
	size_t bytes = a->nr * sizeof(a->guest[0]);

	return a->nr == b->nr && a->global_fields == b->global_fields &&
	       a->global_guest == b->global_guest && a->global_host == b->global_host &&
	       !memcmp(a->guest, b->guest, bytes) && !memcmp(a->host, b->host, bytes);
}
