// SPDX-License-Identifier: GPL-2.0
/*
 * The 8259A pair: its ports, and its state as KVM_GET_IRQCHIP and KVM_SET_IRQCHIP carry it. Intel
 * 8259A datasheet, "Programming the 8259A".
 */
#include <linux/errno.h>
#include <linux/kvm.h>
#include <linux/string.h>

#include "pic_internal.h"

/* First command word written to the command port, told apart by bits 4 and 3. */
#define PIC_ICW1		BIT(4)
#define PIC_ICW1_NEEDS_ICW4	BIT(0)
#define PIC_ICW4_AUTO_EOI	BIT(1)
#define PIC_ICW4_SPECIAL_NESTED	BIT(4)
#define PIC_OCW3		BIT(3)
#define PIC_OCW3_READ_ISR	BIT(0)
#define PIC_OCW3_READ		BIT(1)
#define PIC_OCW3_POLL		BIT(2)
#define PIC_OCW3_SMM		BIT(5)
#define PIC_OCW3_SET_SMM	BIT(6)

#define PIC_POLL_REQUEST	BIT(7)

/* Bits 7:5 of OCW2: rotate, specific, end of interrupt. */
enum pic_ocw2 {
	PIC_ROTATE_AUTO_OFF = 0,
	PIC_EOI = 1,
	PIC_NOP = 2,
	PIC_EOI_SPECIFIC = 3,
	PIC_ROTATE_AUTO_ON = 4,
	PIC_EOI_ROTATE = 5,
	PIC_SET_PRIORITY = 6,
	PIC_EOI_SPECIFIC_ROTATE = 7,
};

enum pic_port_kind {
	PIC_PORT_COMMAND,
	PIC_PORT_DATA,
	PIC_PORT_ELCR,
};

/* Which chip a port belongs to, and what it is; NULL if none. */
static struct pic_chip *pic_port_chip(struct pic *p, u16 port, enum pic_port_kind *kind)
{
	switch (port) {
	case 0x20:
	case 0x21:
		*kind = port & 1 ? PIC_PORT_DATA : PIC_PORT_COMMAND;
		return &p->chips[PIC_FIRST];
	case 0xa0:
	case 0xa1:
		*kind = port & 1 ? PIC_PORT_DATA : PIC_PORT_COMMAND;
		return &p->chips[PIC_SECOND];
	case 0x4d0:
	case 0x4d1:
		*kind = PIC_PORT_ELCR;
		return &p->chips[port & 1];
	}
	return NULL;
}

static void pic_end_all(struct pic *p, struct pic_chip *c, u8 mask)
{
	unsigned int n;

	for (n = 0; n < 8; n++)
		if (mask & BIT(n))
			pic_chip_end(p, c, n);
}

/*
 * ICW1 starts the initialisation. Edges seen so far are forgotten, so an input that is asserted now
 * has to fall and rise again. The bits for level triggering and for a single chip are not for a
 * pair with ELCRs.
 */
static void pic_write_icw1(struct pic *p, struct pic_chip *c, u8 val)
{
	pic_end_all(p, c, c->isr | (c->irr & ~c->elcr));
	c->irr &= c->elcr;
	c->imr = 0;
	c->highest = 0;
	c->special_mask = false;
	c->read_isr = false;
	c->poll = false;
	c->needs_icw4 = val & PIC_ICW1_NEEDS_ICW4;
	if (!c->needs_icw4) {
		c->auto_eoi = false;
		c->special_nested = false;
	}
	c->rotate_auto_eoi = false;
	c->init_step = PIC_INIT_ICW2;
}

static void pic_write_ocw3(struct pic_chip *c, u8 val)
{
	if (val & PIC_OCW3_POLL)
		c->poll = true;
	if (val & PIC_OCW3_READ)
		c->read_isr = val & PIC_OCW3_READ_ISR;
	if (val & PIC_OCW3_SET_SMM)
		c->special_mask = val & PIC_OCW3_SMM;
}

/* The unspecific EOI: of what is in service and, in special mask mode, not masked, the first. */
static int pic_eoi_candidate(const struct pic_chip *c)
{
	return pic_chip_first(c, c->special_mask ? c->isr & ~c->imr : c->isr);
}

static void pic_write_ocw2(struct pic *p, struct pic_chip *c, u8 val)
{
	const enum pic_ocw2 cmd = val >> 5;
	int n = val & 7;

	switch (cmd) {
	case PIC_ROTATE_AUTO_OFF:
	case PIC_ROTATE_AUTO_ON:
		c->rotate_auto_eoi = cmd == PIC_ROTATE_AUTO_ON;
		break;
	case PIC_EOI:
	case PIC_EOI_ROTATE:
		n = pic_eoi_candidate(c);
		if (n < 0)
			break;
		pic_chip_end(p, c, n);
		if (cmd == PIC_EOI_ROTATE)
			c->highest = (n + 1) % 8;
		break;
	case PIC_EOI_SPECIFIC:
	case PIC_EOI_SPECIFIC_ROTATE:
		if (c->isr & BIT(n))
			pic_chip_end(p, c, n);
		if (cmd == PIC_EOI_SPECIFIC_ROTATE)
			c->highest = (n + 1) % 8;
		break;
	case PIC_SET_PRIORITY:
		c->highest = (n + 1) % 8;
		break;
	case PIC_NOP:
		break;
	}
}

