/* SPDX-License-Identifier: GPL-2.0 */
/* A vCPU's state as userspace and other threads read and write it. */
#ifndef VMH_STATE_H
#define VMH_STATE_H

#include "vcpu.h"

struct kvm_guest_debug;
struct kvm_msr_filter;
struct kvm_vcpu_events;

/* vcpu_regs.c */
void vmh_vcpu_get_sregs(struct vmh_vcpu *vcpu, struct kvm_sregs *sregs);
int vmh_vcpu_set_sregs(struct vmh_vcpu *vcpu, const struct kvm_sregs *sregs, const u64 *given,
		       struct vmh_error *err);
void vmh_vcpu_get_events(struct vmh_vcpu *vcpu, struct kvm_vcpu_events *events);
int vmh_vcpu_set_events(struct vmh_vcpu *vcpu, const struct kvm_vcpu_events *events,
			struct vmh_error *err);

/* vcpu_msr.c */
int vmh_vcpu_get_msr(struct vmh_vcpu *vcpu, u32 index, u64 *value);
int vmh_vcpu_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value);
unsigned int vmh_msr_list(u32 *indices, unsigned int max);
int vmh_feature_msr(u32 index, u64 *value);
unsigned int vmh_feature_msr_list(u32 *indices, unsigned int max);
bool vmh_vcpu_rdmsr(struct vmh_vcpu *vcpu);
bool vmh_vcpu_wrmsr(struct vmh_vcpu *vcpu);
int vmh_halt_set_control(struct vmh_vcpu *vcpu, u64 value);
bool vmh_pv_has(const struct vmh_vcpu *vcpu, u32 features);

/* msr_exits.c */
int vmh_msr_filter_set(struct vm_handler_ctx *vm, const struct kvm_msr_filter *user,
		       struct vmh_error *err);
void vmh_msr_filter_destroy(struct vm_handler_ctx *vm);
void vmh_msr_filter_vcpu_init(struct vmh_vcpu *vcpu);
void vmh_msr_filter_vcpu_destroy(struct vmh_vcpu *vcpu);
void vmh_msr_filter_take(struct vmh_vcpu *vcpu);
bool vmh_msr_refused(struct vmh_vcpu *vcpu, int error);
int vmh_msr_to_user(struct vmh_vcpu *vcpu, bool write);
void vmh_msr_complete(struct vmh_vcpu *vcpu, bool write);

/* vcpu_sync.c */
int vmh_vcpu_sync_in(struct vmh_vcpu *vcpu, u64 *wanted, struct vmh_error *err);
void vmh_vcpu_sync_out(struct vmh_vcpu *vcpu, u64 wanted);

/* vcpu_debug.c */
#define VMH_GUEST_DEBUG_FLAGS	(KVM_GUESTDBG_ENABLE | KVM_GUESTDBG_SINGLESTEP | \
				 KVM_GUESTDBG_USE_SW_BP | KVM_GUESTDBG_USE_HW_BP | \
				 KVM_GUESTDBG_INJECT_DB | KVM_GUESTDBG_INJECT_BP | \
				 KVM_GUESTDBG_BLOCKIRQ)

int vmh_vcpu_set_guest_debug(struct vmh_vcpu *vcpu, const struct kvm_guest_debug *debug,
			     struct vmh_error *err);
int vmh_vcpu_exit_debug(struct vmh_vcpu *vcpu, u8 vector, u64 dr6);

/* vcpu_load.c */
int vmh_vcpu_load(struct vmh_vcpu *vcpu, struct vmh_error *err);
void vmh_vcpu_put(struct vmh_vcpu *vcpu);
void vmh_vcpu_load_init(struct vmh_vcpu *vcpu);

/* tsc_host.c */
void vmh_tsc_off_cpu(struct vmh_vcpu *vcpu);
void vmh_tsc_on_cpu(struct vmh_vcpu *vcpu);

/* translate.c */
int vmh_guest_look_up(struct vmh_vcpu *vcpu, u64 linear, u64 *gpa, struct vmh_error *err);

/* stats.c */
void vmh_get_stats(struct vm_handler_ctx *vm, struct vmh_stats *stats);

#endif /* VMH_STATE_H */
