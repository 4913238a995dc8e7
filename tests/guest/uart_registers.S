/* SPDX-License-Identifier: GPL-2.0 */
/* Registers of COM1 as a guest sees them. A table of all: tools/vmhctl/tests/uart16550.c. */
#include "uart.h"

#define COM1_LCR	(COM1 + 3)
#define COM1_MSR	(COM1 + 6)
#define COM1_SCR	(COM1 + 7)

.macro REGISTER port, want, line
	IN_PORT	\port
	cmpb	$\want, %al
	CHECK_AT e, \line
.endm
#define HAS(port, want) REGISTER port, want, __LINE__

	BEGIN16
	HAS(COM1_IER, 0x00)
	HAS(COM1_IIR, 0x01)
	HAS(COM1_LSR, 0x60)
	HAS(COM1_MSR, 0xb0)
	OUT_PORT COM1_SCR, 0x5a
	HAS(COM1_SCR, 0x5a)

	/* The divisor, by a word: two registers at once. */
	OUT_PORT COM1_LCR, 0x83
	movw	$COM1, %dx
	movw	$0x0102, %ax
	outw	%ax, %dx
	xorw	%ax, %ax
	inw	%dx, %ax
	IS(cmpw $0x0102, %ax)
	HAS(COM1_IER, 0x01)
	OUT_PORT COM1_LCR, 0x03
	HAS(COM1_IER, 0x00)

	/* Loopback: the outputs, a character, one too many. */
	OUT_PORT COM1_MCR, 0x1a
	HAS(COM1_MSR, 0x92)
	HAS(COM1_MSR, 0x90)
	OUT_PORT COM1, 'L'
	HAS(COM1_LSR, 0x61)
	OUT_PORT COM1, 'M'
	HAS(COM1_LSR, 0x63)
	HAS(COM1_LSR, 0x61)
	HAS(COM1, 'M')
	HAS(COM1_LSR, 0x60)

	/* A FIFO of 16, filled and read by string instructions. */
	OUT_PORT COM1_FCR, 0x41
	HAS(COM1_IIR, 0xc1)
	OUT_PORT COM1_IER, 0x01
	movw	$COM1, %dx
	movw	$text, %si
	movw	$3, %cx
	rep outsb
	HAS(COM1_IIR, 0xc1)
	movw	$COM1, %dx
	movw	$14, %cx
	rep outsb
	HAS(COM1_LSR, 0x63)
	HAS(COM1_IIR, 0xc4)
	movw	$COM1, %dx
	movw	$back, %di
	movw	$16, %cx
	rep insb
	HAS(COM1_LSR, 0x60)
	HAS(COM1_IIR, 0xc1)
	movw	$text, %si
	movw	$back, %di
	movw	$16, %cx
	repe cmpsb
	CHECK(e)

	/* The interrupt of the transmitter. */
	OUT_PORT COM1_IER, 0x02
	HAS(COM1_IIR, 0xc2)
	HAS(COM1_IIR, 0xc1)
	OUT_PORT COM1_IER, 0x00
	OUT_PORT COM1_IER, 0x02
	HAS(COM1_IIR, 0xc2)
	PASS

text:
	.ascii	"0123456789abcdefg"

	.section .bss.low, "aw", @nobits
back:
	.skip	16
