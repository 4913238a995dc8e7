// SPDX-License-Identifier: GPL-2.0
/* A guest's fault that the VMM answers when it likes: meanwhile nobody is held up. */
#include <errno.h>
#include <fcntl.h>
#include <linux/userfaultfd.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <stdio.h>
#include <unistd.h>

#include "vm.h"

#define DATA_GPA	0x20000

/* From this version on a signal ends the kernel's wait. */
static bool kernel_can_be_interrupted(void)
{
	unsigned int major, minor;
	struct utsname name;

	CHECK(!uname(&name) && sscanf(name.release, "%u.%u", &major, &minor) == 2);
	return major > 6 || (major == 6 && minor >= 2);
}

struct waiting {
	struct vm vm;
	struct runner runner;
	int fd;
};

static void wait_for_fault(struct waiting *w)
{
	struct uffd_msg message;

	CHECK_EQ(read(w->fd, &message, sizeof(message)), sizeof(message));
	CHECK_EQ(message.event, UFFD_EVENT_PAGEFAULT);
	CHECK_EQ(message.arg.pagefault.address & ~(PAGE - 1),
		 (uintptr_t)w->vm.memory + DATA_GPA);
}

static void answer(struct waiting *w)
{
	struct uffdio_zeropage zero = {
		.range = { (uintptr_t)w->vm.memory + DATA_GPA, PAGE },
	};

	CHECK(!ioctl(w->fd, UFFDIO_ZEROPAGE, &zero));
}

/* The guest has touched the page, and waits for it. */
static void start(struct waiting *w)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	memset(w, 0, sizeof(*w));
	w->fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (w->fd < 0)
		skip("the kernel has no userfaultfd");
	vm_make(&w->vm, &(struct spec){ });
	VM_LOAD(&w->vm, guest_touch);
	CHECK(!ioctl(w->fd, UFFDIO_API, &api));
	range.range.start = (uintptr_t)w->vm.memory + DATA_GPA;
	range.range.len = PAGE;
	CHECK(!ioctl(w->fd, UFFDIO_REGISTER, &range));
	must(w->vm.vcpu[0], VMH_SET_REGS, &(struct kvm_regs){
		.rip = CODE_GPA, .rflags = 2, .rbx = DATA_GPA, .rcx = 1 });
	vm_start(&w->vm);
	runner_start(&w->runner, &w->vm, 0);
	wait_for_fault(w);
}

static void check_written(struct waiting *w)
{
	runner_join(&w->runner);
	CHECK_EQ(w->runner.ret, 0);
	CHECK_EQ(w->runner.exit_reason, KVM_EXIT_HLT);
	CHECK_EQ(w->vm.memory[DATA_GPA], 0x5a);
}

static void answered(void)
{
	struct waiting w;

	start(&w);
	answer(&w);
	check_written(&w);
}

static void paused(void)
{
	struct waiting w;

	start(&w);
	vm_event(&w.vm, VMH_EVENT_PAUSE);
	if (kernel_can_be_interrupted())
		CHECK_EQ(vm_regs(&w.vm, 0).rbx, DATA_GPA);
	vm_event(&w.vm, VMH_EVENT_RESUME);
	if (kernel_can_be_interrupted())
		wait_for_fault(&w);
	answer(&w);
	check_written(&w);
}

static void terminated(void)
{
	struct waiting w;

	start(&w);
	vm_event(&w.vm, VMH_EVENT_TERMINATE);
	CHECK_EQ(vm_usage(&w.vm).res[VMH_RES_EPT_PAGES].used, 0);
	if (!kernel_can_be_interrupted())
		answer(&w);
	runner_join(&w.runner);
	CHECK_EQ(w.runner.ret, -1);
	CHECK_EQ(w.runner.error, ESTALE);
}

static void ignore(int number)
{
	(void)number;
}

/* RUN ends with EINTR and is called again: the runner's doing. The page is asked for again. */
static void signalled(void)
{
	struct waiting w;

	if (!kernel_can_be_interrupted())
		skip("before 6.2 only a signal that kills ends the wait");
	signal(SIGUSR1, ignore);
	start(&w);
	CHECK(!pthread_kill(w.runner.thread, SIGUSR1));
	wait_for_fault(&w);
	answer(&w);
	check_written(&w);
}

static const struct test tests[] = {
	{ .name = "answered", .run = answered, .kvm = true },
	{ .name = "PAUSE meanwhile", .run = paused },
	{ .name = "TERMINATE meanwhile", .run = terminated },
	{ .name = "a signal meanwhile", .run = signalled },
	{ }
};

const struct suite suite_userfault = { "userfault", tests };
