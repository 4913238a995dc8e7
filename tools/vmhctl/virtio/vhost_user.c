// SPDX-License-Identifier: GPL-2.0
/*
 * The vhost-user protocol, the front end's side: another process, the back end, works on the
 * queues of a device in the guest's memory. Requests go over a UNIX socket, one at a time. The
 * back end is taken for hostile: an answer has to be the one that was asked for, of the size that
 * it should have, and come in time; file descriptors that it sends are never received.
 */
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include <linux/vhost_types.h>

#include "message.h"
#include "vhost_user.h"

#define VERSION			1u
#define VERSION_MASK		3u
#define FLAG_REPLY		(1u << 2)
#define FLAG_NEED_REPLY		(1u << 3)
/* In the set of virtio's features, where no device has one. */
#define HAS_PROTOCOL_FEATURES	(1ULL << 30)
#define PROTOCOL_REPLY_ACK	(1ULL << 3)
#define PROTOCOL_CONFIG		(1ULL << 9)
/* A back end may have to read an image's tables first. */
#define TIMEOUT_MS		30000

enum request {
	GET_FEATURES = 1, SET_FEATURES = 2, SET_OWNER = 3, SET_MEM_TABLE = 5, SET_VRING_NUM = 8,
	SET_VRING_ADDR = 9, SET_VRING_BASE = 10, GET_VRING_BASE = 11, SET_VRING_KICK = 12,
	SET_VRING_CALL = 13, GET_PROTOCOL_FEATURES = 15, SET_PROTOCOL_FEATURES = 16,
	SET_VRING_ENABLE = 18, GET_CONFIG = 24,
};

struct mem_region {
	uint64_t gpa;
	uint64_t bytes;
	uint64_t user_addr;
	uint64_t offset;
};

struct mem_table {
	uint32_t nr;
	uint32_t padding;
	struct mem_region regions[VHOST_USER_REGIONS_MAX];
};

struct config_space {
	uint32_t offset;
	uint32_t bytes;
	uint32_t flags;
	uint8_t data[VHOST_USER_CONFIG_MAX];
};

#define CONFIG_HEADER	offsetof(struct config_space, data)

/**
 * struct message - what goes over the socket, in either direction
 * @request: enum request.
 * @flags: FLAG_* and the version.
 * @bytes: size of the payload.
 * @u64, @state, @addr, @table, @config: the payload.
 */
struct message {
	uint32_t request;
	uint32_t flags;
	uint32_t bytes;
	union {
		uint64_t u64;
		struct vhost_vring_state state;
		struct vhost_vring_addr addr;
		struct mem_table table;
		struct config_space config;
	};
} __attribute__((packed));

#define HEADER	offsetof(struct message, u64)

/* Say once what is wrong; from then on the back end is asked nothing. */
void vhost_user_lose(struct vhost_user *peer, const char *why)
{
	if (!peer->lost)
		complain("%s: the back end %s", peer->name, why);
	peer->lost = true;
}

static int64_t now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000LL + now.tv_nsec / 1000000;
}

/* Wait for the socket. Returns false when there is no time left. */
static bool wait_for(struct vhost_user *peer, short events, int64_t deadline_ms)
{
	struct pollfd socket = { .fd = peer->fd, .events = events };
	int64_t left = deadline_ms - now_ms();
	int ready = left > 0 ? poll(&socket, 1, left) : 0;

	if (ready > 0 || (ready < 0 && errno == EINTR))
		return true;
	vhost_user_lose(peer, "does not answer");
	return false;
}

static bool may_try_again(void)
{
	return errno == EAGAIN || errno == EINTR;
}

/* Put the descriptors beside the first bytes. Returns how many bytes went out. */
static ssize_t send_some(int fd, const uint8_t *from, size_t bytes, const int *fds, size_t nr_fds)
{
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(VHOST_USER_REGIONS_MAX * sizeof(int))];
	} control = { 0 };
	struct iovec data = { (void *)from, bytes };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1 };

	if (nr_fds) {
		header.msg_control = &control;
		header.msg_controllen = CMSG_SPACE(nr_fds * sizeof(int));
		*CMSG_FIRSTHDR(&header) = (struct cmsghdr){
			.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
			.cmsg_len = CMSG_LEN(nr_fds * sizeof(int)),
		};
		memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), fds, nr_fds * sizeof(int));
	}
	return sendmsg(fd, &header, MSG_NOSIGNAL);
}

static bool send_all(struct vhost_user *peer, const struct message *message, const int *fds,
		     size_t nr_fds, int64_t deadline_ms)
{
	const uint8_t *from = (const uint8_t *)message;
	size_t left = HEADER + message->bytes;

	while (left) {
		ssize_t sent = send_some(peer->fd, from, left, fds, nr_fds);

		if (sent > 0) {
			from += sent;
			left -= sent;
			nr_fds = 0;
		} else if (!may_try_again()) {
			vhost_user_lose(peer, "has ended");
			return false;
		} else if (!wait_for(peer, POLLOUT, deadline_ms)) {
			return false;
		}
	}
	return true;
}

