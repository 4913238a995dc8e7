// SPDX-License-Identifier: GPL-2.0
/* An interrupt to many processors by one hypercall. */
#include <linux/bits.h>
#include <linux/errno.h>

#include "pv_ipi.h"

/* SDM, "Interrupt Command Register". */
#define ICR_VECTOR	GENMASK(7, 0)
#define ICR_MODE	GENMASK(10, 8)
#define ICR_MODE_SHIFT	8
#define ICR_LOGICAL	BIT(11)
#define ICR_SHORTHAND	GENMASK(19, 18)

int pv_ipi_parse(u64 icr, struct pv_ipi *ipi)
{
	u8 mode = (icr & ICR_MODE) >> ICR_MODE_SHIFT;

	if (icr & (ICR_LOGICAL | ICR_SHORTHAND))
		return -EINVAL;
	if (mode != IRQ_MSG_FIXED && mode != IRQ_MSG_NMI)
		return -EINVAL;
	ipi->msg = (struct irq_msg) {
		.vector = icr & ICR_VECTOR,
		.mode = mode,
		.dest_32bit = true,
		.exact = true,
		.assert = true,
	};
	return 0;
}

bool pv_ipi_next(struct pv_ipi *ipi)
{
	u64 dest;
	unsigned int word, bit;

	for (word = 0; word < 2; word++) {
		if (!ipi->map[word])
			continue;
		bit = __builtin_ctzll(ipi->map[word]);
		ipi->map[word] &= ipi->map[word] - 1;
		dest = (u64)ipi->first + word * ipi->bits + bit;
		/* What is beyond the ids is nobody, and not everybody. */
		if (dest >= IRQ_MSG_BROADCAST_32)
			return false;
		ipi->msg.dest = dest;
		return true;
	}
	return false;
}
