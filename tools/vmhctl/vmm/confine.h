/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_CONFINE_H
#define VMHCTL_CONFINE_H

int confine_privileges(const char *user);
int confine_syscalls(void);

#endif /* VMHCTL_CONFINE_H */
