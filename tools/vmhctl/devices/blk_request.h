/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_BLK_REQUEST_H
#define VMHCTL_BLK_REQUEST_H

#include <linux/virtio_blk.h>

#include "virtq.h"

#define BLK_SECTOR	512u

/**
 * struct blk_request - what a chain asks a disk for
 * @type: VIRTIO_BLK_T_*.
 * @offset: where on the disk, in bytes.
 * @bytes: how many are read or written there.
 * @data: them in the guest's memory.
 * @nr: how many parts @data has.
 * @status: where VIRTIO_BLK_S_* goes.
 * @range: of VIRTIO_BLK_T_DISCARD and VIRTIO_BLK_T_WRITE_ZEROES.
 */
struct blk_request {
	uint32_t type;
	uint64_t offset;
	size_t bytes;
	struct iovec data[VIRTQ_SEGMENTS];
	unsigned int nr;
	struct iovec status;
	struct virtio_blk_discard_write_zeroes range;
};

bool blk_request_parse(struct blk_request *request, const struct virtq_chain *chain);
int blk_request_check(const struct blk_request *request, uint64_t disk_bytes, bool read_only);

#endif /* VMHCTL_BLK_REQUEST_H */
