/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_CONSOLE_H
#define VMHCTL_CONSOLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What one types for vmhctl itself. */
#define CONSOLE_QUIT	0x1	/* Ctrl-A x */
#define CONSOLE_BREAK	0x2	/* Ctrl-A b */

int console_log_open(const char *path);
void console_log_close(void);
void console_put(uint8_t byte);
void console_write(const uint8_t *bytes, size_t count);
void console_open(bool keep_signals);
void console_close(void);
bool console_has_input(void);
size_t console_read(uint8_t *bytes, size_t room, unsigned int *commands);

#endif /* VMHCTL_CONSOLE_H */
