/* SPDX-License-Identifier: GPL-2.0 */
/* The time-stamp counter: it never goes back, can be set by its MSR and by TSC_ADJUST. */
#include "guest.h"

/* RAX: the counter. */
.macro READ_TSC
	rdtsc
	shlq	$32, %rdx
	orq	%rdx, %rax
.endm

	BEGIN64
	movl	$10000, %ecx
	READ_TSC
	movq	%rax, %rbx
	/* Bochs' counter stands still within a processor's turn when there are two of them. */
1:	READ_TSC
	cmpq	%rbx, %rax
	CHECK(ae)
	movq	%rax, %rbx
	testb	$0x3f, %cl
	jnz	2f
	outb	%al, $0x80			/* an exit now and then */
2:	loop	1b

	/* RDTSC and RDMSR tell the same time, within what an exit may take. */
	READ_TSC
	movq	%rax, %rbx
	READ_MSR MSR_TSC
	shlq	$32, %rdx
	orq	%rdx, %rax
	subq	%rbx, %rax
	cmpq	$10000000, %rax
	CHECK(b)

	/* TSC_ADJUST moves the counter by as much as it changes. */
	READ_MSR MSR_TSC_ADJUST
	movl	%eax, %r8d
	movl	%edx, %r9d
	READ_TSC
	movq	%rax, %rbx
	movl	$MSR_TSC_ADJUST, %ecx
	movl	%r8d, %eax
	leal	0x100(%r9), %edx
	wrmsr
	READ_TSC
	subq	%rbx, %rax
	movq	%rax, %rcx
	shrq	$40, %rcx
	IS(cmpl $1, %ecx)
	/* And a write of the counter shows in TSC_ADJUST. */
	READ_TSC
	shrq	$32, %rax
	leal	0x200(%rax), %edx
	xorl	%eax, %eax
	movl	$MSR_TSC, %ecx
	wrmsr
	READ_MSR MSR_TSC_ADJUST
	shlq	$32, %rdx
	orq	%rdx, %rax
	shlq	$32, %r9
	orq	%r9, %r8
	subq	%r8, %rax
	shrq	$40, %rax
	cmpl	$2, %eax
	CHECK(ae)
	cmpl	$3, %eax
	CHECK(be)

	/* RDTSCP gives TSC_AUX too. */
	movl	$0x80000001, %eax
	cpuid
	btl	$27, %edx
	jnc	3f
	WRITE_MSR MSR_TSC_AUX, 0, 0x1234
	READ_TSC
	movq	%rax, %rbx
	rdtscp
	IS(cmpl $0x1234, %ecx)
	shlq	$32, %rdx
	orq	%rdx, %rax
	cmpq	%rbx, %rax
	CHECK(ae)
	movl	$MSR_TSC_AUX, %ecx
	movl	$1, %edx
	FAULTS(VEC_GP, wrmsr)
	outb	%al, $0x80
	rdtscp
	IS(cmpl $0x1234, %ecx)

	/* CR4.TSD keeps CPL 3 from reading it. */
3:	USER	allowed
	movq	%cr4, %rax
	orl	$CR4_TSD, %eax
	movq	%rax, %cr4
	rdtsc
	USER	denied
	IS(cmpl $2, %ebx)
	PASS

allowed:
	rdtsc
	movl	$1, %ebx
	END_USER
denied:
	FAULTS(VEC_GP, rdtsc)
	incl	%ebx
	END_USER
