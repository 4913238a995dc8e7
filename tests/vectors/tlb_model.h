/* SPDX-License-Identifier: GPL-2.0 */
/* Stories of EPTs, vCPUs and processors: at which entries something was not flushed. */
#ifndef VMH_VECTORS_TLB_MODEL_H
#define VMH_VECTORS_TLB_MODEL_H

#include <linux/kernel.h>
#include <tlb_model.h>

#define TLB_STEPS	14
#define TLB_CPUS	2
#define TLB_GUESTS	3

/* Guests 0 and 1 are of EPT 0, guest 2 is of EPT 1. */
static const u8 tlb_space_of[TLB_GUESTS] = { 0, 0, 1 };

/**
 * enum tlb_op - a step
 * @TLB_END: no more.
 * @TLB_ROOT: EPT @who gets a root.
 * @TLB_TAKE: something is taken out of EPT @who.
 * @TLB_SETTLE: EPT @who counts on flushes.
 * @TLB_GIVE: guest @who gets a VPID.
 * @TLB_BARE: guest @who gets none.
 * @TLB_ENTER: guest @who is entered on @cpu; @want is what is stale.
 * @TLB_EXIT: guest @who leaves.
 * @TLB_INVEPT: @cpu forgets EPT @who.
 * @TLB_INVEPT_ALL: @cpu forgets all.
 * @TLB_INVVPID: @cpu forgets guest @who's VPID.
 * @TLB_INVVPID_ALL: @cpu forgets all VPIDs.
 * @TLB_ASK: guest @who asks for a flush.
 * @TLB_SET: register @want of guest @who changes.
 */
enum tlb_op {
	TLB_END,
	TLB_ROOT,
	TLB_TAKE,
	TLB_SETTLE,
	TLB_GIVE,
	TLB_BARE,
	TLB_ENTER,
	TLB_EXIT,
	TLB_INVEPT,
	TLB_INVEPT_ALL,
	TLB_INVVPID,
	TLB_INVVPID_ALL,
	TLB_ASK,
	TLB_SET,
};

/* Registers, for TLB_SET: bits of them that are turned over. */
enum tlb_bit {
	TLB_PG, TLB_WP, TLB_CR3, TLB_PCID, TLB_PSE, TLB_PAE, TLB_PGE, TLB_PCIDE, TLB_SMEP, TLB_SMAP,
	TLB_LA57, TLB_OSXSAVE, TLB_LME, TLB_NXE, TLB_SCE, TLB_PDPTE,
};

struct tlb_step {
	enum tlb_op op;
	u8 who;
	u8 cpu;
	u32 want;
};

struct tlb_model_case {
	const char *name;
	struct tlb_step steps[TLB_STEPS];
};

#define ROOT(ept)		{ TLB_ROOT, ept }
#define TAKE(ept)		{ TLB_TAKE, ept }
#define SETTLE(ept)		{ TLB_SETTLE, ept }
#define GIVE(guest)		{ TLB_GIVE, guest }
#define BARE(guest)		{ TLB_BARE, guest }
#define GOOD(guest, cpu)	{ TLB_ENTER, guest, cpu, 0 }
#define BAD(guest, cpu, bits)	{ TLB_ENTER, guest, cpu, bits }
#define EXIT(guest)		{ TLB_EXIT, guest }
#define INVEPT(ept, cpu)	{ TLB_INVEPT, ept, cpu }
#define INVEPT_ALL(cpu)		{ TLB_INVEPT_ALL, 0, cpu }
#define INVVPID(guest, cpu)	{ TLB_INVVPID, guest, cpu }
#define INVVPID_ALL(cpu)	{ TLB_INVVPID_ALL, 0, cpu }
#define ASK(guest)		{ TLB_ASK, guest }
#define SET(guest, bit)		{ TLB_SET, guest, 0, bit }

#define IS_ROOT			BIT(TLB_STALE_ROOT)
#define IS_EPT			BIT(TLB_STALE_EPT)
#define IS_VPID			BIT(TLB_STALE_VPID)
#define IS_MOVED		BIT(TLB_STALE_MOVED)
#define IS_PAGING		BIT(TLB_STALE_PAGING)
#define IS_ASKED		BIT(TLB_STALE_ASKED)

