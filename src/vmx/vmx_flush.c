// SPDX-License-Identifier: GPL-2.0
/*
 * Having a processor forget what it has cached of guests' translations. SDM, "Invalidating Cached
 * Translation Information".
 */
#include <linux/preempt.h>

#include "fail_point.h"
#include "vmx.h"

static void vmx_invept(unsigned long type, u64 eptp)
{
	struct {
		u64 eptp;
		u64 zero;
	} operand = { eptp, 0 };
	bool ok;

	asm volatile("1:\tinvept %[operand], %[type]\n2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : "=@cca" (ok)
		     : [operand] "m" (operand), [type] "r" (type) : "memory");
	if (unlikely(!ok) && this_cpu_read(vmx_cpu_on))
		pr_err_ratelimited("vmh: INVEPT failed\n");
}

/**
 * vmx_flush_ept() - forget on this processor what is cached from one EPT
 * @eptp: EPT pointer.
 *
 * SDM, "INVEPT": drops guest-physical and combined mappings, those of all VPIDs. A processor that
 * has left VMX operation since it was asked to has nothing to forget: coming back flushes all.
 *
 * Context: preemption off.
 */
void vmx_flush_ept(u64 eptp)
{
	if (unlikely(!this_cpu_read(vmx_cpu_on)))
		return;
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

static void vmx_invvpid(unsigned long type, u16 vpid)
{
	struct {
		u64 vpid;
		u64 linear;
	} operand = { vpid, 0 };
	bool ok;

	asm volatile("1:\tinvvpid %[operand], %[type]\n2:\n"
		     _ASM_EXTABLE(1b, 2b)
		     : "=@cca" (ok)
		     : [operand] "m" (operand), [type] "r" (type) : "memory");
	if (unlikely(!ok) && this_cpu_read(vmx_cpu_on))
		pr_err_ratelimited("vmh: INVVPID failed\n");
}

/**
 * vmx_flush_guest() - forget what is cached of a guest's own page tables
 * @v: the vCPU, loaded.
 *
 * To be called where CR3, or what else says how page tables are read, was changed from outside: by
 * an emulated instruction, a reset or userspace. What the guest changes in guest mode the processor
 * flushes itself. Other processors are flushed when the vCPU is loaded there.
 *
 * SDM, "INVVPID": drops combined mappings of the VPID, of all PCIDs, also global ones.
 *
 * Context: any in which the vCPU is loaded.
 */
void vmx_flush_guest(struct vmx_vcpu *v)
{
	/* Without a VPID each entry starts with none of them. */
	if (!v->vpid || vmh_fail_omit(flush_guest))
		return;
	preempt_disable();
	switch (vmx_conf.invvpid_type) {
	case VMX_INVVPID_SINGLE:
		vmx_tlb_invvpid(v);
		vmx_invvpid(VMX_INVVPID_SINGLE, v->vpid);
		break;
	case VMX_INVVPID_ALL:
		vmx_tlb_invvpid_all();
		vmx_invvpid(VMX_INVVPID_ALL, 0);
		break;
	case VMX_INVVPID_NONE:
		vmx_flush_ept(vmcs_read(EPT_POINTER));
		break;
	}
	preempt_enable();
}

/**
 * vmx_flush_as_asked() - the guest has asked for a flush of all that this vCPU has cached
 * @v: the vCPU, loaded.
 *
 * Context: its thread; not in a turn.
 */
void vmx_flush_as_asked(struct vmx_vcpu *v)
{
	vmx_tlb_asked(v);
	vmx_flush_guest(v);
}
