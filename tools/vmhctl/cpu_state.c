// SPDX-License-Identifier: GPL-2.0
/* The registers with which a guest starts. */
#include "cpu_state.h"
#include "vcpu.h"
#include "vmhctl.h"

#define RFLAGS_FIXED	0x2	/* bit 1 is always 1 */

static int get_sregs(const struct vcpu *vcpu, struct kvm_sregs *sregs)
{
	return vcpu_set(vcpu, VMH_GET_SREGS, sregs, "read a vCPU's system registers");
}

static int set_all(const struct vcpu *vcpu, struct kvm_sregs *sregs, struct kvm_regs *regs)
{
	int ret = vcpu_set(vcpu, VMH_SET_SREGS, sregs, "set a vCPU's system registers");

	if (ret)
		return ret;
	return vcpu_set(vcpu, VMH_SET_REGS, regs, "set a vCPU's registers");
}

static void real_segment(struct kvm_segment *segment)
{
	segment->selector = 0;
	segment->base = 0;
}

/**
 * cpu_state_real() - start in real mode
 * @vcpu: as it is after reset.
 * @entry: IP; all segments are based at 0. The stack grows down from there.
 *
 * AX holds the vCPU's number.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int cpu_state_real(const struct vcpu *vcpu, uint16_t entry)
{
	struct kvm_regs regs = {
		.rip = entry,
		.rsp = entry,
		.rax = vcpu->id,
		.rflags = RFLAGS_FIXED,
	};
	struct kvm_sregs sregs;
	int ret = get_sregs(vcpu, &sregs);

	if (ret)
		return ret;
	real_segment(&sregs.cs);
	real_segment(&sregs.ds);
	real_segment(&sregs.es);
	real_segment(&sregs.fs);
	real_segment(&sregs.gs);
	real_segment(&sregs.ss);
	return set_all(vcpu, &sregs, &regs);
}
