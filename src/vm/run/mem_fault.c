// SPDX-License-Identifier: GPL-2.0
/*
 * Filling the EPT on first touch: the guest's page comes from the VMM's address space by the
 * kernel's own page fault, is mapped as large as the kernel maps it, and is not pinned.
 *
 * Between finding the page and mapping it the kernel may take it away again. The MMU notifier then
 * moves mem->seq, or has an invalidation under way; so both are looked at under mem->lock before
 * the page is mapped, and if they moved the fault starts over.
 */
#include <linux/mm.h>
#include <linux/mmap_lock.h>
#include <linux/pgtable.h>
#include <linux/sched/signal.h>

#include "account.h"
#include "fail_point.h"
#include "guest_memory.h"
#include "lifecycle.h"
#include "run.h"
#include "vcpu.h"
#include "vm.h"
#include "vmh_compat.h"
#include "vmh_trace.h"

/* Neighbours that are present already are mapped with the page, up to the end of this window. */
#define FAULT_AROUND_PAGES	16

/**
 * struct vmh_fault - a fault under way
 * @vm: the VM.
 * @gfn: guest page.
 * @write: the access writes.
 * @split: the access is a fetch, for which no large page will do.
 * @slot: copy of the slot.
 * @hva: the VMM's address of the page.
 * @seq: mem->seq when @slot was looked up.
 * @page: pages found from @gfn on, with a reference each.
 * @nr: how many.
 * @writable: they may be written.
 */
struct vmh_fault {
	struct vm_handler_ctx *vm;
	u64 gfn;
	bool write;
	bool split;
	struct mem_slot slot;
	unsigned long hva;
	u64 seq;
	struct page *page[FAULT_AROUND_PAGES];
	int nr;
	bool writable;
};

static int vmh_fault_find_slot(struct vmh_fault *f)
{
	struct memory_context *mem = &f->vm->mem_ctx;
	const struct mem_slot *slot;

	spin_lock(&mem->lock);
	f->seq = mem->seq;
	slot = mem_slots_find(mem->slots, f->gfn, NULL);
	if (slot)
		f->slot = *slot;
	spin_unlock(&mem->lock);
	if (!slot || (f->write && (f->slot.flags & KVM_MEM_READONLY)))
		return -ENXIO;
	f->hva = mem_slot_hva(&f->slot, f->gfn);
	return 0;
}

/* Writes to the slot are logged, and show by faults: a page becomes writable when it is written. */
static bool vmh_fault_shows_writes(const struct vmh_fault *f)
{
	return f->slot.log && !(f->vm->mem_ctx.ept.features & EPT_FEATURE_PML);
}

static int vmh_fault_window(const struct vmh_fault *f)
{
	u64 in_window = FAULT_AROUND_PAGES - f->gfn % FAULT_AROUND_PAGES;

	if (unlikely(vmh_fault_shows_writes(f)) && f->write)
		return 1;
	return min(in_window, f->slot.base_gfn + f->slot.npages - f->gfn);
}

static void vmh_fault_put_pages(struct vmh_fault *f)
{
	int i;

	for (i = 0; i < f->nr; i++) {
		/* The guest writes through the EPT, which the VMM's page tables do not show. */
		if (f->writable && !PageReserved(f->page[i]) && !PageDirty(f->page[i]))
			SetPageDirty(f->page[i]);
		put_page(f->page[i]);
	}
	f->nr = 0;
}

/*
 * How large a page the VMM's address is mapped by: enum ept_level, or 0 for none. Interrupts off
 * keep its page tables alive.
 */
static int vmh_fault_host_level(const struct vmh_fault *f)
{
	int level = 0;
	unsigned long flags;
	pgd_t pgd;
	p4d_t p4d;
	pud_t pud;
	pmd_t pmd;

	local_irq_save(flags);
	pgd = READ_ONCE(*pgd_offset(f->vm->mem_ctx.mm, f->hva));
	if (pgd_none(pgd))
		goto out;
	p4d = READ_ONCE(*p4d_offset(&pgd, f->hva));
	if (p4d_none(p4d) || !p4d_present(p4d))
		goto out;
	pud = READ_ONCE(*pud_offset(&p4d, f->hva));
	if (pud_none(pud) || !pud_present(pud))
		goto out;
	if (vmh_pud_is_leaf(pud)) {
		level = EPT_LEVEL_1G;
		goto out;
	}
	pmd = READ_ONCE(*pmd_offset(&pud, f->hva));
	if (pmd_none(pmd) || !pmd_present(pmd))
		goto out;
	if (vmh_pmd_is_leaf(pmd))
		level = EPT_LEVEL_2M;
	else if (pte_present(READ_ONCE(*pte_offset_kernel(&pmd, f->hva))))
		level = EPT_LEVEL_4K;
out:
	local_irq_restore(flags);
	return level;
}

