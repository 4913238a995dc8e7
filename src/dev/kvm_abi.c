// SPDX-License-Identifier: GPL-2.0
/*
 * The KVM door: with kvm_abi=1 every fd takes KVM's own commands too, through the same rows and
 * handlers, so that programs made for /dev/kvm run unmodified.
 */
#include <linux/miscdevice.h>
#include <linux/module.h>

#include "ioctl.h"

static bool kvm_abi;
module_param(kvm_abi, bool, 0444);
MODULE_PARM_DESC(kvm_abi, "Take KVM's ioctls (magic 0xAE) as well as vmh's own");

/* Numbers of calls of vmh alone; KVM has none there, and shall not get ours. */
static bool vmh_is_own_number(unsigned int nr)
{
	return (nr >= 0x20 && nr <= 0x3f) || nr >= 0xe8;
}

/* KVM's device, by its number and name, for programs and rules that know no other. */
static struct miscdevice vmh_kvm_device = {
	.minor = KVM_MINOR,
	.name = "kvm",
	.mode = 0660,
};

static bool vmh_kvm_registered;

/**
 * vmh_kvm_device_register() - be /dev/kvm as well, if the door is open and KVM is not there
 * @fops: of /dev/vmh.
 *
 * The first module that takes the number keeps it: KVM's cannot be loaded while vmh has it.
 *
 * Context: at module load; may sleep.
 */
void vmh_kvm_device_register(const struct file_operations *fops)
{
	if (!kvm_abi)
		return;
	vmh_kvm_device.fops = fops;
	vmh_kvm_registered = !misc_register(&vmh_kvm_device);
	if (!vmh_kvm_registered)
		pr_notice("vmh: /dev/kvm is KVM's; vmh's calls and KVM's are taken by /dev/vmh\n");
}

/**
 * vmh_kvm_device_unregister() - undo vmh_kvm_device_register()
 *
 * Context: at module exit; may sleep.
 */
void vmh_kvm_device_unregister(void)
{
	if (vmh_kvm_registered)
		misc_deregister(&vmh_kvm_device);
}

/**
 * vmh_kvm_command() - the command of vmh's that a command of KVM's stands for
 * @cmd: a command with another magic than vmh's.
 *
 * Number, direction and size are the same on both sides; a row is found by all of them.
 *
 * Return: the command; @cmd itself if it is none of KVM's or the door is shut.
 */
unsigned int vmh_kvm_command(unsigned int cmd)
{
	if (!kvm_abi || _IOC_TYPE(cmd) != KVMIO || vmh_is_own_number(_IOC_NR(cmd)))
		return cmd;
	return _IOC(_IOC_DIR(cmd), VMHIO, _IOC_NR(cmd), _IOC_SIZE(cmd));
}

/**
 * vmh_kvm_errno() - the errno of an unknown call, as KVM has it
 * @cmd: the command as it came.
 * @ret: what is to be returned.
 *
 * KVM's device and vCPUs answer EINVAL to a command that they do not know.
 *
 * Return: the errno to return.
 */
long vmh_kvm_errno(unsigned int cmd, long ret)
{
	return ret == -ENOTTY && kvm_abi && _IOC_TYPE(cmd) == KVMIO ? -EINVAL : ret;
}
