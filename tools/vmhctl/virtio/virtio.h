/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VIRTIO_H
#define VMHCTL_VIRTIO_H

#include <pthread.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "virtq.h"

#define VIRTIO_QUEUES_MAX	2

struct virtio;

/**
 * struct virtio_ops - what kind of device it is
 * @name: for messages.
 * @id: VIRTIO_ID_*.
 * @nr_queues: how many it has.
 * @passive: queues whose chains wait for input instead of being handled at once; a bit for each.
 * @handle: do what a chain asks for. Returns how many bytes were written into its buffers.
 * @input: @virtio.input_fd can be read. Returns whether it is to be watched further: no, when
 *	there is nowhere to put what comes.
 * @changed: NULL, or: the driver has got all ready and the device works from now on, or it resets
 *	the device, and what it said before is still there to see. Called in a vCPU's thread.
 * @thread: NULL, or what the device's thread does if another process works on the queues; then
 *	@handle and @input are not called, and the features of rings are that one's.
 *
 * The functions are called with the device's lock held; @handle and @input in its own thread.
 */
struct virtio_ops {
	const char *name;
	uint32_t id;
	unsigned int nr_queues;
	uint32_t passive;
	uint32_t (*handle)(struct virtio *dev, unsigned int queue, struct virtq_chain *chain);
	bool (*input)(struct virtio *dev);
	void (*changed)(struct virtio *dev, bool works);
	void *(*thread)(void *dev);
};

/**
 * struct virtio - a device on the virtio-mmio transport
 * @ops: its kind.
 * @opaque: for @ops.
 * @vm: whose device it is.
 * @slot: its number, which decides on its address and interrupt.
 * @features: what it offers.
 * @config: its configuration space; constant.
 * @config_bytes: size of that.
 * @input_fd: what @ops.input reads, or -1.
 * @lock: protects what follows up to @queues, and is held while chains are handled.
 * @wanted: features that the driver has accepted.
 * @offered_word: which half of @features is read; @wanted_word: which half of @wanted is written.
 * @selected: the queue that the registers show.
 * @queues: the queues.
 * @status: VIRTIO_CONFIG_S_*; written with the lock held, read without.
 * @interrupts: causes that the driver has not acknowledged.
 * @kicks: eventfds, one a queue: there are chains.
 * @irq_fd: eventfd that interrupts the guest, or -1: then it is done by hand.
 * @stop_fd: eventfd that ends the thread.
 * @thread: where chains are handled, if @started.
 * @started: whether @thread exists.
 * @chain: the one being handled.
 */
struct virtio {
	const struct virtio_ops *ops;
	void *opaque;
	struct vm *vm;
	unsigned int slot;
	uint64_t features;
	const void *config;
	size_t config_bytes;
	int input_fd;
	pthread_mutex_t lock;
	uint64_t wanted;
	uint32_t offered_word;
	uint32_t wanted_word;
	uint32_t selected;
	struct virtq queues[VIRTIO_QUEUES_MAX];
	atomic_uint status;
	atomic_uint interrupts;
	int kicks[VIRTIO_QUEUES_MAX];
	int irq_fd;
	int stop_fd;
	pthread_t thread;
	bool started;
	struct virtq_chain chain;
};

int virtio_create(struct virtio *dev, struct vm *vm, unsigned int slot);
void virtio_destroy(struct virtio *dev);
int virtio_start(struct virtio *dev);
void virtio_stop(struct virtio *dev);
bool virtio_pop(struct virtio *dev, unsigned int queue, struct virtq_chain *chain);
void virtio_push(struct virtio *dev, unsigned int queue, uint16_t head, uint32_t written);
void virtio_flush_interrupt(struct virtio *dev, unsigned int queue);
void virtio_serve(struct virtio *dev, unsigned int queue);

void virtio_kick(struct virtio *dev, unsigned int queue);
void virtio_mmio_load(void *opaque, unsigned int offset, uint8_t *data, unsigned int size);
void virtio_mmio_store(void *opaque, unsigned int offset, const uint8_t *data, unsigned int size);
void virtio_raise(struct virtio *dev, unsigned int cause);
void virtio_fail(struct virtio *dev);
uint64_t virtio_gpa(const struct virtio *dev);

#endif /* VMHCTL_VIRTIO_H */
