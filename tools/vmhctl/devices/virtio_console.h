/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VIRTIO_CONSOLE_H
#define VMHCTL_VIRTIO_CONSOLE_H

#include "main_loop.h"
#include "virtio.h"

/**
 * struct virtio_console - the guest's console as a virtio device
 * @dev: the device; what is typed is behind its input_fd.
 * @typed_fd: the other end of that pipe.
 */
struct virtio_console {
	struct virtio dev;
	int typed_fd;
};

int virtio_console_open(struct virtio_console *console);
void virtio_console_close(struct virtio_console *console);
struct main_loop_input virtio_console_input(struct virtio_console *console);

#endif /* VMHCTL_VIRTIO_CONSOLE_H */
