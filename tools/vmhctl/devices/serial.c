// SPDX-License-Identifier: GPL-2.0
/*
 * A serial port: between the guest's UART and what is typed and shown. The UART is as the data
 * sheet has it; here is decided when the other end of the line sends.
 */
#include <linux/serial_reg.h>

#include "serial.h"

/* A guest that has looked so often for input waits for it. */
#define POLLS_ENOUGH	8

/**
 * serial_init() - a serial port after reset
 * @serial: the port.
 * @ops: the world; lives as long as @serial.
 */
void serial_init(struct serial *serial, const struct serial_ops *ops)
{
	*serial = (struct serial){ .lock = PTHREAD_MUTEX_INITIALIZER, .ops = ops };
	uart_reset(&serial->uart);
}

/*
 * A driver throws away what it finds received while it starts. It does so before it asks for
 * receive interrupts; and one that asks for none looks again and again.
 */
static bool serial_listens(const struct serial *serial)
{
	return (serial->uart.ier & UART_IER_RDI) || serial->polls >= POLLS_ENOUGH;
}

/* What the UART throws away must find room here. */
static size_t serial_room_locked(const struct serial *serial)
{
	unsigned int taken = serial->nr_waiting + UART_FIFO;

	return taken < SERIAL_WAITING ? SERIAL_WAITING - taken : 0;
}

static void serial_update_irq(struct serial *serial)
{
	/* On a PC, OUT2 connects the UART to the interrupt line. */
	bool irq = uart_out2(&serial->uart) && uart_intr(&serial->uart);

	if (irq == serial->irq)
		return;
	serial->irq = irq;
	serial->ops->set_irq(serial->ops->opaque, irq);
}

/* Send what the UART can take; nothing is ever lost by sending too fast. */
static void serial_send_waiting(struct serial *serial)
{
	while (serial->nr_waiting && serial_listens(serial) && uart_room(&serial->uart)) {
		uart_receive(&serial->uart, serial->waiting[serial->first_waiting], 0);
		serial->first_waiting = (serial->first_waiting + 1) % SERIAL_WAITING;
		serial->nr_waiting--;
	}
}

/**
 * struct serial_access - what has to be told when the lock is given up
 * @was_full: nothing more could be taken.
 * @was_idle: time did not matter.
 */
struct serial_access {
	bool was_full;
	bool was_idle;
};

static struct serial_access serial_begin(struct serial *serial)
{
	struct serial_access access;

	pthread_mutex_lock(&serial->lock);
	access.was_full = !serial_room_locked(serial);
	access.was_idle = !uart_deadline(&serial->uart);
	uart_advance(&serial->uart, serial->ops->now_ns(serial->ops->opaque));
	return access;
}

/* Returns whether the world is to be woken. */
static bool serial_end(struct serial *serial, struct serial_access access)
{
	bool wake;

	/*
	 * Interrupts are edges. So the line falls when all is read, before more is sent; and while
	 * something is not yet read, nothing is added that would hold the line up.
	 */
	serial_update_irq(serial);
	if (!serial->uart.count) {
		serial_send_waiting(serial);
		serial_update_irq(serial);
	}
	wake = (access.was_full && serial_room_locked(serial)) ||
	       (access.was_idle && uart_deadline(&serial->uart));
	pthread_mutex_unlock(&serial->lock);
	return wake;
}

/* Learn from a read whether the guest wants input. */
static void serial_notice_read(struct serial *serial, unsigned int offset)
{
	bool dlab = serial->uart.lcr & UART_LCR_DLAB;

	if (offset == UART_LSR && !serial->uart.count) {
		if (serial->polls < POLLS_ENOUGH)
			serial->polls++;
	} else if (offset == UART_RX && !dlab) {
		if (serial->uart.count)
			serial->has_read = true;
		else
			serial->polls = 0;
	}
}

/**
 * serial_read() - the guest reads a register
 * @opaque: the struct serial.
 * @offset: register, 0 to 7.
 */
uint8_t serial_read(void *opaque, unsigned int offset)
{
	struct serial *serial = opaque;
	struct serial_access access = serial_begin(serial);
	uint8_t value;

	serial_notice_read(serial, offset);
	value = uart_read(&serial->uart, offset);
	if (serial_end(serial, access))
		serial->ops->wake(serial->ops->opaque);
	return value;
}

