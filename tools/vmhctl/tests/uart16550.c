// SPDX-License-Identifier: GPL-2.0
/* Registers of the UART: each row is a story, told from the reset on. */
#include <check.h>
#include <stdio.h>
#include <stdlib.h>

#include "rows.h"
#include "uart16550.h"

#define STEPS_MAX	28

enum { RBR, IER, IIR, LCR, MCR, LSR, MSR, SCR, THR = RBR, DLL = RBR, DLM = IER, FCR = IIR };

enum step_kind {
	END, STEP_IN, STEP_OUT, STEP_SEND, STEP_LINE, STEP_WAIT, STEP_INTR, STEP_DEADLINE,
};

struct step {
	enum step_kind kind;
	unsigned int offset;
	uint64_t value;
};

/* The guest reads a register, and has to find this. */
#define IN(reg, want)		{ STEP_IN, reg, want }
/* It writes one. */
#define OUT(reg, value)		{ STEP_OUT, reg, value }
/* It writes THR, and the character leaves on the line. */
#define SEND(value)		{ STEP_SEND, THR, value }
/* The line brings a character, with an error or without. */
#define LINE(byte)		{ STEP_LINE, 0, byte }
#define LINE_BAD(byte, errors)	{ STEP_LINE, errors, byte }
#define BREAK			LINE_BAD(0, 0x10)
/* Nothing happens for so many microseconds. */
#define WAIT_US(us)		{ STEP_WAIT, 0, us }
/* Level that INTR has to have. */
#define INTR(level)		{ STEP_INTR, 0, level }
/* After how many microseconds, rounded up, INTR will change by itself; 0 for never. */
#define DEADLINE_US(us)		{ STEP_DEADLINE, 0, us }
/* Four characters, and as many as a FIFO holds. */
#define LINE4(a, b, c, d)	LINE(a), LINE(b), LINE(c), LINE(d)
#define LINE14			LINE4(1, 2, 3, 4), LINE4(5, 6, 7, 8), LINE4(9, 10, 11, 12), \
				LINE(13), LINE(14)
#define LINE16			LINE14, LINE(15), LINE(16)

/* 8N1 at 115200 baud: four characters take 347.2 us. */
#define FAST			OUT(LCR, 0x83), OUT(DLL, 1), OUT(DLM, 0), OUT(LCR, 0x03)

