/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Changes of memory slots. Every row starts from the same three slots, in pages:
 *
 *	id 1	gfn 0x000 - 0x0ff	hva page 0x10000	read-write
 *	id 5	gfn 0x200 - 0x20f	hva page 0x20000	read-only
 *	id 3	gfn 0x300 - 0x3ff	hva page 0x10080	overlaps id 1 in the VMM's memory
 */
#ifndef VMH_VECTORS_MEM_SLOTS_H
#define VMH_VECTORS_MEM_SLOTS_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/kvm.h>
#include <linux/limits.h>
#include <linux/string.h>
#include <linux/vmh.h>
#include <mem_slots.h>
#include <vm_error.h>

#define MEM_SLOTS_CAPACITY	8
#define MEM_SLOTS_PHYS_BITS	36
#define MEM_SLOTS_HVA_END	0x7ffffffff000ULL

#define PG(page)		((u64)(page) << MEM_PAGE_SHIFT)

struct mem_slots_case {
	const char *name;
	struct kvm_userspace_memory_region in;
	u32 code;			/* VMH_E_NONE: accepted */
	const char *field;		/* refused: which */
	enum mem_slots_op op;		/* accepted: what it comes to, */
	u32 nr;				/* how many slots there are then, */
	u64 total_pages;		/* with how many pages, */
	u64 gfn;			/* and which slot has this page, ~0 for none, */
	u32 id;
	u64 hva;			/* at which address */
};

#define MEM_SLOTS_NO_ID		(~0U)

