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

int disk_open(struct disk *disk, const char *path, bool read_only);
void disk_close(struct disk *disk);

#endif /* VMHCTL_DISK_H */
