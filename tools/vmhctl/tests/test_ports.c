// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "rows.h"
#include "test_ports.h"
#include "vm.h"

static struct vm vm;
static struct test_ports test_ports;

static void fresh(void)
{
	vm = (struct vm){ .fd = -1, .event_fd = -1, .status = VM_ALIVE };
	test_ports_add(&test_ports, &vm);
}

static const struct {
	const char *name;
	bool mmio;
	uint64_t at, width_at;
	unsigned int size;
} cases[] = {
	{ "port, byte", false, 0x527, 0x528, 1 },
	{ "port, word", false, 0x521, 0x528, 2 },
	{ "port, long", false, 0x524, 0x528, 4 },
	{ "memory, byte", true, 0xd0000fff, 0xd0000ff8, 1 },
	{ "memory, word", true, 0xd0000001, 0xd0000ff8, 2 },
	{ "memory, long", true, 0xd0000ff4, 0xd0000ff8, 4 },
	{ "memory, quad", true, 0xd0000000, 0xd0000ff8, 8 },
};

START_TEST(scratch_row)
{
	static const uint8_t pattern[8] = { 1, 2, 3, 4, 5, 6, 7, 8 };
	struct io_bus *bus;
	uint8_t data[8] = { 0 }, width = 0;

	fresh();
	bus = &vm.ports;
	if (cases[_i].mmio)
		bus = &vm.mmio;
	io_bus_write(bus, cases[_i].at, pattern, cases[_i].size);
	io_bus_read(bus, cases[_i].width_at, &width, 1);
	ck_assert_uint_eq(width, cases[_i].size);
	io_bus_read(bus, cases[_i].at, data, 1);
	ck_assert_uint_eq(data[0], 1);
	io_bus_read(bus, cases[_i].width_at, &width, 1);
	ck_assert_msg(width == 1, "reads have a width too");
	io_bus_read(bus, cases[_i].at, data, cases[_i].size);
	ck_assert_mem_eq(data, pattern, cases[_i].size);
}
END_TEST

static const struct {
	uint8_t value;
} ends[] = { { 0 }, { 1 }, { 77 }, { 255 } };

START_TEST(end_row)
{
	fresh();
	io_bus_write(&vm.ports, 0xf4, &ends[_i].value, 1);
	ck_assert_int_eq(vm.status, ends[_i].value);
}
END_TEST

Suite *test_ports_suite(void)
{
	Suite *suite = suite_create("test_ports");

	add_rows(suite, "scratch", scratch_row, ROWS(cases));
	add_rows(suite, "end", end_row, ROWS(ends));
	return suite;
}
