/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_THREAD_H
#define VMHCTL_THREAD_H

#include <pthread.h>
#include <signal.h>

/* Interrupts RUN; it does nothing else. */
#define THREAD_KICK_SIGNAL	SIGUSR1

int thread_start(pthread_t *thread, void *(*run)(void *), void *arg);

#endif /* VMHCTL_THREAD_H */
