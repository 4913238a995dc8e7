/* SPDX-License-Identifier: GPL-2.0 */
/* CPUID: what software relies on without asking twice. */
#include "guest.h"

.macro ASK_CPUID leaf, subleaf = 0
	movl	$\leaf, %eax
	movl	$\subleaf, %ecx
	cpuid
.endm

	BEGIN64
	/* The upper halves end as zero, whatever they were. */
	movq	$-1, %rax
	movq	$-1, %rbx
	movq	$-1, %rcx
	movq	$-1, %rdx
	movabsq	$0x100000000, %rax
	cpuid
	cmpl	$1, %eax
	CHECK(ae)
	movl	%eax, %esi
	.irp	register, %rax, %rbx, %rcx, %rdx
	shrq	$32, \register
	CHECK(z)
	.endr
	ASK_CPUID	0
	IS(cmpl $0x756e6547, %ebx)		/* GenuineIntel: the lab's processor */
	IS(cmpl $0x49656e69, %edx)
	IS(cmpl $0x6c65746e, %ecx)

	/* What long mode rests on: TSC MSR PAE CX8 PGE CMOV FXSR SSE SSE2, and NX LM SYSCALL. */
	ASK_CPUID	1
	andl	$0x07002170, %edx
	IS(cmpl $0x07002170, %edx)
	/* A hypervisor is here; there is no VMX to nest. */
	btl	$31, %ecx
	CHECK(c)
	btl	$5, %ecx
	CHECK(nc)
	ASK_CPUID	0x80000001
	andl	$0x20100800, %edx
	IS(cmpl $0x20100800, %edx)
	ASK_CPUID	0x80000000
	cmpl	$0x80000008, %eax
	CHECK(ae)
	/* 48 bits of linear address, at least 36 of physical ones. */
	ASK_CPUID	0x80000008
	IS(cmpb $48, %ah)
	cmpb	$36, %al
	CHECK(ae)
	cmpb	$52, %al
	CHECK(be)

	/* Beyond the last basic leaf, the last one answers. */
	leal	1(%rsi), %eax
	xorl	%ecx, %ecx
	cpuid
	movl	%eax, %r8d
	movl	%ebx, %r9d
	movl	%esi, %eax
	xorl	%ecx, %ecx
	cpuid
	IS(cmpl %r8d, %eax)
	IS(cmpl %r9d, %ebx)
	/* The same leaf says the same twice. */
	ASK_CPUID	7
	movl	%ebx, %r8d
	ASK_CPUID	7
	IS(cmpl %r8d, %ebx)

	/* At CPL 3 too. */
	USER	user
	IS(cmpl $0x756e6547, %ebx)
	PASS

user:
	ASK_CPUID	0
	END_USER
