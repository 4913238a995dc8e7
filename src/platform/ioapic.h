/* SPDX-License-Identifier: GPL-2.0 */
/*
 * I/O APIC with 24 inputs. Intel 82093AA datasheet. The caller serialises.
 */
#ifndef VMH_IOAPIC_H
#define VMH_IOAPIC_H

#include <linux/bits.h>
#include <linux/types.h>

#include "irq_msg.h"

struct kvm_ioapic_state;

#define IOAPIC_NR_PINS		24
#define IOAPIC_BASE_GPA		0xfec00000u
#define IOAPIC_SIZE_BYTES	0x100

/* The version register: 0x11 has no EOI register, 0x20 has one. */
#define IOAPIC_VERSION_82093AA	0x11
#define IOAPIC_VERSION_EOI_REG	0x20

/* Redirection entries */
#define IOAPIC_RTE_VECTOR	GENMASK_ULL(7, 0)
#define IOAPIC_RTE_MODE_SHIFT	8
#define IOAPIC_RTE_LOGICAL	BIT_ULL(11)
#define IOAPIC_RTE_STATUS	BIT_ULL(12)	/* read-only */
#define IOAPIC_RTE_POLARITY	BIT_ULL(13)
#define IOAPIC_RTE_REMOTE_IRR	BIT_ULL(14)	/* read-only */
#define IOAPIC_RTE_LEVEL	BIT_ULL(15)
#define IOAPIC_RTE_MASKED	BIT_ULL(16)
#define IOAPIC_RTE_DEST_SHIFT	56

/**
 * struct ioapic - an I/O APIC
 * @base_gpa: where its registers are
 * @rte: redirection entries
 * @sources: per pin, the sources that assert it: bit n is source n
 * @irr: pins whose input is asserted
 * @irr_sent: edge-triggered pins in @irr whose message went out
 * @id: the id register, bits 27:24
 * @regsel: IOREGSEL
 * @version: IOAPIC_VERSION_*
 */
struct ioapic {
	u64 base_gpa;
	u64 rte[IOAPIC_NR_PINS];
	u32 sources[IOAPIC_NR_PINS];
	u32 irr;
	u32 irr_sent;
	u8 id;
	u8 regsel;
	u8 version;
};

void ioapic_init(struct ioapic *io);
int ioapic_mmio_read(const struct ioapic *io, u32 offset, unsigned int len, u64 *val);
int ioapic_mmio_write(struct ioapic *io, u32 offset, unsigned int len, u64 val,
		      struct irq_msg *out, unsigned int max);
enum irq_line_result ioapic_set_irq(struct ioapic *io, unsigned int pin, unsigned int source,
				    bool level, struct irq_msg *out);
int ioapic_eoi(struct ioapic *io, u8 vector, struct irq_msg *out, unsigned int max);
u32 ioapic_pins_of(const struct ioapic *io, u8 vector);
void ioapic_vectors(const struct ioapic *io, unsigned long *level, unsigned long *all);
void ioapic_get_state(const struct ioapic *io, struct kvm_ioapic_state *state);
int ioapic_set_state(struct ioapic *io, const struct kvm_ioapic_state *state,
		     struct irq_msg *out, unsigned int max);

#endif
