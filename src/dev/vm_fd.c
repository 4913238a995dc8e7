// SPDX-License-Identifier: GPL-2.0
/* The fd of a VM: memory, vCPUs, interrupt controllers, lifecycle. */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/module.h>
#include <linux/poll.h>
#include <linux/slab.h>

#include "account.h"
#include "create.h"
#include "fail_point.h"
#include "guest_memory.h"
#include "guest_time.h"
#include "ioctl.h"
#include "irq.h"
#include "lifecycle.h"
#include "state.h"
#include "vcpu.h"
#include "vm.h"

/* KVM's bound. */
#define VMH_MIN_MMU_PAGES	64

static long vmh_vm_set_region(struct vmh_call *call)
{
	return vmh_mem_set_region(call->object, call->data, call->err);
}

/* The newer form has room for more, and none of that here: its flag is refused. */
static long vmh_vm_set_region2(struct vmh_call *call)
{
	const struct kvm_userspace_memory_region2 *region2 = call->data;
	const struct kvm_userspace_memory_region region = {
		.slot = region2->slot,
		.flags = region2->flags,
		.guest_phys_addr = region2->guest_phys_addr,
		.memory_size = region2->memory_size,
		.userspace_addr = region2->userspace_addr,
	};

	return vmh_mem_set_region(call->object, &region, call->err);
}

static long vmh_vm_get_dirty_log(struct vmh_call *call)
{
	return vmh_dirty_get(call->object, call->data, call->err);
}

static long vmh_vm_clear_dirty_log(struct vmh_call *call)
{
	return vmh_dirty_clear(call->object, call->data, call->err);
}

/* A bound on KVM's shadow page tables, of which EPT needs none. */
static long vmh_vm_set_nr_mmu_pages(struct vmh_call *call)
{
	if (call->arg < VMH_MIN_MMU_PAGES)
		return vm_error_field(call->err, VMH_E_VALUE, VM_ERROR_NO_OFFSET, "argument",
				      call->arg, VMH_MIN_MMU_PAGES);
	return 0;
}

