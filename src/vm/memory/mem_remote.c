// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory as another process reads and writes it: through the creator's page tables, a page
 * at a time, as the creator's own access would fault it in.
 */
#include <linux/highmem.h>
#include <linux/mm.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "guest_memory.h"
#include "vm.h"
#include "vmh_compat.h"

/**
 * struct vmh_piece - a part of a copy that lies in one page of the guest
 * @gpa: guest-physical address.
 * @len: bytes.
 * @user: the other side: the caller's memory.
 * @write: to the guest.
 * @page: the page of guest memory, pinned.
 */
struct vmh_piece {
	u64 gpa;
	unsigned int len;
	void __user *user;
	bool write;
	struct page *page;
};

static int vmh_piece_error(const struct vmh_piece *piece, enum vmh_error_code code,
			   struct vmh_error *err)
{
	return VM_ERROR_FIELD(err, code, struct vmh_memory_access, gpa, piece->gpa, 0);
}

/* The creator's address of the piece; what it is good for is asked anew for each. */
static int vmh_piece_hva(struct vm_handler_ctx *vm, const struct vmh_piece *piece, u64 *hva,
			 struct vmh_error *err)
{
	struct mem_slot slot;

	if (!vmh_mem_slot_of(vm, piece->gpa >> PAGE_SHIFT, &slot))
		return vmh_piece_error(piece, VMH_E_NO_GUEST_MEMORY, err);
	if (piece->write && (slot.flags & KVM_MEM_READONLY))
		return vmh_piece_error(piece, VMH_E_READ_ONLY, err);
	*hva = mem_slot_hva(&slot, piece->gpa >> PAGE_SHIFT);
	return 0;
}

static int vmh_pin(struct mm_struct *mm, u64 hva, bool write, struct page **page)
{
	int locked = 1;
	long ret;

	if (mmap_read_lock_killable(mm))
		return -EINTR;
	ret = vmh_pin_remote(mm, hva, write ? FOLL_WRITE : 0, page, &locked);
	if (locked)
		mmap_read_unlock(mm);
	if (ret == 1)
		return 0;
	return fatal_signal_pending(current) ? -EINTR : -EFAULT;
}

static void vmh_piece_unpin(struct vmh_piece *piece, bool dirty)
{
	unpin_user_pages_dirty_lock(&piece->page, 1, dirty);
}

/*
 * The slot may have gone while the page was being found, and the creator may have something else
 * there by now: so look again, with the page in hand.
 */
static int vmh_piece_pin(struct vm_handler_ctx *vm, struct vmh_piece *piece, struct vmh_error *err)
{
	u64 hva, again;
	int ret;

	for (;;) {
		ret = vmh_piece_hva(vm, piece, &hva, err);
		if (ret)
			return ret;
		ret = vmh_pin(vm->mem_ctx.mm, hva, piece->write, &piece->page);
		if (ret == -EFAULT)
			return vmh_piece_error(piece, VMH_E_BAD_FETCH, err);
		if (ret)
			return ret;
		ret = vmh_piece_hva(vm, piece, &again, err);
		if (!ret && again == hva)
			return 0;
		vmh_piece_unpin(piece, false);
		if (ret)
			return ret;
	}
}

static int vmh_piece_copy(struct vm_handler_ctx *vm, struct vmh_piece *piece, struct vmh_error *err)
{
	unsigned long left;
	void *at;
	int ret = vmh_piece_pin(vm, piece, err);

	if (ret)
		return ret;
	at = kmap_local_page(piece->page) + offset_in_page(piece->gpa);
	left = piece->write ? copy_from_user(at, piece->user, piece->len) :
			      copy_to_user(piece->user, at, piece->len);
	kunmap_local(at);
	if (piece->write)
		vmh_dirty_mark(vm, piece->gpa >> PAGE_SHIFT);
	vmh_piece_unpin(piece, piece->write);
	return left ? vm_error_set(err, VMH_E_FAULT) : 0;
}

/**
 * vmh_mem_read_remote() - vmh_mem_read() in another process than the VMM
 * @vm: the VM.
 * @gpa: guest-physical address; @len bytes from it lie in one page.
 * @buf: where to.
 * @len: bytes.
 *
 * Context: may sleep; no lock of the VM's is held, as for vmh_mem_remote().
 *
 * Return: 0; -EFAULT when there is no memory, or none any more; -EINTR.
 */
int vmh_mem_read_remote(struct vm_handler_ctx *vm, u64 gpa, void *buf, unsigned int len)
{
	struct vmh_piece piece = { .gpa = gpa, .len = len };
	void *at;
	int ret;

	if (!mmget_not_zero(vm->mem_ctx.mm))
		return -EFAULT;
	ret = vmh_piece_pin(vm, &piece, NULL);
	if (!ret) {
		at = kmap_local_page(piece.page);
		memcpy(buf, at + offset_in_page(gpa), len);
		kunmap_local(at);
		vmh_piece_unpin(&piece, false);
	}
	mmput(vm->mem_ctx.mm);
	return ret;
}

static int vmh_remote_check(const struct vmh_memory_access *access, struct vmh_error *err)
{
	if (access->flags & ~VMH_MEMORY_WRITE)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct vmh_memory_access, flags,
				      access->flags, VMH_MEMORY_WRITE);
	if (!access->length || access->length > VMH_MEMORY_ACCESS_MAX)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct vmh_memory_access, length,
				      access->length, VMH_MEMORY_ACCESS_MAX);
	if (access->gpa > U64_MAX - access->length)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct vmh_memory_access, gpa,
				      access->gpa, U64_MAX - access->length);
	return 0;
}

/* Return: how many bytes were copied; a negative errno when none. */
static long vmh_remote_copy(struct vm_handler_ctx *vm, const struct vmh_memory_access *access,
			    struct vmh_error *err)
{
	struct vmh_piece piece = { .write = access->flags & VMH_MEMORY_WRITE };
	u64 done = 0;
	int ret = 0;

	while (done < access->length && !ret) {
		piece.gpa = access->gpa + done;
		piece.len = min_t(u64, access->length - done,
				  PAGE_SIZE - offset_in_page(piece.gpa));
		piece.user = u64_to_user_ptr(access->buffer + done);
		ret = vmh_piece_copy(vm, &piece, err);
		if (!ret)
			done += piece.len;
		cond_resched();
	}
	return done ?: ret;
}

/**
 * vmh_mem_remote() - VMH_ACCESS_MEMORY
 * @vm: the VM; the caller may be any process.
 * @access: what to copy, as userspace gave it.
 * @err: why not.
 *
 * A copy that ends early, with memory, a slot that is read only or the caller's own memory, tells
 * how far it came. Nothing is locked: guest and VMM go on meanwhile.
 *
 * Context: may sleep; takes no lock of the VM's but for moments, as the creator's pages may take as
 * long to come as its userfaultfd likes.
 *
 * Return: bytes copied; -EINVAL; -EFAULT; -EROFS; -ESTALE; -EINTR.
 */
long vmh_mem_remote(struct vm_handler_ctx *vm, const struct vmh_memory_access *access,
		    struct vmh_error *err)
{
	long ret = vmh_remote_check(access, err);

	if (ret)
		return ret;
	/* An address space that is going takes the VM with it. */
	if (vmh_vm_has_ended(vm) || !mmget_not_zero(vm->mem_ctx.mm))
		return vm_error_set(err, VMH_E_TERMINATED);
	ret = vmh_remote_copy(vm, access, err);
	mmput(vm->mem_ctx.mm);
	return ret;
}
