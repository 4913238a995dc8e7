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
 * struct disk_option - a --disk
 * @path: its file.
 * @read_only: the guest may only read.
 * @raw: it is a raw image, whatever it begins with.
 */
struct disk_option {
	char path[PATH_MAX];
	bool read_only;
	bool raw;
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
