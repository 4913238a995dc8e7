// SPDX-License-Identifier: GPL-2.0
/*
 * Disks of a back end: which ones are, and what becomes of them. Where qemu-storage-daemon and
 * qemu-img are installed, a driver that is played writes to a qcow2 image and reads it again.
 */
#include <check.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/virtio_blk.h>
#include <linux/virtio_config.h>
#include <linux/virtio_mmio.h>

#include "rows.h"
#include "vhost_disk.h"
#include "vm.h"
#include "vm_memory.h"
#include "vmhctl.h"

#define MEMORY		0x10000
#define DESC		0x1000
#define AVAIL		0x2000
#define USED		0x3000
#define REQUEST		0x4000
#define STATUS		0x4100
#define DATA		0x5000
#define SECTOR		512
#define IMAGE_BYTES	(1 << 20)
#define VERSION_1	(1u << (VIRTIO_F_VERSION_1 - 32))
#define SECONDS		20
#define PATH		"/tmp/vmhctl-vhost-XXXXXX"

enum {
	ACK = VIRTIO_CONFIG_S_ACKNOWLEDGE, DRIVER = VIRTIO_CONFIG_S_DRIVER,
	FEATURES = VIRTIO_CONFIG_S_FEATURES_OK, OK = VIRTIO_CONFIG_S_DRIVER_OK,
};

static char path[sizeof(PATH)], image[sizeof(PATH) + sizeof(",image")];
static struct vhost_device vhost;
static struct vm vm;
static struct disk_option option;

static void make_file(const void *start, size_t bytes)
{
	int fd;

	strcpy(path, PATH);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	ck_assert_int_eq(write(fd, start, bytes), bytes);
	close(fd);
	option = (struct disk_option){ 0 };
	strcpy(option.path, path);
}

/* A big-endian header of a qcow2 image. */
#define QCOW(version, backing, incompatible) \
	{ 'Q', 'F', 'I', 0xfb, 0, 0, 0, version, 0, 0, 0, 0, 0, 0, 0, backing, [79] = incompatible }

static const struct {
	const char *name;
	uint8_t start[80];
	enum disk_format format;
	bool wanted;
	const char *said;		/* when it is opened */
} images[] = {
	{ "raw", { 1 }, DISK_FORMAT_ANY, false, NULL },
	{ "qcow", QCOW(1, 0, 0), DISK_FORMAT_ANY, false, NULL },
	{ "qcow2", QCOW(2, 0, 0), DISK_FORMAT_ANY, true, "qcow2" },
	{ "qcow2 3", QCOW(3, 0, 0), DISK_FORMAT_ANY, true, "qcow2" },
	{ "said to be raw", QCOW(3, 0, 0), DISK_FORMAT_RAW, false, NULL },
	{ "said to be qcow2", { 1 }, DISK_FORMAT_QCOW2, true, "qcow2" },
	{ "on another", QCOW(2, 1, 0), DISK_FORMAT_ANY, true, "wants another file" },
	{ "elsewhere", QCOW(3, 0, 4), DISK_FORMAT_ANY, true, "wants another file" },
};

/* vhost_disk_open(), and what it and the daemon say. */
static int open_and_hear(char *said, size_t room)
{
	int fds[2], stderr_fd = dup(STDERR_FILENO), status;
	ssize_t count;

	ck_assert_int_eq(pipe2(fds, O_NONBLOCK | O_CLOEXEC), 0);
	fflush(stderr);
	dup2(fds[1], STDERR_FILENO);
	status = vhost_disk_open(&vhost, &option);
	if (status)
		vhost_device_close(&vhost);
	fflush(stderr);
	dup2(stderr_fd, STDERR_FILENO);
	count = read(fds[0], said, room - 1);
	said[count > 0 ? count : 0] = 0;
	close(fds[0]);
	close(fds[1]);
	close(stderr_fd);
	return status;
}

/* None of these has a disk in it, so opening fails, with the daemon or without. */
START_TEST(image_row)
{
	char said[1024];

	make_file(images[_i].start, sizeof(images[_i].start));
	option.format = images[_i].format;
	ck_assert_msg(vhost_disk_wanted(&option) == images[_i].wanted, "%s", images[_i].name);
	if (images[_i].said) {
		ck_assert_int_eq(open_and_hear(said, sizeof(said)), VMHCTL_INPUT);
		ck_assert_msg(strstr(said, images[_i].said), "%s: %s", images[_i].name, said);
	}
	unlink(path);
}
END_TEST

