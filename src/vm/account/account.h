/* SPDX-License-Identifier: GPL-2.0 */
/* What a VM uses, what it may use, and what becomes of one that wants more. */
#ifndef VMH_ACCOUNT_H
#define VMH_ACCOUNT_H

#include <linux/types.h>

#include "vm.h"

/* exits.c */
u64 vmh_vm_exits(struct vm_handler_ctx *vm, u64 *run_ns);

/* charge.c */
void vmh_resources_set_totals(void);
void vmh_resources_exit(void);
void vmh_resources_init(struct vm_handler_ctx *vm);
void vmh_resources_fini(struct vm_handler_ctx *vm);
int vmh_charge(struct vm_handler_ctx *vm, const struct resource_charge *charges, u32 nr,
	       struct resource_denial *denial);
int vmh_charge_some(struct vm_handler_ctx *vm, u32 resource, u64 unit, int nr,
		    struct resource_denial *denial);
void vmh_uncharge(struct vm_handler_ctx *vm, const struct resource_charge *charges, u32 nr);
int vmh_charge_one(struct vm_handler_ctx *vm, u32 resource, u64 amount,
		   struct resource_denial *denial);
void vmh_uncharge_one(struct vm_handler_ctx *vm, u32 resource, u64 amount);
void vmh_get_usage(struct vm_handler_ctx *vm, struct vmh_usage *usage);
void vmh_rate_limits(struct vm_handler_ctx *vm, u64 *exits, u64 *run_ns);
void vmh_deny_rate(struct vm_handler_ctx *vm, u32 resource);
struct vmh_watch vmh_swap_watch(struct vm_handler_ctx *vm, u32 resource, struct vmh_watch watch);
void vmh_bounds(struct vm_config_bounds *bounds);

/* limits.c */
int vmh_set_limits(struct vm_handler_ctx *vm, const struct vmh_limits *change,
		   struct vmh_error *err);

/* threshold.c */
int vmh_set_threshold(struct vm_handler_ctx *vm, const struct vmh_threshold *args,
		      struct vmh_error *err);
void vmh_thresholds_destroy(struct vm_handler_ctx *vm);

/* throttle.c */
void vmh_throttle_init(struct vm_handler_ctx *vm);
void vmh_throttle_changed(struct vm_handler_ctx *vm);
void vmh_throttle_used(struct vmh_vcpu *vcpu, u32 exits);
int vmh_throttle_wait(struct vmh_vcpu *vcpu);

/* log.c */
int vmh_log_create(struct vm_handler_ctx *vm);
void vmh_log_destroy(struct vm_handler_ctx *vm);
u64 vmh_log_bytes(void);
void vmh_log_state(struct vm_handler_ctx *vm);
void vmh_log_error(struct vm_handler_ctx *vm, enum vmh_log_kind kind,
		   const struct vmh_error *error);
unsigned int vmh_log_refusals(const struct vm_handler_ctx *vm,
			      const struct vmh_log_record **refusals, unsigned int room);
u32 vmh_log_read(struct vm_handler_ctx *vm, u64 after, struct vmh_log_entry *entries, u32 room,
		 u64 *last);

/* ended.c */
/* The latest that are kept, of all VMs and of one. */
#define VMH_ENDED_KEPT		64
#define VMH_ENDED_OF_ONE	8

void vmh_ended_keep(struct vm_handler_ctx *vm);
u32 vmh_ended_read(u64 after, bool all, kuid_t uid, struct vmh_ended_entry *entries, u32 room,
		   u64 *last);
void vmh_ended_exit(void);

#endif /* VMH_ACCOUNT_H */