/*
 * The guest may empty the UART. What was typed before it has read anything was meant for what
 * comes later: it is sent again.
 */
static void serial_write_fcr(struct serial *serial, uint8_t value)
{
	uint8_t bytes[UART_FIFO];
	size_t count = uart_unread(&serial->uart, bytes);

	uart_write(&serial->uart, UART_FCR, value);
	if (serial->uart.count)
		return;
	serial->polls = 0;
	if (serial->has_read)
		return;
	while (count) {
		serial->first_waiting = (serial->first_waiting + SERIAL_WAITING - 1) %
					SERIAL_WAITING;
		serial->waiting[serial->first_waiting] = bytes[--count];
		serial->nr_waiting++;
	}
}

/* Returns whether the byte leaves, which happens without the lock. */
static bool serial_write_locked(struct serial *serial, unsigned int offset, uint8_t value)
{
	if (offset == UART_FCR) {
		serial_write_fcr(serial, value);
		return false;
	}
	if (!uart_write(&serial->uart, offset, value))
		return false;
	/*
	 * A driver without FIFOs may wait for the next interrupt though it has not asked for this
	 * one's cause: the line falls and rises. One with FIFOs asks, and then fills them.
	 */
	if (!uart_has_fifos(&serial->uart))
		serial_update_irq(serial);
	uart_sent(&serial->uart);
	return true;
}

/**
 * serial_write() - the guest writes a register
 * @opaque: the struct serial.
 * @offset: register, 0 to 7.
 * @value: what it writes.
 */
void serial_write(void *opaque, unsigned int offset, uint8_t value)
{
	struct serial *serial = opaque;
	struct serial_access access = serial_begin(serial);
	bool transmit = serial_write_locked(serial, offset, value);
	bool wake = serial_end(serial, access);

	if (transmit)
		serial->ops->transmit(serial->ops->opaque, value);
	if (wake)
		serial->ops->wake(serial->ops->opaque);
}

/* How many bytes serial_receive() can take now. */
size_t serial_room(void *opaque)
{
	struct serial *serial = opaque;
	size_t room;

	pthread_mutex_lock(&serial->lock);
	room = serial_room_locked(serial);
	pthread_mutex_unlock(&serial->lock);
	return room;
}

/**
 * serial_receive() - bytes arrive from outside
 * @opaque: the struct serial.
 * @bytes: them.
 * @count: how many; not more than there is room for.
 */
void serial_receive(void *opaque, const uint8_t *bytes, size_t count)
{
	struct serial *serial = opaque;
	struct serial_access access = serial_begin(serial);

	for (size_t i = 0; i < count && serial_room_locked(serial); i++) {
		unsigned int last = serial->first_waiting + serial->nr_waiting++;

		serial->waiting[last % SERIAL_WAITING] = bytes[i];
	}
	serial_send_waiting(serial);
	if (serial_end(serial, access))
		serial->ops->wake(serial->ops->opaque);
}

/**
 * serial_break() - the line is held down for a while
 * @opaque: the struct serial.
 *
 * It comes at once, before what still waits.
 */
void serial_break(void *opaque)
{
	struct serial *serial = opaque;
	struct serial_access access = serial_begin(serial);

	uart_receive(&serial->uart, 0, UART_LSR_BI);
	if (serial_end(serial, access))
		serial->ops->wake(serial->ops->opaque);
}

/**
 * serial_attend() - do what is due
 * @opaque: the struct serial.
 *
 * Return: after how many nanoseconds it is to be called again; -1 for never, until the world is
 * woken.
 */
int64_t serial_attend(void *opaque)
{
	struct serial *serial = opaque;
	uint64_t deadline;
	int64_t left = -1;

	pthread_mutex_lock(&serial->lock);
	uart_advance(&serial->uart, serial->ops->now_ns(serial->ops->opaque));
	serial_update_irq(serial);
	deadline = uart_deadline(&serial->uart);
	if (deadline)
		left = deadline - serial->uart.now_ns;
	pthread_mutex_unlock(&serial->lock);
	return left;
}
