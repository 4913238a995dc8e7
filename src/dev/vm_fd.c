// SPDX-License-Identifier: GPL-2.0
/* The fd of a VM: memory, vCPUs, interrupt controllers, lifecycle. */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "ioctl.h"
#include "irqchip.h"
#include "vcpu.h"
#include "vm.h"

/**
 * struct vmh_vm_fd - an open fd of a VM
 * @fd: the common part.
 * @vm: the VM; a reference is held.
 */
struct vmh_vm_fd {
	struct vmh_fd fd;
	struct vm_handler_ctx *vm;
};

static long vmh_vm_set_region(struct vmh_call *call)
{
	return vmh_mem_set_region(call->object, call->data, call->err);
}

static long vmh_vm_create_vcpu(struct vmh_call *call)
{
	struct vm_handler_ctx *vm = call->object;
	struct vmh_vcpu *vcpu;
	int ret;

	if (call->arg > U32_MAX)
		return vm_error_field(call->err, VMH_E_VCPU_ID, VM_ERROR_NO_OFFSET, "id",
				      call->arg, vm->config.vcpu_count - 1);
	ret = vmh_vcpu_create(vm, call->arg, &vcpu, call->err);
	if (ret)
		return ret;
	ret = vmh_vcpu_fd_create(vcpu);
	if (ret < 0)
		vmh_vcpu_remove(vcpu);
	return ret;
}

/* Intel's first VT-x processors needed these; with unrestricted guest nothing does. */
static long vmh_vm_accept(struct vmh_call *call)
{
	return 0;
}

static long vmh_vm_create_irqchip(struct vmh_call *call)
{
	return vmh_irqchip_create(call->object, call->err);
}

static long vmh_vm_irq_line(struct vmh_call *call)
{
	struct vm_handler_ctx *vm = call->object;
	const struct kvm_irq_level *line = call->data;

	if (!vm->irqchip)
		return vm_error_set(call->err, VMH_E_NO_IRQCHIP);
	if (line->irq >= IOAPIC_NR_PINS)
		return VM_ERROR_FIELD(call->err, VMH_E_VALUE, struct kvm_irq_level, irq,
				      line->irq, IOAPIC_NR_PINS - 1);
	vmh_irq_set_line(vm, line->irq, VMH_IRQ_SOURCE_USER, line->level);
	return 0;
}

static long vmh_vm_get_irqchip(struct vmh_call *call)
{
	return vmh_irqchip_get(call->object, call->data, call->err);
}

static long vmh_vm_set_irqchip(struct vmh_call *call)
{
	return vmh_irqchip_set(call->object, call->data, call->err);
}

static long vmh_vm_create_pit2(struct vmh_call *call)
{
	const struct kvm_pit_config *config = call->data;

	if (config->flags & ~KVM_PIT_SPEAKER_DUMMY)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct kvm_pit_config, flags,
				      config->flags, KVM_PIT_SPEAKER_DUMMY);
	return vmh_irqchip_create_pit(call->object, call->err);
}

static long vmh_vm_get_pit2(struct vmh_call *call)
{
	return vmh_pit_get(call->object, call->data, call->err);
}

static long vmh_vm_set_pit2(struct vmh_call *call)
{
	return vmh_pit_set(call->object, call->data, call->err);
}

static long vmh_vm_get_clock(struct vmh_call *call)
{
	vmh_clock_get(call->object, call->data);
	return 0;
}

static long vmh_vm_set_clock(struct vmh_call *call)
{
	return vmh_clock_set(call->object, call->data, call->err);
}

/* Calls on a living VM, made under its lock. */
static const struct vmh_ioctl vmh_vm_ioctls[] = {
	VMH_ROW_VALUE(VMH_CREATE_VCPU, vmh_vm_create_vcpu),
	VMH_ROW(VMH_SET_USER_MEMORY_REGION, IN, struct kvm_userspace_memory_region,
		vmh_vm_set_region),
	VMH_ROW_VALUE(VMH_SET_TSS_ADDR, vmh_vm_accept),
	VMH_ROW(VMH_SET_IDENTITY_MAP_ADDR, IN, u64, vmh_vm_accept),
	VMH_ROW_VALUE(VMH_CREATE_IRQCHIP, vmh_vm_create_irqchip),
	VMH_ROW(VMH_IRQ_LINE, IN, struct kvm_irq_level, vmh_vm_irq_line),
	VMH_ROW(VMH_GET_IRQCHIP, INOUT, struct kvm_irqchip, vmh_vm_get_irqchip),
	VMH_ROW(VMH_SET_IRQCHIP, IN, struct kvm_irqchip, vmh_vm_set_irqchip),
	VMH_ROW(VMH_CREATE_PIT2, IN, struct kvm_pit_config, vmh_vm_create_pit2),
	VMH_ROW(VMH_SET_CLOCK, IN, struct kvm_clock_data, vmh_vm_set_clock),
	VMH_ROW(VMH_GET_CLOCK, OUT, struct kvm_clock_data, vmh_vm_get_clock),
	VMH_ROW(VMH_GET_PIT2, OUT, struct kvm_pit_state2, vmh_vm_get_pit2),
	VMH_ROW(VMH_SET_PIT2, IN, struct kvm_pit_state2, vmh_vm_set_pit2),
};

