// SPDX-License-Identifier: GPL-2.0
/*
 * I/O APIC. Intel 82093AA datasheet; where it and KVM's model differ in what software can see,
 * KVM's behaviour counts.
 */
#include <linux/bitops.h>
#include <linux/build_bug.h>
#include <linux/errno.h>
#include <linux/kvm.h>
#include <linux/nospec.h>
#include <linux/string.h>

#include "ioapic.h"

/* Direct registers */
#define IOAPIC_MMIO_REGSEL	0x00
#define IOAPIC_MMIO_WINDOW	0x10
#define IOAPIC_MMIO_EOI		0x40

/* Registers behind the window */
#define IOAPIC_INDEX_ID		0x00
#define IOAPIC_INDEX_VERSION	0x01
#define IOAPIC_INDEX_ARB	0x02
#define IOAPIC_INDEX_RTE	0x10

#define IOAPIC_NR_SOURCES	32

#define IOAPIC_RTE_READ_ONLY	(IOAPIC_RTE_STATUS | IOAPIC_RTE_REMOTE_IRR)
#define IOAPIC_RTE_WRITABLE	(GENMASK_ULL(16, 0) & ~IOAPIC_RTE_READ_ONLY)
#define IOAPIC_RTE_WRITABLE_HIGH	GENMASK_ULL(63, IOAPIC_RTE_DEST_SHIFT)

static_assert(IOAPIC_NR_PINS == KVM_IOAPIC_NUM_PINS);

static u8 ioapic_rte_mode(u64 rte)
{
	return (rte >> IOAPIC_RTE_MODE_SHIFT) & 7;
}

/* The other delivery modes are edges whatever the trigger bit says: nobody would EOI them. */
static bool ioapic_rte_is_level(u64 rte)
{
	return (rte & IOAPIC_RTE_LEVEL) && ioapic_rte_mode(rte) <= IRQ_MSG_LOWEST;
}

/* Sends what a pin's entry says, unless its delivery mode is a reserved one. */
static bool ioapic_send(struct ioapic *io, unsigned int pin, struct irq_msg *out)
{
	const u64 rte = io->rte[pin];
	const u8 mode = ioapic_rte_mode(rte);

	if (mode == IRQ_MSG_REMOTE_READ || mode == IRQ_MSG_SIPI)
		return false;
	*out = (struct irq_msg) {
		.dest = rte >> IOAPIC_RTE_DEST_SHIFT,
		.vector = rte & IOAPIC_RTE_VECTOR,
		.mode = mode,
		.shorthand = IRQ_MSG_TO_DEST,
		.logical = rte & IOAPIC_RTE_LOGICAL,
		.assert = true,
		.level_triggered = ioapic_rte_is_level(rte),
	};
	if (out->level_triggered)
		io->rte[pin] |= IOAPIC_RTE_REMOTE_IRR;
	else
		io->irr_sent |= BIT(pin);
	return true;
}

/* Is a pin's level interrupt to be sent now? */
static bool ioapic_level_ready(const struct ioapic *io, unsigned int pin)
{
	const u64 rte = io->rte[pin];

	return ioapic_rte_is_level(rte) && (io->irr & BIT(pin)) &&
	       !(rte & (IOAPIC_RTE_MASKED | IOAPIC_RTE_REMOTE_IRR));
}

/**
 * ioapic_init() - power up an I/O APIC
 * @io: the I/O APIC
 *
 * It is an 82093AA, without EOI register; a caller that offers one sets ``version``.
 */
void ioapic_init(struct ioapic *io)
{
	unsigned int pin;

	memset(io, 0, sizeof(*io));
	io->base_gpa = IOAPIC_BASE_GPA;
	io->version = IOAPIC_VERSION_82093AA;
	for (pin = 0; pin < IOAPIC_NR_PINS; pin++)
		io->rte[pin] = IOAPIC_RTE_MASKED;
}

