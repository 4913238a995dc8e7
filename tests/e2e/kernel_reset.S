/* SPDX-License-Identifier: GPL-2.0 */
/* A "kernel" for tests: resets the machine by the keyboard controller. */
	.globl	_start
_start:
	movb	$0xfe, %al
	outb	%al, $0x64
	hlt
