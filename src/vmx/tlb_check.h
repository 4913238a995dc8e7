/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The translation checker: before each entry it asks the model of tlb_model.h whether this
 * processor may have something cached that is no longer true. Emulators forget all at each entry
 * and exit, so no test of theirs shows a flush that is missing; this does, on any machine.
 *
 * As the injection points (fail_point.h), it is in no module but one for a kernel that can inject
 * failures.
 */
#ifndef VMH_TLB_CHECK_H
#define VMH_TLB_CHECK_H

#include <linux/types.h>

struct dentry;
struct vmx_vcpu;

#ifdef CONFIG_FAULT_INJECTION_DEBUG_FS
#include "tlb_model.h"

/**
 * struct vmx_tlb - a vCPU, for the checker
 * @guest: in the model.
 * @slot: of its EPT; negative: of one that is not watched.
 */
struct vmx_tlb {
	struct tlb_guest guest;
	int slot;
};

void vmx_tlb_init(struct dentry *dir);
void vmx_tlb_ept_created(u64 eptp);
void vmx_tlb_ept_destroyed(u64 eptp);
void vmx_tlb_ept_changed(u64 eptp);
void vmx_tlb_ept_settled(u64 eptp);
void vmx_tlb_vcpu_created(struct vmx_vcpu *v, u64 eptp);
void vmx_tlb_invept(u64 eptp);
void vmx_tlb_invept_all(void);
void vmx_tlb_asked(struct vmx_vcpu *v);
void vmx_tlb_invvpid(struct vmx_vcpu *v);
void vmx_tlb_invvpid_all(void);
void vmx_tlb_enter(struct vmx_vcpu *v);
void vmx_tlb_exit(struct vmx_vcpu *v);
#else
struct vmx_tlb {
};

static inline void vmx_tlb_init(struct dentry *dir)
{
}

static inline void vmx_tlb_ept_created(u64 eptp)
{
}

static inline void vmx_tlb_ept_destroyed(u64 eptp)
{
}

static inline void vmx_tlb_ept_changed(u64 eptp)
{
}

static inline void vmx_tlb_ept_settled(u64 eptp)
{
}

static inline void vmx_tlb_vcpu_created(struct vmx_vcpu *v, u64 eptp)
{
}

static inline void vmx_tlb_invept(u64 eptp)
{
}

static inline void vmx_tlb_invept_all(void)
{
}

static inline void vmx_tlb_asked(struct vmx_vcpu *v)
{
}

static inline void vmx_tlb_invvpid(struct vmx_vcpu *v)
{
}

static inline void vmx_tlb_invvpid_all(void)
{
}

static inline void vmx_tlb_enter(struct vmx_vcpu *v)
{
}

static inline void vmx_tlb_exit(struct vmx_vcpu *v)
{
}
#endif

#endif /* VMH_TLB_CHECK_H */
