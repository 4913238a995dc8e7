/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_DEVICE_OPTIONS_H
#define VMHCTL_DEVICE_OPTIONS_H

#include <limits.h>
#include <stdbool.h>

#include "layout.h"
#include "net.h"

/* One slot is for the entropy device, which every Linux guest has. */
#define DEVICES_MAX	(LAYOUT_VIRTIO_MAX - 1)

/**
 * enum disk_format - what a disk's file is
 * @DISK_FORMAT_ANY: what it begins like: a qcow2 image or a raw one.
 * @DISK_FORMAT_RAW: a raw image, whatever it begins with.
 * @DISK_FORMAT_QCOW2: a qcow2 image, which may be on top of another file.
 * @DISK_FORMAT_SOCKET: the socket of a vhost-user back end.
 */
enum disk_format {
	DISK_FORMAT_ANY, DISK_FORMAT_RAW, DISK_FORMAT_QCOW2, DISK_FORMAT_SOCKET,
};

/**
 * struct disk_option - a --disk
 * @path: its file.
 * @read_only: the guest may only read.
 * @format: what the file is.
 */
struct disk_option {
	char path[PATH_MAX];
	bool read_only;
	enum disk_format format;
};

/**
 * struct device_options - the devices that the command line asks for
 * @disks: each --disk, in order.
 * @nr_disks: how many.
 * @nets: each --net.
 * @nr_nets: how many.
 * @console: whether the console is one.
 */
struct device_options {
	struct disk_option disks[DEVICES_MAX];
	unsigned int nr_disks;
	struct net_options nets[DEVICES_MAX];
	unsigned int nr_nets;
	bool console;
};

const char *device_options_disk(struct device_options *options, const char *text);
const char *device_options_net(struct device_options *options, const char *text);
const char *device_options_console(struct device_options *options, const char *text);

#endif /* VMHCTL_DEVICE_OPTIONS_H */
