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
#define TABLE_GPA	0x6000	/* a page table of the guest's */

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
	uint64_t gpa;		/* of the page that is waited for */
};

static void wait_for_fault(struct waiting *w)
{
	struct uffd_msg message;

	CHECK_EQ(read(w->fd, &message, sizeof(message)), sizeof(message));
	CHECK_EQ(message.event, UFFD_EVENT_PAGEFAULT);
	CHECK_EQ(message.arg.pagefault.address & ~(PAGE - 1),
		 (uintptr_t)w->vm.memory + w->gpa);
}

static void answer(struct waiting *w)
{
	struct uffdio_zeropage zero = {
		.range = { (uintptr_t)w->vm.memory + w->gpa, PAGE },
	};

	CHECK(!ioctl(w->fd, UFFDIO_ZEROPAGE, &zero));
}

/* A VM with a page that does not come by itself. */
static void make(struct waiting *w, uint64_t gpa)
{
	struct uffdio_api api = { .api = UFFD_API };
	struct uffdio_register range = { .mode = UFFDIO_REGISTER_MODE_MISSING };

	memset(w, 0, sizeof(*w));
	w->gpa = gpa;
	w->fd = syscall(SYS_userfaultfd, O_CLOEXEC);
	if (w->fd < 0)
		skip("the kernel has no userfaultfd");
	vm_make(&w->vm, &(struct spec){ });
	CHECK(!ioctl(w->fd, UFFDIO_API, &api));
	range.range.start = (uintptr_t)w->vm.memory + gpa;
	range.range.len = PAGE;
	CHECK(!ioctl(w->fd, UFFDIO_REGISTER, &range));
}

/* The guest has touched the page, and waits for it. */
static void start(struct waiting *w)
{
	make(w, DATA_GPA);
	VM_LOAD(&w->vm, guest_touch);
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

static void *translate(void *context)
{
	struct kvm_translation t = { .linear_address = 0x1000 };
	struct waiting *w = context;

	must(w->vm.vcpu[0], VMH_TRANSLATE, &t);
	CHECK_EQ(t.valid, 0);
	return NULL;
}

/* A page table does not come: who translates waits, and the vCPU's other calls do not. */
static void translated(void)
{
	struct kvm_sregs sregs;
	struct waiting w;
	pthread_t thread;

	make(&w, TABLE_GPA);
	*(uint64_t *)(w.vm.memory + 0x5000) = TABLE_GPA | 1;
	must(w.vm.vcpu[0], VMH_GET_SREGS, &sregs);
	sregs.cr3 = 0x5000;
	sregs.cr4 |= 1 << 5;
	sregs.cr0 |= 1U << 31 | 1;
	must(w.vm.vcpu[0], VMH_SET_SREGS, &sregs);
	CHECK(!pthread_create(&thread, NULL, translate, &w));
	wait_for_fault(&w);
	CHECK_EQ(vm_regs(&w.vm, 0).rip, CODE_GPA);
	answer(&w);
	CHECK(!pthread_join(thread, NULL));
}

static const struct test tests[] = {
	{ .name = "answered", .run = answered, .kvm = true },
	{ .name = "PAUSE meanwhile", .run = paused },
	{ .name = "TERMINATE meanwhile", .run = terminated },
	{ .name = "a signal meanwhile", .run = signalled },
	{ .name = "TRANSLATE", .run = translated },
	{ }
};

const struct suite suite_userfault = { "userfault", tests };