static long vmh_vm_set_state(struct vmh_call *call)
{
	const struct vmh_state_change *change = call->data;

	if (change->flags)
		return VM_ERROR_FIELD(call->err, VMH_E_UNKNOWN_FLAGS, struct vmh_state_change,
				      flags, change->flags, 0);
	if (change->reserved)
		return VM_ERROR_FIELD(call->err, VMH_E_RESERVED, struct vmh_state_change, reserved,
				      change->reserved, 0);
	return vmh_vm_event(call->object, change->event, VMH_REASON_USER, call->err);
}

static long vmh_vm_get_state_info(struct vmh_call *call)
{
	vmh_vm_get_state(call->object, call->data);
	return 0;
}

static long vmh_vm_get_usage(struct vmh_call *call)
{
	vmh_get_usage(call->object, call->data);
	return 0;
}

/* Calls that take what locks they need, and are possible in every state. */
static const struct vmh_ioctl vmh_vm_handler_ioctls[] = {
	VMH_ROW(VMH_SET_STATE, SIZED_IN, struct vmh_state_change, vmh_vm_set_state),
	VMH_ROW(VMH_GET_STATE, SIZED_OUT, struct vmh_state_info, vmh_vm_get_state_info),
	VMH_ROW(VMH_GET_USAGE, SIZED_OUT, struct vmh_usage, vmh_vm_get_usage),
};

static long vmh_vm_call_locked(const struct vmh_ioctl *row, struct vm_handler_ctx *vm,
			       unsigned long arg, struct vmh_error *err)
{
	long ret;

	if (mutex_lock_killable(&vm->lock))
		return -EINTR;
	ret = vmh_vm_check_alive(vm, err);
	if (!ret)
		ret = vmh_ioctl_call(row, vm, arg, err);
	mutex_unlock(&vm->lock);
	return ret;
}

static long vmh_vm_dispatch(struct vm_handler_ctx *vm, unsigned int cmd, unsigned long arg,
			    struct vmh_error *err)
{
	const struct vmh_ioctl *row;

	row = vmh_ioctl_find(vmh_vm_ioctls, ARRAY_SIZE(vmh_vm_ioctls), cmd);
	if (row)
		return vmh_vm_call_locked(row, vm, arg, err);
	row = vmh_ioctl_find(vmh_vm_handler_ioctls, ARRAY_SIZE(vmh_vm_handler_ioctls), cmd);
	if (row)
		return vmh_ioctl_call(row, vm, arg, err);
	if (cmd == VMH_CHECK_EXTENSION)
		return vmh_check_extension(arg);
	return -ENOTTY;
}

static long vmh_vm_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vmh_vm_fd *fd = file->private_data;
	struct vmh_error err = {};
	long ret;

	if (vmh_fd_get_error(&fd->fd, cmd, arg, &ret))
		return ret;
	ret = vmh_vm_dispatch(fd->vm, cmd, arg, &err);
	if (ret < 0)
		vmh_fd_refused(&fd->fd, cmd, ret, &err);
	return ret;
}

static int vmh_vm_release(struct inode *inode, struct file *file)
{
	struct vmh_vm_fd *fd = file->private_data;

	vmh_vm_put(fd->vm);
	kfree(fd);
	return 0;
}

static const struct file_operations vmh_vm_fops = {
	.owner = THIS_MODULE,
	.release = vmh_vm_release,
	.unlocked_ioctl = vmh_vm_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/**
 * vmh_vm_fd_create() - give userspace a VM
 * @vm: the VM; on success the fd owns the caller's reference.
 *
 * Return: the fd, or a negative errno.
 */
int vmh_vm_fd_create(struct vm_handler_ctx *vm)
{
	struct vmh_vm_fd *fd = kzalloc(sizeof(*fd), GFP_KERNEL_ACCOUNT);
	int ret;

	if (!fd)
		return -ENOMEM;
	vmh_fd_init(&fd->fd);
	fd->vm = vm;
	ret = anon_inode_getfd("vmh-vm", &vmh_vm_fops, fd, O_RDWR | O_CLOEXEC);
	if (ret < 0)
		kfree(fd);
	return ret;
}
