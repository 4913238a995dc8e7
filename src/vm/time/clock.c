// SPDX-License-Identifier: GPL-2.0
/* kvmclock. Linux, Documentation/virt/kvm/x86/msr.rst. */
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/rcupdate.h>
#include <asm/tsc.h>
#include <uapi/asm/kvm_para.h>

#include "clock.h"
#include "guest_memory.h"
#include "guest_time.h"
#include "kick.h"
#include "vcpu.h"
#include "vm.h"

/* The host's clocks, all at one moment. */
struct vmh_host_time {
	u64 tsc;
	u64 boottime_ns;
	u64 real_ns;
};

static void vmh_host_now(struct vmh_host_time *now)
{
	unsigned long flags;

	local_irq_save(flags);
	now->real_ns = ktime_get_real_ns();
	now->boottime_ns = ktime_get_boottime_ns();
	now->tsc = rdtsc_ordered();
	local_irq_restore(flags);
}

/**
 * vmh_clock_is_stable() - do the host's processors have one and the same TSC, of one frequency?
 *
 * It may cease to be so at any time, and then never is so again.
 */
bool vmh_clock_is_stable(void)
{
	return boot_cpu_has(X86_FEATURE_CONSTANT_TSC) && !check_tsc_unstable();
}

/* System time at a moment of the host. Called with the clock's lock held. */
static u64 vmh_clock_ns(const struct vmh_clock *clock, const struct vmh_host_time *now)
{
	if (vmh_clock_is_stable())
		return clock->ns + pvclock_ns(&clock->scale, now->tsc - clock->tsc);
	return clock->ns + now->boottime_ns - clock->boottime_ns;
}

/**
 * vmh_clock_init() - system time of a new VM is 0 now
 * @vm: the VM.
 */
void vmh_clock_init(struct vm_handler_ctx *vm)
{
	struct vmh_clock *clock = &vm->clock;
	struct vmh_host_time now;

	vmh_host_now(&now);
	spin_lock_init(&clock->lock);
	pvclock_scale_init(&clock->scale, tsc_khz);
	clock->tsc = now.tsc;
	clock->boottime_ns = now.boottime_ns;
}

/**
 * vmh_clock_get_msr() - read one of kvmclock's MSRs
 * @vcpu: the vCPU.
 * @index: the MSR.
 * @value: where to.
 *
 * Return: 0, or -EINVAL when it is none of them.
 */
int vmh_clock_get_msr(const struct vmh_vcpu *vcpu, u32 index, u64 *value)
{
	switch (index) {
	case MSR_KVM_SYSTEM_TIME:
	case MSR_KVM_SYSTEM_TIME_NEW:
		*value = vcpu->clock.msr;
		return 0;
	case MSR_KVM_WALL_CLOCK:
	case MSR_KVM_WALL_CLOCK_NEW:
		*value = READ_ONCE(vcpu->vm->clock.wall_msr);
		return 0;
	}
	return -EINVAL;
}

/* Guest memory is written later, where that may sleep; but before the guest goes on. */
static int vmh_clock_set_time_msr(struct vmh_vcpu *vcpu, u64 value)
{
	if (!pvclock_time_msr_valid(value, cpuid_phys_bits(vcpu->cpuid)))
		return -EINVAL;
	vcpu->clock.msr = value;
	set_bit(VMH_REQ_CLOCK, &vcpu->requests);
	return 0;
}

static int vmh_clock_set_wall_msr(struct vmh_vcpu *vcpu, u64 value)
{
	if (!pvclock_wall_msr_valid(value, cpuid_phys_bits(vcpu->cpuid)))
		return -EINVAL;
	WRITE_ONCE(vcpu->vm->clock.wall_msr, value);
	set_bit(VMH_REQ_WALL_CLOCK, &vcpu->requests);
	return 0;
}

/**
 * vmh_clock_set_msr() - write one of kvmclock's MSRs
 * @vcpu: the vCPU.
 * @index: the MSR.
 * @value: the value.
 *
 * Context: the vCPU's thread or lock; interrupts may be off.
 *
 * Return: 0, or -EINVAL when it is none of them or the value faults.
 */
int vmh_clock_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value)
{
	switch (index) {
	case MSR_KVM_SYSTEM_TIME:
	case MSR_KVM_SYSTEM_TIME_NEW:
		return vmh_clock_set_time_msr(vcpu, value);
	case MSR_KVM_WALL_CLOCK:
	case MSR_KVM_WALL_CLOCK_NEW:
		return vmh_clock_set_wall_msr(vcpu, value);
	}
	return -EINVAL;
}

/**
 * vmh_clock_reset() - INIT: the memory that the clock was in may be for other things now
 * @vcpu: the vCPU.
 */
void vmh_clock_reset(struct vmh_vcpu *vcpu)
{
	vcpu->clock.msr = 0;
}

