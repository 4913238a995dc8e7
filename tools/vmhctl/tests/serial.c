// SPDX-License-Identifier: GPL-2.0
#include <check.h>
#include <string.h>

#include "rows.h"
#include "serial.h"

enum { DATA, IER, IIR, LCR, MCR, LSR, MSR, SCR };
#define FCR IIR

static struct world {
	char sent[64];
	size_t nr_sent;
	bool irq;
	int edges;
	int opened;
} world;

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

static void opened(void *opaque)
{
	((struct world *)opaque)->opened++;
}

static const struct serial_ops ops = {
	.opaque = &world, .transmit = transmit, .set_irq = set_irq, .opened = opened,
};

static struct serial fresh(void)
{
	struct serial serial;

	memset(&world, 0, sizeof(world));
	serial_init(&serial, &ops);
	return serial;
}

/* As a driver leaves it: FIFOs, interrupt line connected, receive interrupts. */
static struct serial started(uint8_t ier)
{
	struct serial serial = fresh();

	serial_write(&serial, FCR, 0x01);
	serial_write(&serial, MCR, 0x0b);
	serial_write(&serial, IER, ier);
	return serial;
}

START_TEST(sends_at_once)
{
	struct serial s = fresh();

	serial_write(&s, DATA, 'a');
	serial_write(&s, DATA, 'b');
	ck_assert_uint_eq(world.nr_sent, 2);
	ck_assert_mem_eq(world.sent, "ab", 2);
	ck_assert_uint_eq(serial_read(&s, LSR), 0x60);
}
END_TEST

START_TEST(divisor_hides_data)
{
	struct serial s = fresh();

	serial_write(&s, LCR, 0x83);
	serial_write(&s, DATA, 0x01);
	serial_write(&s, IER, 0x02);
	ck_assert_uint_eq(serial_read(&s, DATA), 0x01);
	ck_assert_uint_eq(serial_read(&s, IER), 0x02);
	serial_write(&s, LCR, 0x03);
	ck_assert_uint_eq(serial_read(&s, IER), 0);
	ck_assert_uint_eq(world.nr_sent, 0);
}
END_TEST

START_TEST(empty_transmitter_interrupts)
{
	struct serial s = started(0x02);

	ck_assert(world.irq);
	ck_assert_uint_eq(serial_read(&s, IIR), 0xc2);
	ck_assert_msg(!world.irq, "being told ends it");
	ck_assert_uint_eq(serial_read(&s, IIR), 0xc1);
	serial_write(&s, DATA, 'x');
	ck_assert_msg(world.irq, "and it comes again after the next byte");
}
END_TEST

START_TEST(asking_again_interrupts_again)
{
	struct serial s = started(0x02);

	serial_read(&s, IIR);
	serial_write(&s, IER, 0);
	ck_assert(!world.irq);
	serial_write(&s, IER, 0x02);
	ck_assert(world.irq);
}
END_TEST

START_TEST(receives_in_order)
{
	struct serial s = started(0x01);

	serial_receive(&s, (const uint8_t *)"hello", 5);
	ck_assert(world.irq);
	ck_assert_uint_eq(serial_read(&s, IIR), 0xc4);
	ck_assert_uint_eq(serial_read(&s, LSR), 0x61);
	for (const char *c = "hello"; *c; c++) {
		ck_assert(world.irq);
		ck_assert_uint_eq(serial_read(&s, DATA), *c);
	}
	ck_assert_msg(!world.irq, "an empty FIFO is quiet");
	ck_assert_uint_eq(serial_read(&s, LSR), 0x60);
}
END_TEST

START_TEST(receive_before_transmit)
{
	struct serial s = started(0x03);

	serial_receive(&s, (const uint8_t *)"!", 1);
	ck_assert_uint_eq(serial_read(&s, IIR), 0xc4);
	serial_read(&s, DATA);
	ck_assert_uint_eq(serial_read(&s, IIR), 0xc2);
}
END_TEST