/* The pin whose entry the index register names, or IOAPIC_NR_PINS. */
static unsigned int ioapic_selected_pin(const struct ioapic *io)
{
	const unsigned int pin = (io->regsel - IOAPIC_INDEX_RTE) / 2;

	if (io->regsel < IOAPIC_INDEX_RTE || pin >= IOAPIC_NR_PINS)
		return IOAPIC_NR_PINS;
	return array_index_nospec(pin, IOAPIC_NR_PINS);
}

static u32 ioapic_window_read(const struct ioapic *io)
{
	unsigned int pin;

	switch (io->regsel) {
	case IOAPIC_INDEX_ID:
	case IOAPIC_INDEX_ARB:
		return (u32)io->id << 24;
	case IOAPIC_INDEX_VERSION:
		return (IOAPIC_NR_PINS - 1) << 16 | io->version;
	}
	pin = ioapic_selected_pin(io);
	if (pin == IOAPIC_NR_PINS)
		return 0;
	return io->regsel & 1 ? io->rte[pin] >> 32 : io->rte[pin];
}

/**
 * ioapic_mmio_read() - read a register
 * @io: the I/O APIC
 * @offset: from its base address
 * @len: 1, 2, 4 or 8 bytes
 * @val: the result; 0 where there is no register
 *
 * Return: 0, or -EINVAL for another length or an offset past the end.
 */
int ioapic_mmio_read(const struct ioapic *io, u32 offset, unsigned int len, u64 *val)
{
	*val = 0;
	if (offset >= IOAPIC_SIZE_BYTES || !len || len > 8 || (len & (len - 1)))
		return -EINVAL;
	if (offset == IOAPIC_MMIO_REGSEL)
		*val = io->regsel;
	else if (offset == IOAPIC_MMIO_WINDOW)
		*val = ioapic_window_read(io);
	if (len < 4)
		*val &= GENMASK(len * 8 - 1, 0);
	return 0;
}

/*
 * A write keeps the read-only bits, but one that makes a pin edge-triggered clears its remote IRR:
 * without an EOI register, that is how software ends a level interrupt by hand.
 */
static int ioapic_rte_write(struct ioapic *io, unsigned int pin, u32 val, struct irq_msg *out)
{
	u64 *rte = &io->rte[pin];

	if (io->regsel & 1)
		*rte = (*rte & GENMASK_ULL(31, 0)) | ((u64)val << 32 & IOAPIC_RTE_WRITABLE_HIGH);
	else
		*rte = (*rte & ~IOAPIC_RTE_WRITABLE) | (val & IOAPIC_RTE_WRITABLE);
	if (!ioapic_rte_is_level(*rte))
		*rte &= ~IOAPIC_RTE_REMOTE_IRR;
	return ioapic_level_ready(io, pin) && ioapic_send(io, pin, out);
}

static int ioapic_window_write(struct ioapic *io, u32 val, struct irq_msg *out)
{
	unsigned int pin;

	if (io->regsel == IOAPIC_INDEX_ID) {
		io->id = (val >> 24) & 0xf;
		return 0;
	}
	pin = ioapic_selected_pin(io);
	return pin == IOAPIC_NR_PINS ? 0 : ioapic_rte_write(io, pin, val, out);
}

/**
 * ioapic_mmio_write() - write a register
 * @io: the I/O APIC
 * @offset: from its base address; a write where there is no register is ignored
 * @len: 1, 2, 4 or 8 bytes; a shorter value is extended with zeroes, a longer one is cut to 4
 * @val: value
 * @out: messages to deliver
 * @max: how many @out holds, at least IOAPIC_NR_PINS
 *
 * Return: the number of messages; -EINVAL for another length or an offset past the end; -ENOSPC if
 * @max is too small. Entries may have changed: ioapic_vectors().
 */
