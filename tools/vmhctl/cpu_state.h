/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_CPU_STATE_H
#define VMHCTL_CPU_STATE_H

#include <stdint.h>

struct vcpu;

int cpu_state_real(const struct vcpu *vcpu, uint16_t entry);

#endif /* VMHCTL_CPU_STATE_H */
