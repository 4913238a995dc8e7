// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/nospec.h>
#include "vm_state.h"

/* A next state of a cell is stored plus one, so that an empty cell is a refusal. */
#define TO(state)	(VMH_STATE_##state + 1)

static const u8 vm_state_table[VMH_STATE_NR][VMH_EVENT_NR] = {
	[VMH_STATE_CREATED] = {
		[VMH_EVENT_INIT]	= TO(INITIALIZED),
		[VMH_EVENT_TERMINATE]	= TO(TERMINATED),
	},
	[VMH_STATE_INITIALIZED] = {
		[VMH_EVENT_START]	= TO(RUNNING),
		[VMH_EVENT_TERMINATE]	= TO(TERMINATED),
	},
	[VMH_STATE_RUNNING] = {
		[VMH_EVENT_PAUSE]	= TO(PAUSED),
		[VMH_EVENT_TERMINATE]	= TO(TERMINATED),
	},
	[VMH_STATE_PAUSED] = {
		[VMH_EVENT_RESUME]	= TO(RUNNING),
		[VMH_EVENT_TERMINATE]	= TO(TERMINATED),
	},
	[VMH_STATE_TERMINATED] = {
		[VMH_EVENT_TERMINATE]	= TO(TERMINATED),
	},
};

static const char * const vm_state_names[VMH_STATE_NR] = {
	[VMH_STATE_CREATED]	= "created",
	[VMH_STATE_INITIALIZED]	= "initialized",
	[VMH_STATE_RUNNING]	= "running",
	[VMH_STATE_PAUSED]	= "paused",
	[VMH_STATE_TERMINATED]	= "terminated",
};

static const char * const vm_state_event_names[VMH_EVENT_NR] = {
	[VMH_EVENT_INIT]	= "init",
	[VMH_EVENT_START]	= "start",
	[VMH_EVENT_PAUSE]	= "pause",
	[VMH_EVENT_RESUME]	= "resume",
	[VMH_EVENT_TERMINATE]	= "terminate",
};

static_assert(VMH_EVENT_NR <= 32);	/* vm_state_allowed() returns a u32 */

int vm_state_next(enum vmh_state from, enum vmh_event event)
{
	u32 row = from, column = event;
	u8 cell;

	if (row >= VMH_STATE_NR || column >= VMH_EVENT_NR)
		return -EINVAL;
	cell = vm_state_table[array_index_nospec(row, VMH_STATE_NR)]
			     [array_index_nospec(column, VMH_EVENT_NR)];
	return cell ? cell - 1 : -EBUSY;
}

u32 vm_state_allowed(enum vmh_state state)
{
	u32 event, allowed = 0;

	for (event = 0; event < VMH_EVENT_NR; event++)
		if (vm_state_next(state, event) >= 0)
			allowed |= BIT(event);
	return allowed;
}

const char *vm_state_name(enum vmh_state state)
{
	u32 index = state;

	if (index >= VMH_STATE_NR)
		return "unknown";
	return vm_state_names[array_index_nospec(index, VMH_STATE_NR)];
}

const char *vm_state_event_name(enum vmh_event event)
{
	u32 index = event;

	if (index >= VMH_EVENT_NR)
		return "unknown";
	return vm_state_event_names[array_index_nospec(index, VMH_EVENT_NR)];
}
