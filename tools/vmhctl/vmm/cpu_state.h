/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_CPU_STATE_H
#define VMHCTL_CPU_STATE_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;
struct vm;

int cpu_state_real(const struct vcpu *vcpu, uint16_t entry);
int cpu_state_linux(const struct vm *vm, uint64_t entry_gpa, bool long_mode);

#endif /* VMHCTL_CPU_STATE_H */
