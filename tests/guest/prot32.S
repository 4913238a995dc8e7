/* SPDX-License-Identifier: GPL-2.0 */
/* Protected mode, 32 bits: segments, their limits and rights, and the exceptions they raise. */
#include "guest.h"

/* Put a descriptor into the spare entry of the GDT. */
.macro SPARE low, high
	movl	$\low, rt_gdt + SEL_SPARE
	movl	$\high, rt_gdt + SEL_SPARE + 4
.endm

	BEGIN32
	/* A limit of 0x0fff bytes from 0x10000 on. */
	SPARE	0x00000fff, 0x00409301
	movw	$SEL_SPARE, %ax
	movw	%ax, %es
	movl	$0x5a5a5a5a, %es:0xffc
	IS(cmpl $0x5a5a5a5a, 0x10ffc)
	FAULTS(VEC_GP, movl %es:0xffd, %eax)
	IS(cmpl $0, rt_exc_error)
	lsl	%eax, %ecx
	CHECK(z)
	IS(cmpl $0xfff, %ecx)

	/* Expand-down: from the limit up. */
	SPARE	0x00000fff, 0x00409701
	movw	%ax, %es
	movl	$1, %es:0x1000
	IS(cmpl $1, 0x11000)
	FAULTS(VEC_GP, movl %es:0xfff, %eax)

	/* Read-only, then not present, then the null selector. */
	SPARE	0x0000ffff, 0x00cf9100
	movw	%ax, %es
	FAULTS(VEC_GP, movl %eax, %es:0x100000)
	SPARE	0x0000ffff, 0x00cf1300
	movw	$SEL_SPARE, %ax
	FAULTS(VEC_NP, movw %ax, %es)
	IS(cmpl $SEL_SPARE, rt_exc_error)
	FAULTS(VEC_SS, movw %ax, %ss)
	IS(cmpl $SEL_SPARE, rt_exc_error)
	xorl	%eax, %eax
	movw	%ax, %es
	FAULTS(VEC_GP, movl %es:0x100000, %eax)
	FAULTS(VEC_GP, movw %ax, %ss)
	movw	$0x1000, %ax
	FAULTS(VEC_GP, movw %ax, %es)
	IS(cmpl $0x1000, rt_exc_error)
	movw	$SEL_CODE32, %ax
	FAULTS(VEC_GP, movw %ax, %ss)
	movw	$SEL_DATA, %ax
	movw	%ax, %es

	/* The accessed bit is set by a load. */
	SPARE	0x0000ffff, 0x00cf9200
	movw	$SEL_SPARE, %ax
	movw	%ax, %gs
	testl	$0x100, rt_gdt + SEL_SPARE + 4
	CHECK(nz)

	/* A call gate within ring 0. */
	movl	$(SEL_CODE32 << 16), %eax
	addl	$gate, %eax
	movl	%eax, rt_gdt + SEL_SPARE
	movl	$0x8c00, rt_gdt + SEL_SPARE + 4
	movl	$0, %ecx
	lcall	$SEL_SPARE, $0
	IS(cmpl $1, %ecx)

	/* An LDT. */
	movl	$0x0000ffff, ldt
	movl	$0x00cf9300, ldt + 4
	movl	$ldt, %eax
	shll	$16, %eax
	orl	$7, %eax
	movl	%eax, rt_gdt + SEL_SPARE
	movl	$0x8200, rt_gdt + SEL_SPARE + 4
	movw	$SEL_SPARE, %ax
	lldt	%ax
	sldt	%cx
	IS(cmpw $SEL_SPARE, %cx)
	movw	$4, %ax
	movw	%ax, %es
	movl	$0x600d, %es:0x100000
	IS(cmpl $0x600d, 0x100000)
	xorl	%eax, %eax
	lldt	%ax

	/* 16-bit code in between, and back. */
	ljmp	$SEL_CODE16, $code16
	CODE16
code16:
	movl	$0x11111111, %eax
	movw	$0x2222, %ax
	pushw	%ax
	popw	%bx
	ljmpl	$SEL_CODE32, $code32
	CODE32
code32:
	IS(cmpl $0x11112222, %eax)
	IS(cmpw $0x2222, %bx)

	xorl	%ecx, %ecx
	FAULTS(VEC_DE, divl %ecx)
	FAULTS(VEC_UD, ud2)
	TRAPS(VEC_BP, int3)
	movl	$0x7fffffff, %eax
	addl	$1, %eax
	TRAPS(VEC_OF, into)
	FAULTS(VEC_BR, boundl %eax, bounds)
	int	$0x55
	IS(cmpl $1, rt_irq_counts + 4 * 0x55)
	PASS

gate:
	incl	%ecx
	lret

	.data
	.balign 8
bounds:
	.long	1, 2
	.section .bss.low, "aw", @nobits
	.balign 8
ldt:
	.skip	8
