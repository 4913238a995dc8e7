// SPDX-License-Identifier: GPL-2.0
/* A disk: a file, or a block device, behind virtio-blk. Requests are done one after another. */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

#include <linux/virtio_ids.h>

#include "disk.h"
#include "disk_format.h"
#include "message.h"
#include "vmhctl.h"

#define DATA_SEGMENTS	(VIRTQ_SEGMENTS - 2)
/* What is freed or zeroed at once. */
#define RANGE_BYTES_MAX	(1ULL << 30)
#define ZERO_BYTES	4096

/* Whether the file has moved @done bytes of what is left; drop them from the list. */
static bool advance(struct iovec **data, unsigned int *nr, size_t done)
{
	while (*nr && done >= (*data)->iov_len) {
		done -= (*data)->iov_len;
		++*data;
		--*nr;
	}
	if (*nr) {
		(*data)->iov_base = (uint8_t *)(*data)->iov_base + done;
		(*data)->iov_len -= done;
	}
	return *nr;
}

/* Between the end of the file and that of its last sector there are zeroes. */
static bool is_filling(const struct disk *disk, uint64_t offset)
{
	return disk->request.type == VIRTIO_BLK_T_IN && offset >= disk->file_bytes;
}

static int fill(const struct iovec *data, unsigned int nr)
{
	for (unsigned int i = 0; i < nr; i++)
		memset(data[i].iov_base, 0, data[i].iov_len);
	return VIRTIO_BLK_S_OK;
}

/* Move all of a request's data. Writing to the last sector makes the file as long as the disk. */
static int transfer(struct disk *disk, ssize_t (*move)(int, const struct iovec *, int, off_t))
{
	struct iovec *data = disk->request.data;
	unsigned int nr = disk->request.nr;
	off_t offset = disk->request.offset;
	ssize_t done = 0;

	while (advance(&data, &nr, done)) {
		done = move(disk->fd, data, nr, offset);
		if (done < 0 && errno == EINTR)
			done = 0;
		else if (!done && is_filling(disk, offset))
			return fill(data, nr);
		else if (done <= 0)
			return VIRTIO_BLK_S_IOERR;
		offset += done;
	}
	return VIRTIO_BLK_S_OK;
}

static int get_id(struct disk *disk)
{
	char id[VIRTIO_BLK_ID_BYTES + 1] = { 0 };

	snprintf(id, sizeof(id), "vmh-disk%u", disk->dev.slot);
	virtq_scatter(disk->request.data, disk->request.nr, id, VIRTIO_BLK_ID_BYTES);
	return VIRTIO_BLK_S_OK;
}

static int write_zeroes(struct disk *disk, uint64_t offset, uint64_t bytes)
{
	static const uint8_t zeroes[ZERO_BYTES];

	while (bytes) {
		size_t some = bytes < ZERO_BYTES ? bytes : ZERO_BYTES;
		ssize_t done = pwrite(disk->fd, zeroes, some, offset);

		if (done < 0 && errno == EINTR)
			continue;
		if (done <= 0)
			return VIRTIO_BLK_S_IOERR;
		offset += done;
		bytes -= done;
	}
	return VIRTIO_BLK_S_OK;
}

/* Make a hole, which reads as zeroes. */
static int punch(struct disk *disk)
{
	const struct virtio_blk_discard_write_zeroes *range = &disk->request.range;
	uint64_t offset = range->sector * BLK_SECTOR;
	uint64_t bytes = (uint64_t)range->num_sectors * BLK_SECTOR;
	bool zeroes = disk->request.type == VIRTIO_BLK_T_WRITE_ZEROES;

	if (bytes > RANGE_BYTES_MAX)
		return VIRTIO_BLK_S_IOERR;
	if (!bytes)
		return VIRTIO_BLK_S_OK;
	/* Who wants zeroes and the space kept gets them written. */
	if (zeroes && !(range->flags & VIRTIO_BLK_WRITE_ZEROES_FLAG_UNMAP))
		return write_zeroes(disk, offset, bytes);
	if (!fallocate(disk->fd, FALLOC_FL_PUNCH_HOLE | FALLOC_FL_KEEP_SIZE, offset, bytes))
		return VIRTIO_BLK_S_OK;
	/* To discard is no more than a hint. */
	return zeroes ? write_zeroes(disk, offset, bytes) : VIRTIO_BLK_S_OK;
}

/* What was done before is told first: the disk may take its time. */
static int flush(struct disk *disk)
{
	virtio_flush_interrupt(&disk->dev, 0);
	return fdatasync(disk->fd) ? VIRTIO_BLK_S_IOERR : VIRTIO_BLK_S_OK;
}

static int perform(struct disk *disk)
{
	int status = blk_request_check(&disk->request, disk->bytes, disk->read_only);

	if (status != VIRTIO_BLK_S_OK)
		return status;
	switch (disk->request.type) {
	case VIRTIO_BLK_T_IN:
		return transfer(disk, preadv);
	case VIRTIO_BLK_T_OUT:
		return transfer(disk, pwritev);
	case VIRTIO_BLK_T_FLUSH:
		return flush(disk);
	case VIRTIO_BLK_T_GET_ID:
		return get_id(disk);
	default:
		return punch(disk);
	}
}

