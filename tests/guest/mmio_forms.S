/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions on device memory: what is written arrives and what is read is right. */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd0000000), %ebx

	/* Moves of every width and kind. */
	movl	$0x44332211, (%rbx)
	movq	$-1, %rax
	movb	2(%rbx), %al
	IS(cmpb $0x33, %al)
	movw	1(%rbx), %ax
	IS(cmpw $0x3322, %ax)
	movl	(%rbx), %eax
	movl	$0x44332211, %ecx
	IS(cmpq %rcx, %rax)
	movabsq	$0x8877665544332211, %rcx
	movq	%rcx, 8(%rbx)
	movq	8(%rbx), %rdx
	IS(cmpq %rcx, %rdx)
	movb	%ch, 16(%rbx)
	movb	%r9b, 17(%rbx)
	movb	16(%rbx), %dh
	IS(cmpb $0x22, %dh)
	movw	%cx, 18(%rbx)
	IS(cmpw $0x2211, 18(%rbx))
	movzwl	14(%rbx), %eax
	IS(cmpq $0x8877, %rax)
	movswl	14(%rbx), %eax
	IS(cmpl $0xffff8877, %eax)
	movsbq	15(%rbx), %rax
	IS(cmpq $-0x78, %rax)
	movslq	12(%rbx), %rax
	IS(cmpq $0xffffffff88776655, %rax)
	movabsl	MMIO_SCRATCH, %eax
	IS(cmpl $0x44332211, %eax)
	movl	$0x01020304, %eax
	movabsl	%eax, MMIO_SCRATCH + 4
	IS(cmpl $0x01020304, 4(%rbx))
	movq	$-2, 24(%rbx)
	IS(cmpq $-2, 24(%rbx))

	/* Each is one access of its width. */
	movb	%al, (%rbx)
	IS(cmpb $1, MMIO_WIDTH)
	movw	%ax, 2(%rbx)
	IS(cmpb $2, MMIO_WIDTH)
	movl	$0x44332211, (%rbx)
	IS(cmpb $4, MMIO_WIDTH)
	movl	8(%rbx), %eax
	IS(cmpb $4, MMIO_WIDTH)
	movzwl	8(%rbx), %eax
	IS(cmpb $2, MMIO_WIDTH)
	movq	%rcx, 8(%rbx)
	IS(cmpb $8, MMIO_WIDTH)

	/* Addresses: base, index and scale, displacement, RIP-relative, R12 and R13. */
	movl	$4, %esi
	IS(cmpl $0x44332211, (%rbx, %rsi, 2))
	leaq	-0x1000(%rbx), %r13
	IS(cmpl $0x01020304, 0x1000(%r13, %rsi))
	leaq	8(%rbx), %r12
	IS(cmpw $0x2211, (%r12))

	/* Arithmetic with memory, and its flags. */
	movl	$0x7fffffff, (%rbx)
	addl	$1, (%rbx)
	CHECK(o)
	IS(cmpl $0x80000000, (%rbx))
	orl	$0x0f, (%rbx)
	CHECK(s)
	andl	$0x0c, (%rbx)
	CHECK(ns)
	xorb	$0x0c, (%rbx)
	CHECK(z)
	subw	$1, (%rbx)
	CHECK(c)
	IS(cmpl $0xffff, (%rbx))
	movl	$5, %eax
	addl	(%rbx), %eax
	IS(cmpl $0x10004, %eax)
	stc
	adcl	$0, (%rbx)
	IS(cmpl $0x10000, (%rbx))
	stc
	sbbl	%eax, (%rbx)
	CHECK(c)
	IS(cmpl $0xfffffffb, (%rbx))
	notl	(%rbx)
	negl	(%rbx)
	IS(cmpl $0xfffffffc, (%rbx))
	stc
	incl	(%rbx)
	CHECK(c)
	decb	(%rbx)
	IS(cmpl $0xfffffffc, (%rbx))
	testl	$2, (%rbx)
	CHECK(z)
	testl	%eax, (%rbx)
	CHECK(nz)

	/* Exchanges. */
	movl	$0x11, (%rbx)
	movl	$0x22, %eax
	xchgl	%eax, (%rbx)
	IS(cmpl $0x11, %eax)
	IS(cmpl $0x22, (%rbx))

	/* Bits. */
	movl	$0, (%rbx)
	lock btsl $7, (%rbx)
	CHECK(nc)
	IS(cmpl $0x80, (%rbx))
	btl	$7, (%rbx)
	CHECK(c)
	btrl	$7, (%rbx)
	CHECK(c)
	IS(cmpl $0, (%rbx))
	PASS
