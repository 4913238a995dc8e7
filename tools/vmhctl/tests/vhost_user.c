// SPDX-License-Identifier: GPL-2.0
/* The vhost-user protocol against a back end that is played, and that may play false. */
#include <check.h>
#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <stdio.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <unistd.h>

#include "rows.h"
#include "vhost_user.h"

#define HEADER		12u
#define ROOM		512u
#define FEATURES	(1ULL << 32 | 1ULL << 9)
#define PROTOCOL	(1ULL << 30)	/* in the features: there are protocol features */
#define ACKS		(1ULL << 3)
#define CONFIG		(1ULL << 9)
#define NAME		"the disk"

/* Requests, as the specification numbers them. */
enum {
	GET_FEATURES = 1, SET_FEATURES = 2, SET_OWNER = 3, SET_MEM_TABLE = 5, SET_VRING_NUM = 8,
	SET_VRING_ADDR = 9, SET_VRING_BASE = 10, GET_VRING_BASE = 11, SET_VRING_KICK = 12,
	SET_VRING_CALL = 13, GET_PROTOCOL_FEATURES = 15, SET_PROTOCOL_FEATURES = 16,
	SET_VRING_ENABLE = 18, GET_CONFIG = 24,
};

/* How the back end answers one request. */
enum lie {
	HONEST, END, HALF, SILENT, OTHER_REQUEST, NO_REPLY, OTHER_VERSION, SHORT, LONG, ENDLESS,
	EMPTY, REFUSE, WITH_FILES,
};

/**
 * struct backend - one that is played
 * @fd: its end of the socket.
 * @features: what it offers.
 * @protocol: its protocol features.
 * @request: the request that it answers with @lie.
 * @seen: the requests in their order; @nr_seen: how many.
 * @fds: how many descriptors came with each.
 * @payload: of each request the first bytes.
 */
struct backend {
	int fd;
	uint64_t features;
	uint64_t protocol;
	uint32_t request;
	enum lie lie;
	uint32_t seen[32];
	unsigned int nr_seen;
	unsigned int fds[32];
	uint64_t payload[32][10];
	pthread_t thread;
};

struct packet {
	uint32_t request, flags, bytes;
	uint8_t payload[ROOM];
};

static struct backend backend;
static struct vhost_user peer;
static char said[512];
static int stderr_fd, said_fds[2];

static unsigned int count_and_close_fds(struct msghdr *header)
{
	struct cmsghdr *control = CMSG_FIRSTHDR(header);
	unsigned int nr = control ? (control->cmsg_len - CMSG_LEN(0)) / sizeof(int) : 0;

	for (unsigned int i = 0; i < nr; i++) {
		int fd;

		memcpy(&fd, CMSG_DATA(control) + i * sizeof(int), sizeof(int));
		close(fd);
	}
	return nr;
}

static bool receive(struct packet *packet)
{
	char control[256];
	struct iovec data = { packet, HEADER };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
				 .msg_controllen = sizeof(control) };

	if (recvmsg(backend.fd, &header, MSG_WAITALL) != HEADER)
		return false;
	ck_assert_uint_le(packet->bytes, ROOM);
	ck_assert_uint_lt(backend.nr_seen, 32);
	if (packet->bytes && recv(backend.fd, packet->payload, packet->bytes, MSG_WAITALL) !=
			     packet->bytes)
		return false;
	backend.seen[backend.nr_seen] = packet->request;
	backend.fds[backend.nr_seen] = count_and_close_fds(&header);
	memcpy(backend.payload[backend.nr_seen++], packet->payload, sizeof(backend.payload[0]));
	return true;
}

static void send_files(const struct packet *packet)
{
	char control[CMSG_SPACE(2 * sizeof(int))] = { 0 };
	struct iovec data = { (void *)packet, HEADER + packet->bytes };
	struct msghdr header = { .msg_iov = &data, .msg_iovlen = 1, .msg_control = control,
				 .msg_controllen = sizeof(control) };
	int fds[2] = { backend.fd, STDIN_FILENO };

	*CMSG_FIRSTHDR(&header) = (struct cmsghdr){
		.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS,
		.cmsg_len = CMSG_LEN(sizeof(fds)),
	};
	memcpy(CMSG_DATA(CMSG_FIRSTHDR(&header)), fds, sizeof(fds));
	ck_assert_int_gt(sendmsg(backend.fd, &header, 0), 0);
}