/* A guest that has run on processor 0, where all was flushed, and left. */
#define RUNS(guest)		GIVE(guest), INVEPT_ALL(0), GOOD(guest, 0), EXIT(guest)
/* The same, with paging on. */
#define PAGES(guest)		GIVE(guest), SET(guest, TLB_PG), INVEPT_ALL(0), GOOD(guest, 0), \
				EXIT(guest)

/* A bit that is turned over outside a guest that has paging on; and by the guest itself. */
#define TURNED(text, bit, bits) \
	{ text " turned over outside", { ROOT(0), PAGES(0), SET(0, bit), BAD(0, 0, bits), } }, \
	{ text " turned over outside, and flushed", \
	  { ROOT(0), PAGES(0), SET(0, bit), INVVPID(0, 0), GOOD(0, 0), } }, \
	{ text " turned over by the guest", \
	  { ROOT(0), PAGES(0), GOOD(0, 0), SET(0, bit), EXIT(0), GOOD(0, 0), } }

static const struct tlb_model_case tlb_model_cases[] = {
	/* Roots and VPIDs. */
	{ "a first entry without a flush", { ROOT(0), GIVE(0), BAD(0, 0, IS_ROOT | IS_VPID) } },
	{ "a first entry", { ROOT(0), GIVE(0), INVEPT(0, 0), GOOD(0, 0) } },
	{ "a flush of all", { ROOT(0), GIVE(0), INVEPT_ALL(0), GOOD(0, 0) } },
	{ "a flush before there was a root",
	  { INVEPT_ALL(0), ROOT(0), GIVE(0), BAD(0, 0, IS_ROOT | IS_VPID) } },
	{ "a flush of another EPT", { ROOT(0), ROOT(1), GIVE(0), INVEPT(1, 0),
	  BAD(0, 0, IS_ROOT | IS_VPID) } },
	{ "a flush of the VPID is none of the EPT",
	  { ROOT(0), GIVE(0), INVVPID(0, 0), BAD(0, 0, IS_ROOT) } },
	{ "nor is one of all VPIDs", { ROOT(0), GIVE(0), INVVPID_ALL(0), BAD(0, 0, IS_ROOT) } },
	{ "a flush elsewhere", { ROOT(0), GIVE(0), INVEPT(0, 1), BAD(0, 0, IS_ROOT | IS_VPID) } },
	{ "it is told once", { ROOT(0), GIVE(0), BAD(0, 0, IS_ROOT | IS_VPID), EXIT(0),
	  GOOD(0, 0) } },
	{ "a root's page again", { ROOT(0), RUNS(0), ROOT(0), GIVE(1),
	  BAD(1, 0, IS_ROOT | IS_VPID) } },
	{ "a VPID of the same VM again", { ROOT(0), RUNS(0), GIVE(1), BAD(1, 0, IS_VPID) } },
	{ "the same, flushed by INVVPID", { ROOT(0), RUNS(0), GIVE(1), INVVPID(1, 0),
	  GOOD(1, 0) } },
	{ "the same, flushed by INVEPT", { ROOT(0), RUNS(0), GIVE(1), INVEPT(0, 0), GOOD(1, 0) } },
	{ "a flush of another VPID", { ROOT(0), RUNS(0), GIVE(1), INVVPID(0, 0),
	  BAD(1, 0, IS_VPID) } },
	{ "a vCPU of another VM needs its own",
	  { ROOT(0), ROOT(1), RUNS(0), GIVE(2), INVVPID(2, 0), GOOD(2, 0) } },
	{ "a vCPU without a VPID", { ROOT(0), BARE(0), INVEPT(0, 0), GOOD(0, 0) } },
	{ "which does not spare the EPT", { ROOT(0), BARE(0), BAD(0, 0, IS_ROOT) } },
	/* What is taken out of the EPT. */
	{ "taken, and nobody counts on a flush yet", { ROOT(0), RUNS(0), TAKE(0), GOOD(0, 0) } },
	{ "taken", { ROOT(0), RUNS(0), TAKE(0), SETTLE(0), BAD(0, 0, IS_EPT) } },
	{ "taken, flushed", { ROOT(0), RUNS(0), TAKE(0), INVEPT(0, 0), SETTLE(0), GOOD(0, 0) } },
	{ "taken, flushed late", { ROOT(0), RUNS(0), TAKE(0), SETTLE(0), INVEPT(0, 0),
	  GOOD(0, 0) } },
	{ "flushed before it is taken", { ROOT(0), RUNS(0), INVEPT(0, 0), TAKE(0), SETTLE(0),
	  BAD(0, 0, IS_EPT) } },
	{ "taken, and only the VPID flushed", { ROOT(0), RUNS(0), TAKE(0), INVVPID(0, 0),
	  SETTLE(0), BAD(0, 0, IS_EPT) } },
	{ "taken from another EPT", { ROOT(0), ROOT(1), RUNS(0), TAKE(1), SETTLE(1), GOOD(0, 0) } },
	{ "taken and flushed, then taken without", { ROOT(0), RUNS(0), TAKE(0), INVEPT(0, 0),
	  SETTLE(0), GOOD(0, 0), EXIT(0), TAKE(0), SETTLE(0), BAD(0, 0, IS_EPT) } },
	{ "taken, and flushed on one of two processors", { ROOT(0), RUNS(0), TAKE(0), INVEPT(0, 0),
	  SETTLE(0), GOOD(0, 0), EXIT(0), INVVPID(0, 1), BAD(0, 1, IS_ROOT | IS_EPT) } },
	{ "taken from under a vCPU without a VPID", { ROOT(0), BARE(0), INVEPT_ALL(0), GOOD(0, 0),
	  EXIT(0), TAKE(0), SETTLE(0), BAD(0, 0, IS_EPT) } },
	/* From processor to processor. */
	{ "a vCPU that moves", { ROOT(0), INVEPT_ALL(1), RUNS(0), BAD(0, 1, IS_VPID | IS_MOVED) } },
	{ "and is flushed", { ROOT(0), RUNS(0), INVEPT(0, 1), GOOD(0, 1) } },
	{ "and comes back", { ROOT(0), RUNS(0), INVEPT(0, 1), GOOD(0, 1), EXIT(0),
	  BAD(0, 0, IS_MOVED) } },
	{ "flushed there too", { ROOT(0), RUNS(0), INVEPT(0, 1), GOOD(0, 1), EXIT(0), INVEPT(0, 0),
	  GOOD(0, 0) } },
	{ "or by INVVPID", { ROOT(0), RUNS(0), INVEPT(0, 1), GOOD(0, 1), EXIT(0), INVVPID(0, 0),
	  GOOD(0, 0) } },
	{ "flushed before it had left", { ROOT(0), RUNS(0), INVEPT(0, 1), GOOD(0, 1), INVEPT(0, 0),
	  EXIT(0), BAD(0, 0, IS_MOVED) } },
	{ "flushed on the wrong processor", { ROOT(0), RUNS(0), INVEPT(0, 1), GOOD(0, 1), EXIT(0),
	  INVVPID(0, 1), BAD(0, 0, IS_MOVED) } },
	{ "without a VPID it may move", { ROOT(0), BARE(0), INVEPT_ALL(0), INVEPT_ALL(1),
	  GOOD(0, 0), EXIT(0), GOOD(0, 1), EXIT(0), GOOD(0, 0) } },
	/* Registers. */
	TURNED("CR0.PG", TLB_PG, IS_PAGING),
	TURNED("CR0.WP", TLB_WP, 0),
	TURNED("CR3", TLB_CR3, IS_PAGING),
	TURNED("CR3's PCID", TLB_PCID, IS_PAGING),
	TURNED("CR4.PSE", TLB_PSE, IS_PAGING),
	TURNED("CR4.PAE", TLB_PAE, IS_PAGING),
	TURNED("CR4.PGE", TLB_PGE, IS_PAGING),
	TURNED("CR4.PCIDE", TLB_PCIDE, IS_PAGING),
	TURNED("CR4.SMEP", TLB_SMEP, IS_PAGING),
	TURNED("CR4.SMAP", TLB_SMAP, IS_PAGING),
	TURNED("CR4.LA57", TLB_LA57, IS_PAGING),
	TURNED("CR4.OSXSAVE", TLB_OSXSAVE, 0),
	TURNED("EFER.LME", TLB_LME, IS_PAGING),
	TURNED("EFER.NXE", TLB_NXE, IS_PAGING),
	TURNED("EFER.SCE", TLB_SCE, 0),
	TURNED("a PDPTE that is not used", TLB_PDPTE, 0),
	{ "a PDPTE that is used", { ROOT(0), GIVE(0), SET(0, TLB_PG), SET(0, TLB_PAE),
	  INVEPT_ALL(0), GOOD(0, 0), EXIT(0), SET(0, TLB_PDPTE), BAD(0, 0, IS_PAGING) } },
	{ "a PDPTE in long mode", { ROOT(0), GIVE(0), SET(0, TLB_PG), SET(0, TLB_PAE),
	  SET(0, TLB_LME), INVEPT_ALL(0), GOOD(0, 0), EXIT(0), SET(0, TLB_PDPTE), GOOD(0, 0) } },
	{ "CR3 without paging", { ROOT(0), RUNS(0), SET(0, TLB_CR3), GOOD(0, 0) } },
	{ "CR3 without a VPID", { ROOT(0), BARE(0), SET(0, TLB_PG), INVEPT_ALL(0), GOOD(0, 0),
	  EXIT(0), SET(0, TLB_CR3), GOOD(0, 0) } },
	{ "flushed by an INVVPID for all", { ROOT(0), PAGES(0), SET(0, TLB_CR3), INVVPID_ALL(0),
	  GOOD(0, 0) } },
	{ "flushed by an INVEPT in its stead", { ROOT(0), PAGES(0), SET(0, TLB_CR3), INVEPT(0, 0),
	  GOOD(0, 0) } },
	{ "flushed before the change, after the exit", { ROOT(0), PAGES(0), INVVPID(0, 0),
	  SET(0, TLB_CR3), GOOD(0, 0) } },
	{ "there and back is no change", { ROOT(0), PAGES(0), SET(0, TLB_CR3), SET(0, TLB_CR3),
	  GOOD(0, 0) } },
	{ "a second change needs a second flush", { ROOT(0), PAGES(0), SET(0, TLB_CR3),
	  INVVPID(0, 0), GOOD(0, 0), EXIT(0), SET(0, TLB_CR3), BAD(0, 0, IS_PAGING) } },
	{ "a change is of one vCPU", { ROOT(0), PAGES(0), GIVE(1), INVVPID(1, 0), SET(0, TLB_CR3),
	  GOOD(1, 0) } },
	/* Flushes that the guest asks for. */
	{ "asked for", { ROOT(0), RUNS(0), ASK(0), BAD(0, 0, IS_ASKED) } },
	{ "asked for, and flushed", { ROOT(0), RUNS(0), ASK(0), INVVPID(0, 0), GOOD(0, 0) } },
	{ "flushed before it was asked for", { ROOT(0), RUNS(0), INVVPID(0, 0), ASK(0),
	  BAD(0, 0, IS_ASKED) } },
	{ "asked for, and flushed elsewhere", { ROOT(0), RUNS(0), ASK(0), INVVPID(0, 1),
	  BAD(0, 0, IS_ASKED) } },
	{ "asked for by another vCPU", { ROOT(0), RUNS(0), ASK(1), GOOD(0, 0) } },
	{ "asked for, without a VPID", { ROOT(0), BARE(0), INVEPT_ALL(0), GOOD(0, 0), EXIT(0),
	  ASK(0), GOOD(0, 0) } },
};

