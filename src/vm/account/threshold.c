// SPDX-License-Identifier: GPL-2.0
/* Thresholds: an eventfd is told when a VM uses much of a resource. */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/nospec.h>

#include "account.h"
#include "vm.h"

#define FIELD_ERROR(code, member, got, expected) \
	VM_ERROR_FIELD(err, VMH_E_##code, struct vmh_threshold, member, got, expected)

static int vmh_threshold_check(const struct vmh_threshold *args, struct vmh_error *err)
{
	if (args->flags)
		return FIELD_ERROR(UNKNOWN_FLAGS, flags, args->flags, 0);
	if (args->resource >= VMH_RES_NR || resource_is_running(args->resource))
		return FIELD_ERROR(LIMIT_RESOURCE, resource, args->resource, VMH_RES_NR - 1);
	if (args->fd >= 0 && !args->value)
		return FIELD_ERROR(VALUE, value, args->value, 1);
	if (args->fd < -1)
		return FIELD_ERROR(EVENTFD, fd, args->fd, 0);
	return 0;
}

/* A watch holds its eventfd, and is charged for it. */
static int vmh_watch_make(struct vm_handler_ctx *vm, const struct vmh_threshold *args,
			  struct vmh_watch *watch, struct vmh_error *err)
{
	struct resource_denial denial;

	*watch = (struct vmh_watch) { .value = args->value };
	if (args->fd < 0)
		return 0;
	if (vmh_charge_one(vm, VMH_RES_EVENTFDS, 1, &denial))
		return resource_denial_error(&denial, err);
	watch->eventfd = eventfd_ctx_fdget(args->fd);
	if (!IS_ERR(watch->eventfd))
		return 0;
	vmh_uncharge_one(vm, VMH_RES_EVENTFDS, 1);
	return FIELD_ERROR(EVENTFD, fd, args->fd, 0);
}

static void vmh_watch_drop(struct vm_handler_ctx *vm, const struct vmh_watch *watch)
{
	if (!watch->eventfd)
		return;
	eventfd_ctx_put(watch->eventfd);
	vmh_uncharge_one(vm, VMH_RES_EVENTFDS, 1);
}

/**
 * vmh_set_threshold() - VMH_SET_THRESHOLD
 * @vm: the VM.
 * @args: what the call was given.
 * @err: why not.
 *
 * Context: may sleep; takes vm->lock.
 *
 * Return: 0; -EINVAL; -EBADF; -EDQUOT; -ESTALE on a terminated VM.
 */
int vmh_set_threshold(struct vm_handler_ctx *vm, const struct vmh_threshold *args,
		      struct vmh_error *err)
{
	struct vmh_watch watch;
	int ret = vmh_threshold_check(args, err);

	if (ret)
		return ret;
	mutex_lock(&vm->lock);
	if (vm->state == VMH_STATE_TERMINATED)
		ret = vm_error_set(err, VMH_E_TERMINATED);
	else
		ret = vmh_watch_make(vm, args, &watch, err);
	if (!ret) {
		watch = vmh_swap_watch(vm, array_index_nospec(args->resource, VMH_RES_NR), watch);
		vmh_watch_drop(vm, &watch);
	}
	mutex_unlock(&vm->lock);
	return ret;
}

/**
 * vmh_thresholds_destroy() - drop all thresholds of a VM
 * @vm: the VM, which nobody uses any more.
 */
void vmh_thresholds_destroy(struct vm_handler_ctx *vm)
{
	struct vmh_watch watch;
	u32 i;

	for (i = 0; i < VMH_RES_NR; i++) {
		watch = vmh_swap_watch(vm, i, (struct vmh_watch) {});
		vmh_watch_drop(vm, &watch);
	}
}
