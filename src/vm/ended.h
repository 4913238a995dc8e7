/* SPDX-License-Identifier: GPL-2.0 */
/* What VMs were refused that are no more, for VMH_GET_ENDED. */
#ifndef VMH_ENDED_H
#define VMH_ENDED_H

#include <linux/types.h>
#include <linux/uidgid.h>
#include <linux/vmh.h>

struct vm_handler_ctx;

/* The latest that are kept, of all VMs and of one. */
#define VMH_ENDED_KEPT		64
#define VMH_ENDED_OF_ONE	8

void vmh_ended_keep(struct vm_handler_ctx *vm);
u32 vmh_ended_read(u64 after, bool all, kuid_t uid, struct vmh_ended_entry *entries, u32 room,
		   u64 *last);
void vmh_ended_exit(void);

#endif /* VMH_ENDED_H */
