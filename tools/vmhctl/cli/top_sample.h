/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_TOP_SAMPLE_H
#define VMHCTL_TOP_SAMPLE_H

#include "device.h"
#include "usage.h"

/**
 * struct top_vm - a VM at a moment
 * @entry: who it is.
 * @stats: its times and exits so far.
 * @usage: its resources.
 */
struct top_vm {
	struct vmh_vm_entry entry;
	struct vmh_stats stats;
	struct vmh_usage usage;
};

/**
 * struct top_sample - all VMs at a moment
 * @time_ns: when.
 * @nr: how many.
 * @vms: them, by rising id.
 */
struct top_sample {
	uint64_t time_ns;
	size_t nr;
	struct top_vm *vms;
};

/**
 * struct top_rates - what a VM did between two moments
 * @exits: in a second.
 * @reasons: in a second, by reason.
 * @percent: of its vCPUs' time, by turn.
 * @memory_bytes: guest memory that it has at the end.
 * @denied: charges refused and times held back, since it exists.
 */
struct top_rates {
	__u64 exits;
	__u64 reasons[VMH_STATS_EXITS];
	double percent[TURNS];
	uint64_t memory_bytes;
	uint64_t denied;
};

int top_sample_take(struct top_sample *sample, const struct device *dev);
void top_sample_drop(struct top_sample *sample);
const struct top_vm *top_sample_find(const struct top_sample *sample, uint64_t serial);
void top_rates_get(struct top_rates *rates, const struct top_vm *before,
		   const struct top_vm *now, uint64_t elapsed_ns);

#endif /* VMHCTL_TOP_SAMPLE_H */
