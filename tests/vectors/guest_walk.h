/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The guest page-table walker. Each row brings its own paging structures: the tables of levels 4 to
 * 1 lie at 0x1000, 0x2000, 0x3000 and 0x4000, and hold just the entries that lead to one address.
 */
#ifndef VMH_VECTORS_GUEST_WALK_H
#define VMH_VECTORS_GUEST_WALK_H

#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/sizes.h>
#include <linux/string.h>
#include <guest_walk.h>

#define WALK_ENTRIES	4
/* There is no memory from here on. */
#define WALK_RAM_END	0x10000000000ULL

struct guest_walk_entry {
	u64 gpa;
	u64 value;
};

enum guest_walk_mode {
	WALK_OFF,
	WALK_32,
	WALK_PAE,
	WALK_LONG,
};

struct guest_walk_case {
	const char *name;
	u8 mode;
	bool no_wp;
	bool no_nx;
	bool no_1g;
	u64 cr4;		/* beside what the mode takes */
	u64 cr3;		/* if not that of the tables below */
	u64 rflags;
	u32 pkru;
	u8 phys_bits;		/* if not 46, or 40 outside IA-32e mode */
	struct guest_walk_entry entries[WALK_ENTRIES];
	u64 linear;
	u32 access;
	bool no_update;		/* the walker gets no cmpxchg_phys */
	u8 races;		/* so often it finds that another processor was faster */
	int want;
	u8 want_vector;
	u32 want_error;
	u64 want_gpa;
	u64 want_bytes;
	u64 want_set[WALK_ENTRIES];	/* bits set in the entries */
};

/* Registers */
#define CR0_PE	0x1ULL
#define CR0_WP	0x10000ULL
#define CR0_PG	0x80000000ULL
#define CR4_PSE	0x10ULL
#define CR4_PAE	0x20ULL
#define CR4_LA57 0x1000ULL
#define CR4_SMEP 0x100000ULL
#define CR4_SMAP 0x200000ULL
#define CR4_PKE	0x400000ULL
#define REG_EFER_LM	0x500ULL
#define REG_EFER_NX	0x800ULL
#define AC	0x40000ULL

/* Bits of an entry */
#define P	0x1ULL
#define W	0x2ULL
#define U	0x4ULL
#define A	0x20ULL
#define D	0x40ULL
#define PS	0x80ULL
#define NX	0x8000000000000000ULL
#define PW	(P | W)
#define PWU	(P | W | U)

#define T4(l)	(0x1000 + ((l) >> 39 & 511) * 8)
#define T3(l)	(0x2000 + ((l) >> 30 & 511) * 8)
#define T2(l)	(0x3000 + ((l) >> 21 & 511) * 8)
#define T1(l)	(0x4000 + ((l) >> 12 & 511) * 8)
#define T2_32(l) (0x3000 + ((l) >> 22 & 1023) * 4)
#define T1_32(l) (0x4000 + ((l) >> 12 & 1023) * 4)

#define RD	0
#define WR	GUEST_ACCESS_WRITE
#define EX	GUEST_ACCESS_FETCH
#define USER	GUEST_ACCESS_USER
#define IMPL	GUEST_ACCESS_IMPLICIT

#define REGS_LONG(c4)	.mode = WALK_LONG, .cr4 = (c4)
#define REGS_PAE(c4)	.mode = WALK_PAE, .cr4 = (c4)
#define REGS_32(c4)	.mode = WALK_32, .cr4 = (c4)

/* Entries that lead to linear address l, from the top down to a page of each size */
#define LONG_4K(l, e4, e3, e2, e1)	.linear = (l), .entries = { { T4(l), 0x2000 | (e4) }, \
	{ T3(l), 0x3000 | (e3) }, { T2(l), 0x4000 | (e2) }, { T1(l), (e1) } }
#define LONG_2M(l, e4, e3, e2)	.linear = (l), .entries = { { T4(l), 0x2000 | (e4) }, \
	{ T3(l), 0x3000 | (e3) }, { T2(l), (e2) } }
#define LONG_1G(l, e4, e3)	.linear = (l), .entries = { { T4(l), 0x2000 | (e4) }, \
	{ T3(l), (e3) } }
#define PAE_4K(l, e2, e1)	.linear = (l), \
	.entries = { { T2((l) & 0x3fffffff), 0x4000 | (e2) }, { T1(l), (e1) } }
#define PAE_2M(l, e2)		.linear = (l), .entries = { { T2((l) & 0x3fffffff), (e2) } }
#define P32_4K(l, e2, e1)	.linear = (l), \
	.entries = { { T2_32(l), 0x4000 | (e2) }, { T1_32(l), (e1) } }
#define P32_4M(l, e2)		.linear = (l), .entries = { { T2_32(l), (e2) } }

/* What comes out */
#define TO_4K(g)	.want_gpa = (g), .want_bytes = SZ_4K
#define TO_2M(g)	.want_gpa = (g), .want_bytes = SZ_2M
#define TO_4M(g)	.want_gpa = (g), .want_bytes = SZ_4M
#define TO_1G(g)	.want_gpa = (g), .want_bytes = SZ_1G
#define PF(e)		.want = -EFAULT, .want_vector = GUEST_VECTOR_PF, .want_error = (e)
#define ERR_P	GUEST_PF_PRESENT
#define ERR_W	GUEST_PF_WRITE
#define ERR_U	GUEST_PF_USER
#define ERR_R	GUEST_PF_RSVD
#define ERR_I	GUEST_PF_FETCH
#define ERR_K	GUEST_PF_PK
#define SETS(...)	.want_set = { __VA_ARGS__ }

