// SPDX-License-Identifier: GPL-2.0
/* A virtio device: its thread, its kicks, its interrupts. */
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/virtio_config.h>
#include <linux/virtio_mmio.h>

#include "layout.h"
#include "message.h"
#include "thread.h"
#include "virtio.h"
#include "vm.h"
#include "vmhctl.h"

/* Chains handled before the driver hears of the first one. */
#define BATCH	16

/* Tell the device's thread that there are chains, as the kernel does for an ioeventfd. */
void virtio_kick(struct virtio *dev, unsigned int queue)
{
	/* Fails only when the counter is full, and then the thread wakes anyway. */
	eventfd_write(dev->kicks[queue], 1);
}

static void interrupt(struct virtio *dev)
{
	unsigned int gsi = LAYOUT_VIRTIO_GSI + dev->slot;

	if (dev->irq_fd >= 0) {
		eventfd_write(dev->irq_fd, 1);
		return;
	}
	vm_irq_line(dev->vm, gsi, true);
	vm_irq_line(dev->vm, gsi, false);
}

/**
 * virtio_raise() - interrupt the guest
 * @dev: the device.
 * @cause: VIRTIO_MMIO_INT_*.
 *
 * The interrupt is edge-triggered. A driver acknowledges the causes before it looks at its queues,
 * so what comes after that has an edge of its own.
 */
void virtio_raise(struct virtio *dev, unsigned int cause)
{
	atomic_fetch_or(&dev->interrupts, cause);
	interrupt(dev);
}

/* The driver has written nonsense: it has to reset the device, which does nothing until then. */
void virtio_fail(struct virtio *dev)
{
	remark("%s %u: the guest's driver broke its queue; it has to reset the device",
	       dev->ops->name, dev->slot);
	atomic_fetch_or(&dev->status, VIRTIO_CONFIG_S_NEEDS_RESET);
	virtio_raise(dev, VIRTIO_MMIO_INT_CONFIG);
}

static bool queue_works(struct virtio *dev, unsigned int queue)
{
	unsigned int status = atomic_load(&dev->status);

	return (status & VIRTIO_CONFIG_S_DRIVER_OK) && !(status & VIRTIO_CONFIG_S_NEEDS_RESET) &&
	       dev->queues[queue].ready;
}

/**
 * virtio_pop() - take the next chain of a queue
 * @dev: the device, locked.
 * @queue: number of the queue.
 * @chain: filled in.
 *
 * Return: whether there was one. If not, there will be a kick when there is.
 */
bool virtio_pop(struct virtio *dev, unsigned int queue, struct virtq_chain *chain)
{
	struct virtq *vq = &dev->queues[queue];

	if (!queue_works(dev, queue))
		return false;
	do {
		switch (virtq_pop(vq, chain)) {
		case VIRTQ_CHAIN:
			return true;
		case VIRTQ_BROKEN:
			virtio_fail(dev);
			return false;
		case VIRTQ_EMPTY:
			break;
		}
	} while (virtq_rearm(vq));
	return false;
}

/* Give a chain back. */
void virtio_push(struct virtio *dev, unsigned int queue, uint16_t head, uint32_t written)
{
	virtq_push(&dev->queues[queue], head, written);
}

/* Interrupt the driver, if it wants to know of what was pushed. */
void virtio_flush_interrupt(struct virtio *dev, unsigned int queue)
{
	if (virtq_wants_interrupt(&dev->queues[queue]))
		virtio_raise(dev, VIRTIO_MMIO_INT_VRING);
}

/* Handle some chains. Returns whether there may be more. */
static bool serve_batch(struct virtio *dev, unsigned int queue)
{
	unsigned int done = 0;

	while (done < BATCH && virtio_pop(dev, queue, &dev->chain)) {
		uint32_t written = dev->ops->handle(dev, queue, &dev->chain);

		virtio_push(dev, queue, dev->chain.head, written);
		done++;
	}
	if (done)
		virtio_flush_interrupt(dev, queue);
	return done == BATCH;
}

/**
 * virtio_serve() - handle the chains of a queue until there is none
 * @dev: the device.
 * @queue: number of the queue.
 *
 * The lock is free now and then, for a driver that resets the device in the midst of it.
 */
void virtio_serve(struct virtio *dev, unsigned int queue)
{
	bool more;

	do {
		pthread_mutex_lock(&dev->lock);
		more = serve_batch(dev, queue);
		pthread_mutex_unlock(&dev->lock);
	} while (more && !vm_ended(dev->vm));
}

static bool take_input(struct virtio *dev)
{
	bool go_on;

	pthread_mutex_lock(&dev->lock);
	go_on = dev->ops->input(dev);
	pthread_mutex_unlock(&dev->lock);
	return go_on;
}

enum { FD_STOP, FD_INPUT, FD_KICKS };

