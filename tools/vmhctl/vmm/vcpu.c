// SPDX-License-Identifier: GPL-2.0
/* A vCPU: its fd, its run page, and the thread that enters it again and again. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <time.h>
#include <unistd.h>

#include "dump.h"
#include "error.h"
#include "exit.h"
#include "message.h"
#include "thread.h"
#include "vcpu.h"
#include "vm.h"
#include "vmhctl.h"

#define KICK_INTERVAL_NS	20000000

/* Call a vCPU. */
int vcpu_ioctl(const struct vcpu *vcpu, unsigned long vmh_cmd, void *arg)
{
	return dev_ioctl(vcpu->vm->dev, vcpu->fd, vmh_cmd, arg);
}

/**
 * vcpu_set() - call a vCPU for something that must succeed
 * @vcpu: the vCPU.
 * @vmh_cmd: the command.
 * @arg: its argument.
 * @attempt: what it is for, after the word "cannot".
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int vcpu_set(const struct vcpu *vcpu, unsigned long vmh_cmd, void *arg, const char *attempt)
{
	if (vcpu_ioctl(vcpu, vmh_cmd, arg) >= 0)
		return VMHCTL_OK;
	error_report(vcpu->vm->dev, vcpu->fd, attempt);
	return VMHCTL_DEVICE;
}

/**
 * vcpu_create() - add a vCPU to a VM
 * @vcpu: filled in; vcpu_destroy() undoes it, also after a failure.
 * @vm: the VM.
 * @id: number of the vCPU.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int vcpu_create(struct vcpu *vcpu, struct vm *vm, unsigned int id)
{
	void *run;

	*vcpu = (struct vcpu){ .vm = vm, .id = id };
	vcpu->fd = dev_ioctl_value(vm->dev, vm->fd, VMH_CREATE_VCPU, id);
	if (vcpu->fd < 0) {
		error_report(vm->dev, vm->fd, "create a vCPU");
		return VMHCTL_DEVICE;
	}
	run = mmap(NULL, vm->run_bytes, PROT_READ | PROT_WRITE, MAP_SHARED, vcpu->fd, 0);
	if (run == MAP_FAILED) {
		error_report(vm->dev, vcpu->fd, "map a vCPU's run page");
		return VMHCTL_DEVICE;
	}
	vcpu->run = run;
	return VMHCTL_OK;
}

/* Undo vcpu_create(). The thread has ended. */
void vcpu_destroy(struct vcpu *vcpu)
{
	if (vcpu->run)
		munmap(vcpu->run, vcpu->vm->run_bytes);
	if (vcpu->fd >= 0)
		close(vcpu->fd);
}

/* Not by us: the kernel knows by what. */
static void tell_terminated(const struct vm *vm)
{
	struct vmh_state_info info = { .size = sizeof(info) };

	if (!dev_ioctl(vm->dev, vm->fd, VMH_GET_STATE, &info) &&
	    info.reason == VMH_REASON_HOST_SHUTDOWN)
		complain("the VM was terminated: the machine shuts down, or lost its TSC asleep");
	else
		complain("the VM was terminated from outside (vmhctl terminate)");
}

/* RUN failed. Returns whether to try again. */
static bool vcpu_run_failed(struct vcpu *vcpu)
{
	struct vm *vm = vcpu->vm;

	/* EINTR: kicked. EAGAIN: woken while it waits for its start-up IPI. */
	if (errno == EINTR || errno == EAGAIN)
		return true;
	if (!vm_end(vm, VMHCTL_GUEST_FAILED))
		return false;
	if (errno == ESTALE) {
		tell_terminated(vm);
		return false;
	}
	error_report(vm->dev, vcpu->fd, "run the guest");
	dump_registers(vcpu);
	return false;
}

static void *vcpu_thread(void *arg)
{
	struct vcpu *vcpu = arg;
	bool go_on = true;
	char number[8];

	snprintf(number, sizeof(number), "%u", vcpu->id);
	thread_set_name(vcpu->vm->config.name, number);
	while (go_on && !vm_ended(vcpu->vm)) {
		if (vcpu_ioctl(vcpu, VMH_RUN, NULL) < 0)
			go_on = vcpu_run_failed(vcpu);
		else
			go_on = exit_handle(vcpu);
	}
	return NULL;
}

static void on_kick(int signal)
{
	(void)signal;
}

/**
 * vcpu_start() - let a vCPU run in a thread of its own
 * @vcpu: the vCPU, of a running VM.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int vcpu_start(struct vcpu *vcpu)
{
	struct sigaction action = { .sa_handler = on_kick };
	int status;

	sigaction(THREAD_KICK_SIGNAL, &action, NULL);
	status = thread_start(&vcpu->thread, vcpu_thread, vcpu);
	vcpu->started = !status;
	return status;
}

/**
 * vcpu_stop() - end a vCPU's thread
 * @vcpu: the vCPU, of a VM that has ended; its thread may be in the guest.
 */
void vcpu_stop(struct vcpu *vcpu)
{
	struct timespec until;

	if (!vcpu->started)
		return;
	do {
		/* The flag catches a thread that is on its way into the guest. */
		vcpu->run->immediate_exit = 1;
		pthread_kill(vcpu->thread, THREAD_KICK_SIGNAL);
		clock_gettime(CLOCK_REALTIME, &until);
		until.tv_nsec += KICK_INTERVAL_NS;
		if (until.tv_nsec >= 1000000000) {
			until.tv_nsec -= 1000000000;
			until.tv_sec++;
		}
	} while (pthread_timedjoin_np(vcpu->thread, NULL, &until) == ETIMEDOUT);
	vcpu->started = false;
}