/*
 * What is present and may be written, for no more than a walk of the page tables; or else, for a
 * read, what may be read. A page that is only read is mapped for reading: the kernel may share it
 * (zero page, KSM, page cache).
 */
static bool vmh_fault_find_pages(struct vmh_fault *f, int nr)
{
	f->writable = !(f->slot.flags & KVM_MEM_READONLY);
	if (f->writable)
		f->nr = vmh_fail_errno(fault_page_fast,
				       get_user_pages_fast_only(f->hva, nr, FOLL_WRITE, f->page));
	if (f->nr > 0)
		return true;
	f->writable = f->write;
	if (f->write)
		return false;
	f->nr = get_user_pages_fast_only(f->hva, nr, 0, f->page);
	return f->nr > 0;
}

/*
 * The kernel's page fault for a write, if it has nothing to wait for. Anonymous memory, which most
 * fresh pages are; the rest, and whatever goes wrong, is left to the slow way.
 */
static bool vmh_fault_make_page(const struct vmh_fault *f)
{
	const unsigned int flags = FAULT_FLAG_WRITE | FAULT_FLAG_ALLOW_RETRY |
				   FAULT_FLAG_RETRY_NOWAIT;
	struct mm_struct *mm = f->vm->mem_ctx.mm;
	vm_fault_t ret = VM_FAULT_ERROR;
	struct vm_area_struct *vma;

	if (!mmap_read_trylock(mm))
		return false;
	vma = vma_lookup(mm, f->hva);
	if (likely(vma && vma_is_anonymous(vma) && (vma->vm_flags & VM_WRITE)))
		ret = handle_mm_fault(vma, f->hva, flags, NULL);
	mmap_read_unlock(mm);
	return !(ret & (VM_FAULT_ERROR | VM_FAULT_RETRY));
}

static bool vmh_fault_get_pages_fast(struct vmh_fault *f)
{
	f->nr = 0;
	if (vmh_fault_host_level(f) && vmh_fault_find_pages(f, vmh_fault_window(f)))
		return true;
	/* Where one page was missing, so are its neighbours, as a rule. */
	return f->write && vmh_fault_make_page(f) && vmh_fault_find_pages(f, 1);
}

/*
 * Then by the kernel's page fault, which may take as long as the VMM likes. Stopping the VM does
 * not wait for that: meanwhile the thread is in no run section, and it can be called back.
 */
static int vmh_fault_wait_for_page(struct vmh_fault *f, struct vmh_vcpu *vcpu)
{
	long nr = -EINTR;

	vmh_vcpu_leave_run_section(vcpu);
	/* Pairs with the barrier in vm_change_state(): it sees fault_task, or we see the state. */
	smp_store_mb(vcpu->fault_task, current);
	if (likely(READ_ONCE(f->vm->state) == VMH_STATE_RUNNING))
		nr = vmh_fail_errno(fault_page, vmh_get_user_page(f->hva, f->write, f->page));
	WRITE_ONCE(vcpu->fault_task, NULL);
	f->nr = max(nr, 0L);
	f->writable = f->write;
	/* Pairs with the barrier in vm_change_state(). */
	smp_store_mb(vcpu->running, true);
	if (unlikely(READ_ONCE(f->vm->state) != VMH_STATE_RUNNING)) {
		vmh_fault_put_pages(f);
		return -EBUSY;
	}
	if (nr < 0)
		return nr;
	return nr ? 0 : -EFAULT;
}

/* As if the VMM had touched it: it may have another page for the guest. */
static int vmh_fault_hardware_error(const struct vmh_fault *f)
{
	send_sig_mceerr(BUS_MCEERR_AR, (void __user *)f->hva, PAGE_SHIFT, current);
	return -EINTR;
}

static int vmh_fault_get_pages(struct vmh_fault *f, struct vmh_vcpu *vcpu)
{
	int ret = vmh_fault_get_pages_fast(f) ? 0 : vmh_fault_wait_for_page(f, vcpu);

	if (unlikely(vmh_fault_shows_writes(f)) && !f->write)
		f->writable = false;
	return ret;
}

