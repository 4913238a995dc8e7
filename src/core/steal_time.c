// SPDX-License-Identifier: GPL-2.0
#include <linux/build_bug.h>
#include "steal_time.h"

/* The ABI of every Linux since 3.1. */
static_assert(sizeof(struct steal_time) == 16);
static_assert(offsetof(struct steal_time, version) == 8);

#define STEAL_TIME_RESERVED	GENMASK_ULL(5, 1)

/* SDM, appendix "VMX Basic Exit Reasons". */
#define EXIT_INTERRUPT		1
#define EXIT_VMCALL		18
#define EXIT_PAUSE		40
#define EXIT_PREEMPTION_TIMER	52

bool steal_time_msr_valid(u64 value, unsigned int phys_bits)
{
	return !(value & STEAL_TIME_RESERVED) && !(value >> phys_bits);
}

u64 steal_meter_read(struct steal_meter *meter, u32 thread, u64 delay_ns)
{
	u64 new_ns = delay_ns - meter->seen_ns;

	if (thread != meter->thread)
		new_ns = 0;
	meter->thread = thread;
	meter->seen_ns = delay_ns;
	return new_ns;
}

void steal_time_begin(struct steal_time *time)
{
	time->version = (time->version + 1) | 1;
	time->flags = 0;
}

bool steal_may_tell(u32 exit_reason)
{
	switch (exit_reason) {
	case EXIT_INTERRUPT:
	case EXIT_PREEMPTION_TIMER:
		return true;
	/* These are complete as soon as they have exited, and access no memory. */
	case EXIT_VMCALL:
	case EXIT_PAUSE:
		return true;
	default:
		return false;
	}
}

bool steal_must_flush(bool told, bool taken, u8 byte)
{
	return taken ? byte & STEAL_FLUSH_TLB : told;
}
