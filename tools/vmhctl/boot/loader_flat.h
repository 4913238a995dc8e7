/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_LOADER_FLAT_H
#define VMHCTL_LOADER_FLAT_H

#include <stdint.h>

#include "file.h"
#include "vm.h"

#define FLAT_LOAD_GPA		0x1000
#define FLAT_MEMORY_BYTES	(16ULL << 20)

int flat_load(struct vm *vm, const struct file *file, uint64_t load_gpa, uint64_t entry_gpa);

#endif /* VMHCTL_LOADER_FLAT_H */