/* read(), not recvmsg(): descriptors that come along are dropped by the kernel. */
static bool receive_all(struct vhost_user *peer, void *to, size_t bytes, int64_t deadline_ms)
{
	uint8_t *at = to;

	while (bytes) {
		ssize_t got = read(peer->fd, at, bytes);

		if (got > 0) {
			at += got;
			bytes -= got;
		} else if (!got || !may_try_again()) {
			vhost_user_lose(peer, "has ended");
			return false;
		} else if (!wait_for(peer, POLLIN, deadline_ms)) {
			return false;
		}
	}
	return true;
}

/* Receive the answer to @request, whose payload has @bytes bytes. */
static bool receive_reply(struct vhost_user *peer, uint32_t request, struct message *reply,
			  uint32_t bytes, int64_t deadline_ms)
{
	if (!receive_all(peer, reply, HEADER, deadline_ms))
		return false;
	if (reply->request != request || !(reply->flags & FLAG_REPLY) ||
	    (reply->flags & VERSION_MASK) != VERSION) {
		vhost_user_lose(peer, "answers what it was not asked");
		return false;
	}
	if (reply->bytes != bytes) {
		vhost_user_lose(peer, reply->bytes ? "answers with the wrong number of bytes" :
						     "does not know what it was asked");
		return false;
	}
	return receive_all(peer, &reply->u64, bytes, deadline_ms);
}

/* Ask for something; the answer replaces the question, and is as long. */
static bool ask(struct vhost_user *peer, struct message *message, uint32_t reply_bytes)
{
	int64_t deadline_ms = now_ms() + peer->timeout_ms;

	message->flags = VERSION;
	return !peer->lost && send_all(peer, message, NULL, 0, deadline_ms) &&
	       receive_reply(peer, message->request, message, reply_bytes, deadline_ms);
}

/* Have something done, and hear that it was, if the back end can tell. */
static bool tell(struct vhost_user *peer, struct message *message, const int *fds, size_t nr_fds)
{
	int64_t deadline_ms = now_ms() + peer->timeout_ms;

	message->flags = VERSION | (peer->acks ? FLAG_NEED_REPLY : 0);
	if (peer->lost || !send_all(peer, message, fds, nr_fds, deadline_ms))
		return false;
	if (!peer->acks)
		return true;
	if (!receive_reply(peer, message->request, message, sizeof(message->u64), deadline_ms))
		return false;
	if (message->u64)
		vhost_user_lose(peer, "refuses what it was asked to do");
	return !message->u64;
}

static bool get_u64(struct vhost_user *peer, enum request request, uint64_t *value)
{
	struct message message = { .request = request };
	bool done = ask(peer, &message, sizeof(message.u64));

	*value = done ? message.u64 : 0;
	return done;
}

static bool set_u64(struct vhost_user *peer, enum request request, uint64_t value)
{
	struct message message = { .request = request, .bytes = sizeof(value), .u64 = value };

	return tell(peer, &message, NULL, 0);
}

static bool set_state(struct vhost_user *peer, enum request request, uint32_t index, uint32_t num)
{
	struct message message = {
		.request = request, .bytes = sizeof(message.state), .state = { index, num },
	};

	return tell(peer, &message, NULL, 0);
}

static bool set_fd(struct vhost_user *peer, enum request request, uint32_t index, int fd)
{
	struct message message = { .request = request, .bytes = sizeof(uint64_t), .u64 = index };

	return tell(peer, &message, &fd, 1);
}

/**
 * vhost_user_connect() - connect to a back end that somebody runs
 * @path: its socket.
 *
 * Return: the connection, or -1 with the reason printed.
 */
int vhost_user_connect(const char *path)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd;

	if (strlen(path) >= sizeof(address.sun_path)) {
		complain("%s: longer than a socket's path may be, which is %zu bytes", path,
			 sizeof(address.sun_path) - 1);
		return -1;
	}
	strcpy(address.sun_path, path);
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (fd >= 0 && !connect(fd, (struct sockaddr *)&address, sizeof(address)))
		return fd;
	complain("%s: %s; a vhost-user back end has to listen there", path, strerror(errno));
	if (fd >= 0)
		close(fd);
	return -1;
}

/**
 * vhost_user_open() - agree with a back end on how to talk
 * @peer: filled in; vhost_user_close() undoes it, also after a failure.
 * @fd: the connection, which is the peer's from now on.
 * @name: the device, for messages; it is not copied.
 *
 * Return: whether the two can talk; if not, the reason is printed.
 */
