/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_NAMES_H
#define VMHCTL_NAMES_H

#include <stddef.h>
#include <stdint.h>

/* Room for a user's name. */
#define USER_LEN	33
/* Room for a call's. */
#define CALL_LEN	40

/**
 * struct name - a value and what it is called
 * @value: of an enum, or a bit.
 * @name: a constant string.
 */
struct name {
	unsigned long value;
	const char *name;
};

const char *name_of(const struct name *names, size_t nr, unsigned long value);
const char *state_name(unsigned int state);
const char *event_name(unsigned int event);
const char *reason_name(unsigned int reason);
const char *log_kind_name(unsigned int kind);
const char *call_name(char text[CALL_LEN], unsigned int command);
const char *exit_reason_name(unsigned int reason);
const char *user_name(char text[USER_LEN], uint32_t uid);

#endif /* VMHCTL_NAMES_H */
