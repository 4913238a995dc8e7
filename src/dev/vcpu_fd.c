// SPDX-License-Identifier: GPL-2.0
/* The fd of a vCPU: RUN, registers, and the mapping of the run page. */
#include <linux/anon_inodes.h>
#include <linux/file.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/slab.h>
#include <linux/vmalloc.h>

#include "create.h"
#include "fail_point.h"
#include "ioctl.h"
#include "run.h"
#include "state.h"
#include "vcpu.h"
#include "vm.h"

/**
 * struct vmh_vcpu_fd - an open fd of a vCPU
 * @fd: the common part.
 * @vcpu: the vCPU, which lives as long as its VM.
 */
struct vmh_vcpu_fd {
	struct vmh_fd fd;
	struct vmh_vcpu *vcpu;
};

/* RUN has a row for its right only. */
static const struct vmh_ioctl vmh_run_ioctl = { .cmd = VMH_RUN, .right = VMH_RIGHT_OWNER };

/* Calls that take what locks they need. */
static const struct vmh_ioctl vmh_vcpu_handler_ioctls[] = {
	VMH_ROW(DEBUG, VMH_TRANSLATE, INOUT, struct kvm_translation, vmh_translate),
};

static long vmh_vcpu_do_run(struct vmh_vcpu *vcpu, unsigned long arg, struct vmh_error *err)
{
	return vmh_no_argument(arg, err) ?: vmh_vcpu_run(vcpu, err);
}

/* The others need the registers at hand. */
static long vmh_vcpu_call(struct vmh_vcpu_fd *fd, const struct vmh_ioctl *row, unsigned long arg,
			  struct vmh_error *err)
{
	long ret = vmh_vcpu_load(fd->vcpu, err);

	if (ret)
		return ret;
	ret = vmh_ioctl_call(row, &fd->fd, fd->vcpu, arg, err);
	vmh_vcpu_put(fd->vcpu);
	return ret;
}

/* What vmh_fd_check_right() and vmh_fd_check_vm() would find, for the call that is made most. */
static bool vmh_vcpu_may_run(const struct vmh_vcpu_fd *fd)
{
	return (fd->fd.rights & VMH_RIGHT_OWNER) && !vmh_vm_has_ended(fd->fd.vm) &&
	       current->mm == fd->fd.vm->mem_ctx.mm;
}

static int vmh_vcpu_check(const struct vmh_vcpu_fd *fd, const struct vmh_ioctl *row,
			  struct vmh_error *err)
{
	int ret = vmh_fd_check_right(&fd->fd, row, err);

	return ret ?: vmh_fd_check_vm(&fd->fd, row, err);
}

static long vmh_vcpu_dispatch(struct vmh_vcpu_fd *fd, unsigned int cmd, unsigned long arg,
			      struct vmh_error *err)
{
	const struct vmh_ioctl *row = &vmh_run_ioctl, *unlocked = NULL;
	struct vmh_vcpu *vcpu = fd->vcpu;
	long ret;

	if (cmd != VMH_RUN) {
		unlocked = vmh_ioctl_find(vmh_vcpu_handler_ioctls,
					  ARRAY_SIZE(vmh_vcpu_handler_ioctls), cmd);
		row = unlocked ?: vmh_ioctl_find(vmh_vcpu_ioctls, vmh_nr_vcpu_ioctls, cmd);
		if (!row)
			return -ENOTTY;
	}
	if (cmd != VMH_RUN || unlikely(!vmh_vcpu_may_run(fd))) {
		ret = vmh_vcpu_check(fd, row, err);
		if (ret)
			return ret;
	}
	if (unlikely(unlocked))
		return vmh_ioctl_call(unlocked, &fd->fd, vcpu, arg, err);
	/* What was checked may change before the lock is had: see vmh_vcpu_load(). */
	vmh_fail_stall(VMH_FAIL_vcpu_late);
	if (mutex_lock_killable(&vcpu->lock))
		return -EINTR;
	if (likely(cmd == VMH_RUN))
		ret = vmh_vcpu_do_run(vcpu, arg, err);
	else
		ret = vmh_vcpu_call(fd, row, arg, err);
	mutex_unlock(&vcpu->lock);
	return ret;
}

static long vmh_vcpu_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	struct vmh_vcpu_fd *fd = file->private_data;
	struct vmh_error err;
	long ret;

	if (unlikely(cmd == VMH_GET_ERROR) && vmh_fd_get_error(&fd->fd, cmd, arg, &ret))
		return ret;
	/* The rest is written when there is something to say. */
	err.code = VMH_E_NONE;
	ret = vmh_vcpu_dispatch(fd, vmh_command(cmd), arg, &err);
	/* RUN succeeds with an exit after which no guest can go on: why is worth a record too. */
	if (unlikely(ret < 0 || err.code == VMH_E_ENTRY_CHECK || err.code == VMH_E_PAGE_TABLE))
		vmh_fd_refused(&fd->fd, cmd, ret, &err);
	return unlikely(ret == -ENOTTY) ? vmh_kvm_errno(cmd, ret) : ret;
}

static int vmh_vcpu_mmap(struct file *file, struct vm_area_struct *vma)
{
	struct vmh_vcpu_fd *fd = file->private_data;
	struct page *pages[VMH_MMAP_PAGES];
	unsigned int i;
	int ret;

	/* No call, and so without a record. */
	if (!(fd->fd.rights & VMH_RIGHT_OWNER))
		return -EPERM;
	for (i = 0; i < VMH_RUN_PAGES; i++)
		pages[i] = vmalloc_to_page((u8 *)fd->vcpu->run + i * PAGE_SIZE);
	pages[VMH_RUN_PAGES] = virt_to_page(fd->fd.vm->io.ring);
	ret = vm_map_pages(vma, pages, VMH_MMAP_PAGES);
	return ret == -ENXIO ? -EINVAL : ret;
}

static int vmh_vcpu_release(struct inode *inode, struct file *file)
{
	struct vmh_vcpu_fd *fd = file->private_data;

	vmh_fd_put_vm(&fd->fd);
	kfree(fd);
	return 0;
}

static const struct file_operations vmh_vcpu_fops = {
	.owner = THIS_MODULE,
	.release = vmh_vcpu_release,
	.unlocked_ioctl = vmh_vcpu_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.mmap = vmh_vcpu_mmap,
	.llseek = noop_llseek,
};

/**
 * vmh_vcpu_fd_create() - give userspace a vCPU
 * @vcpu: the vCPU; the fd takes a reference to its VM.
 * @rights: VMH_RIGHT_* of the fd.
 *
 * Return: the fd, or a negative errno.
 */
int vmh_vcpu_fd_create(struct vmh_vcpu *vcpu, u32 rights)
{
	struct vmh_vcpu_fd *fd;
	int ret;

	fd = vmh_fail_null(fd_memory, kzalloc(sizeof(*fd), GFP_KERNEL_ACCOUNT));
	if (!fd)
		return -ENOMEM;
	vmh_vm_get(vcpu->vm);
	vmh_fd_init(&fd->fd, vcpu->vm, rights);
	fd->vcpu = vcpu;
	ret = vmh_fail_errno(fd_number, anon_inode_getfd("vmh-vcpu", &vmh_vcpu_fops, fd,
							 O_RDWR | O_CLOEXEC));
	if (ret < 0) {
		vmh_fd_put_vm(&fd->fd);
		kfree(fd);
	}
	return ret;
}
