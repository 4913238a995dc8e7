/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_SCREEN_H
#define VMHCTL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

bool screen_open(void);
void screen_close(void);
void screen_clear(void);
void screen_size(unsigned int *lines, unsigned int *columns);
bool screen_wait(uint64_t ms, int *signal);

#endif /* VMHCTL_SCREEN_H */
