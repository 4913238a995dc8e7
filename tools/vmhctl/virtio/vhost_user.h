/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VHOST_USER_H
#define VMHCTL_VHOST_USER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define VHOST_USER_REGIONS_MAX	2
#define VHOST_USER_CONFIG_MAX	256

/**
 * struct vhost_user - the connection to a back end: a process that works on a device's queues
 * @fd: the connection, or -1.
 * @name: the device, for messages.
 * @features: what the back end offers of virtio's features.
 * @acks: it says after each request whether that was done.
 * @has_config: it knows the device's configuration space.
 * @lost: the back end has ended or talked nonsense, which was said; it is asked nothing any more.
 * @timeout_ms: how long it may take for an answer.
 */
struct vhost_user {
	int fd;
	const char *name;
	uint64_t features;
	bool acks;
	bool has_config;
	bool lost;
	int timeout_ms;
};

/**
 * struct vhost_user_region - a part of the guest's memory
 * @gpa: guest-physical address.
 * @bytes: its size.
 * @offset: where in the file it begins.
 */
struct vhost_user_region {
	uint64_t gpa;
	uint64_t bytes;
	uint64_t offset;
};

/**
 * struct vhost_user_ring - a queue that the back end is to work on
 * @size: number of its entries.
 * @desc_gpa: where the descriptors are; @avail_gpa and @used_gpa: where the rings are.
 * @kick_fd: eventfd that tells of chains.
 * @call_fd: eventfd that the back end interrupts by.
 */
struct vhost_user_ring {
	uint32_t size;
	uint64_t desc_gpa;
	uint64_t avail_gpa;
	uint64_t used_gpa;
	int kick_fd;
	int call_fd;
};

int vhost_user_connect(const char *path);
bool vhost_user_open(struct vhost_user *peer, int fd, const char *name);
void vhost_user_close(struct vhost_user *peer);
void vhost_user_lose(struct vhost_user *peer, const char *why);
bool vhost_user_get_config(struct vhost_user *peer, void *config, size_t bytes);
bool vhost_user_set_features(struct vhost_user *peer, uint64_t features);
bool vhost_user_set_memory(struct vhost_user *peer, const struct vhost_user_region *regions,
			   unsigned int nr, int fd);
bool vhost_user_start_ring(struct vhost_user *peer, uint32_t index,
			   const struct vhost_user_ring *ring);
bool vhost_user_stop_ring(struct vhost_user *peer, uint32_t index);

#endif /* VMHCTL_VHOST_USER_H */
