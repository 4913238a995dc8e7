// SPDX-License-Identifier: GPL-2.0
/*
 * Having a processor forget what it has cached of guests' translations. SDM, "Invalidating Cached
 * Translation Information".
 */
#include "vmx.h"

static void vmx_invept(unsigned long type, u64 eptp)
{
	struct {
		u64 eptp;
		u64 zero;
	} operand = { eptp, 0 };
	bool ok;

	asm volatile("invept %[operand], %[type]"
		     : "=@cca" (ok)
		     : [operand] "m" (operand), [type] "r" (type) : "memory");
	if (unlikely(!ok))
		pr_err_ratelimited("vmh: INVEPT failed\n");
}

/**
 * vmx_flush_ept() - forget on this processor what is cached from one EPT
 * @eptp: EPT pointer.
 *
 * SDM, "INVEPT": drops guest-physical and combined mappings, those of all VPIDs.
 *
 * Context: preemption off, VMX on.
 */
void vmx_flush_ept(u64 eptp)
{
	vmx_tlb_invept(eptp);
	vmx_invept(vmx_conf.invept_type, eptp);
}

/**
 * vmx_flush_all_ept() - forget on this processor what is cached from any EPT
 *
 * Context: preemption off, VMX on.
 */
void vmx_flush_all_ept(void)
{
	vmx_tlb_invept_all();
	vmx_invept(VMX_EPT_EXTENT_GLOBAL, 0);
}
