/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_HEXDUMP_H
#define VMHCTL_HEXDUMP_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

void hexdump(FILE *out, uint64_t address, const uint8_t *bytes, size_t count);

#endif /* VMHCTL_HEXDUMP_H */
