/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VM_LOG_H
#define VMHCTL_VM_LOG_H

#include "json.h"
#include "remote.h"

#define VM_LOG_ROOM	256

/* Room for a time of day with its date. */
#define TIME_LEN	32

/**
 * struct vm_log - entries of a VM's log
 * @nr: how many.
 * @last: sequence number of the newest, read or not.
 * @entries: oldest first.
 */
struct vm_log {
	uint32_t nr;
	uint64_t last;
	struct vmh_log_entry entries[VM_LOG_ROOM];
};

int vm_log_read(const struct remote *remote, uint64_t after, struct vm_log *log);
uint64_t vm_log_now_ns(void);
const char *vm_log_time(char text[TIME_LEN], uint64_t time_ns);
void vm_log_print(const struct vmh_log_entry *entry);
void vm_log_json(struct json *json, const char *name, const struct vmh_log_entry *entry);

#endif /* VMHCTL_VM_LOG_H */