/**
 * struct tlb_world - what a story is about
 */
struct tlb_world {
	u64 now;
	struct tlb_cpu cpus[TLB_CPUS];
	struct tlb_space spaces[2];
	struct tlb_guest guests[TLB_GUESTS];
	struct tlb_paging paging[TLB_GUESTS];
};

/* By enum tlb_bit: where it is. */
static const struct {
	size_t at;
	u64 mask;
} tlb_bits[] = {
	[TLB_PG]	= { offsetof(struct tlb_paging, cr0), 1ULL << 31 },
	[TLB_WP]	= { offsetof(struct tlb_paging, cr0), 1ULL << 16 },
	[TLB_CR3]	= { offsetof(struct tlb_paging, cr3), 0x5000 },
	[TLB_PCID]	= { offsetof(struct tlb_paging, cr3), 1 },
	[TLB_PSE]	= { offsetof(struct tlb_paging, cr4), 1 << 4 },
	[TLB_PAE]	= { offsetof(struct tlb_paging, cr4), 1 << 5 },
	[TLB_PGE]	= { offsetof(struct tlb_paging, cr4), 1 << 7 },
	[TLB_LA57]	= { offsetof(struct tlb_paging, cr4), 1 << 12 },
	[TLB_PCIDE]	= { offsetof(struct tlb_paging, cr4), 1 << 17 },
	[TLB_OSXSAVE]	= { offsetof(struct tlb_paging, cr4), 1 << 18 },
	[TLB_SMEP]	= { offsetof(struct tlb_paging, cr4), 1 << 20 },
	[TLB_SMAP]	= { offsetof(struct tlb_paging, cr4), 1 << 21 },
	[TLB_SCE]	= { offsetof(struct tlb_paging, efer), 1 },
	[TLB_LME]	= { offsetof(struct tlb_paging, efer), 1 << 8 },
	[TLB_NXE]	= { offsetof(struct tlb_paging, efer), 1 << 11 },
	[TLB_PDPTE]	= { offsetof(struct tlb_paging, pdptr[3]), 0x7001 },
};

