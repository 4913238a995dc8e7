/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_THREAD_H
#define VMHCTL_THREAD_H

#include <pthread.h>
#include <signal.h>

/* Interrupts RUN; it does nothing else. */
#define THREAD_KICK_SIGNAL	SIGUSR1

#define THREAD_NAME_LEN		16

int thread_start(pthread_t *thread, void *(*run)(void *), void *arg);
void thread_name(char name[THREAD_NAME_LEN], const char *vm_name, const char *what);
void thread_set_name(const char *vm_name, const char *what);

#endif /* VMHCTL_THREAD_H */
