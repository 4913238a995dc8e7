// SPDX-License-Identifier: GPL-2.0
/* Disks whose file does not end with a sector. Requests in general: blk_request.c. */
#include <check.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "disk.h"
#include "rows.h"
#include "vmhctl.h"

#define SECTORS_MAX	4
#define FILLED		'F'	/* what the files are full of */

#define PATH		"/tmp/vmhctl-disk-XXXXXX"

static char path[sizeof(PATH)];
static char said[512];
static struct disk disk;

static void make_file(size_t bytes)
{
	char text[SECTORS_MAX * BLK_SECTOR];
	int fd;

	strcpy(path, PATH);
	fd = mkstemp(path);
	ck_assert_int_ge(fd, 0);
	memset(text, FILLED, sizeof(text));
	ck_assert_int_eq(write(fd, text, bytes), bytes);
	close(fd);
}

/* disk_open(), and what it says. */
static int open_disk_as(unsigned int how)
{
	int fds[2], stderr_fd = dup(STDERR_FILENO), status;
	ssize_t count;

	ck_assert_int_eq(pipe2(fds, O_NONBLOCK), 0);
	fflush(stderr);
	dup2(fds[1], STDERR_FILENO);
	status = disk_open(&disk, path, how);
	fflush(stderr);
	dup2(stderr_fd, STDERR_FILENO);
	count = read(fds[0], said, sizeof(said) - 1);
	said[count > 0 ? count : 0] = 0;
	close(fds[0]);
	close(fds[1]);
	close(stderr_fd);
	return status;
}

static int open_disk(bool read_only)
{
	return open_disk_as(read_only ? DISK_READ_ONLY : 0);
}

static void gone(void)
{
	disk_close(&disk);
	unlink(path);
}

static off_t file_bytes(void)
{
	struct stat stat;

	ck_assert_int_eq(fstat(disk.fd, &stat), 0);
	return stat.st_size;
}

/* A request of the guest for @bytes from sector @sector on. Returns its status. */
static uint8_t request(uint32_t type, uint64_t sector, uint8_t *data, size_t bytes)
{
	struct virtio_blk_outhdr header = { .type = type, .sector = sector };
	bool in = type == VIRTIO_BLK_T_IN;
	uint8_t status = 0xff;
	struct virtq_chain chain = {
		.nr_out = 2 - in, .nr_in = 1 + in, .out_bytes = sizeof(header) + (in ? 0 : bytes),
		.in_bytes = 1 + (in ? bytes : 0),
		.iov = { { &header, sizeof(header) }, { data, bytes }, { &status, 1 } },
	};

	ck_assert_uint_eq(disk.dev.ops->handle(&disk.dev, 0, &chain), chain.in_bytes);
	return status;
}

static const struct {
	size_t bytes;
	uint64_t sectors;
} sizes[] = {
	{ 0, 0 }, { 1, 1 }, { 511, 1 }, { 512, 1 }, { 513, 2 }, { 1000, 2 }, { 1024, 2 },
	{ 1025, 3 }, { 2047, 4 }, { 2048, 4 },
};

/* Nothing of the file is missing, and what is not the file's is told. */
START_TEST(size_row)
{
	size_t bytes = sizes[_i].bytes;
	char want[64];

	for (int read_only = 0; read_only < 2; read_only++) {
		make_file(bytes);
		ck_assert_int_eq(open_disk(read_only), bytes ? VMHCTL_OK : VMHCTL_INPUT);
		if (!bytes) {
			ck_assert_ptr_nonnull(strstr(said, "not a disk image"));
		} else if (bytes % BLK_SECTOR) {
			snprintf(want, sizeof(want), "%zu bytes are no multiple of 512", bytes);
			ck_assert_msg(strstr(said, want), "said: %s", said);
			ck_assert_int_eq(!strstr(said, "grows"), read_only);
		} else {
			ck_assert_str_eq(said, "");
		}
		if (bytes)
			ck_assert_uint_eq(disk.config.capacity, sizes[_i].sectors);
		ck_assert_int_eq(file_bytes(), bytes);
		gone();
	}
}
END_TEST

START_TEST(last_sector_is_read)
{
	uint8_t data[2 * BLK_SECTOR];

	for (int read_only = 0; read_only < 2; read_only++) {
		make_file(1000);
		ck_assert_int_eq(open_disk(read_only), VMHCTL_OK);
		memset(data, 0xee, sizeof(data));
		ck_assert_uint_eq(request(VIRTIO_BLK_T_IN, 0, data, sizeof(data)), VIRTIO_BLK_S_OK);
		for (unsigned int i = 0; i < sizeof(data); i++)
			ck_assert_uint_eq(data[i], i < 1000 ? FILLED : 0);
		memset(data, 0xee, sizeof(data));
		ck_assert_uint_eq(request(VIRTIO_BLK_T_IN, 1, data, BLK_SECTOR), VIRTIO_BLK_S_OK);
		for (unsigned int i = 0; i < BLK_SECTOR; i++)
			ck_assert_uint_eq(data[i], i < 1000 - BLK_SECTOR ? FILLED : 0);
		ck_assert_msg(file_bytes() == 1000, "to read changes nothing");
		ck_assert_uint_eq(request(VIRTIO_BLK_T_IN, 2, data, BLK_SECTOR),
				  VIRTIO_BLK_S_IOERR);
		gone();
	}
}
END_TEST

