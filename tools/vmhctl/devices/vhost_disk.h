/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VHOST_DISK_H
#define VMHCTL_VHOST_DISK_H

#include "device_options.h"
#include "vhost_device.h"

bool vhost_disk_wanted(const struct disk_option *disk);
int vhost_disk_open(struct vhost_device *vhost, const struct disk_option *disk);

#endif /* VMHCTL_VHOST_DISK_H */