static long vmh_vm_create_vcpu(struct vmh_call *call)
{
	struct vm_handler_ctx *vm = call->object;
	struct vmh_vcpu *vcpu;
	int ret;

	if (call->arg > U32_MAX)
		return vm_error_field(call->err, VMH_E_VCPU_ID, VM_ERROR_NO_OFFSET, "id",
				      call->arg, vm->cpu_ctx.id_end - 1);
	ret = vmh_vcpu_create(vm, call->arg, &vcpu, call->err);
	if (ret)
		return ret;
	ret = vmh_vcpu_fd_create(vcpu, VMH_RIGHTS_CREATOR);
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

static long vmh_vm_set_msr_filter(struct vmh_call *call)
{
	return vmh_msr_filter_set(call->object, call->data, call->err);
}

/* Registers to look at, whatever rights the VM's fd has beyond that. */
static long vmh_vm_open_vcpu(struct vmh_call *call)
{
	struct vm_handler_ctx *vm = call->object;
	struct vmh_vcpu *vcpu = xa_load(&vm->cpu_ctx.vcpus, call->arg);

	if (!vcpu)
		return vm_error_field(call->err, VMH_E_NO_SUCH_VCPU, VM_ERROR_NO_OFFSET, "id",
				      call->arg, vm->config.vcpu_count - 1);
	return vmh_vcpu_fd_create(vcpu, VMH_RIGHT_DEBUG);
}

/* Calls on a living VM, made under its lock. */
static const struct vmh_ioctl vmh_vm_ioctls[] = {
	VMH_ROW_VALUE(OWNER, VMH_CREATE_VCPU, vmh_vm_create_vcpu),
	VMH_ROW(OWNER, VMH_SET_USER_MEMORY_REGION, IN, struct kvm_userspace_memory_region,
		vmh_vm_set_region),
	VMH_ROW(OWNER, VMH_SET_USER_MEMORY_REGION2, IN, struct kvm_userspace_memory_region2,
		vmh_vm_set_region2),
	VMH_ROW(OWNER, VMH_GET_DIRTY_LOG, IN, struct kvm_dirty_log, vmh_vm_get_dirty_log),
	VMH_ROW(OWNER, VMH_CLEAR_DIRTY_LOG, IN, struct kvm_clear_dirty_log, vmh_vm_clear_dirty_log),
	VMH_ROW_VALUE(OWNER, VMH_SET_NR_MMU_PAGES, vmh_vm_set_nr_mmu_pages),
	VMH_ROW_VALUE(OWNER, VMH_SET_TSS_ADDR, vmh_vm_accept),
	VMH_ROW(OWNER, VMH_SET_IDENTITY_MAP_ADDR, IN, u64, vmh_vm_accept),
	VMH_ROW_VALUE(OWNER, VMH_CREATE_IRQCHIP, vmh_vm_create_irqchip),
	VMH_ROW(OWNER, VMH_IRQ_LINE, IN, struct kvm_irq_level, vmh_call_irq_line),
	VMH_ROW(OWNER, VMH_IRQ_LINE_STATUS, INOUT, struct kvm_irq_level, vmh_call_irq_line_status),
	VMH_ROW(OWNER, VMH_SIGNAL_MSI, IN, struct kvm_msi, vmh_call_signal_msi),
	VMH_ROW_VALUE(OWNER, VMH_SET_BOOT_CPU_ID, vmh_call_set_boot_cpu_id),
	VMH_ROW_RAW(OWNER, VMH_SET_GSI_ROUTING, vmh_call_set_gsi_routing),
	VMH_ROW(OWNER, VMH_IRQFD, IN, struct kvm_irqfd, vmh_call_irqfd),
	VMH_ROW(OWNER, VMH_IOEVENTFD, IN, struct kvm_ioeventfd, vmh_call_ioeventfd),
	VMH_ROW(OWNER, VMH_REGISTER_COALESCED_MMIO, IN, struct kvm_coalesced_mmio_zone,
		vmh_call_register_coalesced),
	VMH_ROW(OWNER, VMH_UNREGISTER_COALESCED_MMIO, IN, struct kvm_coalesced_mmio_zone,
		vmh_call_unregister_coalesced),
	VMH_ROW(DEBUG, VMH_GET_IRQCHIP, INOUT, struct kvm_irqchip, vmh_vm_get_irqchip),
	VMH_ROW(OWNER, VMH_SET_IRQCHIP, IN, struct kvm_irqchip, vmh_vm_set_irqchip),
	VMH_ROW(OWNER, VMH_CREATE_PIT2, IN, struct kvm_pit_config, vmh_vm_create_pit2),
	VMH_ROW(OWNER, VMH_SET_CLOCK, IN, struct kvm_clock_data, vmh_vm_set_clock),
	VMH_ROW(DEBUG, VMH_GET_CLOCK, OUT, struct kvm_clock_data, vmh_vm_get_clock),
	VMH_ROW(DEBUG, VMH_GET_PIT2, OUT, struct kvm_pit_state2, vmh_vm_get_pit2),
	VMH_ROW(OWNER, VMH_SET_PIT2, IN, struct kvm_pit_state2, vmh_vm_set_pit2),
	VMH_ROW(OWNER, VMH_ENABLE_CAP, IN, struct kvm_enable_cap, vmh_vm_enable_cap),
	VMH_ROW_VALUE(DEBUG, VMH_OPEN_VCPU, vmh_vm_open_vcpu),
	VMH_ROW(OWNER, VMH_X86_SET_MSR_FILTER, IN, struct kvm_msr_filter, vmh_vm_set_msr_filter),
	VMH_ROW_VALUE(DEBUG, VMH_GET_TSC_KHZ, vmh_vm_get_tsc_khz),
	VMH_ROW_VALUE(OWNER, VMH_SET_TSC_KHZ, vmh_vm_set_tsc_khz),
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
	const struct vmh_state_info *info = call->data;
	struct vmh_fd *fd = call->fd;

	vmh_vm_get_state(call->object, call->data);
	spin_lock(&fd->lock);
	fd->seen = max(fd->seen, info->generation);
	spin_unlock(&fd->lock);
	return 0;
}

static long vmh_vm_get_usage(struct vmh_call *call)
{
	vmh_get_usage(call->object, call->data);
	return 0;
}

static long vmh_vm_access_memory(struct vmh_call *call)
{
	return vmh_mem_remote(call->object, call->data, call->err);
}

/* Calls that take what locks they need, and are possible in every state. */
static const struct vmh_ioctl vmh_vm_handler_ioctls[] = {
	VMH_ROW(CONTROL, VMH_SET_STATE, SIZED_IN, struct vmh_state_change, vmh_vm_set_state),
	VMH_ROW(INSPECT, VMH_GET_STATE, SIZED_OUT, struct vmh_state_info, vmh_vm_get_state_info),
	VMH_ROW(INSPECT, VMH_GET_USAGE, SIZED_OUT, struct vmh_usage, vmh_vm_get_usage),
	VMH_ROW(MEMORY, VMH_ACCESS_MEMORY, SIZED_IN, struct vmh_memory_access,
		vmh_vm_access_memory),
	VMH_ROW_VALUE(INSPECT, VMH_CHECK_EXTENSION, vmh_check_extension),
	VMH_ROW(CONTROL, VMH_SET_LIMITS, SIZED_IN, struct vmh_limits, vmh_call_set_limits),
	VMH_ROW_GROWN(INSPECT, VMH_GET_STATS, SIZED_OUT, struct vmh_stats, exits,
		      vmh_call_get_stats),
	VMH_ROW(CONTROL, VMH_SET_THRESHOLD, SIZED_IN, struct vmh_threshold, vmh_call_set_threshold),
	VMH_ROW_GROWN(DEBUG, VMH_EPT_QUERY, SIZED_INOUT, struct vmh_ept_query, pages_1g,
		      vmh_call_ept_query),
	VMH_ROW(INSPECT, VMH_GET_LOG, SIZED_INOUT, struct vmh_log, vmh_call_get_log),
};

static long vmh_vm_call_locked(const struct vmh_ioctl *row, struct vmh_fd *fd, unsigned long arg,
			       struct vmh_error *err)
{
	struct vm_handler_ctx *vm = fd->vm;
	long ret;

	if (mutex_lock_killable(&vm->lock))
		return -EINTR;
	ret = vmh_fd_check_vm(fd, row, err);
	if (!ret)
		ret = vmh_ioctl_call(row, fd, vm, arg, err);
	mutex_unlock(&vm->lock);
	return ret;
}

static long vmh_vm_dispatch(struct vmh_fd *fd, unsigned int cmd, unsigned long arg,
			    struct vmh_error *err)
{
	const struct vmh_ioctl *locked, *row;
	int ret;

	locked = vmh_ioctl_find(vmh_vm_ioctls, ARRAY_SIZE(vmh_vm_ioctls), cmd);
	row = locked ?: vmh_ioctl_find(vmh_vm_handler_ioctls, ARRAY_SIZE(vmh_vm_handler_ioctls),
				       cmd);
	if (!row)
		return -ENOTTY;
	ret = vmh_fd_check_right(fd, row, err);
	if (ret)
		return ret;
	if (locked)
		return vmh_vm_call_locked(row, fd, arg, err);
	return vmh_ioctl_call(row, fd, fd->vm, arg, err);
}

static long vmh_vm_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vmh_fd *fd = file->private_data;
	struct vmh_error err = {};
	long ret;

	if (vmh_fd_get_error(fd, cmd, arg, &ret))
		return ret;
	ret = vmh_vm_dispatch(fd, vmh_command(cmd), arg, &err);
	if (ret < 0)
		vmh_fd_refused(fd, cmd, ret, &err);
	return ret;
}