START_TEST(last_sector_is_written)
{
	uint8_t data[BLK_SECTOR], back[BLK_SECTOR];

	make_file(1000);
	ck_assert_int_eq(open_disk(false), VMHCTL_OK);
	memset(data, 0xab, sizeof(data));
	ck_assert_uint_eq(request(VIRTIO_BLK_T_OUT, 0, data, BLK_SECTOR), VIRTIO_BLK_S_OK);
	ck_assert_int_eq(file_bytes(), 1000);
	ck_assert_uint_eq(request(VIRTIO_BLK_T_OUT, 1, data, BLK_SECTOR), VIRTIO_BLK_S_OK);
	ck_assert_int_eq(file_bytes(), 1024);
	ck_assert_uint_eq(request(VIRTIO_BLK_T_IN, 1, back, BLK_SECTOR), VIRTIO_BLK_S_OK);
	ck_assert_mem_eq(back, data, BLK_SECTOR);
	ck_assert_uint_eq(request(VIRTIO_BLK_T_OUT, 2, data, BLK_SECTOR), VIRTIO_BLK_S_IOERR);
	gone();
}
END_TEST

START_TEST(last_sector_is_zeroed)
{
	static const uint32_t types[] = { VIRTIO_BLK_T_WRITE_ZEROES, VIRTIO_BLK_T_DISCARD };
	uint8_t zeroes[BLK_SECTOR] = { 0 }, back[BLK_SECTOR];

	for (int i = 0; i < ROWS(types); i++) {
		struct virtio_blk_discard_write_zeroes range = { .sector = 1, .num_sectors = 1 };

		make_file(1000);
		ck_assert_int_eq(open_disk(false), VMHCTL_OK);
		ck_assert_uint_eq(request(types[i], 0, (uint8_t *)&range, sizeof(range)),
				  VIRTIO_BLK_S_OK);
		ck_assert_uint_eq(request(VIRTIO_BLK_T_IN, 1, back, BLK_SECTOR), VIRTIO_BLK_S_OK);
		if (types[i] == VIRTIO_BLK_T_WRITE_ZEROES)
			ck_assert_mem_eq(back, zeroes, BLK_SECTOR);
		gone();
	}
}
END_TEST

/* A file that others cut is an error, and no zeroes are made up. */
START_TEST(file_that_shrinks)
{
	uint8_t data[BLK_SECTOR];

	make_file(1000);
	ck_assert_int_eq(open_disk(false), VMHCTL_OK);
	ck_assert_int_eq(truncate(path, 600), 0);
	ck_assert_uint_eq(request(VIRTIO_BLK_T_IN, 1, data, BLK_SECTOR), VIRTIO_BLK_S_IOERR);
	gone();
}
END_TEST

static const struct {
	const char *name;	/* NULL: it may be raw */
	off_t at;
	const char *start;
	size_t bytes;
} starts[] = {
#define START(name, at, text)	{ name, at, text, sizeof(text) - 1 }
	START("qcow or qcow2", 0, "QFI\xfb\0\0\0\3"),
	START("QED", 0, "QED\0"),
	START("VMDK", 0, "KDMV\1\0\0\0"),
	START("VMDK", 0, "COWD\1\0\0\0"),
	START("VMDK", 0, "# Disk DescriptorFile\nversion=1\n"),
	START("VDI", 0x40, "\x7f\x10\xda\xbe"),
	START("VHDX", 0, "vhdxfileQ\0E\0"),
	START("VHD", 0, "conectix"),
	START("Parallels", 0, "WithoutFreeSpace"),
	START("Parallels", 0, "WithouFreSpacExt"),
	START("Bochs", 0, "Bochs Virtual HD Image\0"),
	START(NULL, 0, "QFI"),
	START(NULL, 1, "QFI\xfb"),
	START(NULL, 0, "\x7f\x10\xda\xbe"),
	START(NULL, 0x1fe, "\x55\xaa"),
	START(NULL, 0, "LUKS\xba\xbe"),	/* a disk that the guest encrypts */
};

/* What begins like another format is refused, read only or not, but not if it is said to be raw. */
START_TEST(start_row)
{
	const char *name = starts[_i].name;
	int fd;

	for (unsigned int how = 0; how < 2 * DISK_RAW; how++) {
		bool refused = name && !(how & DISK_RAW);

		make_file(2 * BLK_SECTOR);
		fd = open(path, O_WRONLY);
		ck_assert_int_eq(pwrite(fd, starts[_i].start, starts[_i].bytes, starts[_i].at),
				 starts[_i].bytes);
		close(fd);
		ck_assert_int_eq(open_disk_as(how), refused ? VMHCTL_INPUT : VMHCTL_OK);
		if (refused)
			ck_assert_msg(strstr(said, name) && strstr(said, "format=raw"), "%s", said);
		else
			ck_assert_str_eq(said, "");
		gone();
	}
}
END_TEST

Suite *disk_suite(void)
{
	Suite *suite = suite_create("disk");

	add_rows(suite, "size", size_row, ROWS(sizes));
	add_test(suite, "last_sector_is_read", last_sector_is_read);
	add_test(suite, "last_sector_is_written", last_sector_is_written);
	add_test(suite, "last_sector_is_zeroed", last_sector_is_zeroed);
	add_test(suite, "file_that_shrinks", file_that_shrinks);
	add_rows(suite, "start", start_row, ROWS(starts));
	return suite;
}
