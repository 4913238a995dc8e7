// SPDX-License-Identifier: GPL-2.0
/* Ending all VMs before the machine goes down. */
#include <linux/delay.h>
#include <linux/jiffies.h>

#include "create.h"
#include "lifecycle.h"
#include "vcpu.h"
#include "vm.h"

/* How long calls under way may take before a reboot, all together; and how often to look. */
#define SHUTDOWN_WAIT		(5 * HZ)
#define SHUTDOWN_POLL_MS	10

/* Says whether the lock has been taken, in time. */
static bool vmh_lock_until(struct mutex *lock, unsigned long deadline)
{
	while (!mutex_trylock(lock)) {
		if (time_after(jiffies, deadline))
			return false;
		msleep(SHUTDOWN_POLL_MS);
	}
	return true;
}

/* Calls under way have ended when their locks are free. Says whether they were, in time. */
static bool vmh_vm_calls_end(struct vm_handler_ctx *vm, unsigned long deadline)
{
	struct vmh_vcpu *vcpu;
	unsigned long id;

	vmh_for_each_vcpu(vm, id, vcpu) {
		if (!vmh_lock_until(&vcpu->lock, deadline))
			return false;
		mutex_unlock(&vcpu->lock);
	}
	return true;
}

static bool vmh_vm_end(struct vm_handler_ctx *vm, unsigned long deadline)
{
	if (!vmh_lock_until(&vm->lock, deadline))
		return false;
	vmh_vm_shutdown_locked(vm, max_t(long, deadline - jiffies, 0));
	mutex_unlock(&vm->lock);
	return vmh_vm_calls_end(vm, deadline);
}

static void vmh_vm_shutdown(struct vm_handler_ctx *vm, const void *deadline)
{
	if (!vmh_vm_end(vm, *(const unsigned long *)deadline))
		pr_warn("vmh: VM %u: a call does not end: not waited for\n", vm->vm_id);
}

/**
 * vmh_vms_shutdown() - terminate all VMs before the machine goes down
 *
 * When it returns, no vCPU is loaded, and none will be. A call whose thread is stuck in a page
 * fault (userfaultfd, FUSE) is waited for five seconds, then left behind: VMX instructions that it
 * may still execute fail, see vmcs.h.
 *
 * Context: may sleep.
 */
void vmh_vms_shutdown(void)
{
	const unsigned long deadline = jiffies + SHUTDOWN_WAIT;

	vmh_vms_each(vmh_vm_shutdown, &deadline);
}
