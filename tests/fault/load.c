// SPDX-License-Identifier: GPL-2.0
/*
 * Loading the module, each step failing: it is refused, and the next attempt succeeds. What is only
 * tried out then, and can be later, does not keep the module from being loaded.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "fault.h"

static int load(const char *parameters)
{
	struct utsname name;
	char path[256];
	int fd, ret;

	CHECK(!uname(&name));
	snprintf(path, sizeof(path), "/lib/modules/%s/vmh.ko", name.release);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		FAIL("%s: %s", path, strerror(errno));
	ret = syscall(SYS_finit_module, fd, parameters, 0) ? -errno : 0;
	close(fd);
	return ret;
}

static void unload(void)
{
	if (syscall(SYS_delete_module, "vmh", O_NONBLOCK))
		FAIL("the module cannot be unloaded: %s", strerror(errno));
}

static void load_failing(unsigned int which, const struct point *point, int nth)
{
	/* Whatever belongs to no step of loading is VT-x, being tried out. */
	bool tried_out = strncmp(point->name, "load_", 5);
	int expected = tried_out ? 0 : -point->error;
	char parameters[96];
	struct vm vm;
	int ret;

	/* The quotes are the kernel's, for the blank. */
	snprintf(parameters, sizeof(parameters), "fail=\"%.31s %d\"", point->name, nth);
	ret = load(parameters);
	if (ret != expected)
		FAIL("%s: %s, not %s", parameters, strerror(-ret), strerror(-expected));
	if (tried_out) {
		/* The first VM tries it again. */
		vm_create(&vm, &(struct spec){ });
		vm_close(&vm);
		unload();
		results->tolerated++;
	}
	results->hit[which] = true;
	results->steps++;
}

/* The module is loaded before and after. */
void fail_loading(const struct scenario *none)
{
	struct point points[POINTS_MAX];
	unsigned int nr;

	(void)none;
	unload();
	CHECK(!load(""));
	nr = points_read(points);
	unload();
	for (unsigned int which = 0; which < nr; which++)
		for (int nth = 1; nth <= points[which].reached; nth++)
			load_failing(which, &points[which], nth);
	CHECK(load("fail=nonsense") == -ENOENT);
	CHECK(!load("pool_pages=0"));
}
