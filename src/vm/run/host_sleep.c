// SPDX-License-Identifier: GPL-2.0
/*
 * The host's TSC on machines where it stops or starts over while the host sleeps. What vmh reckons
 * in it moves along, so that guests' TSCs and clocks go on.
 */
#include <linux/printk.h>
#include <asm/tsc.h>

#include "create.h"
#include "guest_time.h"
#include "run.h"
#include "state.h"
#include "vcpu.h"
#include "vm.h"

/* When the host went to sleep. */
static struct vmh_tsc_moment vmh_tsc_slept;

/**
 * vmh_tsc_suspend() - the host goes to sleep
 *
 * Context: no vCPU is loaded, and none will be before vmh_tsc_resume().
 */
void vmh_tsc_suspend(void)
{
	vmh_tsc_now(&vmh_tsc_slept);
}

static void vmh_tsc_move_vcpu(struct vmh_vcpu *vcpu, const struct vmh_tsc_jump *jump)
{
	struct vmx_vcpu *v = &vcpu->vmx;
	struct vmh_error err;
	u64 offset;

	mutex_lock(&vcpu->lock);
	offset = guest_tsc_rebase(v->tsc_offset, v->tsc_ratio, jump->from, jump->to.tsc);
	/* A VM that has ended needs no time any more. */
	if (vmh_vcpu_load(vcpu, &err))
		goto unlock;
	/* Where processors' TSCs differ, vmh_tsc_on_cpu() may have moved it: this is instead. */
	vmx_set_tsc(v, offset, v->tsc_ratio);
	/* The sleep is nobody's time. */
	WRITE_ONCE(vcpu->times.ended, 0);
	vmh_vcpu_put(vcpu);
unlock:
	mutex_unlock(&vcpu->lock);
}

/* The calls that are under way have ended: their processes are frozen. */
static void vmh_tsc_move_vm(struct vm_handler_ctx *vm, const void *context)
{
	const struct vmh_tsc_jump *jump = context;
	struct vmh_vcpu *vcpu;
	unsigned long id;

	if (vmh_vm_has_ended(vm))
		return;
	vmh_clock_jump(vm, jump);
	vmh_for_each_vcpu(vm, id, vcpu)
		vmh_tsc_move_vcpu(vcpu, jump);
}

/**
 * vmh_tsc_resume() - the host has slept, all its processors are there
 *
 * Context: may sleep; takes the locks of vCPUs.
 */
void vmh_tsc_resume(void)
{
	struct vmh_tsc_jump jump;

	vmh_tsc_now(&jump.to);
	jump.from = guest_tsc_after_sleep(vmh_tsc_slept.tsc,
					  jump.to.boottime_ns - vmh_tsc_slept.boottime_ns,
					  tsc_khz, jump.to.tsc);
	if (jump.from == jump.to.tsc)
		return;
	pr_info("vmh: the TSC has not gone on while the host slept: guests' goes on\n");
	vmh_vms_each(vmh_tsc_move_vm, &jump);
}
