/* SPDX-License-Identifier: GPL-2.0 */
/* The guest's time: its clock, its TSCs, and what is told of stolen time. */
#ifndef VMH_GUEST_TIME_H
#define VMH_GUEST_TIME_H

#include <linux/kvm.h>
#include <linux/types.h>

#include "clock.h"

struct kvm_clock_data;
struct vm_handler_ctx;
struct vmh_error;
struct vmh_vcpu;

/* clock.c */
void vmh_clock_init(struct vm_handler_ctx *vm);
bool vmh_clock_is_stable(void);
int vmh_clock_get_msr(const struct vmh_vcpu *vcpu, u32 index, u64 *value);
int vmh_clock_set_msr(struct vmh_vcpu *vcpu, u32 index, u64 value);
void vmh_clock_reset(struct vmh_vcpu *vcpu);
void vmh_clock_on_cpu(struct vmh_vcpu *vcpu);
void vmh_clock_tsc_moved(struct vmh_vcpu *vcpu);
void vmh_clock_jump(struct vm_handler_ctx *vm, const struct vmh_tsc_jump *jump);
void vmh_clock_paused(struct vm_handler_ctx *vm);
bool vmh_clock_stopped(struct vmh_vcpu *vcpu);
void vmh_clock_update(struct vmh_vcpu *vcpu);
void vmh_clock_update_wall(struct vmh_vcpu *vcpu);
void vmh_clock_get(struct vm_handler_ctx *vm, struct kvm_clock_data *data);
int vmh_clock_set(struct vm_handler_ctx *vm, const struct kvm_clock_data *data,
		  struct vmh_error *err);

/* tsc.c */
void vmh_tsc_init(struct vm_handler_ctx *vm);
void vmh_tsc_vcpu_init(struct vmh_vcpu *vcpu);
bool vmh_tsc_scaling(void);
u32 vmh_tsc_khz(const struct vmh_vcpu *vcpu);
void vmh_tsc_jump_common(struct vmh_clock *clock, const struct vmh_tsc_jump *jump);
int vmh_tsc_set_default_khz(struct vm_handler_ctx *vm, u64 khz, struct vmh_error *err);
int vmh_tsc_set_khz(struct vmh_vcpu *vcpu, u64 khz, struct vmh_error *err);
void vmh_tsc_write(struct vmh_vcpu *vcpu, u64 value);
void vmh_tsc_set_offset(struct vmh_vcpu *vcpu, u64 offset);
void vmh_tsc_now(struct vmh_tsc_moment *now);

/* steal.c */
bool vmh_steal_is_counted(void);
int vmh_steal_set_msr(struct vmh_vcpu *vcpu, u64 value);
void vmh_steal_reset(struct vmh_vcpu *vcpu);
void vmh_steal_on_cpu(struct vmh_vcpu *vcpu);
void vmh_steal_off_cpu(struct vmh_vcpu *vcpu);
void vmh_steal_update(struct vmh_vcpu *vcpu);

#endif /* VMH_GUEST_TIME_H */
