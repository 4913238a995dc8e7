/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_DUMP_H
#define VMHCTL_DUMP_H

#include <linux/vmh.h>

struct vcpu;

/* Something that takes a line of text, as printf() does. */
typedef void say_fn(const char *format, ...);

void dump_state(say_fn *say, const struct kvm_regs *regs, const struct kvm_sregs *sregs);
void dump_registers(const struct vcpu *vcpu);

#endif /* VMHCTL_DUMP_H */
