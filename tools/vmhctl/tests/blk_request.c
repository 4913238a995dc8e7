// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "blk_request.h"
#include "rows.h"

#define DISK	(100 * BLK_SECTOR)

static uint8_t out[4096], in[4096];
static struct virtq_chain chain;
static struct blk_request request;

/* A chain with buffers of these sizes; a size of 0 ends the list. */
static void build(const size_t *out_sizes, const size_t *in_sizes)
{
	uint8_t *at = out;

	chain = (struct virtq_chain){ 0 };
	for (; *out_sizes; at += *out_sizes++) {
		chain.iov[chain.nr_out++] = (struct iovec){ at, *out_sizes };
		chain.out_bytes += *out_sizes;
	}
	at = in;
	for (; *in_sizes; at += *in_sizes++) {
		chain.iov[chain.nr_out + chain.nr_in++] = (struct iovec){ at, *in_sizes };
		chain.in_bytes += *in_sizes;
	}
}

static void header(uint32_t type, uint64_t sector)
{
	struct virtio_blk_outhdr init = { .type = type, .sector = sector };

	memcpy(out, &init, sizeof(init));
}

enum { READ = VIRTIO_BLK_T_IN, WRITE = VIRTIO_BLK_T_OUT };

static const struct {
	const char *name;
	uint32_t type;
	size_t out[5], in[5];
	bool ok;
	size_t bytes;
	unsigned int nr;
} layouts[] = {
	{ "read", READ, { 16 }, { 512, 1 }, true, 512, 1 },
	{ "read, status with the data", READ, { 16 }, { 513 }, true, 512, 1 },
	{ "read, in pieces", READ, { 4, 12 }, { 100, 400, 13 }, true, 512, 3 },
	{ "read, status alone", READ, { 16 }, { 1 }, true, 0, 0 },
	{ "write", WRITE, { 16, 512 }, { 1 }, true, 512, 1 },
	{ "write, header with the data", WRITE, { 528 }, { 1 }, true, 512, 1 },
	{ "write, in pieces", WRITE, { 10, 10, 508 }, { 1 }, true, 512, 2 },
	{ "no header", READ, { 0 }, { 513 }, false, 0, 0 },
	{ "half a header", READ, { 15 }, { 513 }, false, 0, 0 },
	{ "no room for the status", WRITE, { 16, 512 }, { 0 }, false, 0, 0 },
};

START_TEST(layout)
{
	const char *name = layouts[_i].name;

	build(layouts[_i].out, layouts[_i].in);
	header(layouts[_i].type, 3);
	ck_assert_msg(blk_request_parse(&request, &chain) == layouts[_i].ok, "%s", name);
	if (!layouts[_i].ok)
		return;
	ck_assert_msg(request.bytes == layouts[_i].bytes && request.nr == layouts[_i].nr,
		      "%s: %zu bytes in %u", name, request.bytes, request.nr);
	ck_assert_uint_eq(request.offset, 3 * BLK_SECTOR);
	ck_assert_uint_eq(request.status.iov_len, 1);
	ck_assert_ptr_eq(request.status.iov_base, in + chain.in_bytes - 1);
	if (request.nr)
		ck_assert_ptr_eq(request.data[0].iov_base,
				 layouts[_i].type == READ ? in : out + 16);
}
END_TEST

enum { GOOD = VIRTIO_BLK_S_OK, BAD = VIRTIO_BLK_S_IOERR, UNKNOWN = VIRTIO_BLK_S_UNSUPP };

