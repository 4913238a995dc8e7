/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_MAIN_LOOP_H
#define VMHCTL_MAIN_LOOP_H

#include <stdint.h>

struct serial;
struct vm;

int main_loop_prepare(void);
int main_loop_run(struct vm *vm, struct serial *input, uint64_t timeout_seconds);

#endif /* VMHCTL_MAIN_LOOP_H */
