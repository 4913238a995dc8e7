// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "rows.h"
#include "virtq.h"
#include "vm.h"

/* A VM as far as a queue needs one: memory. */
#define MEMORY		0x10000
#define DESC		0x1000
#define AVAIL		0x2000
#define USED		0x3000
#define TABLE		0x4000
#define SIZE		8

static uint8_t memory[MEMORY] __attribute__((aligned(4096)));
static struct vm vm = {
	.memory = memory, .low_bytes = MEMORY, .config.memory_bytes = MEMORY,
};
static struct virtq vq;
static struct virtq_chain chain;

enum { NEXT = VRING_DESC_F_NEXT, IN = VRING_DESC_F_WRITE, TAB = VRING_DESC_F_INDIRECT };

static void fresh(void)
{
	memset(memory, 0, sizeof(memory));
	vq = (struct virtq){
		.vm = &vm, .size = SIZE, .desc_gpa = DESC, .avail_gpa = AVAIL, .used_gpa = USED,
	};
	ck_assert(virtq_map(&vq));
}

static void offer(uint16_t head)
{
	vq.avail->ring[vq.avail->idx++ % SIZE] = head;
}

static const struct {
	const char *name;
	uint16_t size;
	uint64_t desc, avail, used;
	bool ok;
} places[] = {
	{ "as it should be", 8, DESC, AVAIL, USED, true },
	{ "one entry", 1, DESC, AVAIL, USED, true },
	{ "largest", 256, DESC, AVAIL, USED, true },
	{ "too large", 512, DESC, AVAIL, USED, false },
	{ "no entry", 0, DESC, AVAIL, USED, false },
	{ "no power of two", 6, DESC, AVAIL, USED, false },
	{ "descriptors not aligned", 8, DESC + 8, AVAIL, USED, false },
	{ "available ring not aligned", 8, DESC, AVAIL + 1, USED, false },
	{ "used ring not aligned", 8, DESC, AVAIL, USED + 2, false },
	{ "descriptors at the end", 8, MEMORY - 8 * 16, AVAIL, USED, true },
	{ "descriptors beyond the end", 8, MEMORY - 7 * 16, AVAIL, USED, false },
	{ "available ring at the end", 8, DESC, MEMORY - 22, USED, true },
	{ "available ring beyond the end", 8, DESC, MEMORY - 20, USED, false },
	{ "used ring at the end", 8, DESC, AVAIL, MEMORY - 72, true },
	{ "used ring beyond the end", 8, DESC, AVAIL, MEMORY - 68, false },
	{ "nowhere", 8, 0xfffffffffffffff0, AVAIL, USED, false },
	{ "in no RAM", 8, DESC, 0xfee00000, USED, false },
};

START_TEST(place)
{
	vq = (struct virtq){
		.vm = &vm, .size = places[_i].size, .desc_gpa = places[_i].desc,
		.avail_gpa = places[_i].avail, .used_gpa = places[_i].used,
	};
	ck_assert_msg(virtq_map(&vq) == places[_i].ok, "%s", places[_i].name);
}
END_TEST

