// SPDX-License-Identifier: GPL-2.0
/* Where a guest's memory comes from: this process alone, or a file that others may map, too. */
#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

#include <linux/mman.h>

#include "vm.h"
#include "vm_memory.h"

/*
 * Find room for the memory that starts where large pages of the host start, so that the EPT can
 * map them as large pages of the guest.
 */
static uint8_t *reserve(uint64_t bytes)
{
	uint64_t span = bytes + VM_HUGE_PAGE_SIZE;
	uint8_t *start, *memory;

	if (span < bytes) {
		errno = ENOMEM;
		return NULL;
	}
	start = mmap(NULL, span, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (start == MAP_FAILED)
		return NULL;
	memory = start + (-(uintptr_t)start & (VM_HUGE_PAGE_SIZE - 1));
	if (memory > start)
		munmap(start, memory - start);
	munmap(memory + bytes, start + span - (memory + bytes));
	return memory;
}

/* Map guest memory where nothing else is. */
static uint8_t *map_at(uint8_t *at, uint64_t bytes, int flags, int fd)
{
	uint8_t *memory = mmap(at, bytes, PROT_READ | PROT_WRITE, MAP_FIXED | flags, fd, 0);
	int error = errno;

	if (memory != MAP_FAILED)
		return memory;
	munmap(at, bytes);
	errno = error;
	return NULL;
}

/**
 * vm_memory_map() - map memory for a guest
 * @bytes: how much; a multiple of the page size.
 * @hugepages: take the huge pages that were set aside, all of them now: a guest must not find out
 *	later that there are too few. Else the memory costs nothing until the guest touches it.
 *
 * Return: the memory, or NULL with errno set.
 */
uint8_t *vm_memory_map(uint64_t bytes, bool hugepages)
{
	int flags = hugepages ? MAP_HUGETLB | MAP_HUGE_2MB : MAP_NORESERVE;
	uint8_t *memory = reserve(bytes);

	if (memory)
		memory = map_at(memory, bytes, MAP_PRIVATE | MAP_ANONYMOUS | flags, -1);
	if (memory && !hugepages)
		madvise(memory, bytes, MADV_HUGEPAGE);
	return memory;
}

/*
 * A file of that size for good: whoever gets it cannot take memory away from who maps it. The
 * flag for 2 MiB is the same for memfd_create() and mmap().
 */
static int create_file(uint64_t bytes, bool hugepages)
{
	int fd = memfd_create("guest", MFD_CLOEXEC | MFD_ALLOW_SEALING |
			      (hugepages ? MFD_HUGETLB | MAP_HUGE_2MB : 0));
	int error;

	if (fd < 0 || (!ftruncate(fd, bytes) &&
		       !fcntl(fd, F_ADD_SEALS, F_SEAL_SHRINK | F_SEAL_GROW | F_SEAL_SEAL)))
		return fd;
	error = errno;
	close(fd);
	errno = error;
	return -1;
}

/**
 * vm_memory_map_shared() - map memory for a guest that other processes work on, too
 * @bytes: how much; a multiple of the page size.
 * @hugepages: as vm_memory_map() has it.
 * @fd: receives the file that the memory is; its size is fixed.
 *
 * Return: the memory, or NULL with errno set and no file.
 */
uint8_t *vm_memory_map_shared(uint64_t bytes, bool hugepages, int *fd)
{
	uint8_t *memory = NULL;
	int error;

	*fd = create_file(bytes, hugepages);
	if (*fd < 0)
		return NULL;
	memory = reserve(bytes);
	if (memory)
		memory = map_at(memory, bytes, MAP_SHARED, *fd);
	if (memory) {
		madvise(memory, bytes, MADV_HUGEPAGE);
		return memory;
	}
	error = errno;
	close(*fd);
	*fd = -1;
	errno = error;
	return NULL;
}
