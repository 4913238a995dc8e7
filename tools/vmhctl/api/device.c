// SPDX-License-Identifier: GPL-2.0
/*
 * The device: /dev/vmh, or /dev/kvm spoken to with KVM's magic. All that differs between the two
 * is behind dev_ioctl() and device.is_kvm.
 */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "device.h"
#include "error.h"
#include "host_file.h"
#include "message.h"
#include "vmhctl.h"

#define MAGIC_SHIFT	_IOC_TYPESHIFT
#define MAGIC_MASK	((unsigned long)_IOC_TYPEMASK << MAGIC_SHIFT)

/**
 * dev_ioctl() - call the device, a VM or a vCPU
 * @dev: whose call it is; decides on the magic.
 * @fd: the device, VM or vCPU.
 * @vmh_cmd: a command of <linux/vmh.h>; on KVM only one that KVM has too.
 * @arg: the command's argument.
 *
 * Return: what ioctl() returns; -1 with errno set on failure.
 */
int dev_ioctl(const struct device *dev, int fd, unsigned long vmh_cmd, void *arg)
{
	if (dev->is_kvm)
		vmh_cmd = (vmh_cmd & ~MAGIC_MASK) | (unsigned long)KVMIO << MAGIC_SHIFT;
	return ioctl(fd, vmh_cmd, arg);
}

/* dev_ioctl() for the commands whose argument is a number. */
int dev_ioctl_value(const struct device *dev, int fd, unsigned long vmh_cmd, unsigned long arg)
{
	return dev_ioctl(dev, fd, vmh_cmd, (void *)arg);
}

/**
 * device_missing_reason() - why a device could not be opened, and what to do
 * @path: the device.
 * @error: the errno of open().
 */
const char *device_missing_reason(const char *path, int error)
{
	bool is_kvm = strstr(path, "kvm");

	switch (error) {
	case ENOENT:
	case ENXIO:
	case ENODEV:
		return is_kvm ? "not there: load the module (modprobe kvm_intel)" :
				"not there: load the module (modprobe vmh, or insmod vmh.ko)";
	case EACCES:
	case EPERM:
		return "permission denied: become root or join the group 'kvm'";
	default:
		return strerror(error);
	}
}

/* From Linux 6.12 on KVM takes VT-x when it is loaded, unless told to wait for its first VM. */
static bool kvm_holds_vtx(void)
{
	char text[HOST_TEXT];

	return host_file_read(text, "/sys/module/kvm/parameters/enable_virt_at_load") &&
	       *text == 'Y';
}

static const char kvm_advice[] =
	"put \"options kvm enable_virt_at_load=0\" into /etc/modprobe.d, then rmmod kvm_intel kvm";

/**
 * device_advice() - what a person can do about an unusable machine
 * @unusable: an enum vmh_unusable other than VMH_USABLE.
 */
const char *device_advice(unsigned int unusable)
{
	switch (unusable) {
	case VMH_UNUSABLE_NO_VMX:
		return "use an Intel processor; inside a VM, switch nested virtualisation on";
	case VMH_UNUSABLE_LOCKED:
		return "switch VT-x (Intel Virtualization Technology) on in the firmware setup";
	case VMH_UNUSABLE_IN_USE:
		return kvm_holds_vtx() ? kvm_advice :
			"end the VMs of the other hypervisor and unload it (rmmod kvm_intel)";
	case VMH_UNUSABLE_CPUS_DIFFER:
		return "switch off the processors that differ (/sys/devices/system/cpu)";
	case VMH_UNUSABLE_FRED:
		return "boot the kernel with fred=off, or use one with CONFIG_KVM_INTEL";
	default:
		return "vmh needs an Intel processor of 2010 or later; see 'vmhctl caps'";
	}
}

static int device_recognise(struct device *dev)
{
	if (dev_ioctl(dev, dev->fd, VMH_GET_API_VERSION, NULL) == KVM_API_VERSION)
		return VMHCTL_OK;
	dev->is_kvm = true;
	if (dev_ioctl(dev, dev->fd, VMH_GET_API_VERSION, NULL) == KVM_API_VERSION)
		return VMHCTL_OK;
	complain("%s is neither vmh nor KVM", dev->path);
	return VMHCTL_DEVICE;
}

/**
 * device_open() - open a device and find out which kind it is
 * @dev: filled in.
 * @path: the device, e.g. VMH_DEVICE_PATH.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int device_open(struct device *dev, const char *path)
{
	int ret;

	*dev = (struct device){ .path = path };
	dev->fd = open(path, O_RDWR | O_CLOEXEC);
	if (dev->fd < 0) {
		complain("%s: %s", path, device_missing_reason(path, errno));
		return VMHCTL_DEVICE;
	}
	ret = device_recognise(dev);
	if (ret)
		device_close(dev);
	return ret;
}

/* Close what device_open() opened. */
void device_close(struct device *dev)
{
	close(dev->fd);
	dev->fd = -1;
}

/**
 * device_info() - what vmh says about this machine
 * @dev: a vmh device, not KVM.
 * @info: filled in.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int device_info(const struct device *dev, struct vmh_info *info)
{
	*info = (struct vmh_info){ .size = sizeof(*info) };
	if (!dev_ioctl(dev, dev->fd, VMH_GET_INFO, info))
		return VMHCTL_OK;
	error_report(dev, dev->fd, "ask what the device can do");
	return VMHCTL_DEVICE;
}

/**
 * device_open_usable() - open a device that can make VMs now
 * @dev: filled in.
 * @path: the device.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed and nothing open.
 */
int device_open_usable(struct device *dev, const char *path)
{
	struct vmh_info info;
	int ret = device_open(dev, path);

	if (ret || dev->is_kvm)
		return ret;
	ret = device_info(dev, &info);
	if (!ret && info.unusable != VMH_USABLE) {
		complain("%s: no VM can run on this machine: %.*s", path,
			 (int)sizeof(info.reason), info.reason);
		complain("  %s", device_advice(info.unusable));
		ret = VMHCTL_DEVICE;
	}
	if (ret)
		device_close(dev);
	return ret;
}
