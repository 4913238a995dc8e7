/* SPDX-License-Identifier: GPL-2.0 */
/* Which rights demand what ptrace demands: each of them, alone and with others. */
#ifndef VMH_VECTORS_VM_RIGHTS_H
#define VMH_VECTORS_VM_RIGHTS_H

#include <linux/kernel.h>
#include <linux/vmh.h>
#include <vm_rights.h>

struct vm_rights_case {
	const char *name;
	u32 wanted;
	bool shared_user;
	bool admin;
	u32 want;
};

#define VM_RIGHTS_STEER	(VMH_RIGHT_INSPECT | VMH_RIGHT_CONTROL)
#define VM_RIGHTS_LOOK	(VMH_RIGHT_DEBUG | VMH_RIGHT_MEMORY)

static const struct vm_rights_case vm_rights_cases[] = {
	{ .name = "inspect", .wanted = VMH_RIGHT_INSPECT },
	{ .name = "control", .wanted = VMH_RIGHT_CONTROL },
	{ .name = "debug", .wanted = VMH_RIGHT_DEBUG, .want = VMH_RIGHT_DEBUG },
	{ .name = "memory", .wanted = VMH_RIGHT_MEMORY, .want = VMH_RIGHT_MEMORY },
	{ .name = "all", .wanted = VM_RIGHTS_STEER | VM_RIGHTS_LOOK, .want = VM_RIGHTS_LOOK },
	{ .name = "administrator, to steer", .admin = true, .wanted = VM_RIGHTS_STEER },
	{ .name = "administrator, all", .admin = true,
	  .wanted = VM_RIGHTS_STEER | VM_RIGHTS_LOOK, .want = VM_RIGHTS_LOOK },

	{ .name = "shared user, inspect", .shared_user = true, .wanted = VMH_RIGHT_INSPECT,
	  .want = VMH_RIGHT_INSPECT },
	{ .name = "shared user, control", .shared_user = true, .wanted = VMH_RIGHT_CONTROL,
	  .want = VMH_RIGHT_CONTROL },
	{ .name = "shared user, all", .shared_user = true,
	  .wanted = VM_RIGHTS_STEER | VM_RIGHTS_LOOK, .want = VM_RIGHTS_STEER | VM_RIGHTS_LOOK },
	{ .name = "shared user, administrator, to steer", .shared_user = true, .admin = true,
	  .wanted = VM_RIGHTS_STEER },
	{ .name = "shared user, administrator, all", .shared_user = true, .admin = true,
	  .wanted = VM_RIGHTS_STEER | VM_RIGHTS_LOOK, .want = VM_RIGHTS_LOOK },
};

static inline bool vm_rights_case_ok(const struct vm_rights_case *c, char *why, size_t why_len)
{
	u32 got = vm_rights_traced(c->wanted, c->shared_user, c->admin);

	if (got == c->want)
		return true;
	snprintf(why, why_len, "%#x of %#x, want %#x", got, c->wanted, c->want);
	return false;
}

#endif /* VMH_VECTORS_VM_RIGHTS_H */
