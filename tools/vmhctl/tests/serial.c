// SPDX-License-Identifier: GPL-2.0
/* The other end of the line: when it sends, what it wakes. The UART's registers: uart16550.c. */
#include <check.h>
#include <string.h>

#include "rows.h"
#include "serial.h"

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR };
#define FCR IIR

#define ENOUGH		8	/* looks for input, until it comes */

static struct world {
	char sent[64];
	size_t nr_sent;
	bool irq;
	int edges;
	int woken;
	uint64_t now_ns;
} world;

/* Too large for the stack of a test. */
static struct serial s;

static void transmit(void *opaque, uint8_t byte)
{
	struct world *w = opaque;

	w->sent[w->nr_sent++] = byte;
}

static void set_irq(void *opaque, bool level)
{
	struct world *w = opaque;

	ck_assert_msg(w->irq != level, "told of a level that did not change");
	w->irq = level;
	w->edges++;
}

static void wake(void *opaque)
{
	((struct world *)opaque)->woken++;
}

static uint64_t now_ns(void *opaque)
{
	return ((struct world *)opaque)->now_ns;
}

static const struct serial_ops ops = {
	.opaque = &world, .transmit = transmit, .set_irq = set_irq, .wake = wake, .now_ns = now_ns,
};

static void fresh(void)
{
	memset(&world, 0, sizeof(world));
	serial_init(&s, &ops);
}

static void type(const char *text)
{
	serial_receive(&s, (const uint8_t *)text, strlen(text));
}

static uint8_t in(unsigned int offset)
{
	return serial_read(&s, offset);
}

static void out(unsigned int offset, uint8_t value)
{
	serial_write(&s, offset, value);
}

/* As a driver leaves it: FIFOs, interrupt line connected, receive interrupts. */
static void started(uint8_t ier)
{
	fresh();
	out(FCR, 0x01);
	out(MCR, 0x0b);
	out(IER, ier);
}

/* Read what is there, looking at LSR before. */
static void expect_input(const char *text)
{
	for (; *text; text++) {
		ck_assert_uint_eq(in(LSR) & 0x01, 0x01);
		ck_assert_int_eq(in(DATA), *text);
	}
	ck_assert_uint_eq(in(LSR), 0x60);
}

/* Look until something is there. */
static void poll_input(void)
{
	for (int i = 0; i <= ENOUGH; i++)
		if (in(LSR) & 0x01)
			return;
	ck_abort_msg("nothing comes");
}

