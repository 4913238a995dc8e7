/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_TEST_PORTS_H
#define VMHCTL_TEST_PORTS_H

struct vm;

void test_ports_add(struct vm *vm);

#endif /* VMHCTL_TEST_PORTS_H */
