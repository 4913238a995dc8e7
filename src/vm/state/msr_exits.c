// SPDX-License-Identifier: GPL-2.0
/*
 * MSRs that are the VMM's business: filters, and accesses that exit to userspace.
 *
 * A filter belongs to the VM and to each vCPU that goes by it. A vCPU is handed a new one like a
 * letter: its thread takes it before it enters the guest again.
 */
#include <linux/kref.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "account.h"
#include "fail_point.h"
#include "kick.h"
#include "msr_filter.h"
#include "page_pool.h"
#include "state.h"
#include "vcpu.h"
#include "vm.h"
#include "vmx_guest.h"

#define MSR_FILTER_PAGES_BYTES	(2 * PAGE_SIZE)

/**
 * struct vmh_msr_filter - a filter of a VM
 * @refs: the VM, its vCPUs, and letters to them.
 * @vm: the VM, which is charged for it.
 * @bytes: what it is charged.
 * @pages: the processor's MSR bitmaps that go with it.
 * @filter: what is allowed.
 * @bitmaps: of the ranges of @filter.
 */
struct vmh_msr_filter {
	struct kref refs;
	struct vm_handler_ctx *vm;
	u64 bytes;
	void *pages[2];
	struct msr_filter filter;
	u8 bitmaps[];
};

static void vmh_msr_filter_free(struct kref *refs)
{
	struct vmh_msr_filter *filter = container_of(refs, struct vmh_msr_filter, refs);
	struct vm_handler_ctx *vm = filter->vm;
	u64 bytes = filter->bytes;

	page_pool_put(filter->pages[0]);
	page_pool_put(filter->pages[1]);
	kvfree(filter);
	vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, bytes);
}

static void vmh_msr_filter_put(struct vmh_msr_filter *filter)
{
	if (filter)
		kref_put(&filter->refs, vmh_msr_filter_free);
}

/* Puts a letter into the vCPU's box; one that was not taken is out of date. */
static void vmh_msr_filter_send(struct vmh_vcpu *vcpu, struct vmh_msr_filter *filter)
{
	kref_get(&filter->refs);
	vmh_msr_filter_put(xchg(&vcpu->msr_filter_sent, filter));
	vmh_vcpu_request(vcpu, VMH_REQ_MSR_FILTER);
}

/**
 * vmh_msr_filter_take() - VMH_REQ_MSR_FILTER: go by the filter that was sent
 * @vcpu: the vCPU, loaded.
 *
 * Context: its thread, interrupts on.
 */
void vmh_msr_filter_take(struct vmh_vcpu *vcpu)
{
	struct vmh_msr_filter *filter = xchg(&vcpu->msr_filter_sent, NULL);
	bool empty;

	if (!filter)
		return;
	empty = !filter->filter.nr && !filter->filter.deny;
	vmx_set_msr_filter(&vcpu->vmx, empty ? NULL : &filter->filter,
			   (const void *const *)filter->pages);
	vmh_msr_filter_put(vcpu->msr_filter);
	vcpu->msr_filter = filter;
}

/**
 * vmh_msr_filter_vcpu_init() - a new vCPU goes by the VM's filter
 * @vcpu: the vCPU; its VM's lock held.
 */
void vmh_msr_filter_vcpu_init(struct vmh_vcpu *vcpu)
{
	if (vcpu->vm->msr_filter)
		vmh_msr_filter_send(vcpu, vcpu->vm->msr_filter);
}

/**
 * vmh_msr_filter_vcpu_destroy() - a vCPU goes by no filter any more
 * @vcpu: the vCPU, which nobody uses.
 */
void vmh_msr_filter_vcpu_destroy(struct vmh_vcpu *vcpu)
{
	vmh_msr_filter_put(vcpu->msr_filter);
	vmh_msr_filter_put(vcpu->msr_filter_sent);
}

/**
 * vmh_msr_filter_destroy() - a VM has no filter any more
 * @vm: the VM, without vCPUs.
 */
void vmh_msr_filter_destroy(struct vm_handler_ctx *vm)
{
	vmh_msr_filter_put(vm->msr_filter);
	vm->msr_filter = NULL;
}

static int vmh_msr_filter_copy_bitmaps(u8 *to, const struct kvm_msr_filter *user)
{
	unsigned int i;
	u64 from;
	u32 bytes;

	for (i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++) {
		from = (uintptr_t)user->ranges[i].bitmap;
		bytes = msr_filter_bitmap_bytes(&user->ranges[i]);
		if (bytes && copy_from_user(to, u64_to_user_ptr(from), bytes))
			return -EFAULT;
		to += bytes;
	}
	return 0;
}

static u64 vmh_msr_filter_bytes(const struct kvm_msr_filter *user)
{
	u64 bytes = sizeof(struct vmh_msr_filter);
	unsigned int i;

	for (i = 0; i < KVM_MSR_FILTER_MAX_RANGES; i++)
		bytes += msr_filter_bitmap_bytes(&user->ranges[i]);
	return bytes;
}

