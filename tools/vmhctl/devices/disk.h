/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_DISK_H
#define VMHCTL_DISK_H

#include "blk_request.h"
#include "virtio.h"

/**
 * struct disk - a virtio disk backed by a file
 * @dev: the device.
 * @fd: the file.
 * @bytes: size of the disk: whole sectors.
 * @file_bytes: what the file held when it was opened; up to a sector less.
 * @read_only: the guest may not write.
 * @config: what the guest is told.
 * @request: what is being done.
 */
struct disk {
	struct virtio dev;
	int fd;
	uint64_t bytes;
	uint64_t file_bytes;
	bool read_only;
	struct virtio_blk_config config;
	struct blk_request request;
};

/* How to open one: the guest may only read; whatever the file begins with, it is a raw image. */
#define DISK_READ_ONLY	(1u << 0)
#define DISK_RAW	(1u << 1)

int disk_open(struct disk *disk, const char *path, unsigned int how);
void disk_close(struct disk *disk);

#endif /* VMHCTL_DISK_H */
