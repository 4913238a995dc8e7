// SPDX-License-Identifier: GPL-2.0
/* The host sleeps: the kernel's own test of it, which wakes up when all devices are suspended. */
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <time.h>
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

#define TSC_AFTER_SLEEP	"/sys/kernel/debug/vmh/tsc_after_sleep"
#define MSR_SYSTEM_TIME	0x4b564d01
#define CLOCK_GPA	0x3000

struct guest_clock {
	uint32_t version, pad;
	uint64_t tsc, ns;
	uint32_t mul;
	int8_t shift;
	uint8_t flags, pad2[2];
};

/* Tells its TSC at 0x2000 and exits; its clock is at CLOCK_GPA. */
GUEST(guest_tells,
      "1: rdtsc; movl %eax, 0x2000; movl %edx, 0x2004; outb %al, $0x10; jmp 1b");

/* The guest's TSC and, by what it is told of it, its system time. */
static void read_times(struct vm *vm, uint64_t *tsc, uint64_t *ns)
{
	const struct guest_clock *clock = (void *)(vm->memory + CLOCK_GPA);
	uint64_t ticks;

	vm_run_until(vm, 0, KVM_EXIT_IO);
	memcpy(tsc, vm->memory + 0x2000, sizeof(*tsc));
	CHECK(*tsc >= clock->tsc);
	ticks = *tsc - clock->tsc;
	ticks = clock->shift >= 0 ? ticks << clock->shift : ticks >> -clock->shift;
	*ns = clock->ns + (uint64_t)(((unsigned __int128)ticks * clock->mul) >> 32);
}

static uint64_t host_ns(void)
{
	struct timespec now;

	CHECK(!clock_gettime(CLOCK_BOOTTIME, &now));
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

/* A kernel that knows IA32_TSC_ADJUST restores the TSC before anybody sees that it was written. */
static void need_tsc_that_stays(void)
{
	char text[4096];
	int fd = open("/proc/cpuinfo", O_RDONLY | O_CLOEXEC);
	ssize_t size = fd < 0 ? -1 : read(fd, text, sizeof(text) - 1);

	CHECK(size > 0);
	close(fd);
	text[size] = 0;
	if (strstr(text, " tsc_adjust"))
		skip("needs clearcpuid=tsc_adjust");
}

/*
 * The host's TSC starts over in its sleep, as it does on many machines: the guest's goes on, and
 * its clock keeps the distance that it has from the host's.
 */
static void tsc_starts_over(void)
{
	uint64_t tsc, ns, last_tsc, distance;
	struct kvm_clock_data clock;
	struct vm vm;

	need_sleep();
	if (access(TSC_AFTER_SLEEP, W_OK))
		skip("needs a kernel that injects failures");
	need_tsc_that_stays();
	vm_make(&vm, &(struct spec){ .cpus = 1 });
	VM_LOAD(&vm, guest_tells);
	vm_start(&vm);
	CHECK_EQ(vm_set_msr(&vm, 0, MSR_SYSTEM_TIME, CLOCK_GPA | 1), 1);
	read_times(&vm, &last_tsc, &ns);
	distance = host_ns() - ns;
	for (int i = 0; i < 3; i++) {
		uint64_t before = __builtin_ia32_rdtsc();

		write_to(TSC_AFTER_SLEEP, "1000");
		write_to("/sys/power/state", "mem");
		/* It has hardly begun when it starts over again. */
		CHECK(i || __builtin_ia32_rdtsc() < before);
		read_times(&vm, &tsc, &ns);
		CHECK(tsc > last_tsc);
		CHECK(tsc - last_tsc < 10ULL * 1000 * must(vm.vcpu[0], VMH_GET_TSC_KHZ, NULL));
		CHECK(host_ns() - ns - distance + 100000000 < 200000000);
		must(vm.fd, VMH_GET_CLOCK, &clock);
		CHECK(host_ns() - clock.clock - distance + 100000000 < 200000000);
		last_tsc = tsc;
	}
}

static const struct test tests[] = {
	{ .name = "the machine sleeps under VMs", .run = sleeps, .kvm = true },
	{ .name = "the machine sleeps before the first VM", .run = sleeps_idle, .kvm = true },
	{ .name = "the machine sleeps and its TSC starts over", .run = tsc_starts_over },
	{ }
};

const struct suite suite_power = { "power", tests };
