// SPDX-License-Identifier: GPL-2.0
/*
 * The resource accountant: every VM's map, under a lock of the VM's, and the map over all VMs. That
 * one's lock is taken first, and only for what has a cap over all VMs and is not covered by the
 * VM's credit there. Nothing is done under these locks but arithmetic, and the signals of
 * thresholds.
 */
#include <linux/list.h>
#include <linux/module.h>
#include <linux/overflow.h>
#include <linux/sizes.h>
#include <linux/spinlock.h>

#include "account.h"
#include "fail_point.h"
#include "vm.h"
#include "vmh_compat.h"
#include "vmh_trace.h"

static DEFINE_SPINLOCK(vmh_totals_lock);

/* VMs with a map; under the lock of the totals. */
static LIST_HEAD(vmh_charged_vms);

/* Over all VMs: its limits are the module's caps, below. */
static struct resource_map vmh_all_vms = {
	.res = { [0 ... VMH_RES_NR - 1] = { .limit = VMH_NO_LIMIT } },
};

static unsigned long max_memory_mb = 1UL << 20;
module_param(max_memory_mb, ulong, 0444);
MODULE_PARM_DESC(max_memory_mb, "Most guest memory of one VM, MiB");

/* The limit of a VM whose VMM asks for none: also one that knows only KVM's calls. */
#define DEFAULT(name, text)							\
	static unsigned long default_##name;					\
	module_param(default_##name, ulong, 0644);				\
	MODULE_PARM_DESC(default_##name, "Limit of a VM with none of its own: " text "; 0: none")

/* And a cap over all VMs. */
#define CAPPED(name, text)							\
	static unsigned long total_##name;					\
	module_param(total_##name, ulong, 0444);				\
	MODULE_PARM_DESC(total_##name, "Most of all VMs together: " text "; 0: no cap"); \
	DEFAULT(name, text)

CAPPED(memory_mb, "guest memory in slots, MiB");
CAPPED(populated_mb, "guest memory in use, MiB");
CAPPED(ept_pages, "EPT tables");
CAPPED(kernel_mb, "kernel memory, MiB");
CAPPED(vcpus, "vCPUs");
CAPPED(slots, "memory slots");
CAPPED(eventfds, "eventfds");
DEFAULT(exits, "exits a second");
DEFAULT(run_ms, "ms of run time a second, over all vCPUs");

/* @batch: of what guests have charged by touching memory, so much is taken at a time. */
static const struct {
	u32 resource;
	u64 unit;
	const unsigned long *total;
	const unsigned long *one;
	u64 batch;
} vmh_caps[] = {
	{ VMH_RES_SLOT_BYTES, SZ_1M, &total_memory_mb, &default_memory_mb },
	{ VMH_RES_POPULATED_BYTES, SZ_1M, &total_populated_mb, &default_populated_mb, SZ_2M },
	{ VMH_RES_EPT_PAGES, 1, &total_ept_pages, &default_ept_pages, 32 },
	{ VMH_RES_KERNEL_BYTES, SZ_1M, &total_kernel_mb, &default_kernel_mb },
	{ VMH_RES_VCPUS, 1, &total_vcpus, &default_vcpus },
	{ VMH_RES_SLOTS, 1, &total_slots, &default_slots },
	{ VMH_RES_EVENTFDS, 1, &total_eventfds, &default_eventfds },
	{ VMH_RES_EXITS, 1, NULL, &default_exits },
	{ VMH_RES_RUN_NS, NSEC_PER_MSEC, NULL, &default_run_ms },
};

/* In the resource's unit; what cannot be reached anyway is no cap. */
static bool vmh_has_cap(const unsigned long *parameter, u64 unit, u64 *limit)
{
	unsigned long value = parameter ? READ_ONCE(*parameter) : 0;

	return value && !check_mul_overflow((u64)value, unit, limit);
}

/**
 * vmh_resources_set_totals() - take over the module's parameters, when it is loaded
 */
void vmh_resources_set_totals(void)
{
	unsigned int i;
	u64 limit;

	for (i = 0; i < ARRAY_SIZE(vmh_caps); i++)
		if (vmh_has_cap(vmh_caps[i].total, vmh_caps[i].unit, &limit))
			resource_map_set_limit(&vmh_all_vms, vmh_caps[i].resource, limit);
}

static void vmh_default_limits(struct resource_limits *limits)
{
	unsigned int i;
	u64 limit, *one;

	for (i = 0; i < ARRAY_SIZE(vmh_caps); i++) {
		one = &limits->limit[vmh_caps[i].resource];
		if (vmh_has_cap(vmh_caps[i].one, vmh_caps[i].unit, &limit))
			*one = min(*one, limit);
	}
}

/**
 * vmh_bounds() - what a VM's configuration may ask for
 * @bounds: where to.
 */
void vmh_bounds(struct vm_config_bounds *bounds)
{
	bounds->max_memory_bytes = min_t(u64, max_memory_mb, EPT_GPA_END / SZ_1M) * SZ_1M;
	bounds->max_vcpus = VMH_MAX_VCPUS;
	resource_limits_none(&bounds->max);
	bounds->max.limit[VMH_RES_SLOT_BYTES] = bounds->max_memory_bytes;
	bounds->max.limit[VMH_RES_VCPUS] = VMH_MAX_VCPUS;
	bounds->max.limit[VMH_RES_SLOTS] = VMH_MAX_SLOTS;
	bounds->defaults = bounds->max;
	vmh_default_limits(&bounds->defaults);
}

/* What has no cap over all VMs is not even counted there. */
static void vmh_set_batches(struct resource_map *map)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vmh_caps); i++) {
		u32 resource = vmh_caps[i].resource;
		bool capped = vmh_all_vms.res[resource].limit != VMH_NO_LIMIT;

		map->batch[resource] = capped ? vmh_caps[i].batch : RESOURCE_ALONE;
	}
}

/**
 * vmh_resources_init() - an empty map with the limits of the configuration
 * @vm: the VM.
 */
void vmh_resources_init(struct vm_handler_ctx *vm)
{
	spin_lock_init(&vm->resource_lock);
	resource_map_init(&vm->resources, &vmh_all_vms, &vm->config.limits);
	vmh_set_batches(&vm->resources);
	spin_lock(&vmh_totals_lock);
	list_add(&vm->resource_link, &vmh_charged_vms);
	spin_unlock(&vmh_totals_lock);
}

/**
 * vmh_resources_fini() - undo vmh_resources_init()
 * @vm: the VM, which nobody uses any more; it has returned everything.
 */
void vmh_resources_fini(struct vm_handler_ctx *vm)
{
	WARN_ON_ONCE(!resource_map_is_empty(&vm->resources));
	spin_lock(&vmh_totals_lock);
	list_del(&vm->resource_link);
	resource_map_recall(&vm->resources, ~0U);
	spin_unlock(&vmh_totals_lock);
}

/**
 * vmh_resources_exit() - when the module is unloaded: nothing may be in use
 */
void vmh_resources_exit(void)
{
	WARN_ON_ONCE(!resource_map_is_empty(&vmh_all_vms));
}

/* Takes the credit of all VMs. Called with the lock of the totals held, and no VM's. */
static void vmh_recall(u32 resources)
{
	struct vm_handler_ctx *vm;

	list_for_each_entry(vm, &vmh_charged_vms, resource_link) {
		spin_lock(&vm->resource_lock);
		resource_map_recall(&vm->resources, resources);
		spin_unlock(&vm->resource_lock);
	}
}

static void vmh_look_at_watch(const struct vm_handler_ctx *vm, struct vmh_watch *watch,
			      u32 resource)
{
	bool reached = vm->resources.res[resource].used >= watch->value;

	if (reached && !watch->reached)
		vmh_eventfd_signal(watch->eventfd);
	watch->reached = reached;
}

/* Called with the VM's resource lock held, after each change of use. */
static void vmh_look_at_watches(struct vm_handler_ctx *vm)
{
	u32 i;

	if (likely(!vm->watches.nr))
		return;
	for (i = 0; i < VMH_RES_NR; i++)
		if (vm->watches.watch[i].eventfd)
			vmh_look_at_watch(vm, &vm->watches.watch[i], i);
}

/**
 * vmh_swap_watch() - put a threshold in the place of another
 * @vm: the VM.
 * @resource: enum vmh_resource.
 * @watch: the new one; without an eventfd: none.
 *
 * Return: the old one.
 */
struct vmh_watch vmh_swap_watch(struct vm_handler_ctx *vm, u32 resource, struct vmh_watch watch)
{
	struct vmh_watch old;

	spin_lock(&vm->resource_lock);
	old = vm->watches.watch[resource];
	vm->watches.watch[resource] = watch;
	vm->watches.nr += !!watch.eventfd - !!old.eventfd;
	vmh_look_at_watches(vm);
	spin_unlock(&vm->resource_lock);
	return old;
}

static void vmh_trace_denial(const struct vm_handler_ctx *vm, int ret,
			     const struct resource_denial *denial)
{
	if (unlikely(ret < 0) && denial)
		trace_resource_denied(vm->vm_id, denial->resource, denial->requested, denial->used,
				      denial->limit);
}

/* A charge that a test makes fail: as if the limit were what is in use. */
static void vmh_deny(struct vm_handler_ctx *vm, const struct resource_charge *charge,
		     struct resource_denial *denial)
{
	u64 used = READ_ONCE(vm->resources.res[charge->resource].used);

	if (denial)
		*denial = (struct resource_denial) {
			.resource = charge->resource,
			.requested = charge->amount,
			.used = used,
			.limit = used,
		};
}

/**
 * struct vmh_wanted - a charge under way
 * @charges: how much of what.
 * @nr: rows in @charges.
 * @unit: size of a piece, with @pieces.
 * @pieces: 0: all or nothing; else the row may be had in part, by pieces.
 * @denial: filled when refused; may be NULL.
 */
struct vmh_wanted {
	const struct resource_charge *charges;
	u32 nr;
	u64 unit;
	int pieces;
	struct resource_denial *denial;
};

/* Called with the VM's resource lock held, and that of the totals if they are asked. */
static int vmh_take(struct vm_handler_ctx *vm, const struct vmh_wanted *wanted)
{
	int ret;

	if (wanted->pieces)
		ret = resource_map_charge_some(&vm->resources, wanted->charges->resource,
					       wanted->unit, wanted->pieces, wanted->denial);
	else
		ret = resource_map_charge_many(&vm->resources, wanted->charges, wanted->nr,
					       wanted->denial);
	vmh_look_at_watches(vm);
	return ret;
}

/* What the totals need not be asked for. Returns whether that was so; @ret is the answer then. */
static bool vmh_take_alone(struct vm_handler_ctx *vm, const struct vmh_wanted *wanted, int *ret)
{
	bool alone;

	spin_lock(&vm->resource_lock);
	alone = resource_map_charges_alone(&vm->resources, wanted->charges, wanted->nr);
	if (likely(alone))
		*ret = vmh_take(vm, wanted);
	spin_unlock(&vm->resource_lock);
	return alone;
}

static int vmh_take_from_totals(struct vm_handler_ctx *vm, const struct vmh_wanted *wanted)
{
	u32 tight;
	int ret;

	spin_lock(&vmh_totals_lock);
	spin_lock(&vm->resource_lock);
	tight = resource_map_tighten(&vm->resources, wanted->charges, wanted->nr);
	if (unlikely(tight)) {
		spin_unlock(&vm->resource_lock);
		vmh_recall(tight);
		spin_lock(&vm->resource_lock);
	}
	ret = vmh_take(vm, wanted);
	spin_unlock(&vm->resource_lock);
	spin_unlock(&vmh_totals_lock);
	return ret;
}

static int vmh_charge_wanted(struct vm_handler_ctx *vm, const struct vmh_wanted *wanted)
{
	int ret;

	if (unlikely(!vmh_take_alone(vm, wanted, &ret)))
		ret = vmh_take_from_totals(vm, wanted);
	vmh_trace_denial(vm, ret, wanted->denial);
	return ret;
}

/**
 * vmh_charge() - take amounts of several resources, all or nothing
 * @vm: the VM.
 * @charges: how much of what.
 * @nr: rows in @charges.
 * @denial: filled when refused; may be NULL.
 *
 * Context: any but interrupt.
 *
 * Return: 0 or -EDQUOT.
 */
int vmh_charge(struct vm_handler_ctx *vm, const struct resource_charge *charges, u32 nr,
	       struct resource_denial *denial)
{
	const struct vmh_wanted wanted = { .charges = charges, .nr = nr, .denial = denial };
	int ret = vmh_fail_point(VMH_FAIL_charge);

	if (ret) {
		vmh_deny(vm, charges, denial);
		return ret;
	}
	return vmh_charge_wanted(vm, &wanted);
}

/**
 * vmh_charge_some() - take as much of one resource as there is, up to an amount
 * @vm: the VM.
 * @resource: enum vmh_resource.
 * @unit: size of a piece.
 * @nr: pieces wanted, not 0.
 * @denial: filled when not even one is left; NULL: that is no refusal.
 *
 * Context: any but interrupt.
 *
 * Return: pieces taken, 0 only without @denial; or -EDQUOT.
 */
int vmh_charge_some(struct vm_handler_ctx *vm, u32 resource, u64 unit, int nr,
		    struct resource_denial *denial)
{
	int ret = vmh_fail_point(denial ? VMH_FAIL_charge : VMH_FAIL_charge_some);
	const struct resource_charge all = { .resource = resource, .amount = unit * nr };
	const struct vmh_wanted wanted = {
		.charges = &all, .nr = 1, .unit = unit, .pieces = nr, .denial = denial,
	};

	if (ret) {
		vmh_deny(vm, &(struct resource_charge) { resource, unit }, denial);
		return denial ? ret : 0;
	}
	return vmh_charge_wanted(vm, &wanted);
}

static int vmh_give_to_totals(struct vm_handler_ctx *vm, const struct resource_charge *charges,
			      u32 nr)
{
	int ret;

	spin_lock(&vmh_totals_lock);
	spin_lock(&vm->resource_lock);
	ret = resource_map_uncharge_many(&vm->resources, charges, nr);
	vmh_look_at_watches(vm);
	spin_unlock(&vm->resource_lock);
	spin_unlock(&vmh_totals_lock);
	return ret;
}

/**
 * vmh_uncharge() - return amounts of several resources
 * @vm: the VM.
 * @charges: how much of what.
 * @nr: rows in @charges.
 *
 * Context: any but interrupt.
 */
void vmh_uncharge(struct vm_handler_ctx *vm, const struct resource_charge *charges, u32 nr)
{
	bool alone;
	int ret = 0;

	spin_lock(&vm->resource_lock);
	alone = resource_map_uncharges_alone(&vm->resources, charges, nr);
	if (likely(alone)) {
		ret = resource_map_keep_many(&vm->resources, charges, nr);
		vmh_look_at_watches(vm);
	}
	spin_unlock(&vm->resource_lock);
	if (unlikely(!alone))
		ret = vmh_give_to_totals(vm, charges, nr);
	WARN_ON_ONCE(ret);
}

int vmh_charge_one(struct vm_handler_ctx *vm, u32 resource, u64 amount,
		   struct resource_denial *denial)
{
	const struct resource_charge charge = { .resource = resource, .amount = amount };

	return vmh_charge(vm, &charge, 1, denial);
}

void vmh_uncharge_one(struct vm_handler_ctx *vm, u32 resource, u64 amount)
{
	const struct resource_charge charge = { .resource = resource, .amount = amount };

	vmh_uncharge(vm, &charge, 1);
}

/**
 * vmh_get_usage() - what the VM uses
 * @vm: the VM.
 * @usage: where to.
 *
 * Running counts are kept by the vCPUs, so that counting costs an exit nothing.
 */
void vmh_get_usage(struct vm_handler_ctx *vm, struct vmh_usage *usage)
{
	u64 run_ns, exits = vmh_vm_exits(vm, &run_ns);

	spin_lock(&vm->resource_lock);
	resource_map_count(&vm->resources, VMH_RES_EXITS, exits);
	resource_map_count(&vm->resources, VMH_RES_RUN_NS, run_ns);
	resource_map_usage(&vm->resources, usage);
	spin_unlock(&vm->resource_lock);
}

/**
 * vmh_rate_limits() - the limits on running counts
 * @vm: the VM.
 * @exits: exits in a second.
 * @run_ns: ns in guest mode in a second.
 */
void vmh_rate_limits(struct vm_handler_ctx *vm, u64 *exits, u64 *run_ns)
{
	spin_lock(&vm->resource_lock);
	*exits = vm->resources.res[VMH_RES_EXITS].limit;
	*run_ns = vm->resources.res[VMH_RES_RUN_NS].limit;
	spin_unlock(&vm->resource_lock);
}

/**
 * vmh_deny_rate() - count that a VM was too fast
 * @vm: the VM.
 * @resource: VMH_RES_EXITS or VMH_RES_RUN_NS.
 */
void vmh_deny_rate(struct vm_handler_ctx *vm, u32 resource)
{
	spin_lock(&vm->resource_lock);
	resource_map_deny_rate(&vm->resources, resource);
	spin_unlock(&vm->resource_lock);
}
