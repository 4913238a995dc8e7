/* SPDX-License-Identifier: GPL-2.0 */
/* A "kernel" for tests: says so on the serial line, and never ends. */
	.globl	_start
_start:
	movw	$0x3f8, %dx
	movb	$'s', %al
	outb	%al, %dx
1:	pause
	jmp	1b
