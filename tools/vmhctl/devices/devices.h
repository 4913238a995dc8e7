/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_DEVICES_H
#define VMHCTL_DEVICES_H

#include "device_options.h"
#include "disk.h"
#include "net.h"
#include "vhost_device.h"
#include "virtio_console.h"

/**
 * struct devices - the virtio devices of a VM
 * @disks: the disks.
 * @nr_disks: how many are open.
 * @vhost_disks: disks that a back end works on.
 * @nr_vhost_disks: how many are open.
 * @in_order: all disks, in the order of the command line.
 * @nets: the network interfaces.
 * @nr_nets: how many are open.
 * @console: the console, if @has_console.
 * @has_console: the guest's console is one of these.
 * @entropy: the one that is always there.
 * @all: all of them, by slot.
 * @nr: how many of @all are on the bus.
 */
struct devices {
	struct disk disks[DEVICES_MAX];
	unsigned int nr_disks;
	struct vhost_device vhost_disks[DEVICES_MAX];
	unsigned int nr_vhost_disks;
	struct virtio *in_order[DEVICES_MAX];
	struct net nets[DEVICES_MAX];
	unsigned int nr_nets;
	struct virtio_console console;
	bool has_console;
	struct virtio entropy;
	struct virtio *all[LAYOUT_VIRTIO_MAX];
	unsigned int nr;
};

int devices_open(struct devices *devices, const struct device_options *options);
void devices_close(struct devices *devices);
bool devices_share_memory(const struct devices *devices);
int devices_create(struct devices *devices, struct vm *vm);
void devices_destroy(struct devices *devices);
int devices_start(struct devices *devices);
void devices_stop(struct devices *devices);

#endif /* VMHCTL_DEVICES_H */
