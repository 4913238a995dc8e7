/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest's clock: kvmclock's MSRs, and the structures in guest memory that they ask for.
 *
 * System time is nanoseconds since the VM was made. It runs on while the VM is PAUSED, as the
 * guest's TSC and timers do, so that the guest's date is right afterwards; PVCLOCK_FLAG_STOPPED
 * then tells the guest not to take the gap for a lockup.
 */
#ifndef VMH_CLOCK_H
#define VMH_CLOCK_H

#include <linux/kvm.h>
#include <linux/spinlock.h>
#include <linux/types.h>

#include "guest_tsc.h"
#include "pvclock.h"

/* What KVM_CAP_ADJUST_CLOCK answers. */
#define VMH_CLOCK_FLAGS		(KVM_CLOCK_TSC_STABLE | KVM_CLOCK_REALTIME | KVM_CLOCK_HOST_TSC)

/**
 * struct vmh_tsc_moment - a moment, on two clocks
 * @tsc: a TSC.
 * @boottime_ns: the host's clock.
 */
struct vmh_tsc_moment {
	u64 tsc;
	u64 boottime_ns;
};

/**
 * struct vmh_tsc_jump - the host's TSC has not gone on
 * @from: what it would be.
 * @to: what it is, and when.
 */
struct vmh_tsc_jump {
	u64 from;
	struct vmh_tsc_moment to;
};

/**
 * struct vmh_clock - a VM's clock: a moment, and how the time after it is measured
 * @lock: a leaf; guards the moment and @tsc_common.
 * @scale: of the host's TSC; constant.
 * @tsc: the host's TSC at the moment. The clock goes by it while it is the same on all processors.
 * @boottime_ns: the host's clock at the moment. The clock goes by it otherwise.
 * @ns: system time at the moment.
 * @tscs_differ: the TSCs of the vCPUs do not tell the same.
 * @tsc_common: what the TSC of a vCPU is that userspace does not set apart from the others'.
 * @tsc_khz: frequency of the TSC of new vCPUs.
 * @wall_msr: where the guest asked last for the wall clock.
 */
struct vmh_clock {
	spinlock_t lock;
	struct pvclock_scale scale;
	u64 tsc;
	u64 boottime_ns;
	u64 ns;
	bool tscs_differ;
	struct guest_tsc_common tsc_common;
	u32 tsc_khz;
	u64 wall_msr;
};

/**
 * struct vmh_vcpu_clock - what a vCPU has of its own
 * @msr: the system-time MSR: where the structure is, and PVCLOCK_MSR_ENABLE.
 * @stopped: the VM was PAUSED, which the structure does not say yet.
 * @tsc_khz: frequency that the vCPU's TSC was asked to have.
 * @left: the vCPU's TSC when it left its processor last; only where the host's is unstable.
 * @left_host: that processor's TSC then.
 */
struct vmh_vcpu_clock {
	u64 msr;
	bool stopped;
	u32 tsc_khz;
	struct vmh_tsc_moment left;
	u64 left_host;
};

#endif /* VMH_CLOCK_H */
