// SPDX-License-Identifier: GPL-2.0
/*
 * Looking into a VM of another process: registers of its vCPUs and its memory. A running VM is
 * paused meanwhile, so that what is read belongs together, and goes on afterwards. A signal that
 * would end this process waits until then.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <unistd.h>

#include "error.h"
#include "inspect.h"
#include "vmhctl.h"

#define RIGHTS	(VMH_RIGHT_INSPECT | VMH_RIGHT_CONTROL | VMH_RIGHT_DEBUG | VMH_RIGHT_MEMORY)

static const int ending_signals[] = { SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGTSTP };

static void hold_signals(sigset_t *before)
{
	sigset_t set;

	sigemptyset(&set);
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		sigaddset(&set, ending_signals[i]);
	sigprocmask(SIG_BLOCK, &set, before);
}

/* Whether this process is to end: who reads for long asks now and then, and closes the VM. */
bool inspect_interrupted(void)
{
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < ARRAY_SIZE(ending_signals); i++)
		if (sigismember(&pending, ending_signals[i]))
			return true;
	return false;
}

static int change(const struct inspected *vm, enum vmh_event event, const char *attempt)
{
	struct vmh_state_change change = { .size = sizeof(change), .event = event };

	return remote_call(&vm->remote, VMH_SET_STATE, &change, attempt);
}

/**
 * inspect_open() - open a VM to look into it, and have it stand still
 * @vm: filled in; inspect_close() undoes it.
 * @path: the device.
 * @id: the VM, as a person calls it.
 *
 * Return: 0, or an exit status with the reason printed and nothing open.
 */
int inspect_open(struct inspected *vm, const char *path, const char *id)
{
	struct vmh_state_info info;
	int ret = remote_open(&vm->remote, path, id, RIGHTS);

	vm->paused = false;
	if (ret)
		return ret;
	hold_signals(&vm->signals);
	ret = remote_state(&vm->remote, &info);
	if (!ret && info.state == VMH_STATE_RUNNING) {
		ret = change(vm, VMH_EVENT_PAUSE, "pause");
		vm->paused = !ret;
	}
	if (ret)
		inspect_close(vm);
	return ret;
}

/* Undo inspect_open(). Returns 0, or an exit status with the reason printed: it does not go on. */
int inspect_close(struct inspected *vm)
{
	int ret = vm->paused ? change(vm, VMH_EVENT_RESUME, "resume") : VMHCTL_OK;

	remote_close(&vm->remote);
	sigprocmask(SIG_SETMASK, &vm->signals, NULL);
	return ret;
}

/**
 * inspect_vcpu() - open a vCPU to read its registers
 * @vm: the VM.
 * @id: its number.
 *
 * Return: an fd, or -1: there is none.
 */
int inspect_vcpu(const struct inspected *vm, unsigned int id)
{
	return dev_ioctl_value(&vm->remote.dev, vm->remote.fd, VMH_OPEN_VCPU, id);
}

/**
 * inspect_call() - call a vCPU
 * @vm: its VM.
 * @vcpu: of inspect_vcpu().
 * @command: the call.
 * @arg: its argument.
 * @attempt: what it is for, between "cannot" and the VM.
 *
 * Return: 0, or VMHCTL_REFUSED with the reason printed.
 */
int inspect_call(const struct inspected *vm, int vcpu, unsigned long command, void *arg,
		 const char *attempt)
{
	char whole[REMOTE_LEN + 64];
	int error;

	if (dev_ioctl(&vm->remote.dev, vcpu, command, arg) >= 0)
		return VMHCTL_OK;
	error = errno;
	snprintf(whole, sizeof(whole), "%s %s", attempt, vm->remote.title);
	errno = error;
	error_report(&vm->remote.dev, vcpu, whole);
	return VMHCTL_REFUSED;
}

/**
 * inspect_read() - read guest memory
 * @vm: the VM.
 * @gpa: guest-physical address.
 * @buffer: receives it.
 * @bytes: how much, not 0 and no more than VMH_MEMORY_ACCESS_MAX.
 *
 * Return: how many bytes there were, from @gpa on; -1 if there is no memory, with errno set.
 */
ssize_t inspect_read(const struct inspected *vm, uint64_t gpa, void *buffer, size_t bytes)
{
	struct vmh_memory_access access = {
		.size = sizeof(access), .gpa = gpa, .length = bytes,
		.buffer = (uintptr_t)buffer,
	};

	return dev_ioctl(&vm->remote.dev, vm->remote.fd, VMH_ACCESS_MEMORY, &access);
}
