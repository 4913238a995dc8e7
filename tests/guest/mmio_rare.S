/* SPDX-License-Identifier: GPL-2.0 */
/* Instructions on device memory that hardly anybody uses: pairs, bits, jumps, frames, system. */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd0000000), %ebx

	/* Double shifts, multiplication, division. */
	movl	$0x12345678, (%rbx)
	movl	$0xabcdef00, %ecx
	shldl	$8, %ecx, (%rbx)
	IS(cmpl $0x345678ab, (%rbx))
	shrdl	$8, %ecx, (%rbx)
	IS(cmpl $0x00345678, (%rbx))
	movl	$3, (%rbx)
	movl	$0x80000000, %eax
	mull	(%rbx)
	CHECK(c)
	IS(cmpl $1, %edx)
	IS(cmpl $0x80000000, %eax)
	divl	(%rbx)
	IS(cmpl $0x80000000, %eax)
	IS(testl %edx, %edx)
	movl	$0, (%rbx)
	FAULTS(VEC_DE, divl (%rbx))
	movl	$-2, (%rbx)
	imull	$5, (%rbx), %eax
	IS(cmpl $-10, %eax)

	/* Bits, and a table. */
	movl	$0x30, (%rbx)
	bsfl	(%rbx), %eax
	IS(cmpl $4, %eax)
	bsrl	(%rbx), %eax
	IS(cmpl $5, %eax)
	movb	$0x5a, 7(%rbx)
	movb	$7, %al
	xlatb
	IS(cmpb $0x5a, %al)

	/* Calls, jumps and returns, by device memory and with a stack there. */
	movq	$1f, (%rbx)
	jmp	*(%rbx)
	FAIL
1:	movq	$callee, 8(%rbx)
	xorl	%esi, %esi
	callq	*8(%rbx)
	IS(cmpl $1, %esi)
	movq	%rsp, %rbp
	leaq	0x100(%rbx), %rsp
	call	callee
	callq	*8(%rbx)
	enter	$16, $0
	leave
	stc
	pushfq
	clc
	popfq
	movq	%rsp, %rdi
	movq	%rbp, %rsp
	CHECK(c)
	IS(cmpl $3, %esi)
	leaq	0x100(%rbx), %rax
	IS(cmpq %rax, %rdi)

	/* System registers. */
	movw	%ds, (%rbx)
	IS(cmpw $SEL_DATA, (%rbx))
	movw	$SEL_DATA2, (%rbx)
	movw	(%rbx), %fs
	movw	%fs, %ax
	IS(cmpw $SEL_DATA2, %ax)
	movw	$0x7ff8, (%rbx)
	FAULTS(VEC_GP, movw (%rbx), %fs)
	sgdt	16(%rbx)
	sgdt	saved
	movq	saved, %rax
	IS(cmpq %rax, 16(%rbx))
	lgdt	16(%rbx)
	sidt	32(%rbx)
	lidt	32(%rbx)
	FAULTS(VEC_UD, ud2)
	smsw	(%rbx)
	smsw	%ax
	IS(cmpw %ax, (%rbx))
	movq	%cr0, %rdx
	orl	$CR0_TS, %edx
	movw	%dx, (%rbx)
	lmsw	(%rbx)
	movq	%cr0, %rax
	ISNT(testl $CR0_TS, %eax)
	clts

	/* Halves of XMM registers. */
	movabsq	$0x1122334455667788, %rax
	movq	%rax, (%rbx)
	xorps	%xmm1, %xmm1
	movhps	(%rbx), %xmm1
	movlps	%xmm1, 8(%rbx)
	IS(cmpq $0, 8(%rbx))
	movhpd	%xmm1, 8(%rbx)
	IS(cmpq %rax, 8(%rbx))
	movlpd	(%rbx), %xmm1
	movdqu	%xmm1, saved
	IS(cmpq %rax, saved)
	IS(cmpq %rax, saved + 8)

	/* Control words of x87 and SSE. */
	fninit
	fnstcw	(%rbx)
	IS(cmpw $0x37f, (%rbx))
	movw	$0xf7f, (%rbx)
	fldcw	(%rbx)
	movw	$0, 2(%rbx)
	fnstcw	2(%rbx)
	IS(cmpw $0xf7f, 2(%rbx))
	fldz
	fnstsw	(%rbx)
	fnstsw	%ax
	IS(cmpw %ax, (%rbx))
	fninit
	movl	$0x3f80, (%rbx)
	ldmxcsr	(%rbx)
	stmxcsr	saved
	IS(cmpl $0x3f80, saved)
	movl	$0x10000, (%rbx)
	FAULTS(VEC_GP, ldmxcsr (%rbx))
	stmxcsr	4(%rbx)
	IS(cmpl $0x3f80, 4(%rbx))
	PASS

callee:	incl	%esi
	ret

	.balign	8
saved:	.quad	0, 0
