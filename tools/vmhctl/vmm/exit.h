/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_EXIT_H
#define VMHCTL_EXIT_H

#include <stdbool.h>

struct vcpu;

/* Exit reasons are counted by number; the last counter is for those that have no name here. */
#define EXIT_KINDS	26

bool exit_handle(struct vcpu *vcpu);
const char *exit_name(unsigned int kind);

#endif /* VMHCTL_EXIT_H */
