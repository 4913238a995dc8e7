/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_STATS_H
#define VMHCTL_STATS_H

struct vm;

void stats_print(const struct vm *vm);

#endif /* VMHCTL_STATS_H */
