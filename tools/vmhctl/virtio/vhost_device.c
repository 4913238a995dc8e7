// SPDX-License-Identifier: GPL-2.0
/*
 * A virtio device whose registers are here and whose queues a back end works on. Kicks go from the
 * guest straight to it, where the kernel has ioeventfds. Interrupts come through the device's
 * thread: the guest reads their cause in a register. A back end that is lost is not replaced: the
 * guest waits for it for ever, and vmhctl says so.
 */
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/virtio_config.h>
#include <linux/virtio_mmio.h>
#include <linux/virtio_ring.h>

#include "message.h"
#include "thread.h"
#include "vhost_device.h"
#include "vm.h"
#include "vmhctl.h"

/* What of virtio itself a back end may offer; rings are found and checked here. */
#define RING_FEATURES	(1ULL << VIRTIO_F_VERSION_1 | 1ULL << VIRTIO_RING_F_INDIRECT_DESC | \
			 1ULL << VIRTIO_RING_F_EVENT_IDX)

static bool set_memory(struct vhost_device *vhost)
{
	const struct vm *vm = vhost->dev.vm;
	const struct vhost_user_region regions[VHOST_USER_REGIONS_MAX] = {
		{ .bytes = vm->low_bytes },
		{ .gpa = VM_HIGH_MEMORY_GPA, .bytes = vm->config.memory_bytes - vm->low_bytes,
		  .offset = vm->low_bytes },
	};

	return vhost_user_set_memory(&vhost->peer, regions, regions[1].bytes ? 2 : 1,
				     vm->memory_fd);
}

static bool start_ring(struct vhost_device *vhost, unsigned int queue)
{
	const struct virtq *vq = &vhost->dev.queues[queue];
	const struct vhost_user_ring ring = {
		.size = vq->size, .desc_gpa = vq->desc_gpa, .avail_gpa = vq->avail_gpa,
		.used_gpa = vq->used_gpa, .kick_fd = vhost->dev.kicks[queue],
		.call_fd = vhost->calls[queue],
	};

	if (!vq->ready)
		return true;
	vhost->running |= 1u << queue;
	return vhost_user_start_ring(&vhost->peer, queue, &ring);
}

static void stop_rings(struct vhost_device *vhost)
{
	for (unsigned int i = 0; i < VIRTIO_QUEUES_MAX; i++) {
		if (vhost->running & 1u << i)
			vhost_user_stop_ring(&vhost->peer, i);
	}
	vhost->running = 0;
}

/**
 * vhost_device_changed() - have the back end follow what the driver does
 * @dev: the device, locked.
 * @works: the driver has got all ready; else it resets the device.
 */
void vhost_device_changed(struct virtio *dev, bool works)
{
	struct vhost_device *vhost = dev->opaque;

	if (!works) {
		stop_rings(vhost);
		return;
	}
	vhost->worked = true;
	if (!vhost_user_set_features(&vhost->peer, dev->wanted) || !set_memory(vhost))
		return;
	for (unsigned int i = 0; i < dev->ops->nr_queues; i++) {
		if (!start_ring(vhost, i))
			return;
	}
}

/* With the lock held all answers have been read: what comes now was not asked for. */
static void attend_to_peer(struct vhost_device *vhost)
{
	struct pollfd peer = { .fd = vhost->peer.fd, .events = POLLIN | POLLRDHUP };

	pthread_mutex_lock(&vhost->dev.lock);
	if (poll(&peer, 1, 0) > 0)
		vhost_user_lose(&vhost->peer, peer.revents & (POLLRDHUP | POLLHUP | POLLERR) ?
				"has ended: what the guest asks of it waits for ever" :
				"says what it was not asked");
	pthread_mutex_unlock(&vhost->dev.lock);
}

enum { FD_STOP, FD_PEER, FD_CALLS };

