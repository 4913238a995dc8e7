/* SPDX-License-Identifier: GPL-2.0 */
/* The lifecycle of a VM: one constant table of which event leads from which state to which. */
#ifndef VMH_VM_STATE_H
#define VMH_VM_STATE_H

#include <linux/types.h>
#include <linux/vmh.h>

/**
 * vm_state_next() - where an event leads
 * @from: the VM's state.
 * @event: the event asked for.
 *
 * TERMINATE leads from TERMINATED to TERMINATED: a success that changes nothing.
 *
 * Context: any; pure.
 * Return: the next enum vmh_state; -EBUSY when @event is not allowed in @from; -EINVAL when either
 * is outside its enum.
 */
int vm_state_next(enum vmh_state from, enum vmh_event event);

/**
 * vm_state_allowed() - the events that a state allows
 * @state: the VM's state.
 *
 * Context: any; pure.
 * Return: a bit per enum vmh_event; 0 when @state is outside its enum.
 */
u32 vm_state_allowed(enum vmh_state state);

/**
 * vm_state_name() - a state's name for people, in lower case
 * @state: the VM's state.
 *
 * Context: any; pure.
 * Return: a constant string; "unknown" when @state is outside its enum.
 */
const char *vm_state_name(enum vmh_state state);

/**
 * vm_state_event_name() - an event's name for people, in lower case
 * @event: the event.
 *
 * Context: any; pure.
 * Return: a constant string; "unknown" when @event is outside its enum.
 */
const char *vm_state_event_name(enum vmh_event event);

#endif /* VMH_VM_STATE_H */
