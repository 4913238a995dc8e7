// SPDX-License-Identifier: GPL-2.0
/*
 * A 16550A. What is written leaves at once, so the transmitter is always empty; the baud rate
 * does not matter. Nothing here knows of VMs or files.
 */
#include "serial.h"

/* Registers, by offset; the first two are the divisor while LCR.DLAB is set. */
enum { REG_DATA, REG_IER, REG_IIR_FCR, REG_LCR, REG_MCR, REG_LSR, REG_MSR, REG_SCR };

#define IER_RX			0x01
#define IER_THR			0x02
#define IER_MASK		0x0f
#define IIR_NONE		0x01
#define IIR_THR			0x02
#define IIR_RX			0x04
#define IIR_FIFOS		0xc0
#define FCR_ENABLE		0x01
#define FCR_CLEAR_RX		0x02
#define LCR_DLAB		0x80
#define MCR_DTR			0x01
#define MCR_RTS			0x02
#define MCR_OUT1		0x04
#define MCR_OUT2		0x08
#define MCR_LOOP		0x10
#define MCR_MASK		0x1f
#define LSR_DATA_READY		0x01
#define LSR_THR_EMPTY		0x20
#define LSR_TX_EMPTY		0x40
#define MSR_CTS			0x10
#define MSR_DSR			0x20
#define MSR_RI			0x40
#define MSR_DCD			0x80

/**
 * serial_init() - a UART after reset
 * @serial: the UART.
 * @ops: the world; lives as long as @serial.
 */
void serial_init(struct serial *serial, const struct serial_ops *ops)
{
	*serial = (struct serial){
		.lock = PTHREAD_MUTEX_INITIALIZER,
		.ops = ops,
		.divisor = 12,		/* 9600 baud */
	};
}

/* What IIR says, without the FIFO bits: the most urgent cause. */
static uint8_t serial_cause(const struct serial *serial)
{
	if ((serial->ier & IER_RX) && serial->count)
		return IIR_RX;
	if ((serial->ier & IER_THR) && serial->thr_event)
		return IIR_THR;
	return IIR_NONE;
}

/*
 * A driver throws away what it finds received while it starts, and is done with that when it has
 * asked for receive interrupts and switched the FIFOs on. Until then, what comes waits outside.
 */
static size_t serial_room_locked(const struct serial *serial)
{
	bool listening = (serial->ier & IER_RX) && (serial->fcr & FCR_ENABLE);

	return listening ? SERIAL_FIFO - serial->count : 0;
}

/* On a PC, OUT2 connects the UART to the interrupt line; in loopback it is held back. */
static void serial_update_irq(struct serial *serial)
{
	bool connected = (serial->mcr & (MCR_OUT2 | MCR_LOOP)) == MCR_OUT2;
	bool irq = connected && serial_cause(serial) != IIR_NONE;

	if (irq == serial->irq)
		return;
	serial->irq = irq;
	serial->ops->set_irq(serial->ops->opaque, irq);
}

static void serial_push(struct serial *serial, uint8_t byte)
{
	if (serial->count < SERIAL_FIFO)
		serial->fifo[(serial->first + serial->count++) % SERIAL_FIFO] = byte;
}

static uint8_t serial_pop(struct serial *serial)
{
	uint8_t byte = 0;

	if (serial->count) {
		byte = serial->fifo[serial->first];
		serial->first = (serial->first + 1) % SERIAL_FIFO;
		serial->count--;
	}
	return byte;
}

/* In loopback the outputs show up as inputs; else the other side is always ready. */
static uint8_t serial_msr(const struct serial *serial)
{
	if (!(serial->mcr & MCR_LOOP))
		return MSR_DCD | MSR_DSR | MSR_CTS;
	return (serial->mcr & MCR_RTS ? MSR_CTS : 0) | (serial->mcr & MCR_DTR ? MSR_DSR : 0) |
	       (serial->mcr & MCR_OUT1 ? MSR_RI : 0) | (serial->mcr & MCR_OUT2 ? MSR_DCD : 0);
}

