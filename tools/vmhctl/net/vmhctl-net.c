// SPDX-License-Identifier: GPL-2.0
/*
 * vmhctl-net SOCKET: the network behind "vmhctl run --net user". Frames go over SOCKET, an
 * inherited descriptor that keeps them apart; libslirp makes connections of this process of them,
 * and gives the guest an address by DHCP. It is a program of its own so that a guest who takes it
 * over has neither the VM nor its disks, and so that vmhctl needs no network.
 */
#include <errno.h>
#include <grp.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <time.h>
#include <unistd.h>

#include <slirp/libslirp.h>

#define FRAME_MAX	(65536 + 14)
#define POLL_MAX	1024
#define NOBODY		65534
#define SECOND_MS	1000

/**
 * struct net - the network
 * @slirp: libslirp's part of it.
 * @socket: the guest's frames.
 * @fds: what to wait for: @socket, then the connections.
 * @nr: how many.
 */
struct net {
	Slirp *slirp;
	int socket;
	struct pollfd fds[POLL_MAX];
	unsigned int nr;
};

/* One that does not get through is lost, as on a wire. */
static ssize_t send_packet(const void *frame, size_t bytes, void *opaque)
{
	struct net *net = opaque;

	return write(net->socket, frame, bytes);
}

static void guest_error(const char *text, void *opaque)
{
	(void)text;
	(void)opaque;
}

static int64_t clock_get_ns(void *opaque)
{
	struct timespec now;

	(void)opaque;
	clock_gettime(CLOCK_MONOTONIC, &now);
	return now.tv_sec * 1000000000LL + now.tv_nsec;
}

/* Timers are for IPv6's advertisements, and there is no IPv6. */
static void *timer_new(SlirpTimerCb call, void *call_opaque, void *opaque)
{
	(void)call;
	(void)call_opaque;
	(void)opaque;
	return NULL;
}

static void timer_free(void *timer, void *opaque)
{
	(void)timer;
	(void)opaque;
}

static void timer_mod(void *timer, int64_t expires_ms, void *opaque)
{
	(void)timer;
	(void)expires_ms;
	(void)opaque;
}

static void ignore_fd(int fd, void *opaque)
{
	(void)fd;
	(void)opaque;
}

/* There is one thread: it looks at all of them anyway. */
static void notify(void *opaque)
{
	(void)opaque;
}

static const SlirpCb callbacks = {
	.send_packet = send_packet,
	.guest_error = guest_error,
	.clock_get_ns = clock_get_ns,
	.timer_new = timer_new,
	.timer_free = timer_free,
	.timer_mod = timer_mod,
	.register_poll_fd = ignore_fd,
	.unregister_poll_fd = ignore_fd,
	.notify = notify,
};

/* libslirp's events have other numbers than poll()'s. */
static const struct {
	int slirp;
	short event;
} events[] = {
	{ SLIRP_POLL_IN, POLLIN }, { SLIRP_POLL_OUT, POLLOUT }, { SLIRP_POLL_PRI, POLLPRI },
	{ SLIRP_POLL_ERR, POLLERR }, { SLIRP_POLL_HUP, POLLHUP },
};

#define NR_EVENTS	(sizeof(events) / sizeof(events[0]))

static int add_poll(int fd, int wanted, void *opaque)
{
	struct net *net = opaque;
	short mask = 0;

	if (net->nr == POLL_MAX)
		return -1;
	for (unsigned int i = 0; i < NR_EVENTS; i++) {
		/* poll() reports the other two without being asked. */
		if ((wanted & events[i].slirp) && i < 3)
			mask |= events[i].event;
	}
	net->fds[net->nr] = (struct pollfd){ .fd = fd, .events = mask };
	return net->nr++;
}

static int get_revents(int index, void *opaque)
{
	struct net *net = opaque;
	int found = 0;

	for (unsigned int i = 0; index >= 0 && i < NR_EVENTS; i++) {
		if (net->fds[index].revents & events[i].event)
			found |= events[i].slirp;
	}
	return found;
}

/* Take what the guest has sent. Returns false when it has gone. */
static bool take_frames(struct net *net)
{
	static uint8_t frame[FRAME_MAX];
	ssize_t bytes;

	while ((bytes = read(net->socket, frame, sizeof(frame))) > 0)
		slirp_input(net->slirp, frame, bytes);
	return bytes < 0 && (errno == EAGAIN || errno == EINTR);
}

static void serve(struct net *net)
{
	bool there = true;

	while (there) {
		uint32_t timeout_ms = SECOND_MS;
		int ready;

		net->fds[0] = (struct pollfd){ .fd = net->socket, .events = POLLIN };
		net->nr = 1;
		slirp_pollfds_fill(net->slirp, &timeout_ms, add_poll, net);
		ready = poll(net->fds, net->nr, timeout_ms);
		slirp_pollfds_poll(net->slirp, ready < 0, get_revents, net);
		if (ready > 0 && net->fds[0].revents)
			there = take_frames(net);
	}
}

/* What is left is a process that may open connections, and read files that anyone may. */
static bool drop_privileges(void)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) || prctl(PR_SET_DUMPABLE, 0, 0, 0, 0))
		return false;
	if (geteuid())
		return true;
	return !setgroups(0, NULL) && !setresgid(NOBODY, NOBODY, NOBODY) &&
	       !setresuid(NOBODY, NOBODY, NOBODY);
}

static struct in_addr address(const char *text)
{
	struct in_addr address = { 0 };

	inet_aton(text, &address);
	return address;
}

int main(int argc, char **argv)
{
	static struct net net;
	SlirpConfig config = {
		.version = SLIRP_CONFIG_VERSION_MIN,
		.in_enabled = true,
		.vnetwork = address("10.0.2.0"),
		.vnetmask = address("255.255.255.0"),
		.vhost = address("10.0.2.2"),
		.vnameserver = address("10.0.2.3"),
		.vdhcp_start = address("10.0.2.15"),
		/* This machine's own services are not the guest's. */
		.disable_host_loopback = true,
	};

	if (argc != 2) {
		fputs("vmhctl-net is started by 'vmhctl run --net user'\n", stderr);
		return 2;
	}
	net.socket = atoi(argv[1]);
	if (!drop_privileges()) {
		perror("vmhctl-net: cannot drop privileges");
		return 3;
	}
	net.slirp = slirp_new(&config, &callbacks, &net);
	if (!net.slirp)
		return 3;
	serve(&net);
	slirp_cleanup(net.slirp);
	return 0;
}
