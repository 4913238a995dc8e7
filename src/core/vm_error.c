// SPDX-License-Identifier: GPL-2.0
#include <linux/bits.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kernel.h>
#include <linux/string.h>
#include "vm_error.h"
#include "vm_state.h"

struct vm_error_info {
	u16 code;
	u16 error;
	const char *text;
};

#define ROW(code, error, text)	{ VMH_E_##code, error, text }

/*
 * Every code of enum vmh_error_code. Where KVM refuses the same thing, its errno is kept. A text
 * has to read well before "(<field>: got <got>, expected <expected>)".
 */
static const struct vm_error_info vm_errors[] = {
	ROW(STRUCT_SIZE, EINVAL,
	    "the structure's size is too small, or larger with unknown bytes that are not zero"),
	ROW(UNKNOWN_FLAGS, EINVAL, "flags outside those that are known"),
	ROW(RESERVED, EINVAL, "a reserved field is not zero"),
	ROW(MEMORY_ZERO, EINVAL, "guest memory size is zero"),
	ROW(MEMORY_ALIGN, EINVAL, "guest memory size is not a multiple of a page"),
	ROW(MEMORY_SIZE, EINVAL, "guest memory size is above the maximum"),
	ROW(VCPU_COUNT, EINVAL, "number of vCPUs is zero or above the maximum"),
	ROW(VCPU_ID, EINVAL, "vCPU id is not below the VM's number of vCPUs"),
	ROW(VCPU_EXISTS, EEXIST, "there is a vCPU with this id already"),
	ROW(NAME, EINVAL, "name is not printable ASCII that ends with a NUL"),
	ROW(LIMIT_RESOURCE, EINVAL, "no such resource"),
	ROW(LIMIT_VALUE, EINVAL, "limit is zero, above the module's cap or below what is in use"),
	ROW(LIMIT_TWICE, EINVAL,
	    "this resource has a limit already, from another row or from the configuration"),
	ROW(SLOT_ID, EINVAL, "memory slot id is not below the maximum"),
	ROW(SLOT_ALIGN, EINVAL, "memory slot's size or address is not a multiple of a page"),
	ROW(SLOT_RANGE, EINVAL,
	    "memory slot wraps or reaches beyond the guest-physical address width"),
	ROW(SLOT_OVERLAP, EEXIST, "memory slot overlaps another one"),
	ROW(SLOT_ADDRESS, EINVAL,
	    "memory slot's userspace address wraps or reaches beyond the address space"),
	ROW(SLOT_MISSING, EINVAL, "there is no memory slot to delete"),
	ROW(SLOT_CHANGE, EINVAL,
	    "size, userspace address and read-only flag of an existing memory slot cannot change"),
	ROW(VALUE, EINVAL, "value is not allowed"),
	ROW(EVENT, EINVAL, "no such lifecycle event"),
	ROW(COUNT, E2BIG, "number of entries is too large or too small"),
	ROW(EVENTFD, EBADF, "not an eventfd"),
	ROW(NO_VM, ENOENT, "there is no such VM, or not any more"),
	ROW(NO_SUCH_VCPU, ENOENT, "the VM has no vCPU with this id"),
	ROW(NO_LOG, ENOENT, "there is no such slot, or it has no dirty log"),
	ROW(ROUTE_CLASH, EINVAL,
	    "an interrupt has two routes to one chip, or a message and another route"),
	ROW(EVENTFD_BUSY, EBUSY, "the eventfd raises an interrupt of this VM already"),
	ROW(NOT_ASSIGNED, ENOENT, "nothing like this is assigned"),
	ROW(NO_ATTRIBUTE, ENXIO, "there is no such attribute"),

	ROW(LIMIT_REACHED, EDQUOT, "the VM's limit on this resource is reached"),
	ROW(NO_MEMORY, ENOMEM, "the host has no more memory"),
	ROW(MODULE_LIMIT, EDQUOT, "the module's limit on this resource over all VMs is reached"),
	ROW(IN_USE, EBUSY, "more of this resource is in use than the new limit allows"),
	ROW(FULL, ENOSPC, "there is no room for more of these in a VM"),
	ROW(NO_FD, EMFILE, "the process or the host can open no more files"),

	ROW(STATE, EBUSY, "not possible in the VM's state"),
	ROW(TERMINATED, ESTALE, "the VM is terminated"),
	ROW(NO_VCPU, EBUSY, "the VM has no vCPU"),
	ROW(NO_SLOT, EBUSY, "the VM has no memory slot"),
	ROW(EXISTS, EEXIST, "it was created already"),
	ROW(NO_IRQCHIP, ENXIO, "the VM has no in-kernel interrupt controller"),
	ROW(HAS_IRQCHIP, ENXIO, "not possible with an in-kernel interrupt controller"),
	ROW(HAS_VCPUS, EINVAL, "must come before the first vCPU is created"),

	ROW(UNKNOWN_CALL, ENOTTY, "no such call on this file descriptor"),
	ROW(FAULT, EFAULT, "the argument's memory is not accessible"),
	ROW(UNUSABLE, EOPNOTSUPP, "VT-x is not usable on this machine"),
	ROW(WRONG_MM, EIO, "called from another process than the VM's creator"),
	ROW(BAD_FETCH, EFAULT, "the memory behind a memory slot is not accessible"),
	ROW(INTERNAL, EIO, "internal error of vmh; the kernel log has more"),
	ROW(ENTRY_CHECK, EINVAL, "the processor refused to enter the guest"),
	ROW(NO_RIGHT, EPERM, "this file descriptor was not opened with that right"),
	ROW(NOT_OWNER, EPERM, "the VM is another user's"),
	ROW(NO_GUEST_MEMORY, EFAULT, "there is no guest memory at this address"),
	ROW(READ_ONLY, EROFS, "guest memory is read only at this address"),
	ROW(NOT_TRACEABLE, EPERM,
	    "the caller may not trace the VM's process, as ptrace decides that"),
	ROW(PAGE_TABLE, EFAULT, "page tables of the guest's lie in read-only memory, or in none"),
};

