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

struct vm_handler_ctx;
struct vmh_error;
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
 * @ring_lock: whoever adds to @ring.
 */
struct vmh_io {
	struct vmh_io_table __rcu *table[VMH_IO_SPACES];
	struct vmh_io_zones __rcu *zones[VMH_IO_SPACES];
	struct kvm_coalesced_mmio_ring *ring;
	spinlock_t ring_lock;
};

/* ioeventfd.c */
int vmh_ioeventfd(struct vm_handler_ctx *vm, const struct kvm_ioeventfd *args,
		  struct vmh_error *err);
void vmh_ioeventfds_release(struct vm_handler_ctx *vm);
bool vmh_io_watches(struct vm_handler_ctx *vm, enum vmh_io_space space, u64 addr,
		    unsigned int len);
bool vmh_io_write_slow(struct vm_handler_ctx *vm, enum vmh_io_space space, u64 addr,
		       unsigned int len, const void *data);

/* coalesced.c */
int vmh_io_create(struct vmh_io *io);
void vmh_io_destroy(struct vmh_io *io);
int vmh_coalesce_register(struct vm_handler_ctx *vm, const struct kvm_coalesced_mmio_zone *zone,
			  struct vmh_error *err);
int vmh_coalesce_unregister(struct vm_handler_ctx *vm, const struct kvm_coalesced_mmio_zone *zone,
			    struct vmh_error *err);
void vmh_coalesce_release(struct vm_handler_ctx *vm);
bool vmh_coalesces(struct vmh_io *io, enum vmh_io_space space, u64 addr, unsigned int len);
bool vmh_coalesce(struct vmh_io *io, enum vmh_io_space space, u64 addr, unsigned int len,
		  const void *data);

/**
 * vmh_io_is_watched() - can a write to this space be settled here?
 * @io: the VM's.
 * @space: ports or memory.
 */
static inline bool vmh_io_is_watched(const struct vmh_io *io, enum vmh_io_space space)
{
	return rcu_access_pointer(io->table[space]) || rcu_access_pointer(io->zones[space]);
}

#endif /* VMH_IO_H */
