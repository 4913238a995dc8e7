/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_MPTABLE_H
#define VMHCTL_MPTABLE_H

#include <stddef.h>
#include <stdint.h>

size_t mptable_build(uint8_t *at, size_t room, uint64_t gpa, unsigned int cpus);

#endif /* VMHCTL_MPTABLE_H */
