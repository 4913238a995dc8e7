/* SPDX-License-Identifier: GPL-2.0 */
/* VMs and vCPUs: making and finding them, and ending all. */
#ifndef VMH_CREATE_H
#define VMH_CREATE_H

#include <linux/types.h>

#include "vm.h"

struct kvm_cpuid_entry2;

/* vm.c */
int vmh_vm_create(const struct vm_config *config, struct vm_handler_ctx **out,
		  struct vmh_error *err);
void vmh_vm_get(struct vm_handler_ctx *vm);
void vmh_vm_put(struct vm_handler_ctx *vm);
void vmh_vm_add_owner(struct vm_handler_ctx *vm);
void vmh_vm_remove_owner(struct vm_handler_ctx *vm);
void vmh_vms_each(void (*what)(struct vm_handler_ctx *vm, const void *context),
		  const void *context);

/* vms.c */
unsigned int vmh_vm_count(void);
int vmh_vm_enlist(struct vm_handler_ctx *vm);
void vmh_vm_delist(struct vm_handler_ctx *vm);
struct vm_handler_ctx *vmh_vm_find(u32 id);
void vmh_vms_visit(u32 after, void (*look)(const struct vm_handler_ctx *vm, void *context),
		   void *context);
struct vm_handler_ctx *vmh_vm_next(unsigned long *id);

/* vcpu.c */
int vmh_vcpu_create(struct vm_handler_ctx *vm, u32 id, struct vmh_vcpu **out,
		    struct vmh_error *err);
void vmh_vcpu_remove(struct vmh_vcpu *vcpu);
void vmh_vcpus_destroy(struct vm_handler_ctx *vm);
int vmh_vcpu_set_cpuid(struct vmh_vcpu *vcpu, const struct kvm_cpuid_entry2 *entries, u32 nr,
		       struct vmh_error *err);

/* shutdown.c */
void vmh_vms_shutdown(void);

#endif /* VMH_CREATE_H */
