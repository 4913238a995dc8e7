/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_VERSION_H
#define VMHCTL_VERSION_H

void version_print(void);

#endif /* VMHCTL_VERSION_H */
