/* SPDX-License-Identifier: GPL-2.0 */
/* Real mode: arithmetic, the stack, segments, string moves, 32-bit operands and addresses. */
#include "guest.h"

	BEGIN16
	movw	$0x1234, %ax
	addw	$0x1111, %ax
	IS(cmpw $0x2345, %ax)
	movl	$0x12345678, %eax
	mull	%eax
	IS(cmpl $0x014b66dc, %edx)
	IS(cmpl $0x1df4d840, %eax)

	/* The stack is 16 bits wide, and 32 on demand. */
	movl	%esp, %ebp
	pushw	$0x55aa
	pushl	$0x01020304
	leal	-6(%ebp), %edx
	IS(cmpl %edx, %esp)
	popl	%eax
	popw	%bx
	IS(cmpl $0x01020304, %eax)
	IS(cmpw $0x55aa, %bx)
	IS(cmpl %ebp, %esp)

	/* Segment times 16 plus offset, and beyond 1 MiB without a wrap: A20 is on. */
	movw	$0x2000, %ax
	movw	%ax, %es
	movw	$0xbeef, %es:0x10
	movw	$0x1fff, %ax
	movw	%ax, %fs
	IS(cmpw $0xbeef, %fs:0x20)
	movw	$0xffff, %ax
	movw	%ax, %gs
	movb	$0x77, %gs:0x0110
	movb	$0x11, 0x100
	IS(cmpb $0x77, %gs:0x0110)

	/* A far call and return changes CS and comes back. */
	lcall	$0x0010, $(far - 0x100)
	IS(cmpw $0x0010, %ax)
	movw	%cs, %ax
	IS(testw %ax, %ax)

	/* Strings, both ways. */
	xorw	%ax, %ax
	movw	%ax, %es
	movw	$text, %si
	movw	$copy, %di
	movw	$16, %cx
	cld
	rep movsb
	IS(cmpw $(copy + 16), %di)
	movw	$text, %si
	movw	$copy, %di
	movw	$16, %cx
	IS(repe cmpsb)
	IS(testw %cx, %cx)
	std
	movw	$(copy + 15), %di
	movb	$'d', %al
	movw	$16, %cx
	repne scasb
	cld
	IS(cmpw $(copy + 2), %di)

	/* 32-bit addresses, with an index. */
	movl	$copy, %ebx
	movl	$5, %ecx
	IS(cmpb $'f', (%ebx, %ecx))
	PASS

far:
	movw	%cs, %ax
	lret

	.data
text:
	.ascii	"abcdefghijklmnop"
	.section .bss.low, "aw", @nobits
copy:
	.skip	16