/* The device's thread: it passes interrupts on, and finds out when the back end ends. */
void *vhost_device_thread(void *arg)
{
	struct virtio *dev = arg;
	struct vhost_device *vhost = dev->opaque;
	struct pollfd fds[FD_CALLS + VIRTIO_QUEUES_MAX] = {
		[FD_STOP] = { .fd = dev->stop_fd, .events = POLLIN },
		[FD_PEER] = { .fd = vhost->peer.fd, .events = POLLIN | POLLRDHUP },
	};
	eventfd_t calls;

	thread_set_name(dev->vm->config.name, dev->ops->name);
	for (unsigned int i = 0; i < VIRTIO_QUEUES_MAX; i++)
		fds[FD_CALLS + i] = (struct pollfd){ .fd = vhost->calls[i], .events = POLLIN };
	while (!fds[FD_STOP].revents) {
		if (poll(fds, ARRAY_SIZE(fds), -1) < 0)
			continue;
		for (unsigned int i = 0; i < dev->ops->nr_queues; i++) {
			if (fds[FD_CALLS + i].revents && !eventfd_read(vhost->calls[i], &calls))
				virtio_raise(dev, VIRTIO_MMIO_INT_VRING);
		}
		if (fds[FD_PEER].revents)
			attend_to_peer(vhost);
		if (vhost->peer.lost)
			fds[FD_PEER].fd = -1;
	}
	return NULL;
}

/**
 * vhost_device_init() - begin with nothing open
 * @vhost: filled in but for dev.ops; vhost_device_close() is possible from now on.
 * @name: the device, for messages.
 */
void vhost_device_init(struct vhost_device *vhost, const char *name)
{
	*vhost = (struct vhost_device){
		.dev = { .opaque = vhost, .input_fd = -1, .config = vhost->config },
		.peer = { .fd = -1, .lost = true },
		.keeper = KEEPER_NONE,
	};
	snprintf(vhost->name, sizeof(vhost->name), "%s", name);
	for (unsigned int i = 0; i < VIRTIO_QUEUES_MAX; i++)
		vhost->calls[i] = -1;
}

static bool create_calls(struct vhost_device *vhost)
{
	for (unsigned int i = 0; i < vhost->dev.ops->nr_queues; i++) {
		vhost->calls[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (vhost->calls[i] < 0) {
			complain("%s: cannot create an eventfd: %s", vhost->name, strerror(errno));
			return false;
		}
	}
	return true;
}

/**
 * vhost_device_open() - learn what a back end offers
 * @vhost: initialised; filled in for virtio_create().
 * @fd: the connection, which is the device's from now on.
 * @features: what this kind of device may offer of its own features.
 * @config_bytes: size of its configuration space.
 *
 * Return: 0, or VMHCTL_INPUT with the reason printed.
 */
int vhost_device_open(struct vhost_device *vhost, int fd, uint64_t features, size_t config_bytes)
{
	if (!vhost_user_open(&vhost->peer, fd, vhost->name) ||
	    !vhost_user_get_config(&vhost->peer, vhost->config, config_bytes))
		return VMHCTL_INPUT;
	vhost->dev.features = vhost->peer.features & (features | RING_FEATURES);
	vhost->dev.config_bytes = config_bytes;
	if (!(vhost->dev.features & 1ULL << VIRTIO_F_VERSION_1)) {
		vhost_user_lose(&vhost->peer, "is too old: it does not know virtio 1");
		return VMHCTL_INPUT;
	}
	return create_calls(vhost) ? VMHCTL_OK : VMHCTL_INPUT;
}

/**
 * vhost_device_close() - end what the back end does
 * @vhost: initialised. Its thread has ended.
 *
 * The back end finishes what it is at. One that was started here has ended on return, with all of
 * its files written.
 */
void vhost_device_close(struct vhost_device *vhost)
{
	if (!vhost->peer.lost)
		stop_rings(vhost);
	if (vhost->worked && vhost->peer.lost)
		complain("%s: the back end was lost; what the guest wrote last may be missing",
			 vhost->name);
	vhost_user_close(&vhost->peer);
	keeper_end(&vhost->keeper);
	for (unsigned int i = 0; i < VIRTIO_QUEUES_MAX; i++) {
		if (vhost->calls[i] >= 0)
			close(vhost->calls[i]);
		vhost->calls[i] = -1;
	}
}
