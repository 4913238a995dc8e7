/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Why something was refused: the record that VMH_GET_ERROR hands out, and its catalogue of codes.
 *
 * Every filler returns the negative errno to return to the caller, so that a refusal is one line:
 * ``return vm_error_set(err, VMH_E_NO_VCPU);``. The record may be NULL: then only the errno counts.
 * A filler sets everything but @size, @flags and @call, which the ioctl's entry fills in.
 */
#ifndef VMH_VM_ERROR_H
#define VMH_VM_ERROR_H

#include <linux/kernel.h>
#include <linux/types.h>
#include <linux/vmh.h>

/* vmh_error.offset of a refusal that is not about one field. */
#define VM_ERROR_NO_OFFSET	(~0U)

/**
 * vm_error_set() - refuse for a reason that needs no values
 * @err: the record to fill; may be NULL.
 * @code: why.
 *
 * Context: any; pure.
 * Return: the negative errno of @code; -EIO for a code that is not in the catalogue.
 */
int vm_error_set(struct vmh_error *err, enum vmh_error_code code);

/**
 * vm_error_field() - refuse because of a field of the call's structure
 * @err: the record to fill; may be NULL.
 * @code: why.
 * @offset: where the field starts, bytes; VM_ERROR_NO_OFFSET when it is in no structure.
 * @field: the field's name.
 * @got: the value found.
 * @expected: the value, bound or mask that would have been accepted.
 *
 * Context: any; pure.
 * Return: as vm_error_set().
 */
int vm_error_field(struct vmh_error *err, enum vmh_error_code code, size_t offset,
		   const char *field, u64 got, u64 expected);

/**
 * VM_ERROR_FIELD() - vm_error_field() for a structure's member, named once
 * @err: the record to fill; may be NULL.
 * @code: why.
 * @type: the structure, such as ``struct vmh_vm_config``.
 * @member: the member at fault.
 * @got: the value found.
 * @expected: what would have been accepted.
 */
#define VM_ERROR_FIELD(err, code, type, member, got, expected) \
	vm_error_field(err, code, offsetof(type, member), #member, got, expected)

/**
 * vm_error_as() - a refusal with another errno than its code has
 * @err: the record, filled; may be NULL.
 * @error: negative errno: what KVM answers to this call.
 *
 * Context: any; pure.
 * Return: @error.
 */
int vm_error_as(struct vmh_error *err, int error);

/**
 * vm_error_size() - refuse a structure for its size field
 * @err: the record to fill; may be NULL.
 * @got: the size that the caller gave.
 * @expected: the size that this module knows.
 *
 * Context: any; pure.
 * Return: -E2BIG when the structure is larger than ours (and held more than zeros there), so that
 * a newer program can tell an older module; -EINVAL when it is too small.
 */
int vm_error_size(struct vmh_error *err, u64 got, u64 expected);

/**
 * vm_error_event() - refuse a lifecycle event
 * @err: the record to fill; may be NULL.
 * @state: the VM's state.
 * @event: the event that vm_state_next() refused.
 *
 * The text names the state, the event and what is allowed; @got is the event and @expected a bit
 * per event that is allowed. On a terminated VM it is VMH_E_TERMINATED.
 *
 * Context: any; pure.
 * Return: -EBUSY, -ESTALE on a terminated VM, -EINVAL when there is no such event.
 */
int vm_error_event(struct vmh_error *err, enum vmh_state state, enum vmh_event event);

/**
 * vm_error_state() - refuse a call that is not for this state
 * @err: the record to fill; may be NULL.
 * @state: the VM's state.
 * @allowed: a bit per enum vmh_state in which the call is possible.
 *
 * The text names the state and those that would do; @got is the state, @expected is @allowed. On a
 * terminated VM it is VMH_E_TERMINATED.
 *
 * Context: any; pure.
 * Return: -EBUSY, or -ESTALE on a terminated VM.
 */
int vm_error_state(struct vmh_error *err, enum vmh_state state, u32 allowed);

/**
 * vm_error_text() - a code's meaning, one line for people
 * @code: the code.
 *
 * Context: any; pure.
 * Return: a constant string.
 */
const char *vm_error_text(enum vmh_error_code code);

/**
 * vm_error_errno() - a code's errno
 * @code: the code.
 *
 * Context: any; pure.
 * Return: the negative errno; 0 for VMH_E_NONE; -EIO for a code that is not in the catalogue.
 */
int vm_error_errno(enum vmh_error_code code);

#endif /* VMH_VM_ERROR_H */
