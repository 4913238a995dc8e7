/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_INSPECT_H
#define VMHCTL_INSPECT_H

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "remote.h"

/* vCPUs have numbers below this. */
#define INSPECT_VCPU_IDS	256u

/**
 * struct inspected - a VM of another process that stands still while it is looked into
 * @remote: the VM.
 * @paused: it was running, and goes on afterwards.
 * @signals: those that were blocked before it was paused.
 */
struct inspected {
	struct remote remote;
	bool paused;
	sigset_t signals;
};

int inspect_open(struct inspected *vm, const char *path, const char *id);
int inspect_close(struct inspected *vm);
bool inspect_interrupted(void);
int inspect_vcpu(const struct inspected *vm, unsigned int id);
int inspect_call(const struct inspected *vm, int vcpu, unsigned long command, void *arg,
		 const char *attempt);
ssize_t inspect_read(const struct inspected *vm, uint64_t gpa, void *buffer, size_t bytes);

#endif /* VMHCTL_INSPECT_H */
