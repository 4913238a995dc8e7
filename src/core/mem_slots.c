// SPDX-License-Identifier: GPL-2.0
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/minmax.h>
#include <linux/overflow.h>
#include <linux/string.h>
#include "mem_slots.h"
#include "vm_error.h"

#define FIELD_ERROR(code, member, got, expected) \
	VM_ERROR_FIELD(err, VMH_E_##code, struct kvm_userspace_memory_region, member, got, expected)

size_t mem_slots_bytes(u32 capacity)
{
	return struct_size((struct mem_slots *)NULL, slot, capacity);
}

void mem_slots_init(struct mem_slots *slots, u32 capacity)
{
	memset(slots, 0, sizeof(*slots));
	slots->capacity = capacity;
}

static u64 mem_slot_end(const struct mem_slot *slot)
{
	return slot->base_gfn + slot->npages;
}

/* Everything about a request that does not depend on the slots there are. */
static int mem_slots_check(const struct kvm_userspace_memory_region *region,
			   const struct mem_slots_bounds *bounds, struct vmh_error *err)
{
	u64 end_gpa, end_hva, gpa_limit = 1ULL << bounds->phys_bits;

	if (region->slot >= bounds->max_slots)
		return FIELD_ERROR(SLOT_ID, slot, region->slot, bounds->max_slots - 1);
	if (region->flags & ~bounds->flags)
		return FIELD_ERROR(UNKNOWN_FLAGS, flags, region->flags, bounds->flags);
	if (!IS_ALIGNED(region->guest_phys_addr, MEM_PAGE_BYTES))
		return FIELD_ERROR(SLOT_ALIGN, guest_phys_addr, region->guest_phys_addr,
				   MEM_PAGE_BYTES);
	if (!IS_ALIGNED(region->memory_size, MEM_PAGE_BYTES))
		return FIELD_ERROR(SLOT_ALIGN, memory_size, region->memory_size, MEM_PAGE_BYTES);
	if (!IS_ALIGNED(region->userspace_addr, MEM_PAGE_BYTES))
		return FIELD_ERROR(SLOT_ALIGN, userspace_addr, region->userspace_addr,
				   MEM_PAGE_BYTES);
	if (!region->memory_size)
		return 0;
	if (check_add_overflow(region->guest_phys_addr, region->memory_size, &end_gpa) ||
	    end_gpa > gpa_limit)
		return FIELD_ERROR(SLOT_RANGE, guest_phys_addr, region->guest_phys_addr, gpa_limit);
	if (check_add_overflow(region->userspace_addr, region->memory_size, &end_hva) ||
	    end_hva > bounds->hva_end)
		return FIELD_ERROR(SLOT_ADDRESS, userspace_addr, region->userspace_addr,
				   bounds->hva_end);
	return 0;
}

/* The first slot that ends beyond @gfn: the one that holds it, or else the next above. */
static u32 mem_slots_position(const struct mem_slots *slots, u64 gfn)
{
	u32 low = 0, high = slots->nr;

	while (low < high) {
		u32 middle = low + (high - low) / 2;

		if (mem_slot_end(&slots->slot[middle]) <= gfn)
			low = middle + 1;
		else
			high = middle;
	}
	return low;
}

/* A slot other than @slot itself that shares a page with it. */
static const struct mem_slot *mem_slots_overlap(const struct mem_slots *slots,
						const struct mem_slot *slot)
{
	u32 i = mem_slots_position(slots, slot->base_gfn);

	/* A slot on the move may overlap where it was, and the next one where it goes. */
	if (i < slots->nr && slots->slot[i].id == slot->id)
		i++;
	if (i < slots->nr && slots->slot[i].base_gfn < mem_slot_end(slot))
		return &slots->slot[i];
	return NULL;
}

/* What may not change while a slot lives. */
static int mem_slots_check_change(const struct mem_slot *before, const struct mem_slot *after,
				  struct vmh_error *err)
{
	if (after->npages != before->npages)
		return FIELD_ERROR(SLOT_CHANGE, memory_size, after->npages << MEM_PAGE_SHIFT,
				   before->npages << MEM_PAGE_SHIFT);
	if (after->hva != before->hva)
		return FIELD_ERROR(SLOT_CHANGE, userspace_addr, after->hva, before->hva);
	if ((after->flags ^ before->flags) & KVM_MEM_READONLY)
		return FIELD_ERROR(SLOT_CHANGE, flags, after->flags, before->flags);
	return 0;
}

static enum mem_slots_op mem_slots_op(const struct mem_slot *before, const struct mem_slot *after)
{
	if (!before)
		return MEM_SLOTS_CREATE;
	if (before->base_gfn != after->base_gfn)
		return MEM_SLOTS_MOVE;
	return before->flags != after->flags ? MEM_SLOTS_FLAGS : MEM_SLOTS_NOTHING;
}

static int mem_slots_plan_delete(const struct mem_slot *before, u32 id,
				 struct mem_slots_change *change, struct vmh_error *err)
{
	if (!before)
		return FIELD_ERROR(SLOT_MISSING, slot, id, 0);
	memset(change, 0, sizeof(*change));
	change->op = MEM_SLOTS_DELETE;
	change->before = *before;
	return 0;
}

int mem_slots_plan(const struct mem_slots *slots, const struct kvm_userspace_memory_region *region,
		   const struct mem_slots_bounds *bounds, struct mem_slots_change *change,
		   struct vmh_error *err)
{
	const struct mem_slot *before, *other;
	struct mem_slot after = {
		.base_gfn	= region->guest_phys_addr >> MEM_PAGE_SHIFT,
		.npages		= region->memory_size >> MEM_PAGE_SHIFT,
		.hva		= region->userspace_addr,
		.id		= region->slot,
		.flags		= region->flags,
	};
	int ret;

	ret = mem_slots_check(region, bounds, err);
	if (ret)
		return ret;
	before = mem_slots_find_id(slots, region->slot);
	after.log = before ? before->log : NULL;
	if (!region->memory_size)
		return mem_slots_plan_delete(before, region->slot, change, err);
	ret = before ? mem_slots_check_change(before, &after, err) : 0;
	if (ret)
		return ret;
	other = mem_slots_overlap(slots, &after);
	if (other)
		return FIELD_ERROR(SLOT_OVERLAP, guest_phys_addr, region->guest_phys_addr,
				   mem_slot_end(other) << MEM_PAGE_SHIFT);

	memset(change, 0, sizeof(*change));
	change->op = mem_slots_op(before, &after);
	change->after = after;
	if (before)
		change->before = *before;
	return 0;
}

u32 mem_slots_nr_after(const struct mem_slots *slots, const struct mem_slots_change *change)
{
	switch (change->op) {
	case MEM_SLOTS_CREATE:
		return slots->nr + 1;
	case MEM_SLOTS_DELETE:
		return slots->nr - 1;
	default:
		return slots->nr;
	}
}

static void mem_slots_insert(struct mem_slots *slots, const struct mem_slot *slot)
{
	u32 at = mem_slots_position(slots, slot->base_gfn);

	memmove(&slots->slot[at + 1], &slots->slot[at], (slots->nr - at) * sizeof(*slot));
	slots->slot[at] = *slot;
	slots->nr++;
	slots->total_pages += slot->npages;
}

int mem_slots_apply(const struct mem_slots *slots, const struct mem_slots_change *change,
		    struct mem_slots *to)
{
	bool created = change->op == MEM_SLOTS_CREATE;
	u32 i;

	if (to->capacity < mem_slots_nr_after(slots, change))
		return -ENOSPC;
	to->nr = 0;
	to->total_pages = 0;
	to->generation = slots->generation + (change->op != MEM_SLOTS_NOTHING);
	for (i = 0; i < slots->nr; i++) {
		if (!created && slots->slot[i].id == change->before.id)
			continue;
		to->slot[to->nr++] = slots->slot[i];
		to->total_pages += slots->slot[i].npages;
	}
	if (change->op != MEM_SLOTS_DELETE)
		mem_slots_insert(to, &change->after);
	return 0;
}

static bool mem_slot_has(const struct mem_slot *slot, u64 gfn)
{
	return gfn - slot->base_gfn < slot->npages;
}

const struct mem_slot *mem_slots_find(const struct mem_slots *slots, u64 gfn, u32 *hint)
{
	u32 at = hint ? *hint : 0;

	if (at < slots->nr && mem_slot_has(&slots->slot[at], gfn))
		return &slots->slot[at];
	at = mem_slots_position(slots, gfn);
	if (at >= slots->nr || !mem_slot_has(&slots->slot[at], gfn))
		return NULL;
	if (hint)
		*hint = at;
	return &slots->slot[at];
}

const struct mem_slot *mem_slots_find_id(const struct mem_slots *slots, u32 id)
{
	u32 i;

	for (i = 0; i < slots->nr; i++)
		if (slots->slot[i].id == id)
			return &slots->slot[i];
	return NULL;
}

/* The part of a slot whose addresses are in the range; false when there is none. */
static bool mem_slot_hva_part(const struct mem_slot *slot, u64 start_hva, u64 end_hva,
			      struct mem_gfn_range *range)
{
	u64 slot_end = slot->hva + (slot->npages << MEM_PAGE_SHIFT);
	u64 start = max(start_hva, slot->hva), end = min(end_hva, slot_end);

	if (start >= end)
		return false;
	range->slot = slot;
	range->start_gfn = slot->base_gfn + ((start - slot->hva) >> MEM_PAGE_SHIFT);
	range->end_gfn = slot->base_gfn + ((end - 1 - slot->hva) >> MEM_PAGE_SHIFT) + 1;
	return true;
}

bool mem_slots_next_hva(const struct mem_slots *slots, u64 start_hva, u64 end_hva, u32 *pos,
			struct mem_gfn_range *range)
{
	while (*pos < slots->nr)
		if (mem_slot_hva_part(&slots->slot[(*pos)++], start_hva, end_hva, range))
			return true;
	return false;
}