/* Without the daemon it is said what to install. */
START_TEST(no_daemon)
{
	static const uint8_t start[80] = QCOW(3, 0, 0);
	char said[1024], *before = strdup(getenv("PATH"));
	char place[PATH_MAX];

	setenv("PATH", "/nowhere:", 1);
	ck_assert(!keeper_find(place, sizeof(place), "sh", ""));
	ck_assert(keeper_find(place, sizeof(place), "sh", "/nowhere:/bin"));
	ck_assert_str_eq(place, "/bin/sh");
	make_file(start, sizeof(start));
	if (!keeper_find(place, sizeof(place), "qemu-storage-daemon", "/usr/bin:/usr/local/bin")) {
		ck_assert_int_eq(open_and_hear(said, sizeof(said)), VMHCTL_INPUT);
		ck_assert_ptr_nonnull(strstr(said, "install Debian's package qemu-system-common"));
	}
	setenv("PATH", before, 1);
	free(before);
	unlink(path);
}
END_TEST

static bool has_qemu(void)
{
	return !system("command -v qemu-storage-daemon qemu-img >/dev/null");
}

static int run(const char *format)
{
	char command[256];

	snprintf(command, sizeof(command), format, image);
	return system(command);
}

static void set(unsigned int offset, uint32_t value)
{
	virtio_mmio_store(&vhost.dev, offset, (const uint8_t *)&value, sizeof(value));
}

