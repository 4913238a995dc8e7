// SPDX-License-Identifier: GPL-2.0
/*
 * stuck: a VM that nothing can be had of. One call holds its lock, another its vCPU, and each waits
 * for a page that does not come.
 */
#include <err.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <stdio.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>
#include <linux/vmh.h>

#define PAGE	4096UL

struct stuck_call {
	int fd;
	unsigned long command;
	void *argument;
};

static void *make_call(void *argument)
{
	const struct stuck_call *c = argument;

	ioctl(c->fd, c->command, c->argument);
	errx(1, "call %#lx has ended", c->command);
}

static char *missing_pages(int uffd, unsigned long bytes)
{
	struct uffdio_register range = {
		.mode = UFFDIO_REGISTER_MODE_MISSING, .range.len = bytes,
	};
	struct uffdio_api api = { .api = UFFD_API };
	char *pages = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	range.range.start = (unsigned long)pages;
	if (pages == MAP_FAILED || ioctl(uffd, UFFDIO_API, &api) ||
	    ioctl(uffd, UFFDIO_REGISTER, &range))
		err(1, "userfaultfd");
	return pages;
}

int main(void)
{
	int uffd = syscall(SYS_userfaultfd, O_CLOEXEC), device = open(VMH_DEVICE_PATH, O_RDWR);
	struct stuck_call calls[2];
	struct uffd_msg message;
	pthread_t thread;
	char *pages;
	int vm, vcpu;

	if (uffd < 0 || device < 0)
		err(1, "open");
	pages = missing_pages(uffd, 2 * PAGE);
	vm = ioctl(device, VMH_CREATE_VM_DEFAULT, 0);
	vcpu = ioctl(vm, VMH_CREATE_VCPU, 0);
	if (vm < 0 || vcpu < 0)
		err(1, "a VM");
	calls[0] = (struct stuck_call){ vcpu, VMH_SET_REGS, pages };
	calls[1] = (struct stuck_call){ vm, VMH_SET_CLOCK, pages + PAGE };
	for (int i = 0; i < 2; i++) {
		if (pthread_create(&thread, NULL, make_call, &calls[i]) ||
		    read(uffd, &message, sizeof(message)) != sizeof(message))
			err(1, "call %d", i);
	}
	puts("stuck");
	fflush(stdout);
	pause();
	return 0;
}
