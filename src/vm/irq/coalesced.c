// SPDX-License-Identifier: GPL-2.0
/*
 * Writes that may wait: they are kept in a ring, in a page that each vCPU's mapping shows, until
 * userspace comes for them after some exit.
 */
#include <linux/gfp.h>
#include <linux/nospec.h>
#include <linux/slab.h>

#include "account.h"
#include "fail_point.h"
#include "io.h"
#include "irq.h"
#include "vm.h"

/* Of each space; a bound for looking at all of them. */
#define VMH_ZONES_MAX	100

struct vmh_io_zone {
	u64 addr;
	u64 size;
};

/**
 * struct vmh_io_zones - ranges whose writes are kept
 * @rcu: frees it.
 * @nr: how many.
 * @zone: them.
 */
struct vmh_io_zones {
	struct rcu_head rcu;
	u32 nr;
	struct vmh_io_zone zone[];
};

#define FIELD_ERROR(code, member, got, expected) \
	VM_ERROR_FIELD(err, VMH_E_##code, struct kvm_coalesced_mmio_zone, member, got, expected)

/**
 * vmh_io_create() - before any write
 * @io: the VM's, zeroed.
 *
 * Return: 0 or -ENOMEM.
 */
int vmh_io_create(struct vmh_io *io)
{
	spin_lock_init(&io->ring_lock);
	/* Userspace may pin it, so it is no page of the pool's. */
	io->ring = vmh_fail_null(vm_ring,
				 (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT));
	return io->ring ? 0 : -ENOMEM;
}

/**
 * vmh_io_destroy() - undo vmh_io_create()
 * @io: the VM's, without zones and eventfds.
 */
void vmh_io_destroy(struct vmh_io *io)
{
	free_page((unsigned long)io->ring);
}

static size_t vmh_zones_bytes(u32 nr)
{
	return nr ? sizeof(struct vmh_io_zones) + nr * sizeof(struct vmh_io_zone) : 0;
}

static struct vmh_io_zones *vmh_zones_of(struct vm_handler_ctx *vm, enum vmh_io_space space)
{
	return rcu_dereference_protected(vm->io.zones[space], lockdep_is_held(&vm->lock));
}

static struct vmh_io_zones *vmh_zones_alloc(u32 nr)
{
	struct vmh_io_zones *zones;

	zones = vmh_fail_null(zones_memory, kzalloc(vmh_zones_bytes(nr), GFP_KERNEL_ACCOUNT));
	if (zones)
		zones->nr = nr;
	return zones;
}

/* All of [@addr, @addr + @len) in one zone? */
static bool vmh_zone_has(const struct vmh_io_zone *zone, u64 addr, u64 len)
{
	const u64 offset = addr - zone->addr;

	return addr >= zone->addr && offset <= zone->size && len <= zone->size - offset;
}

static int vmh_zone_check(const struct kvm_coalesced_mmio_zone *zone, struct vmh_error *err)
{
	return zone->pio > 1 ? FIELD_ERROR(VALUE, pio, zone->pio, 1) : 0;
}

/**
 * vmh_coalesce_register() - VMH_REGISTER_COALESCED_MMIO
 * @vm: the VM, its lock held.
 * @zone: a range of ports or addresses.
 * @err: why not.
 *
 * Return: 0; -EINVAL; -ENOSPC; -EDQUOT; -ENOMEM.
 */
int vmh_coalesce_register(struct vm_handler_ctx *vm, const struct kvm_coalesced_mmio_zone *zone,
			  struct vmh_error *err)
{
	enum vmh_io_space space = zone->pio ? VMH_IO_PORTS : VMH_IO_MEMORY;
	struct vmh_io_zones *old = vmh_zones_of(vm, space), *zones;
	struct resource_denial denial;
	u32 nr = old ? old->nr : 0;
	u64 more = vmh_zones_bytes(nr + 1) - vmh_zones_bytes(nr);
	int ret = vmh_zone_check(zone, err);

	if (ret)
		return ret;
	if (nr >= VMH_ZONES_MAX)
		return vm_error_field(err, VMH_E_FULL, VM_ERROR_NO_OFFSET, "zones", nr + 1,
				      VMH_ZONES_MAX);
	if (vmh_charge_one(vm, VMH_RES_KERNEL_BYTES, more, &denial))
		return resource_denial_error(&denial, err);
	zones = vmh_zones_alloc(nr + 1);
	if (!zones) {
		vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, more);
		return vm_error_set(err, VMH_E_NO_MEMORY);
	}
	if (old)
		memcpy(zones->zone, old->zone, nr * sizeof(old->zone[0]));
	zones->zone[nr] = (struct vmh_io_zone) { .addr = zone->addr, .size = zone->size };
	rcu_assign_pointer(vm->io.zones[space], zones);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

/* What is left without the zones that have all of the range: how many, and into @to if not NULL. */
static u32 vmh_zones_left(const struct vmh_io_zones *from,
			  const struct kvm_coalesced_mmio_zone *range, struct vmh_io_zone *to)
{
	u32 i, nr = 0;

	for (i = 0; i < from->nr; i++) {
		if (vmh_zone_has(&from->zone[i], range->addr, range->size))
			continue;
		if (to)
			to[nr] = from->zone[i];
		nr++;
	}
	return nr;
}

/* Once nobody adds to the ring for them any more. */
static void vmh_zones_replace(struct vm_handler_ctx *vm, enum vmh_io_space space,
			      struct vmh_io_zones *zones)
{
	struct vmh_io_zones *old = rcu_replace_pointer(vm->io.zones[space], zones,
						       lockdep_is_held(&vm->lock));

	synchronize_rcu_expedited();
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES,
			 vmh_zones_bytes(old->nr) - vmh_zones_bytes(zones ? zones->nr : 0));
	kfree(old);
}

