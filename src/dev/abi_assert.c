// SPDX-License-Identifier: GPL-2.0
/*
 * The layout of every structure of the ABI, as programs have it compiled in: the same for 32 and
 * 64 bits. A line here changes only when a structure grows at its end.
 */
#include <linux/build_bug.h>
#include <linux/stddef.h>
#include <linux/vmh.h>

#define ABI_SIZE(type, bytes) \
	static_assert(sizeof(struct type) == (bytes))
#define ABI_FIELD(type, field, bytes) \
	static_assert(offsetof(struct type, field) == (bytes))

ABI_SIZE(vmh_info, 144);
ABI_FIELD(vmh_info, size, 0);
ABI_FIELD(vmh_info, flags, 4);
ABI_FIELD(vmh_info, abi_version, 8);
ABI_FIELD(vmh_info, unusable, 12);
ABI_FIELD(vmh_info, features, 16);
ABI_FIELD(vmh_info, max_vcpus, 24);
ABI_FIELD(vmh_info, max_slots, 28);
ABI_FIELD(vmh_info, max_vms, 32);
ABI_FIELD(vmh_info, phys_bits, 36);
ABI_FIELD(vmh_info, max_memory_bytes, 40);
ABI_FIELD(vmh_info, reason, 48);

ABI_SIZE(vmh_limit, 16);
ABI_FIELD(vmh_limit, resource, 0);
ABI_FIELD(vmh_limit, reserved, 4);
ABI_FIELD(vmh_limit, limit, 8);

ABI_SIZE(vmh_resource_usage, 32);
ABI_FIELD(vmh_resource_usage, used, 0);
ABI_FIELD(vmh_resource_usage, peak, 8);
ABI_FIELD(vmh_resource_usage, limit, 16);
ABI_FIELD(vmh_resource_usage, denied, 24);

ABI_SIZE(vmh_usage, 528);
ABI_FIELD(vmh_usage, size, 0);
ABI_FIELD(vmh_usage, flags, 4);
ABI_FIELD(vmh_usage, nr, 8);
ABI_FIELD(vmh_usage, reserved, 12);
ABI_FIELD(vmh_usage, res, 16);

ABI_SIZE(vmh_vm_config, 312);
ABI_FIELD(vmh_vm_config, size, 0);
ABI_FIELD(vmh_vm_config, flags, 4);
ABI_FIELD(vmh_vm_config, memory_size, 8);
ABI_FIELD(vmh_vm_config, vcpu_count, 16);
ABI_FIELD(vmh_vm_config, nr_limits, 20);
ABI_FIELD(vmh_vm_config, name, 24);
ABI_FIELD(vmh_vm_config, limits, 56);

ABI_SIZE(vmh_state_change, 16);
ABI_FIELD(vmh_state_change, size, 0);
ABI_FIELD(vmh_state_change, flags, 4);
ABI_FIELD(vmh_state_change, event, 8);
ABI_FIELD(vmh_state_change, reserved, 12);

ABI_SIZE(vmh_state_info, 32);
ABI_FIELD(vmh_state_info, size, 0);
ABI_FIELD(vmh_state_info, flags, 4);
ABI_FIELD(vmh_state_info, state, 8);
ABI_FIELD(vmh_state_info, previous, 12);
ABI_FIELD(vmh_state_info, generation, 16);
ABI_FIELD(vmh_state_info, last_event, 24);
ABI_FIELD(vmh_state_info, reason, 28);

ABI_SIZE(vmh_error, 208);
ABI_FIELD(vmh_error, size, 0);
ABI_FIELD(vmh_error, flags, 4);
ABI_FIELD(vmh_error, category, 8);
ABI_FIELD(vmh_error, code, 12);
ABI_FIELD(vmh_error, error, 16);
ABI_FIELD(vmh_error, call, 20);
ABI_FIELD(vmh_error, offset, 24);
ABI_FIELD(vmh_error, reserved, 28);
ABI_FIELD(vmh_error, got, 32);
ABI_FIELD(vmh_error, expected, 40);
ABI_FIELD(vmh_error, field, 48);
ABI_FIELD(vmh_error, text, 80);

ABI_SIZE(vmh_exit_resource, 40);
ABI_FIELD(vmh_exit_resource, resource, 0);
ABI_FIELD(vmh_exit_resource, reserved, 4);
ABI_FIELD(vmh_exit_resource, requested, 8);
ABI_FIELD(vmh_exit_resource, used, 16);
ABI_FIELD(vmh_exit_resource, limit, 24);
ABI_FIELD(vmh_exit_resource, gpa, 32);
