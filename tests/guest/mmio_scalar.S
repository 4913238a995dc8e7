/* SPDX-License-Identifier: GPL-2.0 */
/*
 * SSE moves of 4 and 8 bytes to and from device memory: what is left of the register, and of
 * memory. KVM does not execute all of them.
 */
#include "guest.h"

	BEGIN64
	movl	$HIGH(0xd0000000), %ebx
	movups	data, %xmm3

	/* Scalars: a load clears the rest, a store writes no more. */
	movq	$-1, %rax
	movq	%rax, 128(%rbx)
	movd	%xmm3, 128(%rbx)
	IS(cmpl $0x55667788, 128(%rbx))
	IS(cmpl $-1, 132(%rbx))
	IS(cmpb $4, MMIO_WIDTH)
	movq	%xmm3, 128(%rbx)
	IS(cmpl $0x11223344, 132(%rbx))
	movss	%xmm3, 136(%rbx)
	IS(cmpl $0x55667788, 136(%rbx))
	movsd	%xmm3, 144(%rbx)
	IS(cmpl $0x11223344, 148(%rbx))
	.irp	insn, movd, movss
	pcmpeqd	%xmm5, %xmm5
	\insn	128(%rbx), %xmm5
	movups	%xmm5, result
	IS(cmpq $0x55667788, result)
	IS(cmpq $0, result + 8)
	.endr
	movabsq	$0x1122334455667788, %rcx
	.irp	insn, movq, movsd
	pcmpeqd	%xmm5, %xmm5
	\insn	128(%rbx), %xmm5
	movups	%xmm5, result
	IS(cmpq %rcx, result)
	IS(cmpq $0, result + 8)
	.endr
	PASS

	.balign	16
data:	.quad	0x1122334455667788, 0x99aabbccddeeff00
result:	.quad	0, 0
