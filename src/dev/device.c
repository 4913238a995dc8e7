// SPDX-License-Identifier: GPL-2.0
/* /dev/vmh: what the machine can do, and creating VMs. */
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/slab.h>

#include "account.h"
#include "create.h"
#include "fail_point.h"
#include "ioctl.h"
#include "vcpu.h"
#include "vm.h"
#include "vm_config.h"
#include "vmx_cpu.h"

static long vmh_get_api_version(struct vmh_call *call)
{
	return vmh_no_argument(call->arg, call->err) ?: KVM_API_VERSION;
}

static long vmh_get_mmap_size(struct vmh_call *call)
{
	return vmh_no_argument(call->arg, call->err) ?: VMH_MMAP_PAGES * PAGE_SIZE;
}

static long vmh_get_info(struct vmh_call *call)
{
	struct vmh_info *info = call->data;
	struct vm_config_bounds bounds;

	vmh_bounds(&bounds);
	info->abi_version = VMH_ABI_VERSION;
	info->unusable = vmx_hw_unusable();
	info->features = vmx_conf.features;
	info->max_vcpus = bounds.max_vcpus;
	info->max_slots = VMH_MAX_SLOTS;
	info->max_vms = VMH_MAX_VMS;
	info->phys_bits = min_t(u32, EPT_GPA_BITS, boot_cpu_data.x86_phys_bits);
	info->max_memory_bytes = bounds.max_memory_bytes;
	vmx_unusable_text(info->unusable, &vmx_conf.caps, info->reason, sizeof(info->reason));
	return 0;
}

/* The fd comes last: from then on userspace can use the VM, or close it. */
static long vmh_create(const struct vm_config *config, struct vmh_error *err)
{
	struct vm_handler_ctx *vm;
	int ret = vmh_vm_create(config, &vm, err);

	if (ret)
		return ret;
	ret = vmh_vm_fd_create(vm, VMH_RIGHTS_CREATOR);
	vmh_vm_put(vm);
	return ret;
}

static long vmh_create_vm(struct vmh_call *call)
{
	struct vm_config_bounds bounds;
	struct vm_config config;
	int ret;

	vmh_bounds(&bounds);
	ret = vm_config_check(call->data, &bounds, &config, call->err);
	return ret ?: vmh_create(&config, call->err);
}

static long vmh_create_vm_default(struct vmh_call *call)
{
	struct vm_config_bounds bounds;
	struct vm_config config;

	if (call->arg)
		return vm_error_field(call->err, VMH_E_VALUE, VM_ERROR_NO_OFFSET, "type",
				      call->arg, 0);
	vmh_bounds(&bounds);
	vm_config_default(&bounds, &config);
	return vmh_create(&config, call->err);
}

static const struct vmh_ioctl vmh_device_ioctls[] = {
	VMH_ROW_VALUE(NONE, VMH_GET_API_VERSION, vmh_get_api_version),
	VMH_ROW_VALUE(NONE, VMH_CREATE_VM_DEFAULT, vmh_create_vm_default),
	VMH_ROW_RAW(NONE, VMH_GET_MSR_INDEX_LIST, vmh_get_msr_index_list),
	VMH_ROW_VALUE(NONE, VMH_CHECK_EXTENSION, vmh_check_extension),
	VMH_ROW_VALUE(NONE, VMH_GET_VCPU_MMAP_SIZE, vmh_get_mmap_size),
	VMH_ROW_RAW(NONE, VMH_GET_SUPPORTED_CPUID, vmh_get_supported_cpuid),
	VMH_ROW_RAW(NONE, VMH_GET_MSR_FEATURE_INDEX_LIST, vmh_get_msr_feature_index_list),
	VMH_ROW_RAW(NONE, VMH_GET_MSRS, vmh_get_feature_msrs),
	VMH_ROW(NONE, VMH_X86_GET_MCE_CAP_SUPPORTED, OUT, u64, vmh_get_mce_cap_supported),
	VMH_ROW(NONE, VMH_GET_INFO, SIZED_OUT, struct vmh_info, vmh_get_info),
	VMH_ROW(NONE, VMH_CREATE_VM, SIZED_IN, struct vmh_vm_config, vmh_create_vm),
	VMH_ROW(NONE, VMH_LIST_VMS, SIZED_INOUT, struct vmh_vm_list, vmh_list_vms),
	VMH_ROW(NONE, VMH_OPEN_VM, SIZED_IN, struct vmh_vm_open, vmh_open_vm),
	VMH_ROW(NONE, VMH_GET_ENDED, SIZED_INOUT, struct vmh_ended, vmh_get_ended),
};

static long vmh_device_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct vmh_ioctl *row;
	struct vmh_fd *fd = file->private_data;
	struct vmh_error err = {};
	long ret = -ENOTTY;

	if (vmh_fd_get_error(fd, cmd, arg, &ret))
		return ret;
	row = vmh_ioctl_find(vmh_device_ioctls, ARRAY_SIZE(vmh_device_ioctls), vmh_command(cmd));
	if (row)
		ret = vmh_ioctl_call(row, fd, NULL, arg, &err);
	if (ret < 0)
		vmh_fd_refused(fd, cmd, ret, &err);
	return row ? ret : vmh_kvm_errno(cmd, ret);
}

static int vmh_device_open(struct inode *inode, struct file *file)
{
	struct vmh_fd *fd = vmh_fail_null(fd_memory, kzalloc(sizeof(*fd), GFP_KERNEL_ACCOUNT));

	if (!fd)
		return -ENOMEM;
	vmh_fd_init(fd, NULL, 0);
	file->private_data = fd;
	return 0;
}

static int vmh_device_release(struct inode *inode, struct file *file)
{
	kfree(file->private_data);
	return 0;
}

static const struct file_operations vmh_device_fops = {
	.owner = THIS_MODULE,
	.open = vmh_device_open,
	.release = vmh_device_release,
	.unlocked_ioctl = vmh_device_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

/*
 * Of the minors for local use in the kernel's devices.txt. With a number that is known beforehand
 * there can be a node before the module is loaded, which loads it when it is opened.
 */
#define VMH_MINOR	250

static struct miscdevice vmh_device = {
	.minor = VMH_MINOR,
	.name = "vmh",
	.mode = 0660,
	.fops = &vmh_device_fops,
};

/* The number may be in local use here: then any other one will do. */
static int vmh_misc_register(void)
{
	int ret = misc_register(&vmh_device);

	if (ret != -EBUSY)
		return ret;
	pr_notice("vmh: misc minor %d is in use; /dev/vmh gets another one\n", VMH_MINOR);
	vmh_device.minor = MISC_DYNAMIC_MINOR;
	return misc_register(&vmh_device);
}

int vmh_device_register(void)
{
	int ret = vmh_fail_errno(load_device, vmh_misc_register());

	if (!ret)
		vmh_kvm_device_register(&vmh_device_fops);
	return ret;
}

void vmh_device_unregister(void)
{
	vmh_kvm_device_unregister();
	misc_deregister(&vmh_device);
}

MODULE_ALIAS_MISCDEV(VMH_MINOR);
MODULE_ALIAS("devname:vmh");
