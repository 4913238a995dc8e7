// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "acpi.h"
#include "layout.h"
#include "pm1.h"
#include "rows.h"

static uint8_t memory[LAYOUT_ACPI_BYTES];

static unsigned int sum(const uint8_t *at, size_t bytes)
{
	uint8_t total = 0;

	while (bytes--)
		total += *at++;
	return total;
}

static uint64_t get(const uint8_t *at, unsigned int bytes)
{
	uint64_t value = 0;

	while (bytes--)
		value = value << 8 | at[bytes];
	return value;
}

/* The table at a guest-physical address, which must be a good one with this signature. */
static const uint8_t *table(uint64_t gpa, const char *signature)
{
	const uint8_t *at = memory + (gpa - LAYOUT_ACPI_GPA);

	ck_assert(gpa >= LAYOUT_ACPI_GPA && gpa < LAYOUT_ACPI_GPA + LAYOUT_ACPI_BYTES);
	ck_assert_mem_eq(at, signature, 4);
	ck_assert_uint_eq(sum(at, get(at + 4, 4)), 0);
	return at;
}

static const uint8_t *build(unsigned int cpus, unsigned int devices)
{
	memset(memory, 0, sizeof(memory));
	ck_assert_uint_le(acpi_build(memory, sizeof(memory), LAYOUT_ACPI_GPA, cpus, devices),
			  8192);
	ck_assert_mem_eq(memory, "RSD PTR ", 8);
	ck_assert_uint_eq(sum(memory, 20), 0);
	ck_assert_uint_eq(sum(memory, 36), 0);
	return table(get(memory + 24, 8), "XSDT");
}

START_TEST(fixed_hardware)
{
	const uint8_t *xsdt = build(1, 0);
	const uint8_t *fadt = table(get(xsdt + 36, 8), "FACP");

	ck_assert_uint_eq(get(xsdt + 4, 4), 36 + 2 * 8);
	ck_assert_uint_eq(get(fadt + 4, 4), 244);
	ck_assert_uint_eq(get(fadt + 56, 4), ACPI_PM1_EVENT_PORT);
	ck_assert_uint_eq(get(fadt + 64, 4), ACPI_PM1_CONTROL_PORT);
	ck_assert_uint_eq(fadt[88], 4);
	ck_assert_uint_eq(fadt[89], 2);
	ck_assert_msg(get(fadt + 112, 4) & 1 << 10, "there is a reset register");
	ck_assert_uint_eq(get(fadt + 120, 8), 0xcf9);
	ck_assert_uint_eq(fadt[128], 0x06);
	ck_assert_uint_eq(get(fadt + 40, 4), get(fadt + 140, 8));
	ck_assert_uint_eq(get(fadt + 36, 4), get(fadt + 132, 8));
	ck_assert_uint_eq(get(fadt + 36, 4) % 64, 0);
	ck_assert_mem_eq(memory + (get(fadt + 36, 4) - LAYOUT_ACPI_GPA), "FACS", 4);
}
END_TEST

/* The package's length is the one thing in the bytes that is easy to get wrong. */
START_TEST(sleep_package)
{
	const uint8_t *fadt = table(get(build(1, 0) + 36, 8), "FACP");
	const uint8_t *dsdt = table(get(fadt + 140, 8), "DSDT");
	const uint8_t *code = dsdt + 36, *end = dsdt + get(dsdt + 4, 4);

	ck_assert_mem_eq(code, "\x08_S5_\x12", 6);
	ck_assert_ptr_eq(code + 6 + code[6], end);
	ck_assert_uint_eq(code[7], 4);
	ck_assert_mem_eq(code + 8, "\x0a\x05\x0a\x05\x00\x00", 6);
}
END_TEST

/* The length of a package, and where its contents begin. */
static size_t package(const uint8_t *at, const uint8_t **contents)
{
	unsigned int more = at[0] >> 6;

	*contents = at + 1 + more;
	return more ? (at[0] & 15) | at[1] << 4 : at[0];
}