bool vhost_user_open(struct vhost_user *peer, int fd, const char *name)
{
	struct message owner = { .request = SET_OWNER };
	uint64_t offered;

	*peer = (struct vhost_user){ .fd = fd, .name = name, .timeout_ms = TIMEOUT_MS };
	fcntl(fd, F_SETFL, O_NONBLOCK);
	if (!get_u64(peer, GET_FEATURES, &peer->features))
		return false;
	if (!(peer->features & HAS_PROTOCOL_FEATURES)) {
		vhost_user_lose(peer, "is too old: it has no protocol features");
		return false;
	}
	if (!get_u64(peer, GET_PROTOCOL_FEATURES, &offered))
		return false;
	offered &= PROTOCOL_REPLY_ACK | PROTOCOL_CONFIG;
	if (!set_u64(peer, SET_PROTOCOL_FEATURES, offered))
		return false;
	peer->acks = offered & PROTOCOL_REPLY_ACK;
	peer->has_config = offered & PROTOCOL_CONFIG;
	peer->features &= ~HAS_PROTOCOL_FEATURES;
	return tell(peer, &owner, NULL, 0);
}

/* Close the connection. */
void vhost_user_close(struct vhost_user *peer)
{
	if (peer->fd >= 0)
		close(peer->fd);
	peer->fd = -1;
	peer->lost = true;
}

/**
 * vhost_user_get_config() - read the start of the device's configuration space
 * @peer: the back end.
 * @config: receives it.
 * @bytes: how much; at most VHOST_USER_CONFIG_MAX.
 *
 * Return: whether it was read; if not, the reason is printed.
 */
bool vhost_user_get_config(struct vhost_user *peer, void *config, size_t bytes)
{
	struct message message = {
		.request = GET_CONFIG, .bytes = CONFIG_HEADER + bytes, .config.bytes = bytes,
	};

	if (!peer->has_config)
		vhost_user_lose(peer, "does not tell the device's configuration");
	if (!ask(peer, &message, CONFIG_HEADER + bytes))
		return false;
	memcpy(config, message.config.data, bytes);
	return true;
}

/* Tell what virtio features the driver has accepted of those that are offered. */
bool vhost_user_set_features(struct vhost_user *peer, uint64_t features)
{
	return set_u64(peer, SET_FEATURES, features | HAS_PROTOCOL_FEATURES);
}

/**
 * vhost_user_set_memory() - give the guest's memory to the back end
 * @peer: the back end.
 * @regions: the parts of the memory.
 * @nr: how many; at most VHOST_USER_REGIONS_MAX.
 * @fd: the file that the memory is.
 *
 * The protocol names rings by addresses in the front end. The back end is not to learn those: what
 * it takes for them are guest-physical ones.
 *
 * Return: whether the back end has it; if not, the reason is printed.
 */
bool vhost_user_set_memory(struct vhost_user *peer, const struct vhost_user_region *regions,
			   unsigned int nr, int fd)
{
	struct message message = { .request = SET_MEM_TABLE, .table.nr = nr };
	int fds[VHOST_USER_REGIONS_MAX];

	for (unsigned int i = 0; i < nr; i++) {
		fds[i] = fd;
		message.table.regions[i] = (struct mem_region){
			.gpa = regions[i].gpa, .bytes = regions[i].bytes,
			.user_addr = regions[i].gpa, .offset = regions[i].offset,
		};
	}
	message.bytes = offsetof(struct mem_table, regions) + nr * sizeof(struct mem_region);
	return tell(peer, &message, fds, nr);
}

/**
 * vhost_user_start_ring() - have the back end work on a queue
 * @peer: it has the memory and the features.
 * @index: number of the queue.
 * @ring: the queue, which nobody has worked on yet.
 *
 * Return: whether it works; if not, the reason is printed.
 */
bool vhost_user_start_ring(struct vhost_user *peer, uint32_t index,
			   const struct vhost_user_ring *ring)
{
	struct message addr = {
		.request = SET_VRING_ADDR, .bytes = sizeof(addr.addr),
		.addr = { .index = index, .desc_user_addr = ring->desc_gpa,
			  .avail_user_addr = ring->avail_gpa, .used_user_addr = ring->used_gpa },
	};

	return set_state(peer, SET_VRING_NUM, index, ring->size) &&
	       set_state(peer, SET_VRING_BASE, index, 0) &&
	       tell(peer, &addr, NULL, 0) &&
	       set_fd(peer, SET_VRING_CALL, index, ring->call_fd) &&
	       set_fd(peer, SET_VRING_KICK, index, ring->kick_fd) &&
	       set_state(peer, SET_VRING_ENABLE, index, 1);
}

/* Have the back end finish what it does on a queue, and leave it alone from then on. */
bool vhost_user_stop_ring(struct vhost_user *peer, uint32_t index)
{
	struct message message = {
		.request = GET_VRING_BASE, .bytes = sizeof(message.state), .state.index = index,
	};

	return ask(peer, &message, sizeof(message.state));
}
