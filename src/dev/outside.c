// SPDX-License-Identifier: GPL-2.0
/*
 * VMs of other processes: listing them and opening them, and what is left of those that have gone.
 * The user who created a VM may open it, and CAP_SYS_ADMIN. To look inside, the caller must also be
 * allowed to trace the VM's process. The new fd has the rights that were asked for, for good.
 */
#include <linux/cred.h>
#include <linux/moduleparam.h>
#include <linux/pid.h>
#include <linux/slab.h>
#include <linux/uaccess.h>
#include <linux/user_namespace.h>

#include "account.h"
#include "create.h"
#include "fail_point.h"
#include "ioctl.h"
#include "vm.h"
#include "vm_rights.h"

static bool shared_user;
module_param(shared_user, bool, 0644);
MODULE_PARM_DESC(shared_user, "VMMs share a user: it gives no rights to the others' VMs");

static bool vmh_is_creator(const struct vm_handler_ctx *vm)
{
	return uid_eq(current_euid(), vm->creator_uid);
}

/**
 * struct vmh_list - VMH_LIST_VMS under way
 * @admin: the caller may open every VM.
 * @room: how many entries there are.
 * @nr: how many of them are filled.
 * @total: how many would be, had they all room.
 * @entries: them.
 */
struct vmh_list {
	bool admin;
	u32 room;
	u32 nr;
	u32 total;
	struct vmh_vm_entry *entries;
};

/* Its pid may be another's when it has ended. */
static u32 vmh_creator_pid(const struct vm_handler_ctx *vm)
{
	return pid_has_task(vm->creator_pid, PIDTYPE_TGID) ? pid_vnr(vm->creator_pid) : 0;
}

static void vmh_list_vm(const struct vm_handler_ctx *vm, void *context)
{
	struct vmh_list *list = context;
	struct vmh_vm_entry *entry;

	if (!list->admin && !vmh_is_creator(vm))
		return;
	list->total++;
	if (list->nr == list->room)
		return;
	entry = &list->entries[list->nr++];
	entry->vm_id = vm->vm_id;
	entry->state = READ_ONCE(vm->state);
	entry->serial = vm->serial;
	entry->uid = from_kuid_munged(current_user_ns(), vm->creator_uid);
	entry->pid = vmh_creator_pid(vm);
	entry->nr_vcpus = READ_ONCE(vm->cpu_ctx.nr);
	memcpy(entry->name, vm->config.name, sizeof(entry->name));
}

static int vmh_list_check(const struct vmh_vm_list *args, struct vmh_error *err)
{
	if (args->flags)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct vmh_vm_list, flags,
				      args->flags, 0);
	if (args->reserved)
		return VM_ERROR_FIELD(err, VMH_E_RESERVED, struct vmh_vm_list, reserved,
				      args->reserved, 0);
	if (args->nr > VMH_MAX_VMS)
		return VM_ERROR_FIELD(err, VMH_E_COUNT, struct vmh_vm_list, nr, args->nr,
				      VMH_MAX_VMS);
	return 0;
}

/* Memory for as many as there are. When more have come meanwhile, and were asked for: again. */
static int vmh_list_take(struct vmh_list *list, u32 after, u32 wanted)
{
	u32 room = vmh_vm_count();

	do {
		kvfree(list->entries);
		list->room = min(wanted, room);
		list->nr = 0;
		list->total = 0;
		list->entries = vmh_fail_null(entries_memory,
					      kvcalloc(list->room, sizeof(*list->entries),
						       GFP_KERNEL_ACCOUNT));
		if (!list->entries)
			return -ENOMEM;
		vmh_vms_visit(after, vmh_list_vm, list);
		room = list->total;
	} while (list->nr < min(wanted, list->total));
	return 0;
}

/**
 * vmh_list_vms() - VMH_LIST_VMS
 * @call: the call, on the device.
 *
 * Return: 0; -EINVAL; -E2BIG; -ENOMEM; -EFAULT.
 */
long vmh_list_vms(struct vmh_call *call)
{
	struct vmh_vm_list *args = call->data;
	struct vmh_list list = { .admin = ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN) };
	int ret = vmh_list_check(args, call->err);

	if (!ret)
		ret = vmh_list_take(&list, args->after, args->nr);
	if (ret)
		return ret;
	args->nr = list.nr;
	args->total = list.total;
	if (copy_to_user(u64_to_user_ptr(args->entries), list.entries,
			 list.nr * sizeof(*list.entries)))
		ret = -EFAULT;
	kvfree(list.entries);
	return ret;
}

