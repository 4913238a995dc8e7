// SPDX-License-Identifier: GPL-2.0
/* The host sleeps: the kernel's own test of it, which wakes up when all devices are suspended. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "vm.h"

#define PM_TEST	"/sys/power/pm_test"

static void write_to(const char *path, const char *text)
{
	int fd = open(path, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, text, strlen(text)) != (ssize_t)strlen(text))
		FAIL("%s: %s", path, strerror(errno));
	close(fd);
}

static void need_sleep(void)
{
	if (access(PM_TEST, W_OK))
		skip("needs a kernel with CONFIG_PM_DEBUG");
}

static void sleep_and_wake(void)
{
	write_to("/sys/module/suspend/parameters/pm_test_delay", "0");
	write_to(PM_TEST, "devices");
	write_to("/sys/power/state", "freeze");
	write_to(PM_TEST, "none");
}

/* A guest that runs is stopped, and goes on; so does one that is between two RUNs. */
static void sleeps(void)
{
	struct vm running, idle;
	struct runner runner;

	need_sleep();
	vm_make(&running, &(struct spec){ });
	VM_LOAD(&running, guest_spin);
	vm_start(&running);
	runner_start(&runner, &running, 0);
	vm_make(&idle, &(struct spec){ });
	VM_LOAD(&idle, guest_out);
	vm_start(&idle);
	for (int i = 0; i < 3; i++) {
		vm_run_until(&idle, 0, KVM_EXIT_IO);
		wait_until_changes((void *)(running.memory + SPIN_COUNTER));
		sleep_and_wake();
	}
	vm_run_until(&idle, 0, KVM_EXIT_IO);
	wait_until_changes((void *)(running.memory + SPIN_COUNTER));
	_exit(0);
}

/* With nobody in VMX operation there is nothing to leave. */
static void sleeps_idle(void)
{
	struct vm vm;

	need_sleep();
	sleep_and_wake();
	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	vm_run_until(&vm, 0, KVM_EXIT_IO);
}

static const struct test tests[] = {
	{ .name = "the machine sleeps under VMs", .run = sleeps, .kvm = true },
	{ .name = "the machine sleeps before the first VM", .run = sleeps_idle, .kvm = true },
	{ }
};

const struct suite suite_power = { "power", tests };
