// SPDX-License-Identifier: GPL-2.0
/*
 * From a command to a call: find its row, copy the argument in once, call, copy the result out
 * once. Refusals are recorded on the fd.
 */
#include <linux/moduleparam.h>
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/uaccess.h>

#include "account.h"
#include "create.h"
#include "fail_point.h"
#include "ioctl.h"
#include "vm.h"
#include "vmh_trace.h"

static bool log_refusals;
module_param(log_refusals, bool, 0644);
MODULE_PARM_DESC(log_refusals, "Put what KVM's commands are refused into the kernel log");

/**
 * vmh_fd_init() - the common part of a new fd
 * @fd: zeroed memory.
 * @vm: the VM that it is for: the fd owns one of the caller's references; or NULL.
 * @rights: VMH_RIGHT_* that the fd gives.
 */
void vmh_fd_init(struct vmh_fd *fd, struct vm_handler_ctx *vm, u32 rights)
{
	spin_lock_init(&fd->lock);
	fd->vm = vm;
	fd->rights = rights;
	if (rights & VMH_RIGHT_OWNER)
		vmh_vm_add_owner(vm);
}

/**
 * vmh_fd_put_vm() - undo vmh_fd_init() for an fd of a VM or vCPU
 * @fd: the fd, which nobody uses any more.
 *
 * Context: may sleep.
 */
void vmh_fd_put_vm(struct vmh_fd *fd)
{
	if (fd->rights & VMH_RIGHT_OWNER)
		vmh_vm_remove_owner(fd->vm);
	vmh_vm_put(fd->vm);
}

/**
 * vmh_fd_check_right() - may this call be made on this fd?
 * @fd: the fd. Its rights decide; the process that uses it may be another one by now.
 * @row: the call.
 * @err: why not.
 *
 * Return: 0 or -EPERM.
 */
int vmh_fd_check_right(const struct vmh_fd *fd, const struct vmh_ioctl *row,
		       struct vmh_error *err)
{
	if (likely(!(row->right & ~fd->rights)))
		return 0;
	return vm_error_field(err, VMH_E_NO_RIGHT, VM_ERROR_NO_OFFSET, "rights", fd->rights,
			      row->right);
}

/**
 * vmh_fd_check_vm() - refuse a call that needs a VM which has not ended, or its creator
 * @fd: the fd.
 * @row: the call.
 * @err: why.
 *
 * Return: 0; -ESTALE; -EIO for a call of the owner by another process than the creator, whose
 * memory is not the guest's.
 */
int vmh_fd_check_vm(const struct vmh_fd *fd, const struct vmh_ioctl *row, struct vmh_error *err)
{
	if (unlikely(vmh_vm_has_ended(fd->vm)))
		return vm_error_set(err, VMH_E_TERMINATED);
	if (row->right == VMH_RIGHT_OWNER && unlikely(current->mm != fd->vm->mem_ctx.mm))
		return vm_error_set(err, VMH_E_WRONG_MM);
	return 0;
}

/* An errno that nobody explained. */
static void vmh_explain(int error, struct vmh_error *err)
{
	switch (error) {
	case -EFAULT:
		vm_error_set(err, VMH_E_FAULT);
		break;
	case -ENOTTY:
		vm_error_set(err, VMH_E_UNKNOWN_CALL);
		break;
	case -ENOMEM:
		vm_error_set(err, VMH_E_NO_MEMORY);
		break;
	case -EMFILE:
	case -ENFILE:
		vm_error_set(err, VMH_E_NO_FD);
		break;
	default:
		vm_error_set(err, VMH_E_INTERNAL);
	}
}

/* Programs made for KVM do not ask for the record, and often do not say what was refused. */
static void vmh_tell_refusal(u32 vm_id, const struct vmh_error *err)
{
	if (err->field[0])
		pr_notice_ratelimited("vmh: %s[%d]: VM %u: call %#x: errno %u: %s; %s is %llu, expected %llu\n",
				      current->comm, task_tgid_nr(current), vm_id, err->call,
				      err->error, err->text, err->field, err->got, err->expected);
	else
		pr_notice_ratelimited("vmh: %s[%d]: VM %u: call %#x: errno %u: %s\n",
				      current->comm, task_tgid_nr(current), vm_id, err->call,
				      err->error, err->text);
}

