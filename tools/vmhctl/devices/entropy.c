// SPDX-License-Identifier: GPL-2.0
/* Randomness for the guest, from this machine's kernel: virtio-rng. */
#include <sys/random.h>

#include <linux/virtio_ids.h>

#include "entropy.h"

/* What one chain gets at most; the driver asks again if it wants more. */
#define CHUNK	256

static uint32_t entropy_handle(struct virtio *dev, unsigned int queue, struct virtq_chain *chain)
{
	uint8_t bytes[CHUNK];
	ssize_t got = getrandom(bytes, sizeof(bytes), 0);

	(void)dev;
	(void)queue;
	return got < 0 ? 0 : virtq_scatter(chain->iov + chain->nr_out, chain->nr_in, bytes, got);
}

static const struct virtio_ops entropy_ops = {
	.name = "entropy",
	.id = VIRTIO_ID_RNG,
	.nr_queues = 1,
	.handle = entropy_handle,
};

/* Make an entropy device, for virtio_create(). */
void entropy_init(struct virtio *dev)
{
	*dev = (struct virtio){ .ops = &entropy_ops, .input_fd = -1 };
}
