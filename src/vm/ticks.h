/* SPDX-License-Identifier: GPL-2.0 */
/* Time as the device models get it, and as ticks of the TSC. */
#ifndef VMH_TICKS_H
#define VMH_TICKS_H

#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/time64.h>
#include <asm/tsc.h>

static inline u64 vmh_now_ns(void)
{
	return ktime_get_ns();
}

/* Ticks from one moment to another; 0 if the TSC was ahead where the first was. */
static inline u64 vmh_ticks_between(u64 then, u64 now)
{
	return now > then ? now - then : 0;
}

static inline u64 vmh_ticks_since(u64 then)
{
	return vmh_ticks_between(then, rdtsc());
}

static inline u64 vmh_cycles_to_ns(u64 cycles)
{
	return mul_u64_u32_div(cycles, USEC_PER_SEC, tsc_khz);
}

static inline u64 vmh_ns_to_cycles(u64 ns)
{
	return mul_u64_u32_div(ns, tsc_khz, USEC_PER_SEC);
}

#endif /* VMH_TICKS_H */
