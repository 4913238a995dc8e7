// SPDX-License-Identifier: GPL-2.0
/* Tiny guests: a file of bare instructions that starts in real mode. */
#include <string.h>

#include "cpu_state.h"
#include "loader_flat.h"
#include "message.h"
#include "vcpu.h"
#include "vmhctl.h"

/**
 * flat_load() - put a flat guest into memory and set the registers for it
 * @vm: not started.
 * @file: the guest.
 * @load_gpa: where its first byte goes.
 * @entry_gpa: where it starts; below 64 KiB.
 *
 * With interrupt controllers only vCPU 0 starts, as on a real machine; without them there is no
 * way to wake the others, and all start at once.
 *
 * Return: 0, or an exit status with the reason printed.
 */
int flat_load(struct vm *vm, const struct file *file, uint64_t load_gpa, uint64_t entry_gpa)
{
	unsigned int starting = vm->config.irqchip ? 1 : vm->config.cpus;
	void *at = vm_memory_at(vm, load_gpa, file->bytes);

	if (!file->bytes) {
		complain("%s: the file is empty", file->path);
		return VMHCTL_INPUT;
	}
	if (!at) {
		complain("%s: %llu bytes at %#llx do not fit into %llu KiB of memory", file->path,
			 (unsigned long long)file->bytes, (unsigned long long)load_gpa,
			 (unsigned long long)vm->config.memory_bytes >> 10);
		return VMHCTL_INPUT;
	}
	if (entry_gpa > UINT16_MAX) {
		complain("the entry %#llx is out of reach: real mode starts below 64 KiB",
			 (unsigned long long)entry_gpa);
		return VMHCTL_USAGE;
	}
	memcpy(at, file->data, file->bytes);
	for (unsigned int id = 0; id < starting; id++) {
		int ret = cpu_state_real(&vm->vcpus[id], entry_gpa);

		if (ret)
			return ret;
	}
	return VMHCTL_OK;
}
