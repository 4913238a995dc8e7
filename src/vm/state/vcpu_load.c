// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU on a processor, and across context switches: while loaded, a preempt notifier takes it off
 * when its thread loses the processor and puts it on the one that the thread gets next.
 */
#include <linux/preempt.h>
#include <asm/tsc.h>

#include "fail_point.h"
#include "guest_time.h"
#include "raw_section.h"
#include "state.h"
#include "vcpu.h"
#include "vm.h"

/* Preemption off. */
static void vmh_vcpu_on_cpu(struct vmh_vcpu *vcpu, int cpu)
{
	struct memory_context *mem = &vcpu->vm->mem_ctx;
	bool moved;
	u64 gen;

	vmh_raw_section_begin();
	moved = vmx_vcpu_load(&vcpu->vmx);
	cpumask_set_cpu(cpu, mem->cpus);
	/* Pairs with the barrier in vmh_ept_flush_processors(). */
	smp_mb__after_atomic();
	gen = atomic64_read(&mem->flush_gen);
	if (moved || gen != vcpu->flush_gen) {
		if (!vmh_fail_omit(flush_load))
			vmx_flush_ept(mem->eptp);
		vcpu->flush_gen = gen;
	}
	if (unlikely(check_tsc_unstable()))
		vmh_tsc_on_cpu(vcpu);
	vmh_clock_on_cpu(vcpu);
	vmh_steal_on_cpu(vcpu);
	vmh_raw_section_end();
}

static void vmh_vcpu_off_cpu(struct vmh_vcpu *vcpu)
{
	vmh_raw_section_begin();
	if (unlikely(check_tsc_unstable()))
		vmh_tsc_off_cpu(vcpu);
	/* What was flushed while it was loaded needs no flush when it comes back. */
	cpumask_clear_cpu(raw_smp_processor_id(), vcpu->vm->mem_ctx.cpus);
	vmx_vcpu_put(&vcpu->vmx);
	vmh_raw_section_end();
}

static void vmh_sched_in(struct preempt_notifier *notifier, int cpu)
{
	struct vmh_vcpu *vcpu = container_of(notifier, struct vmh_vcpu, preempt);

	WRITE_ONCE(vcpu->off_cpu_task, NULL);
	vmh_vcpu_on_cpu(vcpu, cpu);
}

static void vmh_sched_out(struct preempt_notifier *notifier, struct task_struct *next)
{
	struct vmh_vcpu *vcpu = container_of(notifier, struct vmh_vcpu, preempt);

	vmh_steal_off_cpu(vcpu);
	vmh_vcpu_off_cpu(vcpu);
	WRITE_ONCE(vcpu->off_cpu_task, current);
}

static struct preempt_ops vmh_preempt_ops = {
	.sched_in = vmh_sched_in,
	.sched_out = vmh_sched_out,
};

void vmh_vcpu_load_init(struct vmh_vcpu *vcpu)
{
	preempt_notifier_init(&vcpu->preempt, &vmh_preempt_ops);
}

/**
 * vmh_vcpu_load() - make the vCPU's VT-x state accessible to this thread
 * @vcpu: the vCPU, its lock held.
 * @err: why not.
 *
 * The state is read under the lock. Before a reboot VMs are terminated, then their vCPUs' locks are
 * taken in turn, then processors leave VMX operation. So a thread that finds the VM alive here is
 * waited for.
 *
 * Context: may sleep before and after; the thread may be preempted and migrate while loaded.
 *
 * Return: 0; -ESTALE when the VM has ended; -EOPNOTSUPP when this processor is not in VMX
 * operation.
 */
int vmh_vcpu_load(struct vmh_vcpu *vcpu, struct vmh_error *err)
{
	int cpu;

	if (unlikely(vmh_vm_has_ended(vcpu->vm)))
		return vm_error_set(err, VMH_E_TERMINATED);
	cpu = get_cpu();
	if (unlikely(vmh_fail_point(VMH_FAIL_hw_lost) || !this_cpu_read(vmx_cpu_on))) {
		put_cpu();
		return vm_error_field(err, VMH_E_UNUSABLE, VM_ERROR_NO_OFFSET, "unusable",
				      VMH_UNUSABLE_SHUTDOWN, VMH_USABLE);
	}
	preempt_notifier_register(&vcpu->preempt);
	vmh_vcpu_on_cpu(vcpu, cpu);
	put_cpu();
	vcpu->loaded = true;
	return 0;
}

/**
 * vmh_vcpu_put() - undo vmh_vcpu_load()
 * @vcpu: the vCPU.
 */
void vmh_vcpu_put(struct vmh_vcpu *vcpu)
{
	vcpu->loaded = false;
	preempt_disable();
	vmh_vcpu_off_cpu(vcpu);
	preempt_notifier_unregister(&vcpu->preempt);
	preempt_enable();
}
