/* SPDX-License-Identifier: GPL-2.0 */
/* A pool of zeroed pages for what the processor walks or keeps: EPT tables, VMCSs, APIC pages. */
#ifndef VMH_PAGE_POOL_H
#define VMH_PAGE_POOL_H

#include <linux/list.h>
#include <linux/types.h>

int page_pool_init(void);
void page_pool_exit(void);
void *page_pool_get(void);
void page_pool_put(void *address);

#endif /* VMH_PAGE_POOL_H */
