/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_SIZE_H
#define VMHCTL_SIZE_H

#include <stdbool.h>
#include <stdint.h>

bool parse_number(const char *text, uint64_t *value);
bool parse_size(const char *text, uint64_t *bytes);

#endif /* VMHCTL_SIZE_H */
