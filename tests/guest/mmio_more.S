/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions on device memory that drivers rarely use: shifts, conditions, pairs, a stack. */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd0000000), %ebx

	/* Shifts and rotations, by 1, by a constant and by CL. */
	movl	$0x80000001, (%rbx)
	shll	(%rbx)
	CHECK(c)
	CHECK(o)
	IS(cmpl $2, (%rbx))
	shll	$4, (%rbx)
	CHECK(nc)
	IS(cmpl $0x20, (%rbx))
	movb	$3, %cl
	shrb	%cl, (%rbx)
	IS(cmpl $4, (%rbx))
	movw	$0x8000, (%rbx)
	sarw	$15, (%rbx)
	CHECK(s)
	IS(cmpl $0xffff, (%rbx))
	movl	$0x12345678, (%rbx)
	roll	$8, (%rbx)
	IS(cmpl $0x34567812, (%rbx))
	rorl	%cl, (%rbx)
	IS(cmpl $0x468acf02, (%rbx))
	clc
	rclb	(%rbx)
	CHECK(nc)
	stc
	rcrb	(%rbx)
	CHECK(nc)
	IS(cmpl $0x468acf82, (%rbx))
	/* By 0: not even the flags. */
	movb	$32, %cl
	stc
	shll	%cl, (%rbx)
	CHECK(c)
	IS(cmpl $0x468acf82, (%rbx))

	/* Conditions. */
	movl	$0x11111111, (%rbx)
	cmpl	%eax, %eax
	sete	(%rbx)
	setne	1(%rbx)
	setle	2(%rbx)
	setb	3(%rbx)
	IS(cmpl $0x00010001, (%rbx))
	movq	$-1, %rax
	stc
	cmovcw	(%rbx), %ax
	IS(cmpq $0xffffffffffff0001, %rax)
	clc
	cmovcl	(%rbx), %eax
	movl	$0xffff0001, %ecx
	IS(cmpq %rcx, %rax)

	/* Exchanges. */
	movl	$5, (%rbx)
	movl	$3, %eax
	lock xaddl %eax, (%rbx)
	IS(cmpl $5, %eax)
	IS(cmpl $8, (%rbx))
	movl	$8, %eax
	movl	$9, %ecx
	lock cmpxchgl %ecx, (%rbx)
	CHECK(z)
	IS(cmpl $9, (%rbx))
	lock cmpxchgl %ecx, (%rbx)
	CHECK(nz)
	IS(cmpl $9, %eax)
	movabsq	$0x0000000700000006, %rax
	movq	%rax, 16(%rbx)
	movl	$6, %eax
	movl	$7, %edx
	movq	%rbx, %rsi
	movl	$1, %ebx
	movl	$2, %ecx
	lock cmpxchg8b 16(%rsi)
	CHECK(z)
	movq	%rsi, %rbx
	movabsq	$0x0000000200000001, %rax
	IS(cmpq %rax, 16(%rbx))

	/* Bits by a register reach beyond the operand, both ways. */
	movq	$0, 32(%rbx)
	movq	$0, 40(%rbx)
	movl	$68, %ecx
	btsl	%ecx, 32(%rbx)
	CHECK(nc)
	IS(cmpl $0x10, 40(%rbx))
	movq	$-63, %rcx
	btcq	%rcx, 40(%rbx)
	CHECK(nc)
	IS(cmpq $2, 32(%rbx))
	btrl	$4, 40(%rbx)
	CHECK(c)
	IS(cmpl $0, 40(%rbx))

	/* A stack there. */
	movq	%rsp, %rbp
	leaq	0x100(%rbx), %rsp
	movl	$0x1234, %eax
	pushq	%rax
	pushq	$-2
	pushw	$0x77
	popw	%cx
	popq	%rdx
	pushq	%rsp
	popq	%rdi
	leaq	0xf8(%rbx), %rax
	xchgq	%rsp, %rbp
	IS(cmpw $0x77, %cx)
	IS(cmpq $-2, %rdx)
	IS(cmpq %rax, %rdi)
	IS(cmpq %rax, %rbp)
	IS(cmpl $0x1234, 0xf8(%rbx))

	/* MOVNTI; MOVBE where there is. */
	movl	$0x11223344, %eax
	movnti	%eax, (%rbx)
	IS(cmpl $0x11223344, (%rbx))
	movl	$1, %eax
	pushq	%rbx
	cpuid
	popq	%rbx
	btl	$22, %ecx
	jnc	1f
	movbel	(%rbx), %eax
	IS(cmpl $0x44332211, %eax)
	movbew	%ax, 2(%rbx)
	IS(cmpl $0x11223344, (%rbx))
1:	PASS
