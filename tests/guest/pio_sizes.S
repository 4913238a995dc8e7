/* SPDX-License-Identifier: GPL-2.0 */
/* Port accesses of 1, 2 and 4 bytes, both ways, to a device and to none. */
#include "guest.h"

/* The access before was one of @bytes, not several. */
.macro WIDTH bytes
	movw	$PORT_WIDTH, %dx
	inb	%dx, %al
	cmpb	$\bytes, %al
	CHECK(e)
.endm

	BEGIN64
	movl	$0x44332211, %eax
	movw	$PORT_SCRATCH, %dx
	outl	%eax, %dx
	movl	$0x88776655, %eax
	addw	$4, %dx
	outl	%eax, %dx

	/* A byte and a word leave the rest of EAX alone, a long clears the upper half of RAX. */
	movq	$-1, %rax
	movw	$(PORT_SCRATCH + 1), %dx
	inb	%dx, %al
	movq	$-1, %rbx
	movb	$0x22, %bl
	IS(cmpq %rbx, %rax)
	movw	$(PORT_SCRATCH + 2), %dx
	inw	%dx, %ax
	movw	$0x4433, %bx
	IS(cmpq %rbx, %rax)
	movw	$(PORT_SCRATCH + 3), %dx
	inl	%dx, %eax
	movl	$0x77665544, %ebx
	IS(cmpq %rbx, %rax)

	/* Only the bytes written change. */
	movq	$-1, %rax
	movw	$(PORT_SCRATCH + 1), %dx
	movb	$0xaa, %al
	outb	%al, %dx
	movw	$(PORT_SCRATCH + 4), %dx
	movw	$0xccbb, %ax
	outw	%ax, %dx
	movw	$PORT_SCRATCH, %dx
	inl	%dx, %eax
	IS(cmpl $0x4433aa11, %eax)
	addw	$4, %dx
	inl	%dx, %eax
	IS(cmpl $0x8877ccbb, %eax)

	/* Each is one access of its width. */
	.irp	width, 1, 2, 4
	movw	$PORT_SCRATCH + 1, %dx
	.if \width == 1
	inb	%dx, %al
	.elseif \width == 2
	inw	%dx, %ax
	.else
	inl	%dx, %eax
	.endif
	WIDTH	\width
	.endr
	movw	$PORT_SCRATCH, %dx
	outb	%al, %dx
	WIDTH	1
	movw	$PORT_SCRATCH, %dx
	outw	%ax, %dx
	WIDTH	2
	movw	$PORT_SCRATCH, %dx
	outl	%eax, %dx
	WIDTH	4

	/* Immediate ports. */
	movb	$0x0f, %al
	outb	%al, $0x70
	movb	$0x5c, %al
	outb	%al, $0x71
	xorl	%eax, %eax
	inb	$0x71, %al
	IS(cmpl $0x5c, %eax)
	xorl	%eax, %eax
	inw	$0xe0, %ax
	IS(cmpl $0xffff, %eax)
	inl	$0xe0, %eax
	IS(cmpl $0xffffffff, %eax)

	/* No device: all ones; what is written is lost. */
	movl	$0, %eax
	movw	$0x1234, %dx
	outl	%eax, %dx
	inb	%dx, %al
	IS(cmpl $0xff, %eax)
	inl	%dx, %eax
	IS(cmpl $0xffffffff, %eax)
	/* The last port, and beyond it. */
	movw	$0xffff, %dx
	xorl	%eax, %eax
	inb	%dx, %al
	IS(cmpl $0xff, %eax)

	/* Flags and other registers are as they were. */
	movw	$PORT_SCRATCH, %dx
	movl	$0x1111, %ebx
	movl	$0x2222, %ecx
	stc
	inb	%dx, %al
	CHECK(c)
	IS(cmpl $0x1111, %ebx)
	IS(cmpl $0x2222, %ecx)
	IS(cmpw $PORT_SCRATCH, %dx)
	PASS
