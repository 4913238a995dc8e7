// SPDX-License-Identifier: GPL-2.0
/* What "vmhctl top" reads, and what it makes of two readings. */
#include <errno.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "error.h"
#include "message.h"
#include "remote.h"
#include "top_sample.h"
#include "vmhctl.h"

#define NS_PER_S	1000000000ULL

/* False when the VM has ended meanwhile, or with @error when something else is wrong. */
static bool read_vm(struct top_vm *vm, const struct device *dev, int *error)
{
	int fd = remote_peek(dev, &vm->entry);
	bool done;

	if (fd < 0)
		return false;
	vm->stats = (struct vmh_stats){ .size = sizeof(vm->stats) };
	vm->usage = (struct vmh_usage){ .size = sizeof(vm->usage) };
	done = !dev_ioctl(dev, fd, VMH_GET_STATS, &vm->stats) &&
	       !dev_ioctl(dev, fd, VMH_GET_USAGE, &vm->usage);
	if (!done && errno != ESTALE) {
		error_report(dev, fd, "read what a VM does");
		*error = VMHCTL_REFUSED;
	}
	close(fd);
	if (vm->stats.nr_exits > VMH_STATS_EXITS)
		vm->stats.nr_exits = VMH_STATS_EXITS;
	return done;
}

/**
 * top_sample_take() - read all VMs
 * @sample: filled in; top_sample_drop() undoes it, also after a failure.
 * @dev: the device.
 *
 * Return: 0, or an exit status with the reason printed.
 */
int top_sample_take(struct top_sample *sample, const struct device *dev)
{
	struct vmh_vm_entry *entries;
	struct timespec now;
	size_t nr;
	int ret = remote_list(dev, &entries, &nr);

	*sample = (struct top_sample){ 0 };
	if (!ret)
		sample->vms = calloc(nr + 1, sizeof(*sample->vms));
	if (!ret && !sample->vms) {
		complain("out of memory");
		ret = VMHCTL_DEVICE;
	}
	for (size_t i = 0; !ret && i < nr; i++) {
		struct top_vm *vm = &sample->vms[sample->nr];

		vm->entry = entries[i];
		if (read_vm(vm, dev, &ret))
			sample->nr++;
	}
	free(entries);
	clock_gettime(CLOCK_MONOTONIC, &now);
	sample->time_ns = now.tv_sec * NS_PER_S + now.tv_nsec;
	return ret;
}

/* Undo top_sample_take(). */
void top_sample_drop(struct top_sample *sample)
{
	free(sample->vms);
	*sample = (struct top_sample){ 0 };
}

/* A VM in a sample, by its serial number; NULL when it is not there. */
const struct top_vm *top_sample_find(const struct top_sample *sample, uint64_t serial)
{
	for (size_t i = 0; i < sample->nr; i++)
		if (sample->vms[i].entry.serial == serial)
			return &sample->vms[i];
	return NULL;
}

static __u64 per_second(__u64 count, uint64_t elapsed_ns)
{
	return elapsed_ns ? count * (double)NS_PER_S / elapsed_ns + 0.5 : 0;
}

/**
 * top_rates_get() - what a VM did between two readings
 * @rates: filled in.
 * @before: the earlier one; zeros but for @entry if the VM is new.
 * @now: the later one.
 * @elapsed_ns: the time between.
 *
 * Times are accounted when a RUN returns, so that of a long one may all fall into one interval:
 * the shares are of what was accounted then, so that they never add up to more than the whole.
 */
void top_rates_get(struct top_rates *rates, const struct top_vm *before, const struct top_vm *now,
		   uint64_t elapsed_ns)
{
	uint64_t old[TURNS], took[TURNS], sum = 0, whole = elapsed_ns * now->stats.nr_vcpus;

	*rates = (struct top_rates){ 0 };
	for (unsigned int i = 0; i < now->stats.nr_exits; i++) {
		__u64 count = now->stats.exits[i] - before->stats.exits[i];

		rates->reasons[i] = per_second(count, elapsed_ns);
		rates->exits += count;
	}
	rates->exits = per_second(rates->exits, elapsed_ns);
	usage_turns(&before->stats, old);
	usage_turns(&now->stats, took);
	for (unsigned int i = 0; i < TURNS; i++) {
		/* One may fall: that in the kernel is what is left of a RUN after the others. */
		took[i] = took[i] > old[i] ? took[i] - old[i] : 0;
		sum += took[i];
	}
	if (whole < sum)
		whole = sum;
	for (unsigned int i = 0; whole && i < TURNS; i++)
		rates->percent[i] = 100.0 * took[i] / whole;
	rates->memory_bytes = now->usage.res[VMH_RES_POPULATED_BYTES].used;
	for (unsigned int i = 0; i < now->usage.nr && i < VMH_RES_MAX; i++)
		rates->denied += now->usage.res[i].denied;
}