static const struct row {
	const char *name;
	struct step steps[STEPS_MAX];
} rows[] = {
	{ "after reset", {
		IN(IER, 0), IN(IIR, 0x01), IN(LCR, 0), IN(MCR, 0), IN(LSR, 0x60), IN(MSR, 0xb0),
		IN(SCR, 0), IN(RBR, 0), INTR(0), DEADLINE_US(0) } },
	{ "reserved bits read as 0", { OUT(IER, 0xf0), IN(IER, 0), OUT(MCR, 0xe0), IN(MCR, 0) } },
	{ "scratch holds anything", {
		OUT(SCR, 0xa5), IN(SCR, 0xa5), OUT(SCR, 0x5a), IN(SCR, 0x5a) } },
	{ "scratch with DLAB", {
		OUT(LCR, 0x80), OUT(SCR, 0x77), IN(SCR, 0x77), OUT(LCR, 0), IN(SCR, 0x77) } },
	{ "LCR holds anything", {
		OUT(LCR, 0xff), IN(LCR, 0xff), OUT(LCR, 0x1b), IN(LCR, 0x1b) } },
	{ "LSR and MSR are read-only", {
		OUT(LSR, 0x1f), IN(LSR, 0x60), OUT(MSR, 0x0f), IN(MSR, 0xb0) } },

	{ "DLAB shows the divisor", {
		OUT(IER, 0x05), OUT(LCR, 0x80), IN(DLL, 12), IN(DLM, 0), OUT(DLL, 0x34),
		OUT(DLM, 0x12), IN(DLL, 0x34), IN(DLM, 0x12), OUT(LCR, 0), IN(IER, 0x05) } },
	{ "DLAB hides what is received", {
		LINE('a'), OUT(LCR, 0x80), IN(DLL, 12), IN(LSR, 0x61), OUT(LCR, 0),
		IN(RBR, 'a') } },
	{ "DLAB does not matter to FCR, IIR, LSR", {
		OUT(LCR, 0x80), OUT(FCR, 0x01), IN(IIR, 0xc1), LINE('a'), IN(LSR, 0x61) } },

	{ "what is written leaves", { SEND('a'), IN(LSR, 0x60), SEND('b'), INTR(0) } },
	{ "asking for THRE brings it at once", {
		OUT(IER, 0x02), INTR(1), IN(IIR, 0x02), INTR(0), IN(IIR, 0x01) } },
	{ "THRE comes after each character", {
		OUT(IER, 0x02), IN(IIR, 0x02), SEND('a'), INTR(1), IN(IIR, 0x02), INTR(0) } },
	{ "asking for THRE again brings it again", {
		OUT(IER, 0x02), IN(IIR, 0x02), OUT(IER, 0), INTR(0), OUT(IER, 0x02), INTR(1),
		IN(IIR, 0x02) } },
	{ "asking for THRE as before brings nothing", {
		OUT(IER, 0x02), IN(IIR, 0x02), OUT(IER, 0x03), INTR(0), IN(IIR, 0x01) } },
	{ "THRE stays until IIR tells it", {
		OUT(IER, 0x03), LINE('a'), IN(IIR, 0x04), IN(RBR, 'a'), INTR(1), IN(IIR, 0x02),
		IN(IIR, 0x01) } },
	{ "THRE with FIFOs", {
		OUT(FCR, 0x01), OUT(IER, 0x02), IN(IIR, 0xc2), SEND('a'), SEND('b'),
		IN(IIR, 0xc2), IN(IIR, 0xc1) } },
	{ "THRE that nobody asks for is kept", {
		SEND('a'), INTR(0), OUT(IER, 0x02), IN(IIR, 0x02) } },

	{ "polled, no FIFO", {
		LINE('a'), IN(LSR, 0x61), IN(LSR, 0x61), IN(IIR, 0x01), INTR(0), IN(RBR, 'a'),
		IN(LSR, 0x60), LINE('b'), IN(RBR, 'b') } },
	{ "interrupt, no FIFO", {
		OUT(IER, 0x01), LINE('a'), INTR(1), IN(IIR, 0x04), IN(IIR, 0x04), IN(RBR, 'a'),
		INTR(0), IN(IIR, 0x01) } },
	{ "interrupt for what was there before", {
		LINE('a'), OUT(IER, 0x01), INTR(1), IN(IIR, 0x04) } },
	{ "no time-out without FIFOs", {
		FAST, OUT(IER, 0x01), LINE('a'), IN(RBR, 'a'), WAIT_US(1000), IN(IIR, 0x01) } },
	{ "no trigger level without FIFOs", {
		OUT(FCR, 0xc0), OUT(IER, 0x01), LINE('a'), IN(IIR, 0x04) } },
	{ "overrun, no FIFO: the new one stays", {
		LINE('a'), LINE('b'), IN(LSR, 0x63), IN(LSR, 0x61), IN(RBR, 'b'),
		IN(LSR, 0x60) } },

	{ "FIFO keeps the order", {
		OUT(FCR, 0x01), LINE4('a', 'b', 'c', 'd'), IN(RBR, 'a'), IN(RBR, 'b'), LINE('e'),
		IN(RBR, 'c'), IN(RBR, 'd'), IN(LSR, 0x61), IN(RBR, 'e'), IN(LSR, 0x60) } },
	{ "FIFO holds 16", { OUT(FCR, 0x01), LINE16, IN(LSR, 0x61), IN(RBR, 1), IN(RBR, 2) } },
	{ "overrun, FIFO: the old ones stay", {
		OUT(FCR, 0x01), LINE16, LINE(17), IN(LSR, 0x63), IN(LSR, 0x61), IN(RBR, 1),
		LINE(18), IN(LSR, 0x61), IN(RBR, 2) } },
	{ "FCR empties the FIFO", {
		OUT(FCR, 0x01), OUT(IER, 0x01), LINE('a'), INTR(1), OUT(FCR, 0x03), INTR(0),
		IN(LSR, 0x60), IN(IIR, 0xc1), LINE('b'), IN(RBR, 'b') } },
	{ "FCR that empties the transmitter alone", {
		OUT(FCR, 0x01), LINE('a'), OUT(FCR, 0x05), IN(LSR, 0x61), IN(RBR, 'a') } },
	{ "FCR that changes the level alone", {
		OUT(FCR, 0x01), LINE('a'), OUT(FCR, 0x41), IN(LSR, 0x61), IN(RBR, 'a') } },
	{ "FIFOs on: what was there is lost", { LINE('a'), OUT(FCR, 0x01), IN(LSR, 0x60) } },
	{ "FIFOs off: what was there is lost", {
		OUT(FCR, 0x01), LINE('a'), LINE('b'), OUT(FCR, 0), IN(LSR, 0x60),
		IN(IIR, 0x01) } },
	{ "FCR without its first bit does nothing", {
		LINE('a'), OUT(FCR, 0x06), IN(LSR, 0x61), IN(IIR, 0x01) } },
	{ "IIR tells the FIFOs", {
		IN(IIR, 0x01), OUT(FCR, 0x01), IN(IIR, 0xc1), OUT(FCR, 0xcf), IN(IIR, 0xc1),
		OUT(FCR, 0), IN(IIR, 0x01) } },

	{ "trigger level 1", {
		OUT(FCR, 0x01), OUT(IER, 0x01), LINE(1), INTR(1), IN(IIR, 0xc4) } },
	{ "trigger level 4", {
		OUT(FCR, 0x41), OUT(IER, 0x01), LINE(1), LINE(2), LINE(3), INTR(0), IN(IIR, 0xc1),
		LINE(4), INTR(1), IN(IIR, 0xc4), IN(RBR, 1), INTR(0), IN(LSR, 0x61) } },
	{ "trigger level 8", {
		OUT(FCR, 0x81), OUT(IER, 0x01), LINE4(1, 2, 3, 4), LINE(5), LINE(6), LINE(7),
		INTR(0), LINE(8), INTR(1), IN(IIR, 0xc4), IN(RBR, 1), IN(IIR, 0xc1) } },
	{ "trigger level 14", {
		OUT(FCR, 0xc1), OUT(IER, 0x01), LINE4(1, 2, 3, 4), LINE4(5, 6, 7, 8),
		LINE4(9, 10, 11, 12), LINE(13), INTR(0), LINE(14), INTR(1), IN(IIR, 0xc4) } },
	{ "a lower level is looked at again", {
		OUT(FCR, 0x41), OUT(IER, 0x01), LINE(1), INTR(0), OUT(FCR, 0x01), INTR(1) } },

	{ "time-out after four characters", {
		FAST, OUT(FCR, 0x81), OUT(IER, 0x01), LINE('a'), LINE('b'), DEADLINE_US(348),
		WAIT_US(347), INTR(0), IN(IIR, 0xc1), DEADLINE_US(1), WAIT_US(1), INTR(1),
		IN(IIR, 0xcc), IN(IIR, 0xcc), DEADLINE_US(0) } },
	{ "time-out ends with a read, and begins anew", {
		FAST, OUT(FCR, 0x81), OUT(IER, 0x01), LINE('a'), LINE('b'), WAIT_US(348), INTR(1),
		IN(RBR, 'a'), INTR(0), DEADLINE_US(348), WAIT_US(348), IN(IIR, 0xcc),
		IN(RBR, 'b'), INTR(0), DEADLINE_US(0) } },
	{ "time-out begins anew with a character", {
		FAST, OUT(FCR, 0x81), OUT(IER, 0x01), LINE('a'), WAIT_US(300), LINE('b'),
		WAIT_US(300), INTR(0), DEADLINE_US(48), WAIT_US(48), INTR(1) } },
	{ "time-out begins anew with a read", {
		FAST, OUT(FCR, 0x81), OUT(IER, 0x01), LINE('a'), LINE('b'), WAIT_US(300),
		IN(RBR, 'a'), WAIT_US(300), INTR(0), WAIT_US(48), INTR(1) } },
	{ "time-out does not end with a character", {
		FAST, OUT(FCR, 0x81), OUT(IER, 0x01), LINE('a'), WAIT_US(348), LINE('b'), INTR(1),
		IN(IIR, 0xcc) } },
	{ "time-out comes after the level", {
		FAST, OUT(FCR, 0x41), OUT(IER, 0x01), LINE4(1, 2, 3, 4), DEADLINE_US(0),
		WAIT_US(348), IN(IIR, 0xc4), DEADLINE_US(0) } },
	{ "time-out ends when the FIFO is emptied", {
		FAST, OUT(FCR, 0x81), OUT(IER, 0x01), LINE('a'), WAIT_US(348), INTR(1),
		OUT(FCR, 0x83), INTR(0), IN(IIR, 0xc1) } },
	{ "time-out for one who asks late", {
		FAST, OUT(FCR, 0x81), LINE('a'), WAIT_US(348), IN(IIR, 0xc1), INTR(0),
		DEADLINE_US(0), OUT(IER, 0x01), INTR(1), IN(IIR, 0xcc) } },
	{ "time-out before THRE", {
		FAST, OUT(FCR, 0x81), OUT(IER, 0x03), LINE('a'), WAIT_US(348), IN(IIR, 0xcc),
		IN(RBR, 'a'), IN(IIR, 0xc2) } },
	{ "9600 baud, 5N1: four times 7 bits of 104.2 us", {
		OUT(FCR, 0x81), OUT(IER, 0x01), LINE('a'), DEADLINE_US(2917) } },
	{ "9600 baud, 8E2: 12 bits", {
		OUT(FCR, 0x81), OUT(IER, 0x01), OUT(LCR, 0x1f), LINE('a'), DEADLINE_US(5000) } },
	{ "a divisor of 0 is as good as 1", {
		OUT(LCR, 0x83), OUT(DLL, 0), OUT(DLM, 0), OUT(LCR, 0x03), OUT(FCR, 0x81),
		OUT(IER, 0x01), LINE('a'), DEADLINE_US(348) } },

	{ "parity error", {
		LINE_BAD('a', 0x04), IN(LSR, 0x65), IN(LSR, 0x61), IN(RBR, 'a'),
		IN(LSR, 0x60) } },
	{ "framing error", { LINE_BAD('a', 0x08), IN(LSR, 0x69), IN(LSR, 0x61) } },
	{ "break", { BREAK, IN(LSR, 0x71), IN(LSR, 0x61), IN(RBR, 0), IN(LSR, 0x60) } },
	{ "line status interrupt", {
		OUT(IER, 0x05), BREAK, INTR(1), IN(IIR, 0x06), IN(LSR, 0x71), IN(IIR, 0x04),
		IN(RBR, 0), INTR(0) } },
	{ "line status interrupt for an overrun", {
		OUT(IER, 0x04), LINE('a'), INTR(0), LINE('b'), INTR(1), IN(IIR, 0x06),
		IN(LSR, 0x63), INTR(0) } },
	{ "error that is not asked for", {
		OUT(IER, 0x02), IN(IIR, 0x02), BREAK, INTR(0), IN(IIR, 0x01) } },
	{ "error shows when its character is next", {
		OUT(FCR, 0x01), OUT(IER, 0x04), LINE('a'), LINE_BAD('b', 0x04), INTR(0),
		IN(LSR, 0xe1), IN(RBR, 'a'), INTR(1), IN(LSR, 0xe5), IN(LSR, 0x61), IN(RBR, 'b'),
		IN(LSR, 0x60) } },
	{ "error that is not looked at stays", {
		OUT(FCR, 0x01), LINE_BAD('a', 0x08), LINE('b'), IN(RBR, 'a'), IN(LSR, 0xe9),
		IN(LSR, 0x61) } },
	{ "two errors", {
		OUT(FCR, 0x01), LINE_BAD('a', 0x04), LINE_BAD('b', 0x08), IN(LSR, 0xe5),
		IN(LSR, 0xe1), IN(RBR, 'a'), IN(LSR, 0xe9), IN(LSR, 0x61) } },
	{ "LSR's seventh bit is the FIFO's", {
		BREAK, IN(LSR, 0x71), OUT(FCR, 0x01), BREAK, IN(LSR, 0xf1) } },
	{ "errors in a FIFO that is emptied are lost", {
		OUT(FCR, 0x01), LINE('a'), BREAK, OUT(FCR, 0x03), IN(LSR, 0x60) } },
	{ "errors that LSR has told are told once", {
		OUT(FCR, 0x01), BREAK, OUT(FCR, 0x03), IN(LSR, 0xf0), IN(LSR, 0x60) } },
	{ "break comes after what was sent before", {
		OUT(FCR, 0x01), LINE('a'), BREAK, IN(RBR, 'a'), IN(LSR, 0xf1), IN(RBR, 0) } },

	{ "loopback: the outputs are the inputs", {
		OUT(MCR, 0x1f), IN(MSR, 0xf0), OUT(MCR, 0x11), IN(MSR, 0x2d), OUT(MCR, 0x12),
		IN(MSR, 0x13), OUT(MCR, 0x14), IN(MSR, 0x41), OUT(MCR, 0x18), IN(MSR, 0x8c),
		OUT(MCR, 0x10), IN(MSR, 0x08) } },
	{ "loopback: as Linux looks for a UART", {
		OUT(MCR, 0x1a), IN(MSR, 0x92), IN(MSR, 0x90) } },
	{ "RI tells that it ends, not that it begins", {
		OUT(MCR, 0x1b), IN(MSR, 0xb0), OUT(MCR, 0x1f), IN(MSR, 0xf0), OUT(MCR, 0x1b),
		IN(MSR, 0xb4), IN(MSR, 0xb0) } },
	{ "lines come back after loopback", {
		OUT(MCR, 0x10), IN(MSR, 0x0b), OUT(MCR, 0), IN(MSR, 0xbb), IN(MSR, 0xb0) } },
	{ "modem status interrupt", {
		OUT(MCR, 0x1b), OUT(IER, 0x08), INTR(0), OUT(MCR, 0x19), INTR(1), IN(IIR, 0x00),
		IN(IIR, 0x00), IN(MSR, 0xa1), INTR(0), IN(IIR, 0x01) } },
	{ "modem status comes last", {
		OUT(IER, 0x0a), OUT(MCR, 0x10), IN(IIR, 0x02), IN(IIR, 0x00), IN(MSR, 0x0b),
		IN(IIR, 0x01) } },
	{ "outputs do not matter without loopback", {
		OUT(MCR, 0x0f), IN(MSR, 0xb0), OUT(MCR, 0), IN(MSR, 0xb0) } },
	{ "loopback: what is written is received", {
		OUT(MCR, 0x10), OUT(THR, 'L'), IN(LSR, 0x61), IN(RBR, 'L'), IN(LSR, 0x60) } },
	{ "loopback: interrupts work", {
		OUT(MCR, 0x10), OUT(IER, 0x03), IN(IIR, 0x02), OUT(THR, 'L'), IN(IIR, 0x04),
		IN(RBR, 'L'), IN(IIR, 0x02), INTR(0) } },
	{ "loopback: overrun", {
		OUT(MCR, 0x10), OUT(THR, 'a'), OUT(THR, 'b'), IN(LSR, 0x63), IN(RBR, 'b') } },
	{ "loopback: FIFO and time-out", {
		FAST, OUT(FCR, 0x41), OUT(IER, 0x01), OUT(MCR, 0x10), OUT(THR, 'a'),
		OUT(THR, 'b'), IN(IIR, 0xc1), WAIT_US(348), IN(IIR, 0xcc), IN(RBR, 'a'),
		IN(RBR, 'b') } },
	{ "loopback: the line is not heard", {
		OUT(MCR, 0x10), LINE('a'), BREAK, IN(LSR, 0x60) } },
	{ "loopback: what was received stays", {
		LINE('a'), OUT(MCR, 0x10), IN(RBR, 'a'), OUT(THR, 'L'), OUT(MCR, 0), IN(RBR, 'L'),
		SEND('b') } },
};