static inline void tlb_turn_over(struct tlb_paging *paging, enum tlb_bit bit)
{
	*(u64 *)((char *)paging + tlb_bits[bit].at) ^= tlb_bits[bit].mask;
}

static inline void tlb_step_space(struct tlb_world *w, const struct tlb_step *step)
{
	struct tlb_space *space = &w->spaces[step->who];

	switch (step->op) {
	case TLB_ROOT:
		tlb_space_init(space, step->who ? TLB_SPACES - 1 : 0, ++w->now);
		break;
	case TLB_TAKE:
		space->changed = ++w->now;
		break;
	case TLB_SETTLE:
		tlb_space_settle(space);
		break;
	case TLB_INVEPT:
		w->cpus[step->cpu].invept[space->slot] = w->now;
		break;
	default:
		break;
	}
}

/* Returns what was stale. */
static inline u32 tlb_step_guest(struct tlb_world *w, const struct tlb_step *step)
{
	struct tlb_guest *guest = &w->guests[step->who];
	struct tlb_paging *paging = &w->paging[step->who];

	switch (step->op) {
	case TLB_GIVE:
	case TLB_BARE:
		tlb_guest_init(guest, step->op == TLB_GIVE, ++w->now);
		break;
	case TLB_ENTER:
		return tlb_guest_enter(guest, &w->spaces[tlb_space_of[step->who]],
				       &w->cpus[step->cpu], step->cpu, paging, w->now);
	case TLB_EXIT:
		tlb_guest_exit(guest, paging, ++w->now);
		break;
	case TLB_INVVPID:
		tlb_guest_flush(guest, step->cpu, w->now);
		break;
	case TLB_ASK:
		tlb_guest_ask(guest, ++w->now);
		break;
	case TLB_SET:
		tlb_turn_over(paging, step->want);
		break;
	default:
		break;
	}
	return 0;
}