static uint8_t serial_read_iir(struct serial *serial)
{
	uint8_t cause = serial_cause(serial);

	/* Having been told is enough for this cause; the others end when they are served. */
	if (cause == IIR_THR)
		serial->thr_event = false;
	return cause | (serial->fcr & FCR_ENABLE ? IIR_FIFOS : 0);
}

static uint8_t serial_read_locked(struct serial *serial, unsigned int offset)
{
	bool dlab = serial->lcr & LCR_DLAB;

	switch (offset) {
	case REG_DATA:
		return dlab ? serial->divisor & 0xff : serial_pop(serial);
	case REG_IER:
		return dlab ? serial->divisor >> 8 : serial->ier;
	case REG_IIR_FCR:
		return serial_read_iir(serial);
	case REG_LCR:
		return serial->lcr;
	case REG_MCR:
		return serial->mcr;
	case REG_LSR:
		return LSR_TX_EMPTY | LSR_THR_EMPTY | (serial->count ? LSR_DATA_READY : 0);
	case REG_MSR:
		return serial_msr(serial);
	default:
		return serial->scr;
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
	bool was_closed, opened;
	uint8_t value;

	pthread_mutex_lock(&serial->lock);
	was_closed = !serial_room_locked(serial);
	value = serial_read_locked(serial, offset);
	opened = was_closed && serial_room_locked(serial);
	serial_update_irq(serial);
	pthread_mutex_unlock(&serial->lock);
	if (opened)
		serial->ops->opened(serial->ops->opaque);
	return value;
}

static void serial_write_ier(struct serial *serial, uint8_t value)
{
	/* Asking for it while the transmitter is empty, as it always is, brings it at once. */
	if (value & ~serial->ier & IER_THR)
		serial->thr_event = true;
	serial->ier = value & IER_MASK;
}

static void serial_write_fcr(struct serial *serial, uint8_t value)
{
	/* Switching FIFOs on or off empties them too. */
	if ((value & FCR_CLEAR_RX) || ((value ^ serial->fcr) & FCR_ENABLE))
		serial->count = 0;
	serial->fcr = value;
}

/* Returns whether the byte is to be transmitted, which happens without the lock. */
static bool serial_write_locked(struct serial *serial, unsigned int offset, uint8_t value)
{
	bool dlab = serial->lcr & LCR_DLAB;

	switch (offset) {
	case REG_DATA:
		if (dlab) {
			serial->divisor = (serial->divisor & 0xff00) | value;
			return false;
		}
		serial->thr_event = true;
		if (!(serial->mcr & MCR_LOOP))
			return true;
		serial_push(serial, value);
		return false;
	case REG_IER:
		if (dlab)
			serial->divisor = (serial->divisor & 0xff) | value << 8;
		else
			serial_write_ier(serial, value);
		return false;
	case REG_IIR_FCR:
		serial_write_fcr(serial, value);
		return false;
	case REG_LCR:
		serial->lcr = value;
		return false;
	case REG_MCR:
		serial->mcr = value & MCR_MASK;
		return false;
	case REG_SCR:
		serial->scr = value;
		return false;
	default:			/* LSR and MSR are read-only */
		return false;
	}
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
	bool was_closed, transmit, opened;

	pthread_mutex_lock(&serial->lock);
	was_closed = !serial_room_locked(serial);
	transmit = serial_write_locked(serial, offset, value);
	opened = was_closed && serial_room_locked(serial);
	serial_update_irq(serial);
	pthread_mutex_unlock(&serial->lock);
	if (transmit)
		serial->ops->transmit(serial->ops->opaque, value);
	if (opened)
		serial->ops->opened(serial->ops->opaque);
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
 * @count: how many; what does not fit is lost.
 */
void serial_receive(void *opaque, const uint8_t *bytes, size_t count)
{
	struct serial *serial = opaque;

	pthread_mutex_lock(&serial->lock);
	for (size_t i = 0; i < count; i++)
		serial_push(serial, bytes[i]);
	serial_update_irq(serial);
	pthread_mutex_unlock(&serial->lock);
}