static uint32_t disk_handle(struct virtio *dev, unsigned int queue, struct virtq_chain *chain)
{
	struct disk *disk = dev->opaque;
	uint8_t status;

	(void)queue;
	if (!blk_request_parse(&disk->request, chain)) {
		virtio_fail(dev);
		return 0;
	}
	status = perform(disk);
	virtq_scatter(&disk->request.status, 1, &status, sizeof(status));
	/* The status is the last byte of all that the device may write. */
	return chain->in_bytes;
}

static const struct virtio_ops disk_ops = {
	.name = "disk",
	.id = VIRTIO_ID_BLOCK,
	.nr_queues = 1,
	.handle = disk_handle,
};

/* Size of a file or block device; 0 with errno set for anything else. */
static uint64_t size_of(int fd, mode_t *mode)
{
	struct stat stat;
	off_t end;

	if (fstat(fd, &stat))
		return 0;
	*mode = stat.st_mode;
	if (S_ISREG(stat.st_mode))
		end = stat.st_size;
	else
		end = S_ISBLK(stat.st_mode) ? lseek(fd, 0, SEEK_END) : -1;
	errno = EINVAL;
	return end < 0 ? 0 : end;
}

static void set_features(struct disk *disk, bool holes)
{
	disk->dev.features = 1ULL << VIRTIO_BLK_F_SEG_MAX | 1ULL << VIRTIO_BLK_F_FLUSH;
	disk->config.capacity = disk->bytes / BLK_SECTOR;
	disk->config.seg_max = DATA_SEGMENTS;
	if (disk->read_only) {
		disk->dev.features |= 1ULL << VIRTIO_BLK_F_RO;
		return;
	}
	if (!holes)
		return;
	disk->dev.features |= 1ULL << VIRTIO_BLK_F_DISCARD | 1ULL << VIRTIO_BLK_F_WRITE_ZEROES;
	disk->config.max_discard_sectors = RANGE_BYTES_MAX / BLK_SECTOR;
	disk->config.max_discard_seg = 1;
	disk->config.discard_sector_alignment = 1;
	disk->config.max_write_zeroes_sectors = RANGE_BYTES_MAX / BLK_SECTOR;
	disk->config.max_write_zeroes_seg = 1;
	disk->config.write_zeroes_may_unmap = 1;
}

/* Two VMs on one file would ruin it. */
static int disk_lock(struct disk *disk, const char *path)
{
	if (!flock(disk->fd, (disk->read_only ? LOCK_SH : LOCK_EX) | LOCK_NB))
		return VMHCTL_OK;
	complain("%s: %s", path, errno == EWOULDBLOCK ? "another VM uses it" : strerror(errno));
	return VMHCTL_INPUT;
}

/* Find out the size of a disk, which is a whole number of sectors, as QEMU has it. */
static int disk_measure(struct disk *disk, const char *path, mode_t *mode)
{
	disk->file_bytes = size_of(disk->fd, mode);
	disk->bytes = (disk->file_bytes + BLK_SECTOR - 1) / BLK_SECTOR * BLK_SECTOR;
	if (!disk->bytes) {
		complain("%s: %s", path,
			 "not a disk image: neither a file with something in it nor a block device");
		return VMHCTL_INPUT;
	}
	if (disk->bytes != disk->file_bytes)
		complain("%s: %llu bytes are no multiple of %u: the last sector ends in zeroes%s",
			 path, (unsigned long long)disk->file_bytes, BLK_SECTOR,
			 disk->read_only ? "" : ", and the file grows when it is written to");
	return VMHCTL_OK;
}

/*
 * An image in another format holds the disk in its own way. The guest would see that, and ruin the
 * image by writing to it.
 */
static int disk_check_format(const struct disk *disk, const char *path)
{
	uint8_t start[DISK_FORMAT_BYTES];
	ssize_t bytes = pread(disk->fd, start, sizeof(start), 0);
	const char *format = bytes > 0 ? disk_format_name(start, bytes) : NULL;

	if (!format)
		return VMHCTL_OK;
	complain("%s: begins like a %s image, and is not to be used as a raw one", path, format);
	complain("  make a raw one: qemu-img convert -O raw %s RAWFILE", path);
	complain("  or if the guest has written that to its disk: --disk %s,format=raw", path);
	return VMHCTL_INPUT;
}

/**
 * disk_open() - open a disk's file
 * @disk: filled in, for virtio_create(); disk_close() undoes it, also after a failure.
 * @path: the file.
 * @how: DISK_*.
 *
 * Return: 0, or VMHCTL_INPUT with the reason printed.
 */
int disk_open(struct disk *disk, const char *path, unsigned int how)
{
	bool read_only = how & DISK_READ_ONLY;
	mode_t mode = 0;
	int status;

	*disk = (struct disk){
		.dev = { .ops = &disk_ops, .opaque = disk, .input_fd = -1,
			 .config = &disk->config, .config_bytes = sizeof(disk->config) },
		.read_only = read_only,
	};
	disk->fd = open(path, (read_only ? O_RDONLY : O_RDWR) | O_CLOEXEC | O_NONBLOCK);
	if (disk->fd < 0) {
		complain("%s: %s", path, strerror(errno));
		return VMHCTL_INPUT;
	}
	status = disk_measure(disk, path, &mode);
	if (!status && !(how & DISK_RAW))
		status = disk_check_format(disk, path);
	if (status)
		return status;
	set_features(disk, S_ISREG(mode));
	return disk_lock(disk, path);
}

/* Close what disk_open() opened. */
void disk_close(struct disk *disk)
{
	if (disk->fd >= 0)
		close(disk->fd);
	disk->fd = -1;
}
