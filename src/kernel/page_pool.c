// SPDX-License-Identifier: GPL-2.0
/*
 * Pages that were given back wait here, zeroed, for the next VM or the next fault. They stay
 * charged to the memory cgroup that allocated them, so they go to a task of the same one only, and
 * not for long: what was not needed for a while is freed, and all when memory gets short.
 */
#include <linux/gfp.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rcupdate.h>
#include <linux/shrinker.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "page_pool.h"
#include "vmh_compat.h"

/* What was not needed for that long, nobody misses. */
#define POOL_IDLE	(5 * HZ)

/* How many pages of other cgroups a search looks at. */
#define POOL_SEARCH	4

/* How many pages are taken out at a time. */
#define POOL_PIECE	256UL

static unsigned long pool_pages = 256;
module_param(pool_pages, ulong, 0644);
MODULE_PARM_DESC(pool_pages, "Most pages kept for reuse; 0: none");

/**
 * struct page_pool - the pool
 * @lock: covers the rest; a leaf.
 * @pages: by their lru, the latest first.
 * @nr: how many.
 * @low: the fewest since the last look.
 */
struct page_pool {
	spinlock_t lock;
	struct list_head pages;
	unsigned long nr;
	unsigned long low;
};

static struct page_pool pool = {
	.lock = __SPIN_LOCK_UNLOCKED(pool.lock),
	.pages = LIST_HEAD_INIT(pool.pages),
};

module_param_named(pool_kept, pool.nr, ulong, 0444);
MODULE_PARM_DESC(pool_kept, "Pages kept for reuse now");

static struct shrinker *pool_shrinker;
static void page_pool_age(struct work_struct *work);
static DECLARE_DELAYED_WORK(pool_work, page_pool_age);

/* Takes up to @nr pages out, those that have been here longest. */
static unsigned long page_pool_take_oldest(unsigned long nr, struct list_head *out)
{
	unsigned long taken;

	spin_lock(&pool.lock);
	nr = min(nr, pool.nr);
	for (taken = 0; taken < nr; taken++)
		list_move(pool.pages.prev, out);
	pool.nr -= nr;
	pool.low = min(pool.low, pool.nr);
	spin_unlock(&pool.lock);
	return nr;
}

/* Frees up to @nr pages, a few at a time: there may be as many as the parameter says. */
static unsigned long page_pool_free(unsigned long nr)
{
	unsigned long taken, freed = 0;
	struct page *page, *next;
	LIST_HEAD(out);

	do {
		taken = page_pool_take_oldest(min(nr - freed, POOL_PIECE), &out);
		list_for_each_entry_safe(page, next, &out, lru) {
			list_del(&page->lru);
			__free_page(page);
		}
		freed += taken;
		cond_resched();
	} while (taken && freed < nr);
	return freed;
}

static void page_pool_age(struct work_struct *work)
{
	unsigned long idle, nr;

	spin_lock(&pool.lock);
	idle = pool.low;
	spin_unlock(&pool.lock);
	page_pool_free(idle);
	spin_lock(&pool.lock);
	nr = pool.nr;
	pool.low = nr;
	spin_unlock(&pool.lock);
	if (nr)
		schedule_delayed_work(&pool_work, POOL_IDLE);
}

static unsigned long page_pool_count(struct shrinker *shrinker, struct shrink_control *control)
{
	return READ_ONCE(pool.nr) ?: SHRINK_EMPTY;
}

static unsigned long page_pool_scan(struct shrinker *shrinker, struct shrink_control *control)
{
	return page_pool_free(control->nr_to_scan) ?: SHRINK_STOP;
}

/* Whether a page is charged where one that this task allocated would be. */
static bool page_pool_suits(struct page *page)
{
	bool same;

	rcu_read_lock();
	same = page_memcg_check(page) == vmh_current_memcg();
	rcu_read_unlock();
	return same;
}

static struct page *page_pool_take(void)
{
	unsigned int looked = 0;
	struct page *page;

	list_for_each_entry(page, &pool.pages, lru) {
		if (page_pool_suits(page)) {
			list_del(&page->lru);
			pool.nr--;
			pool.low = min(pool.low, pool.nr);
			return page;
		}
		if (++looked == POOL_SEARCH)
			break;
	}
	return NULL;
}

/**
 * page_pool_get() - a zeroed page
 *
 * Context: may sleep. The page is charged to the memory cgroup of the calling task.
 *
 * Return: its address, or NULL.
 */
void *page_pool_get(void)
{
	struct page *page;

	spin_lock(&pool.lock);
	page = page_pool_take();
	spin_unlock(&pool.lock);
	return page ? page_address(page) : (void *)get_zeroed_page(GFP_KERNEL_ACCOUNT);
}

/**
 * page_pool_put() - give a page back
 * @address: what page_pool_get() returned, or NULL.
 *
 * Context: any but interrupt.
 */
void page_pool_put(void *address)
{
	bool first;

	if (!address)
		return;
	if (READ_ONCE(pool.nr) >= READ_ONCE(pool_pages)) {
		free_page((unsigned long)address);
		return;
	}
	clear_page(address);
	spin_lock(&pool.lock);
	list_add(&virt_to_page(address)->lru, &pool.pages);
	first = !pool.nr++;
	spin_unlock(&pool.lock);
	if (first)
		schedule_delayed_work(&pool_work, POOL_IDLE);
}

/**
 * page_pool_init() - let the kernel ask for the pool's pages
 *
 * Return: 0 or -ENOMEM.
 */
int page_pool_init(void)
{
	return vmh_shrinker_register(&pool_shrinker, page_pool_count, page_pool_scan);
}

/**
 * page_pool_exit() - free all; everybody has given back what he got
 */
void page_pool_exit(void)
{
	vmh_shrinker_unregister(pool_shrinker);
	cancel_delayed_work_sync(&pool_work);
	page_pool_free(ULONG_MAX);
}