#define LIN	0x00005678abcdef12ULL
#define HIGH	0xffffffff81234567ULL
#define LIN32	0x8abcdef0ULL

static const struct guest_walk_case guest_walk_cases[] = {
#include "guest_walk_rows.h"
};

#undef P
#undef W
#undef U
#undef A
#undef D
#undef PS
#undef NX
#undef PW
#undef PWU
#undef AC
#undef RD
#undef WR
#undef EX
#undef USER
#undef IMPL
#undef PF
#undef LIN
#undef HIGH

static inline struct guest_paging guest_walk_paging(const struct guest_walk_case *c)
{
	struct guest_paging paging = {
		.cr0 = CR0_PE | (c->no_wp ? 0 : CR0_WP),
		.cr3 = c->cr3,
		.cr4 = c->cr4,
		.efer = c->no_nx ? 0 : REG_EFER_NX,
		.rflags = c->rflags,
		.pdptr = { 0x3001, 0, 0x3001, 0x3001 },
		.pkru = c->pkru,
		.phys_bits = c->phys_bits,
		.pages_1g = !c->no_1g,
	};

	if (c->mode != WALK_OFF)
		paging.cr0 |= CR0_PG;
	if (c->mode == WALK_LONG)
		paging.efer |= REG_EFER_LM;
	if (c->mode >= WALK_PAE)
		paging.cr4 |= CR4_PAE;
	if (!c->cr3)
		paging.cr3 = c->mode == WALK_LONG ? 0x1000 : 0x3000;
	if (!c->phys_bits)
		paging.phys_bits = c->mode == WALK_LONG ? 46 : 40;
	return paging;
}

/* Guest memory for one row: the entries, zeros around them, nothing from WALK_RAM_END on. */
struct guest_walk_memory {
	struct guest_walk_entry entries[WALK_ENTRIES];
	unsigned int races;
	unsigned int calls;
};

static inline int guest_walk_read(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	struct guest_walk_memory *memory = ctx;
	unsigned int i;

	memory->calls++;
	if (gpa >= WALK_RAM_END || (len != 4 && len != 8) || gpa % len)
		return -ENXIO;
	memset(buf, 0, len);
	for (i = 0; i < WALK_ENTRIES; i++)
		if (memory->entries[i].gpa == gpa)
			memcpy(buf, &memory->entries[i].value, len);
	return 0;
}

static inline int guest_walk_cmpxchg(void *ctx, u64 gpa, u64 old, u64 new, unsigned int len)
{
	struct guest_walk_memory *memory = ctx;
	unsigned int i;

	memory->calls++;
	if (memory->races) {
		memory->races--;
		return -EAGAIN;
	}
	for (i = 0; i < WALK_ENTRIES; i++) {
		if (memory->entries[i].gpa != gpa || !len)
			continue;
		if (memory->entries[i].value != old)
			return -EINVAL;
		memory->entries[i].value = new;
		return 0;
	}
	return -ENXIO;
}

static inline bool guest_walk_outcome_ok(const struct guest_walk_case *c, int ret,
					 const struct guest_translation *out,
					 const struct guest_fault *fault, char *why, size_t why_len)
{
	if (ret != c->want) {
		snprintf(why, why_len, "returned %d, want %d; error code %#x", ret, c->want,
			 fault->error_code);
		return false;
	}
	if (!ret && (out->gpa != c->want_gpa || out->page_bytes != c->want_bytes)) {
		snprintf(why, why_len, "gpa %#llx in a page of %#llx",
			 (unsigned long long)out->gpa, (unsigned long long)out->page_bytes);
		return false;
	}
	if (ret != -EFAULT)
		return true;
	if (fault->vector == c->want_vector && fault->error_code == c->want_error &&
	    fault->has_error &&
	    (fault->vector != GUEST_VECTOR_PF || fault->cr2 == c->linear))
		return true;
	snprintf(why, why_len, "vector %u, error code %#x, CR2 %#llx", fault->vector,
		 fault->error_code, (unsigned long long)fault->cr2);
	return false;
}

static inline bool guest_walk_case_ok(const struct guest_walk_case *c, char *why, size_t why_len)
{
	static const struct guest_walk_ops updating = { guest_walk_read, guest_walk_cmpxchg };
	static const struct guest_walk_ops reading = { guest_walk_read, NULL };
	struct guest_walk_memory memory = { .races = c->races };
	struct guest_paging paging = guest_walk_paging(c);
	struct guest_translation out = { };
	struct guest_fault fault = { };
	unsigned int i;
	u64 want;
	int ret;

	memcpy(memory.entries, c->entries, sizeof(memory.entries));
	ret = guest_walk(&paging, c->linear, c->access, c->no_update ? &reading : &updating,
			 &memory, &out, &fault);
	if (!guest_walk_outcome_ok(c, ret, &out, &fault, why, why_len))
		return false;
	for (i = 0; i < WALK_ENTRIES; i++) {
		want = c->entries[i].value | c->want_set[i];
		if (memory.entries[i].value == want)
			continue;
		snprintf(why, why_len, "entry %u ends as %#llx, want %#llx", i,
			 (unsigned long long)memory.entries[i].value, (unsigned long long)want);
		return false;
	}
	return true;
}

#endif