static void take_step(struct uart16550 *uart, uint64_t *now_ns, const struct step *step,
		      const char *where)
{
	uint64_t deadline, value = step->value;
	bool leaves;
	uint8_t is;

	uart_advance(uart, *now_ns);
	switch (step->kind) {
	case STEP_IN:
		is = uart_read(uart, step->offset);
		ck_assert_msg(is == value, "%s: register %u is %#x", where, step->offset, is);
		return;
	case STEP_OUT:
	case STEP_SEND:
		leaves = uart_write(uart, step->offset, value);
		ck_assert_msg(leaves == (step->kind == STEP_SEND), "%s: leaves or not", where);
		if (leaves)
			uart_sent(uart);
		return;
	case STEP_LINE:
		uart_receive(uart, value, step->offset);
		return;
	case STEP_WAIT:
		*now_ns += value * 1000;
		uart_advance(uart, *now_ns);
		return;
	case STEP_INTR:
		ck_assert_msg(uart_intr(uart) == value, "%s: INTR", where);
		return;
	default:
		deadline = uart_deadline(uart);
		is = 0;
		ck_assert_msg((deadline ? (deadline - *now_ns + 999) / 1000 : 0) == value,
			      "%s: in %llu ns", where, (unsigned long long)(deadline - *now_ns));
	}
}

