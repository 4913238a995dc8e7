// SPDX-License-Identifier: GPL-2.0
/*
 * A 16550A, as its data sheet has it (National Semiconductor, PC16550D). Nothing here knows of
 * VMs, files or clocks. The line is as fast as one likes: divisor, word length and parity change
 * nothing of what passes; only the character time-out is measured by them.
 */
#include <linux/serial_reg.h>

#include "uart16550.h"

#define IER_MASK	(UART_IER_RDI | UART_IER_THRI | UART_IER_RLSI | UART_IER_MSI)
#define IIR_FIFOS	0xc0
#define FCR_KEPT	(UART_FCR_ENABLE_FIFO | UART_FCR_DMA_SELECT | UART_FCR_TRIGGER_MASK)
#define MCR_MASK	(UART_MCR_DTR | UART_MCR_RTS | UART_MCR_OUT1 | UART_MCR_OUT2 | \
			 UART_MCR_LOOP)
#define CHAR_ERRORS	(UART_LSR_PE | UART_LSR_FE | UART_LSR_BI)
#define TIMEOUT_CHARS	4

/* What the other side says: it is there, and always ready. */
#define MODEM_LINES	(UART_MSR_DCD | UART_MSR_DSR | UART_MSR_CTS)

/* A bit takes 16 periods of 1.8432 MHz, times the divisor: 78125 / 9 ns. */
#define BIT_NS_TIMES_9	78125ULL

/**
 * uart_reset() - a UART after its reset
 * @uart: the UART.
 */
void uart_reset(struct uart16550 *uart)
{
	/* 9600 baud; the data sheet leaves it open. */
	*uart = (struct uart16550){ .divisor = 12 };
}

/* Whether the FIFOs are on. */
bool uart_has_fifos(const struct uart16550 *uart)
{
	return uart->fcr & UART_FCR_ENABLE_FIFO;
}

/* Whether it talks to itself, and neither hears nor moves the line. */
bool uart_loops(const struct uart16550 *uart)
{
	return uart->mcr & UART_MCR_LOOP;
}

static unsigned int uart_capacity(const struct uart16550 *uart)
{
	return uart_has_fifos(uart) ? UART_FIFO : 1;
}

/* How many characters uart_receive() can take without an overrun. */
size_t uart_room(const struct uart16550 *uart)
{
	return uart_loops(uart) ? 0 : uart_capacity(uart) - uart->count;
}

static const struct uart_char *uart_char_at(const struct uart16550 *uart, unsigned int i)
{
	return &uart->fifo[(uart->first + i) % UART_FIFO];
}

/**
 * uart_unread() - what the guest has not read of what the line has sent
 * @uart: the UART.
 * @bytes: receives it, the oldest first, without characters that came with an error.
 *
 * Return: how many.
 */
size_t uart_unread(const struct uart16550 *uart, uint8_t bytes[UART_FIFO])
{
	size_t count = 0;

	for (unsigned int i = 0; i < uart->count; i++) {
		const struct uart_char *c = uart_char_at(uart, i);

		if (!c->looped && !c->errors)
			bytes[count++] = c->byte;
	}
	return count;
}

static uint64_t uart_timeout_ns(const struct uart16550 *uart)
{
	unsigned int bits = 1 + 5 + (uart->lcr & UART_LCR_WLEN8) + 1;

	bits += !!(uart->lcr & UART_LCR_PARITY) + !!(uart->lcr & UART_LCR_STOP);
	return TIMEOUT_CHARS * bits * (uart->divisor ? uart->divisor : 1) * BIT_NS_TIMES_9 / 9;
}

static bool uart_can_time_out(const struct uart16550 *uart)
{
	return uart_has_fifos(uart) && uart->count && !uart->timed_out;
}

/**
 * uart_advance() - time has passed
 * @uart: the UART.
 * @now_ns: the time, which never goes back.
 *
 * Comes before whatever happens at that time.
 */
void uart_advance(struct uart16550 *uart, uint64_t now_ns)
{
	uart->now_ns = now_ns;
	if (uart_can_time_out(uart) && now_ns - uart->idle_from_ns >= uart_timeout_ns(uart))
		uart->timed_out = true;
}

/* How many characters make an interrupt. */
static unsigned int uart_trigger(const struct uart16550 *uart)
{
	static const uint8_t levels[] = { 1, 4, 8, 14 };

	return uart_has_fifos(uart) ? levels[uart->fcr >> 6] : 1;
}

/**
 * uart_deadline() - when uart_advance() has to be called
 * @uart: the UART.
 *
 * Return: the time at which an interrupt comes if nothing else happens; 0 if none does.
 */
