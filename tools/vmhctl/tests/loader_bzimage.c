// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_image.h"
#include "rows.h"

#define SETUP_SECTS	3
#define SETUP_BYTES	((SETUP_SECTS + 1) * 512)
#define PAYLOAD_BYTES	4096
#define FILE_BYTES	(SETUP_BYTES + PAYLOAD_BYTES)

/* A kernel file that is right; rows spoil it. */
static uint8_t file[FILE_BYTES];

static struct setup_header *header(void)
{
	return (struct setup_header *)(file + 0x1f1);
}

static void make_file(void)
{
	struct setup_header *h = header();

	memset(file, 0xcc, sizeof(file));
	memset(h, 0, sizeof(*h));
	h->setup_sects = SETUP_SECTS;
	h->syssize = PAYLOAD_BYTES / 16;
	h->boot_flag = 0xaa55;
	h->jump = 0xeb | (0x1f1 + sizeof(*h) - 0x202) << 8;
	h->header = 0x53726448;
	h->version = 0x20f;
	h->loadflags = LOADED_HIGH;
	h->xloadflags = XLF_KERNEL_64;
	h->relocatable_kernel = 1;
	h->kernel_alignment = 0x200000;
	h->pref_address = 0x1000000;
	h->init_size = 0x2000000;
	h->initrd_addr_max = 0x7fffffff;
	h->cmdline_size = 2047;
}

/* What a row does to the file. */
#define SPOIL(name, change) static void name(void) { change; }

SPOIL(no_magic, header()->header++)
SPOIL(no_flag, header()->boot_flag = 0)
SPOIL(too_old, header()->version = 0x205)
SPOIL(zimage, header()->loadflags = 0)
SPOIL(no_payload, header()->syssize = 0)
SPOIL(payload_missing, header()->syssize = PAYLOAD_BYTES / 16 + 2)
SPOIL(payload_huge, header()->syssize = UINT32_MAX)
SPOIL(setup_huge, header()->setup_sects = 255)
SPOIL(low_address, header()->pref_address = 0x1000)
SPOIL(high_address, header()->pref_address = 1ULL << 32)

static const struct {
	const char *name;
	void (*spoil)(void);
	uint64_t bytes;
	const char *word;		/* in the message */
} bad[] = {
	{ "empty", NULL, 0, "too short" },
	{ "boot sector cut", NULL, 0x201, "too short" },
	{ "header cut", NULL, 0x210, "too short" },
	{ "no magic", no_magic, FILE_BYTES, "not a Linux kernel" },
	{ "no boot flag", no_flag, FILE_BYTES, "not a Linux kernel" },
	{ "too old", too_old, FILE_BYTES, "too old" },
	{ "zImage", zimage, FILE_BYTES, "zImage" },
	{ "no payload", no_payload, FILE_BYTES, "truncated" },
	{ "payload missing", payload_missing, FILE_BYTES, "truncated" },
	{ "payload huge", payload_huge, FILE_BYTES, "truncated" },
	{ "setup huge", setup_huge, FILE_BYTES, "truncated" },
	{ "cut by a paragraph", NULL, FILE_BYTES - 16, "truncated" },
	{ "cut after setup", NULL, SETUP_BYTES, "truncated" },
	{ "low address", low_address, FILE_BYTES, "impossible address" },
	{ "high address", high_address, FILE_BYTES, "impossible address" },
};

START_TEST(bad_row)
{
	struct kernel_image image;
	struct kernel_parts parts;
	const char *wrong;
	uint8_t *copy;

	make_file();
	if (bad[_i].spoil)
		bad[_i].spoil();
	/* As long as the file says, so that reading beyond it is found. */
	copy = malloc(bad[_i].bytes ? bad[_i].bytes : 1);
	memcpy(copy, file, bad[_i].bytes);
	wrong = bzimage_parse(copy, bad[_i].bytes, &image, &parts);
	ck_assert_msg(wrong, "%s: taken", bad[_i].name);
	ck_assert_msg(strstr(wrong, bad[_i].word), "%s: %s", bad[_i].name, wrong);
	free(copy);
}
END_TEST

