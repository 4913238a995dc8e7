/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VM_MEMORY_H
#define VMHCTL_VM_MEMORY_H

#include <stdbool.h>
#include <stdint.h>

uint8_t *vm_memory_map(uint64_t bytes, bool hugepages);
uint8_t *vm_memory_map_shared(uint64_t bytes, bool hugepages, int *fd);

#endif /* VMHCTL_VM_MEMORY_H */
