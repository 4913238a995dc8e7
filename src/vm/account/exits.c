// SPDX-License-Identifier: GPL-2.0
/*
 * The running counts of a VM: exits, and time in guest mode. Each vCPU's thread counts for itself,
 * without a lock.
 */
#include <linux/rcupdate.h>

#include "account.h"
#include "ticks.h"
#include "vcpu.h"
#include "vm.h"

static u64 vmh_vcpu_exits(const struct vmh_vcpu *vcpu)
{
	u64 exits = 0;
	u32 i;

	for (i = 0; i < VMX_EXIT_COUNTS; i++)
		exits += READ_ONCE(vcpu->vmx.exits[i]);
	return exits;
}

/**
 * vmh_vm_exits() - the running counts of a VM
 * @vm: the VM.
 * @run_ns: time in guest mode, ns.
 *
 * Return: VM exits.
 */
u64 vmh_vm_exits(struct vm_handler_ctx *vm, u64 *run_ns)
{
	u64 exits = 0, cycles = 0;
	struct vmh_vcpu *vcpu;
	unsigned long id;

	/* A vCPU whose creation failed is freed after a grace period. */
	rcu_read_lock();
	vmh_for_each_vcpu(vm, id, vcpu) {
		exits += vmh_vcpu_exits(vcpu);
		cycles += READ_ONCE(vcpu->vmx.guest_cycles);
	}
	rcu_read_unlock();
	*run_ns = vmh_cycles_to_ns(cycles);
	return exits;
}