START_TEST(row)
{
	const struct row *r = &rows[_i];
	uint64_t now_ns = 5000000000;
	struct uart16550 uart;
	char where[128];

	uart_reset(&uart);
	for (unsigned int i = 0; i < STEPS_MAX && r->steps[i].kind != END; i++) {
		snprintf(where, sizeof(where), "%s, step %u", r->name, i + 1);
		take_step(&uart, &now_ns, &r->steps[i], where);
	}
}
END_TEST

/* Each register that a row reads and writes; a row that is missing is noticed. */
START_TEST(all_registers_are_in_rows)
{
	unsigned int in = 0, out = 0;

	for (int i = 0; i < ROWS(rows); i++) {
		for (const struct step *s = rows[i].steps; s->kind != END; s++) {
			in |= s->kind == STEP_IN ? 1u << s->offset : 0;
			out |= s->kind == STEP_OUT ? 1u << s->offset : 0;
		}
	}
	ck_assert_uint_eq(in, 0xff);
	ck_assert_uint_eq(out, 0xff);
}
END_TEST

/* THR is full while a character is on its way. */
START_TEST(busy_until_sent)
{
	struct uart16550 uart;

	uart_reset(&uart);
	uart_write(&uart, IER, 0x02);
	ck_assert(uart_write(&uart, THR, 'a'));
	ck_assert(!uart_intr(&uart));
	ck_assert_uint_eq(uart_read(&uart, LSR), 0);
	uart_write(&uart, IER, 0);
	uart_write(&uart, IER, 0x02);
	ck_assert_msg(!uart_intr(&uart), "asking again does not make it empty");
	uart_sent(&uart);
	ck_assert(uart_intr(&uart));
	ck_assert_uint_eq(uart_read(&uart, LSR), 0x60);
}
END_TEST

