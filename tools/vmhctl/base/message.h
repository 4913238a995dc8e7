/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_MESSAGE_H
#define VMHCTL_MESSAGE_H

#include <stdbool.h>

/* Set by --verbose: whether remark() prints. */
extern bool message_verbose;

/* Print one line on stderr, "vmhctl: " before it. */
__attribute__((format(printf, 1, 2))) void complain(const char *format, ...);

/* The same for what is worth knowing only when looking for it. */
__attribute__((format(printf, 1, 2))) void remark(const char *format, ...);

#endif /* VMHCTL_MESSAGE_H */
