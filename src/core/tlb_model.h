/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What processors may have cached of guests' translations, and when a guest must therefore not be
 * entered. SDM, "Caching Translation Information" and what follows it there.
 *
 * A processor tags guest-physical mappings with the EPT's root (EP4TA), and combined mappings, from
 * linear addresses, with root and VPID. It may keep each of them until an INVEPT or INVVPID covers
 * it; VMXON, VMXOFF and VMPTRLD flush nothing.
 *
 * The model counts time by events. What makes cached translations wrong is noted down with its
 * time, and so is each flush. A guest may be entered where each flush that it needs came last. Who
 * had a root's page or a VPID before is not asked: a processor may hold something of them always.
 *
 * The caller orders the calls: a flush has the time from before the instruction, a change the time
 * from after the store.
 */
#ifndef VMH_TLB_MODEL_H
#define VMH_TLB_MODEL_H

#include <linux/bits.h>
#include <linux/types.h>

/* EPTs that a processor's flushes are known of. */
#define TLB_SPACES	256

/**
 * enum tlb_stale - why a processor must not use what it may have cached
 * @TLB_STALE_ROOT: no INVEPT since the EPT has its root, whose page may have been another's.
 * @TLB_STALE_EPT: none since translations were taken out of the EPT, or tables freed.
 * @TLB_STALE_VPID: no flush of the VPID since it was given to this vCPU.
 * @TLB_STALE_MOVED: none since the vCPU has run on another processor, where its guest may have
 *	changed its page tables.
 * @TLB_STALE_PAGING: none since CR3, or another register that its page tables are read by, was
 *	changed outside the guest.
 * @TLB_STALE_ASKED: none since the guest asked for one, having changed its page tables.
 * @TLB_STALE_NR: how many there are.
 */
enum tlb_stale {
	TLB_STALE_ROOT,
	TLB_STALE_EPT,
	TLB_STALE_VPID,
	TLB_STALE_MOVED,
	TLB_STALE_PAGING,
	TLB_STALE_ASKED,
	TLB_STALE_NR
};

/**
 * struct tlb_space - an EPT
 * @slot: its place in struct tlb_cpu.
 * @born: when it got its root.
 * @changed: when something was last taken out of it.
 * @due: processors must have flushed since this @changed.
 */
struct tlb_space {
	unsigned int slot;
	u64 born;
	u64 changed;
	u64 due;
};

/**
 * struct tlb_paging - what a guest's page tables are found and read by
 * @cr0: CR0.
 * @cr3: CR3.
 * @cr4: CR4.
 * @efer: IA32_EFER.
 * @pdptr: PDPTEs; read with PAE paging only.
 */
struct tlb_paging {
	u64 cr0;
	u64 cr3;
	u64 cr4;
	u64 efer;
	u64 pdptr[4];
};

/**
 * struct tlb_guest - a vCPU
 * @tagged: it has a VPID; otherwise each entry and exit drops its combined mappings.
 * @cpu: processor that it ran on last; -1: none yet.
 * @given: when it got its VPID.
 * @left: when it last left the guest.
 * @moved: when it last left another processor than @cpu.
 * @changed: when its paging last was another one at an entry than at the exit before.
 * @asked: when the guest last asked for a flush.
 * @flushed: when its VPID was flushed on @flushed_cpu.
 * @flushed_cpu: a processor, or -1.
 * @paging: at the last exit.
 */
struct tlb_guest {
	bool tagged;
	int cpu;
	u64 given;
	u64 left;
	u64 moved;
	u64 changed;
	u64 asked;
	u64 flushed;
	int flushed_cpu;
	struct tlb_paging paging;
};

/**
 * struct tlb_cpu - a processor: when it was told to forget what
 * @invept_all: all mappings.
 * @invvpid_all: all combined mappings.
 * @invept: those of an EPT, by its slot.
 */
struct tlb_cpu {
	u64 invept_all;
	u64 invvpid_all;
	u64 invept[TLB_SPACES];
};

/**
 * tlb_space_init() - an EPT has got its root
 * @space: the EPT.
 * @slot: below TLB_SPACES, and no other EPT's.
 * @now: the time.
 */
void tlb_space_init(struct tlb_space *space, unsigned int slot, u64 now);

/**
 * tlb_space_settle() - nobody may use any more what was taken out of an EPT
 * @space: the EPT.
 *
 * The caller has flushed where it thinks it had to, and gives pages and tables away.
 */
void tlb_space_settle(struct tlb_space *space);

/**
 * tlb_guest_init() - a vCPU has got its VPID
 * @guest: the vCPU.
 * @tagged: it has got one.
 * @now: the time.
 */
void tlb_guest_init(struct tlb_guest *guest, bool tagged, u64 now);

/**
 * tlb_guest_flush() - INVVPID for one vCPU
 * @guest: the vCPU.
 * @cpu: the processor that executes it.
 * @now: the time.
 */
void tlb_guest_flush(struct tlb_guest *guest, int cpu, u64 now);

/**
 * tlb_guest_ask() - the guest wants a vCPU to forget its combined mappings
 * @guest: the vCPU.
 * @now: the time.
 */
void tlb_guest_ask(struct tlb_guest *guest, u64 now);

/**
 * tlb_guest_enter() - may a guest be entered?
 * @guest: the vCPU.
 * @space: its EPT.
 * @on: the processor.
 * @cpu: its number.
 * @paging: the guest's registers.
 * @now: the time.
 *
 * What is wrong is told once: after that it counts as flushed.
 *
 * Return: 0, or a bit for each enum tlb_stale that holds.
 */
u32 tlb_guest_enter(struct tlb_guest *guest, const struct tlb_space *space, struct tlb_cpu *on,
		    int cpu, const struct tlb_paging *paging, u64 now);

/**
 * tlb_guest_exit() - the guest has run, and has left
 * @guest: the vCPU.
 * @paging: the guest's registers, as it left them.
 * @now: the time.
 */
void tlb_guest_exit(struct tlb_guest *guest, const struct tlb_paging *paging, u64 now);

/**
 * tlb_paging_change() - do combined mappings of before still hold?
 * @old: the registers that they were made with.
 * @new: the registers to run with.
 *
 * Return: NULL, or the register that is in the way.
 */
const char *tlb_paging_change(const struct tlb_paging *old, const struct tlb_paging *new);

#endif /* VMH_TLB_MODEL_H */
