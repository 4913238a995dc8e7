/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory slots: which guest-physical ranges are backed by which of the VMM's addresses.
 *
 * A table is immutable once it is in use. A change is planned against the current table, which
 * checks it; charged by the caller; and applied into a second table, which then takes the place of
 * the first. So readers need no lock beyond what keeps the old table alive (RCU or SRCU).
 */
#ifndef VMH_MEM_SLOTS_H
#define VMH_MEM_SLOTS_H

#include <linux/bits.h>
#include <linux/kvm.h>
#include <linux/nospec.h>
#include <linux/types.h>
#include <linux/vmh.h>

#define MEM_PAGE_SHIFT	12
#define MEM_PAGE_BYTES	BIT_ULL(MEM_PAGE_SHIFT)

/**
 * struct mem_slot - one backed range
 * @base_gfn: first guest page frame number.
 * @npages: length, 4 KiB pages; never 0.
 * @hva: address of the first page in the VMM.
 * @id: the VMM's number for it.
 * @flags: KVM_MEM_READONLY, KVM_MEM_LOG_DIRTY_PAGES.
 * @log: the caller's: bits of pages that were written, with KVM_MEM_LOG_DIRTY_PAGES. A change keeps
 *	it, whatever the flags say, until the caller sets it in mem_slots_change.after.
 */
struct mem_slot {
	u64 base_gfn;
	u64 npages;
	u64 hva;
	u32 id;
	u32 flags;
	unsigned long *log;
};

/**
 * struct mem_slots - a table of slots
 * @nr: slots in it.
 * @capacity: slots it has room for.
 * @generation: changes since the VM was created.
 * @total_pages: sum of all @npages.
 * @slot: sorted by @base_gfn, without overlap.
 */
struct mem_slots {
	u32 nr;
	u32 capacity;
	u64 generation;
	u64 total_pages;
	struct mem_slot slot[];
};

/**
 * struct mem_slots_bounds - what the VM and the machine allow
 * @max_slots: slot ids are below it.
 * @phys_bits: width of a guest-physical address.
 * @hva_end: first address beyond the VMM's address space.
 * @flags: KVM_MEM_* that are accepted.
 */
struct mem_slots_bounds {
	u32 max_slots;
	u32 phys_bits;
	u64 hva_end;
	u32 flags;
};

/**
 * enum mem_slots_op - what a request comes to
 * @MEM_SLOTS_NOTHING: the slot is like that already.
 * @MEM_SLOTS_CREATE: a new slot.
 * @MEM_SLOTS_DELETE: the slot goes.
 * @MEM_SLOTS_MOVE: the same memory at another guest-physical address; perhaps other flags as well.
 * @MEM_SLOTS_FLAGS: other flags only.
 */
enum mem_slots_op {
	MEM_SLOTS_NOTHING,
	MEM_SLOTS_CREATE,
	MEM_SLOTS_DELETE,
	MEM_SLOTS_MOVE,
	MEM_SLOTS_FLAGS,
};

/**
 * struct mem_slots_change - a checked change
 * @op: what happens.
 * @before: the slot as it is; valid unless @op is MEM_SLOTS_CREATE.
 * @after: the slot as it will be; valid unless @op is MEM_SLOTS_DELETE.
 */
struct mem_slots_change {
	enum mem_slots_op op;
	struct mem_slot before;
	struct mem_slot after;
};

/**
 * struct mem_gfn_range - a run of guest pages within one slot
 * @slot: the slot.
 * @start_gfn: first page.
 * @end_gfn: first page beyond.
 */
struct mem_gfn_range {
	const struct mem_slot *slot;
	u64 start_gfn;
	u64 end_gfn;
};

/**
 * mem_slots_bytes() - memory that a table takes
 * @capacity: slots it shall have room for.
 *
 * Return: bytes.
 */
size_t mem_slots_bytes(u32 capacity);

/**
 * mem_slots_init() - an empty table
 * @slots: memory of mem_slots_bytes(@capacity).
 * @capacity: slots it has room for.
 */
void mem_slots_init(struct mem_slots *slots, u32 capacity);

/**
 * mem_slots_plan() - check a request and say what it comes to
 * @slots: the current table.
 * @region: a stable copy of what VMH_SET_USER_MEMORY_REGION was given; a size of 0 deletes.
 * @bounds: what is allowed.
 * @change: the change; written only on success.
 * @err: why it was refused; may be NULL.
 *
 * As in KVM, a slot can be created, deleted, moved and given other flags, but its size, its
 * userspace address and whether it is read-only are for life.
 *
 * Context: any; pure.
 * Return: 0; -EINVAL; -EEXIST when it would overlap another slot.
 */
int mem_slots_plan(const struct mem_slots *slots, const struct kvm_userspace_memory_region *region,
		   const struct mem_slots_bounds *bounds, struct mem_slots_change *change,
		   struct vmh_error *err);

/**
 * mem_slots_nr_after() - how many slots there will be
 * @slots: the current table.
 * @change: from mem_slots_plan() on @slots.
 *
 * Return: the least capacity of the table to apply @change into.
 */
u32 mem_slots_nr_after(const struct mem_slots *slots, const struct mem_slots_change *change);

/**
 * mem_slots_apply() - write the table as it is after a change
 * @slots: the current table.
 * @change: from mem_slots_plan() on @slots.
 * @to: another table, initialised; what it held is overwritten.
 *
 * Return: 0; -ENOSPC when @to is too small: see mem_slots_nr_after().
 */
int mem_slots_apply(const struct mem_slots *slots, const struct mem_slots_change *change,
		    struct mem_slots *to);

/**
 * mem_slots_find() - the slot of a guest page
 * @slots: the table.
 * @gfn: guest page frame number.
 * @hint: place of the last hit, kept by the caller; any value is safe; may be NULL.
 *
 * Return: the slot, or NULL when no slot backs the page.
 */
const struct mem_slot *mem_slots_find(const struct mem_slots *slots, u64 gfn, u32 *hint);

/**
 * mem_slots_find_id() - the slot with an id
 * @slots: the table.
 * @id: the VMM's number.
 *
 * Return: the slot, or NULL.
 */
const struct mem_slot *mem_slots_find_id(const struct mem_slots *slots, u32 id);

/**
 * mem_slots_next_hva() - the next run of guest pages that a range of addresses backs
 * @slots: the table.
 * @start_hva: first address.
 * @end_hva: first address beyond. Pages that are partly in the range count.
 * @pos: where to go on; 0 at first.
 * @range: the run that was found.
 *
 * The same memory may back several slots, hence several runs, in the order of guest addresses.
 *
 * Return: true when there was another run.
 */
bool mem_slots_next_hva(const struct mem_slots *slots, u64 start_hva, u64 end_hva, u32 *pos,
			struct mem_gfn_range *range);

/**
 * mem_slot_hva() - the VMM's address of a guest page
 * @slot: the slot that mem_slots_find() returned for @gfn.
 * @gfn: guest page frame number.
 *
 * Return: the address of the page's first byte.
 */
static inline u64 mem_slot_hva(const struct mem_slot *slot, u64 gfn)
{
	/* The guest chooses @gfn: no speculative access beyond the slot. */
	u64 page = array_index_nospec(gfn - slot->base_gfn, slot->npages);

	return slot->hva + (page << MEM_PAGE_SHIFT);
}

#endif /* VMH_MEM_SLOTS_H */