/* Send an answer. Returns whether to go on. */
static bool reply(struct packet *packet, enum lie lie)
{
	size_t bytes = HEADER + packet->bytes;

	packet->flags = 1 | 1 << 2;
	switch (lie) {
	case HONEST:
		break;
	case END:
		return false;
	case HALF:
		return write(backend.fd, packet, HEADER + 2) < 0;
	case SILENT:
		return true;
	case OTHER_REQUEST:
		packet->request ^= 1;
		break;
	case NO_REPLY:
		packet->flags = 1;
		break;
	case OTHER_VERSION:
		packet->flags = 2 | 1 << 2;
		break;
	case SHORT:
		packet->bytes -= 4;
		break;
	case LONG:
		packet->bytes += 4;
		bytes += 4;
		break;
	case ENDLESS:
		packet->bytes = UINT32_MAX;
		bytes = sizeof(*packet);
		break;
	case EMPTY:
		packet->bytes = 0;
		bytes = HEADER;
		break;
	case REFUSE:
		packet->payload[0] = 1;
		break;
	case WITH_FILES:
		send_files(packet);
		return true;
	}
	return write(backend.fd, packet, bytes) == (ssize_t)bytes;
}

static bool answer(struct packet *packet)
{
	enum lie lie = packet->request == backend.request ? backend.lie : HONEST;
	const uint64_t *value = NULL;
	const uint64_t done = 0;

	if (packet->request == GET_FEATURES)
		value = &backend.features;
	else if (packet->request == GET_PROTOCOL_FEATURES)
		value = &backend.protocol;
	else if (packet->flags & 1 << 3)
		value = &done;
	if (value) {
		packet->bytes = sizeof(*value);
		memcpy(packet->payload, value, sizeof(*value));
	} else if (packet->request == GET_CONFIG) {
		memset(packet->payload + HEADER, 'c', packet->bytes - HEADER);
	} else if (packet->request != GET_VRING_BASE) {
		return true;
	}
	return reply(packet, lie);
}

static void *play(void *arg)
{
	struct packet packet;

	(void)arg;
	while (receive(&packet) && answer(&packet))
		;
	shutdown(backend.fd, SHUT_RDWR);
	return NULL;
}

static void listen_to_stderr(void)
{
	ck_assert_int_eq(pipe2(said_fds, O_NONBLOCK), 0);
	fflush(stderr);
	stderr_fd = dup(STDERR_FILENO);
	dup2(said_fds[1], STDERR_FILENO);
}

static void stop_listening(void)
{
	ssize_t count;

	fflush(stderr);
	dup2(stderr_fd, STDERR_FILENO);
	count = read(said_fds[0], said, sizeof(said) - 1);
	said[count > 0 ? count : 0] = 0;
	close(said_fds[0]);
	close(said_fds[1]);
	close(stderr_fd);
}

/* Begin with a back end that offers this, and lies about one request. */
static bool begin(uint64_t features, uint64_t protocol, uint32_t request, enum lie lie)
{
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends), 0);
	backend = (struct backend){ .fd = ends[1], .features = features, .protocol = protocol,
				    .request = request, .lie = lie };
	pthread_create(&backend.thread, NULL, play, NULL);
	listen_to_stderr();
	return vhost_user_open(&peer, ends[0], NAME);
}

static void end(void)
{
	vhost_user_close(&peer);
	pthread_join(backend.thread, NULL);
	close(backend.fd);
	stop_listening();
}

static unsigned int open_files(void)
{
	DIR *directory = opendir("/proc/self/fd");
	unsigned int nr = 0;

	while (readdir(directory))
		nr++;
	closedir(directory);
	return nr;
}

static bool set_memory(int fd)
{
	const struct vhost_user_region regions[] = {
		{ 0, 0x3000, 0 }, { 1ULL << 32, 0x1000, 0x3000 },
	};

	return vhost_user_set_memory(&peer, regions, 2, fd);
}

