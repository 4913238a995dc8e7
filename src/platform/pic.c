// SPDX-License-Identifier: GPL-2.0
/*
 * The 8259A pair: requests, priorities, acknowledge. Intel 8259A datasheet.
 */
#include <linux/bitops.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "pic_internal.h"

#define PIC_NR_SOURCES		32

/* Inputs of each chip that may be level-triggered: not the timer, keyboard, cascade, RTC, FPU. */
static const u8 pic_elcr_mask[PIC_NR_CHIPS] = { 0xf8, 0xde };

/* How far input @n is from the highest priority, 0 to 7. */
static unsigned int pic_chip_rank(const struct pic_chip *c, unsigned int n)
{
	return (n - c->highest) % 8;
}

/* The input of highest priority in @mask, or -1. */
int pic_chip_first(const struct pic_chip *c, u8 mask)
{
	const u8 by_rank = mask >> c->highest | mask << (8 - c->highest);

	return by_rank ? (int)(__ffs(by_rank) + c->highest) % 8 : -1;
}

/*
 * The input that asks for an interrupt, or -1. It has to have a higher priority than what is in
 * service, where special mask mode does not count masked inputs. In special fully nested mode the
 * cascade may interrupt itself: the second chip has found a higher priority of its own.
 */
int pic_chip_pending(const struct pic_chip *c)
{
	const u8 isr = c->special_mask ? c->isr & ~c->imr : c->isr;
	const int n = pic_chip_first(c, c->irr & ~c->imr), busy = pic_chip_first(c, isr);

	if (n < 0 || busy < 0)
		return n;
	if (n == busy && n == PIC_CASCADE && c->special_nested && !c->is_second)
		return n;
	return pic_chip_rank(c, n) < pic_chip_rank(c, busy) ? n : -1;
}

/* Input @n leaves service. The cascade is no irq of its own. */
void pic_chip_end(struct pic *p, struct pic_chip *c, unsigned int n)
{
	c->isr &= ~BIT(n);
	if (c->is_second)
		p->ended |= BIT(n + 8);
	else if (n != PIC_CASCADE)
		p->ended |= BIT(n);
}

/* The processor acknowledges input @n: into service, or straight through with automatic EOI. */
void pic_chip_ack(struct pic *p, struct pic_chip *c, unsigned int n)
{
	if (!(c->elcr & BIT(n)))
		c->irr &= ~BIT(n);
	c->isr |= BIT(n);
	if (!c->auto_eoi)
		return;
	if (c->rotate_auto_eoi)
		c->highest = (n + 1) % 8;
	pic_chip_end(p, c, n);
}

/* The second chip's output is the first one's input 2, whose request lasts as long. */
void pic_update(struct pic *p)
{
	struct pic_chip *first = &p->chips[PIC_FIRST];

	if (pic_chip_pending(&p->chips[PIC_SECOND]) >= 0)
		first->irr |= BIT(PIC_CASCADE);
	else
		first->irr &= ~BIT(PIC_CASCADE);
	p->output = pic_chip_pending(first) >= 0;
}

/**
 * pic_init() - power up the pair
 * @p: the pair
 *
 * Software has to initialise it before it is of use.
 */
void pic_init(struct pic *p)
{
	unsigned int i;

	memset(p, 0, sizeof(*p));
	for (i = 0; i < PIC_NR_CHIPS; i++)
		p->chips[i].elcr_mask = pic_elcr_mask[i];
	p->chips[PIC_SECOND].is_second = true;
}

static enum irq_line_result pic_chip_set(struct pic_chip *c, unsigned int n, bool level)
{
	const bool was = c->lines & BIT(n), requested = c->irr & BIT(n);

	if (!level) {
		c->lines &= ~BIT(n);
		if (c->elcr & BIT(n))
			c->irr &= ~BIT(n);
		return IRQ_LINE_IGNORED;
	}
	c->lines |= BIT(n);
	if (!was || (c->elcr & BIT(n)))
		c->irr |= BIT(n);
	if (c->imr & BIT(n))
		return IRQ_LINE_IGNORED;
	return requested || !(c->irr & BIT(n)) ? IRQ_LINE_COALESCED : IRQ_LINE_DELIVERED;
}

/**
 * pic_set_irq() - a source drives an input
 * @p: the pair
 * @irq: 0 to 15; 2 is the cascade, on which nothing can be wired
 * @source: which of up to 32 sources that share it; it is asserted while any of them asserts it
 * @level: asserted
 *
 * Return: what became of it. Read pic_output() afterwards.
 */
enum irq_line_result pic_set_irq(struct pic *p, unsigned int irq, unsigned int source, bool level)
{
	enum irq_line_result ret;

	if (irq >= PIC_NR_IRQS || irq == PIC_CASCADE || source >= PIC_NR_SOURCES)
		return IRQ_LINE_IGNORED;
	irq = array_index_nospec(irq, PIC_NR_IRQS);
	if (level)
		p->sources[irq] |= BIT(source);
	else
		p->sources[irq] &= ~BIT(source);
	ret = pic_chip_set(&p->chips[irq / 8], irq % 8, p->sources[irq]);
	pic_update(p);
	return ret;
}

/**
 * pic_ack() - the processor acknowledges INTR
 * @p: the pair
 *
 * Read pic_output() and pic_take_ended() afterwards.
 *
 * Return: the vector. If the request has gone away meanwhile, that of input 7, and nothing is in
 * service for it.
 */
int pic_ack(struct pic *p)
{
	struct pic_chip *first = &p->chips[PIC_FIRST], *second = &p->chips[PIC_SECOND];
	int vector, n;

	n = pic_chip_pending(first);
	if (n < 0)
		return first->vector_base + 7;
	pic_chip_ack(p, first, n);
	vector = first->vector_base + n;
	if (n == PIC_CASCADE) {
		n = pic_chip_pending(second);
		if (n >= 0)
			pic_chip_ack(p, second, n);
		vector = second->vector_base + (n < 0 ? 7 : n);
	}
	pic_update(p);
	return vector;
}

/**
 * pic_take_ended() - which irqs left service since the last call
 * @p: the pair
 *
 * For inputs that are to be sampled again at their EOI.
 *
 * Return: bit n is irq n.
 */
u16 pic_take_ended(struct pic *p)
{
	const u16 ended = p->ended;

	p->ended = 0;
	return ended;
}
