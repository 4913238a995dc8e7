/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Three characters are below the FIFO's level: they come by a character time-out. At 300 baud: it is
 * 4 characters long, and a slow host must not take that long from one of them to the next.
 */
#include "uart.h"

	BEGIN16
	ON_COM1	received
	OUT_PORT COM1_LCR, 0x83			/* 8 bits; the divisor, 384 */
	OUT_PORT COM1, 0x80
	OUT_PORT COM1_IER, 0x01
	OUT_PORT COM1_LCR, 0x03
	OUT_PORT COM1_FCR, 0xc1			/* an interrupt for 14 */
	OUT_PORT COM1_IER, 0x01
1:	cli
	cmpb	$'c', last
	je	2f
	sti
	hlt
	jmp	1b
2:	IS(cmpw $1, interrupts)
	IN_PORT	COM1_LSR
	IS(cmpb $0x60, %al)
	IN_PORT	COM1_IIR
	IS(cmpb $0xc1, %al)
	PASS

received:
	pushw	%ax
	pushw	%dx
	incw	interrupts
	IN_PORT	COM1_IIR
	IS(cmpb $0xcc, %al)
3:	IN_PORT	COM1
	movb	%al, last
	outb	%al, $PORT_PRINT
	IN_PORT	COM1_LSR
	testb	$0x01, %al
	jnz	3b
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
