// SPDX-License-Identifier: GPL-2.0
/* The threads beside the main one: signals are that one's business. */
#include <string.h>

#include "message.h"
#include "thread.h"
#include "vmhctl.h"

/**
 * thread_start() - start a thread
 * @thread: filled in.
 * @run: what it does.
 * @arg: the argument of @run.
 *
 * The thread takes the kick signal and blocks all others.
 *
 * Return: 0, or VMHCTL_DEVICE with the reason printed.
 */
int thread_start(pthread_t *thread, void *(*run)(void *), void *arg)
{
	sigset_t all, before;
	int error;

	sigfillset(&all);
	sigdelset(&all, THREAD_KICK_SIGNAL);
	/* Faults of this program are not to be lost. */
	sigdelset(&all, SIGSEGV);
	sigdelset(&all, SIGBUS);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	error = pthread_create(thread, NULL, run, arg);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (!error)
		return VMHCTL_OK;
	complain("cannot create a thread: %s", strerror(error));
	return VMHCTL_DEVICE;
}
