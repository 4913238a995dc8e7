/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Writes of the guest to ports and device memory that need no exit to userspace: an eventfd is
 * told of them, or they are kept in a ring until userspace looks.
 */
#ifndef VMH_IO_H
#define VMH_IO_H

#include <linux/kvm.h>
#include <linux/rcupdate.h>
#include <linux/spinlock.h>
#include <linux/types.h>

struct vmh_io_table;
struct vmh_io_zones;

enum vmh_io_space {
	VMH_IO_PORTS,
	VMH_IO_MEMORY,
	VMH_IO_SPACES,
};

/**
 * struct vmh_io - what becomes of a VM's writes
 * @table: eventfds, by address; changed under the VM's lock, read under RCU.
 * @zones: ranges whose writes go into @ring; likewise.
 * @ring: a page that every vCPU's mapping shows.
 * @ring_lock: held to add to @ring.
 */
struct vmh_io {
	struct vmh_io_table __rcu *table[VMH_IO_SPACES];
	struct vmh_io_zones __rcu *zones[VMH_IO_SPACES];
	struct kvm_coalesced_mmio_ring *ring;
	spinlock_t ring_lock;
};

#endif /* VMH_IO_H */
