/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_SERIAL_H
#define VMHCTL_SERIAL_H

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define SERIAL_PORTS	8
#define SERIAL_FIFO	16	/* bytes that a 16550A holds */

/**
 * struct serial_ops - the world around a UART
 * @opaque: given back to the functions.
 * @transmit: a byte leaves. Called without the lock.
 * @set_irq: the interrupt line changes. Called with the lock.
 * @opened: serial_room() was 0 and is not any more. Called without the lock.
 */
struct serial_ops {
	void *opaque;
	void (*transmit)(void *opaque, uint8_t byte);
	void (*set_irq)(void *opaque, bool level);
	void (*opened)(void *opaque);
};

/**
 * struct serial - a 16550A
 * @lock: over all that follows.
 * @ops: the world.
 * @fifo: bytes received and not yet read; @count of them, the oldest at @first.
 * @divisor: the baud rate's; kept for the guest to read back.
 * @ier @fcr @lcr @mcr @scr: registers as written.
 * @thr_event: "transmitter empty" is to be reported as an interrupt.
 * @irq: level of the interrupt line.
 */
struct serial {
	pthread_mutex_t lock;
	const struct serial_ops *ops;
	uint8_t fifo[SERIAL_FIFO];
	unsigned int first;
	unsigned int count;
	uint16_t divisor;
	uint8_t ier;
	uint8_t fcr;
	uint8_t lcr;
	uint8_t mcr;
	uint8_t scr;
	bool thr_event;
	bool irq;
};

void serial_init(struct serial *serial, const struct serial_ops *ops);
uint8_t serial_read(void *serial, unsigned int offset);
void serial_write(void *serial, unsigned int offset, uint8_t value);
size_t serial_room(void *serial);
void serial_receive(void *serial, const uint8_t *bytes, size_t count);

#endif /* VMHCTL_SERIAL_H */
