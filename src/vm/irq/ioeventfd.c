// SPDX-License-Identifier: GPL-2.0
/*
 * An eventfd is signalled when the guest writes somewhere. The table is read by vCPU threads, some
 * in their turn, so a change is another table, and RCU keeps the old one while it is read.
 */
#include <linux/err.h>
#include <linux/eventfd.h>
#include <linux/slab.h>

#include "account.h"
#include "fail_point.h"
#include "io.h"
#include "io_bus.h"
#include "irq.h"
#include "vm.h"
#include "vmh_compat.h"

/* Of each space; a bound for copying the table. */
#define VMH_IOEVENTFDS_MAX	2048

struct vmh_io_table {
	struct rcu_head rcu;
	struct io_bus bus;
};

#define FIELD_ERROR(code, member, got, expected) \
	VM_ERROR_FIELD(err, VMH_E_##code, struct kvm_ioeventfd, member, got, expected)

static size_t vmh_io_table_bytes(u32 nr)
{
	return nr ? offsetof(struct vmh_io_table, bus) + io_bus_bytes(nr) : 0;
}

/* The VM's lock is held: it stays. */
static struct io_bus *vmh_io_bus(struct vm_handler_ctx *vm, enum vmh_io_space space)
{
	struct vmh_io_table *table = rcu_dereference_protected(vm->io.table[space],
							       lockdep_is_held(&vm->lock));

	return table ? &table->bus : NULL;
}

static struct vmh_io_table *vmh_io_table_alloc(u32 nr)
{
	return vmh_fail_null(ioeventfd_memory, kvzalloc(vmh_io_table_bytes(nr),
							GFP_KERNEL_ACCOUNT));
}

/* The old table, which may still be read. */
static struct vmh_io_table *vmh_io_table_swap(struct vm_handler_ctx *vm, enum vmh_io_space space,
					      struct vmh_io_table *table)
{
	return rcu_replace_pointer(vm->io.table[space], table, lockdep_is_held(&vm->lock));
}

/* For an eventfd and its entry, @nr entries being there without it. */
static void vmh_ioeventfd_charges(struct resource_charge charges[2], u32 nr)
{
	charges[0] = (struct resource_charge) { VMH_RES_EVENTFDS, 1 };
	charges[1] = (struct resource_charge) {
		VMH_RES_KERNEL_BYTES, vmh_io_table_bytes(nr + 1) - vmh_io_table_bytes(nr),
	};
}

static int vmh_ioeventfd_add(struct vm_handler_ctx *vm, enum vmh_io_space space,
			     const struct io_bus_entry *entry, struct vmh_error *err)
{
	const struct io_bus *bus = vmh_io_bus(vm, space);
	struct resource_denial denial;
	struct resource_charge charges[2];
	struct vmh_io_table *table, *old;
	u32 nr = bus ? bus->nr : 0;

	if (io_bus_clashes(bus, entry))
		return FIELD_ERROR(EXISTS, addr, entry->addr, 0);
	if (nr >= VMH_IOEVENTFDS_MAX)
		return vm_error_field(err, VMH_E_FULL, VM_ERROR_NO_OFFSET, "ioeventfds", nr + 1,
				      VMH_IOEVENTFDS_MAX);
	vmh_ioeventfd_charges(charges, nr);
	if (vmh_charge(vm, charges, 2, &denial))
		return resource_denial_error(&denial, err);
	table = vmh_io_table_alloc(nr + 1);
	if (!table) {
		vmh_uncharge(vm, charges, 2);
		return vm_error_set(err, VMH_E_NO_MEMORY);
	}
	io_bus_insert(&table->bus, bus, entry);
	old = vmh_io_table_swap(vm, space, table);
	if (old)
		kvfree_rcu(old, rcu);
	return 0;
}

static int vmh_ioeventfd_drop(struct vm_handler_ctx *vm, enum vmh_io_space space,
			      const struct io_bus_entry *entry, struct vmh_error *err)
{
	const struct io_bus *bus = vmh_io_bus(vm, space);
	struct resource_charge charges[2];
	struct vmh_io_table *table = NULL;
	int index = io_bus_index(bus, entry);

	if (index < 0)
		return FIELD_ERROR(NOT_ASSIGNED, addr, entry->addr, 0);
	if (bus->nr > 1) {
		table = vmh_io_table_alloc(bus->nr - 1);
		if (!table)
			return vm_error_set(err, VMH_E_NO_MEMORY);
		io_bus_remove(&table->bus, bus, index);
	}
	vmh_ioeventfd_charges(charges, bus->nr - 1);
	table = vmh_io_table_swap(vm, space, table);
	synchronize_rcu_expedited();
	kvfree(table);
	eventfd_ctx_put(entry->target);
	vmh_uncharge(vm, charges, 2);
	return 0;
}

static int vmh_ioeventfd_check(const struct kvm_ioeventfd *args, struct vmh_error *err)
{
	const u32 known = KVM_IOEVENTFD_FLAG_DATAMATCH | KVM_IOEVENTFD_FLAG_PIO |
			  KVM_IOEVENTFD_FLAG_DEASSIGN;

	if (args->flags & ~known)
		return FIELD_ERROR(UNKNOWN_FLAGS, flags, args->flags, known);
	if (args->len > 8 || (args->len & (args->len - 1)))
		return FIELD_ERROR(VALUE, len, args->len, 8);
	if (args->addr + args->len < args->addr)
		return FIELD_ERROR(VALUE, addr, args->addr, -(u64)args->len - 1);
	if (!args->len && (args->flags & KVM_IOEVENTFD_FLAG_DATAMATCH))
		return FIELD_ERROR(VALUE, flags, args->flags,
				   args->flags & ~KVM_IOEVENTFD_FLAG_DATAMATCH);
	return 0;
}

/**
 * vmh_ioeventfd() - VMH_IOEVENTFD
 * @vm: the VM, its lock held.
 * @args: what the call was given.
 * @err: why not.
 *
 * Context: may sleep.
 *
 * Return: 0; -EINVAL; -EBADF; -EEXIST when another is told of the same writes; -ENOENT when there
 * is none to take away; -ENOSPC; -EDQUOT; -ENOMEM.
 */
int vmh_ioeventfd(struct vm_handler_ctx *vm, const struct kvm_ioeventfd *args,
		  struct vmh_error *err)
{
	const bool drop = args->flags & KVM_IOEVENTFD_FLAG_DEASSIGN;
	struct io_bus_entry entry = { .addr = args->addr, .len = args->len };
	enum vmh_io_space space = args->flags & KVM_IOEVENTFD_FLAG_PIO ? VMH_IO_PORTS :
									 VMH_IO_MEMORY;
	struct eventfd_ctx *eventfd;
	int ret = vmh_ioeventfd_check(args, err);

	if (ret)
		return ret;
	if (args->flags & KVM_IOEVENTFD_FLAG_DATAMATCH)
		entry.data = args->datamatch;
	else
		entry.any_data = true;
	eventfd = eventfd_ctx_fdget(args->fd);
	if (IS_ERR(eventfd)) {
		FIELD_ERROR(EVENTFD, fd, args->fd, 0);
		return vm_error_as(err, PTR_ERR(eventfd));
	}
	entry.target = eventfd;
	ret = drop ? vmh_ioeventfd_drop(vm, space, &entry, err) :
		     vmh_ioeventfd_add(vm, space, &entry, err);
	/* The table has one reference; this one is not for it, or was not taken. */
	if (drop || ret)
		eventfd_ctx_put(eventfd);
	return ret;
}

static void vmh_ioeventfds_release_space(struct vm_handler_ctx *vm, enum vmh_io_space space)
{
	struct vmh_io_table *table = vmh_io_table_swap(vm, space, NULL);
	struct resource_charge charges[2];
	u32 i;

	if (!table)
		return;
	synchronize_rcu_expedited();
	for (i = 0; i < table->bus.nr; i++) {
		eventfd_ctx_put(table->bus.entry[i].target);
		vmh_ioeventfd_charges(charges, i);
		vmh_uncharge(vm, charges, 2);
	}
	kvfree(table);
}

/**
 * vmh_ioeventfds_release() - tell nobody any more
 * @vm: the VM, its lock held.
 *
 * Context: may sleep.
 */
void vmh_ioeventfds_release(struct vm_handler_ctx *vm)
{
	vmh_ioeventfds_release_space(vm, VMH_IO_PORTS);
	vmh_ioeventfds_release_space(vm, VMH_IO_MEMORY);
}

/**
 * vmh_io_watches() - may a write be settled here, depending on what is written?
 * @vm: the VM.
 * @space: ports or memory.
 * @addr: where to.
 * @len: 1 to 8 bytes.
 *
 * Context: the vCPU's thread.
 *
 * Return: false if all such writes go to userspace.
 */
bool vmh_io_watches(struct vm_handler_ctx *vm, enum vmh_io_space space, u64 addr,
		    unsigned int len)
{
	const struct io_bus_entry any = { .addr = addr, .len = len, .any_data = true };
	struct vmh_io_table *table;
	bool told;

	if (!vmh_io_is_watched(&vm->io, space))
		return false;
	rcu_read_lock();
	table = rcu_dereference(vm->io.table[space]);
	told = table && io_bus_clashes(&table->bus, &any);
	rcu_read_unlock();
	return told || vmh_coalesces(&vm->io, space, addr, len);
}

/**
 * vmh_io_write_slow() - settle a write that vmh_io_is_watched() says may be settled
 * @vm: the VM.
 * @space: ports or memory.
 * @addr: where to.
 * @len: 1 to 8 bytes.
 * @data: what.
 *
 * Context: the vCPU's thread; in a turn only where spinlocks do not sleep.
 *
 * Return: whether it is settled.
 */
bool vmh_io_write_slow(struct vm_handler_ctx *vm, enum vmh_io_space space, u64 addr,
		       unsigned int len, const void *data)
{
	struct eventfd_ctx *eventfd = NULL;
	struct vmh_io_table *table;
	u64 value = 0;

	memcpy(&value, data, len);
	rcu_read_lock();
	table = rcu_dereference(vm->io.table[space]);
	if (table)
		eventfd = io_bus_find(&table->bus, addr, len, value);
	if (eventfd)
		vmh_eventfd_signal(eventfd);
	rcu_read_unlock();
	return eventfd || vmh_coalesce(&vm->io, space, addr, len, data);
}