/* Charged already. */
static struct vmh_msr_filter *vmh_msr_filter_create(struct vm_handler_ctx *vm, u64 bytes,
						    const struct kvm_msr_filter *user)
{
	struct vmh_msr_filter *filter;
	int ret = -ENOMEM;

	filter = vmh_fail_null(entries_memory, kvzalloc(bytes, GFP_KERNEL_ACCOUNT));
	if (!filter)
		return ERR_PTR(ret);
	filter->pages[0] = vmh_fail_null(entries_memory, page_pool_get());
	if (!filter->pages[0])
		goto free_filter;
	filter->pages[1] = vmh_fail_null(entries_memory, page_pool_get());
	if (!filter->pages[1])
		goto free_page;
	ret = vmh_fail_errno(copy_entries, vmh_msr_filter_copy_bitmaps(filter->bitmaps, user));
	if (ret)
		goto free_pages;
	kref_init(&filter->refs);
	filter->vm = vm;
	filter->bytes = bytes + MSR_FILTER_PAGES_BYTES;
	msr_filter_fill(&filter->filter, user, filter->bitmaps);
	vmx_filtered_msr_bitmaps(&filter->filter, filter->pages);
	return filter;

free_pages:
	page_pool_put(filter->pages[1]);
free_page:
	page_pool_put(filter->pages[0]);
free_filter:
	kvfree(filter);
	return ERR_PTR(ret);
}

/**
 * vmh_msr_filter_set() - VMH_X86_SET_MSR_FILTER
 * @vm: the VM, its lock held.
 * @user: the filter, but for its bitmaps.
 * @err: why not.
 *
 * Context: may sleep. A vCPU goes by the filter from its next entry on.
 *
 * Return: 0; -EINVAL; -EDQUOT; -ENOMEM; -EFAULT.
 */
int vmh_msr_filter_set(struct vm_handler_ctx *vm, const struct kvm_msr_filter *user,
		       struct vmh_error *err)
{
	struct vmh_msr_filter *filter, *old = vm->msr_filter;
	u64 bytes = vmh_msr_filter_bytes(user);
	struct resource_denial denial;
	struct vmh_vcpu *vcpu;
	unsigned long id;

	if (msr_filter_check(user))
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct kvm_msr_filter, flags, user->flags,
				      KVM_MSR_FILTER_DEFAULT_DENY);
	if (vmh_charge_one(vm, VMH_RES_KERNEL_BYTES, bytes + MSR_FILTER_PAGES_BYTES, &denial))
		return resource_denial_error(&denial, err);
	filter = vmh_msr_filter_create(vm, bytes, user);
	if (IS_ERR(filter)) {
		vmh_uncharge_one(vm, VMH_RES_KERNEL_BYTES, bytes + MSR_FILTER_PAGES_BYTES);
		return PTR_ERR(filter);
	}
	vm->msr_filter = filter;
	vmh_for_each_vcpu(vm, id, vcpu)
		vmh_msr_filter_send(vcpu, filter);
	vmh_msr_filter_put(old);
	return 0;
}

static u32 vmh_msr_exit_reason(int error)
{
	switch (error) {
	case -EPERM:
		return KVM_MSR_EXIT_REASON_FILTER;
	case -ENOENT:
		return KVM_MSR_EXIT_REASON_UNKNOWN;
	default:
		return KVM_MSR_EXIT_REASON_INVAL;
	}
}

/**
 * vmh_msr_refused() - the guest's access to an MSR has failed
 * @vcpu: the vCPU, loaded, with RIP at the instruction.
 * @error: why: see VMX_RDMSR.
 *
 * Context: its thread; interrupts may be off.
 *
 * Return: whether it is settled, by a fault; otherwise userspace wants to know.
 */
bool vmh_msr_refused(struct vmh_vcpu *vcpu, int error)
{
	if (READ_ONCE(vcpu->vm->msr_exits) & vmh_msr_exit_reason(error)) {
		vcpu->vmx.msr_error = error;
		return false;
	}
	vmx_inject_gp(&vcpu->vmx);
	return true;
}

/**
 * vmh_msr_to_user() - let userspace do the guest's access to an MSR
 * @vcpu: the vCPU, loaded, after vmh_msr_refused().
 * @write: direction.
 *
 * Return: 0: exit to userspace.
 */
int vmh_msr_to_user(struct vmh_vcpu *vcpu, bool write)
{
	struct kvm_run *run = vcpu->run;

	run->exit_reason = write ? KVM_EXIT_X86_WRMSR : KVM_EXIT_X86_RDMSR;
	run->msr.error = 0;
	memset(run->msr.pad, 0, sizeof(run->msr.pad));
	run->msr.reason = vmh_msr_exit_reason(vcpu->vmx.msr_error);
	run->msr.index = vcpu->vmx.msr_index;
	run->msr.data = write ? vcpu->vmx.msr_value : 0;
	vcpu->completion = write ? VMH_COMPLETE_WRMSR : VMH_COMPLETE_RDMSR;
	vcpu->completion_rip = vmx_linear_rip(&vcpu->vmx);
	return 0;
}

/**
 * vmh_msr_complete() - userspace has done the access, or says that it faults
 * @vcpu: the vCPU, loaded.
 * @write: direction.
 */
void vmh_msr_complete(struct vmh_vcpu *vcpu, bool write)
{
	if (READ_ONCE(vcpu->run->msr.error))
		vmx_inject_gp(&vcpu->vmx);
	else if (write)
		vmx_skip_instruction(&vcpu->vmx);
	else
		vmx_msr_finish_read(&vcpu->vmx, READ_ONCE(vcpu->run->msr.data));
}
