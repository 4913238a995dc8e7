// SPDX-License-Identifier: GPL-2.0
/* Calls on a VM that watch it and bound it, from wherever: limits, statistics. */
#include "ioctl.h"
#include "vm.h"

/**
 * vmh_call_set_limits() - VMH_SET_LIMITS
 * @call: the call.
 */
long vmh_call_set_limits(struct vmh_call *call)
{
	const struct vmh_limits *limits = call->data;

	if (limits->flags)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct vmh_limits, flags,
				      limits->flags, 0);
	if (limits->reserved)
		return VM_ERROR_FIELD(call->err, VMH_E_RESERVED, struct vmh_limits, reserved,
				      limits->reserved, 0);
	return vmh_set_limits(call->object, limits, call->err);
}

/**
 * vmh_call_get_stats() - VMH_GET_STATS
 * @call: the call.
 */
long vmh_call_get_stats(struct vmh_call *call)
{
	vmh_get_stats(call->object, call->data);
	return 0;
}
