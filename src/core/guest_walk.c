// SPDX-License-Identifier: GPL-2.0
/*
 * The guest's own paging, walked in software: what the processor does for an access that it makes,
 * done for an access that is made on the guest's behalf.
 */
#include <linux/bits.h>
#include <linux/errno.h>
#include <linux/minmax.h>
#include <linux/sizes.h>

#include "guest_walk.h"

#define CR0_WP_BIT	BIT_ULL(16)
#define CR0_PG_BIT	BIT_ULL(31)
#define CR4_PSE_BIT	BIT_ULL(4)
#define CR4_PAE_BIT	BIT_ULL(5)
#define CR4_LA57_BIT	BIT_ULL(12)
#define CR4_SMEP_BIT	BIT_ULL(20)
#define CR4_SMAP_BIT	BIT_ULL(21)
#define CR4_PKE_BIT	BIT_ULL(22)
#define EFER_LMA_BIT	BIT_ULL(10)
#define EFER_NXE_BIT	BIT_ULL(11)
#define RFLAGS_AC_BIT	BIT_ULL(18)

#define PTE_P		BIT_ULL(0)
#define PTE_RW		BIT_ULL(1)
#define PTE_US		BIT_ULL(2)
#define PTE_A		BIT_ULL(5)
#define PTE_D		BIT_ULL(6)
#define PTE_PS		BIT_ULL(7)
#define PTE_XD		BIT_ULL(63)
#define PTE_ADDR	GENMASK_ULL(51, 12)
#define PTE_PK_SHIFT	59

#define WALK_LEVELS	4
/* How often a walk starts again because an entry changed while its accessed bit was being set. */
#define WALK_ATTEMPTS	4

/* One walk: what is asked, and what the entries read so far say. Levels count from 1, the PTE. */
struct walk {
	const struct guest_paging *paging;
	const struct guest_walk_ops *ops;
	void *ctx;
	u64 linear;
	unsigned int access;
	unsigned int entry_bytes;
	unsigned int phys_bits;
	unsigned int top;
	unsigned int leaf;
	u64 table_gpa;
	u64 rights;	/* PTE_RW and PTE_US if all entries have them, PTE_XD if any has */
	u64 entry[WALK_LEVELS + 1];
	u64 entry_gpa[WALK_LEVELS + 1];
};

static bool is_user(unsigned int access)
{
	return (access & GUEST_ACCESS_USER) && !(access & GUEST_ACCESS_IMPLICIT);
}

static int page_fault(const struct walk *w, u32 cause, struct guest_fault *fault)
{
	const struct guest_paging *p = w->paging;
	u32 error = cause;

	if (w->access & GUEST_ACCESS_WRITE)
		error |= GUEST_PF_WRITE;
	if (is_user(w->access))
		error |= GUEST_PF_USER;
	if ((w->access & GUEST_ACCESS_FETCH) &&
	    ((p->cr4 & CR4_SMEP_BIT) || ((p->cr4 & CR4_PAE_BIT) && (p->efer & EFER_NXE_BIT))))
		error |= GUEST_PF_FETCH;
	*fault = (struct guest_fault) {
		.vector = GUEST_VECTOR_PF,
		.has_error = true,
		.error_code = error,
		.cr2 = w->linear,
	};
	return -EFAULT;
}

static unsigned int level_shift(const struct walk *w, unsigned int level)
{
	return 12 + (level - 1) * (w->entry_bytes == 8 ? 9 : 10);
}

static u64 level_bytes(const struct walk *w, unsigned int level)
{
	return BIT_ULL(level_shift(w, level));
}

static bool is_leaf(const struct walk *w, u64 entry, unsigned int level)
{
	if (level == 1)
		return true;
	if (!(entry & PTE_PS))
		return false;
	if (level == 2)
		return w->entry_bytes == 8 || (w->paging->cr4 & CR4_PSE_BIT);
	return level == 3 && w->paging->pages_1g;
}

/* A 4 MiB page keeps bits 39 to 32 of its address in bits 20 to 13, as far as the width goes. */
static u64 reserved_4m(const struct walk *w)
{
	return GENMASK_ULL(21, 13 + min(w->phys_bits, 40U) - 32);
}

