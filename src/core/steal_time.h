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

/* The byte that says whether the vCPU has lost its processor, and where it is. */
#define STEAL_TIME_PREEMPTED_AT	16
#define STEAL_PREEMPTED		BIT(0)		/* set by the host */
#define STEAL_FLUSH_TLB		BIT(1)		/* set by the guest, beside the other */

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

/**
 * steal_may_tell() - may the guest be told that a vCPU has lost its processor?
 * @exit_reason: of the vCPU's last exit, as read from the VMCS.
 *
 * A guest that is told leaves it to the host to flush the vCPU's translations later, and goes on at
 * once. So the host must not be in the middle of an instruction: it may have translated addresses
 * for that, and would use them after the guest has changed them.
 *
 * Return: whether the exit was one that leaves nothing of an instruction to be done.
 */
bool steal_may_tell(u32 exit_reason);

/**
 * steal_must_flush() - must the vCPU's translations be flushed before it runs again?
 * @told: the guest was told that the vCPU had lost its processor.
 * @taken: the byte could be taken out of guest memory.
 * @byte: what it was then.
 *
 * Return: whether; also when what the guest wants cannot be known.
 */
bool steal_must_flush(bool told, bool taken, u8 byte);

#endif /* VMH_STEAL_TIME_H */
