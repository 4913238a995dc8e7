// SPDX-License-Identifier: GPL-2.0
/* MSR_KVM_STEAL_TIME: the guest is told how long its vCPU waited for a processor. */
#include <linux/mm.h>
#include <linux/sched.h>
#include <uapi/asm/kvm_para.h>

#include "vcpu.h"
#include "vm.h"
#include "vmh_compat.h"

/**
 * vmh_steal_is_counted() - does this kernel count what the MSR tells?
 */
bool vmh_steal_is_counted(void)
{
	return IS_ENABLED(CONFIG_SCHED_INFO);
}

/**
 * vmh_steal_set_msr() - write MSR_KVM_STEAL_TIME
 * @vcpu: the vCPU.
 * @value: the value.
 *
 * Context: the vCPU's thread or lock; interrupts may be off.
 *
 * Return: 0, or -EINVAL when the value faults.
 */
int vmh_steal_set_msr(struct vmh_vcpu *vcpu, u64 value)
{
	if (!vmh_steal_is_counted() ||
	    !steal_time_msr_valid(value, cpuid_phys_bits(vcpu->cpuid)))
		return -EINVAL;
	vcpu->steal.msr = value;
	if (value & STEAL_TIME_MSR_ENABLE)
		set_bit(VMH_REQ_STEAL, &vcpu->requests);
	return 0;
}

/**
 * vmh_steal_reset() - INIT: the memory may be for other things now
 * @vcpu: the vCPU.
 */
void vmh_steal_reset(struct vmh_vcpu *vcpu)
{
	vcpu->steal.msr = 0;
}

/**
 * vmh_steal_on_cpu() - the vCPU's thread has got a processor
 * @vcpu: the vCPU.
 *
 * Context: preemption off.
 */
void vmh_steal_on_cpu(struct vmh_vcpu *vcpu)
{
	if ((vcpu->steal.msr & STEAL_TIME_MSR_ENABLE) &&
	    vmh_run_delay_ns() != vcpu->steal.meter.seen_ns)
		set_bit(VMH_REQ_STEAL, &vcpu->requests);
}

/**
 * vmh_steal_update() - VMH_REQ_STEAL: write what was stolen
 * @vcpu: the vCPU.
 *
 * 64-byte aligned, the structure lies in one page. Where there is no memory, nobody is told.
 *
 * Context: its thread, may sleep.
 */
void vmh_steal_update(struct vmh_vcpu *vcpu)
{
	u64 gpa = vcpu->steal.msr & ~STEAL_TIME_MSR_ENABLE;
	struct vm_handler_ctx *vm = vcpu->vm;
	struct steal_time time;
	u64 new_ns;

	if (!(vcpu->steal.msr & STEAL_TIME_MSR_ENABLE))
		return;
	new_ns = steal_meter_read(&vcpu->steal.meter, task_pid_nr(current), vmh_run_delay_ns());
	if (vmh_mem_read(vm, gpa, &time, sizeof(time)))
		return;
	steal_time_begin(&time);
	if (vmh_mem_write(vm, gpa + offsetof(struct steal_time, version), &time.version,
			  sizeof(time.version)))
		return;
	/* Odd before the rest changes, even after it has: pairs with the guest's reads. */
	smp_wmb();
	time.steal += new_ns;
	vmh_mem_write(vm, gpa, &time.steal, sizeof(time.steal));
	/* As above. */
	smp_wmb();
	time.version++;
	vmh_mem_write(vm, gpa + offsetof(struct steal_time, version), &time.version,
		      2 * sizeof(u32));
}
