/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_DISK_FORMAT_H
#define VMHCTL_DISK_FORMAT_H

#include <stddef.h>
#include <stdint.h>

/* What of a file disk_format_name() wants to see. */
#define DISK_FORMAT_BYTES	512

const char *disk_format_name(const uint8_t *start, size_t bytes);

#endif /* VMHCTL_DISK_FORMAT_H */
