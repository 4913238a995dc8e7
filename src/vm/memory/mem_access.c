// SPDX-License-Identifier: GPL-2.0
/*
 * Guest memory as the kernel reads and writes it, through the VMM's addresses: an access may fault
 * pages in like one of the VMM's own. Only reads can come from another process.
 */
#include <linux/mm.h>
#include <linux/uaccess.h>

#include "fail_point.h"
#include "guest_memory.h"
#include "vm.h"

/**
 * vmh_mem_hva() - the VMM's address of guest memory
 * @vm: the VM.
 * @gpa: guest-physical address; what follows it in its page follows it there too.
 * @write: it is to be written.
 *
 * In any other process the address means something else, so nobody gets it there.
 *
 * Return: the address; NULL when there is no memory, or only to read.
 */
void __user *vmh_mem_hva(struct vm_handler_ctx *vm, u64 gpa, bool write)
{
	struct mem_slot slot;
	u64 gfn = gpa >> PAGE_SHIFT;

	if (WARN_ON_ONCE(current->mm != vm->mem_ctx.mm))
		return NULL;
	if (!vmh_mem_slot_of(vm, gfn, &slot))
		return NULL;
	if (write && (slot.flags & KVM_MEM_READONLY))
		return NULL;
	return (void __user *)(mem_slot_hva(&slot, gfn) + offset_in_page(gpa));
}

/**
 * vmh_mem_read() - copy out of guest memory
 * @vm: the VM; the caller may run in another process than the VMM: then it holds no lock.
 * @gpa: guest-physical address; @len bytes from it lie in one page.
 * @buf: where to.
 * @len: bytes.
 *
 * Context: may sleep.
 *
 * Return: 0; -ENXIO when there is no memory; -EFAULT when the VMM's mapping is gone, or from
 * another process for any reason.
 */
int vmh_mem_read(struct vm_handler_ctx *vm, u64 gpa, void *buf, unsigned int len)
{
	void __user *hva;

	if (unlikely(current->mm != vm->mem_ctx.mm))
		return vmh_mem_read_remote(vm, gpa, buf, len);
	hva = vmh_mem_hva(vm, gpa, false);
	if (!hva)
		return -ENXIO;
	return vmh_fail_errno(guest_read, copy_from_user(buf, hva, len) ? -EFAULT : 0);
}

/**
 * vmh_mem_write() - copy into guest memory
 * @vm: the VM; the caller runs in the VMM.
 * @gpa: guest-physical address; @len bytes from it lie in one page.
 * @buf: where from.
 * @len: bytes.
 *
 * Context: may sleep.
 *
 * Return: 0; -ENXIO when there is no memory, or only to read; -EFAULT when the mapping is gone.
 */
int vmh_mem_write(struct vm_handler_ctx *vm, u64 gpa, const void *buf, unsigned int len)
{
	void __user *hva = vmh_mem_hva(vm, gpa, true);
	int ret;

	if (!hva)
		return -ENXIO;
	ret = vmh_fail_errno(guest_write, copy_to_user(hva, buf, len) ? -EFAULT : 0);
	/* Written to the end or not. */
	vmh_dirty_mark(vm, gpa >> PAGE_SHIFT);
	return ret;
}

#define VMH_CMPXCHG(type, hva, old, new) ({				\
	type expected = (old);						\
	int failed = __try_cmpxchg_user((type __user *)(hva), &expected,	\
					(type)(new), fault_##type);	\
									\
	failed > 0 ? -EAGAIN : failed;					\
})

static int vmh_cmpxchg_user(void __user *hva, u64 old, u64 new, unsigned int len)
{
	switch (len) {
	case 1:
		return VMH_CMPXCHG(u8, hva, old, new);
	case 2:
		return VMH_CMPXCHG(u16, hva, old, new);
	case 4:
		return VMH_CMPXCHG(u32, hva, old, new);
	case 8:
		return VMH_CMPXCHG(u64, hva, old, new);
	}
	return -EINVAL;
}

/**
 * vmh_mem_cmpxchg() - atomically replace a value in guest memory
 * @vm: the VM; the caller runs in the VMM.
 * @gpa: guest-physical address, aligned to @len.
 * @old: value expected there.
 * @new: value to put there.
 * @len: 1, 2, 4 or 8 bytes.
 *
 * Context: may sleep.
 *
 * Return: 0; -EAGAIN when another value is there; else as vmh_mem_write().
 */
int vmh_mem_cmpxchg(struct vm_handler_ctx *vm, u64 gpa, u64 old, u64 new, unsigned int len)
{
	void __user *hva = vmh_mem_hva(vm, gpa, true);
	int ret = vmh_fail_point(VMH_FAIL_guest_cmpxchg);

	if (ret)
		return ret;
	if (!hva)
		return -ENXIO;
	ret = vmh_cmpxchg_user(hva, old, new, len);
	if (!ret)
		vmh_dirty_mark(vm, gpa >> PAGE_SHIFT);
	return ret;
}

/* XCHG with memory is always locked. */
static int vmh_xchg_user(u8 __user *hva, u8 *value)
{
	u8 *at = (__force u8 *)hva;
	int err = 0;

	if (!user_access_begin(hva, sizeof(*hva)))
		return -EFAULT;
	asm volatile("1: xchgb %[value], %[at]\n"
		     "2:\n"
		     _ASM_EXTABLE_TYPE_REG(1b, 2b, EX_TYPE_EFAULT_REG, %[err])
		     : [value] "+q" (*value), [at] "+m" (*at), [err] "+r" (err)
		     : : "memory");
	user_access_end();
	return err;
}

/**
 * vmh_mem_xchg_nofault() - atomically exchange a byte of guest memory, if it is there
 * @hva: what vmh_mem_hva() said, for writing.
 * @byte: what to put there; out: what was there.
 *
 * The page is not marked in a dirty log: that is left to the caller. A byte that cannot be accessed
 * without more ado leaves its address in CR2.
 *
 * Context: the VMM's process; interrupts may be off.
 *
 * Return: 0; -EFAULT, and nothing is exchanged.
 */
int vmh_mem_xchg_nofault(u8 __user *hva, u8 *byte)
{
	int ret = vmh_fail_point(VMH_FAIL_guest_nofault);

	if (ret)
		return ret;
	pagefault_disable();
	ret = vmh_xchg_user(hva, byte);
	pagefault_enable();
	return ret;
}

/**
 * vmh_mem_xchg_byte() - atomically exchange a byte of guest memory
 * @vm: the VM; the caller runs in the VMM.
 * @gpa: guest-physical address.
 * @byte: what to put there; out: what was there.
 *
 * Context: may sleep.
 *
 * Return: as vmh_mem_write().
 */
int vmh_mem_xchg_byte(struct vm_handler_ctx *vm, u64 gpa, u8 *byte)
{
	u8 __user *hva = vmh_mem_hva(vm, gpa, true);
	int ret = vmh_fail_point(VMH_FAIL_guest_cmpxchg);

	if (ret)
		return ret;
	if (!hva)
		return -ENXIO;
	ret = vmh_xchg_user(hva, byte);
	if (!ret)
		vmh_dirty_mark(vm, gpa >> PAGE_SHIFT);
	return ret;
}
