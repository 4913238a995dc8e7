/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_SERIAL_H
#define VMHCTL_SERIAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "uart16550.h"

#define SERIAL_WAITING	4096	/* characters that wait for the UART at most */

/**
 * struct serial_ops - the world around a serial port
 * @opaque: given back to the functions.
 * @transmit: a byte leaves. Called without the lock.
 * @set_irq: the interrupt line changes. Called with the lock.
 * @wake: serial_room() was 0 and is not any more, or serial_attend() is to be called, which had
 *        nothing to wait for. Called without the lock.
 * @now_ns: the time; it never goes back.
 */
struct serial_ops {
	void *opaque;
	void (*transmit)(void *opaque, uint8_t byte);
	void (*set_irq)(void *opaque, bool level);
	void (*wake)(void *opaque);
	uint64_t (*now_ns)(void *opaque);
};

/**
 * struct serial - a serial port: a UART, and the other end of its line
 * @lock: over all that follows.
 * @ops: the world.
 * @uart: the UART.
 * @waiting: what the other end has to send; @nr_waiting of them, the next at @first_waiting.
 * @polls: how often the guest has looked for input since it last threw some away.
 * @has_read: the guest has read input.
 * @irq: level of the interrupt line.
 */
struct serial {
	pthread_mutex_t lock;
	const struct serial_ops *ops;
	struct uart16550 uart;
	uint8_t waiting[SERIAL_WAITING];
	unsigned int first_waiting;
	unsigned int nr_waiting;
	unsigned int polls;
	bool has_read;
	bool irq;
};

void serial_init(struct serial *serial, const struct serial_ops *ops);
uint8_t serial_read(void *serial, unsigned int offset);
void serial_write(void *serial, unsigned int offset, uint8_t value);
size_t serial_room(void *serial);
void serial_receive(void *serial, const uint8_t *bytes, size_t count);
void serial_break(void *serial);
int64_t serial_attend(void *serial);

#endif /* VMHCTL_SERIAL_H */
