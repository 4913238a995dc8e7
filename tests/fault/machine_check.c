// SPDX-License-Identifier: GPL-2.0
/*
 * A machine check while a guest runs. The processor reports none here, so the module takes an
 * exception of the guest's for one. The host's handler finds no bank with an error, and that the
 * guest cannot go on: it kills the VMM, and nobody else.
 */
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "fault.h"

#define POINT	"machine_check"
#define CR4_MCE	(1 << 6)
/* The handler is not to wait for other processors, which see nothing of it. */
#define TIMEOUT	"/sys/devices/system/machinecheck/machinecheck0/monarch_timeout"

GUEST(guest_ud, "ud2");
GUEST(guest_out_once, "out %al, $0x10");

static void expect_no_broadcast(void)
{
	int fd = open(TIMEOUT, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, "0", 1) != 1)
		FAIL("%s: has the kernel CONFIG_X86_MCE?", TIMEOUT);
	close(fd);
}

static unsigned long machine_checks(void)
{
	FILE *file = fopen("/proc/interrupts", "re");
	unsigned long total = 0, count;
	char line[256];
	int at;

	CHECK(file);
	while (fgets(line, sizeof(line), file)) {
		char *counts = strstr(line, "MCE:");

		if (!counts)
			continue;
		for (counts += 4; sscanf(counts, "%lu%n", &count, &at) == 1; counts += at)
			total += count;
	}
	fclose(file);
	return total;
}

/* CR4.MCE as the guest has it; the processor's has to be set in either case. */
static void run_into_it(unsigned long guest_cr4)
{
	struct kvm_sregs sregs;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_ud);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	CHECK(!(sregs.cr4 & CR4_MCE));
	sregs.cr4 |= guest_cr4;
	must(vm.vcpu[0], VMH_SET_SREGS, &sregs);
	must(vm.vcpu[0], VMH_GET_SREGS, &sregs);
	CHECK_EQ(sregs.cr4, guest_cr4);
	vm_start(&vm);
	point_arm(POINT, 1);
	call(vm.vcpu[0], VMH_RUN, NULL);
	FAIL("RUN has returned");
}

static void is_killed(unsigned long guest_cr4)
{
	unsigned long before = machine_checks();
	pid_t child = fork();
	int status;

	CHECK(child >= 0);
	if (!child)
		run_into_it(guest_cr4);
	CHECK(waitpid(child, &status, 0) == child);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGBUS)
		FAIL("the VMM has ended with status %#x, not by SIGBUS", status);
	CHECK_EQ(machine_checks(), before + 1);
	results->steps++;
}

static void others_live_on(struct vm *other)
{
	struct vm next;

	vm_run_until(other, 0, KVM_EXIT_IO);
	vm_make(&next, &(struct spec){ });
	VM_LOAD(&next, guest_out_once);
	vm_start(&next);
	vm_run_until(&next, 0, KVM_EXIT_IO);
	vm_close(&next);
	CHECK_EQ(list_vms(other->dev, 0, NULL, 0), 1);
}

void fail_machine(const struct scenario *none)
{
	struct point points[POINTS_MAX];
	unsigned int nr = points_read(points);
	struct vm other;

	(void)none;
	expect_no_broadcast();
	vm_make(&other, &(struct spec){ });
	VM_LOAD(&other, guest_out_once);
	vm_start(&other);
	is_killed(0);
	is_killed(CR4_MCE);
	others_live_on(&other);
	vm_close(&other);
	for (unsigned int which = 0; which < nr; which++)
		if (!strcmp(points[which].name, POINT))
			results->hit[which] = true;
}
