/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_LINUX_BOOT_H
#define VMHCTL_LINUX_BOOT_H

#include "file.h"
#include "kernel_image.h"
#include "vm.h"

#define LINUX_MEMORY_BYTES	(256ULL << 20)

/* The keyboard controller resets; a panic resets at once. */
#define LINUX_CMDLINE		"reboot=k panic=-1"
#define LINUX_SERIAL_CONSOLE	"console=ttyS0"
#define LINUX_VIRTIO_CONSOLE	"console=hvc0"

/**
 * struct linux_guest - what to boot
 * @kernel: a bzImage or vmlinux.
 * @initrd: its initrd; no data when there is none.
 * @cmdline: its command line, whole.
 * @virtio_devices: how many it has.
 * @image: @kernel, understood by linux_parse().
 * @parts: its pieces, in @kernel's memory.
 */
struct linux_guest {
	struct file kernel;
	struct file initrd;
	const char *cmdline;
	unsigned int virtio_devices;
	struct kernel_image image;
	struct kernel_parts parts;
};

int linux_parse(struct linux_guest *guest);
int linux_load(struct vm *vm, const struct linux_guest *guest);

#endif /* VMHCTL_LINUX_BOOT_H */
