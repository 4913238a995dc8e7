/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A "kernel" for tests: enables ACPI's power button, says "b", and powers off when the button is
 * pressed: PM1's event registers are at 0x600, its control register is at 0x604.
 */
	.globl	_start
_start:
	movw	$0x602, %dx
	movw	$0x0100, %ax
	outw	%ax, %dx
	movw	$0x3f8, %dx
	movb	$'b', %al
	outb	%al, %dx
	movb	$'\n', %al
	outb	%al, %dx
	movw	$0x600, %dx
1:	pause
	inw	%dx, %ax
	testw	$0x0100, %ax
	jz	1b
	outw	%ax, %dx
	movw	$0x604, %dx
	movw	$0x3400, %ax
	outw	%ax, %dx
	hlt
