/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the ioctls of all three kinds of fd have in common: a table of calls, one copy in and one
 * copy out, and the record of the last refusal.
 */
#ifndef VMH_IOCTL_H
#define VMH_IOCTL_H

#include <linux/fs.h>
#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vmh.h>

#include "vm_error.h"

struct vm_handler_ctx;

/* The right to a call that every fd may make */
#define VMH_RIGHT_NONE		0
/* What another process may be given, and what the creator has */
#define VMH_RIGHTS_OUTSIDE	(VMH_RIGHT_INSPECT | VMH_RIGHT_CONTROL | VMH_RIGHT_DEBUG | \
				 VMH_RIGHT_MEMORY)
#define VMH_RIGHTS_CREATOR	(VMH_RIGHTS_OUTSIDE | VMH_RIGHT_OWNER)

/**
 * struct vmh_fd - what every fd of vmh starts with
 * @lock: covers @last and @seen.
 * @last: the last refusal on this fd; its code is VMH_E_NONE when there was none.
 * @vm: the VM that it is for, with a reference; NULL on the device.
 * @rights: VMH_RIGHT_* that the fd gives; constant.
 * @seen: vm_handler_ctx.generation that GET_STATE told here last.
 */
struct vmh_fd {
	spinlock_t lock;
	struct vmh_error last;
	struct vm_handler_ctx *vm;
	u32 rights;
	u64 seen;
};

/**
 * enum vmh_arg - what the argument of a call is
 * @VMH_ARG_VALUE: a number, or nothing.
 * @VMH_ARG_IN: a structure of fixed size that is read.
 * @VMH_ARG_OUT: one that is written.
 * @VMH_ARG_INOUT: one that is read and written.
 * @VMH_ARG_SIZED_IN: a structure that tells its size, read.
 * @VMH_ARG_SIZED_OUT: the same, written; size and flags are read.
 * @VMH_ARG_SIZED_INOUT: the same, read and written.
 * @VMH_ARG_RAW: of variable length: the call copies by itself.
 */
enum vmh_arg {
	VMH_ARG_VALUE,
	VMH_ARG_IN,
	VMH_ARG_OUT,
	VMH_ARG_INOUT,
	VMH_ARG_SIZED_IN,
	VMH_ARG_SIZED_OUT,
	VMH_ARG_SIZED_INOUT,
	VMH_ARG_RAW,
};

/**
 * struct vmh_call - a call under way
 * @fd: where it came in.
 * @object: what the fd stands for.
 * @arg: the argument: a number, or an address in userspace.
 * @data: the structure in the kernel, for all kinds but VALUE and RAW.
 * @err: to be filled when the call is refused.
 */
struct vmh_call {
	struct vmh_fd *fd;
	void *object;
	unsigned long arg;
	void *data;
	struct vmh_error *err;
};

/**
 * struct vmh_ioctl - a row in a table of calls
 * @cmd: the whole command: KVM uses some numbers twice.
 * @arg: kind of argument.
 * @right: VMH_RIGHT_* that the fd has to have. A call for the owner is one for his process too.
 * @size: of the structure, as this module knows it.
 * @min_size: of a sized structure, as its first version was.
 * @handle: does it. Return: not negative, or an errno, with the call's err filled if it says more.
 */
struct vmh_ioctl {
	unsigned int cmd;
	enum vmh_arg arg;
	u32 right;
	u16 size;
	u16 min_size;
	long (*handle)(struct vmh_call *call);
};

#define VMH_ROW(who, command, kind, type, function) \
	{ .cmd = (command), .arg = VMH_ARG_##kind, .right = VMH_RIGHT_##who, \
	  .size = sizeof(type), .min_size = sizeof(type), .handle = (function) }
/* A structure that has grown: @last was the last member of its first version. */
#define VMH_ROW_GROWN(who, command, kind, type, last, function) \
	{ .cmd = (command), .arg = VMH_ARG_##kind, .right = VMH_RIGHT_##who, \
	  .size = sizeof(type), .min_size = offsetofend(type, last), .handle = (function) }