/* All that there is, with a file for each descriptor. */
static bool do_all(void)
{
	int fd = eventfd(0, EFD_CLOEXEC);
	const struct vhost_user_ring ring = { 256, 0x1000, 0x2000, 0x2800, fd, fd };
	uint8_t config[60] = { 0 };
	bool done = vhost_user_get_config(&peer, config, sizeof(config)) &&
		    vhost_user_set_features(&peer, 1ULL << 32) && set_memory(fd) &&
		    vhost_user_start_ring(&peer, 0, &ring) && vhost_user_stop_ring(&peer, 0);

	if (done)
		ck_assert(config[0] == 'c' && config[59] == 'c');
	close(fd);
	return done;
}

static const uint32_t in_order[] = {
	GET_FEATURES, GET_PROTOCOL_FEATURES, SET_PROTOCOL_FEATURES, SET_OWNER, GET_CONFIG,
	SET_FEATURES, SET_MEM_TABLE, SET_VRING_NUM, SET_VRING_BASE, SET_VRING_ADDR,
	SET_VRING_CALL, SET_VRING_KICK, SET_VRING_ENABLE, GET_VRING_BASE,
};

/* What goes over the wire: each request, its files, and no address of this process. */
START_TEST(framing)
{
	static const uint64_t table[10] = {
		2, 0, 0x3000, 0, 0, 1ULL << 32, 0x1000, 1ULL << 32, 0x3000, 0,
	};
	static const uint64_t addr[5] = { 0, 0x1000, 0x2800, 0x2000, 0 };

	ck_assert(begin(FEATURES | PROTOCOL, ACKS | CONFIG | 1, 0, HONEST));
	ck_assert_uint_eq(peer.features, FEATURES);
	ck_assert(peer.acks);
	ck_assert(do_all());
	end();
	ck_assert_str_eq(said, "");
	ck_assert_uint_eq(backend.nr_seen, ROWS(in_order));
	ck_assert_mem_eq(backend.seen, in_order, sizeof(in_order));
	ck_assert_uint_eq(backend.payload[2][0], ACKS | CONFIG);
	ck_assert_uint_eq(backend.payload[5][0], 1ULL << 32 | PROTOCOL);
	ck_assert_uint_eq(backend.fds[6], 2);
	ck_assert_mem_eq(backend.payload[6], table, 9 * sizeof(uint64_t));
	ck_assert_uint_eq(backend.payload[7][0], 256ULL << 32);
	ck_assert_mem_eq(backend.payload[9], addr, sizeof(addr));
	ck_assert_uint_eq(backend.fds[10], 1);
	ck_assert_uint_eq(backend.fds[11], 1);
	ck_assert_uint_eq(backend.payload[12][0], 1ULL << 32);
}
END_TEST

/* One that cannot tell whether it has done something is believed. */
START_TEST(without_acks)
{
	ck_assert(begin(FEATURES | PROTOCOL, CONFIG, 0, HONEST));
	ck_assert(!peer.acks);
	ck_assert(do_all());
	end();
	ck_assert_uint_eq(backend.nr_seen, ROWS(in_order));
}
END_TEST

