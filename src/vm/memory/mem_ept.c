// SPDX-License-Identifier: GPL-2.0
/*
 * The EPT of a VM: pages for its tables, charging for them, and dropping what processors cached.
 *
 * Flush protocol: a translation is removed under mem->lock; flush_gen grows; every processor on
 * which a vCPU of the VM is loaded executes INVEPT, in an interrupt that its guest exits for; only
 * then is the lock released, and only after that are removed tables freed. A vCPU that is loaded
 * later first enters itself in mem->cpus and then compares flush_gen, so one side always sees the
 * other.
 *
 * The root's page may have been another VM's, whose translations no processor has forgotten yet;
 * so may a vCPU's VPID. No vCPU has the generation that flush_gen begins with, so the first load of
 * each flushes too.
 *
 * Large ranges go in pieces, each with its flush, so that nobody waits for the lock for long.
 */
#include <linux/gfp.h>
#include <linux/mm.h>
#include <linux/smp.h>

#include "account.h"
#include "fail_point.h"
#include "guest_memory.h"
#include "page_pool.h"
#include "vm.h"
#include "vmx.h"

static void *vmh_ept_alloc(void *ctx)
{
	struct vm_handler_ctx *vm = ctx;
	struct memory_context *mem = &vm->mem_ctx;

	if (WARN_ON_ONCE(!mem->stock->nr) ||
	    vmh_charge_one(vm, VMH_RES_EPT_PAGES, 1, &mem->denial))
		return NULL;
	return mem->stock->page[--mem->stock->nr];
}

static void vmh_ept_free(void *ctx, void *table)
{
	struct vm_handler_ctx *vm = ctx;

	list_add(&virt_to_page(table)->lru, &vm->mem_ctx.freed);
	vmx_tlb_ept_changed(vm->mem_ctx.eptp);
}

/* A fault tries a smaller leaf next, with the same stock. */
static void vmh_ept_put_back(void *ctx, void *table)
{
	struct vm_handler_ctx *vm = ctx;
	struct vmh_ept_stock *stock = vm->mem_ctx.stock;

	stock->page[stock->nr++] = table;
	vmh_uncharge_one(vm, VMH_RES_EPT_PAGES, 1);
}

/* Not in an entry, as the one that leads to the table: see ept_entry_table(). */
static unsigned long *vmh_ept_entries(void *table)
{
	return &virt_to_page(table)->private;
}

static void vmh_ept_flush_now(void *ctx)
{
	vmh_ept_flush(ctx);
}

static u64 vmh_ept_va_to_hpa(const void *table)
{
	return __pa(table);
}

static void *vmh_ept_hpa_to_va(u64 hpa)
{
	return __va(hpa);
}

static const struct ept_ops vmh_ept_ops = {
	.alloc = vmh_ept_alloc,
	.free = vmh_ept_free,
	.put_back = vmh_ept_put_back,
	.entries = vmh_ept_entries,
	.flush = vmh_ept_flush_now,
	.va_to_hpa = vmh_ept_va_to_hpa,
	.hpa_to_va = vmh_ept_hpa_to_va,
};

/**
 * vmh_ept_stock_fill() - make sure that one ept_map() finds enough pages
 * @stock: the stock.
 *
 * Context: may sleep.
 *
 * Return: 0 or -ENOMEM.
 */
int vmh_ept_stock_fill(struct vmh_ept_stock *stock)
{
	while (stock->nr < EPT_MAP_MAX_TABLES) {
		void *page = vmh_fail_null(ept_page, page_pool_get());

		if (!page)
			return -ENOMEM;
		stock->page[stock->nr++] = page;
	}
	return 0;
}

/**
 * vmh_ept_stock_drain() - free what is in stock
 * @stock: the stock.
 */
void vmh_ept_stock_drain(struct vmh_ept_stock *stock)
{
	while (stock->nr)
		page_pool_put(stock->page[--stock->nr]);
}

/* Pages that no processor walks any more. Charged until they are free: use is never too low. */
static void vmh_ept_free_tables(struct vm_handler_ctx *vm, struct list_head *tables)
{
	struct page *page, *next;
	u64 nr = 0;

	list_for_each_entry_safe(page, next, tables, lru) {
		list_del(&page->lru);
		page_pool_put(page_address(page));
		nr++;
	}
	if (nr)
		vmh_uncharge_one(vm, VMH_RES_EPT_PAGES, nr);
}

static void vmh_flush_here(void *arg)
{
	struct memory_context *mem = arg;

	if (!vmh_fail_omit(flush_here))
		vmx_flush_ept(mem->eptp);
}

static void vmh_ept_flush_processors(struct memory_context *mem)
{
	vmx_tlb_ept_changed(mem->eptp);
	if (!vmh_fail_omit(flush_gen))
		atomic64_inc(&mem->flush_gen);
	/* Pairs with the barrier in vmh_vcpu_on_cpu(). */
	smp_mb__after_atomic();
	on_each_cpu_mask(mem->cpus, vmh_flush_here, mem, true);
}

/**
 * vmh_ept_flush() - make processors forget removed translations
 * @vm: the VM.
 *
 * Removed tables stay until vmh_ept_unlock().
 *
 * Context: mem->lock held; interrupts on.
 */