START_TEST(sends_at_once)
{
	fresh();
	out(DATA, 'a');
	out(DATA, 'b');
	ck_assert_uint_eq(world.nr_sent, 2);
	ck_assert_mem_eq(world.sent, "ab", 2);
	ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(divisor_is_not_sent)
{
	fresh();
	out(LCR, 0x83);
	out(DATA, 0x01);
	out(LCR, 0x03);
	ck_assert_uint_eq(world.nr_sent, 0);
}
END_TEST

/* A guest that asks for no interrupt and has no FIFO, as boot loaders do. */
START_TEST(polling_guest_gets_input)
{
	fresh();
	type("abc");
	poll_input();
	expect_input("abc");
	ck_assert(!world.irq);
	type("d");
	ck_assert_msg(in(LSR) & 0x01, "it has looked often enough");
	ck_assert_uint_eq(in(DATA), 'd');
}
END_TEST

START_TEST(polling_guest_with_fifo)
{
	fresh();
	out(FCR, 0x01);
	type("abc");
	poll_input();
	expect_input("abc");
}
END_TEST

START_TEST(guest_that_polls_between_characters)
{
	fresh();
	type("y");
	for (int i = 0; i < ENOUGH; i++) {
		in(LSR);
		out(DATA, '.');
	}
	expect_input("y");
}
END_TEST

START_TEST(interrupts_without_fifo)
{
	fresh();
	out(MCR, 0x0b);
	out(IER, 0x01);
	type("ab");
	ck_assert(world.irq);
	ck_assert_uint_eq(in(IIR), 0x04);
	ck_assert_uint_eq(in(DATA), 'a');
	ck_assert(world.irq);
	ck_assert_msg(world.edges == 3, "a character is an edge");
	ck_assert_uint_eq(in(IIR), 0x04);
	ck_assert_uint_eq(in(DATA), 'b');
	ck_assert(!world.irq);
	ck_assert_uint_eq(in(IIR), 0x01);
}
END_TEST

START_TEST(receives_in_order)
{
	started(0x01);
	type("hello");
	ck_assert(world.irq);
	ck_assert_uint_eq(in(IIR), 0xc4);
	expect_input("hello");
	ck_assert_msg(!world.irq, "an empty FIFO is quiet");
}
END_TEST

START_TEST(more_than_a_fifo_comes)
{
	started(0x01);
	type("0123456789abcdefghijklmnopqrstuvwxyz");
	expect_input("0123456789abcdefghijklmnopqrstuvwxyz");
}
END_TEST

/* What is sent while some is unread comes at once; what waits comes when all is read. */
START_TEST(level_makes_an_edge)
{
	started(0x01);
	out(FCR, 0x81);
	type("0123456");
	ck_assert(!world.irq);
	type("7");
	ck_assert(world.irq);
	type("89abcdefghijklmnop");
	world.edges = 0;
	for (const char *c = "0123456789abcdef"; *c; c++)
		ck_assert_int_eq(in(DATA), *c);
	ck_assert_msg(world.irq, "the others are ten");
	ck_assert_int_eq(world.edges, 2);
	expect_input("ghijklmnop");
}
END_TEST

/* What Linux does to a UART from its first message on until it listens. */
START_TEST(starting_driver_loses_nothing)
{
	fresh();
	type("0123456789abcdefghij");
	for (int i = 0; i < 100; i++) {		/* early messages */
		in(LSR);
		out(DATA, 'm');
		world.nr_sent = 0;
	}
	ck_assert_msg(in(LSR) & 0x01, "it could be one that polls");
	out(IER, 0x0f);				/* is there a UART? */
	in(IER);
	out(IER, 0);
	out(MCR, 0x1a);
	in(MSR);
	out(MCR, 0);
	out(FCR, 0x01);				/* which one? */
	in(IIR);
	out(FCR, 0x07);
	out(FCR, 0);
	ck_assert_uint_eq(in(DATA), 0);
	out(FCR, 0x81);				/* the console, with messages */
	for (int i = 0; i < 100; i++) {
		in(LSR);
		out(DATA, 'm');
		world.nr_sent = 0;
	}
	out(FCR, 0x01);				/* the port is opened */
	out(FCR, 0x07);
	out(FCR, 0);
	in(LSR);
	ck_assert_uint_eq(in(DATA), 0);
	in(IIR);
	in(MSR);
	in(LSR);
	out(IER, 0x02);
	in(LSR);
	in(IIR);
	out(IER, 0);
	in(LSR);
	ck_assert_uint_eq(in(DATA), 0);
	out(IER, 0x05);
	out(FCR, 0x01);
	out(FCR, 0x81);
	out(MCR, 0x0b);
	ck_assert(world.irq);
	expect_input("0123456789abcdefghij");
}
END_TEST

/* One that empties the UART at its start, whatever LSR says. */
START_TEST(blind_reads_lose_nothing)
{
	fresh();
	type("abc");
	for (int i = 0; i < 3 * ENOUGH; i++) {
		in(LSR);
		ck_assert_uint_eq(in(DATA), 0);
	}
	out(IER, 0x01);
	expect_input("abc");
}
END_TEST

START_TEST(guest_that_reads_may_throw_away)
{
	started(0x01);
	type("abc");
	ck_assert_uint_eq(in(DATA), 'a');
	out(FCR, 0x03);
	ck_assert_uint_eq(in(LSR), 0x60);
	ck_assert(!world.irq);
}
END_TEST

START_TEST(own_characters_do_not_come_again)
{
	fresh();
	out(FCR, 0x01);
	out(MCR, 0x10);
	out(DATA, 'L');
	out(FCR, 0x07);
	out(MCR, 0);
	out(IER, 0x01);
	ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(loopback_holds_input_back)
{
	started(0x01);
	out(MCR, 0x1b);
	type("a");
	ck_assert_uint_eq(in(LSR), 0x60);
	out(DATA, 'L');
	ck_assert_uint_eq(world.nr_sent, 0);
	expect_input("L");
	out(MCR, 0x0b);
	expect_input("a");
}
END_TEST

START_TEST(room_opens_and_closes)
{
	static uint8_t bytes[SERIAL_WAITING];
	size_t room;

	fresh();
	room = serial_room(&s);
	ck_assert_uint_ge(room, 1000);
	for (size_t i = 0; i < room; i++)
		bytes[i] = i % 251;
	serial_receive(&s, bytes, room);
	ck_assert_uint_eq(serial_room(&s), 0);
	out(IER, 0x01);
	ck_assert_int_eq(world.woken, 1);
	ck_assert_uint_eq(serial_room(&s), 1);
	serial_receive(&s, bytes, 1);
	for (size_t i = 0; i < room; i++)
		ck_assert_uint_eq(in(DATA), i % 251);
	ck_assert_int_eq(world.woken, 2);
	ck_assert_uint_eq(in(DATA), 0);
	ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(thrown_away_input_finds_room)
{
	static uint8_t bytes[SERIAL_WAITING];
	size_t room;

	fresh();
	out(FCR, 0x01);
	out(IER, 0x01);
	serial_receive(&s, (const uint8_t *)"0123456789abcdef", 16);
	memset(bytes, 'x', sizeof(bytes));
	room = serial_room(&s);
	serial_receive(&s, bytes, room);
	out(IER, 0);
	out(FCR, 0x03);
	ck_assert_uint_eq(serial_room(&s), 0);
	out(IER, 0x01);
	for (const char *c = "0123456789abcdef"; *c; c++)
		ck_assert_int_eq(in(DATA), *c);
	for (size_t i = 0; i < room; i++)
		ck_assert_int_eq(in(DATA), 'x');
	ck_assert_uint_eq(in(LSR), 0x60);
}
END_TEST

START_TEST(time_out_is_attended_to)
{
	started(0x01);
	out(FCR, 0x81);
	ck_assert_int_eq(serial_attend(&s), -1);
	type("ab");
	ck_assert(!world.irq);
	ck_assert_int_gt(serial_attend(&s), 0);
	world.now_ns += serial_attend(&s);
	ck_assert_int_eq(serial_attend(&s), -1);
	ck_assert(world.irq);
	ck_assert_uint_eq(in(IIR), 0xcc);
	world.woken = 0;
	ck_assert_uint_eq(in(DATA), 'a');
	ck_assert_msg(world.woken == 1, "there is something to attend to again");
	ck_assert(!world.irq);
	ck_assert_int_gt(serial_attend(&s), 0);
	ck_assert_uint_eq(in(DATA), 'b');
	ck_assert_int_eq(serial_attend(&s), -1);
	ck_assert_int_eq(world.woken, 1);
}
END_TEST

START_TEST(break_is_seen)
{
	started(0x05);
	serial_break(&s);
	ck_assert(world.irq);
	ck_assert_uint_eq(in(IIR), 0xc6);
	ck_assert_uint_eq(in(LSR), 0xf1);
	ck_assert_uint_eq(in(DATA), 0);
	type("h");
	expect_input("h");
}
END_TEST

START_TEST(line_needs_out2)
{
	fresh();
	out(IER, 0x02);
	ck_assert(!world.irq);
	out(MCR, 0x08);
	ck_assert(world.irq);
	out(MCR, 0x18);
	ck_assert_msg(!world.irq, "held back in loopback");
}
END_TEST

START_TEST(empty_transmitter_interrupts)
{
	started(0x02);
	ck_assert(world.irq);
	ck_assert_uint_eq(in(IIR), 0xc2);
	ck_assert(!world.irq);
	out(DATA, 'x');
	ck_assert(world.irq);
	world.edges = 0;
	out(DATA, 'y');
	ck_assert_msg(!world.edges, "FIFOs are filled without an interrupt each");
}
END_TEST

/* Interrupts are edges: one that writes without asking IIR wants another. */
START_TEST(no_fifo_means_an_edge_each)
{
	started(0x02);
	out(FCR, 0);
	ck_assert(world.irq);
	world.edges = 0;
	out(DATA, 'x');
	ck_assert(world.irq);
	ck_assert_int_eq(world.edges, 2);
}
END_TEST

Suite *serial_suite(void)
{
	Suite *suite = suite_create("serial");

	add_test(suite, "sends_at_once", sends_at_once);
	add_test(suite, "divisor_is_not_sent", divisor_is_not_sent);
	add_test(suite, "polling_guest_gets_input", polling_guest_gets_input);
	add_test(suite, "polling_guest_with_fifo", polling_guest_with_fifo);
	add_test(suite, "polls_between_characters", guest_that_polls_between_characters);
	add_test(suite, "interrupts_without_fifo", interrupts_without_fifo);
	add_test(suite, "receives_in_order", receives_in_order);
	add_test(suite, "more_than_a_fifo_comes", more_than_a_fifo_comes);
	add_test(suite, "level_makes_an_edge", level_makes_an_edge);
	add_test(suite, "starting_driver_loses_nothing", starting_driver_loses_nothing);
	add_test(suite, "blind_reads_lose_nothing", blind_reads_lose_nothing);
	add_test(suite, "guest_that_reads_may_throw_away", guest_that_reads_may_throw_away);
	add_test(suite, "own_characters_do_not_come_again", own_characters_do_not_come_again);
	add_test(suite, "loopback_holds_input_back", loopback_holds_input_back);
	add_test(suite, "room_opens_and_closes", room_opens_and_closes);
	add_test(suite, "thrown_away_input_finds_room", thrown_away_input_finds_room);
	add_test(suite, "time_out_is_attended_to", time_out_is_attended_to);
	add_test(suite, "break_is_seen", break_is_seen);
	add_test(suite, "line_needs_out2", line_needs_out2);
	add_test(suite, "empty_transmitter_interrupts", empty_transmitter_interrupts);
	add_test(suite, "no_fifo_means_an_edge_each", no_fifo_means_an_edge_each);
	return suite;
}
