/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Time that a vCPU wanted to run and did not get: the structure in guest memory, and how it is
 * reckoned. Linux, Documentation/virt/kvm/x86/msr.rst, MSR_KVM_STEAL_TIME.
 */
#ifndef VMH_STEAL_TIME_H
#define VMH_STEAL_TIME_H

#include <linux/bits.h>
#include <linux/types.h>

#define STEAL_TIME_MSR_ENABLE	BIT_ULL(0)

/**
 * struct steal_time - what the guest reads: the part that changes
 * @steal: nanoseconds.
 * @version: odd while the rest changes.
 * @flags: 0.
 */
struct steal_time {
	u64 steal;
	u32 version;
	u32 flags;
};

/**
 * struct steal_meter - what a vCPU has been told
 * @thread: whose delays were seen last; 0 at first.
 * @seen_ns: its delays then.
 */
struct steal_meter {
	u32 thread;
	u64 seen_ns;
};

/**
 * steal_time_msr_valid() - may a guest write this into the MSR?
 * @value: the value: an address, 64-byte aligned, and STEAL_TIME_MSR_ENABLE.
 * @phys_bits: width of the guest's physical addresses.
 *
 * Return: whether it may.
 */
bool steal_time_msr_valid(u64 value, unsigned int phys_bits);

/**
 * steal_meter_read() - what is new since the last time
 * @meter: the vCPU's.
 * @thread: the thread that runs it, not 0.
 * @delay_ns: what this thread has waited for a processor, in all.
 *
 * What a thread waited before it first ran the vCPU was not stolen from that.
 *
 * Return: nanoseconds.
 */
u64 steal_meter_read(struct steal_meter *meter, u32 thread, u64 delay_ns);

/**
 * steal_time_begin() - begin to change the structure
 * @time: what is in guest memory; out: with an odd version, to be written first.
 */
void steal_time_begin(struct steal_time *time);

#endif /* VMH_STEAL_TIME_H */
