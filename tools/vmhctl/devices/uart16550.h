/* SPDX-License-Identifier: GPL-2.0 */
#ifndef VMHCTL_UART16550_H
#define VMHCTL_UART16550_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UART_PORTS	8
#define UART_FIFO	16	/* characters that a 16550A holds */

/**
 * struct uart_char - a received character
 * @byte: its bits.
 * @errors: UART_LSR_PE, UART_LSR_FE, UART_LSR_BI: what was wrong with it.
 * @looped: it did not come from the line.
 */
struct uart_char {
	uint8_t byte;
	uint8_t errors;
	bool looped;
};

/**
 * struct uart16550 - a 16550A
 * @fifo: characters received and not yet read; @count of them, the oldest at @first. Without
 *        FIFOs there is room for one.
 * @now_ns: the time, as uart_advance() was told.
 * @idle_from_ns: when a character last came or was read.
 * @divisor: the baud rate's.
 * @ier @fcr @lcr @mcr @scr: registers as written.
 * @errors: error bits of LSR, since that was last read.
 * @deltas: low half of MSR, since that was last read.
 * @busy: a character is on its way out.
 * @thr_event: "transmitter empty" is to be reported as an interrupt.
 * @timed_out: characters wait, and nothing has moved for the time of four.
 */
struct uart16550 {
	struct uart_char fifo[UART_FIFO];
	unsigned int first;
	unsigned int count;
	uint64_t now_ns;
	uint64_t idle_from_ns;
	uint16_t divisor;
	uint8_t ier;
	uint8_t fcr;
	uint8_t lcr;
	uint8_t mcr;
	uint8_t scr;
	uint8_t errors;
	uint8_t deltas;
	bool busy;
	bool thr_event;
	bool timed_out;
};

void uart_reset(struct uart16550 *uart);
void uart_advance(struct uart16550 *uart, uint64_t now_ns);
uint64_t uart_deadline(const struct uart16550 *uart);
uint8_t uart_read(struct uart16550 *uart, unsigned int offset);
bool uart_write(struct uart16550 *uart, unsigned int offset, uint8_t value);
void uart_sent(struct uart16550 *uart);
void uart_receive(struct uart16550 *uart, uint8_t byte, uint8_t errors);
bool uart_has_fifos(const struct uart16550 *uart);
bool uart_loops(const struct uart16550 *uart);
size_t uart_room(const struct uart16550 *uart);
size_t uart_unread(const struct uart16550 *uart, uint8_t bytes[UART_FIFO]);
bool uart_intr(const struct uart16550 *uart);
bool uart_out2(const struct uart16550 *uart);

#endif /* VMHCTL_UART16550_H */
