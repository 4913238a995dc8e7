/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VCPU_H
#define VMHCTL_VCPU_H

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>

#include <linux/vmh.h>

#include "exit.h"

struct vm;

/**
 * struct vcpu - a virtual processor and its thread
 * @vm: its VM.
 * @id: its number, which is its APIC id too.
 * @fd: the vCPU; -1 before it exists.
 * @run: the run page, shared with the kernel.
 * @thread: runs it, if @started.
 * @started: whether @thread exists.
 * @exits: how often each kind of exit came here.
 */
struct vcpu {
	struct vm *vm;
	unsigned int id;
	int fd;
	struct kvm_run *run;
	pthread_t thread;
	bool started;
	uint64_t exits[EXIT_KINDS];
};

int vcpu_create(struct vcpu *vcpu, struct vm *vm, unsigned int id);
void vcpu_destroy(struct vcpu *vcpu);
int vcpu_start(struct vcpu *vcpu);
void vcpu_stop(struct vcpu *vcpu);
int vcpu_ioctl(const struct vcpu *vcpu, unsigned long vmh_cmd, void *arg);
int vcpu_set(const struct vcpu *vcpu, unsigned long vmh_cmd, void *arg, const char *attempt);

#endif /* VMHCTL_VCPU_H */
