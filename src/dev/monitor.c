// SPDX-License-Identifier: GPL-2.0
/* Calls on a VM that watch it and bound it, from wherever: limits, statistics, log, EPT. */
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "account.h"
#include "guest_memory.h"
#include "ioctl.h"
#include "state.h"

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

/**
 * vmh_call_set_threshold() - VMH_SET_THRESHOLD
 * @call: the call.
 */
long vmh_call_set_threshold(struct vmh_call *call)
{
	return vmh_set_threshold(call->object, call->data, call->err);
}

static int vmh_log_check(const struct vmh_log *args, struct vmh_error *err)
{
	if (args->flags)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct vmh_log, flags, args->flags,
				      0);
	if (args->nr > VMH_LOG_ROOM_MAX)
		return VM_ERROR_FIELD(err, VMH_E_COUNT, struct vmh_log, nr, args->nr,
				      VMH_LOG_ROOM_MAX);
	if (args->reserved)
		return VM_ERROR_FIELD(err, VMH_E_RESERVED, struct vmh_log, reserved, args->reserved,
				      0);
	return 0;
}

/**
 * vmh_call_get_log() - VMH_GET_LOG
 * @call: the call.
 *
 * Return: 0; -EINVAL; -E2BIG; -ENOMEM; -EFAULT.
 */
long vmh_call_get_log(struct vmh_call *call)
{
	struct vmh_log *args = call->data;
	struct vmh_log_entry *entries;
	int ret = vmh_log_check(args, call->err);
	u32 room;

	if (ret)
		return ret;
	room = min_t(u32, args->nr, VMH_LOG_ENTRIES);
	entries = kvcalloc(room, sizeof(*entries), GFP_KERNEL_ACCOUNT);
	if (!entries)
		return -ENOMEM;
	args->nr = vmh_log_read(call->object, args->after, entries, room, &args->last);
	if (copy_to_user(u64_to_user_ptr(args->entries), entries, args->nr * sizeof(*entries)))
		ret = -EFAULT;
	kvfree(entries);
	return ret;
}

static int vmh_ept_query_check(const struct vmh_ept_query *args, struct vmh_error *err)
{
	if (args->flags)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct vmh_ept_query, flags,
				      args->flags, 0);
	if (!IS_ALIGNED(args->start_gpa, PAGE_SIZE) || args->start_gpa >= EPT_GPA_END)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct vmh_ept_query, start_gpa,
				      args->start_gpa, EPT_GPA_END - PAGE_SIZE);
	if (!args->length || !IS_ALIGNED(args->length, PAGE_SIZE) ||
	    args->length > VMH_EPT_QUERY_MAX)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct vmh_ept_query, length, args->length,
				      VMH_EPT_QUERY_MAX);
	return 0;
}

/**
 * vmh_call_ept_query() - VMH_EPT_QUERY
 * @call: the call.
 *
 * Return: 0; -EINVAL.
 */
long vmh_call_ept_query(struct vmh_call *call)
{
	struct vmh_ept_query *args = call->data;
	struct ept_census census;
	int ret = vmh_ept_query_check(args, call->err);

	if (ret)
		return ret;
	vmh_mem_take_census(call->object, args->start_gpa,
			    min(args->start_gpa + args->length, EPT_GPA_END), &census);
	args->tables = census.tables;
	args->bytes = census.bytes;
	args->pages_4k = census.leaves[EPT_LEVEL_4K];
	args->pages_2m = census.leaves[EPT_LEVEL_2M];
	args->pages_1g = census.leaves[EPT_LEVEL_1G];
	args->exec_4k = census.executable[EPT_LEVEL_4K];
	args->exec_2m = census.executable[EPT_LEVEL_2M];
	args->exec_1g = census.executable[EPT_LEVEL_1G];
	args->write_back = census.write_back;
	return 0;
}
