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

struct vm_handler_ctx;
struct vmh_error;
struct vmh_vcpu;

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

void vmh_clock_init(struct vm_handler_ctx *vm);
bool vmh_clock_is_stable(void);
int vmh_clock_get_msr(const struct vmh_vcpu *vcpu, u32 index, u64 *value);
int vmh_clock_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value);
void vmh_clock_reset(struct vmh_vcpu *vcpu);
void vmh_clock_on_cpu(struct vmh_vcpu *vcpu);
void vmh_clock_tsc_moved(struct vmh_vcpu *vcpu);
void vmh_clock_jump(struct vm_handler_ctx *vm, const struct vmh_tsc_jump *jump);
void vmh_clock_paused(struct vm_handler_ctx *vm);
bool vmh_clock_stopped(struct vmh_vcpu *vcpu);
void vmh_clock_update(struct vmh_vcpu *vcpu);
void vmh_clock_update_wall(struct vmh_vcpu *vcpu);
void vmh_clock_get(struct vm_handler_ctx *vm, struct kvm_clock_data *data);
int vmh_clock_set(struct vm_handler_ctx *vm, const struct kvm_clock_data *data,
		  struct vmh_error *err);

/* tsc.c */
void vmh_tsc_init(struct vm_handler_ctx *vm);
void vmh_tsc_vcpu_init(struct vmh_vcpu *vcpu);
bool vmh_tsc_scaling(void);
u32 vmh_tsc_khz(const struct vmh_vcpu *vcpu);
void vmh_tsc_jump_common(struct vmh_clock *clock, const struct vmh_tsc_jump *jump);
int vmh_tsc_set_default_khz(struct vm_handler_ctx *vm, u64 khz, struct vmh_error *err);
int vmh_tsc_set_khz(struct vmh_vcpu *vcpu, u64 khz, struct vmh_error *err);
void vmh_tsc_write(struct vmh_vcpu *vcpu, u64 value);
void vmh_tsc_set_offset(struct vmh_vcpu *vcpu, u64 offset);
void vmh_tsc_now(struct vmh_tsc_moment *now);

/* tsc_host.c */
void vmh_tsc_off_cpu(struct vmh_vcpu *vcpu);
void vmh_tsc_on_cpu(struct vmh_vcpu *vcpu);

/* host_sleep.c */
void vmh_tsc_suspend(void);
void vmh_tsc_resume(void);

#endif /* VMH_CLOCK_H */