static int vmh_open_check(const struct vmh_vm_open *args, struct vmh_error *err)
{
	if (args->flags)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct vmh_vm_open, flags,
				      args->flags, 0);
	if (!args->rights || args->rights & ~VMH_RIGHTS_OUTSIDE)
		return VM_ERROR_FIELD(err, VMH_E_VALUE, struct vmh_vm_open, rights, args->rights,
				      VMH_RIGHTS_OUTSIDE);
	return 0;
}

static int vmh_open_traced(const struct vm_handler_ctx *vm, u32 rights, u32 traced,
			   struct vmh_error *err)
{
	int ret = traced ? vmh_may_trace(vm) : 0;

	if (ret != -EPERM)
		return ret;
	return VM_ERROR_FIELD(err, VMH_E_NOT_TRACEABLE, struct vmh_vm_open, rights, rights,
			      rights & ~traced);
}

static long vmh_open_found(struct vm_handler_ctx *vm, const struct vmh_vm_open *args,
			   struct vmh_error *err)
{
	bool shared = READ_ONCE(shared_user), creator = vmh_is_creator(vm);
	bool admin = (!creator || shared) && capable(CAP_SYS_ADMIN);
	int ret;

	if (!creator && !admin)
		return VM_ERROR_FIELD(err, VMH_E_NOT_OWNER, struct vmh_vm_open, vm_id,
				      args->vm_id, 0);
	if (args->serial && args->serial != vm->serial)
		return VM_ERROR_FIELD(err, VMH_E_NO_VM, struct vmh_vm_open, serial, args->serial,
				      vm->serial);
	ret = vmh_open_traced(vm, args->rights, vm_rights_traced(args->rights, shared, admin),
			      err);
	return ret ?: vmh_vm_fd_create(vm, args->rights);
}

/**
 * vmh_open_vm() - VMH_OPEN_VM
 * @call: the call, on the device.
 *
 * Return: the fd; -EINVAL; -ENOENT; -EPERM; -ENOMEM; -EINTR; what getting an fd can fail with.
 */
long vmh_open_vm(struct vmh_call *call)
{
	const struct vmh_vm_open *args = call->data;
	struct vm_handler_ctx *vm;
	long ret = vmh_open_check(args, call->err);

	if (ret)
		return ret;
	vm = vmh_vm_find(args->vm_id);
	if (!vm)
		return VM_ERROR_FIELD(call->err, VMH_E_NO_VM, struct vmh_vm_open, vm_id,
				      args->vm_id, 0);
	ret = vmh_open_found(vm, args, call->err);
	vmh_vm_put(vm);
	return ret;
}

static int vmh_ended_check(const struct vmh_ended *args, struct vmh_error *err)
{
	if (args->flags)
		return VM_ERROR_FIELD(err, VMH_E_UNKNOWN_FLAGS, struct vmh_ended, flags,
				      args->flags, 0);
	if (args->nr > VMH_LOG_ROOM_MAX)
		return VM_ERROR_FIELD(err, VMH_E_COUNT, struct vmh_ended, nr, args->nr,
				      VMH_LOG_ROOM_MAX);
	if (args->reserved)
		return VM_ERROR_FIELD(err, VMH_E_RESERVED, struct vmh_ended, reserved,
				      args->reserved, 0);
	return 0;
}

/**
 * vmh_get_ended() - VMH_GET_ENDED
 * @call: the call, on the device.
 *
 * Where VMMs share a user, to be that user shows nothing: there is no process left that one could
 * be asked to trace.
 *
 * Return: 0; -EINVAL; -E2BIG; -ENOMEM; -EFAULT.
 */
long vmh_get_ended(struct vmh_call *call)
{
	kuid_t uid = READ_ONCE(shared_user) ? INVALID_UID : current_euid();
	bool admin = ns_capable_noaudit(&init_user_ns, CAP_SYS_ADMIN);
	struct vmh_ended *args = call->data;
	struct vmh_ended_entry *entries;
	int ret = vmh_ended_check(args, call->err);
	u32 room;

	if (ret)
		return ret;
	room = min_t(u32, args->nr, VMH_ENDED_KEPT);
	entries = vmh_fail_null(entries_memory,
				kvcalloc(room, sizeof(*entries), GFP_KERNEL_ACCOUNT));
	if (!entries)
		return -ENOMEM;
	args->nr = vmh_ended_read(args->after, admin, uid, entries, room, &args->last);
	if (copy_to_user(u64_to_user_ptr(args->entries), entries, args->nr * sizeof(*entries)))
		ret = -EFAULT;
	kvfree(entries);
	return ret;
}
