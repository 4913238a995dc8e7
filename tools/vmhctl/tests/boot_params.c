// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <stddef.h>

#include "boot_params.h"
#include "layout.h"
#include "rows.h"

#define MIB	(1ULL << 20)
#define GIB	(1ULL << 30)

static const struct {
	const char *name;
	uint64_t memory;
	unsigned int entries;
	uint64_t usable;		/* above 1 MiB */
	uint64_t end;			/* of the last entry */
} maps[] = {
	{ "smallest", 2 * MIB, 4, 1 * MIB, 2 * MIB },
	{ "256 MiB", 256 * MIB, 4, 255 * MIB, 256 * MIB },
	{ "up to the hole", 3 * GIB, 4, 3 * GIB - MIB, 3 * GIB },
	{ "a page above the hole", 3 * GIB + 4096, 5, 3 * GIB - MIB + 4096, 4 * GIB + 4096 },
	{ "4 GiB", 4 * GIB, 5, 4 * GIB - MIB, 5 * GIB },
	{ "64 GiB", 64 * GIB, 5, 64 * GIB - MIB, 65 * GIB },
};

START_TEST(map_row)
{
	struct boot_params params = { 0 };
	const struct boot_e820_entry *last = NULL;
	uint64_t usable = 0;

	boot_params_memory_map(&params, maps[_i].memory);
	ck_assert_uint_eq(params.e820_entries, maps[_i].entries);
	for (unsigned int i = 0; i < params.e820_entries; i++) {
		const struct boot_e820_entry *e = &params.e820_table[i];

		if (last)
			ck_assert_msg(last->addr + last->size <= e->addr, "not in order");
		if (e->addr >= MIB && e->type == 1)
			usable += e->size;
		last = e;
	}
	ck_assert_uint_eq(usable, maps[_i].usable);
	ck_assert_uint_eq(last->addr + last->size, maps[_i].end);
}
END_TEST

/* What the guest must not use before it has copied it lies where it is reserved or copied. */
START_TEST(firmware_is_reserved)
{
	struct boot_params params = { 0 };
	bool reserved = false;

	boot_params_memory_map(&params, 256 * MIB);
	for (unsigned int i = 0; i < params.e820_entries; i++) {
		const struct boot_e820_entry *e = &params.e820_table[i];
		uint64_t end = e->addr + e->size;

		if (e->type == 1)
			ck_assert(end <= LAYOUT_BASE_END_GPA || e->addr >= LAYOUT_HIGH_GPA);
		else
			reserved |= e->addr <= LAYOUT_ACPI_GPA &&
				    end >= LAYOUT_MPTABLE_GPA + LAYOUT_MPTABLE_BYTES;
	}
	ck_assert(reserved);
}
END_TEST

static const struct {
	const char *name;
	uint64_t kernel_end, limit, low, bytes, want;
} places[] = {
	{ "top of memory", 32 * MIB, 2 * GIB, 256 * MIB, 4096, 256 * MIB - 4096 },
	{ "page aligned", 32 * MIB, 2 * GIB, 256 * MIB, 1, 256 * MIB - 4096 },
	{ "below the kernel's limit", 32 * MIB, 64 * MIB, 256 * MIB, 8192, 64 * MIB - 8192 },
	{ "exactly fits", 32 * MIB, 2 * GIB, 64 * MIB, 32 * MIB, 32 * MIB },
	{ "a byte too much", 32 * MIB, 2 * GIB, 64 * MIB, 32 * MIB + 1, 0 },
	{ "larger than memory", 32 * MIB, 2 * GIB, 64 * MIB, 1 * GIB, 0 },
	{ "huge", 32 * MIB, 2 * GIB, 64 * MIB, UINT64_MAX, 0 },
};

START_TEST(place_row)
{
	struct kernel_image image = {
		.end_gpa = places[_i].kernel_end, .initrd_end_gpa = places[_i].limit,
	};

	ck_assert_uint_eq(boot_initrd_place(&image, places[_i].low, places[_i].bytes),
			  places[_i].want);
}
END_TEST

START_TEST(zero_page)
{
	struct kernel_image image = { .header = { .version = 0x20f, .cmdline_size = 100 } };
	struct boot_initrd initrd = { .gpa = 0x7000000, .bytes = 1234 };
	struct boot_params params;

	boot_params_build(&params, &image, &initrd, 256 * MIB);
	ck_assert_uint_eq(sizeof(params), 4096);
	ck_assert_uint_eq(params.sentinel, 0);
	ck_assert_uint_eq(params.hdr.version, 0x20f);
	ck_assert_uint_eq(params.hdr.type_of_loader, 0xff);
	ck_assert_uint_eq(params.hdr.cmd_line_ptr, LAYOUT_CMDLINE_GPA);
	ck_assert_uint_eq(params.hdr.setup_data, LAYOUT_SETUP_DATA_GPA);
	ck_assert_uint_eq(params.hdr.ramdisk_image, 0x7000000);
	ck_assert_uint_eq(params.hdr.ramdisk_size, 1234);
	ck_assert_uint_eq(params.acpi_rsdp_addr, LAYOUT_ACPI_GPA);
	ck_assert_uint_eq(params.e820_entries, 4);
	ck_assert_uint_eq(offsetof(struct boot_seed, bytes), offsetof(struct setup_data, data));
	ck_assert_uint_eq(offsetof(struct boot_seed, type), offsetof(struct setup_data, type));
}
END_TEST

Suite *boot_params_suite(void)
{
	Suite *suite = suite_create("boot_params");

	add_rows(suite, "map", map_row, ROWS(maps));
	add_test(suite, "reserved", firmware_is_reserved);
	add_rows(suite, "initrd", place_row, ROWS(places));
	add_test(suite, "zero_page", zero_page);
	return suite;
}
