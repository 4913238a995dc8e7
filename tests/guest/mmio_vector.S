/* SPDX-License-Identifier: GPL-2.0 */
/* SSE moves of 16 bytes to and from device memory. */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd0000000), %ebx
	movl	$data, %esi
	movups	(%rsi), %xmm3

	/* 16 bytes, aligned or not, as two accesses of 8. */
	movups	%xmm3, (%rbx)
	IS(cmpb $8, MMIO_WIDTH)
	movabsq	$0x1122334455667788, %rax
	IS(cmpq %rax, (%rbx))
	movabsq	$0x99aabbccddeeff00, %rax
	IS(cmpq %rax, 8(%rbx))
	movaps	%xmm3, 32(%rbx)
	movdqa	%xmm3, 48(%rbx)
	movdqu	%xmm3, 67(%rbx)
	movntps	%xmm3, 96(%rbx)
	movntdq	%xmm3, 112(%rbx)
	IS(cmpq %rax, 40(%rbx))
	IS(cmpq %rax, 56(%rbx))
	IS(cmpq %rax, 75(%rbx))
	IS(cmpq %rax, 104(%rbx))
	IS(cmpq %rax, 120(%rbx))
	FAULTS(VEC_GP, movaps %xmm3, 40(%rbx))
	FAULTS(VEC_GP, movdqa 40(%rbx), %xmm3)

	.irp	n, 0, 7, 8, 15
	pcmpeqd	%xmm\n, %xmm\n
	movups	(%rbx), %xmm\n
	pcmpeqd	%xmm3, %xmm\n
	pmovmskb %xmm\n, %eax
	IS(cmpl $0xffff, %eax)
	.endr
	movdqa	32(%rbx), %xmm4
	pcmpeqd	%xmm3, %xmm4
	pmovmskb %xmm4, %eax
	IS(cmpl $0xffff, %eax)

	/* x87 and MXCSR stay what they were. */
	stmxcsr	result
	IS(cmpl $0x1f80, result)

	/* With SSE off it is #UD and not an access. */
	movq	%cr4, %rcx
	movq	%rcx, %rax
	andl	$~CR4_OSFXSR, %eax
	movq	%rax, %cr4
	FAULTS(VEC_UD, movups %xmm3, (%rbx))
	movq	%rcx, %cr4
	PASS

	.balign	16
data:	.quad	0x1122334455667788, 0x99aabbccddeeff00
result:	.quad	0, 0
