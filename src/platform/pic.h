/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The PC's pair of 8259A interrupt controllers, the second one cascaded on input 2 of the first,
 * with the edge/level control registers of EISA. Intel 8259A datasheet. The caller serialises.
 */
#ifndef VMH_PIC_H
#define VMH_PIC_H

#include <linux/compiler.h>
#include <linux/types.h>

#include "irq_msg.h"

struct kvm_pic_state;

#define PIC_NR_IRQS		16

enum pic_chip_index {
	PIC_FIRST,
	PIC_SECOND,
	PIC_NR_CHIPS,
};

/* Which initialisation command word the data port expects; the numbers are KVM's. */
enum pic_init_step {
	PIC_INIT_DONE,
	PIC_INIT_ICW2,
	PIC_INIT_ICW3,
	PIC_INIT_ICW4,
};

/**
 * struct pic_chip - one 8259A; masks have bit n for its input n
 * @lines: inputs as they are
 * @irr: interrupt request register
 * @imr: interrupt mask register
 * @isr: in-service register
 * @elcr: level-triggered inputs
 * @elcr_mask: inputs that may be level-triggered
 * @vector_base: vector of input 0
 * @highest: the input of highest priority
 * @init_step: the initialisation command word that comes next, see enum pic_init_step
 * @needs_icw4: ICW4 follows
 * @read_isr: a read of the command port shows ISR rather than IRR
 * @poll: the next read is a poll
 * @special_mask: in-service inputs that are masked do not hold others back
 * @auto_eoi: the acknowledge ends the interrupt
 * @rotate_auto_eoi: and rotates priorities
 * @special_nested: special fully nested mode
 * @is_second: it is the one behind the cascade
 */
struct pic_chip {
	u8 lines;
	u8 irr;
	u8 imr;
	u8 isr;
	u8 elcr;
	u8 elcr_mask;
	u8 vector_base;
	u8 highest;
	u8 init_step;
	bool needs_icw4;
	bool read_isr;
	bool poll;
	bool special_mask;
	bool auto_eoi;
	bool rotate_auto_eoi;
	bool special_nested;
	bool is_second;
};

/**
 * struct pic - the pair
 * @chips: the two controllers
 * @sources: per irq, the sources that assert it: bit n is source n
 * @ended: irqs that left service since pic_take_ended(): bit n is irq n
 * @output: INTR, the output of the first controller
 */
struct pic {
	struct pic_chip chips[PIC_NR_CHIPS];
	u32 sources[PIC_NR_IRQS];
	u16 ended;
	bool output;
};

void pic_init(struct pic *p);
int pic_port_read(struct pic *p, u16 port, u8 *val);
int pic_port_write(struct pic *p, u16 port, u8 val);
enum irq_line_result pic_set_irq(struct pic *p, unsigned int irq, unsigned int source, bool level);
int pic_ack(struct pic *p);
u16 pic_take_ended(struct pic *p);
void pic_get_state(const struct pic *p, enum pic_chip_index chip, struct kvm_pic_state *state);
int pic_set_state(struct pic *p, enum pic_chip_index chip, const struct kvm_pic_state *state);

/**
 * pic_peek_mask() - read a port that shows an interrupt mask register now
 * @p: the pair; not serialised, for the register is a byte
 * @port: any
 * @val: the mask
 *
 * Return: whether the port does; nothing changes by it.
 */
static inline bool pic_peek_mask(const struct pic *p, u16 port, u8 *val)
{
	const struct pic_chip *c = &p->chips[port & 0x80 ? PIC_SECOND : PIC_FIRST];

	if ((port & ~0x80) != 0x21 || READ_ONCE(c->poll))
		return false;
	*val = READ_ONCE(c->imr);
	return true;
}

/** pic_output() - is INTR asserted? */
static inline bool pic_output(const struct pic *p)
{
	return p->output;
}

#endif