#define VMH_ROW_VALUE(who, command, function) \
	{ .cmd = (command), .arg = VMH_ARG_VALUE, .right = VMH_RIGHT_##who, .handle = (function) }
#define VMH_ROW_RAW(who, command, function) \
	{ .cmd = (command), .arg = VMH_ARG_RAW, .right = VMH_RIGHT_##who, .handle = (function) }

void vmh_fd_init(struct vmh_fd *fd, struct vm_handler_ctx *vm, u32 rights);
void vmh_fd_put_vm(struct vmh_fd *fd);
int vmh_fd_check_right(const struct vmh_fd *fd, const struct vmh_ioctl *row,
		       struct vmh_error *err);
int vmh_fd_check_vm(const struct vmh_fd *fd, const struct vmh_ioctl *row, struct vmh_error *err);
void vmh_fd_refused(struct vmh_fd *fd, unsigned int cmd, int error, struct vmh_error *err);
bool vmh_fd_get_error(struct vmh_fd *fd, unsigned int cmd, unsigned long arg, long *ret);
const struct vmh_ioctl *vmh_ioctl_find(const struct vmh_ioctl *table, unsigned int nr,
				       unsigned int cmd);
void *vmh_copy_entries(struct vmh_call *call, size_t header, u32 nr, size_t size);
long vmh_ioctl_call(const struct vmh_ioctl *row, struct vmh_fd *fd, void *object,
		    unsigned long arg, struct vmh_error *err);

/* Refuses an argument of a call that has none. */
static inline int vmh_no_argument(unsigned long arg, struct vmh_error *err)
{
	return arg ? vm_error_field(err, VMH_E_VALUE, VM_ERROR_NO_OFFSET, "argument", arg, 0) : 0;
}

/* kvm_abi.c */
void vmh_kvm_device_register(const struct file_operations *fops);
void vmh_kvm_device_unregister(void);
unsigned int vmh_kvm_command(unsigned int cmd);
long vmh_kvm_errno(unsigned int cmd, long ret);

/* The command in vmh's numbering, whichever door it came through. */
static inline unsigned int vmh_command(unsigned int cmd)
{
	return likely(_IOC_TYPE(cmd) == VMHIO) ? cmd : vmh_kvm_command(cmd);
}

/* device.c */
int vmh_device_register(void);
void vmh_device_unregister(void);

/* power.c */
int vmh_power_register(void);
void vmh_power_unregister(void);

/* outside.c */
long vmh_list_vms(struct vmh_call *call);
long vmh_open_vm(struct vmh_call *call);
long vmh_get_ended(struct vmh_call *call);

/* may_trace.c */
int vmh_may_trace_init(void);
void vmh_may_trace_exit(void);
int vmh_may_trace(const struct vm_handler_ctx *vm);

/* enable_cap.c */
long vmh_vm_enable_cap(struct vmh_call *call);
long vmh_vcpu_enable_cap(struct vmh_call *call);

/* What can be switched off: by KVM_CAP_X86_DISABLE_EXITS, by KVM_CAP_DISABLE_QUIRKS2. */
#define VMH_EXITS_TO_DISABLE	(KVM_X86_DISABLE_EXITS_HLT | KVM_X86_DISABLE_EXITS_PAUSE)
#define VMH_QUIRKS		KVM_X86_QUIRK_FIX_HYPERCALL_INSN

/* monitor.c */
long vmh_call_set_limits(struct vmh_call *call);
long vmh_call_get_stats(struct vmh_call *call);
long vmh_call_set_threshold(struct vmh_call *call);
long vmh_call_get_log(struct vmh_call *call);
long vmh_call_ept_query(struct vmh_call *call);

/* irq_calls.c */
long vmh_call_set_boot_cpu_id(struct vmh_call *call);
long vmh_call_irq_line(struct vmh_call *call);
long vmh_call_irq_line_status(struct vmh_call *call);
long vmh_call_signal_msi(struct vmh_call *call);
long vmh_call_set_gsi_routing(struct vmh_call *call);
long vmh_call_irqfd(struct vmh_call *call);
long vmh_call_ioeventfd(struct vmh_call *call);
long vmh_call_register_coalesced(struct vmh_call *call);
long vmh_call_unregister_coalesced(struct vmh_call *call);

/* vm_fd.c */
int vmh_vm_fd_create(struct vm_handler_ctx *vm, u32 rights);

/* vcpu_fd.c */
struct vmh_vcpu;
int vmh_vcpu_fd_create(struct vmh_vcpu *vcpu, u32 rights);

/* vcpu_state.c */
extern const struct vmh_ioctl vmh_vcpu_ioctls[];
extern const unsigned int vmh_nr_vcpu_ioctls;

/* vcpu_xstate.c */
long vmh_get_fpu(struct vmh_call *call);
long vmh_set_fpu(struct vmh_call *call);
long vmh_get_xsave(struct vmh_call *call);
long vmh_set_xsave(struct vmh_call *call);
long vmh_get_xcrs(struct vmh_call *call);
long vmh_set_xcrs(struct vmh_call *call);
long vmh_get_debugregs(struct vmh_call *call);
long vmh_set_debugregs(struct vmh_call *call);

/* vcpu_events.c */
long vmh_get_vcpu_events(struct vmh_call *call);
long vmh_set_vcpu_events(struct vmh_call *call);
long vmh_nmi(struct vmh_call *call);
long vmh_kvmclock_ctrl(struct vmh_call *call);
long vmh_set_guest_debug(struct vmh_call *call);
long vmh_translate(struct vmh_call *call);

/* caps.c */
long vmh_check_extension(struct vmh_call *call);
long vmh_get_supported_cpuid(struct vmh_call *call);

/* vcpu_state.c */
int vmh_get_count(struct vmh_call *call, const char *name, u32 max, u32 *nr);

/* msr_calls.c */
long vmh_get_msr_index_list(struct vmh_call *call);
long vmh_get_msr_feature_index_list(struct vmh_call *call);
long vmh_get_feature_msrs(struct vmh_call *call);
long vmh_get_msrs(struct vmh_call *call);
long vmh_set_msrs(struct vmh_call *call);
long vmh_get_mce_cap_supported(struct vmh_call *call);
long vmh_setup_mce(struct vmh_call *call);
long vmh_set_mce(struct vmh_call *call);

/* tsc_calls.c */
long vmh_vm_get_tsc_khz(struct vmh_call *call);
long vmh_vm_set_tsc_khz(struct vmh_call *call);
long vmh_vcpu_get_tsc_khz(struct vmh_call *call);
long vmh_vcpu_set_tsc_khz(struct vmh_call *call);
long vmh_vcpu_set_attr(struct vmh_call *call);
long vmh_vcpu_get_attr(struct vmh_call *call);
long vmh_vcpu_has_attr(struct vmh_call *call);

#endif /* VMH_IOCTL_H */