/**
 * vmh_clock_on_cpu() - the vCPU's thread has got a processor
 * @vcpu: the vCPU.
 *
 * When processors differ in their TSC, the clock has to be told anew for this one.
 *
 * Context: preemption off.
 */
void vmh_clock_on_cpu(struct vmh_vcpu *vcpu)
{
	if (unlikely(!vmh_clock_is_stable()))
		set_bit(VMH_REQ_CLOCK, &vcpu->requests);
}

static void vmh_clock_request_all(struct vm_handler_ctx *vm, bool stopped)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;

	rcu_read_lock();
	vmh_for_each_vcpu(vm, id, vcpu) {
		if (stopped)
			WRITE_ONCE(vcpu->clock.stopped, true);
		vmh_vcpu_request(vcpu, VMH_REQ_CLOCK);
	}
	rcu_read_unlock();
}

static bool vmh_clock_tscs_differ(struct vm_handler_ctx *vm, const struct vmx_vcpu *one)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;
	bool differ = false;

	rcu_read_lock();
	vmh_for_each_vcpu(vm, id, vcpu)
		differ = differ || READ_ONCE(vcpu->vmx.tsc_offset) != one->tsc_offset ||
			 READ_ONCE(vcpu->vmx.tsc_ratio) != one->tsc_ratio;
	rcu_read_unlock();
	return differ;
}

/**
 * vmh_clock_tsc_moved() - the guest's TSC has been set
 * @vcpu: the vCPU whose TSC it is.
 *
 * All vCPUs are told: a guest takes a stable clock as leave to read any vCPU's structure on any
 * other, which gives the right time only while their TSCs agree.
 *
 * Context: its thread.
 */
void vmh_clock_tsc_moved(struct vmh_vcpu *vcpu)
{
	struct vm_handler_ctx *vm = vcpu->vm;

	spin_lock(&vm->clock.lock);
	vm->clock.tscs_differ = vmh_clock_tscs_differ(vm, &vcpu->vmx);
	spin_unlock(&vm->clock.lock);
	vmh_clock_request_all(vm, false);
}

/**
 * vmh_clock_jump() - system time goes on when the host's TSC does not
 * @vm: the VM.
 * @jump: what the TSC has done.
 */
void vmh_clock_jump(struct vm_handler_ctx *vm, const struct vmh_tsc_jump *jump)
{
	const struct vmh_host_time then = {
		.tsc = jump->from, .boottime_ns = jump->to.boottime_ns,
	};
	struct vmh_clock *clock = &vm->clock;

	spin_lock(&clock->lock);
	clock->ns = vmh_clock_ns(clock, &then);
	clock->tsc = jump->to.tsc;
	clock->boottime_ns = jump->to.boottime_ns;
	vmh_tsc_jump_common(clock, jump);
	spin_unlock(&clock->lock);
}

/**
 * vmh_clock_paused() - the VM is PAUSED: tell the guest when it goes on
 * @vm: the VM.
 */
void vmh_clock_paused(struct vm_handler_ctx *vm)
{
	vmh_clock_request_all(vm, true);
}

/**
 * vmh_clock_stopped() - the VMM had stopped this vCPU: tell the guest
 * @vcpu: the vCPU.
 *
 * Return: false when the guest does not use the clock, and cannot be told.
 */
bool vmh_clock_stopped(struct vmh_vcpu *vcpu)
{
	if (!(vcpu->clock.msr & PVCLOCK_MSR_ENABLE))
		return false;
	WRITE_ONCE(vcpu->clock.stopped, true);
	vmh_vcpu_request(vcpu, VMH_REQ_CLOCK);
	return true;
}

/* What the structure says beside the moment. */
static void vmh_clock_moment(struct vmh_vcpu *vcpu, struct pvclock_moment *moment, u8 *flags)
{
	struct vmh_clock *clock = &vcpu->vm->clock;
	struct vmh_host_time now;

	spin_lock(&clock->lock);
	if (likely(vmh_clock_is_stable())) {
		/* The same for all vCPUs, so that they agree to the nanosecond. */
		moment->tsc = clock->tsc;
		moment->ns = clock->ns;
		if (!clock->tscs_differ)
			*flags |= PVCLOCK_FLAG_TSC_STABLE;
	} else {
		vmh_host_now(&now);
		moment->tsc = now.tsc;
		moment->ns = clock->ns + now.boottime_ns - clock->boottime_ns;
	}
	spin_unlock(&clock->lock);
	moment->tsc = vmx_guest_tsc(&vcpu->vmx, moment->tsc);
}

/* The structures may cross a page. */
static int vmh_clock_copy(struct vm_handler_ctx *vm, u64 gpa, void *data, unsigned int len,
			  bool write)
{
	unsigned int part;
	int ret = 0;

	for (; len && !ret; len -= part, gpa += part, data += part) {
		part = min_t(unsigned int, len, PAGE_SIZE - offset_in_page(gpa));
		ret = write ? vmh_mem_write(vm, gpa, data, part) :
			      vmh_mem_read(vm, gpa, data, part);
	}
	return ret;
}