/* So much of the slot lies alike in guest-physical and in the VMM's address space. */
static bool vmh_fault_fits(const struct vmh_fault *f, enum ept_level level)
{
	u64 pages = ept_level_bytes(level) >> PAGE_SHIFT;
	u64 first = f->gfn & ~(pages - 1);
	u32 feature = level == EPT_LEVEL_1G ? EPT_FEATURE_1G : EPT_FEATURE_2M;

	if (!(f->vm->mem_ctx.ept.features & feature) || f->slot.log)
		return false;
	if ((f->gfn ^ f->hva >> PAGE_SHIFT) & (pages - 1))
		return false;
	return first >= f->slot.base_gfn && first + pages <= f->slot.base_gfn + f->slot.npages;
}

/* Map one page. @mapped grows by the bytes that were not mapped before. */
static int vmh_fault_map(struct vmh_fault *f, u64 gfn, u64 pfn, enum ept_level level, u64 *mapped)
{
	/* Ordinary memory: a guest's PAT must not make it slow, nor locks in it lock the bus. */
	u32 prot = EPT_PROT_IGNORE_PAT | (f->writable ? EPT_PROT_RWX : EPT_PROT_RX);
	s64 delta;
	int ret;

	ret = ept_map(&f->vm->mem_ctx.ept, gfn << PAGE_SHIFT, pfn << PAGE_SHIFT, level, prot,
		      &delta);
	*mapped += delta;
	/* The stock covers one call: what failed was the charge for a table. */
	return ret == -ENOMEM ? -EDQUOT : ret;
}

/* All of a large page, or -EDQUOT: then a smaller one may still fit. */
static int vmh_fault_map_large(struct vmh_fault *f, enum ept_level level)
{
	const u64 bytes = ept_level_bytes(level), mask = (bytes >> PAGE_SHIFT) - 1;
	u64 mapped = 0;
	int ret;

	if (vmh_charge_some(f->vm, VMH_RES_POPULATED_BYTES, bytes, 1, NULL) != 1)
		return -EDQUOT;
	ret = vmh_fault_map(f, f->gfn & ~mask, page_to_pfn(f->page[0]) & ~mask, level, &mapped);
	if (mapped != bytes)
		vmh_uncharge_one(f->vm, VMH_RES_POPULATED_BYTES, bytes - mapped);
	return ret;
}

/* For how many pages there is room; at least one, or a denial. 0: it is mapped otherwise. */
static int vmh_fault_charge(struct vmh_fault *f)
{
	struct memory_context *mem = &f->vm->mem_ctx;
	struct ept_leaf leaf;
	int nr;

	nr = vmh_charge_some(f->vm, VMH_RES_POPULATED_BYTES, PAGE_SIZE, f->nr, NULL);
	if (likely(nr) || !ept_lookup(&mem->ept, f->gfn << PAGE_SHIFT, &leaf))
		return nr;
	return vmh_charge_some(f->vm, VMH_RES_POPULATED_BYTES, PAGE_SIZE, 1, &mem->denial);
}

/*
 * The page that was touched, and as many of its neighbours as the limit has room for. They share
 * the last table, so they need no more from the stock. Charged together: most are new.
 */
static int vmh_fault_map_small(struct vmh_fault *f)
{
	int nr = vmh_fault_charge(f);
	u64 mapped = 0;
	int i = 0, ret;

	if (nr < 0)
		return nr;
	do {
		ret = vmh_fault_map(f, f->gfn + i, page_to_pfn(f->page[i]), EPT_LEVEL_4K, &mapped);
	} while (!ret && ++i < nr);
	if (mapped != nr * PAGE_SIZE)
		vmh_uncharge_one(f->vm, VMH_RES_POPULATED_BYTES, nr * PAGE_SIZE - mapped);
	return i ? 0 : ret;
}

/* How large a page it could be. */
static int vmh_fault_level(const struct vmh_fault *f)
{
	int level;

	/* A large page is a compound one, but not the other way round. */
	if (!PageCompound(f->page[0]) || !vmh_fault_fits(f, EPT_LEVEL_2M))
		return EPT_LEVEL_4K;
	level = vmh_fault_host_level(f);
	if (level > EPT_LEVEL_2M && !vmh_fault_fits(f, level))
		level = EPT_LEVEL_2M;
	return level;
}

/* A page to execute from, and no large one in its place for a while. */
static int vmh_fault_map_split(struct vmh_fault *f, int level)
{
	int ret = vmh_fault_map_small(f);

	if (!ret && level > EPT_LEVEL_4K)
		vmh_nx_keep_split(&f->vm->mem_ctx, f->gfn << PAGE_SHIFT, level);
	return ret;
}

