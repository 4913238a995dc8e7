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

ABI_SIZE(vmh_entry_failure, 160);
ABI_FIELD(vmh_entry_failure, check, 0);
ABI_FIELD(vmh_entry_failure, group, 4);
ABI_FIELD(vmh_entry_failure, field, 8);
ABI_FIELD(vmh_entry_failure, reserved, 12);
ABI_FIELD(vmh_entry_failure, value, 16);
ABI_FIELD(vmh_entry_failure, expected, 24);
ABI_FIELD(vmh_entry_failure, name, 32);
ABI_FIELD(vmh_entry_failure, text, 64);

ABI_SIZE(vmh_explain, 2584);
ABI_FIELD(vmh_explain, size, 0);
ABI_FIELD(vmh_explain, flags, 4);
ABI_FIELD(vmh_explain, nr, 8);
ABI_FIELD(vmh_explain, total, 12);
ABI_FIELD(vmh_explain, source, 16);
ABI_FIELD(vmh_explain, reason, 20);
ABI_FIELD(vmh_explain, failure, 24);

ABI_SIZE(vmh_exit_memory_fault, 24);
ABI_FIELD(vmh_exit_memory_fault, flags, 0);
ABI_FIELD(vmh_exit_memory_fault, gpa, 8);
ABI_FIELD(vmh_exit_memory_fault, size, 16);

ABI_SIZE(kvm_userspace_memory_region2, 160);
ABI_FIELD(kvm_userspace_memory_region2, userspace_addr, 24);

ABI_SIZE(vmh_exit_resource, 40);
ABI_FIELD(vmh_exit_resource, resource, 0);
ABI_FIELD(vmh_exit_resource, reserved, 4);
ABI_FIELD(vmh_exit_resource, requested, 8);
ABI_FIELD(vmh_exit_resource, used, 16);
ABI_FIELD(vmh_exit_resource, limit, 24);
ABI_FIELD(vmh_exit_resource, gpa, 32);

ABI_SIZE(vmh_limits, 272);
ABI_FIELD(vmh_limits, size, 0);
ABI_FIELD(vmh_limits, flags, 4);
ABI_FIELD(vmh_limits, nr, 8);
ABI_FIELD(vmh_limits, reserved, 12);
ABI_FIELD(vmh_limits, limits, 16);

ABI_SIZE(vmh_threshold, 24);
ABI_FIELD(vmh_threshold, size, 0);
ABI_FIELD(vmh_threshold, flags, 4);
ABI_FIELD(vmh_threshold, resource, 8);
ABI_FIELD(vmh_threshold, fd, 12);
ABI_FIELD(vmh_threshold, value, 16);

ABI_SIZE(vmh_stats, 904);
ABI_FIELD(vmh_stats, size, 0);
ABI_FIELD(vmh_stats, flags, 4);
ABI_FIELD(vmh_stats, nr_vcpus, 8);
ABI_FIELD(vmh_stats, nr_exits, 12);
ABI_FIELD(vmh_stats, guest_ns, 16);
ABI_FIELD(vmh_stats, kernel_ns, 24);
ABI_FIELD(vmh_stats, user_ns, 32);
ABI_FIELD(vmh_stats, idle_ns, 40);
ABI_FIELD(vmh_stats, throttled_ns, 48);
ABI_FIELD(vmh_stats, exits, 56);
ABI_FIELD(vmh_stats, nx_splits, 824);
ABI_FIELD(vmh_stats, nx_recovered, 832);
ABI_FIELD(vmh_stats, nx_split_now, 840);
ABI_FIELD(vmh_stats, halt_attempted_poll, 848);
ABI_FIELD(vmh_stats, halt_successful_poll, 856);
ABI_FIELD(vmh_stats, halt_poll_invalid, 864);
ABI_FIELD(vmh_stats, halt_wakeup, 872);
ABI_FIELD(vmh_stats, halt_poll_success_ns, 880);
ABI_FIELD(vmh_stats, halt_poll_fail_ns, 888);
ABI_FIELD(vmh_stats, pv_tlb_flushes, 896);

ABI_SIZE(vmh_vm_entry, 64);
ABI_FIELD(vmh_vm_entry, vm_id, 0);
ABI_FIELD(vmh_vm_entry, state, 4);
ABI_FIELD(vmh_vm_entry, serial, 8);
ABI_FIELD(vmh_vm_entry, uid, 16);
ABI_FIELD(vmh_vm_entry, pid, 20);
ABI_FIELD(vmh_vm_entry, nr_vcpus, 24);
ABI_FIELD(vmh_vm_entry, reserved, 28);
ABI_FIELD(vmh_vm_entry, name, 32);

