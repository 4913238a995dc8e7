// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <linux/virtio_config.h>
#include <linux/virtio_mmio.h>

#include "rows.h"
#include "virtio.h"
#include "vm.h"

#define MEMORY		0x10000
#define DESC		0x1000
#define AVAIL		0x2000
#define USED		0x3000
#define VERSION_1	(1u << (VIRTIO_F_VERSION_1 - 32))
#define FEATURE		(1u << 5)

enum {
	ACK = VIRTIO_CONFIG_S_ACKNOWLEDGE, DRIVER = VIRTIO_CONFIG_S_DRIVER,
	FEATURES = VIRTIO_CONFIG_S_FEATURES_OK, OK = VIRTIO_CONFIG_S_DRIVER_OK,
	BROKEN = VIRTIO_CONFIG_S_NEEDS_RESET
};

static uint8_t memory[MEMORY] __attribute__((aligned(4096)));
static struct vm vm = {
	.memory = memory, .low_bytes = MEMORY, .config.memory_bytes = MEMORY, .status = VM_ALIVE,
};
static const uint8_t config[6] = { 1, 2, 3, 4, 5, 6 };
static struct virtio dev;
static unsigned int handled;

static uint32_t handle(struct virtio *device, unsigned int queue, struct virtq_chain *chain)
{
	ck_assert_ptr_eq(device, &dev);
	ck_assert_uint_eq(queue, 0);
	handled++;
	return chain->in_bytes;
}

static const struct virtio_ops ops = { .name = "test", .id = 7, .nr_queues = 1, .handle = handle };

static void fresh(void)
{
	memset(memory, 0, sizeof(memory));
	handled = 0;
	dev = (struct virtio){
		.ops = &ops, .vm = &vm, .features = 1ULL << VIRTIO_F_VERSION_1 | FEATURE,
		.config = config, .config_bytes = sizeof(config),
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.kicks = { eventfd(0, EFD_NONBLOCK), -1 }, .irq_fd = eventfd(0, EFD_NONBLOCK),
		.queues[0].vm = &vm,
	};
	virtq_reset(&dev.queues[0]);
}

static void gone(void)
{
	close(dev.kicks[0]);
	close(dev.irq_fd);
}

static uint64_t load(unsigned int offset, unsigned int size)
{
	uint64_t value = 0;

	virtio_mmio_load(&dev, offset, (uint8_t *)&value, size);
	return value;
}

static uint32_t get(unsigned int offset)
{
	return load(offset, 4);
}

static void set(unsigned int offset, uint32_t value)
{
	virtio_mmio_store(&dev, offset, (const uint8_t *)&value, 4);
}

/* How often an eventfd was written to since the last time. */
static unsigned int events(int fd)
{
	eventfd_t count = 0;

	return eventfd_read(fd, &count) ? 0 : count;
}

static const struct {
	const char *name;
	unsigned int offset, size;
	uint64_t value;
} loads[] = {
	{ "magic", VIRTIO_MMIO_MAGIC_VALUE, 4, 0x74726976 },
	{ "version", VIRTIO_MMIO_VERSION, 4, 2 },
	{ "id", VIRTIO_MMIO_DEVICE_ID, 4, 7 },
	{ "features", VIRTIO_MMIO_DEVICE_FEATURES, 4, FEATURE },
	{ "size of a queue", VIRTIO_MMIO_QUEUE_NUM_MAX, 4, VIRTQ_SIZE_MAX },
	{ "not ready", VIRTIO_MMIO_QUEUE_READY, 4, 0 },
	{ "no shared memory", VIRTIO_MMIO_SHM_LEN_LOW, 4, 0xffffffff },
	{ "byte of a register", VIRTIO_MMIO_MAGIC_VALUE, 1, 0 },
	{ "two registers", VIRTIO_MMIO_MAGIC_VALUE, 8, 0 },
	{ "between registers", VIRTIO_MMIO_MAGIC_VALUE + 2, 4, 0 },
	{ "no register", 0x0f0, 4, 0 },
	{ "configuration", VIRTIO_MMIO_CONFIG, 1, 1 },
	{ "four bytes of it", VIRTIO_MMIO_CONFIG, 4, 0x04030201 },
	{ "over its end", VIRTIO_MMIO_CONFIG + 4, 4, 0x0605 },
	{ "eight bytes", VIRTIO_MMIO_CONFIG, 8, 0x060504030201 },
	{ "behind its end", VIRTIO_MMIO_CONFIG + 6, 4, 0 },
	{ "end of the page", 0xffc, 4, 0 },
};

