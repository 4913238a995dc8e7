/* SPDX-License-Identifier: GPL-2.0 */
/*
 * x87, MMX and SSE registers survive exits, to the kernel and to userspace. Not the selectors of
 * the last x87 instruction: kernels save the state in its 64-bit form, which has none.
 */
#include "guest.h"

	BEGIN64
	fninit
	fldpi
	fld1
	fldl2e
	movl	$0x1f80 | 0x6000, mxcsr
	ldmxcsr	mxcsr
	movl	$0x11111111, %eax
	.irp	n, 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15
	movd	%eax, %xmm\n
	pshufd	$0, %xmm\n, %xmm\n
	addl	$0x01010101, %eax
	.endr
	fxsave64 before

	movl	$100, %r12d
1:	xorl	%eax, %eax
	cpuid
	movw	$PORT_SCRATCH, %dx
	outb	%al, %dx
	inl	%dx, %eax
	movl	MMIO_ABSENT, %eax
	movl	%eax, MMIO_ABSENT
	wbinvd
	decl	%r12d
	jnz	1b
	fxsave64 after

	movl	$before, %esi
	movl	$after, %edi
	movl	$512 - 96, %ecx
	IS(repe cmpsb)
	ldmxcsr	reset
	/* TS still raises #NM, and EM #UD. */
	movq	%cr0, %rbx
	movq	%rbx, %rax
	orl	$CR0_TS, %eax
	movq	%rax, %cr0
	FAULTS(VEC_NM, fld1)
	FAULTS(VEC_NM, movaps %xmm0, %xmm1)
	clts
	movaps	%xmm0, %xmm1
	movq	%rbx, %rax
	orl	$CR0_EM, %eax
	movq	%rax, %cr0
	FAULTS(VEC_UD, movaps %xmm0, %xmm1)
	movq	%rbx, %cr0
	/* A masked and an unmasked x87 error. */
	fninit
	fldz
	fld1
	fdivp	%st, %st(1)
	fninit
	movw	$0x037b, %ax			/* unmask division by zero */
	pushq	%rax
	fldcw	(%rsp)
	fldz
	fld1
	fdivp	%st, %st(1)
	FAULTS(VEC_MF, fwait)
	fnclex
	PASS

	.data
reset:
	.long	0x1f80
	.bss
	.balign 64
before:
	.skip	512
after:
	.skip	512
mxcsr:
	.skip	4