uint64_t uart_deadline(const struct uart16550 *uart)
{
	if (!uart_can_time_out(uart) || !(uart->ier & UART_IER_RDI) ||
	    uart->count >= uart_trigger(uart))
		return 0;
	return uart->idle_from_ns + uart_timeout_ns(uart);
}

/* What IIR says, without the FIFO bits: the most urgent cause. */
static uint8_t uart_cause(const struct uart16550 *uart)
{
	if ((uart->ier & UART_IER_RLSI) && uart->errors)
		return UART_IIR_RLSI;
	if ((uart->ier & UART_IER_RDI) && uart->count >= uart_trigger(uart))
		return UART_IIR_RDI;
	if ((uart->ier & UART_IER_RDI) && uart->timed_out)
		return UART_IIR_RX_TIMEOUT;
	if ((uart->ier & UART_IER_THRI) && uart->thr_event)
		return UART_IIR_THRI;
	if ((uart->ier & UART_IER_MSI) && uart->deltas)
		return UART_IIR_MSI;
	return UART_IIR_NO_INT;
}

/* Level of the pin INTR. */
bool uart_intr(const struct uart16550 *uart)
{
	return uart_cause(uart) != UART_IIR_NO_INT;
}

/* Whether the pin OUT2 is active: outputs are not while it talks to itself. */
bool uart_out2(const struct uart16550 *uart)
{
	return (uart->mcr & (UART_MCR_OUT2 | UART_MCR_LOOP)) == UART_MCR_OUT2;
}

/* LSR tells the errors of a character when it is the next one to read. */
static void uart_show_errors(struct uart16550 *uart)
{
	if (!uart->count)
		return;
	uart->errors |= uart->fifo[uart->first].errors;
	uart->fifo[uart->first].errors = 0;
}

static void uart_push(struct uart16550 *uart, struct uart_char c)
{
	uart->idle_from_ns = uart->now_ns;
	if (uart->count == uart_capacity(uart)) {
		uart->errors |= UART_LSR_OE;
		/* A full FIFO stays as it is; a single register takes the new one. */
		if (uart_has_fifos(uart))
			return;
		uart->count = 0;
	}
	uart->fifo[(uart->first + uart->count) % UART_FIFO] = c;
	if (!uart->count++)
		uart_show_errors(uart);
}

static uint8_t uart_pop(struct uart16550 *uart)
{
	uint8_t byte;

	if (!uart->count)
		return 0;
	byte = uart->fifo[uart->first].byte;
	uart->first = (uart->first + 1) % UART_FIFO;
	uart->count--;
	uart->idle_from_ns = uart->now_ns;
	uart->timed_out = false;
	uart_show_errors(uart);
	return byte;
}

/**
 * uart_receive() - a character arrives on the line
 * @uart: the UART.
 * @byte: its bits; 0 for a break.
 * @errors: UART_LSR_PE, UART_LSR_FE, UART_LSR_BI.
 */
void uart_receive(struct uart16550 *uart, uint8_t byte, uint8_t errors)
{
	if (!uart_loops(uart))
		uart_push(uart, (struct uart_char){ .byte = byte, .errors = errors });
}

/* In loopback the outputs show up as inputs. */
static uint8_t uart_modem_lines(const struct uart16550 *uart)
{
	if (!uart_loops(uart))
		return MODEM_LINES;
	return (uart->mcr & UART_MCR_RTS ? UART_MSR_CTS : 0) |
	       (uart->mcr & UART_MCR_DTR ? UART_MSR_DSR : 0) |
	       (uart->mcr & UART_MCR_OUT1 ? UART_MSR_RI : 0) |
	       (uart->mcr & UART_MCR_OUT2 ? UART_MSR_DCD : 0);
}

static uint8_t uart_read_iir(struct uart16550 *uart)
{
	uint8_t cause = uart_cause(uart);

	/* Having been told is enough for this cause; the others end when they are served. */
	if (cause == UART_IIR_THRI)
		uart->thr_event = false;
	return cause | (uart_has_fifos(uart) ? IIR_FIFOS : 0);
}

/* Whether a character with an error is among those received. */
static bool uart_holds_error(const struct uart16550 *uart)
{
	for (unsigned int i = 0; i < uart->count; i++)
		if (uart_char_at(uart, i)->errors)
			return true;
	return uart->errors & CHAR_ERRORS;
}

