/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_CPUID_H
#define VMHCTL_CPUID_H

#include <stdbool.h>

#include <linux/kvm.h>

struct vm;

/* Room for what a device may offer and for what is added here. */
#define CPUID_ENTRIES_MAX	256
#define CPUID_ENTRIES_ADDED	3

void cpuid_fix(struct kvm_cpuid2 *cpuid, unsigned int id, unsigned int cpus, bool deadline);
int cpuid_set(const struct vm *vm);

#endif /* VMHCTL_CPUID_H */