/* What a driver does when it finds the device. */
static void start_driver(void)
{
	set(VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
	set(VIRTIO_MMIO_DRIVER_FEATURES, VERSION_1);
	set(VIRTIO_MMIO_STATUS, ACK | DRIVER | FEATURES);
	set(VIRTIO_MMIO_QUEUE_NUM, 8);
	set(VIRTIO_MMIO_QUEUE_DESC_LOW, DESC);
	set(VIRTIO_MMIO_QUEUE_AVAIL_LOW, AVAIL);
	set(VIRTIO_MMIO_QUEUE_USED_LOW, USED);
	set(VIRTIO_MMIO_QUEUE_READY, 1);
	set(VIRTIO_MMIO_STATUS, ACK | DRIVER | FEATURES | OK);
}

/* Offer a request for a sector. */
static void offer(uint32_t type, uint64_t sector)
{
	struct vring_desc *desc = (void *)(vm.memory + DESC);
	struct vring_avail *avail = (void *)(vm.memory + AVAIL);
	uint16_t in = type == VIRTIO_BLK_T_IN ? VRING_DESC_F_WRITE : 0;

	*(struct virtio_blk_outhdr *)(vm.memory + REQUEST) =
		(struct virtio_blk_outhdr){ .type = type, .sector = sector };
	vm.memory[STATUS] = 0xff;
	desc[0] = (struct vring_desc){ REQUEST, 16, VRING_DESC_F_NEXT, 1 };
	desc[1] = (struct vring_desc){ DATA, SECTOR, VRING_DESC_F_NEXT | in, 2 };
	desc[2] = (struct vring_desc){ STATUS, 1, VRING_DESC_F_WRITE, 0 };
	avail->ring[avail->idx % 8] = 0;
	__atomic_store_n(&avail->idx, avail->idx + 1, __ATOMIC_RELEASE);
	set(VIRTIO_MMIO_QUEUE_NOTIFY, 0);
}

/*
 * Wait for the request, and return its status; 0xff if there is none. A back end may interrupt
 * without a reason, as this one does when it begins.
 */
static uint8_t finish(void)
{
	const struct vring_avail *avail = (const void *)(vm.memory + AVAIL);
	const struct vring_used *used = (const void *)(vm.memory + USED);
	struct pollfd irq = { .fd = vhost.dev.irq_fd, .events = POLLIN };
	eventfd_t count;

	while (__atomic_load_n(&used->idx, __ATOMIC_ACQUIRE) != avail->idx) {
		if (poll(&irq, 1, SECONDS * 1000) != 1 || eventfd_read(irq.fd, &count))
			return 0xff;
		set(VIRTIO_MMIO_INTERRUPT_ACK, VIRTIO_MMIO_INT_VRING);
	}
	return vm.memory[STATUS];
}

/* The device as virtio_create() makes it, but on no VM that runs. */
static void create(void)
{
	struct virtio *dev = &vhost.dev;

	vm = (struct vm){
		.low_bytes = MEMORY, .config = { .memory_bytes = MEMORY, .name = "" },
		.status = VM_ALIVE,
	};
	vm.memory = vm_memory_map_shared(MEMORY, false, &vm.memory_fd);
	ck_assert_ptr_nonnull(vm.memory);
	dev->vm = &vm;
	pthread_mutex_init(&dev->lock, NULL);
	dev->queues[0].vm = &vm;
	virtq_reset(&dev->queues[0]);
	dev->kicks[0] = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	dev->irq_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	dev->stop_fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	ck_assert_int_eq(virtio_start(dev), VMHCTL_OK);
}

static void destroy(void)
{
	virtio_stop(&vhost.dev);
	vhost_device_close(&vhost);
	close(vhost.dev.kicks[0]);
	close(vhost.dev.irq_fd);
	close(vhost.dev.stop_fd);
	munmap(vm.memory, MEMORY);
	close(vm.memory_fd);
}

/* A new image whose name has a comma. */
static void make_image(void)
{
	make_file("", 0);
	snprintf(image, sizeof(image), "%s,image", path);
	unlink(path);
	ck_assert_int_eq(run("qemu-img create -q -f qcow2 '%s' 1M"), 0);
	strcpy(option.path, image);
}

static void write_and_read(void)
{
	memset(vm.memory + DATA, 'x', SECTOR);
	offer(VIRTIO_BLK_T_OUT, 7);
	ck_assert_uint_eq(finish(), VIRTIO_BLK_S_OK);
	memset(vm.memory + DATA, 0, SECTOR);
	offer(VIRTIO_BLK_T_IN, 7);
	ck_assert_uint_eq(finish(), VIRTIO_BLK_S_OK);
	ck_assert_uint_eq(vm.memory[DATA + SECTOR - 1], 'x');
}

START_TEST(qcow2)
{
	const struct virtio_blk_config *config = (const void *)vhost.config;

	if (!has_qemu())
		return;
	make_image();
	ck_assert(vhost_disk_wanted(&option));
	ck_assert_int_eq(vhost_disk_open(&vhost, &option), VMHCTL_OK);
	ck_assert_uint_eq(config->capacity, IMAGE_BYTES / SECTOR);
	create();
	start_driver();
	write_and_read();
	/* A driver that comes back, as after a kexec. */
	set(VIRTIO_MMIO_STATUS, 0);
	memset(vm.memory, 0, MEMORY);
	start_driver();
	write_and_read();
	destroy();
	ck_assert_int_eq(run("qemu-img check -q '%s'"), 0);
	ck_assert_int_eq(run("qemu-io -r -f qcow2 -c 'read -P 0x78 3584 512' '%s' >/dev/null"), 0);
	unlink(image);
}
END_TEST

/* The guest may read only. */
START_TEST(read_only)
{
	if (!has_qemu())
		return;
	make_image();
	option.read_only = true;
	ck_assert_int_eq(vhost_disk_open(&vhost, &option), VMHCTL_OK);
	ck_assert(vhost.dev.features & 1ULL << VIRTIO_BLK_F_RO);
	create();
	start_driver();
	offer(VIRTIO_BLK_T_OUT, 7);
	ck_assert_uint_eq(finish(), VIRTIO_BLK_S_IOERR);
	destroy();
	unlink(image);
}
END_TEST

/* Whose parent is the keeper. */
static pid_t daemon_of(pid_t keeper)
{
	char name[64];
	FILE *file;
	int pid = 0;

	snprintf(name, sizeof(name), "/proc/%d/task/%d/children", keeper, keeper);
	file = fopen(name, "r");
	if (file && fscanf(file, "%d", &pid) != 1)
		pid = 0;
	if (file)
		fclose(file);
	return pid;
}

/* A back end that dies is told of, and the driver's requests wait. */
START_TEST(dies)
{
	pid_t daemon;

	if (!has_qemu())
		return;
	make_image();
	ck_assert_int_eq(vhost_disk_open(&vhost, &option), VMHCTL_OK);
	create();
	start_driver();
	write_and_read();
	daemon = daemon_of(vhost.keeper.pid);
	ck_assert_int_gt(daemon, 0);
	kill(daemon, SIGKILL);
	for (int i = 0; i < SECONDS * 100 && !vhost.peer.lost; i++)
		usleep(10000);
	ck_assert(vhost.peer.lost);
	offer(VIRTIO_BLK_T_IN, 7);
	ck_assert_uint_eq(vm.memory[STATUS], 0xff);
	set(VIRTIO_MMIO_STATUS, 0);
	destroy();
	unlink(image);
}
END_TEST

/* Whatever ends us ends the daemon. */
START_TEST(orphan)
{
	pid_t child, daemon = 0;
	int pipes[2];

	if (!has_qemu())
		return;
	make_image();
	ck_assert_int_eq(pipe(pipes), 0);
	child = fork();
	if (!child) {
		vhost_disk_open(&vhost, &option);
		daemon = daemon_of(vhost.keeper.pid);
		ck_assert_int_eq(write(pipes[1], &daemon, sizeof(daemon)), sizeof(daemon));
		kill(getpid(), SIGKILL);
	}
	ck_assert_int_eq(read(pipes[0], &daemon, sizeof(daemon)), sizeof(daemon));
	ck_assert_int_gt(daemon, 0);
	waitpid(child, NULL, 0);
	for (int i = 0; i < SECONDS * 100 && !kill(daemon, 0); i++)
		usleep(10000);
	ck_assert_int_eq(kill(daemon, 0), -1);
	close(pipes[0]);
	close(pipes[1]);
	unlink(image);
}
END_TEST

Suite *vhost_disk_suite(void)
{
	Suite *suite = suite_create("vhost_disk");

	add_rows(suite, "image", image_row, ROWS(images));
	add_test(suite, "no daemon", no_daemon);
	add_test(suite, "qcow2", qcow2);
	add_test(suite, "read only", read_only);
	add_test(suite, "dies", dies);
	add_test(suite, "orphan", orphan);
	return suite;
}