#undef ROW

/* The longest list of states or events, all of them, must fit. */
#define VM_ERROR_LIST_LEN	64

static const struct vm_error_info *vm_error_find(enum vmh_error_code code)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(vm_errors); i++)
		if (vm_errors[i].code == (u32)code)
			return &vm_errors[i];
	return NULL;
}

const char *vm_error_text(enum vmh_error_code code)
{
	const struct vm_error_info *info = vm_error_find(code);

	if (code == VMH_E_NONE)
		return "nothing was refused";
	return info ? info->text : "unknown error";
}

int vm_error_errno(enum vmh_error_code code)
{
	const struct vm_error_info *info = vm_error_find(code);

	if (code == VMH_E_NONE)
		return 0;
	return info ? -(int)info->error : -EIO;
}

int vm_error_field(struct vmh_error *err, enum vmh_error_code code, size_t offset,
		   const char *field, u64 got, u64 expected)
{
	int error = vm_error_errno(code);

	if (!err)
		return error;
	/* The hundreds of a code are its category. */
	err->category = (u32)code / 100;
	err->code = code;
	err->error = -error;
	err->offset = offset;
	err->reserved = 0;
	err->got = got;
	err->expected = expected;
	/* Zeroed first: the record goes to userspace as a whole. */
	memset(err->field, 0, sizeof(err->field));
	memset(err->text, 0, sizeof(err->text));
	scnprintf(err->field, sizeof(err->field), "%s", field);
	scnprintf(err->text, sizeof(err->text), "%s", vm_error_text(code));
	return error;
}

int vm_error_set(struct vmh_error *err, enum vmh_error_code code)
{
	return vm_error_field(err, code, VM_ERROR_NO_OFFSET, "", 0, 0);
}

int vm_error_as(struct vmh_error *err, int error)
{
	if (err)
		err->error = -error;
	return error;
}

int vm_error_size(struct vmh_error *err, u64 got, u64 expected)
{
	/* Every structure of vmh alone starts with its size. */
	int error = vm_error_field(err, VMH_E_STRUCT_SIZE, 0, "size", got, expected);

	if (got <= expected)
		return error;
	return vm_error_as(err, -E2BIG);
}

/* Writes the names of the members of @set, which has @nr possible ones, with commas. */
static void vm_error_list(char *buf, size_t size, u32 set, u32 nr, const char *(*name)(u32 member))
{
	size_t len = scnprintf(buf, size, "%s", set ? "" : "nothing");
	u32 member;

	for (member = 0; member < nr; member++)
		if (set & BIT(member))
			len += scnprintf(buf + len, size - len, "%s%s", len ? ", " : "",
					 name(member));
}

static const char *vm_error_state_name(u32 state)
{
	return vm_state_name((enum vmh_state)state);
}

static const char *vm_error_event_name(u32 event)
{
	return vm_state_event_name((enum vmh_event)event);
}

int vm_error_event(struct vmh_error *err, enum vmh_state state, enum vmh_event event)
{
	size_t offset = offsetof(struct vmh_state_change, event);
	u32 allowed = vm_state_allowed(state);
	char list[VM_ERROR_LIST_LEN];
	int error;

	if ((u32)event >= VMH_EVENT_NR)
		return vm_error_field(err, VMH_E_EVENT, offset, "event", (u32)event,
				      VMH_EVENT_NR - 1);
	if (state == VMH_STATE_TERMINATED)
		return vm_error_field(err, VMH_E_TERMINATED, offset, "event", event, allowed);
	error = vm_error_field(err, VMH_E_STATE, offset, "event", event, allowed);
	if (!err)
		return error;
	vm_error_list(list, sizeof(list), allowed, VMH_EVENT_NR, vm_error_event_name);
	scnprintf(err->text, sizeof(err->text), "cannot %s a VM that is %s; allowed: %s",
		  vm_state_event_name(event), vm_state_name(state), list);
	return error;
}

int vm_error_state(struct vmh_error *err, enum vmh_state state, u32 allowed)
{
	enum vmh_error_code code = VMH_E_STATE;
	char list[VM_ERROR_LIST_LEN];
	int error;

	if (state == VMH_STATE_TERMINATED)
		code = VMH_E_TERMINATED;
	error = vm_error_field(err, code, VM_ERROR_NO_OFFSET, "state", (u32)state, allowed);
	if (!err || code == VMH_E_TERMINATED)
		return error;
	vm_error_list(list, sizeof(list), allowed, VMH_STATE_NR, vm_error_state_name);
	scnprintf(err->text, sizeof(err->text),
		  "not possible while the VM is %s; possible while %s", vm_state_name(state), list);
	return error;
}