void vmh_ept_flush(struct vm_handler_ctx *vm)
{
	struct memory_context *mem = &vm->mem_ctx;

	lockdep_assert_held(&mem->lock);
	if (ept_take_flush(&mem->ept))
		vmh_ept_flush_processors(mem);
	vmx_tlb_ept_settled(mem->eptp);
}

/**
 * vmh_ept_unlock() - release mem->lock after translations were changed
 * @vm: the VM.
 *
 * First processors forget removed translations. Removed tables are freed when the lock is free:
 * there may be many.
 *
 * Context: mem->lock held; interrupts on.
 */
void vmh_ept_unlock(struct vm_handler_ctx *vm)
	__releases(&vm->mem_ctx.lock)
{
	struct memory_context *mem = &vm->mem_ctx;
	LIST_HEAD(tables);

	vmh_ept_flush(vm);
	list_splice_init(&mem->freed, &tables);
	spin_unlock(&mem->lock);
	vmh_ept_free_tables(vm, &tables);
}

/**
 * vmh_ept_unmap_some() - remove translations of guest pages, a piece of them
 * @vm: the VM.
 * @start_gfn: first page.
 * @end_gfn: first page beyond.
 * @budget: VMH_EPT_BUDGET at first; what is left of it.
 *
 * The caller goes on with a new budget when it has released the lock, by vmh_ept_unlock().
 *
 * Context: mem->lock held.
 *
 * Return: the page to go on from; @end_gfn when all is done.
 */
u64 vmh_ept_unmap_some(struct vm_handler_ctx *vm, u64 start_gfn, u64 end_gfn, s64 *budget)
{
	struct memory_context *mem = &vm->mem_ctx;
	u64 gpa = start_gfn << PAGE_SHIFT;
	u64 bytes = ept_unmap_some(&mem->ept, &gpa, end_gfn << PAGE_SHIFT, budget);

	lockdep_assert_held(&mem->lock);
	if (bytes) {
		vmx_tlb_ept_changed(mem->eptp);
		vmh_uncharge_one(vm, VMH_RES_POPULATED_BYTES, bytes);
	}
	return gpa >> PAGE_SHIFT;
}

/**
 * vmh_ept_unmap() - remove translations of guest pages, all of them
 * @vm: the VM.
 * @start_gfn: first page.
 * @end_gfn: first page beyond.
 *
 * Faults may map what was unmapped, unless the caller sees to it that they do not.
 *
 * Context: may sleep.
 */
void vmh_ept_unmap(struct vm_handler_ctx *vm, u64 start_gfn, u64 end_gfn)
{
	struct memory_context *mem = &vm->mem_ctx;

	while (start_gfn < end_gfn) {
		s64 budget = VMH_EPT_BUDGET;

		spin_lock(&mem->lock);
		start_gfn = vmh_ept_unmap_some(vm, start_gfn, end_gfn, &budget);
		vmh_ept_unlock(vm);
		cond_resched();
	}
}

static u32 vmh_ept_features(void)
{
	return vmx_conf.ept_features | (vmx_conf.pml ? EPT_FEATURE_PML : 0);
}

/**
 * vmh_ept_create() - empty tables for a new VM
 * @vm: the VM; nobody else knows it yet.
 * @denial: filled on -EDQUOT.
 *
 * Return: 0, -ENOMEM or -EDQUOT.
 */
int vmh_ept_create(struct vm_handler_ctx *vm, struct resource_denial *denial)
{
	struct memory_context *mem = &vm->mem_ctx;
	struct vmh_ept_stock stock = {};
	int ret = vmh_ept_stock_fill(&stock);

	if (!ret) {
		mem->stock = &stock;
		ret = ept_init(&mem->ept, &vmh_ept_ops, vm, vmh_ept_features());
		mem->stock = NULL;
		/* There was a page: it was the charge that failed. */
		if (ret) {
			*denial = mem->denial;
			ret = -EDQUOT;
		}
	}
	vmh_ept_stock_drain(&stock);
	if (ret)
		return ret;
	mem->eptp = ept_eptp(&mem->ept);
	/* No vCPU starts with this: each flushes when it is loaded first, wherever that is. */
	atomic64_set(&mem->flush_gen, 1);
	vmx_tlb_ept_created(mem->eptp);
	return 0;
}

/**
 * vmh_ept_destroy() - free all tables
 * @vm: the VM; none of its vCPUs will enter the guest any more.
 *
 * May be called again. A vCPU that is loaded after this finds its generation outdated and drops
 * what it had cached, so the root's page may become another VM's.
 *
 * Context: may sleep.
 */
void vmh_ept_destroy(struct vm_handler_ctx *vm)
{
	struct memory_context *mem = &vm->mem_ctx;

	if (!mem->ept.root)
		return;
	vmh_ept_unmap(vm, 0, EPT_GPA_END >> PAGE_SHIFT);
	spin_lock(&mem->lock);
	ept_destroy(&mem->ept);
	mem->ept.flush = true;
	vmh_ept_flush(vm);
	vmx_tlb_ept_destroyed(mem->eptp);
	vmh_ept_unlock(vm);
}
