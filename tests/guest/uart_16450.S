/* SPDX-License-Identifier: GPL-2.0 */
/* What is typed comes by an interrupt for each character where no FIFO is on. */
#include "uart.h"

	BEGIN16
	ON_COM1	received
	OUT_PORT COM1_IER, 0x01
1:	cli
	cmpb	$'c', last
	je	2f
	sti
	hlt
	jmp	1b
2:	IS(cmpw $3, interrupts)
	IN_PORT	COM1_IIR
	IS(cmpb $0x01, %al)
	PASS

/* One character, whatever else may wait. */
received:
	pushw	%ax
	pushw	%dx
	incw	interrupts
	IN_PORT	COM1_IIR
	IS(cmpb $0x04, %al)
	IN_PORT	COM1
	movb	%al, last
	outb	%al, $PORT_PRINT
	movb	$0x20, %al
	outb	%al, $PIC1
	popw	%dx
	popw	%ax
	iretw

	.section .bss.low, "aw", @nobits
interrupts:
	.skip	2
last:
	.skip	1
