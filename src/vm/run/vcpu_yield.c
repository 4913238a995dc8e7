// SPDX-License-Identifier: GPL-2.0
/*
 * A vCPU that waits for another one in a loop (SDM, "Pause-Loop Exiting") gives its processor to
 * one that has none: very likely it is the one that is waited for. A guest that knows which one it
 * waits for says so.
 */
#include <linux/rcupdate.h>
#include <linux/sched.h>
#include <linux/sched/task.h>

#include "run.h"
#include "vcpu.h"

/* A thread that has no processor clears the pointer before it leaves RUN. Under RCU it exists. */
static struct task_struct *vmh_waiting_task(const struct vmh_vcpu *vcpu)
{
	struct task_struct *task = READ_ONCE(vcpu->off_cpu_task);

	if (!task || READ_ONCE(task->__state) != TASK_RUNNING)
		return NULL;
	return get_task_struct(task);
}

/* The next one, round and round, that could run and has no processor; with a reference. */
static struct task_struct *vmh_next_waiting(struct vmh_vcpu *vcpu)
{
	struct cpu_context *ctx = &vcpu->vm->cpu_ctx;
	u32 last = READ_ONCE(ctx->yielded_to);
	struct task_struct *task = NULL;
	struct vmh_vcpu *other;
	unsigned long id;

	rcu_read_lock();
	xa_for_each_start(&ctx->vcpus, id, other, last + 1UL) {
		task = vmh_waiting_task(other);
		if (task)
			goto found;
	}
	xa_for_each_range(&ctx->vcpus, id, other, 0, last) {
		task = vmh_waiting_task(other);
		if (task)
			goto found;
	}
	rcu_read_unlock();
	return NULL;

found:
	WRITE_ONCE(ctx->yielded_to, id);
	rcu_read_unlock();
	return task;
}

/**
 * vmh_vcpu_yield() - let another vCPU of the VM run instead
 * @vcpu: the vCPU, which spins.
 *
 * Each vCPU that waits for a processor has its turn. When none waits this returns at once: what the
 * guest waits for happens on another processor.
 *
 * Context: its thread, may sleep.
 */
void vmh_vcpu_yield(struct vmh_vcpu *vcpu)
{
	struct task_struct *task = vmh_next_waiting(vcpu);

	if (!task)
		return;
	yield_to(task, true);
	put_task_struct(task);
}

/* A vCPU's thread, if it could run and has no processor; with a reference. */
static struct task_struct *vmh_waiting_task_of(struct vmh_vcpu *vcpu, u64 id)
{
	struct task_struct *task = NULL;
	struct vmh_vcpu *other;

	rcu_read_lock();
	other = xa_load(&vcpu->vm->cpu_ctx.vcpus, id);
	if (other)
		task = vmh_waiting_task(other);
	rcu_read_unlock();
	return task;
}

/**
 * vmh_vcpu_waits() - does another vCPU of the VM wait for a processor?
 * @vcpu: a vCPU, whose thread this is.
 * @id: the other one's id, or any number.
 *
 * Context: any; interrupts may be off.
 *
 * Return: whether vmh_vcpu_yield_to() is worth leaving the guest for, at the moment.
 */
bool vmh_vcpu_waits(struct vmh_vcpu *vcpu, u64 id)
{
	struct vmh_vcpu *other;
	bool waits;

	rcu_read_lock();
	other = xa_load(&vcpu->vm->cpu_ctx.vcpus, id);
	waits = other && READ_ONCE(other->off_cpu_task);
	rcu_read_unlock();
	return waits;
}

/**
 * vmh_vcpu_yield_to() - let a certain vCPU of the VM run instead
 * @vcpu: the vCPU.
 * @id: the other one's id, or any number.
 *
 * Where there is none, or it has a processor or sleeps, this returns at once.
 *
 * Context: its thread, may sleep.
 */
void vmh_vcpu_yield_to(struct vmh_vcpu *vcpu, u64 id)
{
	struct task_struct *task = vmh_waiting_task_of(vcpu, id);

	if (!task)
		return;
	yield_to(task, true);
	put_task_struct(task);
}
