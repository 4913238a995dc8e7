// SPDX-License-Identifier: GPL-2.0
/*
 * A scenario with the kernel's own fault injection: the first allocation fails, the second, and so
 * on, until the call comes through without one. Copies from and to userspace count as well.
 *
 * Counted is what is done for the module: what has its code on the stack. Memory that the kernel's
 * debugging aids take for themselves is left out.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fault.h"

#define DEBUGFS	"/sys/kernel/debug"

static void put(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) < 0)
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

static void put_at(const char *directory, const char *name, const char *text)
{
	char path[128];

	snprintf(path, sizeof(path), DEBUGFS "/%s/%s", directory, name);
	put(path, text);
}

/* Where the module's code is. */
static void module_text(char start[32], char end[32])
{
	FILE *file = fopen("/proc/modules", "re");
	unsigned long size, address;
	char name[64];

	while (file &&
	       fscanf(file, "%63s %lu %*s %*s %*s %lx%*[^\n]", name, &size, &address) == 3) {
		if (strcmp(name, "vmh"))
			continue;
		snprintf(start, 32, "%#lx", address);
		snprintf(end, 32, "%#lx", address + size);
		fclose(file);
		return;
	}
	FAIL("/proc/modules does not say where vmh is");
}

/* Caches whose allocations shall fail: all but the debugging aids'. */
static void choose_caches(void)
{
	DIR *slabs = opendir("/sys/kernel/slab");
	struct dirent *slab;
	char path[320];

	while (slabs && (slab = readdir(slabs))) {
		int fd;

		if (slab->d_name[0] == '.' || !strncmp(slab->d_name, "kmemleak", 8) ||
		    !strncmp(slab->d_name, "debug_objects", 13))
			continue;
		snprintf(path, sizeof(path), "/sys/kernel/slab/%s/failslab", slab->d_name);
		fd = open(path, O_WRONLY | O_CLOEXEC);
		/* An alias of another cache takes no setting. */
		if (fd >= 0 && write(fd, "1", 1) < 0)
			CHECK(errno == EINVAL);
		close(fd);
	}
	CHECK(slabs);
	closedir(slabs);
}

void allocations_init(void)
{
	static const char *const kinds[] = { "failslab", "fail_page_alloc", "fail_usercopy" };
	char start[32], end[32];

	choose_caches();
	module_text(start, end);
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		put_at(kinds[i], "verbose", "0");
		put_at(kinds[i], "require-start", start);
		put_at(kinds[i], "require-end", end);
	}
	put_at("failslab", "cache-filter", "1");
	put_at("failslab", "ignore-gfp-wait", "0");
	put_at("fail_page_alloc", "ignore-gfp-wait", "0");
	put_at("fail_page_alloc", "ignore-gfp-highmem", "0");
	put_at("fail_page_alloc", "min-order", "0");
}

static int nth_fd = -1;

static void nth_set(int nth)
{
	char text[16];
	int length = snprintf(text, sizeof(text), "%d", nth);

	if (nth_fd < 0)
		nth_fd = open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC);
	CHECK(nth_fd >= 0);
	CHECK(pwrite(nth_fd, text, length, 0) == length);
}

/* How many are left until the one that is to fail: 0 when it did. */
static int nth_left(void)
{
	char text[16] = "";

	CHECK(pread(nth_fd, text, sizeof(text) - 1, 0) > 0);
	return atoi(text);
}

static void check_refusal(const struct scenario *scenario, struct vm *vm,
			  const struct snapshot *before, int nth, long ret)
{
	char what[64];

	snprintf(what, sizeof(what), "allocation %d", nth);
	/* SET_SREGS calls CR3 invalid when its memory cannot be read. */
	if (ret != -ENOMEM && ret != -EFAULT && ret != -EAGAIN &&
	    (ret != -EINVAL || acted_command != VMH_SET_SREGS))
		FAIL("%s: %s", what, strerror(-ret));
	if (!acted_unrecorded) {
		struct vmh_error err = last_error(acted_fd);

		if (err.error != (uint32_t)-ret || err.call != (uint32_t)acted_command)
			FAIL("%s: %s, but the record is of call %#x, errno %u", what,
			     strerror(-ret), err.call, err.error);
	}
	snapshot_compare(scenario, vm, before, what);
}

/*
 * A call that failed has left all as it was, so the next attempt can be made at once. One that came
 * through although an allocation failed (the kernel had another way) needs a new VM.
 */
void fail_allocations(const struct scenario *scenario)
{
	struct snapshot *before = malloc(sizeof(*before));
	bool fresh = false;
	struct vm vm;
	int nth, left;
	long ret;

	CHECK(before);
	for (nth = 1;; nth++) {
		if (!fresh) {
			nth_set(0);
			scenario_start(scenario, &vm);
			snapshot_take(scenario, &vm, before);
		}
		nth_set(nth);
		ret = scenario->act(&vm);
		left = nth_left();
		nth_set(0);
		if (left) {
			if (ret < 0)
				FAIL("without a failure: %s", strerror(-ret));
			break;
		}
		results->allocations++;
		fresh = ret < 0;
		if (fresh) {
			check_refusal(scenario, &vm, before, nth, ret);
		} else {
			results->tolerated++;
			scenario_end(scenario, &vm);
		}
	}
	scenario_end(scenario, &vm);
	free(before);
}
