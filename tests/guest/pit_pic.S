/* SPDX-License-Identifier: GPL-2.0 */
/* The PIT interrupts through the PIC, from real mode on: HLT wakes, EOI and masks count. */
#include "guest.h"

	BEGIN16
	movw	$tick, 4 * 0x20
	movw	$0, 4 * 0x20 + 2
	/* ICW1-4: edges, cascade, vectors from 0x20 and 0x28; all masked but the timer. */
	.irp	step, 0x11, 0x20, 0x04, 0x01
	movb	$\step, %al
	.if \step == 0x11
	outb	%al, $PIC1
	.else
	outb	%al, $PIC1 + 1
	.endif
	.endr
	.irp	step, 0x11, 0x28, 0x02, 0x01
	movb	$\step, %al
	.if \step == 0x11
	outb	%al, $PIC2
	.else
	outb	%al, $PIC2 + 1
	.endif
	.endr
	movb	$0xff, %al
	outb	%al, $PIC2 + 1
	movb	$0xfe, %al
	outb	%al, $PIC1 + 1
	inb	$PIC1 + 1, %al
	IS(cmpb $0xfe, %al)

	/* Channel 0, a rate of 1 kHz. */
	movb	$0x34, %al
	outb	%al, $PIT_COMMAND
	movw	$(PIT_HZ / 1000), %ax
	outb	%al, $PIT0
	movb	%ah, %al
	outb	%al, $PIT0
	sti
1:	hlt
	cmpw	$5, ticks
	jb	1b

	/* Masked it does not come; the request is there when the mask goes. */
	movb	$0xff, %al
	outb	%al, $PIC1 + 1
	movw	ticks, %bx
2:	movb	$0x0a, %al			/* read IRR */
	outb	%al, $PIC1
	inb	$PIC1, %al
	testb	$1, %al
	jz	2b
	IS(cmpw ticks, %bx)
	movb	$0xfe, %al
	outb	%al, $PIC1 + 1
	nop
	nop
	incw	%bx
	cmpw	%bx, ticks
	CHECK(ae)
	/* Without an EOI there is no second one. */
	cli
	movb	$1, no_eoi
	movw	ticks, %bx
	sti
3:	hlt
	cmpw	%bx, ticks
	je	3b
	movw	ticks, %bx
	movb	$0x0b, %al			/* read ISR */
	outb	%al, $PIC1
	inb	$PIC1, %al
	testb	$1, %al
	CHECK(nz)
	movl	$100000, %ecx
4:	pause
	decl	%ecx
	jnz	4b
	IS(cmpw ticks, %bx)
	movb	$0, no_eoi
	movb	$0x20, %al
	outb	%al, $PIC1
5:	hlt
	cmpw	%bx, ticks
	je	5b
	PASS

tick:
	pushw	%ax
	incw	ticks
	cmpb	$0, no_eoi
	jne	1f
	movb	$0x20, %al
	outb	%al, $PIC1
1:	popw	%ax
	iretw

	.section .bss.low, "aw", @nobits
ticks:
	.skip	2
no_eoi:
	.skip	1