static u64 reserved_bits(const struct walk *w, unsigned int level, bool leaf)
{
	u64 bits = 0;

	if (w->entry_bytes == 4)
		return leaf && level == 2 ? reserved_4m(w) : 0;
	if (w->phys_bits < 52)
		bits |= GENMASK_ULL(51, w->phys_bits);
	if (!(w->paging->efer & EFER_LMA_BIT))
		bits |= GENMASK_ULL(62, 52);
	if (!(w->paging->efer & EFER_NXE_BIT))
		bits |= PTE_XD;
	if (leaf && level > 1)
		bits |= (level_bytes(w, level) - 1) & ~GENMASK_ULL(12, 0);
	if (!leaf && level > 2)
		bits |= PTE_PS;
	return bits;
}

static int read_entry(struct walk *w, unsigned int level, u64 *entry)
{
	unsigned int per_table = w->entry_bytes == 8 ? 512 : 1024;
	u64 index = (w->linear >> level_shift(w, level)) & (per_table - 1);
	u64 gpa = w->table_gpa + index * w->entry_bytes;
	u32 entry32;
	int ret;

	if (w->entry_bytes == 8) {
		ret = w->ops->read_phys(w->ctx, gpa, entry, 8);
	} else {
		ret = w->ops->read_phys(w->ctx, gpa, &entry32, 4);
		*entry = ret ? 0 : entry32;
	}
	if (ret)
		return -EIO;
	w->entry[level] = *entry;
	w->entry_gpa[level] = gpa;
	return 0;
}

/* Go down to the page, collecting the rights that the entries on the way leave. */
static int descend(struct walk *w, struct guest_fault *fault)
{
	unsigned int level;
	u64 entry;
	bool leaf;
	int ret;

	w->rights = PTE_RW | PTE_US;
	for (level = w->top; level; level--) {
		ret = read_entry(w, level, &entry);
		if (ret)
			return ret;
		if (!(entry & PTE_P))
			return page_fault(w, 0, fault);
		leaf = is_leaf(w, entry, level);
		if (entry & reserved_bits(w, level, leaf))
			return page_fault(w, GUEST_PF_PRESENT | GUEST_PF_RSVD, fault);
		w->rights &= entry | PTE_XD;
		w->rights |= entry & PTE_XD;
		if (leaf)
			break;
		w->table_gpa = entry & PTE_ADDR;
	}
	w->leaf = level;
	return 0;
}

static bool supervisor_allowed(const struct walk *w)
{
	const struct guest_paging *p = w->paging;
	bool user_page = w->rights & PTE_US;

	if (w->access & GUEST_ACCESS_FETCH)
		return !(user_page && (p->cr4 & CR4_SMEP_BIT));
	if (user_page && (p->cr4 & CR4_SMAP_BIT) &&
	    ((w->access & GUEST_ACCESS_IMPLICIT) || !(p->rflags & RFLAGS_AC_BIT)))
		return false;
	return !(w->access & GUEST_ACCESS_WRITE) || (w->rights & PTE_RW) ||
	       !(p->cr0 & CR0_WP_BIT);
}

static bool user_allowed(const struct walk *w)
{
	if (!(w->rights & PTE_US))
		return false;
	return !(w->access & GUEST_ACCESS_WRITE) || (w->rights & PTE_RW);
}

/* SDM vol. 3, "Protection Keys": they restrict data accesses to user pages, at any CPL. */
static bool key_allows(const struct walk *w)
{
	const struct guest_paging *p = w->paging;
	u32 key_rights;

	if (!(p->cr4 & CR4_PKE_BIT) || !(p->efer & EFER_LMA_BIT))
		return true;
	if (!(w->rights & PTE_US) || (w->access & GUEST_ACCESS_FETCH))
		return true;
	key_rights = p->pkru >> ((w->entry[w->leaf] >> PTE_PK_SHIFT & 0xf) * 2);
	if (key_rights & BIT(0))
		return false;
	if (!(key_rights & BIT(1)) || !(w->access & GUEST_ACCESS_WRITE))
		return true;
	return !is_user(w->access) && !(p->cr0 & CR0_WP_BIT);
}

