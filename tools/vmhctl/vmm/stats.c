// SPDX-License-Identifier: GPL-2.0
/* Counters at the end of a run, one "vmhctl: stats: NAME VALUE" a line. */
#include "error.h"
#include "message.h"
#include "resource.h"
#include "stats.h"
#include "usage.h"
#include "vcpu.h"
#include "vm.h"

static void stats_exits(const struct vm *vm)
{
	for (unsigned int kind = 0; kind < EXIT_KINDS; kind++) {
		unsigned long long sum = 0;

		for (unsigned int id = 0; id < vm->config.cpus; id++)
			sum += vm->vcpus[id].exits[kind];
		if (sum)
			complain("stats: exit.%s %llu", exit_name(kind), sum);
	}
}

/* What made the processor leave the guest, most of which this program never hears of. */
static void stats_reasons(const struct vm *vm)
{
	struct vmh_stats stats = { .size = sizeof(stats) };
	char name[AMOUNT_LEN];

	if (dev_ioctl(vm->dev, vm->fd, VMH_GET_STATS, &stats)) {
		error_report(vm->dev, vm->fd, "read the statistics");
		return;
	}
	for (unsigned int i = 0; i < stats.nr_exits && i < VMH_STATS_EXITS; i++)
		if (stats.exits[i])
			complain("stats: reason.%s %llu", usage_exit_name(name, i), stats.exits[i]);
	if (stats.nx_splits) {
		complain("stats: nx_huge_pages.splits %llu", stats.nx_splits);
		complain("stats: nx_huge_pages.recovered %llu", stats.nx_recovered);
	}
}

static void stats_usage(const struct vm *vm)
{
	struct vmh_usage usage = { .size = sizeof(usage) };

	if (dev_ioctl(vm->dev, vm->fd, VMH_GET_USAGE, &usage)) {
		error_report(vm->dev, vm->fd, "read what the VM uses");
		return;
	}
	for (unsigned int i = 0; i < usage.nr && i < VMH_RES_MAX; i++) {
		const struct vmh_resource_usage *res = &usage.res[i];

		complain("stats: %s.used %llu", resource_name(i), res->used);
		complain("stats: %s.peak %llu", resource_name(i), res->peak);
		if (res->limit != VMH_NO_LIMIT)
			complain("stats: %s.limit %llu", resource_name(i), res->limit);
		if (res->denied)
			complain("stats: %s.denied %llu", resource_name(i), res->denied);
	}
}

/**
 * stats_print() - print what a run has cost
 * @vm: its threads have ended.
 *
 * Exits to this program by reason; on vmh also those of the processor, and each resource.
 */
void stats_print(const struct vm *vm)
{
	stats_exits(vm);
	if (vm->dev->is_kvm)
		return;
	stats_reasons(vm);
	stats_usage(vm);
}
