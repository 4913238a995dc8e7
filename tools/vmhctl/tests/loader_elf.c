// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <elf.h>
#include <stdlib.h>
#include <string.h>

#include "kernel_image.h"
#include "rows.h"

#define SEGMENTS	3
#define DATA_OFFSET	0x400
#define DATA_BYTES	0x100

struct image {
	Elf64_Ehdr header;
	Elf64_Phdr segment[SEGMENTS];
};

static uint8_t file[DATA_OFFSET + DATA_BYTES];
static struct image *const elf = (struct image *)file;

/* Code, data with more memory than file, and a note, which is not loaded. */
static const Elf64_Phdr segments[SEGMENTS] = {
	{
		.p_type = PT_LOAD, .p_offset = DATA_OFFSET, .p_filesz = 0x80, .p_memsz = 0x80,
		.p_paddr = 0x1000000, .p_vaddr = 0xffffffff81000000,
	},
	{
		.p_type = PT_LOAD, .p_offset = DATA_OFFSET + 0x80, .p_filesz = 0x80,
		.p_memsz = 0x10000, .p_paddr = 0x1200000,
	},
	{ .p_type = PT_NOTE, .p_offset = ~0ULL },
};

static void make_file(void)
{
	memset(file, 0, sizeof(file));
	memcpy(elf->header.e_ident, ELFMAG, SELFMAG);
	elf->header.e_ident[EI_CLASS] = ELFCLASS64;
	elf->header.e_type = ET_EXEC;
	elf->header.e_machine = EM_X86_64;
	elf->header.e_entry = 0x1000010;
	elf->header.e_phoff = offsetof(struct image, segment);
	elf->header.e_phentsize = sizeof(Elf64_Phdr);
	elf->header.e_phnum = SEGMENTS;
	memcpy(elf->segment, segments, sizeof(segments));
}

/* What a row does to the file. */
#define SPOIL(name, change) static void name(void) { change; }

SPOIL(thirty_two, elf->header.e_ident[EI_CLASS] = ELFCLASS32)
SPOIL(arm, elf->header.e_machine = EM_AARCH64)
SPOIL(object, elf->header.e_type = ET_REL)
SPOIL(odd_segments, elf->header.e_phentsize = 32)
SPOIL(segments_beyond, elf->header.e_phoff = sizeof(file) - 8)
SPOIL(segments_wrap, elf->header.e_phoff = ~0ULL)
SPOIL(many_segments, elf->header.e_phnum = 0xffff)
SPOIL(no_segments, elf->header.e_phnum = 0)
SPOIL(data_beyond, elf->segment[1].p_offset += 1)
SPOIL(data_wraps, elf->segment[1].p_offset = ~0ULL)
SPOIL(data_huge, elf->segment[1].p_filesz = elf->segment[1].p_memsz = ~0ULL)
SPOIL(file_larger, elf->segment[0].p_memsz = 0x7f)
SPOIL(low, elf->segment[0].p_paddr = 0xff000)
SPOIL(wraps, elf->segment[1].p_memsz = ~0ULL - 0x1000)
SPOIL(entry_virtual, elf->header.e_entry = 0xffffffff81000010)
SPOIL(entry_in_bss, elf->header.e_entry = 0x1200080)

static const struct {
	const char *name;
	void (*spoil)(void);
	uint64_t bytes;
	const char *word;
} bad[] = {
	{ "magic only", NULL, SELFMAG, "truncated" },
	{ "header cut", NULL, sizeof(Elf64_Ehdr) - 1, "truncated" },
	{ "segments cut", NULL, sizeof(struct image) - 1, "truncated" },
	{ "data cut", NULL, sizeof(file) - 1, "truncated" },
	{ "32 bits", thirty_two, sizeof(file), "not for x86-64" },
	{ "ARM", arm, sizeof(file), "not for x86-64" },
	{ "object", object, sizeof(file), "not an executable" },
	{ "odd segments", odd_segments, sizeof(file), "unknown size" },
	{ "segments beyond the end", segments_beyond, sizeof(file), "truncated" },
	{ "segments wrap", segments_wrap, sizeof(file), "truncated" },
	{ "many segments", many_segments, sizeof(file), "truncated" },
	{ "no segments", no_segments, sizeof(file), "entry" },
	{ "data beyond the end", data_beyond, sizeof(file), "truncated" },
	{ "data wraps", data_wraps, sizeof(file), "truncated" },
	{ "data huge", data_huge, sizeof(file), "truncated" },
	{ "file larger than memory", file_larger, sizeof(file), "larger in the file" },
	{ "low", low, sizeof(file), "below 1 MiB" },
	{ "wraps", wraps, sizeof(file), "wraps" },
	{ "virtual entry", entry_virtual, sizeof(file), "entry" },
	{ "entry in bss", entry_in_bss, sizeof(file), "entry" },
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
	copy = malloc(bad[_i].bytes);
	memcpy(copy, file, bad[_i].bytes);
	ck_assert(elf_recognise(copy, bad[_i].bytes));
	wrong = elf_parse(copy, bad[_i].bytes, &image, &parts);
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
	ck_assert_ptr_null(elf_parse(file, sizeof(file), &image, &parts));
	ck_assert_uint_eq(parts.nr, 2);
	ck_assert_ptr_eq(parts.part[1].data, file + DATA_OFFSET + 0x80);
	ck_assert_uint_eq(parts.part[1].file_bytes, 0x80);
	ck_assert_uint_eq(parts.part[1].memory_bytes, 0x10000);
	ck_assert_uint_eq(parts.part[1].gpa, 0x1200000);
	ck_assert(image.long_mode);
	ck_assert_uint_eq(image.entry_gpa, 0x1000010);
	ck_assert_uint_eq(image.end_gpa, 0x1210000);
	ck_assert_uint_eq(image.header.header, 0x53726448);
}
END_TEST

START_TEST(others_are_not_elf)
{
	ck_assert(!elf_recognise((const uint8_t *)"\177EL", 3));
	ck_assert(!elf_recognise((const uint8_t *)"MZ\0\0", 4));
}
END_TEST

Suite *loader_elf_suite(void)
{
	Suite *suite = suite_create("loader_elf");

	add_rows(suite, "bad", bad_row, ROWS(bad));
	add_test(suite, "good", good);
	add_test(suite, "others", others_are_not_elf);
	return suite;
}
