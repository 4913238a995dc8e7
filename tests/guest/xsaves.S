/* SPDX-License-Identifier: GPL-2.0 */
/* XSAVES and XRSTORS where there are, asked for all state: a guest gets what it has, and no more. */
#include "guest.h"

#define MSR_XSS	0xda0

	BEGIN64
	movl	$0xd, %eax
	movl	$1, %ecx
	cpuid
	btl	$3, %eax
	jnc	without
	movl	%ecx, %ebp			/* what IA32_XSS may have */
	movq	%cr4, %rax
	orl	$CR4_OSXSAVE, %eax
	movq	%rax, %cr4
	xorl	%ecx, %ecx
	xorl	%edx, %edx
	movl	$3, %eax
	xsetbv
	READ_MSR MSR_XSS
	IS(cmpl $0, %eax)
	/* Bit 11 is a task's shadow stack: the host may have it, the guest has not. */
	movl	$0x55aa55aa, %eax
	movd	%eax, %xmm5
	movl	$3, %eax
	xorl	%edx, %edx
	xsaves	area
	pxor	%xmm5, %xmm5
	movl	$20, %ebx
1:	movl	$-1, %eax
	movl	$-1, %edx
	xrstors	area
	movd	%xmm5, %eax
	IS(cmpl $0x55aa55aa, %eax)
	movl	$-1, %eax
	movl	$-1, %edx
	xsaves	area
	IS(cmpl $3, area + 520)
	IS(cmpl $0x80000000, area + 524)
	testl	$~3, area + 512
	CHECK(z)
	outb	%al, $0x80
	decl	%ebx
	jnz	1b
	/* A header of state that there is not. */
	orl	$0x800, area + 520
	movl	$-1, %eax
	movl	$-1, %edx
	FAULTS(VEC_GP, xrstors area)
	IS(cmpl $0, %ebp)
	PASS

without:
	FAULTS(VEC_UD, xsaves area)
	FAULTS(VEC_UD, xrstors area)
	PASS

	.bss
	.balign 64
area:
	.skip	4096
