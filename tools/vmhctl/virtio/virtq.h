/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VIRTQ_H
#define VMHCTL_VIRTQ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/uio.h>

#include <linux/virtio_ring.h>

struct vm;

#define VIRTQ_SIZE_MAX		256u	/* entries of a ring */
#define VIRTQ_SEGMENTS		130u	/* buffers of a chain: 128 of data, a header, a status */

/**
 * struct virtq - a split virtqueue, as the device sees it
 * @vm: whose memory it is in.
 * @size: number of entries, a power of two up to VIRTQ_SIZE_MAX.
 * @ready: the driver has declared it complete.
 * @event_idx: both sides say at which entry they want to hear of the next ones.
 * @desc_gpa: where the descriptors are; @avail_gpa and @used_gpa: where the rings are.
 * @desc: the same in this process, once mapped; so @avail and @used.
 * @next_avail: the entry of the available ring to look at next.
 * @next_used: the entry of the used ring to write next.
 * @told_used: @next_used when the driver was last interrupted.
 *
 * Everything in the guest's memory may change at any time: it is read once, then judged.
 */
struct virtq {
	const struct vm *vm;
	uint16_t size;
	bool ready;
	bool event_idx;
	uint64_t desc_gpa;
	uint64_t avail_gpa;
	uint64_t used_gpa;
	const struct vring_desc *desc;
	struct vring_avail *avail;
	struct vring_used *used;
	uint16_t next_avail;
	uint16_t next_used;
	uint16_t told_used;
};

/**
 * struct virtq_chain - the buffers that the driver offers together
 * @head: the descriptor it begins with.
 * @nr_out: how many the device reads: the first ones of @iov.
 * @nr_in: how many it writes: those that follow.
 * @out_bytes: bytes to read, all in all.
 * @in_bytes: bytes to write.
 * @iov: the buffers, in guest memory that exists.
 */
struct virtq_chain {
	uint16_t head;
	unsigned int nr_out;
	unsigned int nr_in;
	size_t out_bytes;
	size_t in_bytes;
	struct iovec iov[VIRTQ_SEGMENTS];
};

enum virtq_result { VIRTQ_EMPTY, VIRTQ_CHAIN, VIRTQ_BROKEN };

bool virtq_size_ok(uint32_t size);
bool virtq_map(struct virtq *vq);
void virtq_reset(struct virtq *vq);
enum virtq_result virtq_pop(struct virtq *vq, struct virtq_chain *chain);
void virtq_unpop(struct virtq *vq);
void virtq_push(struct virtq *vq, uint16_t head, uint32_t written);
bool virtq_wants_interrupt(struct virtq *vq);
bool virtq_rearm(struct virtq *vq);
size_t virtq_gather(void *to, const struct iovec *iov, unsigned int nr, size_t bytes);
size_t virtq_scatter(const struct iovec *iov, unsigned int nr, const void *from, size_t bytes);
unsigned int virtq_slice(struct iovec *to, const struct iovec *iov, unsigned int nr, size_t skip,
			 size_t bytes);

#endif /* VMHCTL_VIRTQ_H */
