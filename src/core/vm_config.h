/* SPDX-License-Identifier: GPL-2.0 */
/* A VM's configuration: checked as a whole before anything is created. */
#ifndef VMH_VM_CONFIG_H
#define VMH_VM_CONFIG_H

#include <linux/types.h>
#include <linux/vmh.h>

#include "resource_map.h"

/**
 * struct vm_config_bounds - what the module allows, and what it gives by default
 * @max_memory_bytes: most guest memory of one VM; a multiple of 4096, not 0.
 * @max_vcpus: most vCPUs of one VM; not 0.
 * @max: most that a limit may be set to, per resource; VMH_NO_LIMIT for no bound.
 * @defaults: limits of a VM that sets none, per resource; at most @max.
 */
struct vm_config_bounds {
	u64 max_memory_bytes;
	u32 max_vcpus;
	struct resource_limits max;
	struct resource_limits defaults;
};

/**
 * struct vm_config - a valid configuration
 * @memory_size: most guest memory that slots may add up to, bytes.
 * @vcpu_count: most vCPUs; ids are below it.
 * @flags: VMH_VM_*.
 * @limits: complete: memory_size and vcpu_count are in it, and the defaults.
 * @name: NUL-terminated, and zeros after that; may be empty.
 */
struct vm_config {
	u64 memory_size;
	u32 vcpu_count;
	u32 flags;
	struct resource_limits limits;
	char name[VMH_NAME_LEN];
};

/**
 * vm_config_check() - check what VMH_CREATE_VM was given
 * @in: a stable copy of the caller's structure; its @size has been dealt with.
 * @bounds: what the module allows.
 * @out: the configuration; written only on success.
 * @err: why it was refused; may be NULL.
 *
 * Fields are checked in the order of the structure, and the first fault is reported. A limit of
 * VMH_NO_LIMIT asks for as much as the module allows.
 *
 * Context: any; pure.
 * Return: 0; -EINVAL, or another errno of the code in @err.
 */
int vm_config_check(const struct vmh_vm_config *in, const struct vm_config_bounds *bounds,
		    struct vm_config *out, struct vmh_error *err);

/**
 * vm_config_default() - the configuration of VMH_CREATE_VM_DEFAULT
 * @bounds: what the module allows.
 * @out: the configuration: as much memory and as many vCPUs as a VM may have, default limits, and
 * VMH_VM_AUTO_START, since such a VMM knows nothing of the lifecycle.
 *
 * Context: any; pure.
 */
void vm_config_default(const struct vm_config_bounds *bounds, struct vm_config *out);

#endif /* VMH_VM_CONFIG_H */
