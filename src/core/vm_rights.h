/* SPDX-License-Identifier: GPL-2.0 */
/* What a process has to be allowed before it gets rights to the VM of another one. */
#ifndef VMH_VM_RIGHTS_H
#define VMH_VM_RIGHTS_H

#include <linux/types.h>
#include <linux/vmh.h>

/**
 * vm_rights_traced() - the rights that demand what ptrace demands
 * @wanted: VMH_RIGHT_* asked for.
 * @shared_user: VMMs share a user, so that the user id tells nothing.
 * @admin: the caller has CAP_SYS_ADMIN.
 *
 * To look into a VM is to look into its VMM's memory; to steer it is not.
 *
 * Context: any; pure.
 * Return: those of @wanted for which the caller has to be allowed to trace the VM's process.
 */
u32 vm_rights_traced(u32 wanted, bool shared_user, bool admin);

#endif /* VMH_VM_RIGHTS_H */