static void pic_write_data(struct pic_chip *c, u8 val)
{
	switch (c->init_step) {
	case PIC_INIT_ICW2:
		c->vector_base = val & 0xf8;
		c->init_step = PIC_INIT_ICW3;
		break;
	case PIC_INIT_ICW3:	/* how the chips are wired, which does not change here */
		c->init_step = c->needs_icw4 ? PIC_INIT_ICW4 : PIC_INIT_DONE;
		break;
	case PIC_INIT_ICW4:
		c->auto_eoi = val & PIC_ICW4_AUTO_EOI;
		c->special_nested = val & PIC_ICW4_SPECIAL_NESTED;
		c->init_step = PIC_INIT_DONE;
		break;
	default:
		c->imr = val;
	}
}

static void pic_write_elcr(struct pic_chip *c, u8 val)
{
	c->elcr = val & c->elcr_mask;
	c->irr = (c->irr & ~c->elcr) | (c->lines & c->elcr);
}

/**
 * pic_port_write() - the guest writes a byte to a port
 * @p: the pair
 * @port: 0x20, 0x21, 0xa0, 0xa1, 0x4d0 or 0x4d1
 * @val: the byte
 *
 * Read pic_output() and pic_take_ended() afterwards.
 *
 * Return: 0, or -ENODEV for another port.
 */
int pic_port_write(struct pic *p, u16 port, u8 val)
{
	enum pic_port_kind kind;
	struct pic_chip *c = pic_port_chip(p, port, &kind);

	if (!c)
		return -ENODEV;
	if (kind == PIC_PORT_ELCR)
		pic_write_elcr(c, val);
	else if (kind == PIC_PORT_DATA)
		pic_write_data(c, val);
	else if (val & PIC_ICW1)
		pic_write_icw1(p, c, val);
	else if (val & PIC_OCW3)
		pic_write_ocw3(c, val);
	else
		pic_write_ocw2(p, c, val);
	pic_update(p);
	return 0;
}

/* A poll is an acknowledge by software, of this chip alone. */
static u8 pic_poll(struct pic *p, struct pic_chip *c)
{
	const int n = pic_chip_pending(c);

	if (n < 0)
		return 0;
	pic_chip_ack(p, c, n);
	pic_update(p);
	return PIC_POLL_REQUEST | n;
}

/**
 * pic_port_read() - the guest reads a byte from a port
 * @p: the pair
 * @port: 0x20, 0x21, 0xa0, 0xa1, 0x4d0 or 0x4d1
 * @val: the byte
 *
 * A read after a poll command acknowledges: read pic_output() and pic_take_ended() afterwards.
 *
 * Return: 0, or -ENODEV for another port.
 */
int pic_port_read(struct pic *p, u16 port, u8 *val)
{
	enum pic_port_kind kind;
	struct pic_chip *c = pic_port_chip(p, port, &kind);

	if (!c)
		return -ENODEV;
	if (kind == PIC_PORT_ELCR) {
		*val = c->elcr;
	} else if (c->poll) {
		c->poll = false;
		*val = pic_poll(p, c);
	} else if (kind == PIC_PORT_DATA) {
		*val = c->imr;
	} else {
		*val = c->read_isr ? c->isr : c->irr;
	}
	return 0;
}

/**
 * pic_get_state() - copy the state of a chip out
 * @p: the pair
 * @chip: which chip
 * @state: the copy
 */
void pic_get_state(const struct pic *p, enum pic_chip_index chip, struct kvm_pic_state *state)
{
	const struct pic_chip *c = &p->chips[chip];

	*state = (struct kvm_pic_state) {
		.last_irr = c->lines,
		.irr = c->irr,
		.imr = c->imr,
		.isr = c->isr,
		.priority_add = c->highest,
		.irq_base = c->vector_base,
		.read_reg_select = c->read_isr,
		.poll = c->poll,
		.special_mask = c->special_mask,
		.init_state = c->init_step,
		.auto_eoi = c->auto_eoi,
		.rotate_on_auto_eoi = c->rotate_auto_eoi,
		.special_fully_nested_mode = c->special_nested,
		.init4 = c->needs_icw4,
		.elcr = c->elcr,
		.elcr_mask = c->elcr_mask,
	};
}

/**
 * pic_set_state() - replace the state of a chip
 * @p: the pair; its inputs stay as they are
 * @chip: which chip
 * @state: the new state; elcr_mask is not taken
 *
 * Read pic_output() afterwards.
 *
 * Return: 0, or -EINVAL if a value is out of range, and nothing is changed.
 */
int pic_set_state(struct pic *p, enum pic_chip_index chip, const struct kvm_pic_state *state)
{
	struct pic_chip *c = &p->chips[chip];

	if (state->priority_add > 7 || state->init_state > PIC_INIT_ICW4)
		return -EINVAL;
	if ((state->irq_base & 7) || (state->elcr & ~c->elcr_mask))
		return -EINVAL;
	c->lines = state->last_irr;
	c->irr = state->irr;
	c->imr = state->imr;
	c->isr = state->isr;
	c->highest = state->priority_add;
	c->vector_base = state->irq_base;
	c->read_isr = state->read_reg_select;
	c->poll = state->poll;
	c->special_mask = state->special_mask;
	c->init_step = state->init_state;
	c->auto_eoi = state->auto_eoi;
	c->rotate_auto_eoi = state->rotate_on_auto_eoi;
	c->special_nested = state->special_fully_nested_mode;
	c->needs_icw4 = state->init4;
	c->elcr = state->elcr;
	pic_update(p);
	return 0;
}