static const struct mem_slots_case mem_slots_cases[] = {
	/* Creation. */
	{ .name = "between two", .in = { 2, 0, PG(0x100), PG(0x100), PG(0x40000) },
	  .op = MEM_SLOTS_CREATE, .nr = 4, .total_pages = 0x310, .gfn = 0x1ff, .id = 2,
	  .hva = PG(0x400ff) },
	{ .name = "above all", .in = { 0, 0, PG(0x400), PG(1), PG(0x40000) },
	  .op = MEM_SLOTS_CREATE, .nr = 4, .total_pages = 0x211, .gfn = 0x400, .id = 0,
	  .hva = PG(0x40000) },
	{ .name = "read-only", .in = { 2, KVM_MEM_READONLY, PG(0x400), PG(2), PG(0x40000) },
	  .op = MEM_SLOTS_CREATE, .nr = 4, .total_pages = 0x212, .gfn = 0x401, .id = 2,
	  .hva = PG(0x40001) },
	{ .name = "up to the end of guest-physical addresses",
	  .in = { 7, 0, PG(0xffffff), PG(1), PG(0x40000) }, .op = MEM_SLOTS_CREATE, .nr = 4,
	  .total_pages = 0x211, .gfn = 0xffffff, .id = 7, .hva = PG(0x40000) },
	{ .name = "one page beyond guest-physical addresses",
	  .in = { 7, 0, PG(0xffffff), PG(2), PG(0x40000) }, .code = VMH_E_SLOT_RANGE,
	  .field = "guest_phys_addr" },
	{ .name = "wholly beyond guest-physical addresses",
	  .in = { 7, 0, PG(0x1000000), PG(1), PG(0x40000) }, .code = VMH_E_SLOT_RANGE,
	  .field = "guest_phys_addr" },
	{ .name = "guest-physical address wraps",
	  .in = { 7, 0, -PG(1), PG(2), PG(0x40000) }, .code = VMH_E_SLOT_RANGE,
	  .field = "guest_phys_addr" },
	{ .name = "guest-physical address wraps to 0",
	  .in = { 7, 0, -PG(1), PG(1), PG(0x40000) }, .code = VMH_E_SLOT_RANGE,
	  .field = "guest_phys_addr" },
	{ .name = "size wraps", .in = { 7, 0, PG(0x400), -PG(1), PG(0x40000) },
	  .code = VMH_E_SLOT_RANGE, .field = "guest_phys_addr" },
	{ .name = "up to the end of userspace",
	  .in = { 7, 0, PG(0x400), PG(1), MEM_SLOTS_HVA_END - PG(1) }, .op = MEM_SLOTS_CREATE,
	  .nr = 4, .total_pages = 0x211, .gfn = 0x400, .id = 7,
	  .hva = MEM_SLOTS_HVA_END - PG(1) },
	{ .name = "one page beyond userspace",
	  .in = { 7, 0, PG(0x400), PG(2), MEM_SLOTS_HVA_END - PG(1) },
	  .code = VMH_E_SLOT_ADDRESS, .field = "userspace_addr" },
	{ .name = "a kernel address",
	  .in = { 7, 0, PG(0x400), PG(1), 0xffff888000000000ULL },
	  .code = VMH_E_SLOT_ADDRESS, .field = "userspace_addr" },
	{ .name = "userspace address wraps", .in = { 7, 0, PG(0x400), PG(2), -PG(1) },
	  .code = VMH_E_SLOT_ADDRESS, .field = "userspace_addr" },
	{ .name = "highest id", .in = { 31, 0, PG(0x400), PG(1), PG(0x40000) },
	  .op = MEM_SLOTS_CREATE, .nr = 4, .total_pages = 0x211, .gfn = 0x400, .id = 31,
	  .hva = PG(0x40000) },
	{ .name = "id too high", .in = { 32, 0, PG(0x400), PG(1), PG(0x40000) },
	  .code = VMH_E_SLOT_ID, .field = "slot" },
	{ .name = "second address space", .in = { 0x10002, 0, PG(0x400), PG(1), PG(0x40000) },
	  .code = VMH_E_SLOT_ID, .field = "slot" },
	{ .name = "unknown flag", .in = { 2, 4, PG(0x400), PG(1), PG(0x40000) },
	  .code = VMH_E_UNKNOWN_FLAGS, .field = "flags" },
	{ .name = "highest flag", .in = { 2, 1U << 31, PG(0x400), PG(1), PG(0x40000) },
	  .code = VMH_E_UNKNOWN_FLAGS, .field = "flags" },
	{ .name = "guest-physical address unaligned",
	  .in = { 2, 0, PG(0x400) + 1, PG(1), PG(0x40000) }, .code = VMH_E_SLOT_ALIGN,
	  .field = "guest_phys_addr" },
	{ .name = "size unaligned", .in = { 2, 0, PG(0x400), PG(1) - 1, PG(0x40000) },
	  .code = VMH_E_SLOT_ALIGN, .field = "memory_size" },
	{ .name = "userspace address unaligned",
	  .in = { 2, 0, PG(0x400), PG(1), PG(0x40000) + 8 }, .code = VMH_E_SLOT_ALIGN,
	  .field = "userspace_addr" },

	/* Overlap. */
	{ .name = "the same as another", .in = { 2, 0, 0, PG(0x100), PG(0x40000) },
	  .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
	{ .name = "last page of another", .in = { 2, 0, PG(0xff), PG(2), PG(0x40000) },
	  .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
	{ .name = "first page of another", .in = { 2, 0, PG(0x1ff), PG(2), PG(0x40000) },
	  .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
	{ .name = "inside another", .in = { 2, 0, PG(0x305), PG(1), PG(0x40000) },
	  .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
	{ .name = "around another", .in = { 2, 0, PG(0x1f0), PG(0x100), PG(0x40000) },
	  .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
	{ .name = "around all", .in = { 2, 0, 0, PG(0x1000), PG(0x40000) },
	  .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },

	/* Deletion. */
	{ .name = "delete the first", .in = { 1 }, .op = MEM_SLOTS_DELETE, .nr = 2,
	  .total_pages = 0x110, .gfn = 0, .id = MEM_SLOTS_NO_ID },
	{ .name = "delete the middle one", .in = { 5 }, .op = MEM_SLOTS_DELETE, .nr = 2,
	  .total_pages = 0x200, .gfn = 0x200, .id = MEM_SLOTS_NO_ID },
	{ .name = "delete the last, addresses and flags given",
	  .in = { 3, 0, PG(0x300), 0, PG(0x10080) }, .op = MEM_SLOTS_DELETE, .nr = 2,
	  .total_pages = 0x110, .gfn = 0x300, .id = MEM_SLOTS_NO_ID },
	{ .name = "delete leaves the others", .in = { 5 }, .op = MEM_SLOTS_DELETE, .nr = 2,
	  .total_pages = 0x200, .gfn = 0x380, .id = 3, .hva = PG(0x10100) },
	{ .name = "delete what is not there", .in = { 2 }, .code = VMH_E_SLOT_MISSING,
	  .field = "slot" },
	{ .name = "delete with an id too high", .in = { 32 }, .code = VMH_E_SLOT_ID,
	  .field = "slot" },

	/* The same again, other flags, moves. */
	{ .name = "the same again", .in = { 1, 0, 0, PG(0x100), PG(0x10000) },
	  .op = MEM_SLOTS_NOTHING, .nr = 3, .total_pages = 0x210, .gfn = 0, .id = 1,
	  .hva = PG(0x10000) },
	{ .name = "dirty logging on",
	  .in = { 1, KVM_MEM_LOG_DIRTY_PAGES, 0, PG(0x100), PG(0x10000) },
	  .op = MEM_SLOTS_FLAGS, .nr = 3, .total_pages = 0x210, .gfn = 0xff, .id = 1,
	  .hva = PG(0x100ff) },
	{ .name = "read-only cannot come", .in = { 1, KVM_MEM_READONLY, 0, PG(0x100), PG(0x10000) },
	  .code = VMH_E_SLOT_CHANGE, .field = "flags" },
	{ .name = "read-only cannot go", .in = { 5, 0, PG(0x200), PG(0x10), PG(0x20000) },
	  .code = VMH_E_SLOT_CHANGE, .field = "flags" },
	{ .name = "grow", .in = { 1, 0, 0, PG(0x101), PG(0x10000) },
	  .code = VMH_E_SLOT_CHANGE, .field = "memory_size" },
	{ .name = "shrink", .in = { 1, 0, 0, PG(0xff), PG(0x10000) },
	  .code = VMH_E_SLOT_CHANGE, .field = "memory_size" },
	{ .name = "other memory", .in = { 1, 0, 0, PG(0x100), PG(0x10001) },
	  .code = VMH_E_SLOT_CHANGE, .field = "userspace_addr" },
	{ .name = "move above all", .in = { 1, 0, PG(0x400), PG(0x100), PG(0x10000) },
	  .op = MEM_SLOTS_MOVE, .nr = 3, .total_pages = 0x210, .gfn = 0x4ff, .id = 1,
	  .hva = PG(0x100ff) },
	{ .name = "move leaves a hole", .in = { 1, 0, PG(0x400), PG(0x100), PG(0x10000) },
	  .op = MEM_SLOTS_MOVE, .nr = 3, .total_pages = 0x210, .gfn = 0x80,
	  .id = MEM_SLOTS_NO_ID },
	{ .name = "move down past another", .in = { 3, 0, PG(0x100), PG(0x100), PG(0x10080) },
	  .op = MEM_SLOTS_MOVE, .nr = 3, .total_pages = 0x210, .gfn = 0x100, .id = 3,
	  .hva = PG(0x10080) },
	{ .name = "move over where it was", .in = { 1, 0, PG(0x80), PG(0x100), PG(0x10000) },
	  .op = MEM_SLOTS_MOVE, .nr = 3, .total_pages = 0x210, .gfn = 0x80, .id = 1,
	  .hva = PG(0x10000) },
	{ .name = "move and dirty logging",
	  .in = { 1, KVM_MEM_LOG_DIRTY_PAGES, PG(0x100), PG(0x100), PG(0x10000) },
	  .op = MEM_SLOTS_MOVE, .nr = 3, .total_pages = 0x210, .gfn = 0x1ff, .id = 1,
	  .hva = PG(0x100ff) },
	{ .name = "move onto another", .in = { 1, 0, PG(0x2f0), PG(0x100), PG(0x10000) },
	  .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
	{ .name = "move over where it was onto another",
	  .in = { 1, 0, PG(0xff), PG(0x100) + PG(2), PG(0x10000) },
	  .code = VMH_E_SLOT_CHANGE, .field = "memory_size" },
	{ .name = "move up onto the next", .in = { 5, KVM_MEM_READONLY, PG(0x2f8), PG(0x10),
	  PG(0x20000) }, .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
	{ .name = "move down onto the one before", .in = { 5, KVM_MEM_READONLY, PG(0xf1),
	  PG(0x10), PG(0x20000) }, .code = VMH_E_SLOT_OVERLAP, .field = "guest_phys_addr" },
};

/* Room for a table of MEM_SLOTS_CAPACITY slots, without an allocator. */
struct mem_slots_room {
	struct mem_slots slots;
	struct mem_slot slot[MEM_SLOTS_CAPACITY];
};

static const struct mem_slots_bounds mem_slots_case_bounds = {
	.max_slots	= 32,
	.phys_bits	= MEM_SLOTS_PHYS_BITS,
	.hva_end	= MEM_SLOTS_HVA_END,
	.flags		= KVM_MEM_READONLY | KVM_MEM_LOG_DIRTY_PAGES,
};

/* Stands for a log; slot 1 keeps it through every change. */
static unsigned long mem_slots_case_log[1];

/* Leaves the three slots in @to; @other is for the steps between. */
static inline void mem_slots_case_start(struct mem_slots *to, struct mem_slots *other)
{
	static const struct kvm_userspace_memory_region start[] = {
		{ 3, 0, PG(0x300), PG(0x100), PG(0x10080) },
		{ 1, 0, 0, PG(0x100), PG(0x10000) },
		{ 5, KVM_MEM_READONLY, PG(0x200), PG(0x10), PG(0x20000) },
	};
	struct mem_slots_change change = { 0 };
	size_t i;

	mem_slots_init(to, MEM_SLOTS_CAPACITY);
	mem_slots_init(other, MEM_SLOTS_CAPACITY);
	for (i = 0; i < ARRAY_SIZE(start); i++) {
		struct mem_slots *from = i % 2 ? to : other;

		mem_slots_plan(from, &start[i], &mem_slots_case_bounds, &change, NULL);
		if (change.after.id == 1)
			change.after.log = mem_slots_case_log;
		mem_slots_apply(from, &change, i % 2 ? other : to);
	}
}

static inline bool mem_slots_case_applied(const struct mem_slots_case *c,
					  const struct mem_slots *slots, char *why, size_t why_len)
{
	const struct mem_slot *slot;
	u32 i;

	if (slots->nr != c->nr || slots->total_pages != c->total_pages) {
		snprintf(why, why_len, "%u slots, %#llx pages", slots->nr, slots->total_pages);
		return false;
	}
	for (i = 1; i < slots->nr; i++) {
		if (slots->slot[i - 1].base_gfn + slots->slot[i - 1].npages >
		    slots->slot[i].base_gfn) {
			snprintf(why, why_len, "slot %u is not in order", i);
			return false;
		}
	}
	slot = mem_slots_find(slots, c->gfn, NULL);
	if (!slot || c->id == MEM_SLOTS_NO_ID) {
		snprintf(why, why_len, "page %#llx is %sbacked", c->gfn, slot ? "" : "not ");
		return !slot == (c->id == MEM_SLOTS_NO_ID);
	}
	if (slot->log != (slot->id == 1 ? mem_slots_case_log : NULL)) {
		snprintf(why, why_len, "slot %u has another log", slot->id);
		return false;
	}
	if (slot->id != c->id || mem_slot_hva(slot, c->gfn) != c->hva) {
		snprintf(why, why_len, "page %#llx is in slot %u at %#llx", c->gfn, slot->id,
			 mem_slot_hva(slot, c->gfn));
		return false;
	}
	return true;
}

static inline bool mem_slots_case_ok(const struct mem_slots_case *c, char *why, size_t why_len)
{
	static struct mem_slots_room a, b;
	static const struct mem_slot none;
	struct mem_slots_change change;
	struct vmh_error err = { 0 };
	u64 generation;
	int ret;

	memset(&change, 0x5a, sizeof(change));
	mem_slots_case_start(&a.slots, &b.slots);
	ret = mem_slots_plan(&a.slots, &c->in, &mem_slots_case_bounds, &change, &err);
	if (err.code != c->code || ret != vm_error_errno((enum vmh_error_code)c->code)) {
		snprintf(why, why_len, "returned %d, code %u (%s %s)", ret, err.code, err.field,
			 err.text);
		return false;
	}
	if (ret) {
		snprintf(why, why_len, "field %s", err.field);
		return !strcmp(err.field, c->field);
	}
	if (change.op != c->op || mem_slots_nr_after(&a.slots, &change) != c->nr) {
		snprintf(why, why_len, "operation %d, %u slots after", (int)change.op,
			 mem_slots_nr_after(&a.slots, &change));
		return false;
	}
	if ((c->op == MEM_SLOTS_CREATE && memcmp(&change.before, &none, sizeof(none))) ||
	    (c->op == MEM_SLOTS_DELETE && memcmp(&change.after, &none, sizeof(none)))) {
		snprintf(why, why_len, "something before it is created or after it is deleted");
		return false;
	}
	mem_slots_init(&b.slots, c->nr - 1);
	if (mem_slots_apply(&a.slots, &change, &b.slots) != -ENOSPC) {
		snprintf(why, why_len, "applied without room");
		return false;
	}
	mem_slots_init(&b.slots, c->nr);
	ret = mem_slots_apply(&a.slots, &change, &b.slots);
	generation = a.slots.generation + (c->op == MEM_SLOTS_NOTHING ? 0 : 1);
	if (ret || b.slots.generation != generation) {
		snprintf(why, why_len, "apply: %d, generation %llu", ret, b.slots.generation);
		return false;
	}
	return mem_slots_case_applied(c, &b.slots, why, why_len);
}

#endif /* VMH_VECTORS_MEM_SLOTS_H */
