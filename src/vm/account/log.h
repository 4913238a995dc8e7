/* SPDX-License-Identifier: GPL-2.0 */
/* What happened to a VM: the latest transitions, refusals and limits, for VMH_GET_LOG. */
#ifndef VMH_LOG_H
#define VMH_LOG_H

#include <linux/spinlock.h>
#include <linux/types.h>
#include <linux/vmh.h>

struct pid;

/* The latest that are kept. */
#define VMH_LOG_ENTRIES	32

/**
 * struct vmh_log_record - an entry
 * @entry: as userspace gets it, but for its pid.
 * @pid: who; a reference is held.
 */
struct vmh_log_record {
	struct vmh_log_entry entry;
	struct pid *pid;
};

/**
 * struct vmh_vm_log - the log of a VM
 * @lock: covers the rest; a leaf.
 * @last: sequence number of the newest entry; 0 while there is none.
 * @record: VMH_LOG_ENTRIES; entry n is at n modulo that.
 */
struct vmh_vm_log {
	spinlock_t lock;
	u64 last;
	struct vmh_log_record *record;
};

#endif /* VMH_LOG_H */
