/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_LIMIT_H
#define VMHCTL_LIMIT_H

#include <stdbool.h>
#include <stdint.h>

struct vcpu;
struct vm;
struct vmh_exit_resource;

void limit_learn_id(struct vm *vm);
bool limit_reached(struct vcpu *vcpu, const struct vmh_exit_resource *res);
uint64_t limit_to_suggest(const struct vmh_exit_resource *res);

#endif /* VMHCTL_LIMIT_H */
