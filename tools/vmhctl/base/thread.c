// SPDX-License-Identifier: GPL-2.0
/* The threads beside the main one: signals are that one's business. */
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>

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

/**
 * thread_name() - what "top -H" and "ps -L" show a thread as: vmh/web/0
 * @name: receives it, with the VM's name cut if need be.
 * @vm_name: may be empty: vmh/0.
 * @what: what the thread is for, in a few characters.
 */
void thread_name(char name[THREAD_NAME_LEN], const char *vm_name, const char *what)
{
	int used = snprintf(name, THREAD_NAME_LEN, "vmh/%s", vm_name);
	int most = THREAD_NAME_LEN - 2 - (int)strlen(what);

	if (used > most)
		used = most;
	snprintf(name + used, THREAD_NAME_LEN - used, "%s%s", *vm_name ? "/" : "", what);
}

/* Name this thread. */
void thread_set_name(const char *vm_name, const char *what)
{
	char name[THREAD_NAME_LEN];

	thread_name(name, vm_name, what);
	prctl(PR_SET_NAME, name);
}
