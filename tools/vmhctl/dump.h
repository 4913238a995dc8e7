/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_DUMP_H
#define VMHCTL_DUMP_H

struct vcpu;

void dump_registers(const struct vcpu *vcpu);

#endif /* VMHCTL_DUMP_H */
