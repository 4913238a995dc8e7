/* SPDX-License-Identifier: GPL-2.0 */
/*
 * An interrupt to many processors by one hypercall, KVM_HC_SEND_IPI: Linux,
 * Documentation/virt/kvm/x86/hypercalls.rst.
 */
#ifndef VMH_PV_IPI_H
#define VMH_PV_IPI_H

#include <linux/types.h>

#include "irq_msg.h"

/**
 * struct pv_ipi - the hypercall, taken apart
 * @map: a bit for each APIC id from @first on: bits of the first word, then of the second.
 * @bits: of a word: 64, or 32 for a guest that is not in 64-bit mode.
 * @first: APIC id of bit 0.
 * @msg: what is sent; its destination is for pv_ipi_next() to fill in.
 */
struct pv_ipi {
	u64 map[2];
	unsigned int bits;
	u32 first;
	struct irq_msg msg;
};

/**
 * pv_ipi_parse() - what the hypercall's command register says
 * @icr: the guest's value, laid out as the interrupt command register's low half.
 * @ipi: its message is filled.
 *
 * Destinations come in the bitmap only, and one processor is neither reset nor started this way.
 *
 * Context: any; pure.
 * Return: 0; -EINVAL.
 */
int pv_ipi_parse(u64 icr, struct pv_ipi *ipi);

/**
 * pv_ipi_next() - the next destination
 * @ipi: the hypercall; the destination's bit goes, and the message names it.
 *
 * Context: any; pure.
 * Return: whether there was one.
 */
bool pv_ipi_next(struct pv_ipi *ipi);

#endif /* VMH_PV_IPI_H */