static void *virtio_thread(void *arg)
{
	struct virtio *dev = arg;
	unsigned int nr = dev->ops->nr_queues;
	struct pollfd fds[FD_KICKS + VIRTIO_QUEUES_MAX] = {
		[FD_STOP] = { .fd = dev->stop_fd, .events = POLLIN },
		[FD_INPUT] = { .fd = -1, .events = POLLIN },
	};
	eventfd_t kicks;

	thread_set_name(dev->vm->config.name, dev->ops->name);
	for (unsigned int i = 0; i < nr; i++)
		fds[FD_KICKS + i] = (struct pollfd){ .fd = dev->kicks[i], .events = POLLIN };
	while (!fds[FD_STOP].revents) {
		if (poll(fds, FD_KICKS + nr, -1) < 0)
			continue;
		for (unsigned int i = 0; i < nr; i++) {
			if (!fds[FD_KICKS + i].revents)
				continue;
			eventfd_read(dev->kicks[i], &kicks);
			if (dev->ops->passive & 1u << i)
				fds[FD_INPUT].fd = dev->input_fd;
			else
				virtio_serve(dev, i);
		}
		if (fds[FD_INPUT].revents && !take_input(dev))
			fds[FD_INPUT] = (struct pollfd){ .fd = -1, .events = POLLIN };
	}
	return NULL;
}

static int create_fds(struct virtio *dev)
{
	for (unsigned int i = 0; i < dev->ops->nr_queues; i++) {
		dev->kicks[i] = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
		if (dev->kicks[i] < 0)
			return -errno;
	}
	dev->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	dev->irq_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	return dev->stop_fd < 0 || dev->irq_fd < 0 ? -errno : 0;
}

/* Let the kernel take the short way, where it knows one. */
static void connect_fds(struct virtio *dev)
{
	for (unsigned int i = 0; i < dev->ops->nr_queues; i++) {
		if (!vm_ioeventfd(dev->vm, dev->kicks[i], virtio_gpa(dev) +
				  VIRTIO_MMIO_QUEUE_NOTIFY, i))
			remark("%s %u: the kernel has no ioeventfd", dev->ops->name, dev->slot);
	}
	if (vm_irqfd(dev->vm, dev->irq_fd, LAYOUT_VIRTIO_GSI + dev->slot))
		return;
	remark("%s %u: the kernel has no irqfd", dev->ops->name, dev->slot);
	close(dev->irq_fd);
	dev->irq_fd = -1;
}

/**
 * virtio_create() - put a device on a VM's bus
 * @dev: its first members, up to input_fd, say what it is; virtio_destroy() undoes this.
 * @vm: with interrupt controllers, not started.
 * @slot: a number that no other device has, below LAYOUT_VIRTIO_MAX.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int virtio_create(struct virtio *dev, struct vm *vm, unsigned int slot)
{
	int error;

	dev->vm = vm;
	dev->stop_fd = -1;
	dev->slot = slot;
	if (!dev->ops->thread)
		dev->features |= 1ULL << VIRTIO_F_VERSION_1 | 1ULL << VIRTIO_RING_F_INDIRECT_DESC |
				 1ULL << VIRTIO_RING_F_EVENT_IDX;
	pthread_mutex_init(&dev->lock, NULL);
	for (unsigned int i = 0; i < VIRTIO_QUEUES_MAX; i++) {
		dev->queues[i].vm = vm;
		virtq_reset(&dev->queues[i]);
		dev->kicks[i] = -1;
	}
	dev->irq_fd = -1;
	error = create_fds(dev);
	if (error) {
		complain("%s: cannot create an eventfd: %s", dev->ops->name, strerror(-error));
		virtio_destroy(dev);
		return VMHCTL_DEVICE;
	}
	connect_fds(dev);
	io_bus_add(&vm->mmio, &(struct io_range){
		.name = dev->ops->name, .base = virtio_gpa(dev), .count = LAYOUT_VIRTIO_BYTES,
		.opaque = dev, .load = virtio_mmio_load, .store = virtio_mmio_store,
	});
	return VMHCTL_OK;
}

/* Undo virtio_create(). The thread has ended. */
void virtio_destroy(struct virtio *dev)
{
	for (unsigned int i = 0; i < VIRTIO_QUEUES_MAX; i++) {
		if (dev->kicks[i] >= 0)
			close(dev->kicks[i]);
	}
	if (dev->irq_fd >= 0)
		close(dev->irq_fd);
	if (dev->stop_fd >= 0)
		close(dev->stop_fd);
	pthread_mutex_destroy(&dev->lock);
}

/* Start the device's thread. Returns 0, or VMHCTL_DEVICE with the reason printed. */
int virtio_start(struct virtio *dev)
{
	int status = thread_start(&dev->thread, dev->ops->thread ? dev->ops->thread : virtio_thread,
				  dev);

	dev->started = !status;
	return status;
}

/* End the device's thread. */
void virtio_stop(struct virtio *dev)
{
	if (!dev->started)
		return;
	eventfd_write(dev->stop_fd, 1);
	pthread_join(dev->thread, NULL);
	dev->started = false;
}