START_TEST(room_opens_and_closes)
{
	static const uint8_t bytes[SERIAL_FIFO];
	struct serial s = fresh();

	ck_assert_uint_eq(serial_room(&s), 0);
	serial_write(&s, IER, 0x01);
	ck_assert_msg(!serial_room(&s), "a driver that still starts does not listen");
	serial_write(&s, FCR, 0x01);
	ck_assert_int_eq(world.opened, 1);
	ck_assert_uint_eq(serial_room(&s), SERIAL_FIFO);
	serial_receive(&s, bytes, sizeof(bytes));
	ck_assert_uint_eq(serial_room(&s), 0);
	serial_read(&s, DATA);
	ck_assert_int_eq(world.opened, 2);
	ck_assert_uint_eq(serial_room(&s), 1);
	serial_read(&s, DATA);
	ck_assert_int_eq(world.opened, 2);
}
END_TEST

START_TEST(too_much_is_lost_at_the_end)
{
	struct serial s = started(0x01);

	serial_receive(&s, (const uint8_t *)"0123456789abcdefXY", 18);
	for (const char *c = "0123456789abcdef"; *c; c++)
		ck_assert_uint_eq(serial_read(&s, DATA), *c);
	ck_assert_uint_eq(serial_read(&s, LSR), 0x60);
}
END_TEST

START_TEST(fifo_can_be_emptied)
{
	struct serial s = started(0x01);

	serial_receive(&s, (const uint8_t *)"abc", 3);
	serial_write(&s, FCR, 0x03);
	ck_assert_uint_eq(serial_read(&s, LSR), 0x60);
	ck_assert(!world.irq);
}
END_TEST

START_TEST(line_needs_out2)
{
	struct serial s = fresh();

	serial_write(&s, IER, 0x02);
	ck_assert(!world.irq);
	serial_write(&s, MCR, 0x08);
	ck_assert(world.irq);
	serial_write(&s, MCR, 0x18);
	ck_assert_msg(!world.irq, "held back in loopback");
}
END_TEST

START_TEST(loopback_shows_outputs)
{
	struct serial s = fresh();

	serial_write(&s, MCR, 0x1a);		/* what Linux looks for a UART with */
	ck_assert_uint_eq(serial_read(&s, MSR) & 0xf0, 0x90);
	serial_write(&s, DATA, 'L');
	ck_assert_uint_eq(world.nr_sent, 0);
	ck_assert_uint_eq(serial_read(&s, DATA), 'L');
	serial_write(&s, MCR, 0x0b);
	ck_assert_uint_eq(serial_read(&s, MSR), 0xb0);
}
END_TEST

START_TEST(is_a_16550a)
{
	struct serial s = fresh();

	ck_assert_uint_eq(serial_read(&s, IIR), 0x01);
	serial_write(&s, FCR, 0x01);
	ck_assert_uint_eq(serial_read(&s, IIR) & 0xc0, 0xc0);
	serial_write(&s, SCR, 0xa5);
	ck_assert_uint_eq(serial_read(&s, SCR), 0xa5);
	serial_write(&s, IER, 0xf0);
	ck_assert_uint_eq(serial_read(&s, IER), 0);
	serial_write(&s, LSR, 0);
	ck_assert_uint_eq(serial_read(&s, LSR), 0x60);
}
END_TEST

Suite *serial_suite(void)
{
	Suite *suite = suite_create("serial");

	add_test(suite, "sends_at_once", sends_at_once);
	add_test(suite, "divisor_hides_data", divisor_hides_data);
	add_test(suite, "empty_transmitter_interrupts", empty_transmitter_interrupts);
	add_test(suite, "asking_again_interrupts_again", asking_again_interrupts_again);
	add_test(suite, "receives_in_order", receives_in_order);
	add_test(suite, "receive_before_transmit", receive_before_transmit);
	add_test(suite, "room_opens_and_closes", room_opens_and_closes);
	add_test(suite, "too_much_is_lost_at_the_end", too_much_is_lost_at_the_end);
	add_test(suite, "fifo_can_be_emptied", fifo_can_be_emptied);
	add_test(suite, "line_needs_out2", line_needs_out2);
	add_test(suite, "loopback_shows_outputs", loopback_shows_outputs);
	add_test(suite, "is_a_16550a", is_a_16550a);
	return suite;
}
