// SPDX-License-Identifier: GPL-2.0
/*
 * The host's TSC on machines where each processor has its own. What vmh reckons in it moves along,
 * so that guests' TSCs and clocks go on.
 */
#include <asm/tsc.h>

#include "guest_time.h"
#include "irq.h"
#include "state.h"
#include "vcpu.h"

/**
 * vmh_tsc_off_cpu() - the vCPU leaves its processor, whose TSC the others need not have
 * @vcpu: the vCPU, loaded.
 *
 * Context: preemption off.
 */
void vmh_tsc_off_cpu(struct vmh_vcpu *vcpu)
{
	struct vmh_tsc_moment *left = &vcpu->clock.left;

	vmh_tsc_now(left);
	vcpu->clock.left_host = left->tsc;
	left->tsc = vmx_guest_tsc(&vcpu->vmx, left->tsc);
}

static void vmh_time_move(u64 *stamp, u64 ahead)
{
	if (*stamp)
		WRITE_ONCE(*stamp, *stamp + ahead);
}

/* What is under way began by another processor's TSC: say when in this one's. */
static void vmh_times_move(struct vmh_vcpu_times *times, u64 ahead)
{
	vmh_time_move(&times->began, ahead);
	vmh_time_move(&times->ended, ahead);
	vmh_time_move(&times->asleep, ahead);
}

/* Where the processors' TSCs agree to a millisecond, an offset that userspace set stays exact. */
static bool vmh_tsc_goes_on(u64 left, u64 expected, u64 tsc, u32 khz)
{
	return (s64)(tsc - left) >= 0 && tsc - expected + khz <= 2ULL * khz;
}

/**
 * vmh_tsc_on_cpu() - the vCPU has got a processor, whose TSC the others need not have
 * @vcpu: the vCPU, loaded.
 *
 * Where the kernel says that TSCs differ, or stop, the guest's goes on from where it was, for as
 * long as it was away. It never goes backwards; but vCPUs need not have the same any more, which
 * their clocks allow for. Where its time goes is reckoned on in this processor's TSC.
 *
 * Context: preemption off.
 */
void vmh_tsc_on_cpu(struct vmh_vcpu *vcpu)
{
	const struct vmh_tsc_moment *left = &vcpu->clock.left;
	struct vmx_vcpu *v = &vcpu->vmx;
	struct vmh_tsc_moment now;
	u32 khz = vmh_tsc_khz(vcpu);
	u64 away_ns, tsc;

	if (!left->boottime_ns)
		return;
	vmh_tsc_now(&now);
	away_ns = now.boottime_ns - left->boottime_ns;
	vmh_times_move(&vcpu->times,
		       now.tsc - vcpu->clock.left_host - guest_tsc_ticks(away_ns, tsc_khz));
	tsc = left->tsc + guest_tsc_ticks(away_ns, khz);
	if (vmh_tsc_goes_on(left->tsc, tsc, vmx_guest_tsc(v, now.tsc), khz))
		return;
	vmx_move_tsc(v, tsc - guest_tsc_scale(now.tsc, v->tsc_ratio));
	/* It was reckoned when the TSC was still thought to be stable. */
	if (v->deadline) {
		vmx_set_deadline(v, 0);
		vmh_apic_rearm(vcpu);
	}
}