/**
 * vmh_coalesce_unregister() - VMH_UNREGISTER_COALESCED_MMIO
 * @vm: the VM, its lock held.
 * @zone: every zone goes that this range is part of.
 * @err: why not.
 *
 * Return: 0, also when there was none; -EINVAL; -ENOMEM.
 */
int vmh_coalesce_unregister(struct vm_handler_ctx *vm, const struct kvm_coalesced_mmio_zone *zone,
			    struct vmh_error *err)
{
	enum vmh_io_space space = zone->pio ? VMH_IO_PORTS : VMH_IO_MEMORY;
	struct vmh_io_zones *old = vmh_zones_of(vm, space), *zones = NULL;
	int ret = vmh_zone_check(zone, err);
	u32 left;

	if (ret || !old)
		return ret;
	left = vmh_zones_left(old, zone, NULL);
	if (left == old->nr)
		return 0;
	if (left) {
		zones = vmh_zones_alloc(left);
		if (!zones)
			return vm_error_set(err, VMH_E_NO_MEMORY);
		vmh_zones_left(old, zone, zones->zone);
	}
	vmh_zones_replace(vm, space, zones);
	return 0;
}

/**
 * vmh_coalesce_release() - keep no writes any more
 * @vm: the VM, its lock held.
 *
 * Context: may sleep.
 */
void vmh_coalesce_release(struct vm_handler_ctx *vm)
{
	enum vmh_io_space space;

	for (space = VMH_IO_PORTS; space < VMH_IO_SPACES; space++)
		if (vmh_zones_of(vm, space))
			vmh_zones_replace(vm, space, NULL);
}

/*
 * Userspace reads at first and may write anything to either index, so both are looked at once.
 * One place stays free, which tells a full ring from an empty one.
 */
static bool vmh_ring_add(struct vmh_io *io, enum vmh_io_space space, u64 addr, unsigned int len,
			 const void *data)
{
	struct kvm_coalesced_mmio_ring *ring = io->ring;
	u32 last = READ_ONCE(ring->last), next = (last + 1) % KVM_COALESCED_MMIO_MAX;
	struct kvm_coalesced_mmio *entry;

	if (last >= KVM_COALESCED_MMIO_MAX || next == READ_ONCE(ring->first))
		return false;
	entry = &ring->coalesced_mmio[array_index_nospec(last, KVM_COALESCED_MMIO_MAX)];
	entry->phys_addr = addr;
	entry->len = len;
	entry->pio = space == VMH_IO_PORTS;
	memcpy(entry->data, data, len);
	/* The entry before the index that shows it. */
	smp_store_release(&ring->last, next);
	return true;
}

static bool vmh_zones_have(const struct vmh_io_zones *zones, u64 addr, unsigned int len)
{
	u32 i;

	for (i = 0; zones && i < zones->nr; i++)
		if (vmh_zone_has(&zones->zone[i], addr, len))
			return true;
	return false;
}

/**
 * vmh_coalesces() - may a write wait?
 * @io: the VM's.
 * @space: ports or memory.
 * @addr: where to.
 * @len: 1 to 8 bytes.
 *
 * Context: the vCPU's thread.
 */
bool vmh_coalesces(struct vmh_io *io, enum vmh_io_space space, u64 addr, unsigned int len)
{
	bool may_wait;

	rcu_read_lock();
	may_wait = vmh_zones_have(rcu_dereference(io->zones[space]), addr, len);
	rcu_read_unlock();
	return may_wait;
}

/**
 * vmh_coalesce() - keep a write, if it may wait
 * @io: the VM's.
 * @space: ports or memory.
 * @addr: where to.
 * @len: 1 to 8 bytes.
 * @data: what.
 *
 * Context: the vCPU's thread; in a turn only where spinlocks do not sleep.
 *
 * Return: whether it is kept: not when it is in no zone, or the ring is full.
 */
bool vmh_coalesce(struct vmh_io *io, enum vmh_io_space space, u64 addr, unsigned int len,
		  const void *data)
{
	bool kept = false;

	rcu_read_lock();
	if (vmh_zones_have(rcu_dereference(io->zones[space]), addr, len)) {
		spin_lock(&io->ring_lock);
		kept = vmh_ring_add(io, space, addr, len, data);
		spin_unlock(&io->ring_lock);
	}
	rcu_read_unlock();
	return kept;
}
