// SPDX-License-Identifier: GPL-2.0
/*
 * The guest has reached a limit of its VM: nothing is lost yet, the vCPU can go on where it is as
 * soon as there is room. Who is there to make room is a person with "vmhctl limits"; so tell, and
 * wait.
 */
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "limit.h"
#include "message.h"
#include "remote.h"
#include "resource.h"
#include "vcpu.h"
#include "vm.h"
#include "vmhctl.h"

#define RETRY_NS	100000000
#define STEP_BYTES	(64ULL << 20)

/**
 * limit_learn_id() - find out how the VM is called from outside
 * @vm: the VM. The kernel does not tell its creator, so it looks: as the user who created it.
 */
void limit_learn_id(struct vm *vm)
{
	struct vmh_vm_entry *entries;
	size_t nr;

	snprintf(vm->id, sizeof(vm->id), "ID");
	if (vm->dev->is_kvm)
		return;
	if (!remote_list(vm->dev, &entries, &nr))
		for (size_t i = 0; i < nr; i++)
			if (entries[i].pid == (uint32_t)getpid())
				snprintf(vm->id, sizeof(vm->id), "%u", entries[i].vm_id);
	free(entries);
}

/**
 * limit_to_suggest() - a limit that lets the guest go on for a while
 * @res: the limit that it has reached.
 *
 * Return: what is in use and wanted, and a quarter more; memory in steps of 64 MiB.
 */
uint64_t limit_to_suggest(const struct vmh_exit_resource *res)
{
	uint64_t wanted = res->used + res->requested;

	wanted += wanted / 4;
	if (resource_kind(res->resource)->unit == UNIT_BYTES)
		wanted = (wanted + STEP_BYTES - 1) / STEP_BYTES * STEP_BYTES;
	return wanted;
}

static void tell(const struct vcpu *vcpu, const struct vmh_exit_resource *res)
{
	enum unit unit = resource_kind(res->resource)->unit;
	char used[AMOUNT_LEN], more[AMOUNT_LEN], limit[AMOUNT_LEN];

	complain("vCPU %u: limit of %s reached: %s in use, %s more wanted, %s allowed", vcpu->id,
		 resource_name(res->resource), format_amount(used, unit, res->used),
		 format_amount(more, unit, res->requested), format_amount(limit, unit, res->limit));
	if (res->gpa != UINT64_MAX)
		complain("  when the guest touched %#llx", res->gpa);
}

/*
 * Whether a charge of that size fits by now. To try it by running the guest would count as denied
 * each time.
 */
static bool has_room(const struct vm *vm, const struct vmh_exit_resource *res)
{
	struct vmh_usage usage = { .size = sizeof(usage) };
	const struct vmh_resource_usage *now;

	/* What cannot be told is left to the guest's next try. */
	if (res->resource >= VMH_RES_MAX || dev_ioctl(vm->dev, vm->fd, VMH_GET_USAGE, &usage))
		return true;
	now = &usage.res[res->resource];
	return now->used <= now->limit && res->requested <= now->limit - now->used;
}

static void tell_waiting(struct vm *vm, const struct vmh_exit_resource *res)
{
	uint64_t suggested = limit_to_suggest(res);
	const char *mega = "";

	/* The VM's own limit is not in the way. */
	if (has_room(vm, res)) {
		complain("  the limit over all VMs: the guest waits until others need less");
		return;
	}
	if (resource_kind(res->resource)->unit == UNIT_BYTES) {
		suggested >>= 20;
		mega = "M";
	}
	complain("  the guest waits until there is room: vmhctl limits %s set %s=%llu%s", vm->id,
		 resource_name(res->resource), (unsigned long long)suggested, mega);
}

static bool terminated(const struct vm *vm)
{
	struct vmh_state_info info = { .size = sizeof(info) };

	return dev_ioctl(vm->dev, vm->fd, VMH_GET_STATE, &info) ||
	       info.state == VMH_STATE_TERMINATED;
}

static void wait_for_room(const struct vm *vm, const struct vmh_exit_resource *res)
{
	static const struct timespec pause = { .tv_nsec = RETRY_NS };

	do
		nanosleep(&pause, NULL);
	while (!vm_ended(vm) && !has_room(vm, res) && !terminated(vm));
}

/**
 * limit_reached() - a vCPU could not go on because of a limit
 * @vcpu: the vCPU.
 * @res: which limit.
 *
 * Waits until there is room, or ends the VM if that was asked for. What is waited for is told once
 * for all vCPUs, and again when the next limit is reached.
 *
 * Context: the vCPU's thread.
 *
 * Return: whether the vCPU goes on.
 */
bool limit_reached(struct vcpu *vcpu, const struct vmh_exit_resource *res)
{
	struct vm *vm = vcpu->vm;
	struct vmh_exit_resource copy = *res;	/* the run page is shared */

	if (vm->config.exit_at_limit) {
		if (vm_end(vm, VMHCTL_GUEST_FAILED))
			tell(vcpu, &copy);
		return false;
	}
	if (atomic_exchange(&vm->limit_told, copy.limit) != copy.limit) {
		tell(vcpu, &copy);
		tell_waiting(vm, &copy);
	}
	wait_for_room(vm, &copy);
	return true;
}