START_TEST(load_row)
{
	fresh();
	ck_assert_msg(load(loads[_i].offset, loads[_i].size) == loads[_i].value, "%s",
		      loads[_i].name);
	gone();
}
END_TEST

static const struct {
	const char *name;
	uint32_t low, high, status, after;
} negotiations[] = {
	{ "all", FEATURE, VERSION_1, ACK | DRIVER | FEATURES, ACK | DRIVER | FEATURES },
	{ "as little as can be", 0, VERSION_1, FEATURES, FEATURES },
	{ "too old", FEATURE, 0, ACK | DRIVER | FEATURES, ACK | DRIVER },
	{ "one too many", FEATURE | 1, VERSION_1, FEATURES, 0 },
	{ "one too many above", FEATURE, VERSION_1 | 2, FEATURES, 0 },
	{ "no agreement", 0, VERSION_1, ACK | DRIVER | OK, ACK | DRIVER },
	{ "unknown bits", 0, VERSION_1, 0xffffff00 | FEATURES, FEATURES },
};

START_TEST(negotiation)
{
	fresh();
	set(VIRTIO_MMIO_DRIVER_FEATURES, negotiations[_i].low);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
	set(VIRTIO_MMIO_DRIVER_FEATURES, negotiations[_i].high);
	set(VIRTIO_MMIO_DRIVER_FEATURES_SEL, 2);
	set(VIRTIO_MMIO_DRIVER_FEATURES, 0xffffffff);
	set(VIRTIO_MMIO_STATUS, negotiations[_i].status);
	ck_assert_msg(get(VIRTIO_MMIO_STATUS) == negotiations[_i].after, "%s: %#x",
		      negotiations[_i].name, get(VIRTIO_MMIO_STATUS));
	gone();
}
END_TEST

static void agree(void)
{
	set(VIRTIO_MMIO_DRIVER_FEATURES_SEL, 1);
	set(VIRTIO_MMIO_DRIVER_FEATURES, VERSION_1);
	set(VIRTIO_MMIO_STATUS, ACK | DRIVER | FEATURES);
}

static void place_queue(uint32_t size, uint32_t desc)
{
	set(VIRTIO_MMIO_QUEUE_NUM, size);
	set(VIRTIO_MMIO_QUEUE_DESC_LOW, desc);
	set(VIRTIO_MMIO_QUEUE_AVAIL_LOW, AVAIL);
	set(VIRTIO_MMIO_QUEUE_USED_LOW, USED);
	set(VIRTIO_MMIO_QUEUE_READY, 1);
}

static const struct {
	const char *name;
	uint32_t queue, size, desc, high;
	bool agree, ready;
} queues[] = {
	{ "as it should be", 0, 8, DESC, 0, true, true },
	{ "before the features", 0, 8, DESC, 0, false, false },
	{ "no such queue", 1, 8, DESC, 0, true, false },
	{ "far from any queue", 0xffffffff, 8, DESC, 0, true, false },
	{ "odd size", 0, 7, DESC, 0, true, false },
	{ "size wraps", 0, 0x10008, DESC, 0, true, false },
	{ "too large", 0, 512, DESC, 0, true, false },
	{ "in no RAM", 0, 8, 0xd1000000, 0, true, false },
	{ "above RAM", 0, 8, DESC, 1, true, false },
};

START_TEST(queue_row)
{
	fresh();
	if (queues[_i].agree)
		agree();
	set(VIRTIO_MMIO_QUEUE_SEL, queues[_i].queue);
	set(VIRTIO_MMIO_QUEUE_DESC_HIGH, queues[_i].high);
	place_queue(queues[_i].size, queues[_i].desc);
	ck_assert_msg(get(VIRTIO_MMIO_QUEUE_READY) == queues[_i].ready, "%s", queues[_i].name);
	gone();
}
END_TEST

