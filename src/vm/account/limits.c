// SPDX-License-Identifier: GPL-2.0
/* Other limits for a VM that runs. */
#include "account.h"
#include "vm.h"

/**
 * vmh_set_limits() - give a VM other limits, all of them or none
 * @vm: the VM.
 * @change: what VMH_SET_LIMITS was given; its flags have been dealt with.
 * @err: why not.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL; -E2BIG; -EBUSY when more than a limit is in use; -ESTALE.
 */
int vmh_set_limits(struct vm_handler_ctx *vm, const struct vmh_limits *change,
		   struct vmh_error *err)
{
	const struct vm_limit_rows rows = {
		.row = change->limits,
		.nr = change->nr,
		.offset = offsetof(struct vmh_limits, limits),
		.nr_offset = offsetof(struct vmh_limits, nr),
		.nr_field = "nr",
	};
	static const struct vmh_error no_error;
	struct vm_config_bounds bounds;
	struct resource_limits limits;
	u32 named;
	int ret;

	if (READ_ONCE(vm->state) == VMH_STATE_TERMINATED)
		return vm_error_set(err, VMH_E_TERMINATED);
	vmh_bounds(&bounds);
	ret = vm_limits_check(&rows, &bounds.max, 0, &limits, &named, err);
	if (ret)
		return ret;
	spin_lock(&vm->resource_lock);
	ret = vm_limits_apply(&vm->resources, &rows, &limits, named, err);
	spin_unlock(&vm->resource_lock);
	if (ret)
		return ret;
	vmh_log_error(vm, VMH_LOG_LIMITS, &no_error);
	if (named & (BIT(VMH_RES_EXITS) | BIT(VMH_RES_RUN_NS)))
		vmh_throttle_changed(vm);
	return 0;
}