static const struct {
	const char *name;
	uint32_t type;
	uint64_t sector;
	size_t bytes;
	bool read_only;
	int status;
} checks[] = {
	{ "read", READ, 0, 512, false, GOOD },
	{ "read, read-only", READ, 0, 512, true, GOOD },
	{ "write", WRITE, 0, 512, false, GOOD },
	{ "write, read-only", WRITE, 0, 512, true, BAD },
	{ "last sector", READ, 99, 512, false, GOOD },
	{ "over the end", READ, 99, 1024, false, BAD },
	{ "at the end", READ, 100, 512, false, BAD },
	{ "nothing at the end", READ, 100, 0, false, GOOD },
	{ "beyond the end", WRITE, 101, 0, false, BAD },
	{ "sector wraps", READ, 1ULL << 55, 512, false, BAD },
	{ "largest sector", WRITE, ~0ULL, 512, false, BAD },
	{ "half a sector", READ, 0, 256, false, BAD },
	{ "flush", VIRTIO_BLK_T_FLUSH, 0, 0, false, GOOD },
	{ "flush, read-only", VIRTIO_BLK_T_FLUSH, 0, 0, true, GOOD },
	{ "name", VIRTIO_BLK_T_GET_ID, 0, 20, true, GOOD },
	{ "SCSI command", 2, 0, 0, false, UNKNOWN },
	{ "unknown", 0xffffffff, 0, 0, false, UNKNOWN },
};

START_TEST(check)
{
	size_t data = checks[_i].bytes ? checks[_i].bytes : 0;
	bool reads = checks[_i].type == READ || checks[_i].type == VIRTIO_BLK_T_GET_ID;

	build((size_t[]){ 16, reads ? 0 : data, 0 }, (size_t[]){ 1 + (reads ? data : 0), 0 });
	header(checks[_i].type, checks[_i].sector);
	ck_assert(blk_request_parse(&request, &chain));
	ck_assert_msg(blk_request_check(&request, DISK, checks[_i].read_only) ==
		      checks[_i].status, "%s", checks[_i].name);
}
END_TEST

enum { DISCARD = VIRTIO_BLK_T_DISCARD, ZEROES = VIRTIO_BLK_T_WRITE_ZEROES };

static const struct {
	const char *name;
	uint32_t type;
	struct virtio_blk_discard_write_zeroes range;
	size_t bytes;
	bool read_only;
	int status;
} ranges[] = {
	{ "discard", DISCARD, { 0, 100, 0 }, 16, false, GOOD },
	{ "discard, read-only", DISCARD, { 0, 100, 0 }, 16, true, BAD },
	{ "discard too much", DISCARD, { 0, 101, 0 }, 16, false, BAD },
	{ "discard, wraps", DISCARD, { 1ULL << 55, 1, 0 }, 16, false, BAD },
	{ "discard beyond", DISCARD, { 101, 0, 0 }, 16, false, BAD },
	{ "discard most", DISCARD, { 0, 0xffffffff, 0 }, 16, false, BAD },
	{ "discard with a flag", DISCARD, { 0, 1, 1 }, 16, false, UNKNOWN },
	{ "zeroes", ZEROES, { 99, 1, 0 }, 16, false, GOOD },
	{ "zeroes, may free", ZEROES, { 99, 1, 1 }, 16, false, GOOD },
	{ "zeroes with another flag", ZEROES, { 99, 1, 2 }, 16, false, UNKNOWN },
	{ "no range", DISCARD, { 0, 1, 0 }, 0, false, BAD },
	{ "half a range", ZEROES, { 0, 1, 0 }, 8, false, BAD },
	{ "two ranges", ZEROES, { 0, 1, 0 }, 32, false, BAD },
};

START_TEST(range)
{
	build((size_t[]){ 16, ranges[_i].bytes, 0 }, (size_t[]){ 1, 0 });
	header(ranges[_i].type, 0);
	memset(out + 16, 0, 32);
	memcpy(out + 16, &ranges[_i].range, sizeof(ranges[_i].range));
	ck_assert(blk_request_parse(&request, &chain));
	ck_assert_msg(blk_request_check(&request, DISK, ranges[_i].read_only) ==
		      ranges[_i].status, "%s", ranges[_i].name);
}
END_TEST

Suite *blk_request_suite(void)
{
	Suite *suite = suite_create("blk_request");

	add_rows(suite, "layout", layout, ROWS(layouts));
	add_rows(suite, "check", check, ROWS(checks));
	add_rows(suite, "range", range, ROWS(ranges));
	return suite;
}
