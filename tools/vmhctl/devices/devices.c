// SPDX-License-Identifier: GPL-2.0
/* The virtio devices of a VM: disks in the first slots, then networks, console, entropy. */
#include "devices.h"
#include "entropy.h"
#include "vhost_disk.h"
#include "vmhctl.h"

static int open_disk(struct devices *devices, const struct disk_option *option)
{
	struct vhost_device *vhost = &devices->vhost_disks[devices->nr_vhost_disks];
	struct disk *disk = &devices->disks[devices->nr_disks];
	struct virtio **dev = &devices->in_order[devices->nr_disks + devices->nr_vhost_disks];

	if (vhost_disk_wanted(option)) {
		*dev = &vhost->dev;
		devices->nr_vhost_disks++;
		return vhost_disk_open(vhost, option);
	}
	*dev = &disk->dev;
	devices->nr_disks++;
	return disk_open(disk, option->path, (option->read_only ? DISK_READ_ONLY : 0) |
			 (option->format == DISK_FORMAT_RAW ? DISK_RAW : 0));
}

/**
 * devices_open() - open what is behind the devices
 * @devices: filled in; devices_close() undoes it, also after a failure.
 * @options: what was asked for.
 *
 * Return: 0, or an exit status with the reason printed.
 */
int devices_open(struct devices *devices, const struct device_options *options)
{
	int status = VMHCTL_OK;

	for (unsigned int i = 0; !status && i < options->nr_disks; i++)
		status = open_disk(devices, &options->disks[i]);
	while (!status && devices->nr_nets < options->nr_nets) {
		const struct net_options *net = &options->nets[devices->nr_nets];

		status = net_open(&devices->nets[devices->nr_nets++], net);
	}
	if (!status && options->console) {
		status = virtio_console_open(&devices->console);
		devices->has_console = !status;
	}
	return status;
}

/* Close what devices_open() opened. */
void devices_close(struct devices *devices)
{
	while (devices->nr_disks)
		disk_close(&devices->disks[--devices->nr_disks]);
	while (devices->nr_vhost_disks)
		vhost_device_close(&devices->vhost_disks[--devices->nr_vhost_disks]);
	while (devices->nr_nets)
		net_close(&devices->nets[--devices->nr_nets]);
	if (devices->has_console)
		virtio_console_close(&devices->console);
	devices->has_console = false;
}

/* Whether another process works on the guest's memory. */
bool devices_share_memory(const struct devices *devices)
{
	return devices->nr_vhost_disks;
}

static int device_add(struct devices *devices, struct virtio *dev, struct vm *vm)
{
	int status = virtio_create(dev, vm, devices->nr);

	if (!status)
		devices->all[devices->nr++] = dev;
	return status;
}

/**
 * devices_create() - put the devices on a VM's bus
 * @devices: open; devices_destroy() undoes this, also after a failure.
 * @vm: with interrupt controllers, not started.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int devices_create(struct devices *devices, struct vm *vm)
{
	unsigned int nr_disks = devices->nr_disks + devices->nr_vhost_disks;
	int status = VMHCTL_OK;

	for (unsigned int i = 0; !status && i < nr_disks; i++)
		status = device_add(devices, devices->in_order[i], vm);
	for (unsigned int i = 0; !status && i < devices->nr_nets; i++)
		status = device_add(devices, &devices->nets[i].dev, vm);
	if (!status && devices->has_console)
		status = device_add(devices, &devices->console.dev, vm);
	if (status)
		return status;
	entropy_init(&devices->entropy);
	return device_add(devices, &devices->entropy, vm);
}

/* Undo devices_create(). The threads have ended, those of the vCPUs too. */
void devices_destroy(struct devices *devices)
{
	while (devices->nr)
		virtio_destroy(devices->all[--devices->nr]);
}

/* Start the devices' threads. After a failure devices_stop() is still needed. */
int devices_start(struct devices *devices)
{
	int status = VMHCTL_OK;

	for (unsigned int i = 0; !status && i < devices->nr; i++)
		status = virtio_start(devices->all[i]);
	return status;
}

/* End the devices' threads. */
void devices_stop(struct devices *devices)
{
	for (unsigned int i = 0; i < devices->nr; i++)
		virtio_stop(devices->all[i]);
}
