/* SPDX-License-Identifier: GPL-2.0 */
/* Holding back a VM that exits too often, or runs too long. */
#ifndef VMH_THROTTLE_H
#define VMH_THROTTLE_H

#include <linux/spinlock.h>
#include <linux/types.h>

#include "rate.h"

/**
 * struct vmh_throttle - the rates of a VM
 * @lock: see vm.h; covers @exits, @run_ns and @said_ns.
 * @on: the VM has a limit on a running count; read anywhere.
 * @epoch: grows when the limits change, which ends waits; read anywhere.
 * @exits: VM exits in a second.
 * @run_ns: ns in guest mode in a second.
 * @said_ns: when the log was told last.
 */
struct vmh_throttle {
	spinlock_t lock;
	bool on;
	u32 epoch;
	struct rate exits;
	struct rate run_ns;
	u64 said_ns;
};

#endif /* VMH_THROTTLE_H */