/* Descriptors from 0 on, a table of them at TABLE, and what becomes of the chain from 0 on. */
static const struct {
	const char *name;
	struct vring_desc desc[4];
	struct vring_desc table[4];
	enum virtq_result result;
	unsigned int nr_out, nr_in;
	size_t out_bytes, in_bytes;
} chains[] = {
	{ "one to read", { { 0x5000, 10, 0, 0 } }, { { 0 } }, VIRTQ_CHAIN, 1, 0, 10, 0 },
	{ "one to write", { { 0x5000, 10, IN, 0 } }, { { 0 } }, VIRTQ_CHAIN, 0, 1, 0, 10 },
	{ "one of each", { { 0x5000, 10, NEXT, 1 }, { 0x6000, 5, IN, 0 } }, { { 0 } },
	  VIRTQ_CHAIN, 1, 1, 10, 5 },
	{ "three", { { 0x5000, 1, NEXT, 2 }, { 0x6000, 2, IN, 0 }, { 0x7000, 4, NEXT | IN, 1 } },
	  { { 0 } }, VIRTQ_CHAIN, 1, 2, 1, 6 },
	{ "to write, then to read", { { 0x5000, 10, NEXT | IN, 1 }, { 0x6000, 5, 0, 0 } },
	  { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "no bytes", { { 0x5000, 0, 0, 0 } }, { { 0 } }, VIRTQ_CHAIN, 1, 0, 0, 0 },
	{ "up to the end", { { MEMORY - 16, 16, 0, 0 } }, { { 0 } }, VIRTQ_CHAIN, 1, 0, 16, 0 },
	{ "beyond the end", { { MEMORY - 16, 17, 0, 0 } }, { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "no RAM", { { 0xd1000000, 16, 0, 0 } }, { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "address wraps", { { ~0ULL, 16, 0, 0 } }, { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "all of the address space", { { 0, 0xffffffff, 0, 0 } }, { { 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "loops on itself", { { 0x5000, 1, NEXT, 0 } }, { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "loops", { { 0x5000, 1, NEXT, 1 }, { 0x5000, 0, NEXT, 0 } }, { { 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "goes on outside", { { 0x5000, 1, NEXT, SIZE } }, { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "goes on far outside", { { 0x5000, 1, NEXT, 0xffff } }, { { 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "unknown flags", { { 0x5000, 1, 0xfff8, 0 } }, { { 0 } }, VIRTQ_CHAIN, 1, 0, 1, 0 },
	{ "table", { { TABLE, 32, TAB, 0 } },
	  { { 0x5000, 7, NEXT, 1 }, { 0x6000, 9, IN, 0 } }, VIRTQ_CHAIN, 1, 1, 7, 9 },
	{ "buffer, then table", { { 0x5000, 3, NEXT, 1 }, { TABLE, 16, TAB, 0 } },
	  { { 0x6000, 9, IN, 0 } }, VIRTQ_CHAIN, 1, 1, 3, 9 },
	{ "flag to write means nothing for a table", { { TABLE, 16, TAB | IN, 0 } },
	  { { 0x6000, 9, 0, 0 } }, VIRTQ_CHAIN, 1, 0, 9, 0 },
	{ "empty table", { { TABLE, 0, TAB, 0 } }, { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "half a descriptor", { { TABLE, 24, TAB, 0 } }, { { 0x5000, 7, 0, 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "table is not in RAM", { { MEMORY, 16, TAB, 0 } }, { { 0 } }, VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "table is larger than indices", { { 0, 0x100000, TAB, 0 } }, { { 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "something after the table", { { TABLE, 16, TAB | NEXT, 1 } }, { { 0x5000, 7, 0, 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "table in a table", { { TABLE, 32, TAB, 0 } }, { { TABLE, 32, TAB, 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "goes on outside the table", { { TABLE, 32, TAB, 0 } }, { { 0x5000, 7, NEXT, 2 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
	{ "loops in the table", { { TABLE, 32, TAB, 0 } }, { { 0x5000, 7, NEXT, 0 } },
	  VIRTQ_BROKEN, 0, 0, 0, 0 },
};

START_TEST(chain_row)
{
	const char *name = chains[_i].name;

	fresh();
	memcpy(memory + DESC, chains[_i].desc, sizeof(chains[_i].desc));
	memcpy(memory + TABLE, chains[_i].table, sizeof(chains[_i].table));
	offer(0);
	ck_assert_msg(virtq_pop(&vq, &chain) == chains[_i].result, "%s", name);
	if (chains[_i].result != VIRTQ_CHAIN)
		return;
	ck_assert_msg(chain.nr_out == chains[_i].nr_out && chain.nr_in == chains[_i].nr_in,
		      "%s: %u out, %u in", name, chain.nr_out, chain.nr_in);
	ck_assert_msg(chain.out_bytes == chains[_i].out_bytes &&
		      chain.in_bytes == chains[_i].in_bytes, "%s: bytes", name);
	for (unsigned int i = 0; i < chain.nr_out + chain.nr_in; i++) {
		uint8_t *start = chain.iov[i].iov_base;

		ck_assert_msg(start >= memory && start + chain.iov[i].iov_len <= memory + MEMORY,
			      "%s: buffer %u is outside", name, i);
	}
	ck_assert_int_eq(virtq_pop(&vq, &chain), VIRTQ_EMPTY);
}
END_TEST

static const struct {
	const char *name;
	uint16_t head;
	uint16_t idx;
	enum virtq_result result;
} rings[] = {
	{ "nothing", 0, 0, VIRTQ_EMPTY },
	{ "one", 0, 1, VIRTQ_CHAIN },
	{ "full", 0, SIZE, VIRTQ_CHAIN },
	{ "more than there are", 0, SIZE + 1, VIRTQ_BROKEN },
	{ "backwards", 0, 0xffff, VIRTQ_BROKEN },
	{ "head outside", SIZE, 1, VIRTQ_BROKEN },
	{ "head far outside", 0xffff, 1, VIRTQ_BROKEN },
};

START_TEST(ring_row)
{
	fresh();
	*(struct vring_desc *)(memory + DESC) = (struct vring_desc){ 0x5000, 1, 0, 0 };
	vq.avail->ring[0] = rings[_i].head;
	vq.avail->idx = rings[_i].idx;
	ck_assert_msg(virtq_pop(&vq, &chain) == rings[_i].result, "%s", rings[_i].name);
}
END_TEST

/* The longest chain that there is room for, by a table, and one buffer more. */
START_TEST(longest)
{
	struct vring_desc *table = (void *)(memory + TABLE);

	for (int more = 0; more < 2; more++) {
		fresh();
		*(struct vring_desc *)(memory + DESC) =
			(struct vring_desc){ TABLE, (VIRTQ_SEGMENTS + more) * 16, TAB, 0 };
		for (unsigned int i = 0; i < VIRTQ_SEGMENTS + more; i++)
			table[i] = (struct vring_desc){ 0x8000, 1, NEXT, i + 1 };
		table[VIRTQ_SEGMENTS + more - 1].flags = 0;
		offer(0);
		ck_assert_int_eq(virtq_pop(&vq, &chain), more ? VIRTQ_BROKEN : VIRTQ_CHAIN);
	}
	ck_assert_uint_eq(chain.nr_out, VIRTQ_SEGMENTS);
}
END_TEST

/* Indices run over: more chains than there are numbers for them. */
START_TEST(wraps)
{
	fresh();
	((struct vring_desc *)(memory + DESC))[3] = (struct vring_desc){ 0x5000, 1, IN, 0 };
	for (unsigned int i = 0; i < 0x10010; i++) {
		offer(3);
		ck_assert_int_eq(virtq_pop(&vq, &chain), VIRTQ_CHAIN);
		virtq_push(&vq, chain.head, i);
		ck_assert_uint_eq(vq.used->idx, (uint16_t)(i + 1));
		ck_assert_uint_eq(vq.used->ring[i % SIZE].id, 3);
		ck_assert_uint_eq(vq.used->ring[i % SIZE].len, i);
	}
}
END_TEST

START_TEST(taken_back)
{
	fresh();
	((struct vring_desc *)(memory + DESC))[2] = (struct vring_desc){ 0x5000, 1, IN, 0 };
	offer(2);
	ck_assert_int_eq(virtq_pop(&vq, &chain), VIRTQ_CHAIN);
	virtq_unpop(&vq);
	ck_assert_int_eq(virtq_pop(&vq, &chain), VIRTQ_CHAIN);
	ck_assert_uint_eq(chain.head, 2);
}
END_TEST

static const struct {
	const char *name;
	bool event_idx;
	uint16_t flags, event, before, after;
	bool wants;
} interrupts[] = {
	{ "flag clear", false, 0, 0, 0, 1, true },
	{ "flag set", false, VRING_AVAIL_F_NO_INTERRUPT, 0, 0, 1, false },
	{ "flag means nothing with indices", true, VRING_AVAIL_F_NO_INTERRUPT, 0, 0, 1, true },
	{ "just that one", true, 0, 4, 4, 5, true },
	{ "among several", true, 0, 5, 4, 8, true },
	{ "later", true, 0, 5, 4, 5, false },
	{ "before", true, 0, 3, 4, 5, false },
	{ "over the end", true, 0, 0xffff, 0xfffe, 1, true },
	{ "later, over the end", true, 0, 2, 0xfffe, 1, false },
};

START_TEST(interrupt_row)
{
	fresh();
	vq.event_idx = interrupts[_i].event_idx;
	vq.avail->flags = interrupts[_i].flags;
	vq.avail->ring[SIZE] = interrupts[_i].event;
	vq.told_used = interrupts[_i].before;
	vq.next_used = interrupts[_i].after;
	ck_assert_msg(virtq_wants_interrupt(&vq) == interrupts[_i].wants, "%s",
		      interrupts[_i].name);
}
END_TEST

START_TEST(rearm)
{
	fresh();
	vq.event_idx = true;
	vq.next_avail = 7;
	vq.avail->idx = 7;
	ck_assert(!virtq_rearm(&vq));
	ck_assert_uint_eq(*(uint16_t *)&vq.used->ring[SIZE], 7);
	vq.avail->idx = 8;
	ck_assert(virtq_rearm(&vq));
}
END_TEST

static const struct {
	size_t skip, bytes;
	const char *want;
} slices[] = {
	{ 0, 9, "abcdefghi" }, { 0, 100, "abcdefghi" }, { 0, 0, "" }, { 1, 2, "bc" },
	{ 2, 4, "cdef" }, { 3, 3, "def" }, { 8, 1, "i" }, { 9, 1, "" }, { 100, 1, "" },
};

START_TEST(slice_row)
{
	char text[] = "abcdefghi", got[16] = "";
	struct iovec iov[] = { { text, 3 }, { text + 3, 0 }, { text + 3, 4 }, { text + 7, 2 } };
	struct iovec part[4];
	unsigned int nr = virtq_slice(part, iov, 4, slices[_i].skip, slices[_i].bytes);

	ck_assert_uint_eq(virtq_gather(got, part, nr, sizeof(got)), strlen(slices[_i].want));
	ck_assert_str_eq(got, slices[_i].want);
	ck_assert_uint_eq(virtq_scatter(part, nr, "zzzzzzzzzzzz", 12), strlen(slices[_i].want));
	for (size_t i = 0; i < 9; i++)
		ck_assert_msg((text[i] == 'z') == (i >= slices[_i].skip &&
						   i - slices[_i].skip < slices[_i].bytes),
			      "byte %zu", i);
}
END_TEST

Suite *virtq_suite(void)
{
	Suite *suite = suite_create("virtq");

	add_rows(suite, "place", place, ROWS(places));
	add_rows(suite, "chain", chain_row, ROWS(chains));
	add_rows(suite, "ring", ring_row, ROWS(rings));
	add_test(suite, "longest", longest);
	add_test(suite, "wraps", wraps);
	add_test(suite, "taken_back", taken_back);
	add_rows(suite, "interrupt", interrupt_row, ROWS(interrupts));
	add_test(suite, "rearm", rearm);
	add_rows(suite, "slice", slice_row, ROWS(slices));
	return suite;
}
