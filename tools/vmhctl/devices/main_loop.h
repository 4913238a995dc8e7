/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_MAIN_LOOP_H
#define VMHCTL_MAIN_LOOP_H

#include <stddef.h>
#include <stdint.h>

struct pm1;
struct vm;

/**
 * struct main_loop_input - where standard input goes
 * @opaque: given back to the functions.
 * @room: how many bytes it takes now. When that rises from 0, vm_wake_main() is called.
 * @receive: takes bytes, not more than there is room for.
 * @send_break: takes a break; NULL where there is no such thing.
 * @attend: does what is due, and returns after how many nanoseconds it is to be called again; -1
 *          for never. When that changes from -1, vm_wake_main() is called. NULL: nothing ever is.
 */
struct main_loop_input {
	void *opaque;
	size_t (*room)(void *opaque);
	void (*receive)(void *opaque, const uint8_t *bytes, size_t count);
	void (*send_break)(void *opaque);
	int64_t (*attend)(void *opaque);
};

/**
 * struct main_loop - what it attends to
 * @input: where standard input goes, once console_open() has taken it.
 * @power: the power button that SIGTERM presses.
 * @grace_seconds: how long the guest may then take to power off; 0: it is not asked.
 * @timeout_seconds: when to end the VM; 0 for never.
 */
struct main_loop {
	const struct main_loop_input *input;
	struct pm1 *power;
	uint64_t grace_seconds;
	uint64_t timeout_seconds;
};

int main_loop_prepare(void);
int main_loop_run(struct vm *vm, const struct main_loop *loop);

#endif /* VMHCTL_MAIN_LOOP_H */
