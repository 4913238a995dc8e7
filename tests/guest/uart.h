/* SPDX-License-Identifier: GPL-2.0 */
/* COM1 for flat guests in real mode, with the PIC: --irqchip on --console serial. */
#include "guest.h"

#define COM1		0x3f8
#define COM1_IER	(COM1 + 1)
#define COM1_IIR	(COM1 + 2)
#define COM1_FCR	(COM1 + 2)
#define COM1_LCR	(COM1 + 3)
#define COM1_MCR	(COM1 + 4)
#define COM1_LSR	(COM1 + 5)
#define MCR_OUT2	0x08
#define VEC_COM1	0x24

.macro OUT_PORT port, value
	movw	$\port, %dx
	movb	$\value, %al
	outb	%al, %dx
.endm

.macro IN_PORT port
	movw	$\port, %dx
	inb	%dx, %al
.endm

/* Have @handler called for COM1's interrupts alone: edges, vectors from 0x20 on. */
.macro ON_COM1 handler
	movw	$\handler, 4 * VEC_COM1
	movw	$0, 4 * VEC_COM1 + 2
	OUT_PORT PIC1, 0x11
	OUT_PORT PIC1 + 1, 0x20
	OUT_PORT PIC1 + 1, 0x04
	OUT_PORT PIC1 + 1, 0x01
	OUT_PORT PIC1 + 1, 0xef
	OUT_PORT COM1_MCR, MCR_OUT2
.endm
