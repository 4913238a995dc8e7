// SPDX-License-Identifier: GPL-2.0
/* Flushes and what asks for them, compared by their times. */
#include <linux/minmax.h>
#include <linux/string.h>

#include "tlb_model.h"

#define CR0_PG		BIT_ULL(31)
#define CR4_PSE		BIT_ULL(4)
#define CR4_PAE		BIT_ULL(5)
#define CR4_PGE		BIT_ULL(7)
#define CR4_LA57	BIT_ULL(12)
#define CR4_PCIDE	BIT_ULL(17)
#define CR4_SMEP	BIT_ULL(20)
#define CR4_SMAP	BIT_ULL(21)
#define EFER_LME	BIT_ULL(8)
#define EFER_NXE	BIT_ULL(11)

/* SDM, "Operations that Invalidate TLBs and Paging-Structure Caches", and the table formats. */
#define CR4_PAGING	(CR4_PSE | CR4_PAE | CR4_PGE | CR4_LA57 | CR4_PCIDE | CR4_SMEP | CR4_SMAP)
#define EFER_PAGING	(EFER_LME | EFER_NXE)

void tlb_space_init(struct tlb_space *space, unsigned int slot, u64 now)
{
	*space = (struct tlb_space) { .slot = slot, .born = now };
}

void tlb_space_settle(struct tlb_space *space)
{
	space->due = space->changed;
}

void tlb_guest_init(struct tlb_guest *guest, bool tagged, u64 now)
{
	*guest = (struct tlb_guest) {
		.tagged = tagged, .given = now, .cpu = -1, .flushed_cpu = -1,
	};
}

void tlb_guest_flush(struct tlb_guest *guest, int cpu, u64 now)
{
	guest->flushed_cpu = cpu;
	guest->flushed = now;
}

void tlb_guest_ask(struct tlb_guest *guest, u64 now)
{
	guest->asked = now;
}

static bool tlb_uses_pdptes(const struct tlb_paging *paging)
{
	return (paging->cr4 & CR4_PAE) && !(paging->efer & EFER_LME);
}

const char *tlb_paging_change(const struct tlb_paging *old, const struct tlb_paging *new)
{
	/* Without paging a linear address is a guest-physical one, whatever else there is. */
	if (!((old->cr0 | new->cr0) & CR0_PG))
		return NULL;
	if ((old->cr0 ^ new->cr0) & CR0_PG)
		return "CR0.PG";
	if (old->cr3 != new->cr3)
		return "CR3";
	if ((old->cr4 ^ new->cr4) & CR4_PAGING)
		return "CR4";
	if ((old->efer ^ new->efer) & EFER_PAGING)
		return "EFER";
	if (tlb_uses_pdptes(new) && memcmp(old->pdptr, new->pdptr, sizeof(new->pdptr)))
		return "a PDPTE";
	return NULL;
}

/* What has happened to the vCPU since it left the guest. */
static void tlb_guest_catch_up(struct tlb_guest *guest, int cpu, const struct tlb_paging *paging)
{
	if (guest->cpu >= 0 && guest->cpu != cpu)
		guest->moved = guest->left;
	if (guest->cpu >= 0 && tlb_paging_change(&guest->paging, paging))
		guest->changed = guest->left;
	guest->cpu = cpu;
}

/* Combined mappings: each entry without a VPID starts with none. */
static u32 tlb_stale_combined(const struct tlb_guest *guest, u64 flushed)
{
	u32 stale = 0;

	if (!guest->tagged)
		return 0;
	if (flushed < guest->given)
		stale |= BIT(TLB_STALE_VPID);
	if (flushed < guest->moved)
		stale |= BIT(TLB_STALE_MOVED);
	if (flushed < guest->changed)
		stale |= BIT(TLB_STALE_PAGING);
	if (flushed < guest->asked)
		stale |= BIT(TLB_STALE_ASKED);
	return stale;
}

u32 tlb_guest_enter(struct tlb_guest *guest, const struct tlb_space *space, struct tlb_cpu *on,
		    int cpu, const struct tlb_paging *paging, u64 now)
{
	u64 invept = max(on->invept_all, on->invept[space->slot]);
	u64 invvpid = max(invept, on->invvpid_all);
	u32 stale = 0;

	tlb_guest_catch_up(guest, cpu, paging);
	if (guest->flushed_cpu == cpu)
		invvpid = max(invvpid, guest->flushed);
	if (invept < space->born)
		stale |= BIT(TLB_STALE_ROOT);
	if (invept < space->due)
		stale |= BIT(TLB_STALE_EPT);
	stale |= tlb_stale_combined(guest, invvpid);
	if (stale & (BIT(TLB_STALE_ROOT) | BIT(TLB_STALE_EPT)))
		on->invept[space->slot] = now;
	if (stale)
		tlb_guest_flush(guest, cpu, now);
	return stale;
}

void tlb_guest_exit(struct tlb_guest *guest, const struct tlb_paging *paging, u64 now)
{
	guest->left = now;
	guest->paging = *paging;
}
