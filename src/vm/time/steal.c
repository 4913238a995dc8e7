// SPDX-License-Identifier: GPL-2.0
/*
 * MSR_KVM_STEAL_TIME: the guest is told how long its vCPU waited for a processor, and whether it
 * has none at the moment. Other vCPUs do without an interrupt to one that has none, if all that
 * they want is that its translations are flushed: a bit beside asks for that.
 */
#include <linux/mm.h>
#include <linux/sched.h>
#include <linux/uaccess.h>
#include <uapi/asm/kvm_para.h>

#include "guest_memory.h"
#include "guest_time.h"
#include "vcpu.h"
#include "vm.h"
#include "vmh_compat.h"

static_assert(offsetof(struct kvm_steal_time, preempted) == STEAL_TIME_PREEMPTED_AT);
static_assert(STEAL_PREEMPTED == KVM_VCPU_PREEMPTED);
static_assert(STEAL_FLUSH_TLB == KVM_VCPU_FLUSH_TLB);

/**
 * vmh_steal_is_counted() - does this kernel count what the MSR tells?
 */
bool vmh_steal_is_counted(void)
{
	return IS_ENABLED(CONFIG_SCHED_INFO);
}

static u64 vmh_steal_gpa(const struct vmh_vcpu *vcpu)
{
	return vcpu->steal.msr & ~STEAL_TIME_MSR_ENABLE;
}

/*
 * The structure is to be elsewhere, or nowhere. What was asked for in the old one would be lost. A
 * guest in guest mode has been told nothing, so this costs its own writes nothing.
 */
static void vmh_steal_leave(struct vmh_vcpu *vcpu)
{
	struct vmh_steal *steal = &vcpu->steal;

	steal->byte = NULL;
	if (!steal->told)
		return;
	WRITE_ONCE(steal->told, false);
	vmh_dirty_mark(vcpu->vm, vmh_steal_gpa(vcpu) >> PAGE_SHIFT);
	vmx_flush_guest(&vcpu->vmx);
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
	vmh_steal_leave(vcpu);
	WRITE_ONCE(vcpu->steal.msr, value);
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
	vmh_steal_leave(vcpu);
	WRITE_ONCE(vcpu->steal.msr, 0);
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
	    (vcpu->steal.told || vmh_run_delay_ns() != vcpu->steal.meter.seen_ns))
		set_bit(VMH_REQ_STEAL, &vcpu->requests);
}

/**
 * vmh_steal_off_cpu() - the vCPU's thread loses its processor
 * @vcpu: the vCPU.
 *
 * The guest is told of a vCPU that would run on if it could, not of one that sleeps. A byte that
 * says so already is left alone: the guest may have added to it. Nothing here may sleep: a page
 * that is not there, or a place that is not known any more, is not written to, and the guest sends
 * its interrupt.
 *
 * Context: scheduling, interrupts off.
 */
void vmh_steal_off_cpu(struct vmh_vcpu *vcpu)
{
	const struct memory_context *mem = &vcpu->vm->mem_ctx;
	struct vmh_steal *steal = &vcpu->steal;
	const u8 byte = STEAL_PREEMPTED;

	if (!steal->byte || steal->told || !vcpu->running)
		return;
	if (READ_ONCE(current->__state) != TASK_RUNNING || current->mm != mem->mm)
		return;
	if (!steal_may_tell(vcpu->vmx.exit_reason) ||
	    steal->slots_seq != READ_ONCE(mem->slots_seq))
		return;
	if (!copy_to_user_nofault(steal->byte, &byte, sizeof(byte)))
		WRITE_ONCE(steal->told, true);
}

/* Finds the place of the byte for the next time that the thread loses its processor. */
static void vmh_steal_find_byte(struct vmh_vcpu *vcpu, u64 gpa)
{
	struct vmh_steal *steal = &vcpu->steal;
	/* Before what is found by it: slots that change meanwhile make this useless. */
	u64 seq = smp_load_acquire(&vcpu->vm->mem_ctx.slots_seq);

	if (steal->byte && steal->slots_seq == seq)
		return;
	/* The thread may lose its processor at any time: the address counts with its number. */
	WRITE_ONCE(steal->byte, NULL);
	barrier();
	steal->slots_seq = seq;
	barrier();
	WRITE_ONCE(steal->byte, vmh_mem_hva(vcpu->vm, gpa, true));
}

/* The vCPU has a processor: takes back what the guest was told, and does what it asks for. */
static void vmh_steal_take(struct vmh_vcpu *vcpu)
{
	u64 gpa = vmh_steal_gpa(vcpu) + STEAL_TIME_PREEMPTED_AT;
	struct vmh_steal *steal = &vcpu->steal;
	const bool told = steal->told;
	u8 byte = 0;
	int ret;

	/* Lost again, it is not told again: that could overwrite what the guest asks for. */
	WRITE_ONCE(steal->told, true);
	barrier();
	ret = vmh_mem_xchg_byte(vcpu->vm, gpa, &byte);
	barrier();
	WRITE_ONCE(steal->told, false);
	vmh_steal_find_byte(vcpu, gpa);
	if (!steal_must_flush(told, !ret, byte))
		return;
	vmx_flush_as_asked(&vcpu->vmx);
	steal->flushes++;
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
	u64 gpa = vmh_steal_gpa(vcpu);
	struct vm_handler_ctx *vm = vcpu->vm;
	struct steal_time time;
	u64 new_ns;

	if (!(vcpu->steal.msr & STEAL_TIME_MSR_ENABLE))
		return;
	vmh_steal_take(vcpu);
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
