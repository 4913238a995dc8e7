/* SPDX-License-Identifier: GPL-2.0 */
/* Running a vCPU. */
#ifndef VMH_RUN_H
#define VMH_RUN_H

#include "vcpu.h"

/* complete.c */
int vmh_vcpu_complete_io(struct vmh_vcpu *vcpu, struct vmh_error *err);

/* hypercall.c */
bool vmh_vcpu_hypercall(struct vmh_vcpu *vcpu);
void vmh_vcpu_hypercall_yield(struct vmh_vcpu *vcpu);
void vmh_vcpu_undefined(struct vmh_vcpu *vcpu);

/* vcpu_run.c */
int vmh_vcpu_run(struct vmh_vcpu *vcpu, struct vmh_error *err);

/* vcpu_event.c */
void vmh_vcpu_take_requests(struct vmh_vcpu *vcpu);
void vmh_vcpu_inject(struct vmh_vcpu *vcpu);
bool vmh_vcpu_has_event(struct vmh_vcpu *vcpu);

/* vcpu_wait.c */
int vmh_vcpu_enter_run_section(struct vmh_vcpu *vcpu, struct vmh_error *err);
bool vmh_vcpu_should_wake(struct vmh_vcpu *vcpu);
int vmh_vcpu_block(struct vmh_vcpu *vcpu);

/* halt.c */
int vmh_halt_wait(struct vmh_vcpu *vcpu);

/* vcpu_yield.c */
void vmh_vcpu_yield(struct vmh_vcpu *vcpu);
bool vmh_vcpu_waits(struct vmh_vcpu *vcpu, u64 id);
void vmh_vcpu_yield_to(struct vmh_vcpu *vcpu, u64 id);

/* mem_fault.c */
int vmh_mem_fault(struct vmh_vcpu *vcpu, const struct vmx_ept_fault *fault,
		  struct resource_denial *denial);

/* vcpu_explain.c */
u32 vmh_vcpu_entry_failed(struct vmh_vcpu *vcpu, struct vmh_error *err);
void vmh_vcpu_explain(struct vmh_vcpu *vcpu, bool last, struct vmh_explain *out);

/* host_sleep.c */
void vmh_tsc_suspend(void);
void vmh_tsc_resume(void);

#endif /* VMH_RUN_H */
