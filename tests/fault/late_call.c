// SPDX-License-Identifier: GPL-2.0
/*
 * A call of a vCPU's that passes all checks, and is late for the vCPU's lock: the VM has ended by
 * then. Before a reboot processors leave VMX operation after that, so the call must not go on.
 */
#include <errno.h>
#include <pthread.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "fault.h"

#define POINT	"vcpu_late"

/**
 * struct late - a call that another thread makes
 * @fd: the vCPU's.
 * @command: the call.
 * @argument: its argument.
 * @error: what came of it: an errno or 0.
 */
struct late {
	int fd;
	unsigned long command;
	void *argument;
	int error;
};

static void *make_call(void *data)
{
	struct late *late = data;

	late->error = ioctl(late->fd, late->command, late->argument) < 0 ? errno : 0;
	return NULL;
}

static int times_late(void)
{
	struct point points[POINTS_MAX];
	unsigned int nr = points_read(points);

	for (unsigned int i = 0; i < nr; i++)
		if (!strcmp(points[i].name, POINT))
			return points[i].failed;
	FAIL("there is no point %s", POINT);
}

static void is_refused(unsigned long command)
{
	struct late late = { .command = command };
	int before = times_late();
	struct vmh_error err;
	struct kvm_regs regs;
	pthread_t thread;
	struct vm vm;

	vm_make(&vm, &(struct spec){ });
	VM_LOAD(&vm, guest_out);
	vm_start(&vm);
	late.fd = vm.vcpu[0];
	late.argument = command == VMH_GET_REGS ? &regs : NULL;
	point_arm(POINT, 1);
	CHECK(!pthread_create(&thread, NULL, make_call, &late));
	while (times_late() == before)
		usleep(1000);
	vm_event(&vm, VMH_EVENT_TERMINATE);
	CHECK(!pthread_join(thread, NULL));
	CHECK_EQ(late.error, ESTALE);
	err = last_error(vm.vcpu[0]);
	CHECK_EQ(err.code, VMH_E_TERMINATED);
	CHECK_EQ(err.call, command);
	vm_close(&vm);
	results->steps++;
}

void fail_late_call(const struct scenario *none)
{
	struct point points[POINTS_MAX];
	unsigned int nr = points_read(points);

	(void)none;
	is_refused(VMH_GET_REGS);
	is_refused(VMH_RUN);
	for (unsigned int which = 0; which < nr; which++)
		if (!strcmp(points[which].name, POINT))
			results->hit[which] = true;
}