START_TEST(out2_is_a_pin)
{
	static const struct { uint8_t mcr; bool active; } pins[] = {
		{ 0x00, false }, { 0x08, true }, { 0x0f, true }, { 0x07, false }, { 0x18, false },
	};
	struct uart16550 uart;

	uart_reset(&uart);
	for (int i = 0; i < ROWS(pins); i++) {
		uart_write(&uart, MCR, pins[i].mcr);
		ck_assert(uart_out2(&uart) == pins[i].active);
	}
}
END_TEST

/* What came from the line and is good can be had before it is thrown away. */
START_TEST(unread_characters)
{
	uint8_t bytes[UART_FIFO];
	struct uart16550 uart;

	uart_reset(&uart);
	uart_write(&uart, FCR, 0x01);
	uart_receive(&uart, 'a', 0);
	uart_receive(&uart, 'b', 0);
	uart_receive(&uart, 'c', 0x04);
	uart_write(&uart, MCR, 0x10);
	uart_write(&uart, THR, 'L');
	uart_write(&uart, MCR, 0);
	uart_receive(&uart, 'd', 0);
	ck_assert_uint_eq(uart_read(&uart, RBR), 'a');
	ck_assert_uint_eq(uart_unread(&uart, bytes), 2);
	ck_assert_mem_eq(bytes, "bd", 2);
	ck_assert_uint_eq(uart_room(&uart), 12);
}
END_TEST

