// SPDX-License-Identifier: GPL-2.0
/*
 * Instructions that touched device memory before, decoded. Drivers do so from few places, and the
 * walk to the instruction's bytes costs far more than the bytes.
 *
 * What is kept is used only after it was proved to be right still: the registers that govern the
 * translation, each entry of the guest's page tables on the way, read again, and the instruction's
 * own bytes, read again, are all what they were. Neither INVLPG nor a write to memory has to be
 * noticed for that. Addresses of the VMM stand for as long as memory_context.seq does.
 *
 * For 64-bit code; what is not kept is decoded as ever.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>
#include <asm/vmx.h>

#include "guest_memory.h"
#include "vcpu.h"
#include "vm_insn.h"
#include "vmx_guest.h"

#define CODE_WORDS_BYTES	15
#define CODE_WORD1_OFFSET	(CODE_WORDS_BYTES - sizeof(u64))

static_assert(CODE_WORDS_BYTES == INSN_MAX_BYTES);

/* Slots lie in user addresses, but let nobody depend on that. */
static const u64 __user *vmh_insn_hva(struct vmh_vcpu *vcpu, u64 gpa)
{
	const u64 __user *hva = vmh_mem_hva(vcpu->vm, gpa, false);

	return hva && access_ok(hva, CODE_WORDS_BYTES) ? hva : NULL;
}

static void vmh_insn_key_now(const struct vmh_vcpu *vcpu, u64 rip, struct vmh_insn_key *key)
{
	key->rip = rip;
	key->cr0 = vmx_real_cr0();
	key->cr3 = vmx_real_cr3();
	key->cr4 = vmx_real_cr4();
	key->efer = vmx_guest_efer(&vcpu->vmx);
	key->cs_ar = vmx_guest_cs_rights();
	key->ss_ar = vmx_guest_ss_rights();
}

static struct vmh_insn_slot *vmh_insn_slot(struct vmh_vcpu *vcpu, u64 rip)
{
	/* Distances between drivers' accesses are small, and those between drivers large. */
	return &vcpu->insns[(rip ^ rip >> 4 ^ rip >> 12) % VMH_INSN_SLOTS];
}

/* Page tables and bytes, as they are now, beside what they were. */
static bool vmh_insn_is_unchanged(const struct vmh_insn_slot *slot)
{
	u64 now, changed = 0;
	unsigned int i;

	if (!user_read_access_begin(slot->code, CODE_WORDS_BYTES))
		return false;
	for (i = 0; i < VMH_INSN_LEVELS; i++) {
		unsafe_get_user(now, slot->entry[i], unreadable);
		changed |= now ^ slot->value[i];
	}
	unsafe_get_user(now, slot->code, unreadable);
	changed |= now ^ slot->bytes[0];
	unsafe_get_user(now, (const u64 __user *)((const u8 __user *)slot->code +
						  CODE_WORD1_OFFSET), unreadable);
	changed |= now ^ slot->bytes[1];
	user_read_access_end();
	return !changed;

unreadable:
	user_read_access_end();
	return false;
}

/**
 * vmh_insn_cached() - the instruction at RIP, if it is known
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread, may sleep.
 *
 * Return: the instruction, valid until the next call; NULL when it has to be fetched.
 */
const struct insn *vmh_insn_cached(struct vmh_vcpu *vcpu)
{
	u64 rip = vmx_guest_rip();
	const struct vmh_insn_slot *slot = vmh_insn_slot(vcpu, rip);
	struct vmh_insn_key now;

	if (slot->key.rip != rip || !slot->code ||
	    slot->seq != READ_ONCE(vcpu->vm->mem_ctx.seq))
		return NULL;
	vmh_insn_key_now(vcpu, rip, &now);
	if (memcmp(&now, &slot->key, sizeof(now)) || !vmh_insn_is_unchanged(slot))
		return NULL;
	return &slot->insn;
}

/* Notes what a walk reads, level by level. */
struct insn_walk {
	struct vmh_vcpu *vcpu;
	struct vmh_insn_slot *slot;
	unsigned int nr;
};

static int vmh_insn_walk_read(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	struct insn_walk *walk = ctx;
	const u64 __user *hva = vmh_insn_hva(walk->vcpu, gpa);

	if (!hva || len != sizeof(u64) || walk->nr == VMH_INSN_LEVELS)
		return -ENXIO;
	if (copy_from_user(buf, hva, len))
		return -EFAULT;
	walk->slot->entry[walk->nr] = hva;
	memcpy(&walk->slot->value[walk->nr++], buf, len);
	return 0;
}

static const struct guest_walk_ops vmh_insn_walk_ops = {
	.read_phys = vmh_insn_walk_read,
};

/* A large page ends the walk early: the last entry stands for those that there are not. */
static void vmh_insn_pad(struct insn_walk *walk)
{
	struct vmh_insn_slot *slot = walk->slot;

	for (; walk->nr < VMH_INSN_LEVELS; walk->nr++) {
		slot->entry[walk->nr] = slot->entry[walk->nr - 1];
		slot->value[walk->nr] = slot->value[walk->nr - 1];
	}
}

static bool vmh_insn_walk(struct vmh_vcpu *vcpu, struct vmh_insn_slot *slot, u64 *gpa)
{
	struct insn_walk walk = { .vcpu = vcpu, .slot = slot };
	struct guest_translation translation;
	struct guest_paging paging;
	struct guest_fault fault;
	unsigned int access = GUEST_ACCESS_FETCH;

	if (vmx_guest_cpl() == 3)
		access |= GUEST_ACCESS_USER;
	vmx_get_paging(&vcpu->vmx, &paging);
	if (guest_walk(&paging, slot->key.rip, access, &vmh_insn_walk_ops, &walk, &translation,
		       &fault) || !walk.nr)
		return false;
	vmh_insn_pad(&walk);
	*gpa = translation.gpa;
	return true;
}

/**
 * vmh_insn_keep() - keep an instruction that was decoded
 * @vcpu: the vCPU, loaded; RIP is at the instruction.
 * @bytes: INSN_MAX_BYTES bytes from there.
 * @insn: what they are.
 *
 * Context: its thread, may sleep.
 */
void vmh_insn_keep(struct vmh_vcpu *vcpu, const u8 *bytes, const struct insn *insn)
{
	u64 gpa, rip = vmx_guest_rip();
	struct vmh_insn_slot *slot = vmh_insn_slot(vcpu, rip);
	const u64 __user *code;

	slot->code = NULL;
	vmh_insn_key_now(vcpu, rip, &slot->key);
	if (!(slot->key.efer & EFER_LMA) || !(slot->key.cs_ar & VMX_AR_L_MASK) ||
	    offset_in_page(rip) > PAGE_SIZE - INSN_MAX_BYTES)
		return;
	/* Before what is found by it, so that a slot that goes meanwhile makes this useless. */
	slot->seq = READ_ONCE(vcpu->vm->mem_ctx.seq);
	if (!vmh_insn_walk(vcpu, slot, &gpa))
		return;
	code = vmh_insn_hva(vcpu, gpa);
	memcpy(&slot->bytes[0], bytes, sizeof(u64));
	memcpy(&slot->bytes[1], bytes + CODE_WORD1_OFFSET, sizeof(u64));
	slot->insn = *insn;
	slot->code = code;
}
