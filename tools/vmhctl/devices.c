// SPDX-License-Identifier: GPL-2.0
/* The virtio devices of a VM: disks in the first slots, then networks, console, entropy. */
#include "devices.h"
#include "entropy.h"
#include "vmhctl.h"

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

	while (!status && devices->nr_disks < options->nr_disks) {
		const struct disk_option *disk = &options->disks[devices->nr_disks];

		status = disk_open(&devices->disks[devices->nr_disks++], disk->path,
				   (disk->read_only ? DISK_READ_ONLY : 0) |
				   (disk->raw ? DISK_RAW : 0));
	}
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
	while (devices->nr_nets)
		net_close(&devices->nets[--devices->nr_nets]);
	if (devices->has_console)
		virtio_console_close(&devices->console);
	devices->has_console = false;
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
	int status = VMHCTL_OK;

	for (unsigned int i = 0; !status && i < devices->nr_disks; i++)
		status = device_add(devices, &devices->disks[i].dev, vm);
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
