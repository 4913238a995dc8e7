// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include "rows.h"
#include "vm.h"
#include "vm_memory.h"

#define BYTES		(3 * VM_HUGE_PAGE_SIZE + VM_PAGE_SIZE)

START_TEST(alone)
{
	uint8_t *memory = vm_memory_map(BYTES, false);

	ck_assert_ptr_nonnull(memory);
	ck_assert_uint_eq((uintptr_t)memory % VM_HUGE_PAGE_SIZE, 0);
	memory[0] = 1;
	memory[BYTES - 1] = 2;
	munmap(memory, BYTES);
}
END_TEST

/* What one writes the other reads; and the file stays as large as it is. */
START_TEST(shared)
{
	uint8_t *memory, *other;
	struct stat stat;
	int fd;

	memory = vm_memory_map_shared(BYTES, false, &fd);
	ck_assert_ptr_nonnull(memory);
	ck_assert_uint_eq((uintptr_t)memory % VM_HUGE_PAGE_SIZE, 0);
	ck_assert_int_eq(fstat(fd, &stat), 0);
	ck_assert_int_eq(stat.st_size, BYTES);
	ck_assert_int_eq(stat.st_blocks, 0);
	ck_assert(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	other = mmap(NULL, BYTES, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	ck_assert_ptr_ne(other, MAP_FAILED);
	memory[0] = 1;
	other[BYTES - 1] = 2;
	ck_assert_uint_eq(other[0], 1);
	ck_assert_uint_eq(memory[BYTES - 1], 2);
	ck_assert_int_eq(ftruncate(fd, 0), -1);
	ck_assert_int_eq(errno, EPERM);
	ck_assert_int_eq(ftruncate(fd, 2 * BYTES), -1);
	ck_assert_int_eq(fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE), -1);
	munmap(other, BYTES);
	munmap(memory, BYTES);
	close(fd);
}
END_TEST

/* More than there are addresses. */
START_TEST(too_much)
{
	int fd;

	ck_assert_ptr_null(vm_memory_map(UINT64_MAX & -VM_PAGE_SIZE, false));
	ck_assert_ptr_null(vm_memory_map_shared(1ULL << 62, false, &fd));
	ck_assert_int_eq(fd, -1);
}
END_TEST

Suite *vm_memory_suite(void)
{
	Suite *suite = suite_create("vm_memory");

	add_test(suite, "alone", alone);
	add_test(suite, "shared", shared);
	add_test(suite, "too much", too_much);
	return suite;
}
