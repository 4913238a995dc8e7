/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A boot sector that reads the next sector of its disk straight into text memory, which is a
 * device's, as the firmware's REP INSW of an IDE disk does. It compares what is there then, says
 * "text sector ok" on COM1, and resets the machine.
 */
	.code16
	.globl	start
start:
	xorw	%ax, %ax
	movw	%ax, %ds
	movw	%ax, %ss
	movw	$start, %sp
	cld

	movw	$0xb800, %ax
	movw	%ax, %es
	xorw	%bx, %bx
	movw	$0x0201, %ax			/* read one sector: the second of the disk */
	movw	$0x0002, %cx
	xorb	%dh, %dh
	int	$0x13
	movw	$no_read, %si
	jc	say

	/* To ES: the sector; in memory it follows this one in the file only. */
	xorw	%di, %di
	movw	$0x0741, %ax			/* a white A, then B ... */
1:	scasw
	movw	$differs, %si
	jne	say
	incw	%ax
	cmpw	$512, %di
	jb	1b
	movw	$ok, %si

say:
	movw	$0x3fd, %dx
1:	inb	%dx, %al
	testb	$0x20, %al			/* room for a character */
	jz	1b
	lodsb
	testb	%al, %al
	jz	2f
	movw	$0x3f8, %dx
	outb	%al, %dx
	jmp	say
2:	movb	$0xfe, %al
	outb	%al, $0x64
	jmp	.

ok:
	.asciz	"text sector ok\n"
no_read:
	.asciz	"text sector: cannot be read\n"
differs:
	.asciz	"text sector: is not what is there\n"

	.org	510
	.byte	0x55, 0xaa

	.set	word, 0x0741
	.rept	256
	.short	word
	.set	word, word + 1
	.endr
	.org	8192