/* A mistake of the caller's is logged if somebody debugs or asked for it; one of vmh's always. */
static void vmh_log_refusal(const struct vmh_fd *fd, const struct vmh_error *err)
{
	u32 vm_id = fd->vm ? fd->vm->vm_id : 0;

	trace_error(vm_id, err->call, err->code, err->error);
	if (err->code == VMH_E_INTERNAL)
		pr_err_ratelimited("vmh: VM %u: call %#x: errno %u, not explained\n", vm_id,
				   err->call, err->error);
	else if (READ_ONCE(log_refusals) && _IOC_TYPE(err->call) == KVMIO)
		vmh_tell_refusal(vm_id, err);
	else
		pr_debug_ratelimited("vmh: VM %u: call %#x: %s\n", vm_id, err->call, err->text);
}

/**
 * vmh_fd_refused() - remember why a call was refused
 * @fd: the fd.
 * @cmd: the call.
 * @error: the negative errno that it returns.
 * @err: why; code VMH_E_NONE when nobody said.
 *
 * A call that a signal interrupted was not refused.
 */
void vmh_fd_refused(struct vmh_fd *fd, unsigned int cmd, int error, struct vmh_error *err)
{
	if (error == -EINTR || error == -ERESTARTSYS || error == -ERESTARTNOINTR)
		return;
	if (err->code == VMH_E_NONE)
		vmh_explain(error, err);
	err->size = sizeof(*err);
	err->flags = 0;
	err->error = -error;
	err->call = cmd;
	vmh_log_refusal(fd, err);
	spin_lock(&fd->lock);
	fd->last = *err;
	spin_unlock(&fd->lock);
	if (fd->vm)
		vmh_log_error(fd->vm, VMH_LOG_ERROR, err);
}

/* The size field of a sized structure, checked. */
static int vmh_sized_length(const struct vmh_ioctl *row, const void __user *arg, u32 *size,
			    struct vmh_error *err)
{
	if (get_user(*size, (const u32 __user *)arg))
		return -EFAULT;
	if (*size < row->min_size || *size > PAGE_SIZE)
		return vm_error_size(err, *size, row->size);
	return 0;
}

static int vmh_sized_in(const struct vmh_ioctl *row, const void __user *arg, void *data, u32 size,
			struct vmh_error *err)
{
	int ret = vmh_fail_errno(copy_in, copy_struct_from_user(data, row->size, arg, size));

	if (ret == -E2BIG)
		return vm_error_size(err, size, row->size);
	/* What counts is the size that was checked, whatever stands there by now. */
	*(u32 *)data = size;
	return ret;
}

struct vmh_sized_header {
	u32 size;
	u32 flags;
};

static int vmh_sized_out_header(const void __user *arg, struct vmh_error *err)
{
	struct vmh_sized_header header;

	if (copy_from_user(&header, arg, sizeof(header)))
		return -EFAULT;
	if (header.flags)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct vmh_sized_header, flags,
				      header.flags, 0);
	return 0;
}

/* As much as both sides know; what only the caller knows reads as zero. */
static int vmh_sized_out(const struct vmh_ioctl *row, void __user *arg, void *data, u32 size)
{
	u32 common = min_t(u32, size, row->size);

	((struct vmh_sized_header *)data)->size = row->size;
	if (vmh_fail_errno(copy_out, copy_to_user(arg, data, common) ? -EFAULT : 0))
		return -EFAULT;
	return size > common && clear_user(arg + common, size - common) ? -EFAULT : 0;
}

/**
 * vmh_fd_get_error() - VMH_GET_ERROR, on every kind of fd and in every state
 * @fd: the fd.
 * @cmd: a command.
 * @arg: its argument.
 * @ret: what to return from the ioctl.
 *
 * Return: whether it was that command.
 */
bool vmh_fd_get_error(struct vmh_fd *fd, unsigned int cmd, unsigned long arg, long *ret)
{
	static const struct vmh_ioctl row = VMH_ROW(NONE, VMH_GET_ERROR, SIZED_OUT,
						    struct vmh_error, NULL);
	void __user *user = (void __user *)arg;
	struct vmh_error copy, err = {};
	u32 size;

	if (cmd != VMH_GET_ERROR)
		return false;
	*ret = vmh_sized_length(&row, user, &size, &err);
	if (!*ret)
		*ret = vmh_sized_out_header(user, &err);
	if (*ret) {
		vmh_fd_refused(fd, cmd, *ret, &err);
		return true;
	}
	spin_lock(&fd->lock);
	copy = fd->last;
	spin_unlock(&fd->lock);
	*ret = vmh_sized_out(&row, user, &copy, size);
	return true;
}