static void check_consistent(struct uart16550 *uart)
{
	uint8_t iir, lsr, ier = uart->ier;
	bool intr = uart_intr(uart);

	ck_assert_uint_le(uart->count, uart_has_fifos(uart) ? UART_FIFO : 1);
	iir = uart_read(uart, IIR);
	ck_assert_msg(!(iir & 1) == intr, "INTR and IIR differ");
	ck_assert((iir & 0xf0) == (uart_has_fifos(uart) ? 0xc0 : 0));
	switch (iir & 0x0f) {
	case 0x00:
		ck_assert(ier & 0x08);
		break;
	case 0x02:
		ck_assert(ier & 0x02);
		break;
	case 0x04:
		ck_assert((ier & 0x01) && uart->count);
		break;
	case 0x06:
		ck_assert(ier & 0x04);
		break;
	case 0x0c:
		ck_assert((ier & 0x01) && uart->count && uart_has_fifos(uart));
		break;
	default:
		ck_assert_uint_eq(iir & 0x0f, 0x01);
	}
	lsr = uart_read(uart, LSR);
	ck_assert(!(lsr & 1) == !uart->count);
	ck_assert((lsr & 0x60) == 0x60);
	ck_assert(!uart_deadline(uart) || uart_deadline(uart) > uart->now_ns);
}

/* Whatever happens, it stays a UART. */
START_TEST(anything)
{
	uint64_t now_ns = 1;
	struct uart16550 uart;

	srand(1);
	uart_reset(&uart);
	for (int i = 0; i < 100000; i++) {
		unsigned int choice = rand() % 16, value = rand() & 0xff;

		now_ns += rand() % 1000000;
		uart_advance(&uart, now_ns);
		if (choice < 8 && uart_write(&uart, choice, value))
			uart_sent(&uart);
		else if (choice < 12)
			uart_receive(&uart, value, choice == 11 ? value & 0x1c : 0);
		else if (choice < 15)
			uart_read(&uart, choice & 1 ? RBR : value & 7);
		check_consistent(&uart);
	}
}
END_TEST

Suite *uart16550_suite(void)
{
	Suite *suite = suite_create("uart16550");

	add_rows(suite, "row", row, ROWS(rows));
	add_test(suite, "registers", all_registers_are_in_rows);
	add_test(suite, "busy", busy_until_sent);
	add_test(suite, "out2", out2_is_a_pin);
	add_test(suite, "unread", unread_characters);
	add_test(suite, "anything", anything);
	return suite;
}