int ioapic_mmio_write(struct ioapic *io, u32 offset, unsigned int len, u64 val,
		      struct irq_msg *out, unsigned int max)
{
	if (max < IOAPIC_NR_PINS)
		return -ENOSPC;
	if (offset >= IOAPIC_SIZE_BYTES || !len || len > 8 || (len & (len - 1)))
		return -EINVAL;
	if (len < 4)
		val &= GENMASK(len * 8 - 1, 0);
	if (offset == IOAPIC_MMIO_REGSEL)
		io->regsel = val;
	else if (offset == IOAPIC_MMIO_WINDOW)
		return ioapic_window_write(io, val, out);
	else if (offset == IOAPIC_MMIO_EOI && io->version >= IOAPIC_VERSION_EOI_REG)
		return ioapic_eoi(io, val & 0xff, out, max);
	return 0;
}

static enum irq_line_result ioapic_assert(struct ioapic *io, unsigned int pin, struct irq_msg *out)
{
	const bool was = io->irr & BIT(pin);
	const u64 rte = io->rte[pin];

	io->irr |= BIT(pin);
	if (!ioapic_rte_is_level(rte) && was)
		return IRQ_LINE_COALESCED;
	if (rte & IOAPIC_RTE_MASKED)
		return IRQ_LINE_IGNORED;
	if (ioapic_rte_is_level(rte) && (rte & IOAPIC_RTE_REMOTE_IRR))
		return IRQ_LINE_COALESCED;
	return ioapic_send(io, pin, out) ? IRQ_LINE_DELIVERED : IRQ_LINE_IGNORED;
}

/**
 * ioapic_set_irq() - a source drives an input
 * @io: the I/O APIC
 * @pin: the input
 * @source: which of up to 32 sources that share it; it is asserted while any of them asserts it
 * @level: asserted
 * @out: the message to deliver
 *
 * The polarity bit is not looked at: asserted is asserted. An edge on a masked pin is not sent when
 * the pin is unmasked.
 *
 * Return: IRQ_LINE_DELIVERED if @out is to be delivered; otherwise there is nothing to do.
 */
enum irq_line_result ioapic_set_irq(struct ioapic *io, unsigned int pin, unsigned int source,
				    bool level, struct irq_msg *out)
{
	if (pin >= IOAPIC_NR_PINS || source >= IOAPIC_NR_SOURCES)
		return IRQ_LINE_IGNORED;
	pin = array_index_nospec(pin, IOAPIC_NR_PINS);
	if (level)
		io->sources[pin] |= BIT(source);
	else
		io->sources[pin] &= ~BIT(source);
	if (io->sources[pin])
		return ioapic_assert(io, pin, out);
	io->irr &= ~BIT(pin);
	io->irr_sent &= ~BIT(pin);
	return IRQ_LINE_IGNORED;
}

/**
 * ioapic_eoi() - a local APIC broadcast an EOI
 * @io: the I/O APIC
 * @vector: the vector that ended
 * @out: messages to deliver: level interrupts that are still asserted
 * @max: how many @out holds, at least IOAPIC_NR_PINS
 *
 * A caller with inputs that are to be resampled asks ioapic_pins_of() first, and deasserts those.
 *
 * Return: the number of messages, or -ENOSPC if @max is too small.
 */
int ioapic_eoi(struct ioapic *io, u8 vector, struct irq_msg *out, unsigned int max)
{
	unsigned int pin;
	int nr = 0;

	if (max < IOAPIC_NR_PINS)
		return -ENOSPC;
	for (pin = 0; pin < IOAPIC_NR_PINS; pin++) {
		u64 *rte = &io->rte[pin];

		if ((*rte & IOAPIC_RTE_VECTOR) != vector || !(*rte & IOAPIC_RTE_REMOTE_IRR))
			continue;
		*rte &= ~IOAPIC_RTE_REMOTE_IRR;
		if (ioapic_level_ready(io, pin) && ioapic_send(io, pin, &out[nr]))
			nr++;
	}
	return nr;
}

/**
 * ioapic_pins_of() - the inputs that interrupt with a vector, edge or level
 * @io: the I/O APIC
 * @vector: the vector
 *
 * Return: bit n is pin n.
 */