/**
 * vmh_ioctl_find() - the row of a command
 * @table: rows.
 * @nr: how many.
 * @cmd: the command.
 *
 * Return: the row, or NULL.
 */
const struct vmh_ioctl *vmh_ioctl_find(const struct vmh_ioctl *table, unsigned int nr,
				       unsigned int cmd)
{
	unsigned int i;

	for (i = 0; i < nr; i++)
		if (table[i].cmd == cmd)
			return &table[i];
	return NULL;
}

static int vmh_copy_in(const struct vmh_ioctl *row, void __user *arg, struct vmh_call *call,
		       u32 *size)
{
	int ret;

	switch (row->arg) {
	case VMH_ARG_IN:
	case VMH_ARG_INOUT:
		return vmh_fail_errno(copy_in, copy_from_user(call->data, arg, row->size) ?
						-EFAULT : 0);
	case VMH_ARG_SIZED_IN:
	case VMH_ARG_SIZED_INOUT:
		ret = vmh_sized_length(row, arg, size, call->err);
		return ret ?: vmh_sized_in(row, arg, call->data, *size, call->err);
	case VMH_ARG_SIZED_OUT:
		ret = vmh_sized_length(row, arg, size, call->err);
		return ret ?: vmh_sized_out_header(arg, call->err);
	default:
		return 0;
	}
}

static int vmh_copy_out(const struct vmh_ioctl *row, void __user *arg, struct vmh_call *call,
			u32 size)
{
	switch (row->arg) {
	case VMH_ARG_OUT:
	case VMH_ARG_INOUT:
		return vmh_fail_errno(copy_out, copy_to_user(arg, call->data, row->size) ?
						 -EFAULT : 0);
	case VMH_ARG_SIZED_OUT:
	case VMH_ARG_SIZED_INOUT:
		return vmh_sized_out(row, arg, call->data, size);
	default:
		return 0;
	}
}

/**
 * vmh_copy_entries() - read an array behind a count, by one copy
 * @call: the call, with VMH_ARG_RAW.
 * @header: where the array starts in the argument, bytes.
 * @nr: entries, bounded by the caller.
 * @size: of an entry.
 *
 * Return: the entries, for the caller to kvfree(); -ENOMEM or -EFAULT as an ERR_PTR().
 */
void *vmh_copy_entries(struct vmh_call *call, size_t header, u32 nr, size_t size)
{
	void *entries = vmh_fail_null(entries_memory, kvmalloc_array(nr, size, GFP_KERNEL_ACCOUNT));
	int ret;

	if (!entries)
		return ERR_PTR(-ENOMEM);
	ret = vmh_fail_errno(copy_entries,
			     copy_from_user(entries, (void __user *)call->arg + header, nr * size) ?
			     -EFAULT : 0);
	if (ret) {
		kvfree(entries);
		return ERR_PTR(ret);
	}
	return entries;
}

/**
 * vmh_ioctl_call() - perform a call
 * @row: its row; the fd has the right to it.
 * @fd: the fd.
 * @object: what the fd stands for.
 * @arg: the argument.
 * @err: filled when it is refused.
 *
 * Context: may sleep.
 *
 * Return: what the call returns; -EFAULT; -ENOMEM.
 */
long vmh_ioctl_call(const struct vmh_ioctl *row, struct vmh_fd *fd, void *object,
		    unsigned long arg, struct vmh_error *err)
{
	struct vmh_call call = { .fd = fd, .object = object, .arg = arg, .err = err };
	void __user *user = (void __user *)arg;
	u32 size = 0;
	long ret;
	int copied;

	if (row->size) {
		call.data = vmh_fail_null(call_memory, kzalloc(row->size, GFP_KERNEL));
		if (!call.data)
			return -ENOMEM;
	}
	ret = vmh_copy_in(row, user, &call, &size);
	if (!ret)
		ret = row->handle(&call);
	if (ret >= 0) {
		copied = vmh_copy_out(row, user, &call, size);
		if (copied)
			ret = copied;
	}
	kfree(call.data);
	return ret;
}
