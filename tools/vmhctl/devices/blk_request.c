// SPDX-License-Identifier: GPL-2.0
/*
 * Requests to a virtio disk (Virtual I/O Device specification 1.2, "Block Device"). The driver
 * may cut header, data and status into buffers as it likes.
 */
#include "blk_request.h"

#define ALL_FLAGS	VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP

static bool is_range(uint32_t type)
{
	return type == VIRTIO_BLK_T_DISCARD || type == VIRTIO_BLK_T_WRITE_ZEROES;
}

/**
 * blk_request_parse() - understand a chain
 * @request: filled in.
 * @chain: it.
 *
 * Return: false when there is no header or no room for the status, so that there is nothing that
 * could be answered.
 */
bool blk_request_parse(struct blk_request *request, const struct virtq_chain *chain)
{
	const struct iovec *out = chain->iov, *in = chain->iov + chain->nr_out;
	struct virtio_blk_outhdr header;

	if (virtq_gather(&header, out, chain->nr_out, sizeof(header)) != sizeof(header) ||
	    !chain->in_bytes)
		return false;
	/* Sectors beyond 2^55 are beyond every disk, too. */
	*request = (struct blk_request){
		.type = header.type,
		.offset = header.sector > UINT64_MAX / BLK_SECTOR ? UINT64_MAX :
								    header.sector * BLK_SECTOR,
	};
	virtq_slice(&request->status, in, chain->nr_in, chain->in_bytes - 1, 1);
	if (header.type == VIRTIO_BLK_T_IN || header.type == VIRTIO_BLK_T_GET_ID) {
		request->bytes = chain->in_bytes - 1;
		request->nr = virtq_slice(request->data, in, chain->nr_in, 0, request->bytes);
	} else {
		request->bytes = chain->out_bytes - sizeof(header);
		request->nr = virtq_slice(request->data, out, chain->nr_out, sizeof(header),
					  request->bytes);
	}
	if (is_range(header.type))
		virtq_gather(&request->range, request->data, request->nr, sizeof(request->range));
	return true;
}

static bool inside(uint64_t offset, uint64_t bytes, uint64_t disk_bytes)
{
	return offset <= disk_bytes && bytes <= disk_bytes - offset;
}

static bool range_inside(const struct virtio_blk_discard_write_zeroes *range, uint64_t disk_bytes)
{
	return range->sector <= UINT64_MAX / BLK_SECTOR &&
	       inside(range->sector * BLK_SECTOR, (uint64_t)range->num_sectors * BLK_SECTOR,
		      disk_bytes);
}

/**
 * blk_request_check() - whether a disk can do that
 * @request: understood.
 * @disk_bytes: size of the disk.
 * @read_only: whether it may not be written to.
 *
 * Return: VIRTIO_BLK_S_OK, or what to answer instead.
 */
int blk_request_check(const struct blk_request *request, uint64_t disk_bytes, bool read_only)
{
	switch (request->type) {
	case VIRTIO_BLK_T_OUT:
	case VIRTIO_BLK_T_IN:
		if (request->type == VIRTIO_BLK_T_OUT && read_only)
			return VIRTIO_BLK_S_IOERR;
		if (request->bytes % BLK_SECTOR ||
		    !inside(request->offset, request->bytes, disk_bytes))
			return VIRTIO_BLK_S_IOERR;
		return VIRTIO_BLK_S_OK;
	case VIRTIO_BLK_T_FLUSH:
	case VIRTIO_BLK_T_GET_ID:
		return VIRTIO_BLK_S_OK;
	case VIRTIO_BLK_T_DISCARD:
	case VIRTIO_BLK_T_WRITE_ZEROES:
		if (read_only || request->bytes != sizeof(request->range) ||
		    !range_inside(&request->range, disk_bytes))
			return VIRTIO_BLK_S_IOERR;
		/* Whoever sets a flag that is not known means something else. */
		if ((request->range.flags & ~ALL_FLAGS) ||
		    (request->type == VIRTIO_BLK_T_DISCARD && request->range.flags))
			return VIRTIO_BLK_S_UNSUPP;
		return VIRTIO_BLK_S_OK;
	default:
		return VIRTIO_BLK_S_UNSUPP;
	}
}