static int check_rights(const struct walk *w, struct guest_fault *fault)
{
	bool allowed = is_user(w->access) ? user_allowed(w) : supervisor_allowed(w);
	bool key_ok = key_allows(w);

	if ((w->access & GUEST_ACCESS_FETCH) && (w->rights & PTE_XD))
		allowed = false;
	if (allowed && key_ok)
		return 0;
	return page_fault(w, GUEST_PF_PRESENT | (key_ok ? 0 : GUEST_PF_PK), fault);
}

static int set_accessed_dirty(const struct walk *w)
{
	unsigned int level;
	u64 new;
	int ret;

	if (!w->ops->cmpxchg_phys)
		return 0;
	for (level = w->top; level >= w->leaf; level--) {
		new = w->entry[level] | PTE_A;
		if (level == w->leaf && (w->access & GUEST_ACCESS_WRITE))
			new |= PTE_D;
		if (new == w->entry[level])
			continue;
		ret = w->ops->cmpxchg_phys(w->ctx, w->entry_gpa[level], w->entry[level], new,
					   w->entry_bytes);
		if (ret)
			return ret == -EAGAIN ? -EAGAIN : -EIO;
	}
	return 0;
}

static u64 leaf_gpa(const struct walk *w)
{
	u64 entry = w->entry[w->leaf];
	u64 offset_mask = level_bytes(w, w->leaf) - 1;
	u64 frame = entry & PTE_ADDR & ~offset_mask;

	if (w->entry_bytes == 4 && w->leaf == 2)
		frame |= (entry & GENMASK_ULL(20, 13)) << (32 - 13);
	return frame | (w->linear & offset_mask);
}

/* Where the walk starts. PAE starts from a register, whose entry has no rights or accessed bit. */
static int find_root(struct walk *w, struct guest_fault *fault)
{
	const struct guest_paging *p = w->paging;
	u64 pdpte;

	if (p->efer & EFER_LMA_BIT) {
		w->top = 4;
		w->entry_bytes = 8;
		w->table_gpa = p->cr3 & PTE_ADDR;
		return 0;
	}
	w->top = 2;
	if (!(p->cr4 & CR4_PAE_BIT)) {
		w->entry_bytes = 4;
		w->table_gpa = p->cr3 & GENMASK_ULL(31, 12);
		return 0;
	}
	w->entry_bytes = 8;
	pdpte = p->pdptr[w->linear >> 30 & 3];
	if (!(pdpte & PTE_P))
		return page_fault(w, 0, fault);
	w->table_gpa = pdpte & PTE_ADDR;
	return 0;
}

static int walk_once(struct walk *w, struct guest_fault *fault)
{
	int ret;

	ret = find_root(w, fault);
	if (ret)
		return ret;
	ret = descend(w, fault);
	if (ret)
		return ret;
	ret = check_rights(w, fault);
	if (ret)
		return ret;
	return set_accessed_dirty(w);
}

static int not_canonical(struct guest_fault *fault)
{
	*fault = (struct guest_fault) { .vector = GUEST_VECTOR_GP, .has_error = true };
	return -EFAULT;
}

int guest_walk(const struct guest_paging *paging, u64 linear, unsigned int access,
	       const struct guest_walk_ops *ops, void *ctx, struct guest_translation *out,
	       struct guest_fault *fault)
{
	struct walk w = {
		.paging = paging,
		.ops = ops,
		.ctx = ctx,
		.linear = paging->efer & EFER_LMA_BIT ? linear : (u32)linear,
		.access = access,
		.phys_bits = clamp_t(unsigned int, paging->phys_bits, 32, 52),
	};
	unsigned int attempt;
	int ret = -EAGAIN;

	if (!(paging->cr0 & CR0_PG_BIT)) {
		*out = (struct guest_translation) { .gpa = (u32)linear, .page_bytes = SZ_4K };
		return 0;
	}
	if (paging->efer & EFER_LMA_BIT) {
		if (paging->cr4 & CR4_LA57_BIT)
			return -EOPNOTSUPP;
		if (!guest_is_canonical(linear))
			return not_canonical(fault);
	}
	for (attempt = 0; attempt < WALK_ATTEMPTS && ret == -EAGAIN; attempt++)
		ret = walk_once(&w, fault);
	if (ret)
		return ret;
	*out = (struct guest_translation) {
		.gpa = leaf_gpa(&w),
		.page_bytes = level_bytes(&w, w.leaf),
	};
	return 0;
}