static const struct {
	uint32_t request;
	enum lie lie;
	const char *said;		/* NULL: that does no harm */
} lies[] = {
	{ GET_FEATURES, END, "has ended" },
	{ GET_FEATURES, HALF, "has ended" },
	{ GET_FEATURES, OTHER_REQUEST, "not asked" },
	{ GET_FEATURES, SHORT, "wrong number" },
	{ GET_FEATURES, ENDLESS, "wrong number" },
	{ GET_PROTOCOL_FEATURES, NO_REPLY, "not asked" },
	{ GET_PROTOCOL_FEATURES, LONG, "wrong number" },
	{ SET_OWNER, HONEST, NULL },
	{ GET_CONFIG, OTHER_VERSION, "not asked" },
	{ GET_CONFIG, SHORT, "wrong number" },
	{ GET_CONFIG, LONG, "wrong number" },
	{ GET_CONFIG, ENDLESS, "wrong number" },
	{ GET_CONFIG, EMPTY, "does not know" },
	{ GET_CONFIG, SILENT, "does not answer" },
	{ GET_CONFIG, WITH_FILES, NULL },
	{ SET_FEATURES, REFUSE, "refuses" },
	{ SET_FEATURES, SILENT, "does not answer" },
	{ SET_MEM_TABLE, REFUSE, "refuses" },
	{ SET_MEM_TABLE, END, "has ended" },
	{ SET_MEM_TABLE, WITH_FILES, NULL },
	{ SET_VRING_ADDR, REFUSE, "refuses" },
	{ SET_VRING_KICK, OTHER_REQUEST, "not asked" },
	{ SET_VRING_CALL, EMPTY, "does not know" },
	{ SET_VRING_ENABLE, END, "has ended" },
	{ GET_VRING_BASE, SILENT, "does not answer" },
	{ GET_VRING_BASE, LONG, "wrong number" },
	{ GET_VRING_BASE, HALF, "has ended" },
};

/* It is said once what is wrong, nothing waits for long, and no file comes in. */
START_TEST(lie_row)
{
	unsigned int before = open_files(), during;
	bool done = begin(FEATURES | PROTOCOL, ACKS | CONFIG, lies[_i].request, lies[_i].lie);

	peer.timeout_ms = 100;
	during = open_files();
	done = done && do_all();
	ck_assert_uint_eq(open_files(), during);
	ck_assert_msg(done == !lies[_i].said, "%u %u", lies[_i].request, lies[_i].lie);
	ck_assert_int_eq(peer.lost, !done);
	ck_assert(done || !vhost_user_set_features(&peer, 0));
	end();
	ck_assert_uint_eq(open_files(), before);
	if (lies[_i].said)
		ck_assert_msg(strstr(said, lies[_i].said), "said: %s", said);
	ck_assert_msg(!*said || strchr(said, '\n')[1] == 0, "more than once: %s", said);
}
END_TEST

START_TEST(too_old)
{
	ck_assert(!begin(FEATURES, ACKS, 0, HONEST));
	end();
	ck_assert_ptr_nonnull(strstr(said, NAME ": the back end is too old"));
	ck_assert(begin(FEATURES | PROTOCOL, ACKS, 0, HONEST));
	ck_assert(!do_all());
	end();
	ck_assert_ptr_nonnull(strstr(said, "does not tell the device's configuration"));
}
END_TEST

/* A back end that takes nothing in does not hold us up. */
START_TEST(deaf)
{
	int ends[2];

	ck_assert_int_eq(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, ends), 0);
	peer = (struct vhost_user){ .fd = ends[0], .name = NAME, .timeout_ms = 50 };
	listen_to_stderr();
	for (int i = 0; i < 100000 && vhost_user_set_features(&peer, 0); i++)
		;
	stop_listening();
	ck_assert(peer.lost);
	ck_assert_ptr_nonnull(strstr(said, "does not answer"));
	close(ends[0]);
	close(ends[1]);
}
END_TEST

START_TEST(connecting)
{
	char path[200];

	memset(path, 'p', sizeof(path));
	path[sizeof(path) - 1] = 0;
	listen_to_stderr();
	ck_assert_int_eq(vhost_user_connect(path), -1);
	stop_listening();
	ck_assert_ptr_nonnull(strstr(said, "107 bytes"));
	listen_to_stderr();
	ck_assert_int_eq(vhost_user_connect("/tmp/vmhctl-no-such-socket"), -1);
	stop_listening();
	ck_assert_ptr_nonnull(strstr(said, "a vhost-user back end has to listen there"));
}
END_TEST

Suite *vhost_user_suite(void)
{
	Suite *suite = suite_create("vhost_user");

	add_test(suite, "framing", framing);
	add_test(suite, "without acks", without_acks);
	add_rows(suite, "lie", lie_row, ROWS(lies));
	add_test(suite, "too old", too_old);
	add_test(suite, "deaf", deaf);
	add_test(suite, "connecting", connecting);
	return suite;
}
