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

#include "pvclock.h"

/* What KVM_CAP_ADJUST_CLOCK answers. */
#define VMH_CLOCK_FLAGS		(KVM_CLOCK_TSC_STABLE | KVM_CLOCK_REALTIME | KVM_CLOCK_HOST_TSC)

struct vm_handler_ctx;
struct vmh_error;
struct vmh_vcpu;

/**
 * struct vmh_clock - a VM's clock: a moment, and how the time after it is measured
 * @lock: a leaf; guards the moment.
 * @scale: of the TSC, host's and guest's alike; constant.
 * @tsc: the host's TSC at the moment. The clock goes by it while it is the same on all processors.
 * @boottime_ns: the host's clock at the moment. The clock goes by it otherwise.
 * @ns: system time at the moment.
 * @tscs_differ: the TSCs of the vCPUs do not tell the same.
 * @wall_msr: where the guest asked last for the wall clock.
 */
struct vmh_clock {
	spinlock_t lock;
	struct pvclock_scale scale;
	u64 tsc;
	u64 boottime_ns;
	u64 ns;
	bool tscs_differ;
	u64 wall_msr;
};

/**
 * struct vmh_vcpu_clock - what a vCPU has of its own
 * @msr: the system-time MSR: where the structure is, and PVCLOCK_MSR_ENABLE.
 * @stopped: the VM was PAUSED, which the structure does not say yet.
 */
struct vmh_vcpu_clock {
	u64 msr;
	bool stopped;
};

void vmh_clock_init(struct vm_handler_ctx *vm);
bool vmh_clock_is_stable(void);
int vmh_clock_get_msr(const struct vmh_vcpu *vcpu, u32 index, u64 *value);
int vmh_clock_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value);
unsigned int vmh_clock_msr_list(u32 *indices, unsigned int max);
void vmh_clock_reset(struct vmh_vcpu *vcpu);
void vmh_clock_on_cpu(struct vmh_vcpu *vcpu);
void vmh_clock_tsc_moved(struct vmh_vcpu *vcpu);
void vmh_clock_paused(struct vm_handler_ctx *vm);
void vmh_clock_update(struct vmh_vcpu *vcpu);
void vmh_clock_update_wall(struct vmh_vcpu *vcpu);
void vmh_clock_get(struct vm_handler_ctx *vm, struct kvm_clock_data *data);
int vmh_clock_set(struct vm_handler_ctx *vm, const struct kvm_clock_data *data,
		  struct vmh_error *err);

#endif /* VMH_CLOCK_H */
