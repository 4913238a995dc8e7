/* SPDX-License-Identifier: GPL-2.0 */
/* An interrupt that waits while IF is clear comes as soon as it is set, after the STI's shadow. */
#include "guest.h"

	BEGIN16
	movw	$tick, 4 * 0x20
	movw	$0, 4 * 0x20 + 2
	/* The first PIC alone: edges, cascade, vectors from 0x20; all masked but the timer. */
	movb	$0x11, %al
	outb	%al, $PIC1
	.irp	step, 0x20, 0x04, 0x01, 0xfe
	movb	$\step, %al
	outb	%al, $PIC1 + 1
	.endr

	/* Channel 0, once. */
	cli
	movb	$0x30, %al
	outb	%al, $PIT_COMMAND
	movw	$(PIT_HZ / 1000), %ax
	outb	%al, $PIT0
	movb	%ah, %al
	outb	%al, $PIT0
1:	movb	$0x0a, %al			/* read IRR */
	outb	%al, $PIC1
	inb	$PIC1, %al
	testb	$1, %al
	jz	1b
	IS(cmpw $0, ticks)
	sti
	movw	ticks, %bx
	movw	ticks, %cx
	IS(cmpw $0, %bx)
	IS(cmpw $1, %cx)
	PASS

tick:
	pushw	%ax
	incw	ticks
	movb	$0x20, %al
	outb	%al, $PIC1
	popw	%ax
	iret

ticks:	.word	0
