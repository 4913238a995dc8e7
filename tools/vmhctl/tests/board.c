// SPDX-License-Identifier: GPL-2.0
#include <check.h>

#include "acpi.h"
#include "board.h"
#include "pm1.h"
#include "rows.h"
#include "vm.h"

/* A VM as far as the board needs one. */
static struct vm vm;
static struct board board;

static void fresh(void)
{
	vm = (struct vm){ .fd = -1, .event_fd = -1, .status = VM_ALIVE };
	board_init(&board, &vm);
}

static const struct {
	const char *name;
	uint16_t port;
	unsigned int size;
	uint32_t value;
	int status;
} writes[] = {
	{ "keyboard controller resets", 0x64, 1, 0xfe, 0 },
	{ "keyboard controller, another command", 0x64, 1, 0xd1, VM_ALIVE },
	{ "port 0x92 resets", 0x92, 1, 0x01, 0 },
	{ "port 0x92, A20 only", 0x92, 1, 0x02, VM_ALIVE },
	{ "reset register, cold", 0xcf9, 1, 0x0e, 0 },
	{ "reset register, warm", 0xcf9, 1, 0x06, 0 },
	{ "reset register, first half", 0xcf9, 1, 0x02, VM_ALIVE },
	{ "a word at the reset register", 0xcf9, 2, 0x0e0e, VM_ALIVE },
	{ "PCI configuration address", 0xcf8, 4, 0x8000ffff, VM_ALIVE },
	{ "power off", ACPI_PM1_CONTROL_PORT, 2, 0x3401, 0 },
	{ "power off, type only", ACPI_PM1_CONTROL_PORT, 2, 0x1401, VM_ALIVE },
	{ "another sleep state", ACPI_PM1_CONTROL_PORT, 2, 0x2401, VM_ALIVE },
	{ "no test port for Linux", 0xf4, 1, 0, VM_ALIVE },
	{ "nobody", 0x80, 1, 0xff, VM_ALIVE },
};

START_TEST(write_row)
{
	uint32_t value = writes[_i].value;

	fresh();
	io_bus_write(&vm.ports, writes[_i].port, (const uint8_t *)&value, writes[_i].size);
	ck_assert_int_eq(vm.status, writes[_i].status);
}
END_TEST

static uint32_t in(uint16_t port, unsigned int size)
{
	uint32_t value = 0;

	io_bus_read(&vm.ports, port, (uint8_t *)&value, size);
	return value;
}

static void out(uint16_t port, unsigned int size, uint32_t value)
{
	io_bus_write(&vm.ports, port, (const uint8_t *)&value, size);
}

START_TEST(acpi_registers)
{
	fresh();
	ck_assert_uint_eq(in(ACPI_PM1_CONTROL_PORT, 2), 0x0001);
	out(ACPI_PM1_CONTROL_PORT, 2, 0x2400);
	ck_assert_msg(in(ACPI_PM1_CONTROL_PORT, 2) == 0x0401, "sleep enable reads as 0");
	out(ACPI_PM1_EVENT_PORT, 2, 0xffff);
	ck_assert_uint_eq(in(ACPI_PM1_EVENT_PORT, 2), 0);
	out(ACPI_PM1_EVENT_PORT + 2, 2, 0x0120);
	ck_assert_uint_eq(in(ACPI_PM1_EVENT_PORT + 2, 2), 0x0120);
}
END_TEST

/* Nobody knows of the button until the guest enables it; writing its bit back lets it go. */
START_TEST(power_button)
{
	fresh();
	ck_assert(!pm1_press_power_button(&board.pm1));
	ck_assert_uint_eq(in(ACPI_PM1_EVENT_PORT, 2), 0);
	out(ACPI_PM1_EVENT_PORT + 2, 2, 0x0100);
	ck_assert(!board.pm1.sci);
	ck_assert(pm1_press_power_button(&board.pm1));
	ck_assert_uint_eq(in(ACPI_PM1_EVENT_PORT, 2), 0x0100);
	ck_assert(board.pm1.sci);
	out(ACPI_PM1_EVENT_PORT, 2, 0xfeff);
	ck_assert_uint_eq(in(ACPI_PM1_EVENT_PORT, 2), 0x0100);
	out(ACPI_PM1_EVENT_PORT + 2, 2, 0);
	ck_assert(!board.pm1.sci);
	out(ACPI_PM1_EVENT_PORT + 2, 2, 0x0100);
	ck_assert(board.pm1.sci);
	out(ACPI_PM1_EVENT_PORT, 2, 0x0100);
	ck_assert(!board.pm1.sci);
	ck_assert_uint_eq(in(ACPI_PM1_EVENT_PORT, 2), 0);
}
END_TEST

START_TEST(devices_are_at_their_ports)
{
	fresh();
	ck_assert_uint_eq(in(0x3fd, 1), 0x60);
	ck_assert_uint_eq(in(0x64, 1), 0);
	ck_assert_uint_eq(in(0x92, 1), 0x02);
	out(0x70, 1, 0x0d);
	ck_assert_uint_eq(in(0x71, 1), 0x80);
	ck_assert_uint_eq(in(0x2f8, 1), 0xff);
}
END_TEST

static const struct {
	const char *name;
	uint32_t address;
	uint16_t port;
	unsigned int size;
	uint32_t value;
} pci_reads[] = {
	{ "vendor and device of the bridge", 0x80000000, 0xcfc, 4, 0x00081b36 },
	{ "its device alone", 0x80000000, 0xcfe, 2, 0x0008 },
	{ "its class", 0x80000008, 0xcff, 1, 0x06 },
	{ "a register that it has not", 0x8000003c, 0xcfc, 4, 0 },
	{ "the last one", 0x800000fc, 0xcfc, 4, 0 },
	{ "another device", 0x80000800, 0xcfc, 4, 0xffffffff },
	{ "another function", 0x80000100, 0xcfc, 4, 0xffffffff },
	{ "another bus", 0x80010000, 0xcfc, 2, 0xffff },
	{ "not enabled", 0x00000000, 0xcfc, 4, 0xffffffff },
	{ "the address itself", 0x80000008, 0xcf8, 4, 0x80000008 },
	{ "its low bits are 0", 0x8000000b, 0xcf8, 4, 0x80000008 },
	{ "a word of it", 0x80000008, 0xcf8, 2, 0xffff },
	{ "beyond the end", 0x80000000, 0xcfe, 4, 0xffffffff },
};

START_TEST(pci_row)
{
	uint32_t value;

	fresh();
	out(0xcf8, 4, pci_reads[_i].address);
	out(0xcf8, 1, 0x55);
	out(0xcfc, 4, 0x12345678);
	value = in(pci_reads[_i].port, pci_reads[_i].size);
	ck_assert_msg(value == pci_reads[_i].value, "%s: %#x", pci_reads[_i].name, value);
}
END_TEST

START_TEST(first_end_counts)
{
	fresh();
	ck_assert(vm_end(&vm, 5));
	ck_assert(!vm_end(&vm, 6));
	ck_assert_int_eq(vm.status, 5);
}
END_TEST

Suite *board_suite(void)
{
	Suite *suite = suite_create("board");

	add_rows(suite, "write", write_row, ROWS(writes));
	add_test(suite, "acpi_registers", acpi_registers);
	add_test(suite, "power_button", power_button);
	add_rows(suite, "pci", pci_row, ROWS(pci_reads));
	add_test(suite, "ports", devices_are_at_their_ports);
	add_test(suite, "end", first_end_counts);
	return suite;
}
