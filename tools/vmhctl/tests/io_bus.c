// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "io_bus.h"
#include "rows.h"

/* A device of four ports at 0x100, and one at 0x110 that hears one-byte accesses only. */
static uint8_t wide[4];
static uint8_t narrow;

static uint8_t wide_read(void *opaque, unsigned int offset)
{
	return ((uint8_t *)opaque)[offset];
}

static void wide_write(void *opaque, unsigned int offset, uint8_t value)
{
	((uint8_t *)opaque)[offset] = value;
}

static struct io_bus fresh(void)
{
	struct io_bus bus = { 0 };

	memcpy(wide, "\x11\x22\x33\x44", sizeof(wide));
	narrow = 0x55;
	io_bus_add(&bus, &(struct io_range){
		.base = 0x100, .count = 4, .opaque = wide, .read = wide_read, .write = wide_write,
	});
	io_bus_add(&bus, &(struct io_range){
		.base = 0x110, .count = 1, .byte_only = true, .opaque = &narrow,
		.read = wide_read, .write = wide_write,
	});
	return bus;
}

static const struct {
	const char *name;
	uint64_t address;
	unsigned int size;
	uint8_t want[4];
} reads[] = {
	{ "byte", 0x101, 1, { 0x22 } },
	{ "word", 0x101, 2, { 0x22, 0x33 } },
	{ "long", 0x100, 4, { 0x11, 0x22, 0x33, 0x44 } },
	{ "over the end", 0x102, 4, { 0x33, 0x44, 0xff, 0xff } },
	{ "into the start", 0x0fe, 4, { 0xff, 0xff, 0x11, 0x22 } },
	{ "nobody", 0x200, 4, { 0xff, 0xff, 0xff, 0xff } },
	{ "narrow", 0x110, 1, { 0x55 } },
	{ "narrow, word", 0x110, 2, { 0xff, 0xff } },
	{ "last port", 0xffff, 1, { 0xff } },
	{ "beyond the last port", 0xffff, 4, { 0xff, 0xff, 0xff, 0xff } },
	{ "last address", 0xffffffffffffffff, 2, { 0xff, 0xff } },
};

START_TEST(read_row)
{
	struct io_bus bus = fresh();
	uint8_t data[4] = { 0 };

	io_bus_read(&bus, reads[_i].address, data, reads[_i].size);
	ck_assert_mem_eq(data, reads[_i].want, reads[_i].size);
}
END_TEST

START_TEST(writes_arrive_by_bytes)
{
	struct io_bus bus = fresh();

	io_bus_write(&bus, 0x102, (const uint8_t *)"\xaa\xbb\xcc\xdd", 4);
	ck_assert_mem_eq(wide, "\x11\x22\xaa\xbb", 4);
	io_bus_write(&bus, 0x110, (const uint8_t *)"\x01\x02", 2);
	ck_assert_uint_eq(narrow, 0x55);
	io_bus_write(&bus, 0x110, (const uint8_t *)"\x01", 1);
	ck_assert_uint_eq(narrow, 0x01);
}
END_TEST

START_TEST(one_way_devices)
{
	struct io_bus bus = { 0 };
	uint8_t value = 0;

	io_bus_add(&bus, &(struct io_range){ .base = 0x80, .count = 1 });
	io_bus_write(&bus, 0x80, &value, 1);
	io_bus_read(&bus, 0x80, &value, 1);
	ck_assert_uint_eq(value, 0xff);
}
END_TEST

Suite *io_bus_suite(void)
{
	Suite *suite = suite_create("io_bus");

	add_rows(suite, "read", read_row, ROWS(reads));
	add_test(suite, "write", writes_arrive_by_bytes);
	add_test(suite, "one_way", one_way_devices);
	return suite;
}
