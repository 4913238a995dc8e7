/* SPDX-License-Identifier: GPL-2.0 */
/* The messages that MSIs make. */
#ifndef VMH_VECTORS_IRQ_MSG_H
#define VMH_VECTORS_IRQ_MSG_H

#include <linux/kernel.h>
#include <irq_msg.h>

struct irq_msg_case {
	const char *name;
	u64 addr;
	u32 data;
	struct irq_msg want;
};

static const struct irq_msg_case irq_msg_cases[] = {
	{ "fixed, physical", 0xfee03000, 0x0041, { .dest = 3, .vector = 0x41, .assert = true } },
	{ "broadcast", 0xfeeff000, 0x0041, { .dest = 0xff, .vector = 0x41, .assert = true } },
	{ "logical", 0xfee03004, 0x0041,
	  { .dest = 3, .vector = 0x41, .logical = true, .assert = true } },
	{ "lowest priority", 0xfee0f004, 0x0141,
	  { .dest = 0xf, .vector = 0x41, .mode = IRQ_MSG_LOWEST, .logical = true,
	  .assert = true } },
	{ "redirection hint", 0xfee0f00c, 0x0041,
	  { .dest = 0xf, .vector = 0x41, .mode = IRQ_MSG_LOWEST, .logical = true,
	  .assert = true } },
	{ "redirection hint, physical", 0xfee03008, 0x0041,
	  { .dest = 3, .vector = 0x41, .assert = true } },
	{ "redirection hint, NMI", 0xfee0300c, 0x0400,
	  { .dest = 3, .mode = IRQ_MSG_NMI, .logical = true, .assert = true } },
	{ "NMI", 0xfee01000, 0x0402, { .dest = 1, .vector = 2, .mode = IRQ_MSG_NMI,
		.assert = true } },
	{ "ExtINT", 0xfee01000, 0x0700, { .dest = 1, .mode = IRQ_MSG_EXTINT, .assert = true } },
	{ "level, assert", 0xfee01000, 0xc041,
	  { .dest = 1, .vector = 0x41, .assert = true, .level_triggered = true } },
	{ "level, deassert", 0xfee01000, 0x8041,
	  { .dest = 1, .vector = 0x41, .level_triggered = true } },
	{ "edge, level bit does not matter", 0xfee01000, 0x4041,
	  { .dest = 1, .vector = 0x41, .assert = true } },
	{ "destination above 255", 0x00012300fee45000ull, 0x0041,
	  { .dest = 0x12345, .vector = 0x41, .dest_32bit = true, .assert = true } },
	{ "32-bit broadcast", 0xffffff00feeff000ull, 0x0041,
	  { .dest = ~0u, .vector = 0x41, .dest_32bit = true, .assert = true } },
	{ "bits 39:32 are no destination", 0x000000fffee01000ull, 0x0041,
	  { .dest = 1, .vector = 0x41, .assert = true } },
	{ "bits that mean nothing", 0xfee01ff3, 0xffff3841,
	  { .dest = 1, .vector = 0x41, .assert = true } },
};

static inline bool irq_msg_case_ok(const struct irq_msg_case *c, char *why, size_t why_len)
{
	const struct irq_msg *w = &c->want;
	struct irq_msg m;

	irq_msg_from_msi(c->addr, c->data, &m);
	if (m.dest == w->dest && m.vector == w->vector && m.mode == w->mode &&
	    m.logical == w->logical && m.dest_32bit == w->dest_32bit && m.assert == w->assert &&
	    m.level_triggered == w->level_triggered && m.shorthand == IRQ_MSG_TO_DEST)
		return true;
	snprintf(why, why_len, "dest %#x vector %#x mode %u logical %d wide %d assert %d level %d",
		 m.dest, m.vector, m.mode, m.logical, m.dest_32bit, m.assert, m.level_triggered);
	return false;
}

#endif /* VMH_VECTORS_IRQ_MSG_H */