/*
 * Write a structure under an odd version, so that a reader meanwhile knows to read again. Missing
 * memory is ignored: the guest gave the address.
 */
static void vmh_clock_publish(struct vm_handler_ctx *vm, u64 gpa, u32 *version, unsigned int len)
{
	const unsigned int head = sizeof(*version);

	vmh_clock_copy(vm, gpa, version, head, true);
	/* Odd before the rest changes, even after it has: pairs with the guest's reads. */
	smp_wmb();
	vmh_clock_copy(vm, gpa + head, version + 1, len - head, true);
	/* As above. */
	smp_wmb();
	++*version;
	vmh_clock_copy(vm, gpa, version, head, true);
}

/**
 * vmh_clock_update() - VMH_REQ_CLOCK: write the vCPU's clock
 * @vcpu: the vCPU.
 *
 * Context: its thread, may sleep.
 */
void vmh_clock_update(struct vmh_vcpu *vcpu)
{
	u8 flags = xchg(&vcpu->clock.stopped, false) ? PVCLOCK_FLAG_STOPPED : 0;
	u64 gpa = vcpu->clock.msr & ~PVCLOCK_MSR_ENABLE;
	struct pvclock_moment moment;
	struct pvclock_scale scale;
	struct pvclock_time time;

	if (!(vcpu->clock.msr & PVCLOCK_MSR_ENABLE) ||
	    vmh_clock_copy(vcpu->vm, gpa, &time, sizeof(time), false))
		return;
	vmh_clock_moment(vcpu, &moment, &flags);
	pvclock_scale_init(&scale, vmh_tsc_khz(vcpu));
	pvclock_time_fill(&time, &scale, &moment, flags);
	vmh_clock_publish(vcpu->vm, gpa, &time.version, sizeof(time));
}

/**
 * vmh_clock_update_wall() - VMH_REQ_WALL_CLOCK: write when system time was 0
 * @vcpu: the vCPU that asked for it.
 *
 * Context: its thread, may sleep.
 */
void vmh_clock_update_wall(struct vmh_vcpu *vcpu)
{
	struct vm_handler_ctx *vm = vcpu->vm;
	u64 gpa = READ_ONCE(vm->clock.wall_msr);
	struct vmh_host_time now;
	struct pvclock_wall wall;
	u64 ns;

	if (!gpa || vmh_clock_copy(vm, gpa, &wall, sizeof(wall), false))
		return;
	spin_lock(&vm->clock.lock);
	vmh_host_now(&now);
	ns = vmh_clock_ns(&vm->clock, &now);
	spin_unlock(&vm->clock.lock);
	pvclock_wall_fill(&wall, now.real_ns - ns);
	vmh_clock_publish(vm, gpa, &wall.version, sizeof(wall));
}

/**
 * vmh_clock_get() - VMH_GET_CLOCK
 * @vm: the VM.
 * @data: where to.
 */
void vmh_clock_get(struct vm_handler_ctx *vm, struct kvm_clock_data *data)
{
	struct vmh_host_time now;

	spin_lock(&vm->clock.lock);
	vmh_host_now(&now);
	data->clock = vmh_clock_ns(&vm->clock, &now);
	spin_unlock(&vm->clock.lock);
	data->realtime = now.real_ns;
	data->host_tsc = now.tsc;
	data->flags = KVM_CLOCK_REALTIME | KVM_CLOCK_HOST_TSC;
	if (vmh_clock_is_stable())
		data->flags |= KVM_CLOCK_TSC_STABLE;
}

/**
 * vmh_clock_set() - VMH_SET_CLOCK
 * @vm: the VM.
 * @data: what VMH_GET_CLOCK gave; with KVM_CLOCK_REALTIME the clock has run on since then.
 * @err: why not.
 *
 * Return: 0 or -EINVAL.
 */
int vmh_clock_set(struct vm_handler_ctx *vm, const struct kvm_clock_data *data,
		  struct vmh_error *err)
{
	struct vmh_clock *clock = &vm->clock;
	struct vmh_host_time now;

	if (data->flags & ~VMH_CLOCK_FLAGS)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct kvm_clock_data, flags,
				      data->flags, VMH_CLOCK_FLAGS);
	spin_lock(&clock->lock);
	vmh_host_now(&now);
	clock->tsc = now.tsc;
	clock->boottime_ns = now.boottime_ns;
	clock->ns = data->clock;
	if ((data->flags & KVM_CLOCK_REALTIME) && now.real_ns > data->realtime)
		clock->ns += now.real_ns - data->realtime;
	spin_unlock(&clock->lock);
	vmh_clock_request_all(vm, false);
	return 0;
}
