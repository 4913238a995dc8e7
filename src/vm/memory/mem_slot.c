// SPDX-License-Identifier: GPL-2.0
/* Looking up a slot of guest memory. */
#include "guest_memory.h"
#include "mem.h"
#include "vm.h"

/**
 * vmh_mem_slot_of() - the slot behind a guest page
 * @vm: the VM.
 * @gfn: guest frame number.
 * @slot: a copy of it.
 *
 * Return: whether there is one.
 */
bool vmh_mem_slot_of(struct vm_handler_ctx *vm, u64 gfn, struct mem_slot *slot)
{
	struct memory_context *mem = &vm->mem_ctx;
	const struct mem_slot *found;

	spin_lock(&mem->lock);
	found = mem_slots_find(mem->slots, gfn, NULL);
	if (found)
		*slot = *found;
	spin_unlock(&mem->lock);
	return found;
}
