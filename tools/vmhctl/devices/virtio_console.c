// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's console as a virtio device: one port, without what the driver need not have. What is
 * typed comes from the main thread through a pipe, and stays there until the driver is ready.
 */
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

#include <linux/virtio_ids.h>

#include "console.h"
#include "message.h"
#include "virtio_console.h"
#include "vm.h"
#include "vmhctl.h"

/* Shown between two looks at whether the VM has ended. */
#define PIECE	4096u

enum { QUEUE_RECEIVE, QUEUE_TRANSMIT };

/* The last words of a guest that has powered off meanwhile are shown, too, but not endless ones. */
static void show(const struct virtio *dev, const uint8_t *bytes, size_t count)
{
	do {
		size_t piece = count < PIECE ? count : PIECE;

		console_write(bytes, piece);
		bytes += piece;
		count -= piece;
	} while (count && !vm_ended(dev->vm));
}

static uint32_t console_handle(struct virtio *dev, unsigned int queue, struct virtq_chain *chain)
{
	(void)queue;
	for (unsigned int i = 0; i < chain->nr_out; i++)
		show(dev, chain->iov[i].iov_base, chain->iov[i].iov_len);
	return 0;
}

/* Something was typed. The next kick tells of buffers, if there are none. */
static bool console_input(struct virtio *dev)
{
	struct virtq_chain *chain = &dev->chain;
	ssize_t bytes;

	if (!virtio_pop(dev, QUEUE_RECEIVE, chain))
		return false;
	if (!chain->nr_in) {
		virtio_fail(dev);
		return false;
	}
	bytes = readv(dev->input_fd, chain->iov + chain->nr_out, chain->nr_in);
	if (bytes <= 0) {
		virtq_unpop(&dev->queues[QUEUE_RECEIVE]);
		return bytes && (errno == EAGAIN || errno == EINTR);
	}
	virtio_push(dev, QUEUE_RECEIVE, chain->head, bytes);
	virtio_flush_interrupt(dev, QUEUE_RECEIVE);
	/* There is room for more. */
	vm_wake_main(dev->vm);
	return true;
}

static const struct virtio_ops console_ops = {
	.name = "console",
	.id = VIRTIO_ID_CONSOLE,
	.nr_queues = 2,
	.passive = 1 << QUEUE_RECEIVE,
	.handle = console_handle,
	.input = console_input,
};

/**
 * virtio_console_open() - make a console
 * @console: filled in, for virtio_create(); virtio_console_close() undoes it.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int virtio_console_open(struct virtio_console *console)
{
	int fds[2];

	*console = (struct virtio_console){
		.dev = { .ops = &console_ops },
	};
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK)) {
		complain("cannot create a pipe for the console: %s", strerror(errno));
		return VMHCTL_DEVICE;
	}
	console->dev.input_fd = fds[0];
	console->typed_fd = fds[1];
	return VMHCTL_OK;
}

/* Undo virtio_console_open(). */
void virtio_console_close(struct virtio_console *console)
{
	close(console->typed_fd);
	close(console->dev.input_fd);
}

/* A pipe that can be written takes so much at once. */
static size_t console_room(void *opaque)
{
	const struct virtio_console *console = opaque;
	struct pollfd out = { .fd = console->typed_fd, .events = POLLOUT };

	return poll(&out, 1, 0) == 1 && (out.revents & POLLOUT) ? PIPE_BUF : 0;
}

static void console_receive(void *opaque, const uint8_t *bytes, size_t count)
{
	const struct virtio_console *console = opaque;

	if (count && write(console->typed_fd, bytes, count) != (ssize_t)count)
		remark("console: input was lost: %s", strerror(errno));
}

/* For main_loop_run(): what is typed goes to this console. */
struct main_loop_input virtio_console_input(struct virtio_console *console)
{
	return (struct main_loop_input){
		.opaque = console, .room = console_room, .receive = console_receive,
	};
}
