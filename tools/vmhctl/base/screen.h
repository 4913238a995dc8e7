/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_SCREEN_H
#define VMHCTL_SCREEN_H

#include <stdbool.h>
#include <stdint.h>

/* What screen_wait() returns beside characters. */
enum {
	SCREEN_QUIT = -1, SCREEN_TIME = 0,
	SCREEN_KEY_UP = 0x100, SCREEN_KEY_DOWN, SCREEN_KEY_PAGE_UP, SCREEN_KEY_PAGE_DOWN,
	SCREEN_KEY_HOME, SCREEN_KEY_END,
};

/* How a line looks, where there are colours. */
enum screen_style { SCREEN_PLAIN, SCREEN_HEAD, SCREEN_WARM, SCREEN_FAINT };

bool screen_open(void);
void screen_close(void);
void screen_clear(void);
void screen_size(unsigned int *lines, unsigned int *columns);
void screen_line(enum screen_style style, const char *line, unsigned int columns);
uint64_t screen_now_ms(void);
int screen_wait(uint64_t until_ms, int *signal);

#endif /* VMHCTL_SCREEN_H */
