/* SPDX-License-Identifier: GPL-2.0 */
/* XSAVE where there is: OSXSAVE follows CR4, XSETBV and its faults, leaf 0xd follows XCR0. */
#include "guest.h"

.macro SET_XCR0 value
	movl	$\value, %eax
	xorl	%edx, %edx
	xorl	%ecx, %ecx
	xsetbv
.endm

	BEGIN64
	movl	$1, %eax
	cpuid
	btl	$26, %ecx
	jnc	without
	btl	$27, %ecx
	CHECK(nc)
	xorl	%ecx, %ecx
	FAULTS(VEC_UD, xgetbv)
	FAULTS(VEC_UD, xsetbv)
	movq	%cr4, %rax
	orl	$CR4_OSXSAVE, %eax
	movq	%rax, %cr4
	movl	$1, %eax
	cpuid
	btl	$27, %ecx
	CHECK(c)
	xorl	%ecx, %ecx
	xgetbv
	IS(cmpl $1, %eax)
	IS(cmpl $0, %edx)

	/* Component 0 is not optional, 2 needs 1, unknown ones and registers are refused. */
	xorl	%eax, %eax
	FAULTS(VEC_GP, xsetbv)
	movl	$5, %eax
	FAULTS(VEC_GP, xsetbv)
	movl	$3, %eax
	movl	$0x40000000, %edx
	FAULTS(VEC_GP, xsetbv)
	xorl	%edx, %edx
	movl	$1, %ecx
	FAULTS(VEC_GP, xsetbv)
	xorl	%ecx, %ecx
	xgetbv
	IS(cmpl $1, %eax)
	SET_XCR0 3
	xgetbv
	IS(cmpl $3, %eax)
	/* The size of the area follows. */
	movl	$0xd, %eax
	xorl	%ecx, %ecx
	cpuid
	IS(cmpl $576, %ebx)
	movl	%eax, %esi
	testl	$4, %esi
	jz	no_avx
	SET_XCR0 7
	movl	$0xd, %eax
	xorl	%ecx, %ecx
	cpuid
	IS(cmpl $832, %ebx)

	/*
	 * XCR0 survives exits. So should the registers, but Bochs' XRSTOR faults on AVX state, in
	 * any process: nothing here uses it.
	 */
	movl	$20, %ebp
1:	xorl	%eax, %eax
	cpuid
	outb	%al, $0x80
	movl	MMIO_ABSENT, %eax
	decl	%ebp
	jnz	1b
	xorl	%ecx, %ecx
	xgetbv
	IS(cmpl $7, %eax)
	/* AVX is #UD without its component. */
	SET_XCR0 3
	FAULTS(VEC_UD, vaddps %ymm0, %ymm0, %ymm1)
no_avx:
	/* XSAVE and XRSTOR. */
	movl	$0x55aa55aa, %eax
	movd	%eax, %xmm5
	movl	$3, %eax
	xorl	%edx, %edx
	xsave	area
	pxor	%xmm5, %xmm5
	xrstor	area
	movd	%xmm5, %eax
	IS(cmpl $0x55aa55aa, %eax)
	/* Not at CPL 3. */
	USER	user
	/* Off again. */
	movq	%cr4, %rax
	andl	$~CR4_OSXSAVE, %eax
	movq	%rax, %cr4
	movl	$1, %eax
	cpuid
	btl	$27, %ecx
	CHECK(nc)
	PASS

user:
	xorl	%ecx, %ecx
	xgetbv
	FAULTS(VEC_GP, xsetbv)
	END_USER

without:
	xorl	%ecx, %ecx
	FAULTS(VEC_UD, xgetbv)
	FAULTS(VEC_UD, xsetbv)
	movq	%cr4, %rax
	orl	$CR4_OSXSAVE, %eax
	FAULTS(VEC_GP, movq %rax, %cr4)
	PASS

	.bss
	.balign 64
area:
	.skip	4096
