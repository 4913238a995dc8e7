/* SPDX-License-Identifier: GPL-2.0 */
/* Long mode: wide registers, RIP-relative addresses, canonical addresses, compatibility mode. */
#include "guest.h"

	BEGIN64
	READ_MSR MSR_EFER
	testl	$EFER_LMA, %eax
	CHECK(nz)
	testl	$EFER_LME, %eax
	CHECK(nz)

	movabsq	$0x123456789abcdef0, %r8
	movq	%r8, %r15
	addq	%r15, %r8
	movabsq	$0x2468acf13579bde0, %rax
	IS(cmpq %rax, %r8)
	/* A 32-bit result clears the upper half, a 16-bit one does not. */
	movl	%r8d, %r9d
	shrq	$32, %r9
	CHECK(z)
	movq	$-1, %r10
	movw	$0, %r10w
	movabsq	$0xffffffffffff0000, %rax
	IS(cmpq %rax, %r10)
	IS(cmpl $0x600dda7a, value(%rip))
	pushq	%r8
	popq	%r11
	IS(cmpq %r8, %r11)

	/* Not canonical: #GP, and #SS by way of the stack. */
	movabsq	$0x0000800000000000, %rbx
	FAULTS(VEC_GP, movb (%rbx), %al)
	IS(cmpl $0, rt_exc_error)
	movq	%rbx, %rbp
	FAULTS(VEC_SS, movb (%rbp), %al)
	IS(cmpl $0, rt_exc_error)
	/* Canonical, but not mapped. */
	movabsq	$0x0000700000001000, %rbx
	FAULTS(VEC_PF, movb (%rbx), %al)
	IS(cmpq %rbx, rt_exc_cr2)
	IS(cmpl $0, rt_exc_error)
	/* The same memory at the end of the address space. */
	IS(cmpl $0xffffffff, MMIO_ABSENT)

	/* Gone in 64-bit mode. */
	FAULTS(VEC_UD, .byte 0x06)		/* PUSH ES */
	FAULTS(VEC_UD, .byte 0x60)		/* PUSHA */
	FAULTS(VEC_UD, .byte 0xce)		/* INTO */

	/* An interrupt aligns the stack and pushes SS:RSP. */
	movq	%rsp, %rbp
	subq	$8, %rsp
	andq	$-16, %rsp
	subq	$3, %rsp
	movq	%rsp, %r12
	TRAPS(VEC_BP, int3)
	IS(cmpq %r12, rt_exc_rsp)
	testb	$7, rt_exc_frame
	CHECK(z)
	movq	%rbp, %rsp

	/* Compatibility mode and back; the upper halves survive or not, but RSP's low one does. */
	ljmpl	*compatibility
	CODE32
compatible:
	movl	$0xffffffff, %eax
	incl	%eax
	CHECK(z)
	.byte	0x40				/* INC EAX here, a prefix in 64-bit mode */
	nop
	IS(cmpl $1, %eax)
	pushl	$0x77
	popl	%ecx
	ljmpl	$SEL_CODE64, $1f
	CODE64
1:	IS(cmpl $0x77, %ecx)
	PASS

	.data
value:
	.long	0x600dda7a
compatibility:
	.long	compatible
	.word	SEL_CODE32
