/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_NET_H
#define VMHCTL_NET_H

#include <linux/virtio_net.h>

#include "virtio.h"

#define NET_MAC_BYTES	6
#define NET_TAP_BYTES	16	/* IFNAMSIZ */

/**
 * struct net - a network interface
 * @dev: the device; its input_fd takes and gives a frame with each call.
 * @config: what the guest is told: its address.
 * @helper: process that the frames go to, or 0.
 */
struct net {
	struct virtio dev;
	struct virtio_net_config config;
	int helper;
};

/**
 * struct net_options - what --net says
 * @tap: name of a tap interface; empty for a network of the user's own.
 * @mac: the guest's address.
 */
struct net_options {
	char tap[NET_TAP_BYTES];
	uint8_t mac[NET_MAC_BYTES];
};

int net_open(struct net *net, const struct net_options *options);
void net_close(struct net *net);

#endif /* VMHCTL_NET_H */