/* Walk the code as an interpreter would: what a package says of its length is where the next is. */
START_TEST(virtio_devices)
{
	const uint8_t *fadt = table(get(build(1, _i) + 36, 8), "FACP");
	const uint8_t *dsdt = table(get(fadt + 140, 8), "DSDT");
	const uint8_t *at = dsdt + 36 + 14, *end = dsdt + get(dsdt + 4, 4), *in;

	if (!_i) {
		ck_assert_ptr_eq(at, end);
		return;
	}
	ck_assert_uint_eq(at[0], 0x10);
	ck_assert_ptr_eq(at + 1 + package(at + 1, &in), end);
	ck_assert_mem_eq(in, "\\_SB_", 5);
	at = in + 5;
	for (int slot = 0; slot < _i; slot++) {
		const uint8_t *next = at + 2 + package(at + 2, &in), *crs = in + 4 + 15 + 7 + 5;

		ck_assert_mem_eq(at, "\x5b\x82", 2);
		ck_assert_mem_eq(in, "VR0", 3);
		ck_assert_uint_eq(in[3], '0' + slot);
		ck_assert_mem_eq(in + 4, "\x08_HID\x0dLNRO0005\0\x08_UID\x0a", 15 + 6);
		ck_assert_uint_eq(in[4 + 15 + 6], slot);
		ck_assert_mem_eq(crs - 5, "\x08_CRS\x11", 6);
		ck_assert_ptr_eq(crs + 1 + package(crs + 1, &in), next);
		ck_assert_uint_eq(in[1], next - (in + 2));
		ck_assert_uint_eq(in[2], 0x86);
		ck_assert_uint_eq(get(in + 6, 4), 0xd1000000 + slot * 0x1000);
		ck_assert_uint_eq(get(in + 10, 4), 0x1000);
		ck_assert_uint_eq(in[14], 0x89);
		ck_assert_uint_eq(in[17], 3);
		ck_assert_uint_eq(get(in + 19, 4), 16 + slot);
		ck_assert_mem_eq(in + 23, "\x79\0", 2);
		at = next;
	}
	ck_assert_ptr_eq(at, end);
}
END_TEST

static const unsigned int counts[] = { 1, 2, 8, 255 };

START_TEST(processors)
{
	unsigned int cpus = counts[_i], seen[5] = { 0 };
	const uint8_t *madt = table(get(build(cpus, LAYOUT_VIRTIO_MAX) + 44, 8), "APIC");
	const uint8_t *at, *end = madt + get(madt + 4, 4);

	ck_assert_uint_eq(get(madt + 36, 4), LAYOUT_LAPIC_GPA);
	for (at = madt + 44; at < end; at += at[1]) {
		ck_assert_uint_ge(at[1], 6);
		ck_assert_uint_lt(at[0], 5);
		if (at[0] == 0) {
			ck_assert_uint_eq(at[3], seen[0]);
			ck_assert_uint_eq(get(at + 4, 4), 1);
		}
		if (at[0] == 1)
			ck_assert_uint_eq(get(at + 4, 4), LAYOUT_IOAPIC_GPA);
		seen[at[0]]++;
	}
	ck_assert_ptr_eq(at, end);
	ck_assert_uint_eq(seen[0], cpus);
	ck_assert_uint_eq(seen[1], 1);
	ck_assert_uint_eq(seen[2], 1);
	ck_assert_uint_eq(seen[4], 1);
}
END_TEST

Suite *acpi_suite(void)
{
	Suite *suite = suite_create("acpi");

	add_test(suite, "fixed_hardware", fixed_hardware);
	add_test(suite, "sleep_package", sleep_package);
	add_rows(suite, "virtio_devices", virtio_devices, LAYOUT_VIRTIO_MAX + 1);
	add_rows(suite, "processors", processors, ROWS(counts));
	return suite;
}
