/* SPDX-License-Identifier: GPL-2.0 */
/* Guest memory: slots, the EPT that follows the VMM's address space, and accesses to it. */
#ifndef VMH_GUEST_MEMORY_H
#define VMH_GUEST_MEMORY_H

#include <linux/types.h>

#include "mem.h"

struct kvm_clear_dirty_log;
struct kvm_dirty_log;
struct kvm_userspace_memory_region;
struct vmh_error;
struct vmh_memory_access;
struct vmh_vcpu;

/* mem.c */
int vmh_mem_create(struct vm_handler_ctx *vm, struct vmh_error *err);
void vmh_mem_destroy(struct vm_handler_ctx *vm);
void vmh_mem_release(struct vm_handler_ctx *vm);
int vmh_mem_set_region(struct vm_handler_ctx *vm, const struct kvm_userspace_memory_region *region,
		       struct vmh_error *err);
void vmh_mem_take_census(struct vm_handler_ctx *vm, u64 start_gpa, u64 end_gpa,
			 struct ept_census *census);
bool vmh_mem_has_slots(struct vm_handler_ctx *vm);

/* mem_slot.c */
bool vmh_mem_slot_of(struct vm_handler_ctx *vm, u64 gfn, struct mem_slot *slot);

/* mem_access.c */
void __user *vmh_mem_hva(struct vm_handler_ctx *vm, u64 gpa, bool write);
int vmh_mem_read(struct vm_handler_ctx *vm, u64 gpa, void *buf, unsigned int len);
int vmh_mem_write(struct vm_handler_ctx *vm, u64 gpa, const void *buf, unsigned int len);
int vmh_mem_cmpxchg(struct vm_handler_ctx *vm, u64 gpa, u64 old, u64 new, unsigned int len);
int vmh_mem_xchg_nofault(u8 __user *hva, u8 *byte);
int vmh_mem_xchg_byte(struct vm_handler_ctx *vm, u64 gpa, u8 *byte);

/* mem_dirty.c */
int vmh_dirty_create(struct vm_handler_ctx *vm, struct mem_slot *slot,
		     struct resource_denial *denial);
void vmh_dirty_destroy(struct vm_handler_ctx *vm, const struct mem_slot *slot);
void vmh_dirty_switch(struct vm_handler_ctx *vm);
void vmh_dirty_start(struct vm_handler_ctx *vm, const struct mem_slot *slot);
void vmh_dirty_mark(struct vm_handler_ctx *vm, u64 gfn);
void vmh_dirty_drain(struct vmh_vcpu *vcpu);
int vmh_dirty_get(struct vm_handler_ctx *vm, const struct kvm_dirty_log *args,
		  struct vmh_error *err);
int vmh_dirty_clear(struct vm_handler_ctx *vm, const struct kvm_clear_dirty_log *args,
		    struct vmh_error *err);

/* mem_ept.c */
int vmh_ept_create(struct vm_handler_ctx *vm, struct resource_denial *denial);
void vmh_ept_destroy(struct vm_handler_ctx *vm);
u64 vmh_ept_unmap_some(struct vm_handler_ctx *vm, u64 start_gfn, u64 end_gfn, s64 *budget);
void vmh_ept_unmap(struct vm_handler_ctx *vm, u64 start_gfn, u64 end_gfn);
int vmh_ept_stock_fill(struct vmh_ept_stock *stock);
void vmh_ept_stock_drain(struct vmh_ept_stock *stock);
void vmh_ept_flush(struct vm_handler_ctx *vm);
void vmh_ept_unlock(struct vm_handler_ctx *vm) __releases(&vm->mem_ctx.lock);

/* mem_notifier.c */
int vmh_notifier_register(struct vm_handler_ctx *vm);
void vmh_notifier_unregister(struct vm_handler_ctx *vm);
void vmh_invalidation_begin(struct memory_context *mem, u64 start_hva, u64 end_hva);
void vmh_invalidation_end(struct memory_context *mem);

/* mem_remote.c */
int vmh_mem_read_remote(struct vm_handler_ctx *vm, u64 gpa, void *buf, unsigned int len);
long vmh_mem_remote(struct vm_handler_ctx *vm, const struct vmh_memory_access *access,
		    struct vmh_error *err);

/* mem_nx.c */
void vmh_nx_init(struct memory_context *mem);
void vmh_nx_stop(struct memory_context *mem);
void vmh_nx_keep_split(struct memory_context *mem, u64 gpa, enum ept_level level);
u64 vmh_nx_split_now(struct memory_context *mem);

#endif /* VMH_GUEST_MEMORY_H */