static int vmh_fault_map_all(struct vmh_fault *f)
{
	const struct ept *ept = &f->vm->mem_ctx.ept;
	int level = vmh_fault_level(f);
	int ret;

	if (unlikely(f->split))
		return vmh_fault_map_split(f, level);
	for (; level > EPT_LEVEL_4K; level--) {
		if (ept->split_tables && ept_is_kept_split(ept, f->gfn << PAGE_SHIFT, level))
			continue;
		ret = vmh_fault_map_large(f, level);
		if (ret != -EDQUOT)
			return ret;
	}
	return vmh_fault_map_small(f);
}

static bool vmh_fault_is_stale(const struct vmh_fault *f)
{
	const struct memory_context *mem = &f->vm->mem_ctx;

	if (vmh_fail_point(VMH_FAIL_fault_stale) || mem->seq != f->seq)
		return true;
	return mem->invalidations && f->hva < mem->invalid_end &&
	       f->hva + f->nr * PAGE_SIZE > mem->invalid_start;
}

/* One attempt: -EAGAIN when the page was taken away meanwhile. */
static int vmh_fault_try(struct vmh_fault *f, struct vmh_vcpu *vcpu,
			 struct resource_denial *denial)
{
	struct memory_context *mem = &f->vm->mem_ctx;
	int ret = vmh_fault_find_slot(f);

	if (!ret)
		ret = vmh_ept_stock_fill(&vcpu->ept_stock);
	if (!ret)
		ret = vmh_fault_get_pages(f, vcpu);
	if (ret)
		return ret;
	spin_lock(&mem->lock);
	if (vmh_fault_is_stale(f)) {
		ret = -EAGAIN;
	} else {
		mem->stock = &vcpu->ept_stock;
		ret = vmh_fault_map_all(f);
		mem->stock = NULL;
		if (!ret && f->write && vmh_fault_shows_writes(f))
			__set_bit(f->gfn - f->slot.base_gfn, f->slot.log);
		if (ret == -EDQUOT)
			*denial = mem->denial;
	}
	vmh_ept_unlock(f->vm);
	vmh_fault_put_pages(f);
	return ret;
}

/*
 * Without accessed bits, a page's next use shows by a fault: that is all that this one may be for.
 * It needs nothing of the slot: where there is a translation it is a good one.
 */
static bool vmh_fault_shows_use(struct memory_context *mem, const struct vmx_ept_fault *fault)
{
	u32 access = 0;
	bool used;

	if (fault->write)
		access |= EPT_PROT_WRITE;
	if (fault->fetch)
		access |= EPT_PROT_EXEC;
	spin_lock(&mem->lock);
	used = mem->ept.root && ept_use(&mem->ept, fault->gpa, access ?: EPT_PROT_READ);
	spin_unlock(&mem->lock);
	return used;
}

/**
 * vmh_mem_fault() - give the guest the page that it touched
 * @vcpu: the vCPU whose thread this is.
 * @fault: where, and what for.
 * @denial: filled on -EDQUOT.
 *
 * Context: may sleep; takes mmap_lock.
 *
 * Return: 0; -ENXIO when no slot backs the address, or only for reading; -EDQUOT at a limit;
 * -ENOMEM; -EFAULT when the VMM has nothing mapped there; -EINTR for a signal, which is SIGBUS if
 * there is a hardware error in the page; -EBUSY when the VM was stopped meanwhile: its memory must
 * not be touched.
 */
int vmh_mem_fault(struct vmh_vcpu *vcpu, const struct vmx_ept_fault *fault,
		  struct resource_denial *denial)
{
	struct memory_context *mem = &vcpu->vm->mem_ctx;
	struct vmh_fault f = {
		.vm = vcpu->vm, .gfn = fault->gpa >> PAGE_SHIFT, .write = fault->write,
		.split = fault->fetch && (mem->ept.features & EPT_FEATURE_NX_LARGE),
	};
	int ret;

	if (unlikely(!(mem->ept.features & EPT_FEATURE_AD)) && vmh_fault_shows_use(mem, fault))
		return 0;
	while ((ret = vmh_fault_try(&f, vcpu, denial)) == -EAGAIN) {
		if (signal_pending(current))
			return -EINTR;
		cond_resched();
	}
	if (unlikely(ret == -EHWPOISON))
		ret = vmh_fault_hardware_error(&f);
	trace_ept_fault(vcpu->vm->vm_id, vcpu->id, fault->gpa, fault->write, ret);
	return ret;
}
