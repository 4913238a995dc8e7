/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_DEVICE_H
#define VMHCTL_DEVICE_H

#include <stdbool.h>
#include <stdint.h>

#include <linux/vmh.h>

/**
 * struct device - an open /dev/vmh or /dev/kvm
 * @fd: the device.
 * @is_kvm: it speaks KVM's magic and has none of the calls of vmh alone.
 * @path: how it was named.
 */
struct device {
	int fd;
	bool is_kvm;
	const char *path;
};

int device_open(struct device *dev, const char *path);
int device_open_usable(struct device *dev, const char *path);
void device_close(struct device *dev);
int device_info(const struct device *dev, struct vmh_info *info);
const char *device_missing_reason(const char *path, int error);
const char *device_advice(unsigned int unusable);
int dev_ioctl(const struct device *dev, int fd, unsigned long vmh_cmd, void *arg);
int dev_ioctl_value(const struct device *dev, int fd, unsigned long vmh_cmd, unsigned long arg);

#endif /* VMHCTL_DEVICE_H */