static inline u32 tlb_do_step(struct tlb_world *w, const struct tlb_step *step)
{
	switch (step->op) {
	case TLB_END:
		return 0;
	case TLB_INVEPT_ALL:
		w->cpus[step->cpu].invept_all = w->now;
		return 0;
	case TLB_INVVPID_ALL:
		w->cpus[step->cpu].invvpid_all = w->now;
		return 0;
	case TLB_ROOT:
	case TLB_TAKE:
	case TLB_SETTLE:
	case TLB_INVEPT:
		tlb_step_space(w, step);
		return 0;
	default:
		return tlb_step_guest(w, step);
	}
}

/* Not on a kernel's stack. */
static struct tlb_world tlb_world;

static inline bool tlb_model_case_ok(const struct tlb_model_case *c, char *why, size_t why_len)
{
	unsigned int i;

	memset(&tlb_world, 0, sizeof(tlb_world));
	for (i = 0; i < TLB_STEPS; i++) {
		const struct tlb_step *step = &c->steps[i];
		u32 stale = tlb_do_step(&tlb_world, step);

		if (step->op == TLB_ENTER && stale != step->want) {
			snprintf(why, why_len, "step %u: stale %#x, want %#x", i, stale,
				 step->want);
			return false;
		}
	}
	return true;
}

#endif /* VMH_VECTORS_TLB_MODEL_H */
