/* SPDX-License-Identifier: GPL-2.0 */
/*
 * For guests that measure, beside guest.h. Each measurement runs in rounds and prints a line per
 * round: name, operations, ticks of the TSC for all of them. `compare` takes the empty loop off.
 */
#ifndef VMH_BENCH_GUEST_H
#define VMH_BENCH_GUEST_H

#include "guest.h"

/* Fewer where each takes long: see `run`. */
#ifndef ROUNDS
#define ROUNDS		5
#endif
#ifndef OPERATIONS
#define OPERATIONS	400
#endif

/* RAX = the TSC. */
.macro TICKS
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
.endm

/* XCR0 as high as it goes, as operating systems have it. */
.macro ALL_STATE
	movl	$1, %eax
	cpuid
	btl	$26, %ecx
	jnc	94f
	movq	%cr4, %rax
	orl	$CR4_OSXSAVE, %eax
	movq	%rax, %cr4
	movl	$0xd, %eax
	xorl	%ecx, %ecx
	cpuid
	xorl	%ecx, %ecx
	xsetbv
94:
.endm

/*
 * What stands between MEASURE @name and DONE is run OPERATIONS times in each round. It leaves
 * R12-R15 and RSP alone. 64-bit mode.
 */
.macro MEASURE name
	.pushsection .data
92:	.asciz	"\name "
	.popsection
	movl	$ROUNDS, %r14d
90:	TICKS
	movq	%rax, %r13
	movl	$OPERATIONS, %r12d
91:
#ifdef TRACE
	/* In the middle of the last round, the emulator is told to trace: see Documentation/lab.md. */
	cmpl	$1, %r14d
	jne	93f
	cmpl	$OPERATIONS / 2, %r12d
	jne	93f
	xchgw	%bx, %bx
93:
#endif
.endm
.macro DONE
	decl	%r12d
	jnz	91b
	TICKS
	subq	%r13, %rax
	movl	$92b, %esi
	movl	$OPERATIONS, %edi
	call	bench_line
	decl	%r14d
	jnz	90b
.endm

	.pushsection .text, "ax"
	CODE64
/* Print the string ESI, EDI, a space, RAX, a new line. Changes RAX, RCX, RDX, RSI, RDI. */
bench_line:
	pushq	%rax
	movl	%esi, %ecx
1:	movb	(%rcx), %al
	testb	%al, %al
	jz	2f
	outb	%al, $PORT_PRINT
	incl	%ecx
	jmp	1b
2:	movl	%edi, %eax
	call	bench_decimal
	movb	$' ', %al
	outb	%al, $PORT_PRINT
	popq	%rax
	call	bench_decimal
	movb	$'\n', %al
	outb	%al, $PORT_PRINT
	ret

/* Print RAX in decimal. Changes RAX, RCX, RDX, RDI. */
bench_decimal:
	movl	$10, %ecx
	xorl	%edi, %edi
1:	xorl	%edx, %edx
	divq	%rcx
	pushq	%rdx
	incl	%edi
	testq	%rax, %rax
	jnz	1b
2:	popq	%rax
	addb	$'0', %al
	outb	%al, $PORT_PRINT
	decl	%edi
	jnz	2b
	ret
	.popsection

#endif