START_TEST(good)
{
	struct kernel_image image;
	struct kernel_parts parts;

	make_file();
	ck_assert_ptr_null(bzimage_parse(file, sizeof(file), &image, &parts));
	ck_assert_uint_eq(parts.nr, 1);
	ck_assert_ptr_eq(parts.part[0].data, file + SETUP_BYTES);
	ck_assert_uint_eq(parts.part[0].file_bytes, PAYLOAD_BYTES);
	ck_assert_uint_eq(parts.part[0].memory_bytes, 0x2000000);
	ck_assert_uint_eq(parts.part[0].gpa, 0x1000000);
	ck_assert(image.long_mode);
	ck_assert_uint_eq(image.entry_gpa, 0x1000200);
	ck_assert_uint_eq(image.end_gpa, 0x3000000);
	ck_assert_uint_eq(image.initrd_end_gpa, 0x80000000);
	ck_assert_uint_eq(image.cmdline_max, 2047);
	ck_assert_uint_eq(image.header.code32_start, 0x1000000);
}
END_TEST

START_TEST(signature_at_the_end)
{
	static uint8_t longer[FILE_BYTES + 100];
	struct kernel_image image;
	struct kernel_parts parts;

	make_file();
	memcpy(longer, file, sizeof(file));
	ck_assert_ptr_null(bzimage_parse(longer, sizeof(longer), &image, &parts));
	ck_assert_uint_eq(parts.part[0].file_bytes, PAYLOAD_BYTES + 100);
}
END_TEST

START_TEST(thirty_two_bits)
{
	struct kernel_image image;
	struct kernel_parts parts;

	make_file();
	header()->xloadflags = 0;
	ck_assert_ptr_null(bzimage_parse(file, sizeof(file), &image, &parts));
	ck_assert(!image.long_mode);
	ck_assert_uint_eq(image.entry_gpa, 0x1000000);
}
END_TEST

START_TEST(before_preferred_addresses)
{
	struct kernel_image image;
	struct kernel_parts parts;

	make_file();
	header()->version = 0x206;
	ck_assert_ptr_null(bzimage_parse(file, sizeof(file), &image, &parts));
	ck_assert(!image.long_mode);
	ck_assert_uint_eq(parts.part[0].gpa, 0x100000);
	ck_assert_uint_eq(image.end_gpa, 0x100000 + PAYLOAD_BYTES);
}
END_TEST

START_TEST(default_setup_size)
{
	struct kernel_image image;
	struct kernel_parts parts;

	make_file();
	header()->setup_sects = 0;		/* means 4 */
	header()->syssize = (FILE_BYTES - 5 * 512) / 16;
	ck_assert_ptr_null(bzimage_parse(file, sizeof(file), &image, &parts));
	ck_assert_ptr_eq(parts.part[0].data, file + 5 * 512);
}
END_TEST

/* A header longer than we know is cut, a shorter one is filled up with zeros. */
START_TEST(header_length)
{
	struct kernel_image image;
	struct kernel_parts parts;

	make_file();
	file[0x201] = 0xff;
	ck_assert_ptr_null(bzimage_parse(file, sizeof(file), &image, &parts));
	ck_assert_uint_eq(image.header.init_size, 0x2000000);
	file[0x201] = offsetof(struct setup_header, init_size) + 0x1f1 - 0x202;
	ck_assert_ptr_null(bzimage_parse(file, sizeof(file), &image, &parts));
	ck_assert_uint_eq(image.header.init_size, 0);
	ck_assert_uint_eq(image.header.pref_address, 0x1000000);
}
END_TEST

Suite *loader_bzimage_suite(void)
{
	Suite *suite = suite_create("loader_bzimage");

	add_rows(suite, "bad", bad_row, ROWS(bad));
	add_test(suite, "good", good);
	add_test(suite, "signature", signature_at_the_end);
	add_test(suite, "32 bits", thirty_two_bits);
	add_test(suite, "old", before_preferred_addresses);
	add_test(suite, "setup", default_setup_size);
	add_test(suite, "header", header_length);
	return suite;
}
