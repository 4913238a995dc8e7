/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Instructions that vmh executes in the guest's place, and their accesses. Where an exit is
 * handled, > 0 means to run on, 0 to exit to userspace, < 0 is an error.
 */
#ifndef VMH_VM_INSN_H
#define VMH_VM_INSN_H

#include "vcpu.h"

struct kvm_sregs;

/* vcpu_guest.c */
int vmh_guest_translate(struct vmh_vcpu *vcpu, u64 linear, unsigned int access, u64 *gpa,
			struct guest_fault *fault);
int vmh_guest_seg_linear(struct vmh_vcpu *vcpu, unsigned int seg, u64 offset, unsigned int len,
			 unsigned int access, u64 *linear, struct guest_fault *fault);
int vmh_guest_copy_implicit(struct vmh_vcpu *vcpu, u64 linear, void *buf, unsigned int len,
			    bool write, struct guest_fault *fault);
int vmh_guest_fetch(struct vmh_vcpu *vcpu, u8 *bytes, unsigned int *len,
		    struct guest_fault *fault);
u64 vmh_guest_code_linear(const struct vmh_vcpu *vcpu, unsigned int byte);
bool vmh_guest_in_64bit_code(const struct vmh_vcpu *vcpu);
void vmh_guest_insn_mode(struct vmh_vcpu *vcpu, struct insn_mode *mode);
void vmh_guest_inject_fault(struct vmh_vcpu *vcpu, const struct guest_fault *fault);
int vmh_guest_read_pdptrs(struct vmh_vcpu *vcpu, const struct kvm_sregs *sregs, u64 pdptr[4]);
bool vmh_sregs_use_pdptrs(const struct kvm_sregs *sregs);

/* vcpu_system.c */
int vmh_guest_sys_get(void *ctx, unsigned int which, u64 value[2]);
int vmh_guest_sys_set(void *ctx, unsigned int which, const u64 value[2], struct guest_fault *fault);

/* vcpu_mmio.c */
int vmh_vcpu_mmio(struct vmh_vcpu *vcpu, struct vmh_error *err);
int vmh_vcpu_descriptor(struct vmh_vcpu *vcpu);
int vmh_vcpu_emulate(struct vmh_vcpu *vcpu);
int vmh_vcpu_emulate_on(struct vmh_vcpu *vcpu, enum vmh_completion completion);
void vmh_vcpu_regs_changed(struct vmh_vcpu *vcpu);
int vmh_vcpu_internal_error(struct vmh_vcpu *vcpu, u32 suberror);

/* vcpu_string.c */
int vmh_vcpu_string_io(struct vmh_vcpu *vcpu);
int vmh_vcpu_string_complete(struct vmh_vcpu *vcpu);

/* vcpu_io.c */
int vmh_vcpu_io(struct vmh_vcpu *vcpu, struct vmh_error *err);
bool vmh_vcpu_io_in_kernel(struct vmh_vcpu *vcpu);
void vmh_io_set_accumulator(struct vmh_vcpu *vcpu, u32 value, unsigned int size);

/* insn_cache.c */
const struct insn *vmh_insn_cached(struct vmh_vcpu *vcpu);
void vmh_insn_keep(struct vmh_vcpu *vcpu, const u8 *bytes, const struct insn *insn);

/* vcpu_task.c */
int vmh_vcpu_task_switch(struct vmh_vcpu *vcpu);

#endif /* VMH_VM_INSN_H */