/* POLLPRI: there was a transition that GET_STATE has not told on this fd. POLLHUP: the end. */
static __poll_t vmh_vm_poll(struct file *file, poll_table *wait)
{
	struct vmh_fd *fd = file->private_data;
	__poll_t events = 0;

	poll_wait(file, &fd->vm->pollers, wait);
	if (vmh_vm_has_ended(fd->vm))
		events |= EPOLLHUP;
	spin_lock(&fd->lock);
	if (READ_ONCE(fd->vm->generation) != fd->seen)
		events |= EPOLLPRI;
	spin_unlock(&fd->lock);
	return events;
}

static int vmh_vm_release(struct inode *inode, struct file *file)
{
	struct vmh_fd *fd = file->private_data;

	vmh_fd_put_vm(fd);
	kfree(fd);
	return 0;
}

static const struct file_operations vmh_vm_fops = {
	.owner = THIS_MODULE,
	.release = vmh_vm_release,
	.poll = vmh_vm_poll,
	.unlocked_ioctl = vmh_vm_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/**
 * vmh_vm_fd_create() - give userspace a VM
 * @vm: the VM; the fd takes a reference of its own.
 * @rights: VMH_RIGHT_* of the fd.
 *
 * Return: the fd, or a negative errno.
 */
int vmh_vm_fd_create(struct vm_handler_ctx *vm, u32 rights)
{
	struct vmh_fd *fd;
	int ret;

	fd = vmh_fail_null(fd_memory, kzalloc(sizeof(*fd), GFP_KERNEL_ACCOUNT));
	if (!fd)
		return -ENOMEM;
	vmh_vm_get(vm);
	vmh_fd_init(fd, vm, rights);
	fd->seen = READ_ONCE(vm->generation);
	ret = vmh_fail_errno(fd_number, anon_inode_getfd("vmh-vm", &vmh_vm_fops, fd,
							 O_RDWR | O_CLOEXEC));
	if (ret < 0) {
		vmh_fd_put_vm(fd);
		kfree(fd);
	}
	return ret;
}
