/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_ENDED_H
#define VMHCTL_ENDED_H

#include <stdbool.h>

int ended_print(const char *path, bool as_json);

#endif /* VMHCTL_ENDED_H */
