/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_CAPS_H
#define VMHCTL_CAPS_H

int caps_print(const char *path);

#endif /* VMHCTL_CAPS_H */