ABI_SIZE(vmh_vm_list, 32);
ABI_FIELD(vmh_vm_list, size, 0);
ABI_FIELD(vmh_vm_list, flags, 4);
ABI_FIELD(vmh_vm_list, after, 8);
ABI_FIELD(vmh_vm_list, nr, 12);
ABI_FIELD(vmh_vm_list, total, 16);
ABI_FIELD(vmh_vm_list, reserved, 20);
ABI_FIELD(vmh_vm_list, entries, 24);

ABI_SIZE(vmh_vm_open, 24);
ABI_FIELD(vmh_vm_open, size, 0);
ABI_FIELD(vmh_vm_open, flags, 4);
ABI_FIELD(vmh_vm_open, vm_id, 8);
ABI_FIELD(vmh_vm_open, rights, 12);
ABI_FIELD(vmh_vm_open, serial, 16);

ABI_SIZE(vmh_memory_access, 32);
ABI_FIELD(vmh_memory_access, size, 0);
ABI_FIELD(vmh_memory_access, flags, 4);
ABI_FIELD(vmh_memory_access, gpa, 8);
ABI_FIELD(vmh_memory_access, length, 16);
ABI_FIELD(vmh_memory_access, buffer, 24);

ABI_SIZE(vmh_log_entry, 256);
ABI_FIELD(vmh_log_entry, sequence, 0);
ABI_FIELD(vmh_log_entry, time_ns, 8);
ABI_FIELD(vmh_log_entry, kind, 16);
ABI_FIELD(vmh_log_entry, pid, 20);
ABI_FIELD(vmh_log_entry, from, 24);
ABI_FIELD(vmh_log_entry, to, 28);
ABI_FIELD(vmh_log_entry, event, 32);
ABI_FIELD(vmh_log_entry, reason, 36);
ABI_FIELD(vmh_log_entry, generation, 40);
ABI_FIELD(vmh_log_entry, error, 48);

ABI_SIZE(vmh_log, 40);
ABI_FIELD(vmh_log, size, 0);
ABI_FIELD(vmh_log, flags, 4);
ABI_FIELD(vmh_log, after, 8);
ABI_FIELD(vmh_log, last, 16);
ABI_FIELD(vmh_log, nr, 24);
ABI_FIELD(vmh_log, reserved, 28);
ABI_FIELD(vmh_log, entries, 32);

ABI_SIZE(vmh_ended_entry, 304);
ABI_FIELD(vmh_ended_entry, serial, 0);
ABI_FIELD(vmh_ended_entry, vm_id, 8);
ABI_FIELD(vmh_ended_entry, uid, 12);
ABI_FIELD(vmh_ended_entry, name, 16);
ABI_FIELD(vmh_ended_entry, entry, 48);

ABI_SIZE(vmh_ended, 40);
ABI_FIELD(vmh_ended, size, 0);
ABI_FIELD(vmh_ended, flags, 4);
ABI_FIELD(vmh_ended, after, 8);
ABI_FIELD(vmh_ended, last, 16);
ABI_FIELD(vmh_ended, nr, 24);
ABI_FIELD(vmh_ended, reserved, 28);
ABI_FIELD(vmh_ended, entries, 32);

ABI_SIZE(vmh_ept_query, 96);
ABI_FIELD(vmh_ept_query, size, 0);
ABI_FIELD(vmh_ept_query, flags, 4);
ABI_FIELD(vmh_ept_query, start_gpa, 8);
ABI_FIELD(vmh_ept_query, length, 16);
ABI_FIELD(vmh_ept_query, tables, 24);
ABI_FIELD(vmh_ept_query, bytes, 32);
ABI_FIELD(vmh_ept_query, pages_4k, 40);
ABI_FIELD(vmh_ept_query, pages_2m, 48);
ABI_FIELD(vmh_ept_query, pages_1g, 56);
ABI_FIELD(vmh_ept_query, exec_4k, 64);
ABI_FIELD(vmh_ept_query, exec_2m, 72);
ABI_FIELD(vmh_ept_query, exec_1g, 80);
ABI_FIELD(vmh_ept_query, write_back, 88);
