/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An interrupt message: what travels from an interrupt source (I/O APIC pin, MSI, the interrupt
 * command register of a local APIC) to the local APICs that it names. Intel SDM volume 3, chapter
 * "Advanced Programmable Interrupt Controller (APIC)".
 */
#ifndef VMH_IRQ_MSG_H
#define VMH_IRQ_MSG_H

#include <linux/bits.h>
#include <linux/types.h>

/* The delivery mode, as encoded in ICR, LVT, redirection entries and MSI data. */
enum irq_msg_mode {
	IRQ_MSG_FIXED = 0,
	IRQ_MSG_LOWEST = 1,
	IRQ_MSG_SMI = 2,
	IRQ_MSG_REMOTE_READ = 3,
	IRQ_MSG_NMI = 4,
	IRQ_MSG_INIT = 5,
	IRQ_MSG_SIPI = 6,
	IRQ_MSG_EXTINT = 7,
};

/* The destination shorthand, as encoded in ICR. */
enum irq_msg_shorthand {
	IRQ_MSG_TO_DEST = 0,
	IRQ_MSG_TO_SELF = 1,
	IRQ_MSG_TO_ALL = 2,
	IRQ_MSG_TO_OTHERS = 3,
};

/* A destination of 8 bits (xAPIC, I/O APIC, MSI) or of 32 bits (x2APIC) that means everybody. */
#define IRQ_MSG_BROADCAST_8	0xffu
#define IRQ_MSG_BROADCAST_32	0xffffffffu

/**
 * struct irq_msg - one interrupt message
 * @dest: APIC id or logical destination; meaningless with a shorthand
 * @vector: vector; the start page number for a SIPI
 * @mode: enum irq_msg_mode
 * @shorthand: enum irq_msg_shorthand; only an ICR sends anything but IRQ_MSG_TO_DEST
 * @logical: @dest is a logical destination
 * @dest_32bit: @dest has x2APIC's 32 bits, so 0xff is an ordinary id
 * @exact: 0xff means everybody to an xAPIC only; to an x2APIC it is an ordinary id too
 * @assert: level asserted; false only for a deassertion, which delivers nothing
 * @level_triggered: the accepting APIC sets the vector's TMR bit
 */
struct irq_msg {
	u32 dest;
	u8 vector;
	u8 mode;
	u8 shorthand;
	bool logical;
	bool dest_32bit;
	bool exact;
	bool assert;
	bool level_triggered;
};

/**
 * enum irq_line_result - what became of a change of an interrupt input
 * @IRQ_LINE_IGNORED: nothing to do: deasserted, masked, or no such input
 * @IRQ_LINE_COALESCED: merged with a request that is still pending
 * @IRQ_LINE_DELIVERED: a new request went out
 *
 * The values are those that KVM_IRQ_LINE_STATUS reports.
 */
enum irq_line_result {
	IRQ_LINE_IGNORED = -1,
	IRQ_LINE_COALESCED = 0,
	IRQ_LINE_DELIVERED = 1,
};

/**
 * irq_msg_from_msi() - the message that a write of an MSI makes
 * @addr: message address; bits 63:40 carry bits 31:8 of the destination (KVM_CAP_X2APIC_API), so
 *	a caller that did not agree to that clears them
 * @data: message data
 * @msg: the result
 *
 * A fixed message with a logical destination and the redirection hint goes to one APIC only: that
 * is what lowest priority means. Intel SDM, "Message Signalled Interrupts".
 */
static inline void irq_msg_from_msi(u64 addr, u32 data, struct irq_msg *msg)
{
	const u32 dest_high = (u32)(addr >> 32) & GENMASK(31, 8);

	*msg = (struct irq_msg) {
		.dest = dest_high | ((u32)(addr >> 12) & 0xff),
		.vector = data & 0xff,
		.mode = (data >> 8) & 7,
		.shorthand = IRQ_MSG_TO_DEST,
		.logical = addr & BIT(2),
		.dest_32bit = dest_high != 0,
		.assert = !(data & BIT(15)) || (data & BIT(14)),
		.level_triggered = data & BIT(15),
	};
	if (msg->mode == IRQ_MSG_FIXED && msg->logical && (addr & BIT(3)))
		msg->mode = IRQ_MSG_LOWEST;
}

#endif
