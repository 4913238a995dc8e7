/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VHOST_DEVICE_H
#define VMHCTL_VHOST_DEVICE_H

#include <limits.h>

#include "keeper.h"
#include "vhost_user.h"
#include "virtio.h"

/**
 * struct vhost_device - a virtio device whose queues a back end works on
 * @dev: the device.
 * @peer: the back end.
 * @keeper: looks after it, if it was started here.
 * @name: the device, for messages.
 * @config: what the guest is told.
 * @calls: eventfds by which the back end interrupts, one a queue.
 * @running: queues that it works on; a bit for each.
 * @worked: it worked on one at some time.
 */
struct vhost_device {
	struct virtio dev;
	struct vhost_user peer;
	struct keeper keeper;
	char name[PATH_MAX];
	uint8_t config[VHOST_USER_CONFIG_MAX];
	int calls[VIRTIO_QUEUES_MAX];
	uint32_t running;
	bool worked;
};

void vhost_device_init(struct vhost_device *vhost, const char *name);
int vhost_device_open(struct vhost_device *vhost, int fd, uint64_t features, size_t config_bytes);
void vhost_device_close(struct vhost_device *vhost);

void vhost_device_changed(struct virtio *dev, bool works);
void *vhost_device_thread(void *arg);

#endif /* VMHCTL_VHOST_DEVICE_H */