u32 ioapic_pins_of(const struct ioapic *io, u8 vector)
{
	unsigned int pin;
	u32 pins = 0;

	for (pin = 0; pin < IOAPIC_NR_PINS; pin++)
		if ((io->rte[pin] & IOAPIC_RTE_VECTOR) == vector)
			pins |= BIT(pin);
	return pins;
}

/**
 * ioapic_vectors() - the vectors that the entries name
 * @io: the I/O APIC
 * @level: bitmap of 256: those of level-triggered entries are added, the ones whose EOI the I/O
 *	APIC has to see
 * @all: bitmap of 256: those of all entries that are not masked are added; may be NULL
 *
 * A level-triggered entry counts even when masked: an interrupt that it sent may be in service.
 */
void ioapic_vectors(const struct ioapic *io, unsigned long *level, unsigned long *all)
{
	unsigned int pin;

	for (pin = 0; pin < IOAPIC_NR_PINS; pin++) {
		const u64 rte = io->rte[pin];

		if (ioapic_rte_is_level(rte))
			__set_bit(rte & IOAPIC_RTE_VECTOR, level);
		if (all && !(rte & IOAPIC_RTE_MASKED))
			__set_bit(rte & IOAPIC_RTE_VECTOR, all);
	}
}

/**
 * ioapic_get_state() - copy the state out, for KVM_GET_IRQCHIP
 * @io: the I/O APIC
 * @state: the copy; its irr has no edges that were sent
 */
void ioapic_get_state(const struct ioapic *io, struct kvm_ioapic_state *state)
{
	unsigned int pin;

	memset(state, 0, sizeof(*state));
	state->base_address = io->base_gpa;
	state->ioregsel = io->regsel;
	state->id = io->id;
	state->irr = io->irr & ~io->irr_sent;
	for (pin = 0; pin < IOAPIC_NR_PINS; pin++)
		state->redirtbl[pin].bits = io->rte[pin];
}

static int ioapic_check_state(const struct kvm_ioapic_state *state)
{
	if (state->ioregsel > 0xff || state->id > 0xf)
		return -EINVAL;
	if (state->irr & ~GENMASK(IOAPIC_NR_PINS - 1, 0))
		return -EINVAL;
	return 0;
}

/* What of a restored entry is kept: remote IRR only makes sense on a level-triggered one. */
static u64 ioapic_rte_sane(u64 rte)
{
	u64 mask = IOAPIC_RTE_WRITABLE | IOAPIC_RTE_WRITABLE_HIGH;

	if (ioapic_rte_is_level(rte))
		mask |= IOAPIC_RTE_REMOTE_IRR;
	return rte & mask;
}

/**
 * ioapic_set_state() - replace the state, for KVM_SET_IRQCHIP
 * @io: the I/O APIC; its inputs stay as they are
 * @state: the new state; reserved bits of entries are dropped
 * @out: messages to deliver: interrupts that were pending
 * @max: how many @out holds, at least IOAPIC_NR_PINS
 *
 * Return: the number of messages; -EINVAL if a value is out of range or -ENOSPC if @max is too
 * small, and nothing is changed.
 */
int ioapic_set_state(struct ioapic *io, const struct kvm_ioapic_state *state,
		     struct irq_msg *out, unsigned int max)
{
	unsigned int pin;
	int ret, nr = 0;

	if (max < IOAPIC_NR_PINS)
		return -ENOSPC;
	ret = ioapic_check_state(state);
	if (ret)
		return ret;
	io->base_gpa = state->base_address;
	io->regsel = state->ioregsel;
	io->id = state->id;
	io->irr = 0;
	io->irr_sent = 0;
	for (pin = 0; pin < IOAPIC_NR_PINS; pin++) {
		io->rte[pin] = ioapic_rte_sane(state->redirtbl[pin].bits);
		if (!(state->irr & BIT(pin)))
			continue;
		if (ioapic_assert(io, pin, &out[nr]) == IRQ_LINE_DELIVERED)
			nr++;
	}
	return nr;
}
