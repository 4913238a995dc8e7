/* SPDX-License-Identifier: GPL-2.0 */
/* A "kernel" for tests: says on the serial line what it hears there, up to a "c", and resets. */
	.globl	_start
_start:
	movw	$0x3fd, %dx
1:	inb	%dx, %al
	testb	$0x01, %al
	jz	1b
	movw	$0x3f8, %dx
	inb	%dx, %al
	outb	%al, %dx
	cmpb	$'c', %al
	jne	_start
	movb	$0xfe, %al
	outb	%al, $0x64
	hlt
