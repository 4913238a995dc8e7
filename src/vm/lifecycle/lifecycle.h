/* SPDX-License-Identifier: GPL-2.0 */
/* The lifecycle of a VM, and the run section that it waits for. */
#ifndef VMH_LIFECYCLE_H
#define VMH_LIFECYCLE_H

#include "vcpu.h"
#include "vm.h"

/* state.c */
void vmh_vm_shutdown_locked(struct vm_handler_ctx *vm, long timeout);
int vmh_vm_event(struct vm_handler_ctx *vm, enum vmh_event event, enum vmh_state_reason reason,
		 struct vmh_error *err);
int vmh_vm_admit_run(struct vm_handler_ctx *vm, struct vmh_error *err);
void vmh_vm_get_state(struct vm_handler_ctx *vm, struct vmh_state_info *info);

/* run_section.c */
void vmh_vcpu_tell_ended(struct vmh_vcpu *vcpu);
void vmh_vcpu_leave_run_section(struct vmh_vcpu *vcpu);

/*
 * vmh_vcpu_enter_run_section() while the VM is RUNNING. When it is not, that has to be called,
 * which also leaves what was entered here.
 */
static inline bool vmh_vcpu_try_run_section(struct vmh_vcpu *vcpu)
{
	/* Pairs with the barrier in vm_change_state(). */
	smp_store_mb(vcpu->running, true);
	return READ_ONCE(vcpu->vm->state) == VMH_STATE_RUNNING;
}

#endif /* VMH_LIFECYCLE_H */
