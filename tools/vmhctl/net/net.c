// SPDX-License-Identifier: GPL-2.0
/*
 * A network interface: virtio-net in front of a descriptor that takes and gives Ethernet frames.
 * That is a tap of this machine, or the socket of a helper with a network of the user's own.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/if.h>
#include <linux/if_tun.h>
#include <linux/virtio_ids.h>

#include "message.h"
#include "net.h"
#include "net_user.h"
#include "vmhctl.h"

_Static_assert(NET_TAP_BYTES == IFNAMSIZ, "the name of an interface");

#define TUN_PATH	"/dev/net/tun"
/* Frames taken in before the driver hears of the first one. */
#define BATCH		16
/* Longer ones are no frames: 64 KiB and the Ethernet header. */
#define FRAME_MAX	(65536 + 14)

enum { QUEUE_RECEIVE, QUEUE_TRANSMIT };

/* The same for all frames: nothing is left for the other side to complete. */
static const struct virtio_net_hdr_v1 frame_header = { .num_buffers = 1 };

/* The guest sends. What the other side does not take is lost, as on a wire. */
static uint32_t net_handle(struct virtio *dev, unsigned int queue, struct virtq_chain *chain)
{
	struct iovec frame[VIRTQ_SEGMENTS];
	unsigned int nr;

	(void)queue;
	if (chain->out_bytes <= sizeof(frame_header) ||
	    chain->out_bytes - sizeof(frame_header) > FRAME_MAX)
		return 0;
	nr = virtq_slice(frame, chain->iov, chain->nr_out, sizeof(frame_header), FRAME_MAX);
	if (writev(dev->input_fd, frame, nr) < 0)
		remark("%s %u: a frame was lost: %s", dev->ops->name, dev->slot, strerror(errno));
	return 0;
}

/* Receive a frame. Returns 0, or what kept it: EAGAIN when there is none. */
static int receive(struct virtio *dev, struct virtq_chain *chain)
{
	const struct iovec *in = chain->iov + chain->nr_out;
	struct iovec frame[VIRTQ_SEGMENTS];
	unsigned int nr = virtq_slice(frame, in, chain->nr_in, sizeof(frame_header), FRAME_MAX);
	ssize_t bytes;

	if (!nr) {
		virtio_fail(dev);
		return EPROTO;
	}
	bytes = readv(dev->input_fd, frame, nr);
	if (bytes <= 0)
		return bytes ? errno : ECONNRESET;
	virtq_scatter(in, chain->nr_in, &frame_header, sizeof(frame_header));
	virtio_push(dev, QUEUE_RECEIVE, chain->head, sizeof(frame_header) + bytes);
	return 0;
}

static bool net_input(struct virtio *dev)
{
	unsigned int done = 0;
	int error = 0;

	while (done < BATCH && !error) {
		if (!virtio_pop(dev, QUEUE_RECEIVE, &dev->chain)) {
			/* The next kick tells of buffers. */
			error = ENOBUFS;
			break;
		}
		error = receive(dev, &dev->chain);
		if (error)
			virtq_unpop(&dev->queues[QUEUE_RECEIVE]);
		else
			done++;
	}
	if (done)
		virtio_flush_interrupt(dev, QUEUE_RECEIVE);
	if (error == ECONNRESET)
		complain("%s %u: the network's other side has ended", dev->ops->name, dev->slot);
	return !error || error == EAGAIN || error == EINTR;
}

static const struct virtio_ops net_ops = {
	.name = "net",
	.id = VIRTIO_ID_NET,
	.nr_queues = 2,
	.passive = 1 << QUEUE_RECEIVE,
	.handle = net_handle,
	.input = net_input,
};

static int tap_open(const char *name)
{
	struct ifreq request = { .ifr_flags = IFF_TAP | IFF_NO_PI };
	int fd;

	strcpy(request.ifr_name, name);
	fd = open(TUN_PATH, O_RDWR | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		complain("%s: %s", TUN_PATH, strerror(errno));
		return -1;
	}
	if (!ioctl(fd, TUNSETIFF, &request))
		return fd;
	complain("tap=%s: %s; a user's own is made by: ip tuntap add %s mode tap user NAME", name,
		 strerror(errno), name);
	close(fd);
	return -1;
}

/**
 * net_open() - open what is behind a network interface
 * @net: filled in, for virtio_create(); net_close() undoes it, also after a failure.
 * @options: what to open.
 *
 * Return: 0, or VMHCTL_INPUT with the reason printed.
 */
int net_open(struct net *net, const struct net_options *options)
{
	*net = (struct net){
		.dev = { .ops = &net_ops, .opaque = net, .features = 1ULL << VIRTIO_NET_F_MAC,
			 .config = &net->config, .config_bytes = sizeof(net->config) },
	};
	memcpy(net->config.mac, options->mac, NET_MAC_BYTES);
	net->dev.input_fd = *options->tap ? tap_open(options->tap) : net_user_start(&net->helper);
	return net->dev.input_fd < 0 ? VMHCTL_INPUT : VMHCTL_OK;
}

/* Close what net_open() opened. The helper ends when its socket is closed. */
void net_close(struct net *net)
{
	if (net->dev.input_fd >= 0)
		close(net->dev.input_fd);
	net->dev.input_fd = -1;
	if (net->helper > 0)
		waitpid(net->helper, NULL, 0);
	net->helper = 0;
}
