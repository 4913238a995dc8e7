// SPDX-License-Identifier: GPL-2.0
/* The guest's TSCs: their frequency, and that vCPUs have the same if userspace does not object. */
#include <linux/irqflags.h>
#include <linux/ktime.h>
#include <asm/tsc.h>

#include "guest_time.h"
#include "vcpu.h"
#include "vm.h"
#include "vmx_cpu.h"

/**
 * vmh_tsc_scaling() - can guests have a TSC of another frequency than the host's?
 */
bool vmh_tsc_scaling(void)
{
	return vmx_conf.features & VMH_CPU_TSC_SCALING;
}

/**
 * vmh_tsc_khz() - the frequency that a guest's TSC really has
 * @vcpu: the vCPU.
 *
 * Return: the host's, when what was asked for is near it: nothing is scaled then.
 */
u32 vmh_tsc_khz(const struct vmh_vcpu *vcpu)
{
	return vcpu->vmx.tsc_ratio == GUEST_TSC_RATIO_ONE ? tsc_khz : vcpu->clock.tsc_khz;
}

/**
 * vmh_tsc_init() - the TSCs of a new VM begin with 0 now
 * @vm: the VM.
 */
void vmh_tsc_init(struct vm_handler_ctx *vm)
{
	struct vmh_clock *clock = &vm->clock;

	clock->tsc_khz = tsc_khz;
	clock->tsc_common = (struct guest_tsc_common) { .khz = tsc_khz, .offset = -rdtsc() };
}

/* The offset for a value; it becomes the common one unless the value means that anyway. */
static u64 vmh_tsc_common_offset(struct vmh_vcpu *vcpu, u64 ratio, u64 value, bool by_user)
{
	struct guest_tsc_common *common = &vcpu->vm->clock.tsc_common;
	u64 offset, ticks = guest_tsc_scale(rdtsc(), ratio);

	spin_lock(&vcpu->vm->clock.lock);
	if (!guest_tsc_joins(common, vcpu->clock.tsc_khz, ticks, value)) {
		common->khz = vcpu->clock.tsc_khz;
		common->offset = value - ticks;
	}
	common->by_user |= by_user;
	offset = common->offset;
	spin_unlock(&vcpu->vm->clock.lock);
	return offset;
}

/**
 * vmh_tsc_vcpu_init() - the TSC of a new vCPU
 * @vcpu: the vCPU, before its VT-x side is made.
 */
void vmh_tsc_vcpu_init(struct vmh_vcpu *vcpu)
{
	vcpu->clock.tsc_khz = READ_ONCE(vcpu->vm->clock.tsc_khz);
	/* It was checked when it was set. */
	guest_tsc_ratio(vcpu->clock.tsc_khz, tsc_khz, vmh_tsc_scaling(), &vcpu->vmx.tsc_ratio);
	vcpu->vmx.tsc_offset = vmh_tsc_common_offset(vcpu, vcpu->vmx.tsc_ratio, 0, false);
}

/**
 * vmh_tsc_jump_common() - the TSC that vCPUs share goes on
 * @clock: the VM's, its lock held.
 * @jump: of the host's.
 */
void vmh_tsc_jump_common(struct vmh_clock *clock, const struct vmh_tsc_jump *jump)
{
	struct guest_tsc_common *common = &clock->tsc_common;
	u64 ratio = GUEST_TSC_RATIO_ONE;

	/* It was checked when it was set. */
	guest_tsc_ratio(common->khz, tsc_khz, vmh_tsc_scaling(), &ratio);
	common->offset = guest_tsc_rebase(common->offset, ratio, jump->from, jump->to.tsc);
}

static int vmh_tsc_check_khz(u64 khz, u64 *ratio, struct vmh_error *err)
{
	if (khz <= GUEST_TSC_MAX_KHZ && !guest_tsc_ratio(khz, tsc_khz, vmh_tsc_scaling(), ratio))
		return 0;
	return vm_error_field(err, VMH_E_VALUE, VM_ERROR_NO_OFFSET, "khz", khz, tsc_khz);
}

/**
 * vmh_tsc_set_default_khz() - SET_TSC_KHZ on a VM: the frequency for vCPUs to come
 * @vm: the VM.
 * @khz: it; 0 for the host's.
 * @err: why not.
 *
 * Return: 0 or -EINVAL.
 */
int vmh_tsc_set_default_khz(struct vm_handler_ctx *vm, u64 khz, struct vmh_error *err)
{
	u64 ratio;
	int ret;

	khz = khz ?: tsc_khz;
	ret = vmh_tsc_check_khz(khz, &ratio, err);
	if (!ret)
		WRITE_ONCE(vm->clock.tsc_khz, khz);
	return ret;
}

/**
 * vmh_tsc_set_khz() - SET_TSC_KHZ on a vCPU: its TSC goes on from where it is, faster or slower
 * @vcpu: the vCPU, loaded, its lock held.
 * @khz: the frequency; 0 for the host's.
 * @err: why not.
 *
 * Return: 0 or -EINVAL.
 */
int vmh_tsc_set_khz(struct vmh_vcpu *vcpu, u64 khz, struct vmh_error *err)
{
	struct guest_tsc_common *common = &vcpu->vm->clock.tsc_common;
	u64 offset, ratio, tsc = rdtsc();
	int ret;

	khz = khz ?: tsc_khz;
	ret = vmh_tsc_check_khz(khz, &ratio, err);
	if (ret)
		return ret;
	offset = vmx_guest_tsc(&vcpu->vmx, tsc) - guest_tsc_scale(tsc, ratio);
	vcpu->clock.tsc_khz = khz;
	spin_lock(&vcpu->vm->clock.lock);
	if (common->khz == khz)
		offset = common->offset;
	else
		*common = (struct guest_tsc_common) { .khz = khz, .offset = offset };
	spin_unlock(&vcpu->vm->clock.lock);
	vmx_set_tsc(&vcpu->vmx, offset, ratio);
	return 0;
}

/**
 * vmh_tsc_write() - userspace writes a vCPU's TSC
 * @vcpu: the vCPU, loaded, its lock held.
 * @value: the value; see guest_tsc_joins() for what it may mean.
 */
void vmh_tsc_write(struct vmh_vcpu *vcpu, u64 value)
{
	u64 ratio = vcpu->vmx.tsc_ratio;

	vmx_set_tsc(&vcpu->vmx, vmh_tsc_common_offset(vcpu, ratio, value, true), ratio);
}

/**
 * vmh_tsc_set_offset() - userspace sets what a vCPU's TSC is ahead of the host's, scaled
 * @vcpu: the vCPU, loaded, its lock held.
 * @offset: ticks, modulo 2^64.
 */
void vmh_tsc_set_offset(struct vmh_vcpu *vcpu, u64 offset)
{
	struct guest_tsc_common *common = &vcpu->vm->clock.tsc_common;

	spin_lock(&vcpu->vm->clock.lock);
	common->khz = vcpu->clock.tsc_khz;
	common->offset = offset;
	common->by_user = true;
	spin_unlock(&vcpu->vm->clock.lock);
	vmx_set_tsc(&vcpu->vmx, offset, vcpu->vmx.tsc_ratio);
}

/**
 * vmh_tsc_now() - this processor's TSC and the host's clock, at one moment
 * @now: where to.
 */
void vmh_tsc_now(struct vmh_tsc_moment *now)
{
	unsigned long flags;

	local_irq_save(flags);
	now->boottime_ns = ktime_get_boottime_ns();
	now->tsc = rdtsc_ordered();
	local_irq_restore(flags);
}
