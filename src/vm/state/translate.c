// SPDX-License-Identifier: GPL-2.0
/* Where a linear address of the guest leads, for debuggers and TRANSLATE. */
#include <linux/sched/signal.h>
#include <asm/processor-flags.h>

#include "guest_memory.h"
#include "state.h"
#include "vcpu.h"

static int vmh_look_up_read(void *ctx, u64 gpa, void *buf, unsigned int len)
{
	return vmh_mem_read(ctx, gpa, buf, len);
}

static int vmh_guest_get_paging(struct vmh_vcpu *vcpu, struct guest_paging *paging,
				struct vmh_error *err)
{
	int ret;

	if (mutex_lock_killable(&vcpu->lock))
		return -EINTR;
	ret = vmh_vcpu_load(vcpu, err);
	if (!ret) {
		vmx_get_paging(&vcpu->vmx, paging);
		vmh_vcpu_put(vcpu);
	}
	mutex_unlock(&vcpu->lock);
	return ret;
}

/**
 * vmh_guest_look_up() - where a linear address leads, for debuggers and TRANSLATE
 * @vcpu: the vCPU.
 * @linear: the address.
 * @gpa: the guest-physical address, if it leads anywhere.
 * @err: why there is no answer.
 *
 * Whatever the guest may not do with it; its page tables stay as they are. The caller may be any
 * process, and the page tables' pages may take as long to come as the VMM's userfaultfd likes.
 *
 * Context: may sleep; takes vcpu->lock for a moment.
 *
 * Return: whether it leads anywhere; -ESTALE; -EINTR.
 */
int vmh_guest_look_up(struct vmh_vcpu *vcpu, u64 linear, u64 *gpa, struct vmh_error *err)
{
	static const struct guest_walk_ops ops = { .read_phys = vmh_look_up_read };
	struct guest_translation translation;
	struct guest_paging paging;
	struct guest_fault fault;
	int ret = vmh_guest_get_paging(vcpu, &paging, err);

	if (ret)
		return ret;
	paging.cr4 &= ~(u64)X86_CR4_SMAP;
	if (guest_walk(&paging, linear, 0, &ops, vcpu->vm, &translation, &fault))
		return fatal_signal_pending(current) ? -EINTR : false;
	*gpa = translation.gpa;
	return true;
}
