/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_NET_USER_H
#define VMHCTL_NET_USER_H

int net_user_start(int *helper);

#endif /* VMHCTL_NET_USER_H */