static uint8_t uart_read_lsr(struct uart16550 *uart)
{
	uint8_t value = uart->errors;

	if (uart->count)
		value |= UART_LSR_DR;
	if (!uart->busy)
		value |= UART_LSR_THRE | UART_LSR_TEMT;
	if (uart_has_fifos(uart) && uart_holds_error(uart))
		value |= UART_LSR_FIFOE;
	uart->errors = 0;
	return value;
}

static uint8_t uart_read_msr(struct uart16550 *uart)
{
	uint8_t value = uart_modem_lines(uart) | uart->deltas;

	uart->deltas = 0;
	return value;
}

/**
 * uart_read() - the guest reads a register
 * @uart: the UART.
 * @offset: register, 0 to 7.
 */
uint8_t uart_read(struct uart16550 *uart, unsigned int offset)
{
	bool dlab = uart->lcr & UART_LCR_DLAB;

	switch (offset) {
	case UART_RX:
		return dlab ? uart->divisor & 0xff : uart_pop(uart);
	case UART_IER:
		return dlab ? uart->divisor >> 8 : uart->ier;
	case UART_IIR:
		return uart_read_iir(uart);
	case UART_LCR:
		return uart->lcr;
	case UART_MCR:
		return uart->mcr;
	case UART_LSR:
		return uart_read_lsr(uart);
	case UART_MSR:
		return uart_read_msr(uart);
	default:
		return uart->scr;
	}
}

/**
 * uart_sent() - the character that uart_write() said of that it leaves has left
 * @uart: the UART.
 */
void uart_sent(struct uart16550 *uart)
{
	uart->busy = false;
	uart->thr_event = true;
}

static bool uart_write_thr(struct uart16550 *uart, uint8_t value)
{
	uart->busy = true;
	uart->thr_event = false;
	if (!uart_loops(uart))
		return true;
	uart_push(uart, (struct uart_char){ .byte = value, .looped = true });
	uart_sent(uart);
	return false;
}

static void uart_write_ier(struct uart16550 *uart, uint8_t value)
{
	/*
	 * Asking for it while the transmitter is empty brings it at once, also to a guest that has
	 * been told before. Windows relies on that.
	 */
	if ((value & ~uart->ier & UART_IER_THRI) && !uart->busy)
		uart->thr_event = true;
	uart->ier = value & IER_MASK;
}

static void uart_write_fcr(struct uart16550 *uart, uint8_t value)
{
	/* Without this bit the others are not taken over. */
	if (!(value & UART_FCR_ENABLE_FIFO))
		value = 0;
	/* Switching FIFOs on or off empties them too. Errors that LSR tells stay there. */
	if ((value & UART_FCR_CLEAR_RCVR) || ((value ^ uart->fcr) & UART_FCR_ENABLE_FIFO)) {
		uart->count = 0;
		uart->timed_out = false;
	}
	uart->fcr = value & FCR_KEPT;
}

static void uart_write_mcr(struct uart16550 *uart, uint8_t value)
{
	uint8_t before = uart_modem_lines(uart), changed;

	uart->mcr = value & MCR_MASK;
	changed = before ^ uart_modem_lines(uart);
	/* Each line has its bit four places below; RI's only tells that it ends. */
	uart->deltas |= (changed & ~UART_MSR_RI) >> 4 | (changed & before & UART_MSR_RI) >> 4;
}

/* The first two registers, while LCR.DLAB is set. */
static void uart_write_divisor(struct uart16550 *uart, unsigned int offset, uint8_t value)
{
	if (offset == UART_DLL)
		uart->divisor = (uart->divisor & 0xff00) | value;
	else
		uart->divisor = (uart->divisor & 0xff) | value << 8;
}

/**
 * uart_write() - the guest writes a register
 * @uart: the UART.
 * @offset: register, 0 to 7.
 * @value: what it writes.
 *
 * Return: whether @value leaves on the line; uart_sent() tells that it has left.
 */
bool uart_write(struct uart16550 *uart, unsigned int offset, uint8_t value)
{
	if ((uart->lcr & UART_LCR_DLAB) && offset <= UART_DLM) {
		uart_write_divisor(uart, offset, value);
		return false;
	}
	switch (offset) {
	case UART_TX:
		return uart_write_thr(uart, value);
	case UART_IER:
		uart_write_ier(uart, value);
		break;
	case UART_FCR:
		uart_write_fcr(uart, value);
		break;
	case UART_LCR:
		uart->lcr = value;
		break;
	case UART_MCR:
		uart_write_mcr(uart, value);
		break;
	case UART_SCR:
		uart->scr = value;
		break;
	}			/* LSR and MSR are read-only. */
	return false;
}
