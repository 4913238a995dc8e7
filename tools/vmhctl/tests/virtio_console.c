// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <fcntl.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/virtio_config.h>

#include "rows.h"
#include "virtio_console.h"
#include "vm.h"
#include "vmhctl.h"

/* A VM as far as the console needs one: memory, with a queue in each half. */
#define HALF		0x8000
#define DESC(queue)	(HALF * (queue) + 0x1000)
#define AVAIL(queue)	(HALF * (queue) + 0x2000)
#define USED(queue)	(HALF * (queue) + 0x3000)
#define TEXT(queue)	(HALF * (queue) + 0x4000)
#define SIZE		8

enum { RECEIVE, TRANSMIT };

static uint8_t memory[2 * HALF] __attribute__((aligned(4096)));
static struct vm vm;
static struct virtio_console console;
static struct main_loop_input input;

static void fresh(void)
{
	struct virtio *dev = &console.dev;

	memset(memory, 0, sizeof(memory));
	vm = (struct vm){
		.memory = memory, .low_bytes = sizeof(memory), .status = VM_ALIVE,
		.config.memory_bytes = sizeof(memory), .event_fd = eventfd(0, EFD_NONBLOCK),
	};
	ck_assert_int_eq(virtio_console_open(&console), 0);
	input = virtio_console_input(&console);
	dev->vm = &vm;
	dev->irq_fd = eventfd(0, EFD_NONBLOCK);
	pthread_mutex_init(&dev->lock, NULL);
	dev->status = VIRTIO_CONFIG_S_DRIVER_OK;
	for (unsigned int i = 0; i < dev->ops->nr_queues; i++) {
		dev->queues[i] = (struct virtq){
			.vm = &vm, .size = SIZE, .desc_gpa = DESC(i), .avail_gpa = AVAIL(i),
			.used_gpa = USED(i), .ready = true,
		};
		ck_assert(virtq_map(&dev->queues[i]));
	}
}

static void gone(void)
{
	close(vm.event_fd);
	close(console.dev.irq_fd);
	virtio_console_close(&console);
}

/* A buffer of so many bytes, at the end of those that were offered before; never more than SIZE. */
static void offer(unsigned int queue, unsigned int bytes, uint16_t flags)
{
	struct vring_desc *desc = (void *)(memory + DESC(queue));
	struct vring_avail *avail = (void *)(memory + AVAIL(queue));
	uint16_t at = avail->idx++;

	desc[at] = (struct vring_desc){ TEXT(queue) + 16 * at, bytes, flags, 0 };
	avail->ring[at] = at;
}

static const struct vring_used *used(unsigned int queue)
{
	return (const void *)(memory + USED(queue));
}

static const char *text(unsigned int queue)
{
	return (const char *)memory + TEXT(queue);
}

static void type(const char *bytes)
{
	input.receive(input.opaque, (const uint8_t *)bytes, strlen(bytes));
}

static bool take(void)
{
	return console.dev.ops->input(&console.dev);
}

START_TEST(typed)
{
	eventfd_t events;

	fresh();
	type("hello");
	ck_assert_msg(!take(), "there is nowhere to put it");
	offer(RECEIVE, 4, VRING_DESC_F_WRITE);
	offer(RECEIVE, 4, VRING_DESC_F_WRITE);
	ck_assert(take() && take());
	ck_assert_uint_eq(used(RECEIVE)->idx, 2);
	ck_assert_uint_eq(used(RECEIVE)->ring[0].len, 4);
	ck_assert_uint_eq(used(RECEIVE)->ring[1].len, 1);
	ck_assert(!memcmp(text(RECEIVE), "hell", 4) && text(RECEIVE)[16] == 'o');
	ck_assert_msg(!eventfd_read(vm.event_fd, &events), "there is room for more");
	ck_assert_msg(!eventfd_read(console.dev.irq_fd, &events), "the driver is told");
	gone();
}
END_TEST

START_TEST(nothing_typed)
{
	fresh();
	offer(RECEIVE, 4, VRING_DESC_F_WRITE);
	ck_assert_msg(take(), "it goes on");
	ck_assert_uint_eq(used(RECEIVE)->idx, 0);
	type("x");
	ck_assert(take());
	ck_assert_msg(used(RECEIVE)->ring[0].id == 0, "the buffer is still there");
	gone();
}
END_TEST

START_TEST(full)
{
	static const uint8_t bytes[4096];
	size_t room, all = 0;

	fresh();
	while ((room = input.room(input.opaque))) {
		ck_assert_uint_ge(sizeof(bytes), room);
		input.receive(input.opaque, bytes, room);
		all += room;
	}
	ck_assert_uint_ge(all, 4096);
	offer(RECEIVE, HALF / 2, VRING_DESC_F_WRITE);
	ck_assert(take());
	ck_assert_msg(input.room(input.opaque), "what the guest took has left room");
	gone();
}
END_TEST

START_TEST(no_room_in_a_buffer)
{
	fresh();
	offer(RECEIVE, 4, 0);
	type("x");
	ck_assert(!take());
	ck_assert(console.dev.status & VIRTIO_CONFIG_S_NEEDS_RESET);
	gone();
}
END_TEST

/* What the guest says comes out, in its order, whether it still runs or has powered off since. */
START_TEST(said)
{
	int out = dup(STDOUT_FILENO), fds[2];
	char said[32] = { 0 };

	fresh();
	ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
	dup2(fds[1], STDOUT_FILENO);
	memcpy(memory + TEXT(TRANSMIT), "one, ", 5);
	memcpy(memory + TEXT(TRANSMIT) + 16, "two", 3);
	offer(TRANSMIT, 5, 0);
	offer(TRANSMIT, 3, 0);
	vm.status = _i ? VMHCTL_OK : VM_ALIVE;
	virtio_serve(&console.dev, TRANSMIT);
	dup2(out, STDOUT_FILENO);
	ck_assert_int_eq(read(fds[0], said, sizeof(said) - 1), 8);
	ck_assert_str_eq(said, "one, two");
	ck_assert_uint_eq(used(TRANSMIT)->idx, 2);
	ck_assert_uint_eq(used(TRANSMIT)->ring[1].len, 0);
	close(fds[0]);
	close(fds[1]);
	close(out);
	gone();
}
END_TEST

Suite *virtio_console_suite(void)
{
	Suite *suite = suite_create("virtio_console");

	add_test(suite, "typed", typed);
	add_test(suite, "nothing_typed", nothing_typed);
	add_test(suite, "full", full);
	add_test(suite, "no_room", no_room_in_a_buffer);
	add_rows(suite, "said", said, 2);
	return suite;
}