/* One chain: a buffer to write; or nonsense. */
static void offer(uint32_t gpa)
{
	struct vring_desc *desc = (void *)(memory + DESC);
	struct vring_avail *avail = (void *)(memory + AVAIL);

	desc[0] = (struct vring_desc){ gpa, 9, VRING_DESC_F_WRITE, 0 };
	avail->ring[avail->idx % 8] = 0;
	avail->idx++;
}

static const struct vring_used *used(void)
{
	return (const void *)(memory + USED);
}

START_TEST(works)
{
	fresh();
	agree();
	place_queue(8, DESC);
	offer(0x4000);
	virtio_serve(&dev, 0);
	ck_assert_msg(!handled, "the driver is not ready yet");
	set(VIRTIO_MMIO_STATUS, ACK | DRIVER | FEATURES | OK);
	ck_assert_msg(events(dev.kicks[0]), "what was offered before counts");
	virtio_serve(&dev, 0);
	ck_assert_uint_eq(handled, 1);
	ck_assert_uint_eq(used()->idx, 1);
	ck_assert_uint_eq(used()->ring[0].len, 9);
	ck_assert_uint_eq(events(dev.irq_fd), 1);
	ck_assert_uint_eq(get(VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_MMIO_INT_VRING);
	set(VIRTIO_MMIO_INTERRUPT_ACK, VIRTIO_MMIO_INT_VRING);
	ck_assert_uint_eq(get(VIRTIO_MMIO_INTERRUPT_STATUS), 0);
	virtio_serve(&dev, 0);
	ck_assert_uint_eq(events(dev.irq_fd), 0);
	gone();
}
END_TEST

START_TEST(nonsense)
{
	fresh();
	agree();
	place_queue(8, DESC);
	set(VIRTIO_MMIO_STATUS, ACK | DRIVER | FEATURES | OK);
	offer(MEMORY);
	virtio_serve(&dev, 0);
	ck_assert_uint_eq(get(VIRTIO_MMIO_STATUS), ACK | DRIVER | FEATURES | OK | BROKEN);
	ck_assert_uint_eq(get(VIRTIO_MMIO_INTERRUPT_STATUS), VIRTIO_MMIO_INT_CONFIG);
	ck_assert_uint_eq(events(dev.irq_fd), 1);
	offer(0x4000);
	virtio_serve(&dev, 0);
	set(VIRTIO_MMIO_STATUS, ACK | DRIVER | FEATURES | OK);
	virtio_serve(&dev, 0);
	ck_assert_msg(!handled && !used()->idx, "nothing happens until the reset");
	set(VIRTIO_MMIO_STATUS, 0);
	ck_assert_uint_eq(get(VIRTIO_MMIO_STATUS), 0);
	ck_assert_uint_eq(get(VIRTIO_MMIO_QUEUE_READY), 0);
	memset(memory, 0, sizeof(memory));
	agree();
	place_queue(8, DESC);
	set(VIRTIO_MMIO_STATUS, ACK | DRIVER | FEATURES | OK);
	offer(0x4000);
	virtio_serve(&dev, 0);
	ck_assert_uint_eq(handled, 1);
	gone();
}
END_TEST

START_TEST(kicks)
{
	fresh();
	set(VIRTIO_MMIO_QUEUE_NOTIFY, 0);
	ck_assert_uint_eq(events(dev.kicks[0]), 1);
	set(VIRTIO_MMIO_QUEUE_NOTIFY, 1);
	set(VIRTIO_MMIO_QUEUE_NOTIFY, 0xffffffff);
	virtio_mmio_store(&dev, VIRTIO_MMIO_QUEUE_NOTIFY, (uint8_t[8]) { 0 }, 2);
	virtio_mmio_store(&dev, VIRTIO_MMIO_QUEUE_NOTIFY, (uint8_t[8]) { 0 }, 8);
	ck_assert_uint_eq(events(dev.kicks[0]), 0);
	gone();
}
END_TEST

Suite *virtio_mmio_suite(void)
{
	Suite *suite = suite_create("virtio_mmio");

	add_rows(suite, "load", load_row, ROWS(loads));
	add_rows(suite, "negotiation", negotiation, ROWS(negotiations));
	add_rows(suite, "queue", queue_row, ROWS(queues));
	add_test(suite, "works", works);
	add_test(suite, "nonsense", nonsense);
	add_test(suite, "kicks", kicks);
	return suite;
}
